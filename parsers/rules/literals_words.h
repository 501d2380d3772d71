/* Sets of words as literals.c builds them while it reads a pattern. */
#pragma once

#include <glib.h>

#define LITERALS_FAR G_MAXSIZE

/* What it can cost at most to try a portion at one place, roughly in nanoseconds, as far as the limits of
 * PCRE2 do not see it: they count turns back, not the way ahead. */
typedef struct {
    double fixed;     /* however long the text is */
    double far;       /* for each byte of the text */
    guint loops;      /* through the whole text, one behind the other */
    guint degree;     /* loops in loops: 2 goes through the text for each byte of it */
    gboolean is_wild; /* cannot be reckoned: only a clock can bound it */
} Effort;

/* A portion of a pattern: what it takes of a text, and what must stand there. */
typedef struct {
    Effort effort;
    gsize most;       /* bytes; LITERALS_FAR: no bound */
    GPtrArray *exact; /* char *: all that it can be; NULL: not known, or too many */
    GPtrArray *head;  /* what it begins with, and ends with: of "\d{3,5}" three digits; or NULL */
    gsize head_most;  /* from its beginning to the head that it ends with */
    GPtrArray *best;  /* one of them must occur in it; or NULL */
    gsize best_most;  /* from the beginning of the portion to the word's */
} Portion;

/* Takes nothing of the text. */
Portion portion_nothing(void);
/* Takes up to `most` bytes, nobody knows which. */
Portion portion_unknown(gsize most);
/* The same, up to the end of the text, where each byte costs `ns`. */
Portion portion_endless(double ns);
/* One of `words`, which it takes. */
Portion portion_exact(GPtrArray *words);
void portion_clear(Portion *portion);
/* `portion`, which it takes, from `least` to `most` times (G_MAXUINT: without end). */
Portion portion_repeat(Portion portion, guint least, guint most);
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
/* Takes the portion. */
void sequence_add(Sequence *sequence, Portion portion);
Portion sequence_end(Sequence *sequence);

/* The best words of a portion that it knows; NULL: none. Takes the portion. */
GPtrArray *portion_words(Portion portion, gsize *out_most);
