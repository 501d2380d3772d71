/* What must occur in a text for a pattern to match: found by reading the pattern, so that a rule without
 * `needs` is tried only where it can match. In doubt nothing is said: too little costs time, too much would
 * lose matches. */
#pragma once

#include <parsers/rules/literals_words.h>
#include <parsers/rules/pattern.h>

/* Why nothing may follow from words that do not occur. */
typedef enum {
    ODD_LETTERS = 1 << 0, /* where case does not count, other signs stand for letters: that of kelvin for K,
                             the long s for S, that of Angstrom for Å, old forms of Cyrillic letters */
    ODD_DIGITS = 1 << 1,  /* digits of other scripts */
} LiteralsOdd;

typedef struct {
    GPtrArray *words; /* char *: each match holds one of them; ASCII letters are small, and compare without
                         case; 0 stands for every digit. Two bytes and longer, or a rare sign. */
    gsize most;       /* from the beginning of a match to the beginning of such a word, in bytes */
    guint odd;        /* LiteralsOdd: in a text with any of these nothing follows from them */
} Literals;

/* What the pattern can cost. */
Effort literals_effort(const char *pattern, gsize length, PatternFlags flags);
/* FALSE: no word is known to be needed, or the syntax is not understood. The pattern must compile. */
gboolean literals_of(const char *pattern, gsize length, PatternFlags flags, Literals *out);
void literals_clear(Literals *literals);
/* LiteralsOdd: what is odd in a text (valid UTF-8); `has`: which of the 256 bytes occur in it. */
guint literals_odd(const char *text, gsize length, const guint8 *has);
