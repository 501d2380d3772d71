/* One rule at work on one place, as place.c (what finders take) and place_joined.c (several readings of one
 * text) share it. */
#pragma once

#include <parsers/rules/context.h>

typedef struct {
    const Rule *rule;
    guint index, number, most;
    Matcher *matcher;
    Place *place;
    GPtrArray *hits;
    GPtrArray *looks; /* or NULL */
    guint taken;
    gboolean gave_up;
    gboolean has_context; /* it is judged elsewhere: by whoever reads the place in several ways, or at a first
                             value */
} Work;

gboolean work_is_full(const Work *work);
/* Takes `value` over, which stands from `start` to `end` of the place; TRUE when it became a hit. NULL: it
 * breaks the grammar of its type, and `refusal` says how. */
gboolean work_take(Work *work, gsize start, gsize end, char *value, const char *refusal);
/* Everything that the rule finds at the place. FALSE when it gave up. */
gboolean work_find(Work *work, const RuleSet *set, RulesScratch *scratch, gint64 deadline_us);
/* Of finders that catch keys or addresses. */
gboolean work_find_caught(Work *work);
/* Of rules that join lines: the same in every reading of the place; earlier ones go first. */
gboolean work_find_joined(Work *work, const RuleSet *set, RulesScratch *scratch, gint64 deadline_us);
