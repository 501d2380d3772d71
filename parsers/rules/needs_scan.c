#include <parsers/rules/needs_private.h>

#include <string.h>

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

static void wake_rules(NeedsMap *map, const NeedsWord *word, guint32 run)
{
    for (guint i = 0; i < word->rules->len; i++) {
        guint rule = g_array_index(word->rules, guint, i);
        Node node = {.run = run, .next = map->heads[rule]};
        map->heads[rule] = map->nodes->len;
        map->bits[rule / 64] |= G_GUINT64_CONSTANT(1) << (rule % 64);
        g_array_append_val(map->nodes, node);
    }
}

static void mark(NeedsMap *map, const NeedsWord *word, gsize at, Seen *seen)
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
    guint32 state = NEEDS_ROOT;
    for (gsize i = 0; i < length; i++) {
        guint8 byte = (guint8)text[i];
        out->has[byte] = 1;
        state = next[state + needs->classes[byte]];
        if (!(state & NEEDS_ENDS_WORD))
            continue;
        state &= ~NEEDS_ENDS_WORD;
        for (guint32 number = *needs_ending(needs, state); number;
             number = needs_word(needs, number)->shorter) {
            const NeedsWord *word = needs_word(needs, number);
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
