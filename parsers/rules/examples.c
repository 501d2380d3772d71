#include <parsers/rules/candidates.h>
#include <parsers/rules/meaning.h>

#include <string.h>

static void rules_example_free(gpointer data)
{
    RulesExample *example = data;
    g_free(example->rule);
    g_free(example->field);
    g_clear_pointer(&example->candidates, g_ptr_array_unref);
    g_free(example->text);
    g_free(example->expected);
    g_free(example->found);
    g_free(example);
}

static char *values_joined(const GPtrArray *values)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < values->len; i++)
        g_string_append_printf(text, "%s%s", i ? "\n" : "", (const char *)values->pdata[i]);
    if (values->len == 0)
        g_string_append(text, "nothing");
    return g_string_free(text, FALSE);
}

static void collect(const RuleSet *rules, guint index, RulesScratch *scratch, Place *place, GPtrArray *hits)
{
    if (rule_find(rules, index, scratch, place, 0, HITS_PER_PLACE, 0, hits))
        return;
    /* Shown in place of values, so that it cannot pass for "nothing". */
    Hit *hit = g_new0(Hit, 1);
    hit->value = g_strdup_printf("(the rule gave up: %s)", matcher_reason(scratch->matcher));
    g_ptr_array_set_size(hits, 0);
    g_ptr_array_add(hits, hit);
}

/* TRUE when a rule of a field in `unless_in` claims the place of `hit`. */
static gboolean is_claimed(const RuleSet *rules, const RuleField *field, RulesScratch *scratch, Place *place,
                           const Hit *hit)
{
    for (guint i = 0; field->unless_in && i < field->unless_in->len; i++) {
        const RuleField *other = rules->fields->pdata[GPOINTER_TO_UINT(field->unless_in->pdata[i])];
        for (guint rule = other->first_rule; rule < other->first_rule + other->rule_count; rule++) {
            g_autoptr(GPtrArray) claims = g_ptr_array_new_with_free_func((GDestroyNotify)hit_free);
            collect(rules, rule, scratch, place, claims);
            for (guint k = 0; k < claims->len; k++) {
                const Hit *claim = claims->pdata[k];
                if (claim->start < hit->end && hit->start < claim->end)
                    return TRUE;
            }
        }
    }
    return FALSE;
}

/* What the rule by itself finds, distinct, in order; secrets in the form that is shown. */
static GPtrArray *values_found(const RuleSet *rules, guint index, RulesScratch *scratch, Place *place)
{
    const Rule *rule = rules->rules->pdata[index];
    const RuleField *field = rules->fields->pdata[rule->field];
    GPtrArray *values = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) hits = g_ptr_array_new_with_free_func((GDestroyNotify)hit_free);
    collect(rules, index, scratch, place, hits);
    GPtrArray *looks = g_steal_pointer(&scratch->looks);
    for (guint i = 0; i < hits->len; i++) {
        Hit *hit = hits->pdata[i];
        g_autofree char *shown = field->is_secret ? secret_shown(hit->value) : g_strdup(hit->value);
        if (is_claimed(rules, field, scratch, place, hit)) {
            Look look = {index,
                         0,
                         hit->start,
                         hit->end,
                         g_strdup(hit->value),
                         CANDIDATE_LOST,
                         g_strdup("a field in 'unless_in' has this place")};
            look_take(looks, rule, &look);
        } else if (!g_ptr_array_find_with_equal_func(values, shown, g_str_equal, NULL)) {
            g_ptr_array_add(values, g_steal_pointer(&shown));
        }
    }
    scratch->looks = looks;
    return values;
}

static RulesExample *run(const RuleSet *rules, guint index, RulesScratch *scratch, const Example *example)
{
    const Rule *rule = rules->rules->pdata[index];
    Place *place = place_new(rule->places, "example", example->text, G_MAXSIZE, rules);
    scratch->looks = g_ptr_array_new_with_free_func((GDestroyNotify)look_free);
    g_autoptr(GPtrArray) found = values_found(rules, index, scratch, place);
    g_autoptr(GPtrArray) looks = g_steal_pointer(&scratch->looks);
    RulesExample *result = g_new0(RulesExample, 1);
    result->rule = g_strdup(rule->name);
    result->field = g_strdup(((const RuleField *)rules->fields->pdata[rule->field])->name);
    result->line = example->line;
    result->text = g_strdup(example->text);
    result->expected = values_joined(example->finds);
    result->found = values_joined(found);
    result->passed = found->len == example->finds->len && strcmp(result->expected, result->found) == 0;
    result->candidates = g_ptr_array_new_with_free_func((GDestroyNotify)candidate_free);
    for (guint i = 0; !result->passed && i < looks->len; i++) {
        const Look *look = looks->pdata[i];
        g_ptr_array_add(result->candidates, candidate_new(rules, look, place, g_strdup(look->why)));
    }
    place_free(place);
    return result;
}

GPtrArray *rules_run_examples(const RuleSet *rules)
{
    GPtrArray *results = g_ptr_array_new_with_free_func(rules_example_free);
    g_autoptr(RulesScratch) scratch = rules_scratch_new(rules);
    for (guint i = 0; i < rules->rules->len; i++) {
        const Rule *rule = rules->rules->pdata[i];
        for (guint k = 0; k < rule->examples->len; k++)
            g_ptr_array_add(results, run(rules, i, scratch, rule->examples->pdata[k]));
    }
    meanings_run_examples(rules, scratch, results);
    return results;
}
