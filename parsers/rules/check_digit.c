#include <parsers/rules/check_digit.h>

#include <string.h>

#define CHARACTERS_MOST 64u /* the longest in use, an IBAN, has 34 */

const char *const CHECK_NAMES[CHECK_COUNT + 1] = {"none",  "luhn", "mod97",    "iban", "mod11",
                                                  "ean13", "isbn", "verhoeff", NULL};

/* Upper case without blanks and hyphens. 0 when something else stands in it, or too much. */
static gsize gather(const char *value, char out[CHARACTERS_MOST + 1])
{
    gsize length = 0;
    for (; *value; value++) {
        if (*value == ' ' || *value == '-')
            continue;
        if (!g_ascii_isalnum(*value) || length == CHARACTERS_MOST)
            return 0;
        out[length++] = g_ascii_toupper(*value);
    }
    out[length] = '\0';
    return length;
}

static gboolean are_digits(const char *text, gsize length)
{
    return length > 0 && strspn(text, "0123456789") >= length;
}

static gboolean luhn(const char *digits, gsize length)
{
    guint sum = 0;
    if (length < 2 || !are_digits(digits, length))
        return FALSE;
    for (gsize i = 0; i < length; i++) {
        guint digit = (guint)(digits[length - 1 - i] - '0');
        guint doubled = digit * 2;
        sum += i % 2 ? doubled / 10 + doubled % 10 : digit;
    }
    return sum % 10 == 0;
}

/* Letters count as 10 to 35. */
static guint mod97_of(guint rest, const char *at, gsize length)
{
    for (gsize i = 0; i < length; i++)
        rest = g_ascii_isdigit(at[i]) ? (rest * 10 + (guint)(at[i] - '0')) % 97
                                      : (rest * 100 + (guint)(at[i] - 'A') + 10) % 97;
    return rest;
}

static gboolean mod97(const char *text, gsize length)
{
    return length > 2 && are_digits(text + length - 2, 2) && mod97_of(0, text, length) == 1;
}

static gboolean iban(const char *text, gsize length)
{
    enum { LEAST = 15, MOST = 34, HEAD = 4 };
    if (length < LEAST || length > MOST || !g_ascii_isalpha(text[0]) || !g_ascii_isalpha(text[1]) ||
        !are_digits(text + 2, 2))
        return FALSE;
    return mod97_of(mod97_of(0, text + HEAD, length - HEAD), text, HEAD) == 1;
}

static gboolean mod11(const char *text, gsize length)
{
    guint sum = 0;
    if (length < 2 || !are_digits(text, length - 1))
        return FALSE;
    char last = text[length - 1];
    if (!g_ascii_isdigit(last) && last != 'X')
        return FALSE;
    for (gsize i = 0; i < length; i++) {
        guint digit = text[i] == 'X' ? 10 : (guint)(text[i] - '0');
        sum += digit * (guint)(length - i);
    }
    return sum % 11 == 0;
}

static gboolean ean13(const char *text, gsize length)
{
    guint sum = 0;
    if (length != 13 || !are_digits(text, length))
        return FALSE;
    for (gsize i = 0; i < length; i++)
        sum += (guint)(text[i] - '0') * (i % 2 ? 3 : 1);
    return sum % 10 == 0;
}

static gboolean isbn(const char *text, gsize length)
{
    if (length == 10)
        return mod11(text, length);
    return ean13(text, length) && (g_str_has_prefix(text, "978") || g_str_has_prefix(text, "979"));
}

/* The product in D5, the symmetries of a pentagon: 0 to 4 turn it, 5 to 9 turn it over first. */
static guint dihedral(guint a, guint b)
{
    if (a < 5)
        return b < 5 ? (a + b) % 5 : 5 + (a + b) % 5;
    return b < 5 ? 5 + (a - b) % 5 : (a - b + 5) % 5;
}

static gboolean verhoeff(const char *digits, gsize length)
{
    static const guint8 permuted[] = {1, 5, 7, 6, 2, 8, 3, 0, 9, 4};
    guint check = 0;
    if (length < 2 || !are_digits(digits, length))
        return FALSE;
    for (gsize i = 0; i < length; i++) {
        guint digit = (guint)(digits[length - 1 - i] - '0');
        for (gsize turn = 0; turn < i % 8; turn++)
            digit = permuted[digit];
        check = dihedral(check, digit);
    }
    return check == 0;
}

gboolean check_digit_fits(CheckDigit check, const char *value)
{
    static gboolean (*const checks[])(const char *, gsize) = {
        [CHECK_LUHN] = luhn,   [CHECK_MOD97] = mod97, [CHECK_IBAN] = iban,        [CHECK_MOD11] = mod11,
        [CHECK_EAN13] = ean13, [CHECK_ISBN] = isbn,   [CHECK_VERHOEFF] = verhoeff};
    char text[CHARACTERS_MOST + 1];
    if (check == CHECK_NONE)
        return TRUE;
    gsize length = gather(value, text);
    return length > 0 && checks[check](text, length);
}
