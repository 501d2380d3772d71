#include "parsers/body/safe_words.h"

/* Marks that turn the text around, and characters that only programs see. */
static gboolean is_disguise(gunichar c)
{
    return c == 0xad || c == 0x34f || c == 0x180e || c == 0x200b || (c >= 0x2028 && c <= 0x202e) ||
           (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || c == 0xfffc || (c >= 0xe0000 && c <= 0xe0fff);
}

gboolean safe_is_unseen(gunichar c)
{
    return c <= ' ' || (c >= 0x7f && c <= 0xa0) || is_disguise(c) || c == 0x61c || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200f) || c == 0x202f || c == 0x205f || c == 0x3000 ||
           (c >= 0xfe00 && c <= 0xfe0f);
}

char *safe_words(const char *text, gsize length, gboolean is_line)
{
    GString *out = g_string_sized_new(length);
    for (const char *end = text + length; text < end;) {
        gunichar c = g_utf8_get_char_validated(text, end - text);
        if ((gint)c < 0)
            break;
        const char *next = g_utf8_next_char(text);
        if (c == '\n' || c == '\t' || c == '\r' || c == '\f')
            g_string_append_c(out, is_line || c == '\r' || c == '\f' ? ' ' : (char)c);
        else if (c >= ' ' && !(c >= 0x7f && c < 0xa0) && !is_disguise(c))
            g_string_append_len(out, text, next - text);
        text = next;
    }
    return g_string_free(out, FALSE);
}
