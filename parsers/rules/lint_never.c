#include <parsers/rules/lint.h>

#include <string.h>

#define SAMPLES_LEAST 10u /* fewer say nothing */

static gboolean has_positive(const Rule *rule)
{
    for (guint i = 0; i < rule->examples->len; i++)
        if (((const Example *)rule->examples->pdata[i])->finds->len > 0)
            return TRUE;
    return FALSE;
}

/* Made texts are short and random: one that only lacks length, range or check digit says nothing of the rule.
 */
static gboolean is_chance(const Rule *rule, const char *sample, const Look *look)
{
    if (look->fate != CANDIDATE_INVALID || look->end > strlen(sample))
        return FALSE;
    TypeSpec loose = rule->type; /* borrows lists and words */
    loose.min_length = loose.min_lines = 0;
    loose.check = CHECK_NONE;
    loose.least = G_MININT64;
    loose.most = G_MAXINT64;
    gsize start = look->start, end = look->end;
    g_autofree char *value = value_normalise(&loose, sample, &start, &end);
    return value != NULL;
}

/* What became of the samples. */
typedef struct {
    guint found, chances, fates[CANDIDATE_COUNT];
    const char *refused; /* one that gave nothing */
} Outcome;

static Outcome try_samples(Linter *linter, guint index)
{
    Outcome outcome = {0};
    for (guint i = 0; i < linter->samples->len; i++) {
        const char *sample = linter->samples->pdata[i];
        linter->scratch->looks = g_ptr_array_new_with_free_func((GDestroyNotify)look_free);
        g_autoptr(GPtrArray) hits = lint_find(linter, index, sample);
        g_autoptr(GPtrArray) looks = g_steal_pointer(&linter->scratch->looks);
        outcome.found += hits->len > 0;
        if (hits->len > 0)
            continue;
        outcome.refused = sample;
        for (guint k = 0; k < looks->len; k++) {
            const Look *look = looks->pdata[k];
            if (is_chance(lint_rule(linter, index), sample, look))
                outcome.chances++;
            else
                outcome.fates[look->fate]++;
        }
    }
    return outcome;
}

static void judge(Linter *linter, guint index, const Outcome *outcome)
{
    const Rule *rule = lint_rule(linter, index);
    guint looked = outcome->chances;
    for (guint i = 0; i < CANDIDATE_COUNT; i++)
        looked += outcome->fates[i];
    if (looked == 0 && rule->is_picky)
        lint_add(linter, index, "needs", "needs-never", outcome->refused,
                 "none of its 'needs' words stands within %u bytes of what the pattern matches: it is never "
                 "tried there; "
                 "mend 'needs' or 'within', or leave them out",
                 rule->within);
    else if (looked > 0 && outcome->fates[CANDIDATE_INVALID] == looked)
        lint_add(linter, index, "type", "type-refuses", outcome->refused,
                 "the type '%s' refuses everything that the pattern catches; mend one of them",
                 value_type_name(rule->type.type));
    else if (looked > 0 && outcome->fates[CANDIDATE_EXCEPTED] == looked)
        lint_add(linter, index, "except", "except-all", outcome->refused,
                 "'except' takes back everything that the pattern catches");
}

void lint_never(Linter *linter, guint index)
{
    const Rule *rule = lint_rule(linter, index);
    /* An example that finds something is proof enough; 'rules test' says when it does not. */
    if (!linter->samples || rule->source >= 0 || has_positive(rule))
        return;
    g_autoptr(Sampler) sampler = sampler_new(rule->pattern);
    if (linter->samples->len == 0 && sampler) {
        g_autofree char *text = sampler_text(sampler);
        lint_add(linter, index, "pattern", "cannot-match", text,
                 "no text was found that the pattern matches: what it says and what it looks around for "
                 "contradict each "
                 "other; add an example of what it is to find");
    }
    if (linter->samples->len < SAMPLES_LEAST)
        return;
    Outcome outcome = try_samples(linter, index);
    if (outcome.found == 0)
        judge(linter, index, &outcome);
}
