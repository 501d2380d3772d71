#include <parsers/rules/place_work.h>

/* Nothing that was taken, from hit `first` on, stands there. */
static gboolean is_free(const Work *work, guint first, gsize start, gsize end)
{
    for (guint i = first; i < work->hits->len; i++) {
        const Hit *hit = work->hits->pdata[i];
        if (start < hit->end && hit->start < end)
            return FALSE;
    }
    return TRUE;
}

/* What overlaps something that was taken is another reading of it. */
gboolean work_find_caught(Work *work)
{
    gboolean is_cut = FALSE, is_complete = TRUE;
    guint first = work->hits->len;
    g_autoptr(GPtrArray) caught = context_catches(work->rule, work->place, &is_cut);
    for (guint i = 0; i < caught->len && !work_is_full(work); i++) {
        CaughtValue found;
        const Catch *catch = caught->pdata[i];
        if (!is_free(work, first, catch->start, catch->end))
            continue;
        is_complete &= catch_value(work->rule, work->matcher, work->place, catch, &found);
        work_take(work, found.start, found.end, found.value, found.refusal);
    }
    if (is_cut)
        matcher_give_up(work->matcher, "more keys or addresses than are kept of a text");
    return is_complete && !is_cut;
}

/* One reading of the place: finds what no earlier one has, from hit `first` on. */
static gboolean find_in_view(Work *work, guint view, guint first, const RuleSet *set, RulesScratch *scratch,
                             gint64 deadline_us)
{
    gboolean is_as_is = view == CONTEXT_VIEW_AS_IS;
    Place place;
    if (!is_as_is && !context_view(work->place, view, &place))
        return TRUE;
    Rule rule = *work->rule;
    g_autoptr(GPtrArray) hits = g_ptr_array_new_with_free_func((GDestroyNotify)hit_free);
    Work inner = *work;
    inner.rule = &rule;
    inner.hits = hits;
    inner.has_context = TRUE;
    if (!is_as_is) {
        /* Its words may be broken, too, and stand elsewhere. */
        rule.is_picky = rule.is_derived = rule.is_source = FALSE;
        inner.place = &place;
        inner.looks = NULL;
    }
    gboolean is_complete = work_find(&inner, set, scratch, deadline_us) && !inner.gave_up;
    for (guint i = 0; i < hits->len && !work_is_full(work); i++) {
        Hit *hit = hits->pdata[i];
        gsize start = hit->start, end = hit->end;
        if (context_view_span(work->place, view, &start, &end) && is_free(work, first, start, end))
            work_take(work, start, end, g_steal_pointer(&hit->value), NULL);
    }
    if (!is_as_is)
        context_view_clear(&place);
    return is_complete;
}

gboolean work_find_joined(Work *work, const RuleSet *set, RulesScratch *scratch, gint64 deadline_us)
{
    gboolean is_complete = TRUE;
    guint first = work->hits->len;
    for (guint view = 0; view < CONTEXT_VIEWS; view++)
        is_complete &= find_in_view(work, view, first, set, scratch, deadline_us);
    return is_complete;
}
