/* A short mail as words, in pieces between points, commas and line ends. */
#pragma once

#include <glib.h>

#define WORDS_MOST 60u /* who says no more than that all is well says it in fewer */

/* Words up to a point, a comma or the end of a line. */
typedef struct {
    guint first, end;     /* of words */
    gboolean begins_line; /* nothing stands before it in its line */
    gboolean ends_line;
    gboolean is_filler; /* thanks and the like, and nothing else */
} SolvedPiece;

typedef struct {
    char *words[WORDS_MOST]; /* small letters */
    gboolean is_capital[WORDS_MOST];
    guint count;
    SolvedPiece pieces[WORDS_MOST + 1]; /* the last one is being read */
    guint piece_count;
    gboolean is_solved; /* some words of it say so */
} SolvedWords;

/* FALSE when there is anything but words, points and smiles, or too much of them. To be cleared in any case.
 */
gboolean solved_words_read(SolvedWords *message, const char *text);
void solved_words_clear(SolvedWords *message);
