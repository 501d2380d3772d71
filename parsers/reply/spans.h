/* What the lines of a text were found to be, as texts and as spans. Private to parsers/reply. */
#pragma once

#include "parsers/reply/lines.h"

#include <postern/reply.h>

/* Fills `out` from the roles of all lines of `text`. */
void spans_collect(const TextLines *lines, const char *text, ReplyParts *out);
