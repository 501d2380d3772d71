#include "gateway/app/rules_verbs.h"
#include "gateway/app/table.h"

#include <sysexits.h>

static Json *rule_json(const RuleInfo *info)
{
    Json *object = json_make_object();
    json_put_text(object, "field", info->field);
    json_put_text(object, "rule", info->name);
    json_put_text(object, "type", info->type);
    json_put_text(object, "look_in", info->places);
    json_put_integer(object, "line", info->line);
    json_put_integer(object, "examples", info->examples);
    json_put_boolean(object, "secret", info->is_secret);
    json_put_text(object, "help", info->help);
    return object;
}

int rules_list(Command *command)
{
    static const char *const columns[] = {"FIELD", "RULE", "TYPE", "LOOKS IN", "EXAMPLES", NULL};
    g_autoptr(RuleSet) rules = rules_verb_set(command, command->argc > 0 ? command->argv[0] : NULL);
    if (!rules)
        return EX_CONFIG;
    Table *table = command->json ? NULL : table_new(columns, NULL);
    Json *array = command->json ? json_make_array() : NULL;
    for (guint i = 0; i < rules_count(rules); i++) {
        RuleInfo info;
        rules_info(rules, i, &info);
        if (array) {
            json_add(array, rule_json(&info));
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
