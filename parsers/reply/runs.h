/* Which words of a text stand, in the same order, in texts that are known. Private to parsers/reply. */
#pragma once

#include <postern/reply.h>

typedef struct {
    GArray *words;   /* TextWord of all texts, one after the other */
    guint32 *starts; /* of each text in `words`, and where the last one ends */
    guint count;
    guint32 *heads, *nexts; /* places by the hash of the words there, newest first; 0: none */
    guint bits;
} KnownWords;

typedef struct {
    guint known;          /* index of the text; G_MAXUINT: the word stands in none */
    guint32 place, group; /* which of its words; one group is one run */
} WordMatch;

void known_words_init(KnownWords *all, const KnownText *known, guint count);
void known_words_clear(KnownWords *all);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(KnownWords, known_words_clear)

/* One WordMatch for each word. Linear: a place is compared with few others. The caller unrefs. */
GArray *known_words_match(const KnownWords *all, const GArray *words);
