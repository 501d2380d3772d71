/* What must occur in a text for a pattern to match: found by reading the pattern, so that a rule without
 * `needs` is tried only where it can match. In doubt nothing is said: too little costs time, too much would
 * lose matches. */
#pragma once

#include <parsers/rules/literals_words.h>
#include <parsers/rules/pattern.h>

typedef struct {
    GPtrArray *words; /* char *: each match holds one of them; ASCII letters are small, and compare without
                         case. Two bytes and longer, or a rare sign. */
    gsize most;       /* from the beginning of a match to the beginning of such a word, in bytes */
} Literals;

/* FALSE: no word is known to be needed, or the syntax is not understood. The pattern must compile. In a text
 * with literals_text_is_odd nothing follows from them. */
gboolean literals_of(const char *pattern, gsize length, PatternFlags flags, Literals *out);
void literals_clear(Literals *literals);
/* A text with signs that stand for letters where case does not count: the sign for kelvin for K, the long s
 * for S, of Angstrom for Å, and old forms of Cyrillic letters. */
gboolean literals_text_is_odd(const char *text, gsize length);
