#include "source.h"

#include <postern/base/error.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* Up to here a mail behind a descriptor is read at once. */
#define SOURCE_MEMORY_BYTES (2u * 1024 * 1024)
/* One line as far as it is seen, and as much again in one read. */
#define BUFFER_BYTES (2 * LINE_VIEW_BYTES)

void source_init_bytes(Source *source, const char *bytes, gsize length)
{
    *source = (Source){.bytes = bytes ? bytes : "", .fd = -1, .size = length};
}

gboolean source_init_fd(Source *source, int fd, GError **error)
{
    /* Not fstat(): the C library makes a call with a file name of it, which the confined reader may not. */
    off_t size = lseek(fd, 0, SEEK_END);
    if (size < 0) {
        g_set_error(error, POSTERN_ERROR, ERROR_TEMPORARY, "cannot read the mail: %s", g_strerror(errno));
        return FALSE;
    }
    *source = (Source){.fd = fd, .size = (guint64)size};
    if (source->size > SOURCE_MEMORY_BYTES)
        return TRUE;
    char *owned = g_malloc(source->size + 1);
    if (source_read(source, 0, owned, source->size) != source->size) {
        g_free(owned);
        g_set_error(error, POSTERN_ERROR, ERROR_TEMPORARY, "the mail could only be read in part");
        return FALSE;
    }
    source->owned = owned;
    source->bytes = owned;
    return TRUE;
}

void source_clear(Source *source)
{
    g_free(source->owned);
    *source = (Source){.fd = -1};
}

gsize source_read(const Source *source, guint64 offset, char *out, gsize length)
{
    if (offset >= source->size)
        return 0;
    length = MIN(length, source->size - offset);
    if (source->bytes) {
        memcpy(out, source->bytes + offset, length);
        return length;
    }
    gsize done = 0;
    while (done < length) {
        gssize got = pread(source->fd, out + done, length - done, (off_t)(offset + done));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        done += (gsize)got;
    }
    return done;
}

void lines_init(LineReader *lines, const Source *source, guint64 begin, guint64 end)
{
    *lines = (LineReader){.source = source, .next = begin, .end = MIN(end, source->size)};
    if (!source->bytes)
        lines->buffer = g_malloc(BUFFER_BYTES);
}

void lines_clear(LineReader *lines)
{
    g_free(lines->buffer);
    lines->buffer = NULL;
}

/* What is at hand from `next` on: at least a whole line, LINE_VIEW_BYTES, or all that is left. */
static const char *at_hand(LineReader *lines, gsize *out_length)
{
    const Source *source = lines->source;
    if (source->bytes) {
        *out_length = lines->end - lines->next;
        return source->bytes + lines->next;
    }
    gsize skip = lines->next - lines->buffer_offset;
    gsize left = skip <= lines->buffer_length ? lines->buffer_length - skip : 0;
    if (left == 0 || (left < LINE_VIEW_BYTES && !memchr(lines->buffer + skip, '\n', left))) {
        if (left > 0)
            memmove(lines->buffer, lines->buffer + skip, left);
        gsize want = MIN(BUFFER_BYTES - left, lines->end - lines->next - left);
        lines->buffer_offset = lines->next;
        lines->buffer_length = left + source_read(source, lines->next + left, lines->buffer + left, want);
        skip = 0;
    }
    *out_length = lines->buffer_length - skip;
    return lines->buffer + skip;
}

/* Goes on past the end of a line whose beginning fills the view. */
static guint64 skip_long_line(LineReader *lines, guint64 from)
{
    char block[4096];
    for (;;) {
        gsize got = source_read(lines->source, from, block, MIN(sizeof block, lines->end - from));
        const char *feed = got > 0 ? memchr(block, '\n', got) : NULL;
        if (feed)
            return from + (guint64)(feed - block) + 1;
        if (got == 0)
            return lines->end;
        from += got;
    }
}

gboolean lines_next(LineReader *lines, Line *out)
{
    if (lines->next >= lines->end)
        return FALSE;
    gsize length;
    const char *text = at_hand(lines, &length);
    if (length == 0)
        return FALSE;
    const char *feed = memchr(text, '\n', length);
    guint64 begin = lines->next;
    *out = (Line){.text = text, .length = feed ? (gsize)(feed - text) : length, .offset = begin};
    if (feed)
        lines->next = begin + out->length + 1;
    else if (begin + length >= lines->end)
        lines->next = lines->end;
    else
        lines->next = skip_long_line(lines, begin + length);
    out->full_length = lines->next - begin;
    return TRUE;
}
