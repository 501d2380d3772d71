/* Numbers of payment cards and of telephones: digits in groups. */
#include <parsers/rules/value_parts.h>

#include <string.h>

#define CARD_DIGITS_MOST 19u /* ISO/IEC 7812-1 */

/* Issuers by the beginning of their numbers, as they publish them. A number that passes the check by chance
 * and belongs to nobody is an order number or a time. */
static const struct {
    guint first, last; /* of as many digits as these have */
    guint least, most; /* digits of the whole number */
} ISSUERS[] = {
    {4, 4, 16, 16},       {4, 4, 13, 13},       {4, 4, 19, 19},                         /* Visa */
    {51, 55, 16, 16},     {2221, 2720, 16, 16},                                         /* Mastercard */
    {34, 34, 15, 15},     {37, 37, 15, 15},                                             /* American Express */
    {6011, 6011, 16, 19}, {644, 649, 16, 19},   {65, 65, 16, 19},                       /* Discover */
    {3528, 3589, 16, 19},                                                               /* JCB */
    {300, 305, 14, 16},   {3095, 3095, 14, 16}, {36, 36, 14, 16},     {38, 39, 14, 16}, /* Diners Club */
    {62, 62, 16, 19},     {81, 81, 16, 19},                                             /* UnionPay */
    {5018, 5018, 16, 19}, {5020, 5020, 16, 19}, {5038, 5038, 16, 19}, {5893, 5893, 16, 19},
    {6304, 6304, 16, 19}, {6759, 6759, 16, 19}, {6761, 6763, 16, 19}, /* Maestro */
    {2200, 2204, 16, 19},                                             /* Mir */
};

static guint digits_of(guint number)
{
    return number < 10 ? 1 : 1 + digits_of(number / 10);
}

static gboolean is_issued(const char *digits)
{
    gsize length = strlen(digits);
    for (gsize i = 0; i < G_N_ELEMENTS(ISSUERS); i++) {
        guint head = 0;
        for (guint at = 0; at < digits_of(ISSUERS[i].first) && digits[at]; at++)
            head = head * 10 + (guint)(digits[at] - '0');
        if (head >= ISSUERS[i].first && head <= ISSUERS[i].last && length >= ISSUERS[i].least &&
            length <= ISSUERS[i].most)
            return TRUE;
    }
    return FALSE;
}

/* The lengths of groups as cards are printed, "4444" for 4111 1111 1111 1111; one group is as good. */
static gboolean is_grouped_well(const char *groups)
{
    static const char *const known[] = {"4444", "465", "464", "44443", "44442", "44441", "445", "4441"};
    if (!groups[1])
        return TRUE;
    for (gsize i = 0; i < G_N_ELEMENTS(known); i++)
        if (strcmp(groups, known[i]) == 0)
            return TRUE;
    return FALSE;
}

/* Digits into `digits`, the lengths of their groups into `groups`: the same single mark between all of them.
 * FALSE when it is something else. */
static gboolean split_groups(const char *text, char digits[CARD_DIGITS_MOST + 1], char groups[8])
{
    gsize length = 0, count = 0;
    char mark = '\0';
    for (;;) {
        gsize group = strspn(text, "0123456789");
        if (group == 0 || length + group > CARD_DIGITS_MOST || count == 7)
            return FALSE;
        memcpy(digits + length, text, group);
        length += group;
        groups[count++] = (char)(group < 10 ? '0' + group : '+');
        text += group;
        if (!*text)
            break;
        if (!strchr(" -", *text) || (mark && *text != mark))
            return FALSE;
        mark = *text++;
    }
    digits[length] = groups[count] = '\0';
    return TRUE;
}

char *card_normalise(const TypeSpec *spec G_GNUC_UNUSED, const char *text, gsize *start, gsize *end,
                     const char **why)
{
    char digits[CARD_DIGITS_MOST + 1], groups[8];
    value_narrow_blanks(text, start, end);
    g_autofree char *raw = value_piece(text, *start, *end);
    /* Non-breaking blanks of web pages. */
    g_auto(GStrv) pieces = g_strsplit(raw, "\xc2\xa0", -1);
    g_autofree char *plain = g_strjoinv(" ", pieces);
    if (!split_groups(plain, digits, groups))
        return value_refuse(why, "not digits with blanks or hyphens between groups");
    if (!is_grouped_well(groups))
        return value_refuse(why, "no card has such groups");
    if (!is_issued(digits))
        return value_refuse(why, "no issuer of cards has such numbers");
    if (!check_digit_fits(CHECK_LUHN, digits))
        return value_refuse(why, "check digit wrong");
    return g_strdup(digits);
}

/* E.164: a country's code and the number, fifteen digits at most. Without '+' or 00 nobody knows the country.
 */
char *phone_normalise(const TypeSpec *spec G_GNUC_UNUSED, const char *text, gsize *start, gsize *end,
                      const char **why)
{
    enum { LEAST = 7, MOST = 15 };
    value_narrow_blanks(text, start, end);
    g_autofree char *raw = value_piece(text, *start, *end);
    const char *at = raw;
    if (*at == '+')
        at++;
    else if (g_str_has_prefix(at, "00"))
        at += 2;
    else
        return value_refuse(why, "no international number: it begins with '+' or 00");
    g_autoptr(GString) digits = g_string_new("+");
    while (*at) {
        /* Dialled only inside the country. */
        if (g_str_has_prefix(at, "(0)"))
            at += strlen("(0)");
        else if (g_ascii_isdigit(*at))
            g_string_append_c(digits, *at++);
        else if (strchr(" -./()", *at))
            at++;
        else
            return value_refuse(why, "no telephone number");
    }
    if (digits->len - 1 < LEAST || digits->len - 1 > MOST || digits->str[1] == '0')
        return value_refuse(why, "a telephone number has 7 to 15 digits behind '+'");
    return g_strdup(digits->str);
}
