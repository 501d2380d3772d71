/* The look at the raw bytes before GMime sees them: header fields of the top
 * level, and shapes that would cost too much memory, time or stack: a header
 * is refused, a body is read up to there. Private to parsers/mail. */
#pragma once

#include "source.h"

#include <postern/values.h>

typedef struct {
    Headers *headers;
    guint64 header_begin; /* behind an mbox "From " line and what is no header */
    guint64
        tree_begin; /* the first field that the MIME tree needs (RFC 2045 9); without one, the last field */
    guint64 body_begin;
    guint64 end; /* what is behind shall not be read */
    gboolean has_header;
    GArray *repeated; /* guint64: where a second Content-* field of a name begins, and more; or NULL */
} Scan;

/* ERROR_LIMIT names the limit. `findings` gets what is odd about the header, and what is left unread. */
gboolean scan_mail(const Source *source, Scan *out, GPtrArray *findings, GError **error);
void scan_clear(Scan *scan);
