#include "tests/support/scoring/score.h"

#include <postern/base/clean.h>
#include <string.h>

char *without_chars(const char *text, const char *unwanted)
{
    GString *out = g_string_new(NULL);
    for (const char *at = text ? text : ""; *at; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        if (!g_unichar_isspace(c) && c != 0xa0 && !(c < 128 && strchr(unwanted, (int)c)))
            g_string_append_unichar(out, c);
    }
    return g_string_free(out, FALSE);
}

gboolean equal_without(const char *a, const char *b, const char *unwanted)
{
    g_autofree char *x = without_chars(a, unwanted), *y = without_chars(b, unwanted);
    return strcmp(x, y) == 0;
}

gboolean equal_nows(const char *a, const char *b)
{
    return equal_without(a, b, "");
}

/* CR LF to LF, blanks at line ends off, empty lines around off. */
static char *trimmed(const char *text)
{
    g_autofree char *clean = clean_text(text, -1, G_MAXSIZE);
    g_auto(GStrv) lines = g_strsplit(clean, "\n", -1);
    for (guint i = 0; lines[i]; i++)
        g_strchomp(lines[i]);
    g_autofree char *joined = g_strjoinv("\n", lines);
    char *from = joined + strspn(joined, "\n");
    for (gsize length = strlen(from); length > 0 && from[length - 1] == '\n';)
        from[--length] = '\0';
    return g_strdup(from);
}

gboolean equal_exact(const char *a, const char *b)
{
    g_autofree char *x = trimmed(a), *y = trimmed(b);
    return strcmp(x, y) == 0;
}

char *squeezed(const char *text)
{
    GString *out = g_string_new(NULL);
    for (const char *at = text; *at; at = g_utf8_next_char(at)) {
        if (!g_unichar_isspace(g_utf8_get_char(at)))
            g_string_append_unichar(out, g_utf8_get_char(at));
        else if (out->len > 0 && out->str[out->len - 1] != ' ')
            g_string_append_c(out, ' ');
    }
    return g_string_free(out, FALSE);
}

/* Share of the words of three letters and more of `expected` that `text` has. */
double word_share(const char *expected, const char *text)
{
    g_auto(GStrv) words = g_strsplit_set(expected, " \t\r\n", -1);
    guint total = 0, found = 0;
    for (guint i = 0; words[i]; i++) {
        if (g_utf8_strlen(words[i], -1) < 3)
            continue;
        total++;
        found += strstr(text, words[i]) != NULL;
    }
    return total == 0 ? 1.0 : (double)found / total;
}
