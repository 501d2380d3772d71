/* Content-Transfer-Encoding (RFC 2045 6) undone in blocks, so that a part of
 * any size takes the same memory. Private to parsers/mail. */
#pragma once

#include "source.h"

typedef enum {
    TRANSFER_NONE,
    TRANSFER_BASE64,
    TRANSFER_QUOTED_PRINTABLE,
    TRANSFER_UUENCODE,
    TRANSFER_YENC
} Transfer;

/* Of the raw field value; NULL and unknown words are TRANSFER_NONE, `out_unknown` says so. */
Transfer transfer_parse(const char *raw, gboolean *out_unknown);

/* Takes decoded octets; FALSE: enough. */
typedef gboolean (*TransferSink)(gpointer user, const char *bytes, gsize length);
void transfer_decode(const Source *source, guint64 begin, guint64 end, Transfer transfer, TransferSink sink,
                     gpointer user);
