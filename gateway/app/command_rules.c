#include "gateway/app/command.h"
#include "gateway/app/table.h"

#include <postern/base/error.h>
#include <postern/base/file.h>

#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

/* The rules of the file that is named, else of the configuration if there is one, else the starter rules. */
static RuleSet *load(Command *command, const char *file)
{
    g_autoptr(GPtrArray) problems = problems_new();
    RuleSet *rules = NULL;
    if (file) {
        gsize length = 0;
        g_autoptr(GError) error = NULL;
        g_autofree char *text = file_read(file, LIMIT_CONFIG_BYTES, &length, &error);
        if (text)
            rules = rules_compile(file, text, length, problems);
        else
            problem_add(problems, file, NULL, 0, 0, "%s", error->message);
    } else {
        gboolean configured = command->config_given || access(command->config_path, F_OK) == 0;
        rules = setup_rules(configured ? command->config_path : NULL, problems);
    }
    /* What the configuration could do better is for 'check' to say. */
    for (guint i = problems->len; rules && i-- > 0;)
        if (!file && strcmp(((const Problem *)problems->pdata[i])->file, command->config_path) == 0)
            g_ptr_array_remove_index(problems, i);
    g_autofree char *text = problems_format(problems);
    fputs(text, stderr);
    return rules;
}

static int list(Command *command, const RuleSet *rules)
{
    static const char *const columns[] = {"FIELD", "RULE", "TYPE", "LOOKS IN", "EXAMPLES", NULL};
    Table *table = command->json ? NULL : table_new(columns, NULL);
    Json *array = command->json ? json_make_array() : NULL;
    for (guint i = 0; i < rules_count(rules); i++) {
        RuleInfo info;
        rules_info(rules, i, &info);
        if (command->json) {
            Json *object = json_make_object();
            json_put_text(object, "field", info.field);
            json_put_text(object, "rule", info.name);
            json_put_text(object, "type", info.type);
            json_put_text(object, "look_in", info.places);
            json_put_integer(object, "line", info.line);
            json_put_integer(object, "examples", info.examples);
            json_put_boolean(object, "secret", info.is_secret);
            json_put_text(object, "help", info.help);
            json_add(array, object);
            continue;
        }
        g_autofree char *examples = g_strdup_printf("%u", info.examples);
        const char *cells[] = {info.field, info.name, info.type, info.places, examples};
        table_add(table, cells);
    }
    if (array)
        command_print_json(array, FALSE);
    else
        table_print(table);
    return EX_OK;
}

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

static int test(Command *command, const RuleSet *rules)
{
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

int command_rules(Command *command)
{
    static const char *const verbs[] = {"list", "test", NULL};
    const char *verb = command->argc > 0 ? command->argv[0] : "list";
    gboolean tests = strcmp(verb, "test") == 0;
    if (!g_strv_contains(verbs, verb))
        return command_unknown_word("rules", verb, verbs);
    if (command->argc > 2)
        return command_usage("rules %s takes at most one rules file", verb);
    g_autoptr(RuleSet) rules = load(command, command->argc == 2 ? command->argv[1] : NULL);
    if (!rules)
        return EX_CONFIG;
    return tests ? test(command, rules) : list(command, rules);
}
