/* The tree of parts, by GMime's parser, as places in the raw bytes. Private to
 * parsers/mail. */
#pragma once

#include "scan.h"
#include "transfer.h"

#include <postern/base/limits.h>
#include <postern/mail.h>

typedef struct {
    guint64 begin, end;
} Range;

typedef struct FilePiece FilePiece;

typedef struct {
    MailPart part;
    guint64 begin, end; /* of the encoded content, in the raw bytes or in `content` */
    Transfer transfer;
    GBytes *content;  /* what was unpacked or made by us; NULL: the raw bytes of the mail */
    GArray *more;     /* Range: what follows the first range, of a file that came in pieces; or NULL */
    FilePiece *piece; /* of such a file, whose others are not in the same text; or NULL */
} TreePart;
void tree_part_free(gpointer part);
/* A new part at the end of `parts`. Borrowed. */
TreePart *tree_part_add(GPtrArray *parts, guint parent, guint level);
/* All octets of a leaf, one range after the other. */
void tree_part_decode(const Source *mail, const TreePart *part, TransferSink sink, gpointer user);
/* The same in one piece. NULL when the encoded form is over LIMIT_UNPACK_BYTES. The caller unrefs. */
GBytes *tree_part_decoded(const Source *mail, const TreePart *part);

/* Appends TreePart in depth-first order to `parts`; at least one. `depth`: 0 of a mail, more of what was
 * sealed in so many signatures. */
void tree_read(const Source *source, const Scan *scan, guint depth, GPtrArray *parts, GPtrArray *findings);
