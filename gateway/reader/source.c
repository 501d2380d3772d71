#include "source.h"

#include <postern/base/error.h>
#include <postern/base/file.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static int fail(const char *what, GError **error)
{
    g_set_error(error, POSTERN_ERROR, ERROR_TEMPORARY, "cannot hand the mail to a reader: %s: %s", what,
                g_strerror(errno));
    return -1;
}

/* The child gets an open file of its own that it cannot write to: through ours it could move our offset
 * and, had we opened it for writing, change the mail. */
static int reopen(int fd, GError **error)
{
    char path[64];
    g_snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    int reopened = open(path, O_RDONLY | O_CLOEXEC);
    return reopened >= 0 ? reopened : fail(path, error);
}

/* Parsing from a descriptor costs the child a tenth of the memory. */
static int file_of(GBytes *bytes, GError **error)
{
    int writable = memfd_create("mail", MFD_CLOEXEC);
    if (writable < 0)
        return fail("memfd", error);
    gsize length;
    gconstpointer data = g_bytes_get_data(bytes, &length);
    int fd = file_write_all(writable, data, length, error) ? reopen(writable, error) : -1;
    close(writable);
    return fd;
}

gboolean source_open(Source *source, GBytes *bytes, int fd, GError **error)
{
    *source = (Source){.fd = -1};
    if (bytes && g_bytes_get_size(bytes) <= FRAME_INLINE_BYTES) {
        source->bytes = g_bytes_get_data(bytes, &source->length);
        return TRUE;
    }
    source->fd = bytes ? file_of(bytes, error) : reopen(fd, error);
    return source->fd >= 0;
}

FrameResult source_send(const Source *source, int socket_fd, const char *envelope_from, gint64 deadline_us)
{
    gsize envelope_bytes = envelope_from ? MIN(strlen(envelope_from), FRAME_ENVELOPE_BYTES) : 0;
    guint32 envelope_length = envelope_from ? (guint32)envelope_bytes : FRAME_NO_ENVELOPE;
    struct iovec parts[] = {
        {.iov_base = &envelope_length, .iov_len = sizeof envelope_length},
        {.iov_base = (gpointer)(gsize)envelope_from, .iov_len = envelope_bytes},
        {.iov_base = (gpointer)(gsize)source->bytes, .iov_len = source->length},
    };
    return frame_send(socket_fd, FRAME_MAIL, parts, G_N_ELEMENTS(parts), source->fd, deadline_us);
}

FrameResult source_send_wish(const Source *source, int socket_fd, const ContentWish *wish, gint64 deadline_us)
{
    gsize own_bytes = wish->own_text ? MIN(strlen(wish->own_text), LIMIT_TEXT_BYTES) : 0;
    FrameWish head = {.attachment_bytes = wish->attachment_bytes,
                      .own_length = wish->own_text ? (guint32)own_bytes : FRAME_NO_TEXT};
    struct iovec parts[] = {
        {.iov_base = &head, .iov_len = sizeof head},
        {.iov_base = (gpointer)(gsize)wish->own_text, .iov_len = own_bytes},
        {.iov_base = (gpointer)(gsize)source->bytes, .iov_len = source->length},
    };
    return frame_send(socket_fd, FRAME_WISH, parts, G_N_ELEMENTS(parts), source->fd, deadline_us);
}

void source_close(Source *source)
{
    if (source->fd >= 0)
        close(source->fd);
    source->fd = -1;
}
