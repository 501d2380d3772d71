/* `rules lint`: what could be better in a rules file. */
#include "gateway/app/rules_verbs.h"

#include <postern/rules_lint.h>

#include <stdio.h>
#include <sysexits.h>

static Json *lint_json(const RulesSource *source, const RulesLint *lint)
{
    Json *object = json_make_object();
    json_put_text(object, "file", source->file);
    json_put_integer(object, "line", lint->line);
    json_put_integer(object, "column", lint->column);
    json_put_text(object, "field", lint->field);
    json_put_text(object, "rule", lint->rule);
    json_put_text(object, "code", lint->code);
    json_put_text(object, "message", lint->message);
    json_put_text(object, "input", lint->input);
    return object;
}

static void print_json(const RulesSource *source, const GPtrArray *lints)
{
    Json *array = json_make_array();
    for (guint i = 0; i < lints->len; i++)
        json_add(array, lint_json(source, lints->pdata[i]));
    command_print_json(array, FALSE);
}

static void print_lint(const RulesSource *source, const RulesLint *lint)
{
    g_autofree char *line =
        g_strdup_printf("%s:%u:%u: warning: %s: %s [%s]", source->file, lint->line, lint->column,
                        lint->rule ? lint->rule : lint->field, lint->message, lint->code);
    command_print("", line);
    if (lint->input)
        command_print("    proof: ", lint->input);
}

int rules_lint_verb(Command *command)
{
    g_autoptr(RulesSource) source = rules_verb_source(command, command->argc > 0 ? command->argv[0] : NULL);
    if (!source)
        return EX_CONFIG;
    g_autoptr(GPtrArray) problems = problems_new();
    g_autoptr(GPtrArray) lints = rules_lint(source, problems);
    g_autofree char *said = problems_format(problems);
    fputs(said, stderr);
    if (!lints)
        return EX_CONFIG;
    if (command->json)
        print_json(source, lints);
    else
        for (guint i = 0; i < lints->len; i++)
            print_lint(source, lints->pdata[i]);
    if (!command->json && !command->quiet)
        printf("%u warning%s\n", lints->len, lints->len == 1 ? "" : "s");
    return lints->len > 0 ? 1 : EX_OK;
}
