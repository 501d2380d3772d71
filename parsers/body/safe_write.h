/* A tree as HTML again. */
#pragma once

#include "parsers/body/safe_own.h"

/* What lies in `span`, NULL: all of it. `own_text` is what it says, or NULL. Well-formed; NULL when there is
 * nothing to see or it gets too long. Sets `use` of the images that it shows. The caller frees. */
char *safe_write(const SafeTree *tree, const SafeSpan *span, const char *own_text);

/* Sets `use` of the images that the page names at all. */
void safe_note_images(const SafeTree *tree);
