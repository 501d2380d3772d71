#include <parsers/rules/rule_set.h>
#include <parsers/rules/zuid.h>
#include <postern/base/clean.h>
#include <postern/base/limits.h>

#include <string.h>

/* The search through one mail. Secret rules go first, at every place, and all others see the texts with
 * the secrets covered: so no other field can carry one out. */
typedef struct {
    const RuleSet *rules;
    RulesScratch *scratch;
    gint64 deadline_us;
    GPtrArray *places;   /* Place, in the order of the contract */
    GPtrArray *accepted; /* per field: GPtrArray of Hit */
    GPtrArray *findings;
} Search;

static const RuleField *field_of(const Search *search, guint field)
{
    return search->rules->fields->pdata[field];
}

static void add_place(Search *search, Places kind, const char *where, const char *text)
{
    if (text && *text)
        g_ptr_array_add(search->places, place_new(kind, where, text, LIMIT_RULE_TEXT_BYTES, search->rules));
}

static void add_places(Search *search, const RulesInput *input)
{
    add_place(search, PLACE_SUBJECT, "subject", input->subject);
    add_place(search, PLACE_REPLY, "reply", input->reply);
    add_place(search, PLACE_TEXT, "text", input->text);
    if (!input->attachment_texts || !input->attachment_names)
        return;
    guint count = MIN(input->attachment_texts->len, input->attachment_names->len);
    for (guint i = 0; i < count; i++) {
        g_autofree char *where =
            g_strconcat("attachment:", (const char *)input->attachment_names->pdata[i], NULL);
        add_place(search, PLACE_ATTACHMENTS, where, input->attachment_texts->pdata[i]);
    }
}

static void report_gave_up(Search *search, const Rule *rule, const Place *place)
{
    finding_add(search->findings, "rule-gave-up", "%s: %s in %s", rule->name,
                matcher_reason(search->scratch->matcher), place->where);
}

static gboolean overlaps_any(const GPtrArray *hits, const Hit *hit)
{
    for (guint i = 0; i < hits->len; i++) {
        const Hit *other = hits->pdata[i];
        if (other->place == hit->place && other->start < hit->end && hit->start < other->end)
            return TRUE;
    }
    return FALSE;
}

static gboolean is_taken(const Search *search, guint field, const Hit *hit)
{
    const GPtrArray *others = field_of(search, field)->unless_in;
    if (overlaps_any(search->accepted->pdata[field], hit))
        return TRUE;
    for (guint i = 0; others && i < others->len; i++)
        if (overlaps_any(search->accepted->pdata[GPOINTER_TO_UINT(others->pdata[i])], hit))
            return TRUE;
    return FALSE;
}

/* Takes the hits over, but for those that overlap an earlier rule's. `found` is empty afterwards. */
static void accept(Search *search, guint field, GPtrArray *found)
{
    GPtrArray *accepted = search->accepted->pdata[field];
    gsize count;
    g_autofree gpointer *hits = g_ptr_array_steal(found, &count);
    for (gsize i = 0; i < count; i++) {
        if (is_taken(search, field, hits[i]))
            hit_free(hits[i]);
        else
            g_ptr_array_add(accepted, hits[i]);
    }
}

static void remember_secrets(GPtrArray *secrets, const Search *search, const GPtrArray *hits)
{
    for (guint i = 0; i < hits->len && secrets->len + 2 <= LIMIT_FIELDS * 2; i++) {
        const Hit *hit = hits->pdata[i];
        const Place *place = search->places->pdata[hit->place];
        g_ptr_array_add(secrets, g_strndup(place->text + hit->start, hit->end - hit->start));
        g_ptr_array_add(secrets, g_strdup(hit->value));
    }
}

static void look(Search *search, guint field, guint index, guint number, GPtrArray *found)
{
    const Rule *rule = search->rules->rules->pdata[index];
    Place *place = search->places->pdata[number];
    gboolean is_secret = field_of(search, field)->is_secret;
    gboolean is_its_place = (rule->places & place->kind) != 0;
    if (!is_its_place && !is_secret)
        return;
    guint most = is_secret ? G_MAXUINT : HITS_PER_PLACE;
    gboolean is_complete = rule_find(search->rules, index, search->scratch->matcher, place, number, most,
                                     search->deadline_us, found);
    if (!is_complete)
        report_gave_up(search, rule, place);
    if (is_secret) {
        place->is_loud |= !is_complete || found->len > 0;
        remember_secrets(search->scratch->secrets, search, found);
    }
    if (!is_its_place)
        g_ptr_array_set_size(found, 0);
}

static void search_field(Search *search, guint field)
{
    const RuleField *of = field_of(search, field);
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func((GDestroyNotify)hit_free);
    for (guint i = of->first_rule; i < of->first_rule + of->rule_count; i++)
        for (guint number = 0; number < search->places->len; number++) {
            look(search, field, i, number, found);
            accept(search, field, found);
        }
}

static void cover_places(Search *search)
{
    if (search->scratch->secrets->len == 0)
        return;
    for (guint i = 0; i < search->places->len; i++) {
        Place *place = search->places->pdata[i];
        char *masked = g_strndup(place->text, place->length);
        secrets_cover(search->scratch->secrets, masked, place->length);
        place_cover(place, masked);
    }
}

/* Before places are covered: their texts are still those of the input. */
static void note_quiet(Search *search)
{
    for (guint i = 0; i < search->places->len; i++) {
        const Place *place = search->places->pdata[i];
        if (!place->is_loud && place->text[place->length] == '\0')
            g_ptr_array_add(search->scratch->quiet, (gpointer)(gsize)place->text);
    }
}

static void search_all(Search *search)
{
    const guint fields = search->rules->fields->len;
    for (guint i = 0; i < fields; i++)
        g_ptr_array_add(search->accepted, g_ptr_array_new_with_free_func((GDestroyNotify)hit_free));
    for (guint i = 0; i < fields; i++)
        if (field_of(search, i)->is_secret)
            search_field(search, i);
    note_quiet(search);
    cover_places(search);
    for (guint i = 0; i < fields; i++)
        if (!field_of(search, i)->is_secret)
            search_field(search, i);
}

static gint compare_hits(gconstpointer a, gconstpointer b)
{
    const Hit *left = *(Hit *const *)a, *right = *(Hit *const *)b;
    if (left->place != right->place)
        return left->place < right->place ? -1 : 1;
    return left->start < right->start ? -1 : left->start > right->start;
}

static Field *field_new(const Search *search, const RuleField *of, const Hit *hit, char *shown)
{
    const Rule *rule = search->rules->rules->pdata[hit->rule];
    const Place *place = search->places->pdata[hit->place];
    Field *field = g_new0(Field, 1);
    field->name = g_strdup(of->name);
    field->value = shown;
    field->raw = of->is_secret
                     ? g_strdup(shown)
                     : clean_text(place->text + hit->start, (gssize)(hit->end - hit->start), BLOCK_BYTES_MAX);
    field->rule = g_strdup(rule->name);
    field->where = g_strdup(place->where);
    field->start = hit->start;
    field->end = hit->end;
    field->is_secret = of->is_secret;
    field->may_echo = !of->is_secret && !rule->as && value_type_may_echo(rule->type.type);
    return field;
}

/* One Field per distinct value, and per distinct form that is shown. */
static void give_out(Search *search, guint index, GPtrArray *fields)
{
    const RuleField *of = field_of(search, index);
    GPtrArray *hits = search->accepted->pdata[index];
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_ptr_array_sort(hits, compare_hits);
    for (guint i = 0; i < hits->len && fields->len < LIMIT_FIELDS; i++) {
        const Hit *hit = hits->pdata[i];
        g_autofree char *shown = of->is_secret ? secret_shown(hit->value) : g_strdup(hit->value);
        if (g_hash_table_add(seen, g_strdup(shown)))
            g_ptr_array_add(fields, field_new(search, of, hit, g_steal_pointer(&shown)));
    }
}

void rules_find(const RuleSet *rules, RulesScratch *scratch, const RulesInput *input,
                const RulesOutput *output)
{
    Search search = {
        .rules = rules, .scratch = scratch, .deadline_us = input->deadline_us, .findings = output->findings};
    search.places = g_ptr_array_new_with_free_func((GDestroyNotify)place_free);
    search.accepted = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
    g_ptr_array_set_size(scratch->secrets, 0);
    g_ptr_array_set_size(scratch->quiet, 0);
    add_places(&search, input);
    search_all(&search);
    for (guint i = 0; i < rules->fields->len; i++)
        give_out(&search, i, output->fields);
    g_ptr_array_unref(search.accepted);
    g_ptr_array_unref(search.places);
}

RulesScratch *rules_scratch_new(const RuleSet *rules)
{
    RulesScratch *scratch = g_new0(RulesScratch, 1);
    scratch->matcher = matcher_new(rules->groups_most);
    scratch->secrets = secrets_new();
    scratch->quiet = g_ptr_array_new();
    return scratch;
}

void rules_scratch_free(RulesScratch *scratch)
{
    if (!scratch)
        return;
    matcher_free(scratch->matcher);
    g_ptr_array_unref(scratch->secrets);
    g_ptr_array_unref(scratch->quiet);
    g_free(scratch);
}
