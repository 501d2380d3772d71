#include "secret.h"

#include <string.h>

#define BLANKED "********"

gboolean secret_is_key(const char *key)
{
    static const char *const names[] = {"secret", "pwd", "credentials", "api_key", "token"};
    for (guint i = 0; i < G_N_ELEMENTS(names); i++)
        if (g_ascii_strcasecmp(key, names[i]) == 0)
            return TRUE;
    g_autofree char *lower = g_ascii_strdown(key, -1);
    if (g_str_has_suffix(lower, "_file") || g_str_has_suffix(lower, "_env"))
        return FALSE;
    return g_str_has_prefix(lower, "pass") || strstr(lower, "passw") || strstr(lower, "secret");
}

static gboolean is_name_byte(char c)
{
    return g_ascii_isalnum(c) || c == '_' || c == '-' || (guchar)c >= 0x80;
}

static const char *skip_blanks(const char *at, const char *end)
{
    while (at < end && (*at == ' ' || *at == '\t'))
        at++;
    return at;
}

/* Where in the line a secret's value begins: behind a word that is such a key and its colon. Looks
 * anywhere in the line, as a broken file may hold it anywhere. NULL when there is none. */
static const char *find_value(const char *line, const char *end)
{
    for (const char *at = line; at < end;) {
        if (!is_name_byte(*at)) {
            at++;
            continue;
        }
        const char *start = at;
        while (at < end && is_name_byte(*at))
            at++;
        const char *colon = at;
        while (colon < end && strchr(" \t\"'", *colon))
            colon++;
        /* "? password" has its value after the colon of the next line. */
        gboolean is_key = colon < end ? *colon == ':' : *skip_blanks(line, end) == '?';
        g_autofree char *word = is_key ? g_strndup(start, (gsize)(at - start)) : NULL;
        if (word && secret_is_key(word))
            return MIN(colon + 1, end);
    }
    return NULL;
}

/* Appends what stands before `value`, and asterisks for what stands from there to the end. */
static void append_blanked(GString *out, const char *line, const char *value, const char *end)
{
    value = skip_blanks(value, end);
    g_string_append_len(out, line, value - line);
    if (value < end && *value != '\r')
        g_string_append(out, BLANKED);
}

char *secret_blank(const char *text, gsize length)
{
    GString *out = g_string_sized_new(length + 1);
    const char *end = text + length;
    gssize indentation = -1; /* of the line whose secret may go on below, or -1 */
    for (const char *line = text; line < end;) {
        const char *newline = memchr(line, '\n', (gsize)(end - line));
        const char *line_end = newline ? newline : end;
        const char *first = skip_blanks(line, line_end);
        gboolean goes_on =
            indentation >= 0 && (first == line_end || *first == ':' || first - line > indentation);
        const char *value = goes_on ? first : find_value(line, line_end);
        if (value)
            append_blanked(out, line, value, line_end);
        else
            g_string_append_len(out, line, line_end - line);
        if (!goes_on)
            indentation = value ? first - line : -1;
        if (newline)
            g_string_append_c(out, '\n');
        line = newline ? newline + 1 : end;
    }
    return g_string_free(out, FALSE);
}
