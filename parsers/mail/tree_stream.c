#include "tree_stream.h"

#include <fcntl.h>

/* A copy with other names for the fields that do not count, of the same length: all places stay. */
static GByteArray *without_repeated(const Source *source, const GArray *repeated)
{
    GByteArray *copy = g_byte_array_sized_new((guint)source->size);
    g_byte_array_append(copy, (const guint8 *)source->bytes, (guint)source->size);
    for (guint i = 0; i < repeated->len; i++)
        copy->data[g_array_index(repeated, guint64, i)] = 'X';
    return copy;
}

void tree_stream_open(const Source *source, const Scan *scan, TreeStream *out)
{
    gint64 begin = (gint64)scan->tree_begin;
    *out = (TreeStream){.is_lent = scan->repeated == NULL};
    if (!source->bytes) {
        out->stream = g_mime_stream_fs_new_with_bounds(fcntl(source->fd, F_DUPFD_CLOEXEC, 3), begin,
                                                       (gint64)source->size);
        return;
    }
    out->bytes = out->is_lent ? g_byte_array_new_take((guint8 *)(guintptr)source->bytes, source->size)
                              : without_repeated(source, scan->repeated);
    GMimeStream *memory = g_mime_stream_mem_new_with_byte_array(out->bytes);
    g_mime_stream_mem_set_owner((GMimeStreamMem *)memory, FALSE);
    out->stream = g_mime_stream_substream(memory, begin, -1);
    g_object_unref(memory);
}

void tree_stream_clear(TreeStream *stream)
{
    g_clear_object(&stream->stream);
    if (stream->bytes)
        g_byte_array_free(stream->bytes, !stream->is_lent);
    stream->bytes = NULL;
}
