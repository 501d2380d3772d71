/* A text as phrases are looked for in it: lower case, without accents, with one kind of apostrophe, and with
 * one blank for any white space. So "Can’t  connect" is found by "can't connect", wherever its line breaks.
 */
#pragma once

#include <glib.h>

typedef struct {
    char *text;      /* UTF-8; where an empty line was stands a line end, for other white space a blank */
    guint32 *origin; /* of each byte, and of the end: where its character begins in the original */
    gsize length;
} Folded;
/* `text` is valid UTF-8 of at most G_MAXUINT32 bytes. */
void fold_text(const char *text, gsize length, Folded *out);
void folded_clear(Folded *folded);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Folded, folded_clear)
/* A phrase in the same form, without blanks around it. The caller frees. */
char *fold_phrase(const char *phrase);
