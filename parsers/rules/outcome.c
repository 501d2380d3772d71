#include <parsers/rules/candidates.h>
#include <parsers/rules/search.h>
#include <postern/base/limits.h>
#include <postern/error_print.h>

#include <string.h>

static Field *field_new(const Search *search, const Hit *hit, const char *shown)
{
    const Rule *rule = search_rule(search, hit->rule);
    const RuleField *of = search_field_of(search, rule->field);
    const Place *place = search_place(search, hit->place);
    Field *field = g_new0(Field, 1);
    field->name = g_strdup(of->name);
    field->value = g_strdup(shown);
    field->raw = of->is_secret ? g_strdup(shown)
                               : candidate_raw(search->rules, hit->rule, place, hit->start, hit->end);
    field->rule = g_strdup(rule->name);
    field->where = g_strdup(place->where);
    field->start = hit->start;
    field->end = hit->end;
    field->is_secret = of->is_secret;
    field->is_single = of->is_single;
    field->may_echo = !of->is_secret && !rule->as && value_type_may_echo(rule->type.type);
    return field;
}

/* Takes `why` over. */
static void add_candidate(const Search *search, const Look *look, char *why)
{
    GPtrArray *candidates = search->output->candidates;
    if (candidates && candidates->len < LIMIT_CANDIDATES)
        g_ptr_array_add(candidates,
                        candidate_new(search->rules, look, search_place(search, look->place), why));
    else
        g_free(why);
}

static void add_fate(const Search *search, const Hit *hit, CandidateFate fate, char *why)
{
    Look look = {hit->rule, hit->place, hit->start, hit->end, hit->value, fate, NULL};
    add_candidate(search, &look, why);
}

static char *words_of_same(const Search *search, const Hit *first)
{
    return g_strdup_printf("the same value as '%s' took at %" G_GSIZE_FORMAT "-%" G_GSIZE_FORMAT " of %s",
                           search_rule(search, first->rule)->name, first->start, first->end,
                           search_place(search, first->place)->where);
}

static gint compare_hits(gconstpointer a, gconstpointer b, gpointer user)
{
    const Hit *left = *(Hit *const *)a, *right = *(Hit *const *)b;
    const RuleField *single = user;
    guint first = single ? conflict_rank(single, left->rule) : 0;
    guint second = single ? conflict_rank(single, right->rule) : 0;
    if (first != second)
        return first < second ? -1 : 1;
    if (left->place != right->place)
        return left->place < right->place ? -1 : 1;
    return left->start < right->start ? -1 : left->start > right->start;
}

/* One Field per distinct value, and per distinct form that is shown; of a single field the first alone. */
static void give_field(Search *search, guint index)
{
    RuleField *of = search->rules->fields->pdata[index];
    GPtrArray *hits = search->accepted->pdata[index], *fields = search->output->fields;
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_ptr_array_sort_with_data(hits, compare_hits, of->is_single ? of : NULL);
    for (guint i = 0; i < hits->len && fields->len < LIMIT_FIELDS; i++) {
        Hit *hit = hits->pdata[i];
        g_autofree char *shown = search_shown(search, hit);
        const Hit *first = g_hash_table_lookup(seen, shown);
        if (first) {
            add_fate(search, hit, CANDIDATE_SAME,
                     search->output->candidates ? words_of_same(search, first) : NULL);
        } else if (of->is_single && i > 0) {
            conflict_lose(search, hit_copy(hit), hits->pdata[0]);
        } else {
            Field *field = field_new(search, hit, shown);
            field->print = of->has_fingerprint && !of->is_secret ? error_print(shown) : NULL;
            g_ptr_array_add(fields, field);
            add_fate(search, hit, CANDIDATE_TAKEN, g_strdup(""));
            g_hash_table_insert(seen, g_steal_pointer(&shown), hit);
        }
    }
}

static gboolean is_told(const GPtrArray *losers, const Field *field)
{
    for (guint i = 0; i < losers->len; i++) {
        const Field *other = losers->pdata[i];
        if (strcmp(other->name, field->name) == 0 && strcmp(other->value, field->value) == 0 &&
            strcmp(other->lost_to, field->lost_to) == 0)
            return TRUE;
    }
    return FALSE;
}

static void add_loser(const Search *search, const Lost *lost, const char *shown, const char *why)
{
    GPtrArray *losers = search->output->losers;
    if (!losers || losers->len >= LIMIT_FIELDS)
        return;
    Field *field = field_new(search, lost->hit, shown);
    field->lost_to = g_strdup(search_rule(search, lost->winner->rule)->name);
    field->why = g_strdup(why);
    if (is_told(losers, field))
        field_free(field);
    else
        g_ptr_array_add(losers, field);
}

/* The value may stand somewhere else, where nothing is in its way. */
static gboolean is_given(const Search *search, const Lost *lost, const char *shown)
{
    const char *name = search_field_of(search, search_rule(search, lost->hit->rule)->field)->name;
    for (guint i = 0; i < search->output->fields->len; i++) {
        const Field *field = search->output->fields->pdata[i];
        if (strcmp(field->name, name) == 0 && strcmp(field->value, shown) == 0)
            return TRUE;
    }
    return FALSE;
}

/* What says the same as its winner is no value that is missing. */
static void give_loser(const Search *search, const Lost *lost)
{
    g_autofree char *shown = search_shown(search, lost->hit);
    gboolean is_known = is_given(search, lost, shown), is_same = is_known || lost->is_same;
    if (is_same && !search->output->candidates)
        return;
    g_autofree char *why =
        is_known && lost->is_same ? words_of_same(search, lost->winner) : conflict_why(search, lost);
    if (!is_same)
        add_loser(search, lost, shown, why);
    add_fate(search, lost->hit, is_known ? CANDIDATE_SAME : CANDIDATE_LOST, g_steal_pointer(&why));
}

static void give_looks(const Search *search, const GPtrArray *looks)
{
    for (guint i = 0; looks && i < looks->len; i++) {
        const Look *look = looks->pdata[i];
        add_candidate(search, look, g_strdup(look->why));
    }
}

void outcome_give(Search *search)
{
    for (guint i = 0; i < search->rules->fields->len; i++)
        if (search->accepted->pdata[i])
            give_field(search, i);
    for (guint i = 0; search->lost && i < search->lost->len; i++)
        give_loser(search, search->lost->pdata[i]);
    give_looks(search, search->gave_up);
    give_looks(search, search->scratch->looks);
}
