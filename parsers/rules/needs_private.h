/* The automaton as needs.c builds it and needs_scan.c runs it. */
#pragma once

#include <parsers/rules/needs.h>

/* An Aho-Corasick automaton. Bytes that no word has share one class, so that a row of the table stays
 * short and what is used of the whole stays in the cache. */
struct Needs {
    GPtrArray *words;    /* NeedsWord */
    GHashTable *by_text; /* char * → NeedsWord, both borrowed */
    gsize states;        /* at most so many */
    guint8 classes[256]; /* of a byte; 0: in no word */
    guint class_count;
    guint stride;  /* cells of a row */
    guint32 *next; /* a row a state: class → begin of the next state's row, marked if words end there; then
                      the number of the longest of these */
};

typedef struct {
    char *text;         /* as it is added, letters small: its key */
    char *folded;       /* and 0 for every digit */
    gboolean is_strict; /* its own digits count */
    guint length;
    GArray *rules;   /* guint */
    guint32 number;  /* from 1 */
    guint32 shorter; /* the next word that ends where this one does; 0: none */
} NeedsWord;

/* States are named by where their row begins in `next`: the scan need not multiply. */
#define NEEDS_ROOT 0u
#define NEEDS_ENDS_WORD (1u << 31)

static inline const NeedsWord *needs_word(const Needs *needs, guint32 number)
{
    return needs->words->pdata[number - 1];
}

/* The number of the longest word that ends in a state, 0 for none. */
static inline guint32 *needs_ending(const Needs *needs, guint32 state)
{
    return &needs->next[state + needs->class_count];
}
