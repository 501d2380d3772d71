/* One rule on one text, for the units of what rules can say. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <postern/rules.h>
#include <string.h>

/* The values that one rule finds in a text, "|" between them; each must stand where it says. */
static char *found(const char *rule, const char *text)
{
    g_autofree char *file = g_strconcat("fields:\n  f:\n    rules:\n      - name: r\n", rule, NULL);
    g_autoptr(GPtrArray) problems = problems_new();
    g_autoptr(RuleSet) rules = rules_compile("r.yaml", file, strlen(file), problems);
    if (!rules) {
        g_autofree char *said = problems_format(problems);
        fail_msg("%s", said);
    }
    g_autoptr(RulesScratch) scratch = rules_scratch_new(rules);
    g_autoptr(GPtrArray) fields = g_ptr_array_new_with_free_func((GDestroyNotify)field_free);
    g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
    rules_find(rules, scratch, &(const RulesInput){.reply = text},
               &(const RulesOutput){.fields = fields, .findings = findings});
    GString *list = g_string_new(NULL);
    for (guint i = 0; i < fields->len; i++) {
        const Field *field = fields->pdata[i];
        assert_true(field->start < field->end && field->end <= strlen(text));
        assert_true(g_utf8_validate(text + field->start, (gssize)(field->end - field->start), NULL));
        g_string_append_printf(list, "%s%s", i ? "|" : "", field->value);
    }
    for (guint i = 0; i < findings->len; i++)
        g_string_append_printf(list, " !%s", ((const Finding *)findings->pdata[i])->code);
    return g_string_free(list, FALSE);
}

static void assert_found(const char *rule, const char *text, const char *expected)
{
    g_autofree char *values = found(rule, text);
    if (strcmp(values, expected) != 0)
        fail_msg("in:\n%s\nfound '%s', not '%s'", text, values, expected);
}
