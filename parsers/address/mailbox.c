#include "mailbox.h"

#include <postern/address.h>
#include <postern/base/limits.h>
#include <postern/mail.h>

#include <string.h>

guint lexemes_find(Lexemes lexemes, char special)
{
    guint i = 0;
    while (i < lexemes.count && !lexeme_is(&lexemes.items[i], special))
        i++;
    return i;
}

guint lexemes_count(Lexemes lexemes, char special)
{
    guint count = 0;
    for (guint i = 0; i < lexemes.count; i++)
        count += lexeme_is(&lexemes.items[i], special);
    return count;
}

Lexemes lexemes_slice(Lexemes lexemes, guint from, guint to)
{
    return (Lexemes){lexemes.items + from, to - from};
}

char *lexemes_join(Lexemes lexemes)
{
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < lexemes.count; i++)
        g_string_append_len(out, lexemes.items[i].start, (gssize)lexemes.items[i].length);
    return g_string_free(out, FALSE);
}

char *lexemes_phrase(Lexemes lexemes)
{
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < lexemes.count; i++) {
        if (lexemes.items[i].gap && out->len > 0)
            g_string_append_c(out, ' ');
        lexeme_append(out, &lexemes.items[i]);
    }
    return g_string_free(out, FALSE);
}

char *display_name(const char *raw)
{
    return header_decode(raw, LIMIT_NAME_BYTES);
}

/* Format characters cannot be seen, so they must not break up what can. */
static char *without_invisible(const char *name)
{
    GString *out = g_string_new(NULL);
    for (; *name; name = g_utf8_next_char(name)) {
        gunichar c = g_utf8_get_char(name);
        if (c == 0xff20 || c == 0xfe6b)
            c = '@';
        if (g_unichar_type(c) != G_UNICODE_FORMAT)
            g_string_append_unichar(out, c);
    }
    return g_string_free(out, FALSE);
}

static gboolean is_address_character(char c)
{
    return scan_is_atom(c) || c == '.';
}

/* What looks like an address around the "@" at `at`, or NULL. */
static char *address_around(const char *text, const char *at)
{
    const char *start = at, *end = at + 1;
    while (start > text && is_address_character(start[-1]))
        start--;
    while (is_address_character(*end))
        end++;
    while (end > at && (end[-1] == '.' || end[-1] == '\'' || end[-1] == '!' || end[-1] == '?'))
        end--;
    while (start < at && (*start == '.' || *start == '\''))
        start++;
    if (start == at || !memchr(at, '.', (gsize)(end - at)))
        return NULL;
    return g_strndup(start, (gsize)(end - start));
}

char *display_name_other_address(const char *name, const char *address)
{
    g_autofree char *visible = without_invisible(name);
    for (const char *at = strchr(visible, '@'); at; at = strchr(at + 1, '@')) {
        g_autofree char *shown = address_around(visible, at);
        if (shown && !address_equal(shown, address))
            return g_steal_pointer(&shown);
    }
    return NULL;
}
