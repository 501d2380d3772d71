/* Parts that are sealed in their signature (CMS SignedData, RFC 8551 3.5.2), beside others or within them.
 * Private to parsers/mail. */
#pragma once

#include "mail_tree.h"

/* TRUE for what may be such a part, by its type or its name. */
gboolean sealed_part_is(const MailPart *part);
/* When the leaf `part`, the last of `parts`, is one, it becomes a node above what is in it. `depth`: of how
 * many it is in itself. Nothing is verified. */
gboolean sealed_part_open(const Source *source, guint depth, GPtrArray *parts, TreePart *part,
                          GPtrArray *findings);
