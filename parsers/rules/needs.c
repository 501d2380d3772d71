#include <parsers/rules/needs.h>

#include <string.h>

/* An Aho-Corasick automaton. Bytes that no word has share one class, so that a row of the table stays
 * short and what is used of the whole stays in the cache. */
struct Needs {
    GPtrArray *words;    /* char *, folded */
    GArray *rules;       /* guint, beside `words` */
    guint8 classes[256]; /* of a byte; 0: in no word */
    guint class_count;
    guint stride;    /* cells of a row */
    guint32 *next;   /* a row a state: class → begin of the next state's row, then its first output */
    GArray *outputs; /* Output; index 0 ends a chain */
};

typedef struct {
    guint rule;
    guint length; /* of the word */
    guint32 following;
} Output;

/* States are named by where their row begins in `next`: the scan need not multiply. */
static const guint32 ROOT = 0;

Needs *needs_new(void)
{
    Needs *needs = g_new0(Needs, 1);
    needs->words = g_ptr_array_new_with_free_func(g_free);
    needs->rules = g_array_new(FALSE, FALSE, sizeof(guint));
    needs->outputs = g_array_new(FALSE, TRUE, sizeof(Output));
    return needs;
}

void needs_free(Needs *needs)
{
    if (!needs)
        return;
    g_ptr_array_unref(needs->words);
    g_array_unref(needs->rules);
    g_array_unref(needs->outputs);
    g_free(needs->next);
    g_free(needs);
}

static void add_form(Needs *needs, char *word, guint rule)
{
    for (char *at = word; *at; at++)
        *at = g_ascii_tolower(*at);
    g_ptr_array_add(needs->words, word);
    g_array_append_val(needs->rules, rule);
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

static gsize count_states(const Needs *needs)
{
    gsize states = 1;
    for (guint i = 0; i < needs->words->len; i++)
        states += strlen(needs->words->pdata[i]);
    return states;
}

static void assign_classes(Needs *needs)
{
    needs->class_count = 1;
    for (guint i = 0; i < needs->words->len; i++)
        for (const guchar *at = needs->words->pdata[i]; *at; at++)
            if (!needs->classes[*at])
                needs->classes[*at] = (guint8)needs->class_count++;
    for (int c = 'A'; c <= 'Z'; c++)
        needs->classes[c] = needs->classes[(guchar)g_ascii_tolower((char)c)];
}

static guint32 *cell(const Needs *needs, guint32 state, guint8 byte)
{
    return &needs->next[state + needs->classes[byte]];
}

/* Index into outputs, 0 for none. */
static guint32 *first_output(const Needs *needs, guint32 state)
{
    return &needs->next[state + needs->class_count];
}

static void output_add(Needs *needs, guint32 state, guint rule, guint length)
{
    Output output = {.rule = rule, .length = length, .following = *first_output(needs, state)};
    g_array_append_val(needs->outputs, output);
    *first_output(needs, state) = needs->outputs->len - 1;
}

/* The words as a tree; returns the number of states. */
static guint plant(Needs *needs)
{
    guint count = 1;
    for (guint i = 0; i < needs->words->len; i++) {
        guint32 state = ROOT;
        for (const guchar *at = needs->words->pdata[i]; *at; at++) {
            guint32 *next = cell(needs, state, *at);
            if (*next == ROOT)
                *next = count++ * needs->stride;
            state = *next;
        }
        output_add(needs, state, g_array_index(needs->rules, guint, i),
                   (guint)strlen(needs->words->pdata[i]));
    }
    return count;
}

/* Appends what `suffix` reports to what `state` reports. The chain of a state ends where that of its
 * suffix begins, so the chains together stay as long as the words. */
static void chain_outputs(Needs *needs, guint32 state, guint32 suffix)
{
    guint32 *link = first_output(needs, state);
    while (*link)
        link = &g_array_index(needs->outputs, Output, *link).following;
    *link = *first_output(needs, suffix);
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
        chain_outputs(needs, state, shorter);
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

gboolean needs_build(Needs *needs)
{
    gsize most = count_states(needs);
    if (most > NEEDS_STATES_MAX)
        return FALSE;
    assign_classes(needs);
    needs->stride = needs->class_count + 1;
    needs->next = g_new0(guint32, most * needs->stride);
    g_array_set_size(needs->outputs, 1);
    link_suffixes(needs, plant(needs));
    return TRUE;
}

static void mark(NeedsMap *map, guint rule, gsize at)
{
    gsize block = at / NEEDS_BLOCK_BYTES;
    map->bits[rule * map->stride + block / 64] |= G_GUINT64_CONSTANT(1) << (block % 64);
}

void needs_scan(const Needs *needs, const char *text, gsize length, guint rules, NeedsMap *out)
{
    out->blocks = length / NEEDS_BLOCK_BYTES + 1;
    out->stride = out->blocks / 64 + 1;
    out->bits = g_new0(guint64, rules * out->stride + 1);
    guint32 state = ROOT;
    for (gsize i = 0; i < length; i++) {
        state = *cell(needs, state, (guint8)text[i]);
        for (guint32 at = *first_output(needs, state); at;) {
            const Output *output = &g_array_index(needs->outputs, Output, at);
            mark(out, output->rule, i + 1 - output->length);
            at = output->following;
        }
    }
}

void needs_map_clear(NeedsMap *map)
{
    g_clear_pointer(&map->bits, g_free);
}

gsize needs_map_next(const NeedsMap *map, guint rule, gsize block)
{
    const guint64 *row = map->bits + rule * map->stride;
    while (block < map->blocks) {
        guint64 rest = row[block / 64] >> (block % 64);
        if (rest)
            return MIN(block + (gsize)__builtin_ctzll(rest), map->blocks);
        block += 64 - block % 64;
    }
    return map->blocks;
}
