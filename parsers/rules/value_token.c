#include <parsers/rules/value_parts.h>

#include <string.h>

/* "YOUR_API_KEY", "xxxxxxxx", "<token>": people show where the key would stand. */
static gboolean is_placeholder(const char *value)
{
    static const char *const known[] = {"your",     "xxx",    "***", "example", "placeholder",
                                        "redacted", "hidden", "…",   "..."};
    g_autofree char *lower = g_utf8_strdown(value, -1);
    for (gsize i = 0; i < G_N_ELEMENTS(known); i++)
        if (strstr(lower, known[i]))
            return TRUE;
    return value[strspn(value, (const char[]){value[0], '\0'})] == '\0';
}

/* Machines mix digits among letters, or letters of both cases; words of people do neither. */
static gboolean is_made_by_machine(const char *value)
{
    guint digits = 0, upper = 0, lower = 0;
    for (const char *at = value; *at; at++) {
        digits += g_ascii_isdigit(*at);
        upper += g_ascii_isupper(*at);
        lower += g_ascii_islower(*at);
    }
    if (digits > 0)
        return TRUE;
    return upper >= 3 && lower >= 3 && upper + lower >= 16;
}

char *token_normalise(const TypeSpec *spec, const char *text, gsize *start, gsize *end, const char **why)
{
    value_narrow_quotes(text, start, end);
    while (*end > *start && strchr(".,;:!?", text[*end - 1]))
        (*end)--;
    g_autofree char *raw = value_piece(text, *start, *end);
    if (!*raw || strpbrk(raw, " \t\n"))
        return value_refuse(why, "no word in one piece");
    if (is_placeholder(raw))
        return value_refuse(why, "stands in place of a real one");
    if (!is_made_by_machine(raw))
        return value_refuse(why, "looks like a word of a language, not like a key");
    return value_if_fits(spec, g_steal_pointer(&raw), why);
}
