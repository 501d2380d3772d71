#include "yenc.h"

#include "crc32.h"

#include <postern/base/limits.h>

#include <string.h>

#define WORD_BYTES 20u /* the digits of a size or a check sum */

static gboolean begins_with(const Line *line, const char *word)
{
    gsize length = strlen(word);
    return line->length > length && memcmp(line->text, word, length) == 0;
}

/* " key=" somewhere in the line: what follows, up to a blank; FALSE: it is not there. */
static gboolean find_word(const Line *line, const char *key, char out[WORD_BYTES])
{
    const char *end = line->text + line->length;
    const char *at = memmem(line->text, line->length, key, strlen(key));
    if (!at)
        return FALSE;
    at += strlen(key);
    gsize length = 0;
    while (at < end && !g_ascii_isspace(*at) && length + 1 < WORD_BYTES)
        out[length++] = *at++;
    out[length] = '\0';
    return length > 0;
}

static guint64 find_number(const Line *line, const char *key)
{
    char word[WORD_BYTES];
    return find_word(line, key, word) ? g_ascii_strtoull(word, NULL, 10) : 0;
}

gboolean yenc_begin(const Line *line, YencFile *out)
{
    if (!begins_with(line, "=ybegin "))
        return FALSE;
    const char *name = memmem(line->text, line->length, " name=", 6);
    if (!name || !memmem(line->text, line->length, " line=", 6))
        return FALSE;
    name += 6;
    gsize length = (gsize)(line->text + line->length - name);
    Line head = *line; /* a name may hold "size=" itself */
    head.length -= length;
    *out = (YencFile){
        .name = g_strchomp(g_strndup(name, MIN(length, 4 * LIMIT_NAME_BYTES))),
        .size = find_number(&head, " size="),
        .part = (guint)MIN(find_number(&head, " part="), G_MAXUINT32),
        .total = (guint)MIN(find_number(&head, " total="), G_MAXUINT32),
    };
    return TRUE;
}

gboolean yenc_part(const Line *line, YencFile *file)
{
    if (!begins_with(line, "=ypart "))
        return FALSE;
    file->begin = find_number(line, " begin=");
    file->end = find_number(line, " end=");
    return TRUE;
}

gboolean yenc_end(const Line *line, YencFile *file)
{
    char word[WORD_BYTES];
    if (!begins_with(line, "=yend"))
        return FALSE;
    file->has_end = TRUE;
    file->end_size = find_number(line, " size=");
    /* crc32 is of the whole file, pcrc32 of the part. */
    file->has_crc =
        find_word(line, " pcrc32=", word) || (file->part == 0 && find_word(line, " crc32=", word));
    if (file->has_crc)
        file->crc = (guint32)g_ascii_strtoull(word, NULL, 16);
    return TRUE;
}

/* In place of the line: never longer. An escape at the very end is nothing. */
static gsize decode_line(const Line *line, char *out)
{
    gsize length = line->length, written = 0;
    if (length > 0 && line->text[length - 1] == '\r')
        length--;
    for (gsize i = 0; i < length; i++) {
        guchar c = (guchar)line->text[i];
        if (c == '=' && ++i < length)
            c = (guchar)(line->text[i] - 64);
        else if (i >= length)
            break;
        out[written++] = (char)(guchar)(c - 42);
    }
    return written;
}

void yenc_decode(const Source *source, guint64 begin, guint64 end, TransferSink sink, gpointer user)
{
    g_auto(LineReader) lines = {0};
    g_autofree char *out = NULL;
    gsize room = 0;
    Line line;
    lines_init(&lines, source, begin, end);
    while (lines_next(&lines, &line)) {
        if (begins_with(&line, "=ybegin ") || begins_with(&line, "=ypart "))
            continue;
        if (begins_with(&line, "=yend"))
            return;
        if (line.length > room) {
            g_free(out);
            room = line.length;
            out = g_malloc(room);
        }
        gsize written = line.length > 0 ? decode_line(&line, out) : 0;
        if (written > 0 && !sink(user, out, written))
            return;
    }
}

typedef struct {
    guint32 crc;
    guint64 size;
} Sum;

static gboolean sum_sink(gpointer user, const char *bytes, gsize length)
{
    Sum *sum = user;
    sum->crc = crc32_add(sum->crc, bytes, length);
    sum->size += length;
    return TRUE;
}

const char *yenc_check(const Source *source, guint64 begin, guint64 end, const YencFile *file)
{
    if (!file->has_end)
        return "it has no end";
    Sum sum = {.crc = 0xffffffff};
    yenc_decode(source, begin, end, sum_sink, &sum);
    guint64 wanted = file->part == 0 ? file->size : file->end_size;
    if (file->begin > 0 && file->end >= file->begin)
        wanted = file->end - file->begin + 1;
    if (sum.size != wanted || sum.size != file->end_size)
        return "its size is another than it says";
    if (file->has_crc && (~sum.crc & 0xffffffff) != file->crc)
        return "its octets are others than those that were encoded";
    return NULL;
}
