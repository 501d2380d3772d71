#include "gateway/workbench/context.h"

#include <string.h>

/* On both sides of the value. */
#define AROUND_BYTES 60u
/* Shorter ones stand in many words. */
#define SECRET_LEAST 4u

static const char *text_of(const Reading *reading, const char *where)
{
    const struct {
        const char *where, *text;
    } places[] = {{"subject", reading->subject},
                  {"reply", reading->reply},
                  {"text", reading->text},
                  {"quoted", reading->quoted}};
    for (guint i = 0; i < G_N_ELEMENTS(places); i++)
        if (strcmp(places[i].where, where) == 0)
            return places[i].text;
    return NULL;
}

static gboolean is_continuation(char c)
{
    return ((guchar)c & 0xc0) == 0x80;
}

static gsize line_start(const char *text, gsize at)
{
    gsize least = at > AROUND_BYTES ? at - AROUND_BYTES : 0;
    gsize start = at;
    while (start > least && text[start - 1] != '\n')
        start--;
    while (start < at && is_continuation(text[start]))
        start++;
    return start;
}

static gsize line_end(const char *text, gsize length, gsize at)
{
    gsize most = MIN(length, at + AROUND_BYTES), end = at;
    while (end < most && text[end] != '\n')
        end++;
    while (end > at && end < length && is_continuation(text[end]))
        end--;
    return end;
}

static void cover(char *line, gsize from, gsize to, const Field *secret)
{
    for (gsize at = MAX(from, secret->start); at < MIN(to, secret->end); at++)
        line[at - from] = line[at - from] == '\n' ? '\n' : '*';
}

/* A value counts once a mail, so the same secret may stand elsewhere without a field. The first set has left
 * it in the text, or there is nothing to cover. */
static void cover_again(char *line, const Reading *reading, const Field *secret)
{
    const char *text = text_of(reading, secret->where);
    if (!text || secret->end > strlen(text) || secret->end - secret->start < SECRET_LEAST)
        return;
    g_autofree char *plain = g_strndup(text + secret->start, secret->end - secret->start);
    for (char *at = line; (at = strstr(at, plain)); at += strlen(plain))
        memset(at, '*', strlen(plain));
}

char *context_line(const Reading *reading, const Field *field, const GPtrArray *secrets, gsize *out_start,
                   gsize *out_end)
{
    const char *text = text_of(reading, field->where);
    gsize length = text ? strlen(text) : 0;
    if (out_start)
        *out_start = *out_end = 0;
    /* The offsets of a child are checked against its texts, those of the other set as well. */
    if (!text || field->end > length || field->start > field->end)
        return g_strdup("");
    gsize value_end = MIN(field->end, field->start + 2 * AROUND_BYTES);
    while (value_end > field->start && value_end < length && is_continuation(text[value_end]))
        value_end--;
    gsize from = line_start(text, field->start), to = line_end(text, length, value_end);
    char *line = g_strndup(text + from, to - from);
    for (guint i = 0; secrets && i < secrets->len; i++) {
        const Field *secret = secrets->pdata[i];
        if (secret->is_secret && strcmp(secret->where, field->where) == 0)
            cover(line, from, to, secret);
        if (secret->is_secret)
            cover_again(line, reading, secret);
    }
    g_strdelimit(line, "\n\t", ' ');
    if (out_start) {
        *out_start = field->start - from;
        *out_end = value_end - from;
    }
    return line;
}
