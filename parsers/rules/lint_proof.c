#include <parsers/rules/lint.h>

#include <string.h>

void lint_proof(Linter *linter, guint index)
{
    const Rule *rule = lint_rule(linter, index);
    guint positive = 0, negative = 0;
    for (guint i = 0; i < rule->examples->len; i++) {
        gboolean finds = ((const Example *)rule->examples->pdata[i])->finds->len > 0;
        positive += finds;
        negative += !finds;
    }
    const char *key = rule->examples->len > 0 ? "examples" : NULL;
    if (rule->examples->len == 0)
        lint_add(linter, index, key, "no-examples", NULL,
                 "nothing proves this rule: add 'examples:', one with what it finds and one with what looks "
                 "alike and is "
                 "nothing");
    else if (positive == 0)
        lint_add(linter, index, key, "no-positive-example", NULL, "no example shows what it finds: add one");
    /* What the matches of another rule are not, its own examples show. */
    else if (negative == 0 && rule->source < 0)
        lint_add(
            linter, index, key, "no-negative-example", NULL,
            "no example shows what it must not find: add a text that looks alike, with 'finds: nothing'");
}

static gboolean is_in_as(const Rule *rule, const char *name)
{
    g_autofree char *placeholder = g_strconcat("{", name, "}", NULL);
    return rule->as && strstr(rule->as, placeholder);
}

/* By any rule that shares the pattern. */
static gboolean is_used(const Linter *linter, const Pattern *pattern, guint group, const char *name)
{
    for (guint i = 0; i < linter->rules->rules->len; i++) {
        const Rule *rule = lint_rule(linter, i);
        if (rule->pattern == pattern && (rule->group == group || is_in_as(rule, name)))
            return TRUE;
    }
    /* Said once more in the pattern: a back-reference, or a call. */
    gsize length;
    PatternFlags flags;
    const char *source = pattern_source(pattern, &length, &flags);
    const char *first = g_strstr_len(source, (gssize)length, name);
    return first && g_strstr_len(first + 1, (gssize)(source + length - first - 1), name);
}

void lint_captures(Linter *linter)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_direct_hash, g_direct_equal);
    for (guint i = 0; i < linter->rules->rules->len; i++) {
        const Rule *rule = lint_rule(linter, i);
        if (!rule->pattern || !g_hash_table_add(seen, rule->pattern))
            continue;
        g_autoptr(GPtrArray) names = pattern_group_names(rule->pattern);
        for (guint group = 1; group < names->len; group++) {
            const char *name = names->pdata[group];
            if (name && !is_used(linter, rule->pattern, group, name))
                lint_add(linter, i, "pattern", "unused-capture", NULL,
                         "nobody uses the group '%s': no rule captures it, no 'as' names it; write (?:…)",
                         name);
        }
    }
}
