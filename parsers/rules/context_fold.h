/* Letters as they compare without case, however they are composed: for words near a value, and for keys.
 * Unlike in fold.h accents count here: what a rule `needs` must be the same as what it then looks for. */
#pragma once

#include <parsers/rules/joined_map.h>

#define FOLD_BYTES_MAX 128u /* of one character: some symbols stand for a whole phrase */

/* Writes the folded form of `c` and returns its length. With `is_compatible`, full-width letters, ligatures
 * and the like become plain ones. */
gsize context_fold_character(gunichar c, gboolean is_compatible, char out[FOLD_BYTES_MAX]);
/* The whole text, with places. Runs of blanks become one blank. */
Mapped *context_fold_text(const char *text, gsize length);
char *context_fold_word(const char *word);
/* No word goes on from `before` to `after`, two neighbours in a text (0: none). Scripts that are written
 * without blanks have no ends of words: there, every place is one. */
gboolean context_is_border(gunichar before, gunichar after);
