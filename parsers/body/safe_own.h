/* Where in a page somebody's own words stand. */
#pragma once

#include "parsers/body/safe_tree.h"

/* What is seen of the page, one behind the other: characters, line ends, images, marks. Both ends count. */
typedef struct {
    guint first, last;
} SafeSpan;

/* Numbers what every node holds (begin, end) and finds the run of lines that says `own_text`. FALSE when
 * there is none, or none outside of what is quoted. */
gboolean safe_own_find(SafeTree *tree, const char *own_text, SafeSpan *out);
