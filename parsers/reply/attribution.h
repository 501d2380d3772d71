/* "On …, somebody wrote:" in many languages, on one line or broken over a few. */
#pragma once

#include "parsers/reply/line_signs.h"

/* TRUE when line `last` ends an attribution; `out_first` gets its first line, not above `floor`. */
gboolean attribution_ends_at(Attributions *attributions, gsize last, gsize floor, gsize *out_first);

/* TRUE when the quoted lines from `first` on begin with one; `out_last` gets its last line. */
gboolean attribution_opens_quote(const TextLines *lines, gsize first, gsize *out_last);
