#include <parsers/rules/needs.h>

#include <string.h>

/* An Aho-Corasick automaton. Bytes that no word has share one class, so that a row of the table stays
 * short and what is used of the whole stays in the cache. */
struct Needs {
    GPtrArray *words;    /* Word */
    GHashTable *by_text; /* char * → Word, both borrowed */
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
} Word;

/* States are named by where their row begins in `next`: the scan need not multiply. */
static const guint32 ROOT = 0;
#define ENDS_WORD (1u << 31)

static void word_free(gpointer data)
{
    Word *word = data;
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

static Word *word_new(char *text)
{
    Word *word = g_new0(Word, 1);
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
    Word *word = g_hash_table_lookup(needs->by_text, text);
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

static const Word *word_of(const Needs *needs, guint32 number)
{
    return needs->words->pdata[number - 1];
}

static void assign_classes(Needs *needs)
{
    needs->class_count = 1;
    for (guint i = 0; i < needs->words->len; i++)
        for (const guchar *at = (const guchar *)word_of(needs, i + 1)->folded; *at; at++)
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

/* The number of the longest word that ends in a state, 0 for none. */
static guint32 *ending(const Needs *needs, guint32 state)
{
    return &needs->next[state + needs->class_count];
}

/* The words as a tree; returns the number of states. */
static guint plant(Needs *needs)
{
    guint count = 1;
    for (guint i = 0; i < needs->words->len; i++) {
        Word *word = needs->words->pdata[i];
        guint32 state = ROOT;
        for (const guchar *at = (const guchar *)word->folded; *at; at++) {
            guint32 *next = cell(needs, state, *at);
            if (*next == ROOT)
                *next = count++ * needs->stride;
            state = *next;
        }
        word->shorter = *ending(needs, state); /* not shorter: the same, but for its digits */
        *ending(needs, state) = word->number;
    }
    return count;
}

/* What ends in the suffix of a state ends in the state, too. */
static void chain_endings(Needs *needs, guint32 state, guint32 suffix)
{
    guint32 *mine = ending(needs, state), shorter = *ending(needs, suffix);
    while (*mine)
        mine = &((Word *)needs->words->pdata[*mine - 1])->shorter;
    *mine = shorter;
}

/* Breadth first: fills the empty cells of each state with those of its longest proper suffix. */
static void link_suffixes(Needs *needs, guint count)
{
    g_autofree guint32 *suffix = g_new0(guint32, count); /* by the number of a state's row */
    g_autofree guint32 *queue = g_new0(guint32, count);
    guint head = 0, tail = 0;
    for (guint c = 1; c < needs->class_count; c++)
        if (needs->next[c] != ROOT)
            queue[tail++] = needs->next[c];
    while (head < tail) {
        guint32 state = queue[head++], shorter = suffix[state / needs->stride];
        guint32 *row = &needs->next[state];
        const guint32 *other = &needs->next[shorter];
        chain_endings(needs, state, shorter);
        for (guint c = 1; c < needs->class_count; c++) {
            if (row[c] == ROOT) {
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
            if (*ending(needs, needs->next[state + c] & ~ENDS_WORD))
                needs->next[state + c] |= ENDS_WORD;
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

/* Blocks of the text, one after the other, in which a word begins. A word that is everywhere is taken to be
 * in all the rest: what a stranger can make us remember has an end. */
typedef struct {
    guint32 first, last, next; /* next: of the same word, or 0 */
} Run;
#define RUNS_MOST 64u
#define TO_THE_END G_MAXUINT32

/* That a word of a rule occurs. */
typedef struct {
    guint32 run, next; /* the first run of the word; the next node of the rule, or 0 */
} Node;

/* While a text is scanned: of each word its last run, and how many. */
typedef struct {
    guint32 run;
    guint32 count;
} Seen;

static void add_run(NeedsMap *map, guint32 block, Seen *seen)
{
    Run run = {.first = block, .last = block};
    if (seen->count++)
        g_array_index(map->runs, Run, seen->run).next = map->runs->len;
    seen->run = map->runs->len;
    g_array_append_val(map->runs, run);
}

static void wake_rules(NeedsMap *map, const Word *word, guint32 run)
{
    for (guint i = 0; i < word->rules->len; i++) {
        guint rule = g_array_index(word->rules, guint, i);
        Node node = {.run = run, .next = map->heads[rule]};
        map->heads[rule] = map->nodes->len;
        map->bits[rule / 64] |= G_GUINT64_CONSTANT(1) << (rule % 64);
        g_array_append_val(map->nodes, node);
    }
}

static void mark(NeedsMap *map, const Word *word, gsize at, Seen *seen)
{
    guint32 block = (guint32)(at / NEEDS_BLOCK_BYTES);
    if (seen->count == 0) {
        add_run(map, block, seen);
        wake_rules(map, word, seen->run);
        return;
    }
    Run *run = &g_array_index(map->runs, Run, seen->run);
    if (block <= run->last)
        return;
    if (block == run->last + 1)
        run->last = block;
    else if (seen->count < RUNS_MOST)
        add_run(map, block, seen);
    else
        run->last = TO_THE_END;
}

static void map_init(NeedsMap *map, guint rules)
{
    memset(map, 0, sizeof *map);
    map->rules = rules;
    map->bits = g_new0(guint64, rules / 64 + 1);
    map->heads = g_new0(guint32, rules + 1);
    map->nodes = g_array_new(FALSE, TRUE, sizeof(Node));
    map->runs = g_array_new(FALSE, TRUE, sizeof(Run));
    /* Number 0 is none. */
    g_array_set_size(map->nodes, 1);
    g_array_set_size(map->runs, 1);
}

void needs_scan(const Needs *needs, const char *text, gsize length, guint rules, NeedsMap *out)
{
    map_init(out, rules);
    g_autofree Seen *seen = g_new0(Seen, needs->words->len + 1);
    const guint32 *next = needs->next;
    guint32 state = ROOT;
    for (gsize i = 0; i < length; i++) {
        guint8 byte = (guint8)text[i];
        out->has[byte] = 1;
        state = next[state + needs->classes[byte]];
        if (!(state & ENDS_WORD))
            continue;
        state &= ~ENDS_WORD;
        for (guint32 number = *ending(needs, state); number; number = word_of(needs, number)->shorter) {
            const Word *word = word_of(needs, number);
            gsize at = i + 1 - word->length;
            if (!word->is_strict || g_ascii_strncasecmp(text + at, word->text, word->length) == 0)
                mark(out, word, at, &seen[number]);
        }
    }
}

void needs_map_clear(NeedsMap *map)
{
    g_clear_pointer(&map->bits, g_free);
    g_clear_pointer(&map->heads, g_free);
    g_clear_pointer(&map->nodes, g_array_unref);
    g_clear_pointer(&map->runs, g_array_unref);
}

gboolean needs_map_has(const NeedsMap *map, guint rule)
{
    return map->heads[rule] != 0;
}

/* The first run from `number` on that does not end before `block`; 0 when there is none. */
static guint32 run_at(const NeedsMap *map, guint32 number, gsize block)
{
    while (number && g_array_index(map->runs, Run, number).last < block)
        number = g_array_index(map->runs, Run, number).next;
    return number;
}

gboolean needs_map_next(const NeedsMap *map, guint rule, gsize block, gsize *out_first, gsize *out_last)
{
    gsize first = G_MAXSIZE, last = 0;
    for (guint32 at = map->heads[rule]; at; at = g_array_index(map->nodes, Node, at).next) {
        guint32 number = run_at(map, g_array_index(map->nodes, Node, at).run, block);
        if (!number)
            continue;
        const Run *run = &g_array_index(map->runs, Run, number);
        gsize begin = MAX(run->first, block);
        if (begin < first || (begin == first && run->last > last)) {
            first = begin;
            last = run->last;
        }
    }
    *out_first = first;
    *out_last = last;
    return first != G_MAXSIZE;
}
