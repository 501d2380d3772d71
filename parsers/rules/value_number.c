#include <parsers/rules/value_parts.h>

#include <string.h>

/* What people put between groups of three digits; the blanks are U+00A0, U+2009 and U+202F. */
static const char *const GROUP_MARKS[] = {",",           ".", "'", "’", "_", " ", "\xc2\xa0", "\xe2\x80\x89",
                                          "\xe2\x80\xaf"};

static const char *group_mark(const char *text)
{
    for (gsize i = 0; i < G_N_ELEMENTS(GROUP_MARKS); i++)
        if (g_str_has_prefix(text, GROUP_MARKS[i]))
            return GROUP_MARKS[i];
    return NULL;
}

/* "1.234.567" or "1'234": one mark throughout, in front of groups of three. Plain digits as they are. NULL
 * when it is neither; the caller frees. */
static char *ungroup(const char *text)
{
    if (value_is_digits(text))
        return g_strdup(text);
    gsize first = strspn(text, "0123456789");
    const char *mark = first >= 1 && first <= 3 ? group_mark(text + first) : NULL;
    if (!mark)
        return NULL;
    g_autoptr(GString) out = g_string_new_len(text, (gssize)first);
    for (const char *at = text + first; *at; at += 3) {
        if (group_mark(at) != mark)
            return NULL;
        at += strlen(mark);
        if (strspn(at, "0123456789") < 3)
            return NULL;
        g_string_append_len(out, at, 3);
    }
    return g_strdup(out->str);
}

/* The marks in one spelling, for the types that check digits behind: "12-345 6" with `check` is read whole.
 */
static char *without_marks(const char *text)
{
    GString *out = g_string_new(NULL);
    for (; *text; text++)
        if (!strchr(" -", *text))
            g_string_append_c(out, *text);
    return g_string_free(out, FALSE);
}

char *digits_normalise(const TypeSpec *spec, const char *text, gsize *start, gsize *end, const char **why)
{
    g_autofree char *raw = value_piece(text, *start, *end);
    char *value = ungroup(raw);
    /* A check digit leaves no doubt that the groups belong together, however they are cut. */
    if (!value && spec->check != CHECK_NONE) {
        value = without_marks(raw);
        if (!value_is_digits(value))
            g_clear_pointer(&value, g_free);
    }
    return value ? value_if_fits(spec, value, why) : value_refuse(why, "not digits alone");
}

char *integer_normalise(const TypeSpec *spec, const char *text, gsize *start, gsize *end, const char **why)
{
    static const char minus[] = "\xe2\x88\x92";
    g_autofree char *raw = value_piece(text, *start, *end);
    gboolean is_minus = g_str_has_prefix(raw, minus);
    const char *digits = raw + (is_minus ? sizeof minus - 1 : *raw == '+' || *raw == '-' ? 1 : 0);
    g_autofree char *plain = ungroup(digits);
    if (!plain)
        return value_refuse(why, "no whole number");
    g_autofree char *signed_text = g_strconcat(is_minus || *raw == '-' ? "-" : "", plain, NULL);
    gint64 number;
    if (!g_ascii_string_to_signed(signed_text, 10, spec->least, spec->most, &number, NULL))
        return value_refuse(why, "outside the range from 'least' to 'most'");
    return g_strdup_printf("%" G_GINT64_FORMAT, number);
}

char *status_normalise(const TypeSpec *spec, const char *text, gsize *start, gsize *end, const char **why)
{
    return *end - *start == 3 ? integer_normalise(spec, text, start, end, why)
                              : value_refuse(why, "a status has three digits");
}

static const char *after_number(const char *at)
{
    gsize digits = strspn(at, "0123456789");
    return digits >= 1 && digits <= 10 ? at + digits : NULL;
}

/* What may follow the numbers, as in semantic versions and Python's: "-rc.1", "b2", ".post1", ".x". Known
 * words alone: a version may be shown to anybody, and free text must not ride on it. */
static const char *after_suffix(const char *at)
{
    static const char *const words[] = {"alpha",    "beta",  "rc",     "preview", "pre",    "dev",  "post",
                                        "snapshot", "final", "stable", "release", "canary", "next", "nightly",
                                        "ga",       "patch", "build",  "a",       "b",      "p",    "x"};
    if (*at && strchr("-.+_", *at))
        at++;
    const char *number = after_number(at);
    if (number)
        return number;
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
        gsize length = strlen(words[i]);
        if (g_ascii_strncasecmp(at, words[i], length) == 0 && !g_ascii_isalpha(at[length]))
            return at + length;
    }
    return NULL;
}

/* The length of the version that `text` begins with; 0 for none. */
static gsize version_length(const char *text)
{
    const char *at = after_number(text);
    if (!at)
        return 0;
    for (guint i = 0; i < 8; i++) {
        const char *next = after_suffix(at);
        if (!next)
            break;
        at = next;
    }
    return (gsize)(at - text);
}

char *version_normalise(const TypeSpec *spec, const char *text, gsize *start, gsize *end, const char **why)
{
    if (strchr("vV", text[*start]))
        (*start)++;
    g_autofree char *raw = value_piece(text, *start, *end);
    gsize length = version_length(raw);
    if (length == 0 || g_ascii_isalnum(raw[length]))
        return value_refuse(why, "no version: numbers, then known words such as 'rc'");
    *end = *start + length;
    raw[length] = '\0';
    return value_if_fits(spec, g_steal_pointer(&raw), why);
}
