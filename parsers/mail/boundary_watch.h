/* Watches the lines of a mail for what makes GMime costly: very many parts,
 * very large headers within parts, and groups nested in address headers of
 * enclosed messages (GMime 3.2.13 takes some 200 bytes of stack for each); and
 * for fields of parts that are repeated, of which it takes the last.
 * Private to parsers/mail. */
#pragma once

#include "source.h"

typedef struct {
    GPtrArray *boundaries; /* char *: values of boundary parameters seen so far */
    gboolean counts_all;   /* a boundary was written in a way not followed here: any "--" line counts */
    guint boundary_lines;
    gboolean in_content_type; /* within a Content-Type field, which may go on */
    gboolean in_header;       /* within the header of a part */
    gboolean encloses;        /* that header spoke of message/…: another header follows it */
    guint header_fields;
    guint64 header_bytes;
    guint fields_seen; /* Content-* fields of that header that may stand there once, a bit each */
    GArray *repeated;  /* guint64: where the second one of a name begins, in headers of parts; or NULL */
    gboolean in_address;
    guint address_colons;
} BoundaryWatch;

void boundary_watch_init(BoundaryWatch *watch);
void boundary_watch_clear(BoundaryWatch *watch);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(BoundaryWatch, boundary_watch_clear)

/* A line of a header: only looks for boundaries and enclosed messages. */
void boundary_watch_header_line(BoundaryWatch *watch, const Line *line);
/* A line after it. ERROR_LIMIT when it is one too many. */
gboolean boundary_watch_body_line(BoundaryWatch *watch, const Line *line, GError **error);
