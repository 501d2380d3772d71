/* Sets of words as literals.c builds them while it reads a pattern. */
#pragma once

#include <glib.h>

#define LITERALS_FAR G_MAXSIZE

/* A piece of a pattern: what it takes of a text, and what must stand there. */
typedef struct {
    gsize most;       /* bytes; LITERALS_FAR: no bound */
    GPtrArray *exact; /* char *: all that it can be; NULL: not known, or too many */
    GPtrArray *best;  /* one of them must occur in it; or NULL */
    gsize best_most;  /* from the beginning of the piece to the word's */
} Portion;

/* Takes nothing of the text. */
Portion portion_nothing(void);
/* Takes up to `most` bytes, nobody knows which. */
Portion portion_unknown(gsize most);
/* One of `words`, which it takes. */
Portion portion_exact(GPtrArray *words);
void portion_clear(Portion *piece);
/* `piece`, which it takes, from `least` to `most` times (G_MAXUINT: without end). */
Portion portion_repeat(Portion piece, guint least, guint most);
/* One or the other; takes both. */
Portion portion_either(Portion one, Portion other);

/* Pieces one after the other. */
typedef struct {
    Portion whole;     /* `exact` is not used */
    GPtrArray *run;    /* what the last pieces can be, written together */
    gsize run_from;    /* bytes before it, at most */
    gboolean is_exact; /* the run is all there is */
} Sequence;
void sequence_begin(Sequence *sequence);
/* Takes the piece. */
void sequence_add(Sequence *sequence, Portion piece);
Portion sequence_end(Sequence *sequence);

/* The best words of a piece that it knows; NULL: none. Takes the piece. */
GPtrArray *portion_words(Portion piece, gsize *out_most);
