/* The form of text that phrases are looked up in: lower case, NFC, single blanks, no emphasis marks and no
 * signs that nobody sees, every dash as "-", typographic apostrophes as "'", digits of all scripts as 0 to 9.
 */
#pragma once

#include <glib.h>

/* Folds `length` bytes. The caller frees. */
char *text_fold(const char *text, gsize length);
/* The same, of [text, end), behind what `out` has. */
void text_fold_append(GString *out, const char *text, const char *end);
/* Of a folded text. */
guint text_count_words(const char *text);
/* The same as text_count_words(text) > count, without a look at all of it. */
gboolean text_has_more_words(const char *text, guint count);
