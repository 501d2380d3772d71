#include <parsers/rules/needs_private.h>

#include <string.h>

static void word_free(gpointer data)
{
    NeedsWord *word = data;
    g_free(word->text);
    g_free(word->folded);
    g_array_unref(word->rules);
    g_free(word);
}

Needs *needs_new(void)
{
    Needs *needs = g_new0(Needs, 1);
    needs->words = g_ptr_array_new_with_free_func(word_free);
    needs->by_text = g_hash_table_new(g_str_hash, g_str_equal);
    needs->states = 1;
    return needs;
}

void needs_free(Needs *needs)
{
    if (!needs)
        return;
    g_hash_table_unref(needs->by_text);
    g_ptr_array_unref(needs->words);
    g_free(needs->next);
    g_free(needs);
}

static NeedsWord *word_new(char *text)
{
    NeedsWord *word = g_new0(NeedsWord, 1);
    word->text = text;
    word->folded = g_strdup(text);
    for (char *at = word->folded; *at; at++)
        *at = g_ascii_isdigit(*at) ? '0' : *at;
    word->length = (guint)strlen(text);
    /* In words that are read out of patterns 0 is the only digit, and means any. If an admin writes such a
     * word, it is taken for one of these: the rule is tried in some more places then. */
    word->is_strict = strcmp(text, word->folded) != 0;
    word->rules = g_array_new(FALSE, FALSE, sizeof(guint));
    return word;
}

/* Takes `text`. */
static void add_form(Needs *needs, char *text, guint rule)
{
    for (char *at = text; *at; at++)
        *at = g_ascii_tolower(*at);
    NeedsWord *word = g_hash_table_lookup(needs->by_text, text);
    if (word) {
        g_free(text);
    } else {
        word = word_new(text);
        g_ptr_array_add(needs->words, word);
        word->number = needs->words->len;
        g_hash_table_insert(needs->by_text, word->text, word);
        needs->states += word->length;
    }
    if (word->rules->len == 0 || g_array_index(word->rules, guint, word->rules->len - 1) != rule)
        g_array_append_val(word->rules, rule);
}

/* "ошибка" → "Ошибка" */
static char *with_capital(const char *lower)
{
    const char *rest = g_utf8_next_char(lower);
    g_autofree char *first = g_utf8_strup(lower, rest - lower);
    return g_strconcat(first, rest, NULL);
}

void needs_add(Needs *needs, const char *word, guint rule)
{
    add_form(needs, g_strdup(word), rule);
    if (g_str_is_ascii(word))
        return;
    /* Other letters are compared as bytes: the usual ways to write them stand beside each other. */
    g_autofree char *lower = g_utf8_strdown(word, -1);
    add_form(needs, g_utf8_strup(word, -1), rule);
    add_form(needs, with_capital(lower), rule);
    add_form(needs, g_steal_pointer(&lower), rule);
}

gboolean needs_add_exact(Needs *needs, const GPtrArray *words, guint rule)
{
    gsize more = 0;
    for (guint i = 0; i < words->len; i++)
        more += strlen(words->pdata[i]);
    if (needs->states + more > NEEDS_STATES_MAX)
        return FALSE;
    for (guint i = 0; i < words->len; i++)
        add_form(needs, g_strdup(words->pdata[i]), rule);
    return TRUE;
}

static void assign_classes(Needs *needs)
{
    needs->class_count = 1;
    for (guint i = 0; i < needs->words->len; i++)
        for (const guchar *at = (const guchar *)needs_word(needs, i + 1)->folded; *at; at++)
            if (!needs->classes[*at])
                needs->classes[*at] = (guint8)needs->class_count++;
    for (int c = 'A'; c <= 'Z'; c++)
        needs->classes[c] = needs->classes[(guchar)g_ascii_tolower((char)c)];
    for (int c = '1'; c <= '9'; c++)
        needs->classes[c] = needs->classes['0'];
}

static guint32 *cell(const Needs *needs, guint32 state, guint8 byte)
{
    return &needs->next[state + needs->classes[byte]];
}

/* The words as a tree; returns the number of states. */
static guint plant(Needs *needs)
{
    guint count = 1;
    for (guint i = 0; i < needs->words->len; i++) {
        NeedsWord *word = needs->words->pdata[i];
        guint32 state = NEEDS_ROOT;
        for (const guchar *at = (const guchar *)word->folded; *at; at++) {
            guint32 *next = cell(needs, state, *at);
            if (*next == NEEDS_ROOT)
                *next = count++ * needs->stride;
            state = *next;
        }
        word->shorter = *needs_ending(needs, state); /* not shorter: the same, but for its digits */
        *needs_ending(needs, state) = word->number;
    }
    return count;
}

/* What ends in the suffix of a state ends in the state, too. */
static void chain_endings(Needs *needs, guint32 state, guint32 suffix)
{
    guint32 *mine = needs_ending(needs, state), shorter = *needs_ending(needs, suffix);
    while (*mine)
        mine = &((NeedsWord *)needs->words->pdata[*mine - 1])->shorter;
    *mine = shorter;
}

/* Breadth first: fills the empty cells of each state with those of its longest proper suffix. */
static void link_suffixes(Needs *needs, guint count)
{
    g_autofree guint32 *suffix = g_new0(guint32, count); /* by the number of a state's row */
    g_autofree guint32 *queue = g_new0(guint32, count);
    guint head = 0, tail = 0;
    for (guint c = 1; c < needs->class_count; c++)
        if (needs->next[c] != NEEDS_ROOT)
            queue[tail++] = needs->next[c];
    while (head < tail) {
        guint32 state = queue[head++], shorter = suffix[state / needs->stride];
        guint32 *row = &needs->next[state];
        const guint32 *other = &needs->next[shorter];
        chain_endings(needs, state, shorter);
        for (guint c = 1; c < needs->class_count; c++) {
            if (row[c] == NEEDS_ROOT) {
                row[c] = other[c];
            } else {
                suffix[row[c] / needs->stride] = other[c];
                queue[tail++] = row[c];
            }
        }
    }
}

/* So that the scan need not look into each state. */
static void mark_endings(Needs *needs, guint count)
{
    for (guint32 state = 0; state < count * needs->stride; state += needs->stride)
        for (guint c = 0; c < needs->class_count; c++)
            if (*needs_ending(needs, needs->next[state + c] & ~NEEDS_ENDS_WORD))
                needs->next[state + c] |= NEEDS_ENDS_WORD;
}

gboolean needs_build(Needs *needs)
{
    if (needs->states > NEEDS_STATES_MAX)
        return FALSE;
    assign_classes(needs);
    needs->stride = needs->class_count + 1;
    needs->next = g_new0(guint32, needs->states * needs->stride);
    guint count = plant(needs);
    link_suffixes(needs, count);
    mark_endings(needs, count);
    return TRUE;
}
