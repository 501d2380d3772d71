/* Sections of a mail: the list, or the paragraph, below a heading such as
 * "Steps to reproduce:". */
#pragma once

#include <glib.h>

/* A heading in the form that section_find compares with. The caller frees. */
char *section_heading_fold(const char *heading);
/* The next section whose heading line begins at `from` or later, but before `until`: its content without the
 * heading. `headings`: char *, folded. `text` is valid UTF-8. FALSE when there is none. */
gboolean section_find(const char *text, gsize length, gsize from, gsize until, const GPtrArray *headings,
                      gsize *out_start, gsize *out_end);
