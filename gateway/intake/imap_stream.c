#include "imap_stream.h"

#include <postern/base/clean.h>
#include <postern/base/clock.h>

#include <string.h>

#define BUFFER_BYTES (16u * 1024) /* a TLS record */

struct ImapStream {
    TlsClient *client;
    ImapScan scan;
    gint64 deadline_us;
    gint64 stall_us;
    GString *raw; /* read, from `at` on not yet handed over */
    gsize at;
    gsize ready; /* bytes of a line that passed, from `at` on */
    GError *error;
};

ImapStream *imap_stream_new(TlsClient *client)
{
    ImapStream *stream = g_new0(ImapStream, 1);
    stream->client = client;
    stream->raw = g_string_sized_new(2 * BUFFER_BYTES);
    return stream;
}

void imap_stream_free(ImapStream *stream)
{
    if (!stream)
        return;
    tls_close(stream->client);
    g_string_free(stream->raw, TRUE);
    g_clear_error(&stream->error);
    g_free(stream);
}

TlsClient *imap_stream_client(ImapStream *stream)
{
    return stream->client;
}

ImapScan *imap_stream_scan(ImapStream *stream)
{
    return &stream->scan;
}

void imap_stream_begin(ImapStream *stream, gint64 deadline_us, gint64 stall_us, const char *wanted,
                       guint64 body_most)
{
    stream->deadline_us = deadline_us;
    stream->stall_us = stall_us;
    imap_scan_begin(&stream->scan, wanted, body_most);
}

gboolean imap_stream_has_bytes(const ImapStream *stream)
{
    return stream->raw->len > stream->at;
}

const GError *imap_stream_error(const ImapStream *stream)
{
    return stream->error;
}

void imap_stream_break(ImapStream *stream, GError *error)
{
    if (stream->error)
        g_error_free(error);
    else
        stream->error = error;
}

/* The scanner knows no names. */
static void break_by_scan(ImapStream *stream, GError *error)
{
    g_autofree char *said = clean_line(stream->scan.is_goodbye ? stream->scan.status : "", -1, 200);
    if (*said)
        g_prefix_error(&error, "%s: the server says \"%s\": ", tls_place(stream->client), said);
    else
        g_prefix_error(&error, "%s: ", tls_place(stream->client));
    imap_stream_break(stream, error);
}

static gint64 read_deadline(const ImapStream *stream)
{
    gint64 stall_us = stream->stall_us > 0 ? clock_monotonic_us() + stream->stall_us : G_MAXINT64;
    return MIN(stream->deadline_us, stall_us);
}

static gssize receive(ImapStream *stream, char *buffer, gsize size)
{
    GError *error = NULL;
    gssize got = tls_read(stream->client, buffer, size, read_deadline(stream), &error);
    if (got < 0)
        imap_stream_break(stream, error);
    return got;
}

static gboolean fill(ImapStream *stream)
{
    g_string_erase(stream->raw, 0, (gssize)stream->at);
    stream->at = 0;
    gsize length = stream->raw->len;
    g_string_set_size(stream->raw, length + BUFFER_BYTES);
    gssize got = receive(stream, stream->raw->str + length, BUFFER_BYTES);
    g_string_set_size(stream->raw, length + (gsize)MAX(got, 0));
    return got > 0;
}

/* Reads on to the end of a line; 0 when it broke. */
static gsize whole_line(ImapStream *stream)
{
    gsize seen = 0;
    for (;;) {
        const char *start = stream->raw->str + stream->at;
        gsize length = stream->raw->len - stream->at;
        const char *end = memchr(start + seen, '\n', length - seen);
        gsize size = end ? (gsize)(end + 1 - start) : length;
        if (size > LIMIT_IMAP_LINE_BYTES) {
            break_by_scan(stream,
                          g_error_new_literal(POSTERN_ERROR, ERROR_LIMIT, "it sends a line without end"));
            return 0;
        }
        if (end)
            return size;
        seen = length;
        if (!fill(stream))
            return 0;
    }
}

static gboolean next_line(ImapStream *stream)
{
    GError *error = NULL;
    gsize length = whole_line(stream);
    if (length == 0)
        return FALSE;
    if (imap_scan_line(&stream->scan, stream->raw->str + stream->at, length, &error)) {
        stream->ready = length;
        return TRUE;
    }
    break_by_scan(stream, error);
    return FALSE;
}

static gssize take(ImapStream *stream, char *buffer, gsize count)
{
    memcpy(buffer, stream->raw->str + stream->at, count);
    stream->at += count;
    return (gssize)count;
}

static gssize read_literal(ImapStream *stream, char *buffer, gsize count)
{
    count = MIN(count, stream->scan.literal_left);
    gsize here = stream->raw->len - stream->at;
    gssize got = here > 0 ? take(stream, buffer, MIN(count, here)) : receive(stream, buffer, count);
    GError *error = NULL;
    if (got <= 0 || imap_scan_literal(&stream->scan, buffer, (gsize)got, &error))
        return got;
    break_by_scan(stream, error);
    return -1;
}

static gboolean skip_literal(ImapStream *stream)
{
    char buffer[1024];
    return read_literal(stream, buffer, sizeof buffer) > 0;
}

/* FALSE when it broke; else there is a line, or the bytes of a literal, for libetpan. */
static gboolean find_bytes(ImapStream *stream)
{
    while (stream->ready == 0 && (stream->scan.literal_left == 0 || stream->scan.is_dropped)) {
        if (stream->scan.literal_left > 0) {
            if (!skip_literal(stream))
                return FALSE;
            continue;
        }
        if (!next_line(stream))
            return FALSE;
        if (stream->scan.is_dropped) {
            stream->at += stream->ready;
            stream->ready = 0;
        }
    }
    return TRUE;
}

const char *imap_stream_line(ImapStream *stream, gsize *out_length)
{
    if (stream->error || !find_bytes(stream))
        return NULL;
    const char *line = stream->raw->str + stream->at;
    *out_length = stream->ready;
    stream->at += stream->ready;
    stream->ready = 0;
    return line;
}

gssize imap_stream_literal(ImapStream *stream, const char **out_bytes)
{
    GError *error = NULL;
    if (stream->error)
        return -1;
    if (stream->scan.literal_left == 0)
        return 0;
    if (stream->raw->len == stream->at && !fill(stream))
        return -1;
    gsize length = MIN(stream->scan.literal_left, stream->raw->len - stream->at);
    *out_bytes = stream->raw->str + stream->at;
    stream->at += length;
    if (imap_scan_literal(&stream->scan, *out_bytes, length, &error))
        return (gssize)length;
    break_by_scan(stream, error);
    return -1;
}

/* At most one line at a time, so that libetpan's buffer never holds what was not asked for. */
static ssize_t driver_read(mailstream_low *low, void *buffer, size_t count)
{
    ImapStream *stream = low->data;
    if (stream->error || count == 0 || !find_bytes(stream))
        return -1;
    if (stream->ready == 0)
        return read_literal(stream, buffer, count);
    gsize length = MIN(count, stream->ready);
    stream->ready -= length;
    return take(stream, buffer, length);
}

static ssize_t driver_write(mailstream_low *low, const void *bytes, size_t count)
{
    ImapStream *stream = low->data;
    GError *error = NULL;
    if (stream->error)
        return -1;
    if (tls_write(stream->client, bytes, count, read_deadline(stream), &error))
        return (ssize_t)count;
    imap_stream_break(stream, error);
    return -1;
}

static int driver_close(mailstream_low *low)
{
    (void)low;
    return 0;
}

static int driver_fd(mailstream_low *low)
{
    (void)low;
    return -1; /* nobody but tls.h waits for it */
}

static void driver_free(mailstream_low *low)
{
    imap_stream_free(low->data);
    free(low);
}

static struct mailstream_cancel *driver_cancel(mailstream_low *low)
{
    (void)low;
    return NULL;
}

static mailstream_low_driver driver = {.mailstream_read = driver_read,
                                       .mailstream_write = driver_write,
                                       .mailstream_close = driver_close,
                                       .mailstream_get_fd = driver_fd,
                                       .mailstream_free = driver_free,
                                       .mailstream_get_cancel = driver_cancel};

mailstream *imap_stream_mailstream(ImapStream *stream)
{
    mailstream_low *low = mailstream_low_new(stream, &driver);
    mailstream *result = low ? mailstream_new(low, BUFFER_BYTES) : NULL;
    if (!result)
        g_error("out of memory");
    return result;
}
