#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <postern/base/file.h>
#include <postern/rules.h>

static RuleSet *starter_rules(void)
{
    g_autofree char *text = NULL;
    gsize length = 0;
    if (!g_file_get_contents("templates/rules.yaml", &text, &length, NULL))
        fail_msg("templates/rules.yaml cannot be read; tests run from the top folder");
    g_autoptr(GPtrArray) problems = problems_new();
    RuleSet *rules = rules_compile("templates/rules.yaml", text, length, problems);
    g_autofree char *listed = problems_format(problems);
    if (!rules)
        fail_msg("%s", listed);
    return rules;
}

static void test_examples(void **state)
{
    (void)state;
    g_autoptr(RuleSet) rules = starter_rules();
    g_autoptr(GPtrArray) results = rules_run_examples(rules);
    guint failed = 0;
    for (guint i = 0; i < results->len; i++) {
        const RulesExample *result = results->pdata[i];
        if (result->passed)
            continue;
        failed++;
        print_error("templates/rules.yaml:%u: %s\n--- text\n%s\n--- expected\n%s\n--- found\n%s\n", result->line,
                    result->rule, result->text, result->expected, result->found);
    }
    assert_int_equal(failed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_examples),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
