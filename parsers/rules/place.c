#include <parsers/rules/candidates.h>
#include <parsers/rules/literals.h>
#include <parsers/rules/place_work.h>
#include <parsers/rules/prefilter.h>
#include <parsers/rules/section.h>
#include <parsers/rules/zuid.h>
#include <postern/error_block.h>

#include <string.h>

const char *const PLACE_NAMES[PLACE_KINDS + 1] = {
    "subject", "reply", "text", "attachments", "quoted", "attachment-names", "from-domain", NULL};
const char *const FINDER_NAMES[FINDER_COUNT + 1] = {
    [FINDER_PATTERN] = "pattern", [FINDER_ZUID] = "zuid", [FINDER_ERROR_BLOCK] = "error-block",
    [FINDER_SECTION] = "section", [FINDER_KEY] = "key",   [FINDER_URL] = "url",
};

/* The length of what can be looked at: whole characters, up to the limit. */
static gsize usable_length(const char *text, gsize limit_bytes)
{
    gsize length = strnlen(text, limit_bytes);
    const char *end;
    g_utf8_validate(text, (gssize)length, &end);
    return (gsize)(end - text);
}

static void scan(Place *place)
{
    const RuleSet *rules = place->rules;
    needs_scan(rules->needs, place->text, place->length, rules->rules->len, &place->words);
    place->odd = literals_odd(place->text, place->length, place->words.has);
}

Place *place_new(Places kind, const char *where, const char *text, gsize limit_bytes, const RuleSet *rules)
{
    Place *place = g_new0(Place, 1);
    place->kind = kind;
    place->where = g_strdup(where);
    place->text = text;
    place->length = usable_length(text, limit_bytes);
    place->rules = rules;
    scan(place);
    place->matches =
        g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, (GDestroyNotify)g_array_unref);
    return place;
}

void place_cover(Place *place, char *text)
{
    place->masked = text;
    place->text = text;
    needs_map_clear(&place->words);
    scan(place);
    g_clear_pointer(&place->zuids, g_array_unref);
    g_clear_pointer(&place->notes, context_notes_free);
    g_hash_table_remove_all(place->matches);
}

void place_free(Place *place)
{
    if (!place)
        return;
    g_clear_pointer(&place->zuids, g_array_unref);
    g_clear_pointer(&place->notes, context_notes_free);
    g_hash_table_unref(place->matches);
    needs_map_clear(&place->words);
    g_free(place->masked);
    g_free(place->where);
    g_free(place);
}

void hit_free(Hit *hit)
{
    if (!hit)
        return;
    g_free(hit->value);
    g_free(hit);
}

Hit *hit_copy(const Hit *hit)
{
    Hit *copy = g_memdup2(hit, sizeof *hit);
    copy->value = g_strdup(hit->value);
    return copy;
}

static gboolean matches_any(const GPtrArray *wanted, const char *text)
{
    if (!wanted)
        return TRUE;
    g_autofree char *lower = text ? g_utf8_strdown(text, -1) : NULL;
    for (guint i = 0; lower && i < wanted->len; i++)
        if (g_pattern_spec_match_string(wanted->pdata[i], lower))
            return TRUE;
    return FALSE;
}

gboolean rule_looks_at(const Rule *rule, const Place *place)
{
    if (!(rule->places & place->kind))
        return FALSE;
    if (!place->name)
        return TRUE;
    return matches_any(rule->file_names, place->name) && matches_any(rule->file_types, place->type);
}

/* A match may begin a little behind the word it needs: its pattern looks back at it. */
#define LOOKBACK_BYTES 16u

gboolean work_is_full(const Work *work)
{
    return work->taken >= work->most;
}

static CandidateFate judge_except(Work *work, const char *value)
{
    if (!work->rule->except)
        return CANDIDATE_TAKEN;
    SearchResult result =
        pattern_search(work->rule->except, work->matcher, value, strlen(value), 0, G_MAXSIZE);
    work->gave_up |= result == SEARCH_GAVE_UP;
    return result == SEARCH_NOTHING ? CANDIDATE_TAKEN
           : result == SEARCH_FOUND ? CANDIDATE_EXCEPTED
                                    : CANDIDATE_GAVE_UP;
}

/* `value` is NULL when it breaks the grammar of its type. */
static CandidateFate judge(Work *work, gsize start, gsize end, const char *value, char **why)
{
    if (!value)
        return CANDIDATE_INVALID;
    if (work->rule->context && !work->has_context &&
        !context_fits(work->rule, work->place, start, end, work->looks ? why : NULL))
        return CANDIDATE_NO_CONTEXT;
    return judge_except(work, value);
}

gboolean work_take(Work *work, gsize start, gsize end, char *value, const char *refusal)
{
    char *why = value || !work->looks ? NULL : g_strdup(refusal);
    CandidateFate fate = judge(work, start, end, value, &why);
    if (fate != CANDIDATE_TAKEN) {
        Look look = {work->index, work->number, start, end, value, fate, why};
        look_take(work->looks, work->rule, &look);
        return FALSE;
    }
    Hit *hit = g_new0(Hit, 1);
    *hit = (Hit){.rule = work->index, .place = work->number, .start = start, .end = end, .value = value};
    g_ptr_array_add(work->hits, hit);
    work->taken++;
    return TRUE;
}

static gboolean take_span(Work *work, gsize *start, gsize *end)
{
    const char *refusal;
    char *value = value_normalise_why(&work->rule->type, work->place->text, start, end, &refusal);
    return work_take(work, *start, *end, value, refusal);
}

/* `as`: "{platform} SDK" with the captures of the last match. */
static char *compose(const Work *work)
{
    GString *value = g_string_new(NULL);
    for (const char *at = work->rule->as; *at; at++) {
        const char *close = *at == '{' ? strchr(at, '}') : NULL;
        if (!close) {
            g_string_append_c(value, *at);
            continue;
        }
        g_autofree char *name = g_strndup(at + 1, (gsize)(close - at - 1));
        gsize start, end;
        if (matcher_span(work->matcher, pattern_group(work->rule->pattern, name), &start, &end))
            g_string_append_len(value, work->place->text + start, (gssize)(end - start));
        at = close;
    }
    return g_string_free(value, FALSE);
}

static gboolean take_match(Work *work, gsize *start, gsize *end)
{
    if (!work->rule->as)
        return take_span(work, start, end);
    g_autofree char *composed = compose(work);
    gsize from = 0, to = strlen(composed);
    const char *refusal;
    char *value = value_normalise_why(&work->rule->type, composed, &from, &to, &refusal);
    return work_take(work, *start, *end, value, refusal);
}

/* A value behind another stands where that stands. */
static gboolean take_next(Work *work, gsize *start, gsize *end)
{
    gboolean has_context = work->has_context;
    work->has_context = TRUE;
    gboolean is_taken = take_span(work, start, end);
    work->has_context = has_context;
    return is_taken;
}

/* The values that follow `*end` in a row: "4821, 4822 and 4823". FALSE when a limit was met. */
static gboolean take_more(Work *work, gsize *end)
{
    const Rule *rule = work->rule;
    while (rule->more && !work_is_full(work)) {
        SearchResult result =
            pattern_match_at(rule->more, work->matcher, work->place->text, work->place->length, *end);
        gsize start, stop;
        if (result == SEARCH_GAVE_UP)
            return FALSE;
        if (result == SEARCH_NOTHING || !matcher_span(work->matcher, rule->more_group, &start, &stop))
            return TRUE;
        if (start < *end || !take_next(work, &start, &stop))
            return TRUE;
        *end = stop;
    }
    return TRUE;
}

static gsize next_character(const Place *place, gsize at)
{
    do
        at++;
    while (at < place->length && ((guchar)place->text[at] & 0xc0) == 0x80);
    return at;
}

/* The next stretch of the text, not before `from`, in which a match may begin: near the words that the
 * rule needs. FALSE when there is none. */
static gboolean next_stretch(const Work *work, gsize from, gsize *out_start, gsize *out_end)
{
    const Place *place = work->place;
    const Rule *rule = work->rule;
    gsize block, last;
    *out_start = from;
    *out_end = place->length;
    if (!rule->is_picky && (!rule->is_derived || rule->is_far || rule->odd & place->odd))
        return from < place->length;
    gsize reach = MAX(rule->reach, LOOKBACK_BYTES);
    gsize least = from < reach ? 0 : (from - reach) / NEEDS_BLOCK_BYTES;
    if (!needs_map_next(&place->words, work->index, least, &block, &last))
        return FALSE;
    gsize begin = block * NEEDS_BLOCK_BYTES;
    begin = begin > work->rule->within ? begin - work->rule->within : 0;
    while (begin > from && begin < place->length && ((guchar)place->text[begin] & 0xc0) == 0x80)
        begin++;
    *out_start = MAX(begin, from);
    *out_end = MIN((last + 1) * NEEDS_BLOCK_BYTES + reach, place->length);
    while (*out_end < place->length && ((guchar)place->text[*out_end] & 0xc0) == 0x80)
        (*out_end)++;
    return *out_start < *out_end;
}

/* Groups 0 to the last, as pairs of start and end. */
static guint span_count(const Rule *rule)
{
    return 2 * (pattern_group_count(rule->pattern) + 1);
}

/* Takes what the last search found; *from becomes the place to go on. `accepted` may be NULL. FALSE when a
 * limit was met. */
static gboolean take_found(Work *work, gsize *from, GArray *accepted)
{
    gsize match, match_end, start, end;
    gboolean has_match = matcher_span(work->matcher, 0, &match, &match_end);
    *from = next_character(work->place, has_match ? MAX(match, *from) : *from);
    if (!matcher_span(work->matcher, work->rule->group, &start, &end))
        return TRUE;
    gsize value_end = end;
    if (accepted) {
        g_array_set_size(accepted, accepted->len + span_count(work->rule));
        matcher_spans(work->matcher, span_count(work->rule) / 2,
                      &g_array_index(accepted, gsize, accepted->len - span_count(work->rule)));
    }
    gboolean is_taken = take_match(work, &start, &end);
    if (!is_taken && accepted)
        g_array_set_size(accepted, accepted->len - span_count(work->rule));
    if (is_taken && !take_more(work, &end))
        return FALSE;
    /* What is no value as a whole holds none in a piece of it either: "12345" is no number of four digits. */
    *from = MAX(*from, MAX(end, value_end));
    return TRUE;
}

static gboolean find_pattern(Work *work)
{
    const Place *place = work->place;
    gsize from = 0, until;
    GArray *accepted = NULL;
    if (work->rule->is_source) {
        accepted = g_array_new(FALSE, FALSE, sizeof(gsize));
        g_hash_table_insert(place->matches, GUINT_TO_POINTER(work->index), accepted);
    }
    while (!work_is_full(work) && next_stretch(work, from, &from, &until)) {
        SearchResult result =
            pattern_search(work->rule->pattern, work->matcher, place->text, place->length, from, until);
        if (result == SEARCH_GAVE_UP || (result == SEARCH_FOUND && !take_found(work, &from, accepted)))
            return FALSE;
        if (result == SEARCH_NOTHING)
            from = until;
    }
    return TRUE;
}

/* Another capture of the matches that an earlier rule accepted, here and now if it has not been tried here
 * yet. */
static gboolean find_in_source(Work *work, const RuleSet *set, RulesScratch *scratch, gint64 deadline_us)
{
    guint source = (guint)work->rule->source;
    gboolean is_complete = TRUE;
    if (!g_hash_table_contains(work->place->matches, GUINT_TO_POINTER(source))) {
        g_autoptr(GPtrArray) unused = g_ptr_array_new_with_free_func((GDestroyNotify)hit_free);
        /* What it turns down, it says when it is its own turn. */
        GPtrArray *looks = g_steal_pointer(&scratch->looks);
        is_complete = rule_find(set, source, scratch, work->place, 0, HITS_PER_PLACE, deadline_us, unused);
        scratch->looks = looks;
    }
    const GArray *accepted = g_hash_table_lookup(work->place->matches, GUINT_TO_POINTER(source));
    for (guint i = 0; accepted && i < accepted->len && !work_is_full(work); i += span_count(work->rule)) {
        gsize start = g_array_index(accepted, gsize, i + 2 * work->rule->group);
        gsize end = g_array_index(accepted, gsize, i + 2 * work->rule->group + 1);
        if (start != G_MAXSIZE)
            take_span(work, &start, &end);
    }
    return is_complete;
}

static void find_zuids(Work *work)
{
    Place *place = work->place;
    if (!place->zuids) {
        place->zuids = g_array_new(FALSE, FALSE, sizeof(Zuid));
        Zuid zuid;
        for (gsize from = 0; zuid_find(place->text, place->length, from, &zuid); from = zuid.end)
            g_array_append_val(place->zuids, zuid);
    }
    for (guint i = 0; i < place->zuids->len && !work_is_full(work); i++) {
        const Zuid *zuid = &g_array_index(place->zuids, Zuid, i);
        gsize start = zuid->start, end = zuid->end;
        take_span(work, &start, &end);
    }
}

static void find_error_blocks(Work *work)
{
    g_autoptr(GArray) blocks = g_array_new(FALSE, FALSE, sizeof(ErrorBlock));
    error_blocks_find(work->place->text, work->place->length, blocks);
    for (guint i = 0; i < blocks->len && !work_is_full(work); i++) {
        ErrorBlock block = g_array_index(blocks, ErrorBlock, i);
        take_span(work, &block.start, &block.end);
    }
}

static void find_sections(Work *work)
{
    const Place *place = work->place;
    gsize from = 0, until, start, end, least = 0;
    while (!work_is_full(work) && next_stretch(work, from, &from, &until)) {
        /* A heading is judged from the beginning of its line. */
        while (from > least && place->text[from - 1] != '\n')
            from--;
        if (section_find(place->text, place->length, from, until, work->rule->headings, &start, &end)) {
            from = least = end;
            take_span(work, &start, &end);
        } else {
            from = until;
        }
    }
}

gboolean work_find(Work *work, const RuleSet *set, RulesScratch *scratch, gint64 deadline_us)
{
    switch (work->rule->finder) {
    case FINDER_ZUID:
        find_zuids(work);
        return TRUE;
    case FINDER_ERROR_BLOCK:
        find_error_blocks(work);
        return TRUE;
    case FINDER_SECTION:
        find_sections(work);
        return TRUE;
    case FINDER_KEY:
    case FINDER_URL:
        return work_find_caught(work);
    default:
        return work->rule->source < 0 ? find_pattern(work) : find_in_source(work, set, scratch, deadline_us);
    }
}

gboolean rule_find(const RuleSet *set, guint index, RulesScratch *scratch, Place *place, guint number,
                   guint most, gint64 deadline_us, GPtrArray *hits)
{
    const Rule *rule = set->rules->pdata[index];
    Work work = {.rule = rule,
                 .index = index,
                 .number = number,
                 .most = most,
                 .matcher = scratch->matcher,
                 .place = place,
                 .hits = hits,
                 .looks = scratch->looks};
    if (!prefilter_may(set, index, place))
        return TRUE;
    matcher_begin(scratch->matcher, deadline_us);
    if (!matcher_has_time(scratch->matcher))
        return FALSE;
    gboolean is_complete = context_joins(rule) ? work_find_joined(&work, set, scratch, deadline_us)
                                               : work_find(&work, set, scratch, deadline_us);
    return is_complete && !work.gave_up;
}
