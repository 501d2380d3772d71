/* One pass over a text that tells where the words of rules occur in it: a rule
 * need not be tried elsewhere. ASCII letters compare without case. */
#pragma once

#include <glib.h>

typedef struct Needs Needs;

Needs *needs_new(void);
void needs_free(Needs *needs);
/* `rule` is to be tried where `word` (not empty) occurs. Before needs_build. */
void needs_add(Needs *needs, const char *word, guint rule);
/* FALSE when the words are too many (NEEDS_STATES_MAX characters in all). */
gboolean needs_build(Needs *needs);

/* Where the words of each rule begin, to within a block of the text. */
#define NEEDS_BLOCK_BYTES 16u
typedef struct {
    guint64 *bits; /* a row of `stride` for each rule, a bit for each block */
    gsize stride, blocks;
} NeedsMap;
void needs_scan(const Needs *needs, const char *text, gsize length, guint rules, NeedsMap *out);
void needs_map_clear(NeedsMap *map);
/* The first block from `block` on in which a word of `rule` begins; map->blocks when there is none. */
gsize needs_map_next(const NeedsMap *map, guint rule, gsize block);

#define NEEDS_STATES_MAX 65535u
