#include <parsers/rules/check_digit.h>
#include <parsers/rules/value_parts.h>
#include <postern/base/clean.h>

#include <string.h>

char *value_refuse(const char **why, const char *words)
{
    *why = words;
    return NULL;
}

gboolean value_is_digits(const char *text)
{
    return *text && text[strspn(text, "0123456789")] == '\0';
}

char *value_piece(const char *text, gsize start, gsize end)
{
    return g_strndup(text + start, end - start);
}

char *value_if_fits(const TypeSpec *spec, char *value, const char **why)
{
    glong length = g_utf8_strlen(value, -1);
    if (length < (glong)spec->min_length)
        *why = "too short";
    else if (length > (glong)spec->max_length)
        *why = "too long";
    else if (!check_digit_fits(spec->check, value))
        *why = "check digit wrong";
    else
        return value;
    g_free(value);
    return NULL;
}

static const char *const QUOTES[][2] = {{"\"", "\""}, {"'", "'"}, {"`", "`"}, {"“", "”"},
                                        {"„", "“"},   {"«", "»"}, {"‘", "’"}};

void value_narrow_quotes(const char *text, gsize *start, gsize *end)
{
    for (gsize i = 0; i < G_N_ELEMENTS(QUOTES); i++) {
        gsize opening = strlen(QUOTES[i][0]), closing = strlen(QUOTES[i][1]);
        if (*end - *start <= opening + closing || strncmp(text + *start, QUOTES[i][0], opening) != 0 ||
            strncmp(text + *end - closing, QUOTES[i][1], closing) != 0)
            continue;
        *start += opening;
        *end -= closing;
        return;
    }
}

void value_narrow_blanks(const char *text, gsize *start, gsize *end)
{
    while (*start < *end && g_ascii_isspace(text[*start]))
        (*start)++;
    while (*end > *start && g_ascii_isspace(text[*end - 1]))
        (*end)--;
}

char *value_squeeze(const char *text, gsize start, gsize end)
{
    GString *value = g_string_sized_new(end - start);
    for (gsize at = start; at < end; at++) {
        if (!g_ascii_isspace(text[at]))
            g_string_append_c(value, text[at]);
        else if (value->len > 0 && value->str[value->len - 1] != ' ')
            g_string_append_c(value, ' ');
    }
    char *clean = clean_line(value->str, (gssize)value->len, value->len);
    g_string_free(value, TRUE);
    return clean;
}
