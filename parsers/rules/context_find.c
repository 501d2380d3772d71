#include <parsers/rules/context_rule.h>

#include <string.h>

typedef struct {
    const char *text; /* of the place */
    GPtrArray *catches;
    const char *meant; /* of a value that is split: what it means, where it is not as it stands */
    gsize start, end;
} Catching;

static void catch_free(gpointer data)
{
    Catch *caught = data;
    g_free(caught->text);
    g_free(caught);
}

static void add(GPtrArray *catches, gsize start, gsize end, const char *meant)
{
    Catch *caught = g_new0(Catch, 1);
    *caught = (Catch){start, end, g_strdup(meant)};
    g_ptr_array_add(catches, caught);
}

static void add_item(gsize start, gsize end, gpointer data)
{
    Catching *catching = data;
    if (!catching->meant) {
        add(catching->catches, start, end, NULL);
        return;
    }
    /* Where escapes stand in the text, the place of an item is not known: the whole is its place, and the
     * first item takes it. */
    g_autofree char *item = g_strndup(catching->meant + start, end - start);
    add(catching->catches, catching->start, catching->end, item);
}

static void add_url(gsize start, gsize end, const char *meant, gpointer data)
{
    Catching *catching = data;
    add(catching->catches, start, end, meant);
}

static void add_value(const Context *context, const KeyedValue *value, Catching *catching)
{
    if (!context->is_list && value->is_more)
        return;
    if (!context->is_list) {
        add(catching->catches, value->start, value->end, value->text);
        return;
    }
    catching->meant = value->text;
    catching->start = value->start;
    catching->end = value->end;
    if (value->text)
        keyed_split(value->text, 0, strlen(value->text), add_item, catching);
    else
        keyed_split(catching->text, value->start, value->end, add_item, catching);
}

static void catch_keys(const Context *context, Place *place, Catching *catching, gboolean *out_cut)
{
    ContextNotes *notes = context_notes(place);
    if (!notes->keyed)
        notes->keyed = keyed_read(place->text, place->length);
    *out_cut |= keyed_is_cut(notes->keyed);
    for (guint i = 0; i < context->keys->len; i++) {
        const GPtrArray *values = keyed_values(notes->keyed, context->keys->pdata[i]);
        for (guint k = 0; values && k < values->len; k++)
            add_value(context, values->pdata[k], catching);
    }
}

static void catch_urls(const Context *context, Place *place, Catching *catching, gboolean *out_cut)
{
    ContextNotes *notes = context_notes(place);
    if (!notes->urls)
        notes->urls = url_list_read(place->text, place->length);
    *out_cut |= url_list_is_cut(notes->urls);
    url_list_values(notes->urls, place->text, context->url, add_url, catching);
}

static gint compare_catches(gconstpointer a, gconstpointer b)
{
    const Catch *left = *(Catch *const *)a, *right = *(Catch *const *)b;
    return (left->start > right->start) - (left->start < right->start);
}

GPtrArray *context_catches(const Rule *rule, Place *place, gboolean *out_cut)
{
    Catching catching = {.text = place->text, .catches = g_ptr_array_new_with_free_func(catch_free)};
    if (rule->context && rule->context->keys) {
        catch_keys(rule->context, place, &catching, out_cut);
        g_ptr_array_sort(catching.catches, compare_catches);
    }
    if (rule->context && rule->context->url)
        catch_urls(rule->context, place, &catching, out_cut);
    return catching.catches;
}

/* Types that are free text take a value as a whole. */
static gboolean is_closed(const Rule *rule)
{
    return rule->type.type != TYPE_TEXT && rule->type.type != TYPE_BLOCK && rule->type.type != TYPE_WORD;
}

/* Narrows *from and *to of `text` to what the pattern catches there. */
static SearchResult narrow(const Rule *rule, Matcher *matcher, const char *text, gsize *from, gsize *to)
{
    if (!rule->pattern)
        return SEARCH_FOUND;
    gsize start, end, length = *to - *from;
    SearchResult result = pattern_search(rule->pattern, matcher, text + *from, length, 0, length + 1);
    if (result != SEARCH_FOUND)
        return result;
    if (!matcher_span(matcher, rule->group, &start, &end))
        return SEARCH_NOTHING;
    *to = *from + end;
    *from += start;
    return SEARCH_FOUND;
}

static void normalise(const Rule *rule, const char *text, gsize from, gsize to, CaughtValue *out)
{
    out->start = from;
    out->end = to;
    out->value = value_normalise_why(&rule->type, text, &out->start, &out->end, &out->refusal);
    if (out->value || !is_closed(rule))
        return;
    /* "4821 (production)" */
    gsize first = from, last = to;
    const char *refusal;
    keyed_first_word(text, first, &last);
    out->value = first < last ? value_normalise_why(&rule->type, text, &first, &last, &refusal) : NULL;
    if (out->value) {
        out->start = first;
        out->end = last;
    }
}

gboolean catch_value(const Rule *rule, Matcher *matcher, const Place *place, const Catch *caught,
                     CaughtValue *out)
{
    const char *text = caught->text ? caught->text : place->text;
    gsize from = caught->text ? 0 : caught->start, to = caught->text ? strlen(caught->text) : caught->end;
    SearchResult result = narrow(rule, matcher, text, &from, &to);
    *out = (CaughtValue){.start = from, .end = to, .refusal = "the pattern does not match in it"};
    if (result == SEARCH_FOUND)
        normalise(rule, text, from, to, out);
    if (caught->text) {
        out->start = caught->start;
        out->end = caught->end;
    }
    return result != SEARCH_GAVE_UP;
}

/* The longest run of plain letters in a word: whatever form of the word a text has, that is in it. */
static char *plain_run(const char *word)
{
    const char *best = word;
    gsize most = 0;
    for (const char *at = word; *at;) {
        gsize length = 0;
        while (at[length] && (guchar)at[length] < 0x80 && at[length] != ' ')
            length++;
        if (length > most) {
            best = at;
            most = length;
        }
        at += MAX(length, 1);
    }
    return g_strndup(best, most);
}

/* Of a word with letters beyond ASCII short runs would find too much. */
#define RUN_LEAST 4u
/* From where a pattern begins to match to its value, at most. */
#define PREFIX_BYTES 1000u

static void add_need(GPtrArray *needs, const char *folded, const char *written)
{
    g_autofree char *run = plain_run(folded);
    gboolean is_plain = g_str_is_ascii(folded);
    if (is_plain || strlen(run) >= RUN_LEAST) {
        g_ptr_array_add(needs, g_steal_pointer(&run));
        return;
    }
    /* Phrases may be broken between their words: the first stands for all. */
    g_autofree char *first = g_strndup(written, strcspn(written, " \t\n"));
    g_ptr_array_add(needs, g_utf8_normalize(first, -1, G_NORMALIZE_NFD));
    g_ptr_array_add(needs, g_utf8_normalize(first, -1, G_NORMALIZE_NFC));
}

GPtrArray *context_needs(Rule *rule)
{
    GPtrArray *needs = g_ptr_array_new_with_free_func(g_free);
    const Near *near = rule->context ? rule->context->near : NULL;
    gboolean is_own = rule->finder == FINDER_PATTERN && rule->source < 0;
    if (!near || !is_own)
        return needs;
    gsize longest = 0;
    for (guint i = 0; i < near->words->len; i++) {
        add_need(needs, near->words->pdata[i], near->written->pdata[i]);
        longest = MAX(longest, 2 * strlen(near->words->pdata[i]));
    }
    gsize distance = (gsize)near->within * 4 + longest + PREFIX_BYTES;
    rule->within = (guint)distance;
    rule->reach = (guint)(near->side == SIDE_BEHIND ? 0 : distance);
    return needs;
}
