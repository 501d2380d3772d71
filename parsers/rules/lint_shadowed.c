#include <parsers/rules/lint.h>

#define SAMPLES_LEAST 20u
#define EXAMPLES_LEAST 2u /* one alone may be what another rule finds, too */

/* The rule before `index` in its field that takes every place of `hits`; G_MAXUINT: none. */
static guint taker_of(Linter *linter, guint index, const char *text, const GPtrArray *hits)
{
    const RuleField *field = linter->rules->fields->pdata[lint_rule(linter, index)->field];
    for (guint i = 0; i < field->order->len; i++) {
        guint earlier = g_array_index(field->order, guint, i);
        if (earlier == index)
            break;
        /* Where they look must be the same, too. */
        if (lint_rule(linter, index)->places & ~lint_rule(linter, earlier)->places)
            continue;
        g_autoptr(GPtrArray) others = lint_find(linter, earlier, text);
        guint taken = 0;
        for (guint k = 0; k < hits->len; k++) {
            const Hit *hit = hits->pdata[k];
            gboolean overlaps = FALSE;
            for (guint m = 0; m < others->len && !overlaps; m++) {
                const Hit *other = others->pdata[m];
                overlaps = other->start < hit->end && hit->start < other->end;
            }
            taken += overlaps;
        }
        if (taken == hits->len)
            return earlier;
    }
    return G_MAXUINT;
}

typedef struct {
    guint tried, taken, taker;
    const char *text;
} Tally;

static void try_text(Linter *linter, guint index, const char *text, Tally *tally)
{
    g_autoptr(GPtrArray) hits = lint_find(linter, index, text);
    if (hits->len == 0)
        return;
    guint taker = taker_of(linter, index, text, hits);
    tally->tried++;
    tally->taken += taker != G_MAXUINT;
    tally->taker = taker != G_MAXUINT ? taker : tally->taker;
    tally->text = text;
}

void lint_shadowed(Linter *linter, guint index)
{
    const Rule *rule = lint_rule(linter, index);
    Tally proven = {0}, made = {0};
    for (guint i = 0; i < rule->examples->len; i++)
        try_text(linter, index, ((const Example *)rule->examples->pdata[i])->text, &proven);
    if (proven.taken < proven.tried)
        return;
    for (guint i = 0; linter->samples && i < linter->samples->len; i++)
        try_text(linter, index, linter->samples->pdata[i], &made);
    gboolean is_shadowed =
        made.tried == made.taken && (proven.tried >= EXAMPLES_LEAST || made.tried >= SAMPLES_LEAST);
    if (!is_shadowed)
        return;
    const Tally *tally = proven.tried > 0 ? &proven : &made;
    lint_add(linter, index, NULL, "shadowed", tally->text,
             "it never gets a turn: '%s' goes first and takes all that it would find; remove it, or give it "
             "a higher "
             "'priority'",
             lint_rule(linter, tally->taker)->name);
}
