#include <parsers/rules/sample.h>
#include <parsers/rules/syntax.h>

#include <string.h>

#define LOOP_LEAST 8u /* what may come this often is a loop */
#define TIMES_MORE 4  /* than it must */
#define TIMES_LEAST_MOST 200u
#define SEED 20261122

struct Sampler {
    const Pattern *pattern;
    PatternFlags flags;
    Syntax *syntax;
    GPtrArray *loops;    /* const Node */
    GHashTable *choices; /* Node → GString: what a set takes */
    Matcher *matcher;
    GRand *random;
    GString *letters;
    GString *out;
    GPtrArray *caught; /* char *: by number of the group, from 1 */
    /* While an attack is made. */
    const Node *target;
    guint variant;
    gboolean is_over;
    gsize length;
};

/* In the order in which they are liked: what many sets have in common comes first. */
static const char candidates[] =
    "a1A-_. e0Zxz,:;/!?'\"@#%&=+*()[]<>{}|~^$\\`\t\n\u00e9\u00c4\u00df\u044f\u0416\u20ac\u3042\u65e5";

static void collect_loops(const Node *node, GPtrArray *loops)
{
    if (node->type == NODE_LOOK)
        return;
    if (node->type == NODE_REPEAT && node->most >= LOOP_LEAST)
        g_ptr_array_add(loops, (gpointer)(gsize)node);
    for (guint i = 0; i < node_count(node); i++)
        collect_loops(node_part(node, i), loops);
}

static void collect_letters(const Node *node, GString *letters)
{
    char bytes[8];
    bytes[g_unichar_to_utf8(node->character, bytes)] = '\0';
    if (node->type == NODE_CHARACTER && !strstr(letters->str, bytes))
        g_string_append(letters, bytes);
    for (guint i = 0; i < node->few_count; i++)
        if (!strchr(letters->str, node->few[i]))
            g_string_append_c(letters, node->few[i]);
    for (guint i = 0; i < node_count(node); i++)
        collect_letters(node_part(node, i), letters);
}

static void free_choice(gpointer choice)
{
    g_string_free(choice, TRUE);
}

Sampler *sampler_new(const Pattern *pattern)
{
    gsize length;
    PatternFlags flags;
    const char *source = pattern_source(pattern, &length, &flags);
    Syntax *syntax = syntax_read(source, length, flags);
    if (!syntax->is_sure) {
        syntax_free(syntax);
        return NULL;
    }
    Sampler *sampler = g_new0(Sampler, 1);
    sampler->pattern = pattern;
    sampler->flags = flags;
    sampler->syntax = syntax;
    sampler->loops = g_ptr_array_new();
    sampler->choices = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, free_choice);
    sampler->matcher = matcher_new(1);
    sampler->random = g_rand_new_with_seed(SEED);
    sampler->out = g_string_new(NULL);
    sampler->caught = g_ptr_array_new_with_free_func(g_free);
    sampler->letters = g_string_new(NULL);
    collect_loops(syntax->root, sampler->loops);
    collect_letters(syntax->root, sampler->letters);
    return sampler;
}

void sampler_free(Sampler *sampler)
{
    if (!sampler)
        return;
    syntax_free(sampler->syntax);
    g_ptr_array_unref(sampler->loops);
    g_hash_table_unref(sampler->choices);
    matcher_free(sampler->matcher);
    g_rand_free(sampler->random);
    g_string_free(sampler->out, TRUE);
    g_string_free(sampler->letters, TRUE);
    g_ptr_array_unref(sampler->caught);
    g_free(sampler);
}

const char *sampler_letters(const Sampler *sampler)
{
    return sampler->letters->str;
}

guint sampler_loops(const Sampler *sampler)
{
    return sampler->loops->len;
}

/* The set itself is asked. */
static GString *find_choice(const Sampler *sampler, const Node *node)
{
    GString *choice = g_string_new(NULL);
    g_autofree char *message = NULL;
    gsize offset;
    PatternFlags flags = (node->is_caseless ? PATTERN_CASELESS : 0) | (sampler->flags & PATTERN_DOTALL);
    Pattern *set = pattern_compile(node->text, node->length, flags, &message, &offset);
    matcher_begin(sampler->matcher, 0);
    for (const char *at = candidates; set && *at; at = g_utf8_next_char(at)) {
        gsize length = (gsize)(g_utf8_next_char(at) - at);
        if (pattern_match_at(set, sampler->matcher, at, length, 0) == SEARCH_FOUND)
            g_string_append_len(choice, at, (gssize)length);
    }
    pattern_unref(set);
    return choice;
}

static gint random_up_to(Sampler *sampler, gint most)
{
    return most > 0 ? g_rand_int_range(sampler->random, 0, most + 1) : 0;
}

static void write_set(Sampler *sampler, const Node *node)
{
    GString *choice = g_hash_table_lookup(sampler->choices, node);
    if (!choice) {
        choice = find_choice(sampler, node);
        g_hash_table_insert(sampler->choices, (gpointer)(gsize)node, choice);
    }
    glong count = g_utf8_strlen(choice->str, -1);
    if (count == 0)
        return;
    /* In attacks the same characters again and again: loops that take the same are the slow ones. */
    glong wish = sampler->target ? (glong)sampler->variant : random_up_to(sampler, (gint)count - 1);
    const char *at = g_utf8_offset_to_pointer(choice->str, MIN(wish, count - 1));
    g_string_append_len(sampler->out, at, g_utf8_next_char(at) - at);
}

static void write_node(Sampler *sampler, const Node *node);

/* Fills up with the loop that is to be kept busy. */
static void write_target(Sampler *sampler, const Node *node)
{
    gsize before = sampler->out->len;
    const Node *target = g_steal_pointer(&sampler->target);
    const Node *one = node_part(node, 0);
    sampler->target = one; /* never met inside of itself */
    write_node(sampler, one);
    sampler->target = target;
    g_autofree char *body = g_strdup(sampler->out->str + before);
    while (*body && sampler->out->len + strlen(body) <= sampler->length)
        g_string_append(sampler->out, body);
    sampler->is_over = TRUE;
}

static void write_repeat(Sampler *sampler, const Node *node)
{
    if (node == sampler->target) {
        write_target(sampler, node);
        return;
    }
    guint more = MIN(node->most - MIN(node->least, node->most), TIMES_MORE);
    guint count = MIN(node->least, TIMES_LEAST_MOST);
    if (!sampler->target)
        count += (guint)random_up_to(sampler, (gint)more);
    else if (count == 0 && node->most >= LOOP_LEAST)
        count = 1;
    for (guint i = 0; i < count && !sampler->is_over && sampler->out->len < SAMPLE_BYTES; i++)
        write_node(sampler, node_part(node, 0));
}

static gboolean holds(const Node *node, const Node *wanted)
{
    if (node == wanted)
        return TRUE;
    for (guint i = 0; i < node_count(node); i++)
        if (holds(node_part(node, i), wanted))
            return TRUE;
    return FALSE;
}

static void write_either(Sampler *sampler, const Node *node)
{
    guint chosen = sampler->target ? 0 : (guint)random_up_to(sampler, (gint)node_count(node) - 1);
    for (guint i = 0; sampler->target && i < node_count(node); i++)
        if (holds(node_part(node, i), sampler->target))
            chosen = i;
    write_node(sampler, node_part(node, chosen));
}

static void write_group(Sampler *sampler, const Node *node)
{
    gsize start = sampler->out->len;
    write_node(sampler, node_part(node, 0));
    while (sampler->caught->len <= node->number)
        g_ptr_array_add(sampler->caught, NULL);
    g_free(sampler->caught->pdata[node->number]);
    sampler->caught->pdata[node->number] = g_strdup(sampler->out->str + start);
}

static void write_row(Sampler *sampler, const Node *node)
{
    for (guint i = 0; i < node_count(node) && !sampler->is_over; i++)
        write_node(sampler, node_part(node, i));
}

static void write_node(Sampler *sampler, const Node *node)
{
    switch (node->type) {
    case NODE_ROW:
        write_row(sampler, node);
        break;
    case NODE_EITHER:
        write_either(sampler, node);
        break;
    case NODE_REPEAT:
        write_repeat(sampler, node);
        break;
    case NODE_GROUP:
        write_group(sampler, node);
        break;
    case NODE_ATOMIC:
        write_node(sampler, node_part(node, 0));
        break;
    case NODE_CHARACTER:
        g_string_append_unichar(sampler->out, node->character);
        break;
    case NODE_SET:
        write_set(sampler, node);
        break;
    case NODE_BREAK:
        g_string_append_c(sampler->out, '\n');
        break;
    case NODE_GRAPHEME:
        g_string_append_c(sampler->out, 'a');
        break;
    case NODE_BACK:
        if (node->number > 0 && node->number < sampler->caught->len && sampler->caught->pdata[node->number])
            g_string_append(sampler->out, sampler->caught->pdata[node->number]);
        break;
    default:
        break; /* looks around take nothing; nobody knows what a call takes */
    }
}

static char *write_all(Sampler *sampler)
{
    g_string_truncate(sampler->out, 0);
    g_ptr_array_set_size(sampler->caught, 0);
    sampler->is_over = FALSE;
    write_node(sampler, sampler->syntax->root);
    return g_strdup(sampler->out->str);
}

char *sampler_text(Sampler *sampler)
{
    sampler->target = NULL;
    return write_all(sampler);
}

char *sampler_attack(Sampler *sampler, guint loop, guint variant, gboolean repeats_all, gsize length)
{
    sampler->target = sampler->loops->pdata[loop];
    sampler->variant = variant;
    sampler->length = repeats_all ? 0 : length;
    g_autofree char *once = write_all(sampler);
    sampler->target = NULL;
    if (!repeats_all || !*once)
        return g_steal_pointer(&once);
    GString *text = g_string_new(once);
    while (text->len < length)
        g_string_append(text, once);
    return g_string_free(text, FALSE);
}
