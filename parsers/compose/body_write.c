#include "body_write.h"

#include <postern/base/clean.h>

#include <string.h>

/* Our texts are notices and answers; a longer one would be refused by the other side. */
#define BODY_BYTES (4u * 1024 * 1024)
#define PLAIN_CHARACTERS 78u  /* RFC 5322 2.1.1 */
#define QUOTED_CHARACTERS 76u /* RFC 2045 6.7 (5) */

/* Lines that some mail system on the way would change: "From " (mailboxes), a lone dot, blanks at the end. */
static gboolean is_touchy(const char *line, gsize length)
{
    if (length == 0)
        return FALSE;
    char last = line[length - 1];
    return last == ' ' || last == '\t' || (length == 1 && last == '.') ||
           (length >= 5 && memcmp(line, "From ", 5) == 0);
}

static gboolean line_is_plain(const char *line, gsize length)
{
    if (length > PLAIN_CHARACTERS || is_touchy(line, length))
        return FALSE;
    for (gsize i = 0; i < length; i++)
        if ((guchar)line[i] > '~')
            return FALSE;
    return TRUE;
}

static gboolean is_plain(const char *text)
{
    for (gsize length; *text; text += length + (text[length] == '\n')) {
        length = strcspn(text, "\n");
        if (!line_is_plain(text, length))
            return FALSE;
    }
    return TRUE;
}

static gboolean must_escape(const char *line, gsize length, gsize at)
{
    guchar c = (guchar)line[at];
    if (c == '=' || c > '~' || (c < ' ' && c != '\t'))
        return TRUE;
    if (at + 1 == length && (c == ' ' || c == '\t'))
        return TRUE;
    return at == 0 && is_touchy(line, length);
}

/* How many columns the character at `at` takes, and in `out_bytes` how many bytes it has; a soft
 * break never parts the bytes of one character. */
static gsize character_columns(const char *line, gsize length, gsize at, gsize *out_bytes)
{
    *out_bytes = MIN((gsize)g_utf8_skip[(guchar)line[at]], length - at);
    return *out_bytes > 1 || must_escape(line, length, at) ? 3 * *out_bytes : 1;
}

static void append_quoted_line(GString *out, const char *line, gsize length)
{
    gsize used = 0, bytes = 0;
    for (gsize at = 0; at < length; at += bytes) {
        gsize columns = character_columns(line, length, at, &bytes);
        /* One column stays free for the "=" of a soft break, but for the last character. */
        gsize room = QUOTED_CHARACTERS - (at + bytes < length ? 1 : 0);
        if (used + columns > room) {
            g_string_append(out, "=\r\n");
            used = 0;
        }
        used += columns;
        for (gsize i = at; i < at + bytes; i++) {
            if (columns == 1)
                g_string_append_c(out, line[i]);
            else
                g_string_append_printf(out, "=%02X", (guchar)line[i]);
        }
    }
}

char *body_write(const char *text, const char **out_encoding)
{
    g_autofree char *clean = clean_text(text, -1, BODY_BYTES);
    gboolean plain = is_plain(clean);
    *out_encoding = plain ? "7bit" : "quoted-printable";
    GString *out = g_string_sized_new(strlen(clean) + 64);
    const char *line = clean;
    do {
        gsize length = strcspn(line, "\n");
        if (plain)
            g_string_append_len(out, line, (gssize)length);
        else
            append_quoted_line(out, line, length);
        g_string_append(out, "\r\n");
        line += length + (line[length] == '\n');
    } while (*line);
    return g_string_free(out, FALSE);
}
