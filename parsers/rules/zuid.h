/* ZUIDs: prefix-time-random, as people write them. The prefix says what kind
 * of thing it names; tokens are kinds too. */
#pragma once

#include <glib.h>

#define ZUID_KINDS 100000u /* prefixes have one to five digits */
#define ZUID_LENGTH_MAX 50u

typedef struct {
    gsize start, end; /* as written: may hold a line break */
    guint kind;
    char text[ZUID_LENGTH_MAX + 1]; /* lower case, in one piece */
} Zuid;

/* The next ZUID that begins at `from` or later; FALSE when there is none. Only what stands alone, not
 * inside a longer word or number. Linear in the text. */
gboolean zuid_find(const char *text, gsize length, gsize from, Zuid *out);
