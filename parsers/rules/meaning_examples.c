#include <parsers/rules/meaning.h>

#include <string.h>

static GPtrArray *judge(const RuleSet *rules, RulesScratch *scratch, const char *text)
{
    GPtrArray *meanings = g_ptr_array_new_with_free_func((GDestroyNotify)meaning_free);
    g_autoptr(GPtrArray) fields = g_ptr_array_new_with_free_func((GDestroyNotify)field_free);
    g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
    const RulesInput input = {.reply = text, .text = text};
    const RulesOutput output = {.fields = fields, .findings = findings, .meanings = meanings};
    rules_find(rules, scratch, &input, &output);
    return meanings;
}

/* "connecting", "connecting, though not high enough: +1 …" or "nothing". */
static char *chosen_of(const GPtrArray *meanings, MeaningType type, const char *name)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < meanings->len; i++) {
        const Meaning *meaning = meanings->pdata[i];
        gboolean is_it = meaning->type == type && strcmp(meaning->name, name) == 0;
        if (meaning->type != type || !(meaning->is_chosen || is_it))
            continue;
        g_string_append_printf(text, "%s%s%s", text->len ? "; " : "", meaning->name,
                               meaning->is_chosen ? "" : " (not chosen)");
        for (guint r = 0; r < meaning->reasons->len; r++)
            g_string_append_printf(text, ", %s", (const char *)meaning->reasons->pdata[r]);
    }
    return g_string_free(text->len ? text : g_string_append(text, "nothing"), FALSE);
}

static gboolean is_chosen(const GPtrArray *meanings, const Topic *topic)
{
    for (guint i = 0; i < meanings->len; i++) {
        const Meaning *meaning = meanings->pdata[i];
        if (meaning->is_chosen && meaning->type == topic->type &&
            strcmp(meaning->name, topic->words.name) == 0)
            return TRUE;
    }
    return FALSE;
}

static RulesExample *run(const RuleSet *rules, RulesScratch *scratch, const Topic *topic,
                         const MeaningExample *example)
{
    g_autoptr(GPtrArray) meanings = judge(rules, scratch, example->text);
    RulesExample *result = g_new0(RulesExample, 1);
    result->rule = g_strdup_printf("%s %s", meaning_type_name(topic->type), topic->words.name);
    result->line = example->line;
    result->text = g_strdup(example->text);
    result->passed = is_chosen(meanings, topic) == example->is_chosen;
    result->expected = g_strdup_printf("%s%s", example->is_chosen ? "" : "anything but ", topic->words.name);
    result->candidates = g_ptr_array_new_with_free_func((GDestroyNotify)candidate_free);
    result->found = chosen_of(meanings, topic->type, topic->words.name);
    return result;
}

void meanings_run_examples(const RuleSet *rules, RulesScratch *scratch, GPtrArray *results)
{
    for (guint i = 0; i < rules->meanings->topics->len; i++) {
        const Topic *topic = rules->meanings->topics->pdata[i];
        for (guint k = 0; k < topic->examples->len; k++)
            g_ptr_array_add(results, run(rules, scratch, topic, topic->examples->pdata[k]));
    }
}
