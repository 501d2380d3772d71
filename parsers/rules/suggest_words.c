/* The words before marked values: "Order number: 12345" says what 12345 is. */
#include <parsers/rules/suggest.h>

#include <string.h>

#define WORDS_BEFORE 4u
#define BYTES_BEFORE 60u
#define WORD_LEAST 2u

static gboolean is_word(const char *at)
{
    return g_unichar_isalnum(g_utf8_get_char(at));
}

/* The words of the same line before the value, nearest first, folded. */
static GPtrArray *words_before(const Mark *mark)
{
    GPtrArray *words = g_ptr_array_new_with_free_func(g_free);
    const char *begin = mark->text + (mark->start > BYTES_BEFORE ? mark->start - BYTES_BEFORE : 0);
    while (begin > mark->text && ((guchar)*begin & 0xc0) == 0x80)
        begin--;
    const char *at = mark->text + mark->start;
    while (at > begin && words->len < WORDS_BEFORE) {
        const char *end = at;
        while (end > begin && end[-1] != '\n' && !is_word(g_utf8_prev_char(end)))
            end = g_utf8_prev_char(end);
        if (end == begin || end[-1] == '\n')
            break;
        at = end;
        while (at > begin && is_word(g_utf8_prev_char(at)))
            at = g_utf8_prev_char(at);
        g_ptr_array_add(words, g_utf8_casefold(at, end - at));
    }
    return words;
}

/* Words that stand before anything. */
static gboolean is_common(const char *word)
{
    static const char *const common[] = {
        "a",   "an",   "the",  "is",  "are", "was", "of", "no", "nr",  "num",    "id",    "my",
        "our", "your", "this", "and", "or",  "for", "to", "in", "on",  "it",     "with",  "der",
        "die", "das",  "ist",  "und", "mit", "von", "zu", "im", "le",  "la",     "les",   "de",
        "du",  "des",  "est",  "et",  "el",  "es",  "y",  "un", "una", "o",      "os",    "da",
        "do",  "e",    "het",  "een", "en",  "van", "il", "di", "che", "number", "nummer"};
    if (g_utf8_strlen(word, -1) < WORD_LEAST || word[strspn(word, "0123456789")] == '\0')
        return TRUE;
    for (gsize i = 0; i < G_N_ELEMENTS(common); i++)
        if (strcmp(common[i], word) == 0)
            return TRUE;
    return FALSE;
}

static gboolean has_word(const GPtrArray *words, const char *word)
{
    return g_ptr_array_find_with_equal_func((GPtrArray *)(gsize)words, word, g_str_equal, NULL);
}

static gboolean has_any(const GPtrArray *before, const GPtrArray *words)
{
    for (guint i = 0; i < words->len; i++)
        if (has_word(before, words->pdata[i]))
            return TRUE;
    return FALSE;
}

guint suggest_covered(const GArray *marks, const GPtrArray *words)
{
    guint covered = 0;
    for (guint i = 0; i < marks->len; i++) {
        g_autoptr(GPtrArray) before = words_before(&g_array_index(marks, Mark, i));
        covered += has_any(before, words);
    }
    return covered;
}

/* The word that stands before the most marks that none of `taken` stands before; the nearer wins. NULL: none.
 */
static char *best_word(const GArray *marks, const GPtrArray *taken)
{
    g_autoptr(GHashTable) scores = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    char *best = NULL;
    guint best_score = 0;
    for (guint i = 0; i < marks->len; i++) {
        g_autoptr(GPtrArray) before = words_before(&g_array_index(marks, Mark, i));
        if (has_any(before, taken))
            continue;
        for (guint k = 0; k < before->len; k++) {
            const char *word = before->pdata[k];
            if (is_common(word))
                continue;
            guint score = GPOINTER_TO_UINT(g_hash_table_lookup(scores, word)) + WORDS_BEFORE * 2 - k;
            g_hash_table_insert(scores, g_strdup(word), GUINT_TO_POINTER(score));
            if (score <= best_score)
                continue;
            g_free(best);
            best = g_strdup(word);
            best_score = score;
        }
    }
    return best;
}

GPtrArray *suggest_words(const GArray *marks, guint most)
{
    GPtrArray *words = g_ptr_array_new_with_free_func(g_free);
    while (words->len < most) {
        char *word = best_word(marks, words);
        if (!word)
            break;
        g_ptr_array_add(words, word);
    }
    return words;
}
