#include "gateway/workbench/replay_parts.h"

#include <postern/workbench.h>

#include <string.h>

static void rule_free(gpointer pointer)
{
    CoverageRule *rule = pointer;
    g_free(rule->field);
    g_free(rule->rule);
    g_hash_table_unref(rule->lost_to);
    g_free(rule);
}

static void category_free(gpointer pointer)
{
    CoverageCategory *category = pointer;
    g_free(category->category);
    g_hash_table_unref(category->have);
    g_free(category);
}

static GHashTable *counts_new(void)
{
    return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

static void count(GHashTable *counts, const char *name)
{
    guint now = GPOINTER_TO_UINT(g_hash_table_lookup(counts, name));
    g_hash_table_insert(counts, g_strdup(name), GUINT_TO_POINTER(now + 1));
}

static void add_rule(Coverage *coverage, const RuleInfo *info, const LabelBook *book)
{
    CoverageRule *rule = g_new0(CoverageRule, 1);
    rule->field = g_strdup(info->field);
    rule->rule = g_strdup(info->name);
    rule->corrected = label_book_corrections(book, info->name);
    rule->lost_to = counts_new();
    g_ptr_array_add(coverage->rules, rule);
    g_hash_table_insert(coverage->by_rule, rule->rule, rule);
    if (!g_ptr_array_find_with_equal_func(coverage->fields, info->field, g_str_equal, NULL))
        g_ptr_array_add(coverage->fields, g_strdup(info->field));
}

Coverage *coverage_new(const RuleSet *rules, const LabelBook *book)
{
    Coverage *coverage = g_new0(Coverage, 1);
    coverage->rules = g_ptr_array_new_with_free_func(rule_free);
    coverage->categories = g_ptr_array_new_with_free_func(category_free);
    coverage->fields = g_ptr_array_new_with_free_func(g_free);
    coverage->by_rule = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < rules_count(rules); i++) {
        RuleInfo info;
        rules_info(rules, i, &info);
        add_rule(coverage, &info, book);
    }
    return coverage;
}

void coverage_free(Coverage *coverage)
{
    if (!coverage)
        return;
    g_hash_table_unref(coverage->by_rule);
    g_ptr_array_unref(coverage->rules);
    g_ptr_array_unref(coverage->categories);
    g_ptr_array_unref(coverage->fields);
    g_free(coverage);
}

static CoverageCategory *category_of(Coverage *coverage, const char *name)
{
    guint at = 0;
    for (; at < coverage->categories->len; at++) {
        CoverageCategory *category = coverage->categories->pdata[at];
        int order = strcmp(category->category, name);
        if (order == 0)
            return category;
        if (order > 0)
            break;
    }
    CoverageCategory *category = g_new0(CoverageCategory, 1);
    category->category = g_strdup(name);
    category->have = counts_new();
    g_ptr_array_insert(coverage->categories, (gint)at, category);
    return category;
}

static void add_fields(Coverage *coverage, const Reading *reading)
{
    const char *chosen = meaning_chosen(reading->meanings, MEANING_CATEGORY);
    CoverageCategory *category = category_of(coverage, chosen ? chosen : "");
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GHashTable) fired = g_hash_table_new(g_str_hash, g_str_equal);
    category->mails++;
    for (guint i = 0; i < reading->fields->len; i++) {
        const Field *field = reading->fields->pdata[i];
        CoverageRule *rule = g_hash_table_lookup(coverage->by_rule, field->rule);
        if (g_hash_table_add(seen, field->name))
            count(category->have, field->name);
        if (!rule)
            continue;
        rule->values++;
        rule->mails += g_hash_table_add(fired, field->rule);
    }
}

static void add_losers(Coverage *coverage, const Reading *reading)
{
    for (guint i = 0; i < reading->losers->len; i++) {
        const Field *loser = reading->losers->pdata[i];
        CoverageRule *rule = g_hash_table_lookup(coverage->by_rule, loser->rule);
        if (!rule)
            continue;
        rule->lost++;
        if (loser->lost_to)
            count(rule->lost_to, loser->lost_to);
    }
}

static void add_gave_up(Coverage *coverage, const Reading *reading)
{
    g_autoptr(GHashTable) rules = gave_up_rules(reading->findings);
    GHashTableIter each;
    gpointer name;
    g_hash_table_iter_init(&each, rules);
    while (g_hash_table_iter_next(&each, &name, NULL)) {
        CoverageRule *rule = g_hash_table_lookup(coverage->by_rule, name);
        if (rule)
            rule->gave_up++;
    }
}

void coverage_add(Coverage *coverage, const RereadMail *mail)
{
    coverage->mails++;
    if (!mail->reading) {
        coverage->unreadable++;
        return;
    }
    add_fields(coverage, mail->reading);
    add_losers(coverage, mail->reading);
    add_gave_up(coverage, mail->reading);
}
