/* One rule at work on one place: place_find.c looks for matches, place_take.c judges and takes them, and
 * place_joined.c reads the text in several ways. */
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
/* The value that stands there, normalised; `start` and `end` become where it is. TRUE when it became a hit.
 */
gboolean work_take_span(Work *work, gsize *start, gsize *end);
/* The same of the last match, of which `as` may make another text. */
gboolean work_take_match(Work *work, gsize *start, gsize *end);
/* The values that follow `*end` in a row: "4821, 4822 and 4823". FALSE when a limit was met. */
gboolean work_take_more(Work *work, gsize *end);
/* Everything that the rule finds at the place. FALSE when it gave up. */
gboolean work_find(Work *work, const RuleSet *set, RulesScratch *scratch, gint64 deadline_us);
/* Of finders that catch keys or addresses. */
gboolean work_find_caught(Work *work);
/* Of rules that join lines: the same in every reading of the place; earlier ones go first. */
gboolean work_find_joined(Work *work, const RuleSet *set, RulesScratch *scratch, gint64 deadline_us);
