/* Where in a page somebody's own words stand. */
#pragma once

#include "parsers/body/safe_tree.h"

/* Places in the row of a page (safe_row.h). Both ends count. */
typedef struct {
    guint first, last;
} SafeSpan;

/* Sets `begin` and `end` of every node and finds the run of lines that says `own_text`. FALSE when
 * there is none, or none outside of what is quoted. */
gboolean safe_own_find(SafeTree *tree, const char *own_text, SafeSpan *out);
