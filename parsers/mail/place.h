/* Places of parts in the raw bytes that GMime does not tell. `boundaries` are those of
 * the multiparts around (char *). Private to parsers/mail. */
#pragma once

#include "mail_tree.h"

/* Sets the place of a part that GMime has taken apart but that we keep whole: from `begin`, behind
 * its header when `has_header`, to the next boundary. */
void place_whole(const Source *source, const GPtrArray *boundaries, guint64 begin, gboolean has_header,
                 TreePart *added);

/* Where the line after the next boundary begins. */
guint64 place_after_boundary(const Source *source, const GPtrArray *boundaries, guint64 from);
