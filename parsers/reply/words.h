/* A text as a row of words, each only a number: what is left of it whatever a client did to blanks, line
 * ends, bullets, quotes and marks. Private to parsers/reply. */
#pragma once

#include <glib.h>

typedef struct {
    guint32 hash;
    guint32 at; /* byte offset in the text */
} TextWord;

/* Appends the words of `text` to `out` (of TextWord), at most `most`. Case, accents, links and the numbers of
 * list items are left out; each sign of a script without blanks is a word. */
void text_words(const char *text, gsize most, GArray *out);
