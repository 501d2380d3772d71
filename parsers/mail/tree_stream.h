/* The bytes that GMime builds the tree from: those of the mail from the first header field that matters,
 * place by place. Private to parsers/mail. */
#pragma once

#include "scan.h"

#include <gmime/gmime.h>

typedef struct {
    GMimeStream *stream;
    GByteArray *bytes;
    gboolean is_lent; /* `bytes` are the source's own */
} TreeStream;

/* Of header fields that are repeated GMime takes the last, but the first counts (RFC 5322 3.6 allows one): it
 * is shown no other, unless the mail is too large to be held twice. The source must outlive the stream. */
void tree_stream_open(const Source *source, const Scan *scan, TreeStream *out);
void tree_stream_clear(TreeStream *stream);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TreeStream, tree_stream_clear)
