/* The finders of rules: patterns, words with a form of their own, error blocks, sections. */
#include <parsers/rules/place_work.h>
#include <parsers/rules/prefilter.h>
#include <parsers/rules/section.h>
#include <parsers/rules/zuid.h>
#include <postern/error_block.h>

/* A match may begin a little behind the word it needs: its pattern looks back at it. */
#define LOOKBACK_BYTES 16u

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
    gboolean is_taken = work_take_match(work, &start, &end);
    if (!is_taken && accepted)
        g_array_set_size(accepted, accepted->len - span_count(work->rule));
    if (is_taken && !work_take_more(work, &end))
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
            work_take_span(work, &start, &end);
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
        work_take_span(work, &start, &end);
    }
}

static void find_error_blocks(Work *work)
{
    g_autoptr(GArray) blocks = g_array_new(FALSE, FALSE, sizeof(ErrorBlock));
    error_blocks_find(work->place->text, work->place->length, blocks);
    for (guint i = 0; i < blocks->len && !work_is_full(work); i++) {
        ErrorBlock block = g_array_index(blocks, ErrorBlock, i);
        work_take_span(work, &block.start, &block.end);
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
            work_take_span(work, &start, &end);
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
