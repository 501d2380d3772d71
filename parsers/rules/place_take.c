/* What becomes of a match: its value is made, judged and taken. */
#include <parsers/rules/candidates.h>
#include <parsers/rules/place_work.h>

#include <string.h>

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

gboolean work_take_span(Work *work, gsize *start, gsize *end)
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

gboolean work_take_match(Work *work, gsize *start, gsize *end)
{
    if (!work->rule->as)
        return work_take_span(work, start, end);
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
    gboolean is_taken = work_take_span(work, start, end);
    work->has_context = has_context;
    return is_taken;
}

gboolean work_take_more(Work *work, gsize *end)
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
