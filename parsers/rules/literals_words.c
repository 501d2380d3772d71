#include <parsers/rules/literals_words.h>

#include <string.h>

#define CROSS_MOST 24u      /* words of a run: more are hardly rarer than its beginning */
#define EITHER_MOST 250u    /* words of all branches */
#define WORD_BYTES_MOST 40u /* a longer word is no rarer */
#define NEAR_BYTES 1024u

static GPtrArray *words_new(void)
{
    return g_ptr_array_new_with_free_func(g_free);
}

static void words_add(GPtrArray *words, char *word)
{
    if (g_ptr_array_find_with_equal_func(words, word, g_str_equal, NULL))
        g_free(word);
    else
        g_ptr_array_add(words, word);
}

static gsize plus(gsize a, gsize b)
{
    return a == LITERALS_FAR || b == LITERALS_FAR ? LITERALS_FAR : a + b;
}

static gsize times(gsize bytes, guint count)
{
    if (bytes == 0 || count == 0)
        return 0;
    return count == G_MAXUINT || bytes > LITERALS_FAR / count ? LITERALS_FAR : bytes * count;
}

static gsize shortest(const GPtrArray *words)
{
    gsize least = G_MAXSIZE;
    for (guint i = 0; i < words->len; i++)
        least = MIN(least, strlen(words->pdata[i]));
    return least;
}

static gsize longest(const GPtrArray *words)
{
    gsize most = 0;
    for (guint i = 0; i < words->len; i++)
        most = MAX(most, strlen(words->pdata[i]));
    return most;
}

Portion portion_exact(GPtrArray *words)
{
    return (Portion){.most = longest(words), .exact = words};
}

Portion portion_nothing(void)
{
    GPtrArray *words = words_new();
    g_ptr_array_add(words, g_strdup(""));
    return portion_exact(words);
}

Portion portion_unknown(gsize most)
{
    return (Portion){.most = most};
}

void portion_clear(Portion *piece)
{
    g_clear_pointer(&piece->exact, g_ptr_array_unref);
    g_clear_pointer(&piece->best, g_ptr_array_unref);
}

/* What a set of words is worth as a sieve; 0: nothing. */
static guint worth(const GPtrArray *words, gsize most)
{
    gsize least = shortest(words);
    if (words->len == 0 || least == 0)
        return 0;
    /* A single letter or common sign is everywhere. */
    for (guint i = 0; least == 1 && i < words->len; i++) {
        const char *word = words->pdata[i];
        if (!word[1] && !strchr("@#$%&*=<>{}[]|~^\\`+", word[0]))
            return 0;
    }
    guint bits = 0;
    for (guint count = words->len; count > 1; count /= 2)
        bits++;
    return 100 + (guint)MIN(least, 6) * 16 - bits * 4 - (most > NEAR_BYTES ? 24 : 0);
}

/* Takes `words` as the best of the piece if they are better. */
static void offer(Portion *piece, GPtrArray *words, gsize most)
{
    guint mine = worth(words, most);
    if (mine == 0 || (piece->best && worth(piece->best, piece->best_most) >= mine)) {
        g_ptr_array_unref(words);
        return;
    }
    g_clear_pointer(&piece->best, g_ptr_array_unref);
    piece->best = words;
    piece->best_most = most;
}

GPtrArray *portion_words(Portion piece, gsize *out_most)
{
    if (piece.exact)
        offer(&piece, g_steal_pointer(&piece.exact), 0);
    *out_most = piece.best_most;
    return piece.best;
}

/* Every word of `a` with every word of `b` behind it. */
static GPtrArray *crossed(const GPtrArray *a, const GPtrArray *b)
{
    GPtrArray *words = words_new();
    for (guint i = 0; i < a->len; i++)
        for (guint k = 0; k < b->len; k++)
            words_add(words, g_strconcat(a->pdata[i], b->pdata[k], NULL));
    return words;
}

static gboolean can_cross(const GPtrArray *a, const GPtrArray *b)
{
    return a->len * b->len <= CROSS_MOST && longest(a) + longest(b) <= WORD_BYTES_MOST;
}

/* The same piece again and again, while that stays exact. */
static GPtrArray *exact_times(const GPtrArray *exact, guint count)
{
    GPtrArray *words = portion_nothing().exact;
    for (guint i = 0; i < count; i++) {
        GPtrArray *longer = can_cross(words, exact) ? crossed(words, exact) : NULL;
        g_ptr_array_unref(words);
        if (!longer)
            return NULL;
        words = longer;
    }
    return words;
}

Portion portion_repeat(Portion piece, guint least, guint most)
{
    Portion repeated = {.most = times(piece.most, most)};
    if (piece.exact && least == most && least <= WORD_BYTES_MOST)
        repeated.exact = exact_times(piece.exact, least);
    if (piece.exact && least == 0 && most == 1) {
        repeated.exact = g_steal_pointer(&piece.exact);
        words_add(repeated.exact, g_strdup(""));
    }
    /* The first time is one of them. */
    if (!repeated.exact && least > 0)
        repeated.best = portion_words(piece, &repeated.best_most);
    else
        portion_clear(&piece);
    return repeated;
}

static GPtrArray *united(GPtrArray *a, GPtrArray *b)
{
    gsize count;
    g_autofree gpointer *words = g_ptr_array_steal(b, &count);
    for (gsize i = 0; i < count; i++)
        words_add(a, words[i]);
    g_ptr_array_unref(b);
    return a;
}

Portion portion_either(Portion one, Portion other)
{
    Portion either = {.most = MAX(one.most, other.most)};
    if (one.exact && other.exact && one.exact->len + other.exact->len <= EITHER_MOST) {
        either.exact = united(one.exact, other.exact);
        return either;
    }
    gsize one_most, other_most;
    GPtrArray *words = portion_words(one, &one_most), *others = portion_words(other, &other_most);
    if (words && others && words->len + others->len <= EITHER_MOST) {
        either.best = united(words, others);
        either.best_most = MAX(one_most, other_most);
        return either;
    }
    g_clear_pointer(&words, g_ptr_array_unref);
    g_clear_pointer(&others, g_ptr_array_unref);
    return either;
}

void sequence_begin(Sequence *sequence)
{
    *sequence = (Sequence){.run = portion_nothing().exact, .is_exact = TRUE};
}

/* Ends the run; the next one begins behind all that came so far. */
static void break_run(Sequence *sequence)
{
    offer(&sequence->whole, sequence->run, sequence->run_from);
    sequence->is_exact = FALSE;
    sequence->run = portion_nothing().exact;
    sequence->run_from = sequence->whole.most;
}

void sequence_add(Sequence *sequence, Portion piece)
{
    if (piece.exact && !can_cross(sequence->run, piece.exact))
        break_run(sequence);
    if (piece.exact && can_cross(sequence->run, piece.exact)) {
        GPtrArray *longer = crossed(sequence->run, piece.exact);
        g_ptr_array_unref(sequence->run);
        sequence->run = longer;
        sequence->whole.most = plus(sequence->whole.most, piece.most);
        portion_clear(&piece);
        return;
    }
    gsize inside, from = sequence->whole.most, most = piece.most;
    GPtrArray *words = portion_words(piece, &inside);
    if (words)
        offer(&sequence->whole, words, plus(from, inside));
    sequence->whole.most = plus(from, most);
    break_run(sequence);
}

Portion sequence_end(Sequence *sequence)
{
    Portion piece = {.most = sequence->whole.most};
    if (sequence->is_exact) {
        piece.exact = sequence->run;
        return piece;
    }
    offer(&sequence->whole, sequence->run, sequence->run_from);
    piece.best = sequence->whole.best;
    piece.best_most = sequence->whole.best_most;
    return piece;
}
