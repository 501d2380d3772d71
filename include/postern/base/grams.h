/* Which phrases cannot stand in a text: told by its runs of four bytes, hashed, without a search. A text is
 * looked at once, and a phrase then costs a look into a table. */
#pragma once

#include <glib.h>

#define GRAMS_BITS 15 /* of the hash: a text of 4 KB sets a sixteenth of them */

typedef struct {
    guint64 bits[(1u << GRAMS_BITS) / 64];
} Grams;

/* Over the first `length` bytes. */
void grams_init(Grams *grams, const char *text, gsize length);
/* FALSE only when `phrase` does not stand in the text; one shorter than five bytes always may. */
gboolean grams_may_have(const Grams *grams, const char *phrase);
