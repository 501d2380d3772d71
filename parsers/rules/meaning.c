#include <parsers/rules/meaning.h>

#include <string.h>

void phrase_free(gpointer data)
{
    Phrase *phrase = data;
    g_free(phrase->text);
    g_free(phrase);
}

void sign_free(gpointer data)
{
    Sign *sign = data;
    g_free(sign->name);
    g_free(sign->field);
    g_clear_pointer(&sign->phrases, g_ptr_array_unref);
    g_clear_pointer(&sign->values, g_ptr_array_unref);
    g_clear_pointer(&sign->not_near, g_ptr_array_unref);
    g_clear_pointer(&sign->pattern, pattern_unref);
    g_free(sign);
}

static void topic_free(gpointer data)
{
    Topic *topic = data;
    g_free(topic->words.name);
    g_free(topic->words.label);
    g_clear_pointer(&topic->words.required, g_ptr_array_unref);
    g_clear_pointer(&topic->words.nice, g_ptr_array_unref);
    g_clear_pointer(&topic->examples, g_ptr_array_unref);
    g_free(topic);
}

MeaningSet *meaning_set_new(void)
{
    MeaningSet *set = g_new0(MeaningSet, 1);
    set->topics = g_ptr_array_new_with_free_func(topic_free);
    set->signs = g_ptr_array_new_with_free_func(sign_free);
    set->negations = g_ptr_array_new_with_free_func(phrase_free);
    set->needs = needs_new();
    return set;
}

void meaning_set_free(MeaningSet *set)
{
    if (!set)
        return;
    g_ptr_array_unref(set->topics);
    g_ptr_array_unref(set->signs);
    g_ptr_array_unref(set->negations);
    needs_free(set->needs);
    g_free(set);
}

guint rules_category_count(const RuleSet *rules)
{
    guint count = 0;
    for (guint i = 0; i < rules->meanings->topics->len; i++)
        count += ((const Topic *)rules->meanings->topics->pdata[i])->type == MEANING_CATEGORY;
    return count;
}

const RulesCategory *rules_category_at(const RuleSet *rules, guint index)
{
    for (guint i = 0; i < rules->meanings->topics->len; i++) {
        const Topic *topic = rules->meanings->topics->pdata[i];
        if (topic->type == MEANING_CATEGORY && index-- == 0)
            return &topic->words;
    }
    return NULL;
}

const RulesCategory *rules_category(const RuleSet *rules, const char *name)
{
    for (guint i = 0; name && i < rules->meanings->topics->len; i++) {
        const Topic *topic = rules->meanings->topics->pdata[i];
        if (topic->type == MEANING_CATEGORY && strcmp(topic->words.name, name) == 0)
            return &topic->words;
    }
    return NULL;
}
