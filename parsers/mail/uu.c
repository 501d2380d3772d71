#include "uu.h"

#include <string.h>

static gsize begin_length(const Line *line, gboolean *out_base64)
{
    static const char plain[] = "begin ", base64[] = "begin-base64 ";
    *out_base64 = line->length >= strlen(base64) && memcmp(line->text, base64, strlen(base64)) == 0;
    if (*out_base64)
        return strlen(base64);
    return line->length >= strlen(plain) && memcmp(line->text, plain, strlen(plain)) == 0 ? strlen(plain) : 0;
}

char *uu_begin(const Line *line, gboolean *out_base64)
{
    gsize length = line_without_cr(line), from = begin_length(line, out_base64), at = from;
    if (from == 0)
        return NULL;
    while (at < length && line->text[at] >= '0' && line->text[at] <= '7')
        at++;
    if ((at != from + 3 && at != from + 4) || (at < length && line->text[at] != ' '))
        return NULL;
    at = MIN(at + 1, length);
    return g_strstrip(g_strndup(line->text + at, length - at));
}

gboolean uu_is_data(const Line *line, gboolean is_strict)
{
    gsize length = line_without_cr(line);
    gsize octets = length > 0 ? (gsize)(line->text[0] - ' ') & 63 : 0;
    gsize wanted = 1 + (octets + 2) / 3 * 4;
    if (octets == 0 || length > wanted + 1)
        return FALSE;
    if (length + 8 < wanted && length > 1 && is_strict)
        return FALSE;
    /* Nothing else is written in these characters alone; one at the end may be a check sum. */
    for (gsize i = 0; i < MIN(length, wanted); i++)
        if (line->text[i] < ' ' || line->text[i] > '`')
            return FALSE;
    return TRUE;
}

gboolean uu_is_zero(const Line *line)
{
    gsize length = line_without_cr(line);
    return length == 0 || (length == 1 && strchr("` ", line->text[0]));
}

gboolean uu_is_end(const Line *line, gboolean is_base64)
{
    gsize length = line_without_cr(line);
    while (length > 0 && line->text[length - 1] == ' ')
        length--;
    return is_base64 ? length == 4 && memcmp(line->text, "====", 4) == 0
                     : length == 3 && memcmp(line->text, "end", 3) == 0;
}

/* Octets of one line: a count, then four characters for each three. Missing characters are blanks,
 * which some system has cut off. */
static gsize decode_line(const Line *line, char out[64])
{
    guint count = (guint)(line->text[0] - ' ') & 63;
    gsize written = 0, length = line_without_cr(line);
    for (gsize at = 1; written < count; at += 4) {
        guint32 bits = 0;
        for (gsize i = at; i < at + 4; i++)
            bits = (bits << 6) | (i < length ? (guint)(line->text[i] - ' ') & 63 : 0);
        for (int shift = 16; shift >= 0 && written < count; shift -= 8)
            out[written++] = (char)(bits >> shift);
    }
    return written;
}

void uu_decode(const Source *source, guint64 begin, guint64 end, TransferSink sink, gpointer user)
{
    g_auto(LineReader) lines = {0};
    Line line;
    gboolean is_inside = FALSE, is_base64;
    char out[64];
    lines_init(&lines, source, begin, end);
    while (lines_next(&lines, &line)) {
        if (!is_inside) {
            g_autofree char *name = uu_begin(&line, &is_base64);
            is_inside = name != NULL;
            continue;
        }
        if (uu_is_end(&line, FALSE))
            break;
        gsize written = uu_is_data(&line, FALSE) ? decode_line(&line, out) : 0;
        if (written > 0 && !sink(user, out, written))
            break;
    }
}
