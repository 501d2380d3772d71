/* What an element of a page may carry, in its final form. */
#pragma once

#include "parsers/body/safe_tree.h"

/* Fills the attributes of the node `index` from those of the page, with the link, the words and the image
 * that they name. An element that says nothing without them loses its tag. */
void safe_describe(SafeTree *tree, guint index, const char *const *attributes);
