#include "gateway/app/rules_verbs.h"

#include <stdio.h>
#include <sysexits.h>

static void print_failure(const RulesExample *example)
{
    printf("%sFAIL%s %s (line %u)\n", style_bold(), style_off(), example->rule, example->line);
    command_print("  text      ", example->text);
    command_print("  expected  ", example->expected);
    command_print("  found     ", example->found);
}

static Json *example_json(const RulesExample *example)
{
    Json *object = json_make_object();
    json_put_text(object, "rule", example->rule);
    json_put_integer(object, "line", example->line);
    json_put_boolean(object, "passed", example->passed);
    json_put_text(object, "text", example->text);
    json_put_text(object, "expected", example->expected);
    json_put_text(object, "found", example->found);
    return object;
}

int rules_test(Command *command)
{
    g_autoptr(RuleSet) rules = rules_verb_set(command, command->argc > 0 ? command->argv[0] : NULL);
    if (!rules)
        return EX_CONFIG;
    g_autoptr(GPtrArray) examples = rules_run_examples(rules);
    Json *array = command->json ? json_make_array() : NULL;
    guint failed = 0;
    for (guint i = 0; i < examples->len; i++) {
        const RulesExample *example = examples->pdata[i];
        failed += !example->passed;
        if (array)
            json_add(array, example_json(example));
        else if (!example->passed)
            print_failure(example);
    }
    if (array)
        command_print_json(array, FALSE);
    else
        printf("%u examples, %u failed\n", examples->len, failed);
    return failed ? 1 : EX_OK;
}
