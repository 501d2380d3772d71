#include <parsers/rules/candidates.h>
#include <parsers/rules/meaning.h>
#include <parsers/rules/prefilter.h>
#include <parsers/rules/search.h>
#include <parsers/rules/zuid.h>
#include <postern/base/clock.h>
#include <postern/base/limits.h>

#include <string.h>

/* Secret rules go first, at every place, and all others see the texts with the secrets covered: so no other
 * field can carry one out. */

static Place *add_place(Search *search, Places kind, const char *where, const char *text)
{
    if (!text || !*text)
        return NULL;
    Place *place = place_new(kind, where, text, LIMIT_RULE_TEXT_BYTES, search->rules);
    g_ptr_array_add(search->places, place);
    return place;
}

/* NULL when it is not known. */
static const char *type_of(const RulesInput *input, const char *name)
{
    for (guint i = 0; input->attachments && i < input->attachments->len; i++) {
        const Attachment *attachment = input->attachments->pdata[i];
        if (strcmp(attachment->name, name) == 0)
            return attachment->type;
    }
    return NULL;
}

static void add_attachment(Search *search, Places kind, const char *prefix, const char *name,
                           const char *text)
{
    g_autofree char *where = g_strconcat(prefix, name, NULL);
    Place *place = add_place(search, kind, where, text);
    if (!place)
        return;
    place->name = name;
    place->type = type_of(search->input, name);
}

static void add_names(Search *search)
{
    const RulesInput *input = search->input;
    const GPtrArray *list = input->attachments ? input->attachments : input->attachment_names;
    for (guint i = 0; list && i < list->len; i++) {
        const char *name =
            input->attachments ? ((const Attachment *)list->pdata[i])->name : (const char *)list->pdata[i];
        add_attachment(search, PLACE_ATTACHMENT_NAMES, "attachment-name:", name, name);
    }
}

/* What no rule asks for is not even scanned. */
static void add_places(Search *search)
{
    const RulesInput *input = search->input;
    const Places wanted = search->rules->places;
    add_place(search, PLACE_SUBJECT, "subject", input->subject);
    add_place(search, PLACE_REPLY, "reply", input->reply);
    add_place(search, PLACE_TEXT, "text", input->text);
    if (input->attachment_texts && input->attachment_names)
        for (guint i = 0; i < MIN(input->attachment_texts->len, input->attachment_names->len); i++)
            add_attachment(search, PLACE_ATTACHMENTS, "attachment:", input->attachment_names->pdata[i],
                           input->attachment_texts->pdata[i]);
    if (wanted & PLACE_ATTACHMENT_NAMES)
        add_names(search);
    if (wanted & PLACE_FROM_DOMAIN)
        add_place(search, PLACE_FROM_DOMAIN, "from-domain", input->from_domain);
    if (wanted & PLACE_QUOTED)
        add_place(search, PLACE_QUOTED, "quoted", input->quoted);
}

static void report_gave_up(Search *search, guint index, guint number)
{
    const char *reason = matcher_reason(search->scratch->matcher);
    g_autofree char *where = g_strconcat("in ", search_place(search, number)->where, NULL);
    rule_report(search->output->findings, search_rule(search, index), reason, where);
    if (!search->gave_up)
        return;
    Look look = {.rule = index, .place = number, .fate = CANDIDATE_GAVE_UP, .why = g_strdup(reason)};
    look_take(search->gave_up, search_rule(search, index), &look);
}

/* Takes the hits over, but for those that overlap an earlier rule's. `found` is empty afterwards. */
static void accept(Search *search, guint field, GPtrArray *found)
{
    if (found->len == 0)
        return;
    if (!search->accepted->pdata[field])
        search->accepted->pdata[field] = g_ptr_array_new_with_free_func((GDestroyNotify)hit_free);
    GPtrArray *accepted = search->accepted->pdata[field];
    gsize count;
    g_autofree gpointer *hits = g_ptr_array_steal(found, &count);
    for (gsize i = 0; i < count; i++) {
        const Hit *winner = conflict_winner(search, field, hits[i]);
        if (winner) {
            conflict_lose(search, hits[i], winner);
            continue;
        }
        g_ptr_array_add(accepted, hits[i]);
        conflict_take(search, field, hits[i]);
    }
}

/* A password at the end of a sentence may have its full stop, or not: elsewhere it stands without. */
static void remember_bare(GPtrArray *secrets, const char *value)
{
    enum { LEAST = 4 };
    gsize length = strlen(value), bare = length;
    while (bare > 0 && strchr(".,;:!?)", value[bare - 1]))
        bare--;
    if (bare < length && bare >= LEAST)
        g_ptr_array_add(secrets, g_strndup(value, bare));
}

static void remember_secrets(GPtrArray *secrets, const Search *search, const GPtrArray *hits)
{
    for (guint i = 0; i < hits->len && secrets->len + 3 <= LIMIT_FIELDS * 3; i++) {
        const Hit *hit = hits->pdata[i];
        const Place *place = search->places->pdata[hit->place];
        g_ptr_array_add(secrets, g_strndup(place->text + hit->start, hit->end - hit->start));
        g_ptr_array_add(secrets, g_strdup(hit->value));
        remember_bare(secrets, hit->value);
    }
}

static void look(Search *search, guint field, guint index, guint number, GPtrArray *found)
{
    Place *place = search->places->pdata[number];
    gboolean is_secret = search_field_of(search, field)->is_secret;
    gboolean is_its_place = rule_looks_at(search_rule(search, index), place);
    if (!is_its_place && !is_secret)
        return;
    guint most = is_secret ? G_MAXUINT : HITS_PER_PLACE;
    GPtrArray *looks = search->scratch->looks;
    if (!is_its_place)
        search->scratch->looks = NULL;
    gboolean is_complete = rule_find(search->rules, index, search->scratch, place, number, most,
                                     search->input->deadline_us, found);
    search->scratch->looks = looks;
    if (!is_complete)
        report_gave_up(search, index, number);
    if (is_secret) {
        place->is_loud |= !is_complete || found->len > 0;
        place->is_unsure |= !is_complete;
        search->scratch->met_secret |= found->len > 0;
        remember_secrets(search->scratch->secrets, search, found);
    }
    if (!is_its_place)
        g_ptr_array_set_size(found, 0);
}

static void search_rule_everywhere(Search *search, guint field, guint rule, GPtrArray *found)
{
    gint64 *costs = search->output->costs_ns, begun = costs ? clock_monotonic_ns() : 0;
    for (guint number = 0; number < search->places->len; number++) {
        look(search, field, rule, number, found);
        accept(search, field, found);
    }
    if (costs)
        costs[rule] += clock_monotonic_ns() - begun;
}

static void search_field(Search *search, const Wanted *wanted, guint field)
{
    const RuleField *of = search_field_of(search, field);
    if (!prefilter_wants_any(wanted, of->first_rule, of->rule_count))
        return;
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func((GDestroyNotify)hit_free);
    for (guint i = 0; i < of->order->len; i++) {
        guint rule = g_array_index(of->order, guint, i);
        if (prefilter_wants(wanted, rule))
            search_rule_everywhere(search, field, rule, found);
    }
}

static void search_fields(Search *search, gboolean secret)
{
    Wanted wanted;
    prefilter_ask(search->rules, search->places, &wanted);
    for (guint i = 0; i < search->rules->fields->len; i++)
        if (search_field_of(search, i)->is_secret == secret)
            search_field(search, &wanted, i);
    prefilter_clear(&wanted);
}

/* More may be found than are remembered: each is covered where it stands, too. */
static void cover_hits(const Search *search, guint number, char *text)
{
    for (guint i = 0; i < search->rules->fields->len; i++) {
        const GPtrArray *hits = search->accepted->pdata[i];
        for (guint k = 0; hits && k < hits->len; k++) {
            const Hit *hit = hits->pdata[k];
            if (hit->place == number)
                secret_cover(text + hit->start, hit->end - hit->start);
        }
    }
}

static void cover_places(Search *search)
{
    for (guint i = 0; i < search->places->len; i++) {
        Place *place = search->places->pdata[i];
        if (search->scratch->secrets->len == 0 && !place->is_unsure)
            continue;
        char *masked = g_strndup(place->text, place->length);
        cover_hits(search, i, masked);
        secrets_cover(search->scratch->secrets, masked, place->length);
        if (place->is_unsure)
            suspects_cover(masked, place->length);
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
    g_ptr_array_set_size(search->accepted, (gint)search->rules->fields->len);
    search_fields(search, TRUE);
    note_quiet(search);
    cover_places(search);
    search_fields(search, FALSE);
}

static void free_accepted(gpointer hits)
{
    if (hits)
        g_ptr_array_unref(hits);
}

static void search_clear(Search *search)
{
    g_clear_pointer(&search->scratch->looks, g_ptr_array_unref);
    g_clear_pointer(&search->gave_up, g_ptr_array_unref);
    g_clear_pointer(&search->lost, g_ptr_array_unref);
    g_hash_table_unref(search->taken);
    g_ptr_array_unref(search->accepted);
    g_ptr_array_unref(search->places);
}

void rules_find(const RuleSet *rules, RulesScratch *scratch, const RulesInput *input,
                const RulesOutput *output)
{
    Search search = {.rules = rules, .scratch = scratch, .input = input, .output = output};
    search.places = g_ptr_array_new_with_free_func((GDestroyNotify)place_free);
    search.accepted = g_ptr_array_new_with_free_func(free_accepted);
    search.taken = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_ptr_array_unref);
    if (output->losers || output->candidates)
        search.lost = g_ptr_array_new_with_free_func((GDestroyNotify)lost_free);
    if (output->candidates) {
        scratch->looks = g_ptr_array_new_with_free_func((GDestroyNotify)look_free);
        search.gave_up = g_ptr_array_new_with_free_func((GDestroyNotify)look_free);
    }
    g_ptr_array_set_size(scratch->secrets, 0);
    scratch->met_secret = FALSE;
    g_ptr_array_set_size(scratch->quiet, 0);
    add_places(&search);
    search_all(&search);
    outcome_give(&search);
    if (output->meanings)
        meanings_find(rules->meanings, scratch->matcher, search.places, output->fields, input->deadline_us,
                      output->meanings, output->findings);
    search_clear(&search);
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
