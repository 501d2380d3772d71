/* The tree of parts, by GMime's parser, as places in the raw bytes. Private to
 * parsers/mail. */
#pragma once

#include "scan.h"
#include "transfer.h"

#include <postern/mail.h>

typedef struct {
    MailPart part;
    guint64 begin, end; /* of the encoded content in the raw bytes */
    Transfer transfer;
} TreePart;
void tree_part_free(gpointer part);
/* A new part at the end of `parts`. Borrowed. */
TreePart *tree_part_add(GPtrArray *parts, guint parent, guint level);

/* Appends TreePart in depth-first order to `parts`; at least one. */
void tree_read(const Source *source, const Scan *scan, GPtrArray *parts, GPtrArray *findings);
