/* One pass over a text that tells where the words of rules occur in it: a rule
 * need not be tried elsewhere. ASCII letters compare without case. */
#pragma once

#include <glib.h>

typedef struct Needs Needs;

Needs *needs_new(void);
void needs_free(Needs *needs);
/* `rule` is to be tried where `word` (not empty) occurs, in small letters, in capitals, or with a capital
 * first. Before needs_build. */
void needs_add(Needs *needs, const char *word, guint rule);
/* The same for words (char *, ASCII letters small, 0 for every digit) whose other letters are compared as
 * they are. FALSE when there is no room for them: then none is added. */
gboolean needs_add_exact(Needs *needs, const GPtrArray *words, guint rule);
/* FALSE when the words are too many (NEEDS_STATES_MAX characters in all). */
gboolean needs_build(Needs *needs);

#define NEEDS_STATES_MAX 65535u
/* Where a word begins is known to within a block of the text. */
#define NEEDS_BLOCK_BYTES 16u

/* What one pass over a text tells. */
typedef struct {
    guint64 *bits;        /* of the rules with a word in it */
    guint32 *heads;       /* rule → its first node, or 0 */
    GArray *nodes, *runs; /* inner */
    guint rules;          /* as in needs_scan */
    guint8 has[256];      /* whether a byte occurs */
} NeedsMap;
/* `rules`: how many there are, at least one more than any that has a word. */
void needs_scan(const Needs *needs, const char *text, gsize length, guint rules, NeedsMap *out);
void needs_map_clear(NeedsMap *map);
gboolean needs_map_has(const NeedsMap *map, guint rule);
/* The next run of blocks, none before `block`, in which words of `rule` begin. FALSE when there is none. The
 * last may be far behind the end of the text. */
gboolean needs_map_next(const NeedsMap *map, guint rule, gsize block, gsize *out_first, gsize *out_last);
