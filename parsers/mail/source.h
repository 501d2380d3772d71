/* Where the raw bytes of a mail are: in memory or behind a descriptor. Reads
 * by place, so that nobody depends on a file position. Private to parsers/mail. */
#pragma once

#include <glib.h>

typedef struct {
    const char *bytes; /* borrowed unless `owned` is it; NULL: read from `fd` */
    char *owned;
    int fd; /* borrowed */
    guint64 size;
} Source;

void source_init_bytes(Source *source, const char *bytes, gsize length);
/* Small files are read into memory: one read is cheaper than many small ones.
 * ERROR_TEMPORARY when the descriptor cannot be read. */
gboolean source_init_fd(Source *source, int fd, GError **error);
void source_clear(Source *source);

/* At most `length` bytes from `offset`; less only at the end or when reading fails. */
gsize source_read(const Source *source, guint64 offset, char *out, gsize length);

/* Lines of a range, one after the other. */
typedef struct {
    const Source *source;
    guint64 next, end; /* where the next line begins; where the range ends */
    char *buffer;      /* NULL for bytes in memory */
    guint64 buffer_offset;
    gsize buffer_length;
} LineReader;

/* One line without its LF; a CR before it stays. Of a very long line `text` holds only
 * the first LINE_VIEW_BYTES at least. Valid until the next call. */
#define LINE_VIEW_BYTES (64u * 1024 + 2)
typedef struct {
    const char *text;
    gsize length; /* of `text` */
    guint64 offset;
    guint64 full_length; /* with the LF */
} Line;

/* Length of the text that was seen, without the CR that ends a line. */
static inline gsize line_without_cr(const Line *line)
{
    return line->length > 0 && line->text[line->length - 1] == '\r' ? line->length - 1 : line->length;
}

void lines_init(LineReader *lines, const Source *source, guint64 begin, guint64 end);
gboolean lines_next(LineReader *lines, Line *out);
void lines_clear(LineReader *lines);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(LineReader, lines_clear)
