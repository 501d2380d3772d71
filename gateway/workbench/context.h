/* The line that a value stands in, for people. */
#pragma once

#include <postern/values.h>

/* One line of the place of `field`, cut to what fits a terminal around it. Values that only `secrets` (Field,
 * may be NULL) know as secrets are covered. `out_start` and `out_end` (may be NULL) get the place of the
 * field in it. "" when the text of the place is not at hand. The caller frees. */
char *context_line(const Reading *reading, const Field *field, const GPtrArray *secrets, gsize *out_start,
                   gsize *out_end);
