/* The stream below libetpan: our TLS connection with a deadline for every command, and every line looked at
 * (imap_scan.h) before libetpan gets it. After an error nothing more is read or written. */
#pragma once

#include "imap_scan.h"

#include <libetpan/mailstream.h>
#include <postern/base/tls.h>

typedef struct ImapStream ImapStream;

/* Takes the connection over. */
ImapStream *imap_stream_new(TlsClient *client);
/* Only where no mailstream was made of it: that one frees it. */
void imap_stream_free(ImapStream *stream);
/* Freed with mailstream_close, which frees `stream` and closes the connection. */
mailstream *imap_stream_mailstream(ImapStream *stream);

TlsClient *imap_stream_client(ImapStream *stream);
ImapScan *imap_stream_scan(ImapStream *stream);
/* Before a command: when its answer must be there, and, unless `stall_us` is 0, how long no byte may move.
 * `wanted` and `body_most` as in ImapScan. */
void imap_stream_begin(ImapStream *stream, gint64 deadline_us, gint64 stall_us, const char *wanted,
                       guint64 body_most);
/* For those who read without libetpan, between two of its responses: the next line that was asked for, or
 * that goes on with such a response, with its line end; the bytes of a literal are to be read before.
 * Borrowed until the next call. NULL: it broke. */
const char *imap_stream_line(ImapStream *stream, gsize *out_length);
/* The next bytes of the literal that the last line announced; 0: it ends here; negative: it broke. */
gssize imap_stream_literal(ImapStream *stream, const char **out_bytes);
/* Bytes that are here and that nobody has looked at. */
gboolean imap_stream_has_bytes(const ImapStream *stream);
/* Why it broke, or NULL. Borrowed. */
const GError *imap_stream_error(const ImapStream *stream);
/* Breaks it for a reason of the caller's; keeps an earlier one. Takes `error`. */
void imap_stream_break(ImapStream *stream, GError *error);
