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

#define LOOP_MOST 1000u /* a longer loop is as good as one without end */
#define HEAVY 200.0     /* what a loop may hold and still be reckoned */

static Effort effort_row(Effort a, Effort b)
{
    return (Effort){.fixed = a.fixed + b.fixed,
                    .far = a.far + b.far,
                    .loops = a.loops + b.loops,
                    .degree = MAX(a.degree, b.degree),
                    .is_wild = a.is_wild || b.is_wild};
}

static Effort effort_either(Effort a, Effort b)
{
    Effort either = effort_row(a, b);
    either.loops = MAX(a.loops, b.loops);
    return either;
}

static Effort effort_times(Effort of, guint most)
{
    if (most <= LOOP_MOST) {
        of.fixed *= most;
        of.far *= most;
        of.loops = MIN(of.loops * most, LOOP_MOST);
        return of;
    }
    of.is_wild |= of.fixed > HEAVY && of.degree == 0;
    of.far += of.fixed;
    of.loops++;
    of.degree++;
    return of;
}

Portion portion_exact(GPtrArray *words)
{
    return (Portion){.effort.fixed = 1, .most = longest(words), .exact = words};
}

Portion portion_nothing(void)
{
    GPtrArray *words = words_new();
    g_ptr_array_add(words, g_strdup(""));
    return portion_exact(words);
}

Portion portion_unknown(gsize most)
{
    return (Portion){.most = most, .effort.fixed = 1};
}

Portion portion_endless(double ns)
{
    return (Portion){.most = LITERALS_FAR, .effort = {.far = ns, .loops = 1, .degree = 1}};
}

void portion_clear(Portion *portion)
{
    g_clear_pointer(&portion->exact, g_ptr_array_unref);
    g_clear_pointer(&portion->head, g_ptr_array_unref);
    g_clear_pointer(&portion->best, g_ptr_array_unref);
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

/* Takes `words` as the best of the portion if they are better. */
static void offer(Portion *portion, GPtrArray *words, gsize most)
{
    guint mine = worth(words, most);
    if (mine == 0 || (portion->best && worth(portion->best, portion->best_most) >= mine)) {
        g_ptr_array_unref(words);
        return;
    }
    g_clear_pointer(&portion->best, g_ptr_array_unref);
    portion->best = words;
    portion->best_most = most;
}

GPtrArray *portion_words(Portion portion, gsize *out_most)
{
    if (portion.head)
        offer(&portion, g_steal_pointer(&portion.head), 0);
    if (portion.exact)
        offer(&portion, g_steal_pointer(&portion.exact), 0);
    *out_most = portion.best_most;
    return portion.best;
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

/* The same portion again and again, while that stays exact. */
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

/* What many times the same begins with. */
static void repeat_head(Portion *repeated, const Portion *portion, guint least, guint most)
{
    guint count = MIN(least, WORD_BYTES_MOST / 2);
    repeated->head = exact_times(portion->exact, count);
    if (!repeated->head)
        repeated->head = exact_times(portion->exact, count = 1);
    if (repeated->head)
        repeated->head_most = times(portion->most, most == G_MAXUINT ? most : most - count);
}

Portion portion_repeat(Portion portion, guint least, guint most)
{
    Portion repeated = {.most = times(portion.most, most), .effort = effort_times(portion.effort, most)};
    if (portion.exact && least == most && least <= WORD_BYTES_MOST)
        repeated.exact = exact_times(portion.exact, least);
    if (portion.exact && least == 0 && most == 1) {
        repeated.exact = g_steal_pointer(&portion.exact);
        words_add(repeated.exact, g_strdup(""));
    }
    if (portion.exact && !repeated.exact && least > 0)
        repeat_head(&repeated, &portion, least, most);
    /* The first time is one of them. */
    if (!repeated.exact && !repeated.head && least > 0)
        repeated.best = portion_words(portion, &repeated.best_most);
    else
        portion_clear(&portion);
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
    Portion either = {.most = MAX(one.most, other.most), .effort = effort_either(one.effort, other.effort)};
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

/* FALSE when there would be too many words. */
static gboolean lengthen_run(Sequence *sequence, const GPtrArray *words)
{
    if (!can_cross(sequence->run, words))
        break_run(sequence);
    if (!can_cross(sequence->run, words))
        return FALSE;
    GPtrArray *longer = crossed(sequence->run, words);
    g_ptr_array_unref(sequence->run);
    sequence->run = longer;
    return TRUE;
}

/* Its beginning goes on from what came before, and what follows goes on from its end. */
static void add_head(Sequence *sequence, const Portion *portion)
{
    gsize from = sequence->whole.most;
    if (!lengthen_run(sequence, portion->head))
        return;
    sequence->whole.most = plus(from, portion->most);
    break_run(sequence);
    (void)lengthen_run(sequence, portion->head);
    sequence->run_from = plus(from, portion->head_most);
}

void sequence_add(Sequence *sequence, Portion portion)
{
    sequence->whole.effort = effort_row(sequence->whole.effort, portion.effort);
    if (portion.exact && lengthen_run(sequence, portion.exact)) {
        sequence->whole.most = plus(sequence->whole.most, portion.most);
        portion_clear(&portion);
        return;
    }
    if (portion.head) {
        add_head(sequence, &portion);
        portion_clear(&portion);
        return;
    }
    gsize inside, from = sequence->whole.most, most = portion.most;
    GPtrArray *words = portion_words(portion, &inside);
    if (words)
        offer(&sequence->whole, words, plus(from, inside));
    sequence->whole.most = plus(from, most);
    break_run(sequence);
}

Portion sequence_end(Sequence *sequence)
{
    Portion portion = {.most = sequence->whole.most, .effort = sequence->whole.effort};
    if (sequence->is_exact) {
        portion.exact = sequence->run;
        return portion;
    }
    offer(&sequence->whole, sequence->run, sequence->run_from);
    portion.best = sequence->whole.best;
    portion.best_most = sequence->whole.best_most;
    return portion;
}
