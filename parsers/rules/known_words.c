#include <parsers/rules/known_words.h>

#include <string.h>

struct KnownWords {
    GHashTable *values;   /* char *, owned: as they are to be written */
    GHashTable *synonyms; /* folded, owned → borrowed from `values` */
};

/* Letters that only look different: of either case, of either width, in one piece or composed. */
static char *fold(const char *text)
{
    g_autofree char *lower = g_utf8_casefold(text, -1);
    char *folded = g_utf8_normalize(lower, -1, G_NORMALIZE_ALL_COMPOSE);
    return folded ? folded : g_strdup(lower);
}

KnownWords *known_words_new(void)
{
    KnownWords *words = g_new0(KnownWords, 1);
    words->values = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    words->synonyms = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return words;
}

void known_words_free(KnownWords *words)
{
    if (!words)
        return;
    g_hash_table_unref(words->synonyms);
    g_hash_table_unref(words->values);
    g_free(words);
}

const char *known_words_add(KnownWords *words, const char *value, const char *synonym)
{
    g_autofree char *folded = fold(synonym);
    const char *taken = g_hash_table_lookup(words->synonyms, folded);
    if (taken)
        return strcmp(taken, value) == 0 ? NULL : taken;
    if (!g_hash_table_contains(words->values, value))
        g_hash_table_add(words->values, g_strdup(value));
    gpointer own = NULL;
    g_hash_table_lookup_extended(words->values, value, &own, NULL);
    g_hash_table_insert(words->synonyms, g_steal_pointer(&folded), own);
    return NULL;
}

const char *known_words_find(const KnownWords *words, const char *text)
{
    g_autofree char *folded = fold(text);
    return g_hash_table_lookup(words->synonyms, folded);
}

guint known_words_count(const KnownWords *words)
{
    return g_hash_table_size(words->values);
}
