#include "gateway/app/rules_verbs.h"

#include <postern/base/clock.h>
#include <postern/base/error.h>
#include <postern/live_rules.h>

#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

static const RulesVerb verbs[] = {
    {"list", "[FILE]", "the rules, where they look, and what they give", "postern rules list", 1, rules_list},
    {"test", "[FILE]", "the examples in the rules, run as tests", "postern rules test rules.yaml", 1,
     rules_test},
    {"explain", "MAIL|MESSAGE", "what the rules made of one mail, and why",
     "postern rules explain mail.eml\n  postern rules explain 06f1w0kqz8m4c --html why.html", 1,
     rules_explain},
    {"publish", "[FILE]", "a rules file counts from now on; its examples must pass",
     "postern rules publish --note 'order numbers'", 1, rules_publish},
    {"history", "[VERSION]", "which rules counted when, and what each version changed",
     "postern rules history\n  postern rules history 7", 1, rules_history},
    {"show", "[VERSION]", "the rules that count, or counted, as text", "postern rules show 7 > rules.yaml", 1,
     rules_show},
    {"undo", "[VERSION]", "the version before counts again", "postern rules undo --note 'too wide'", 1,
     rules_undo},
    {"suggest", "FIELD", "a rule for what people marked, ready to paste",
     "postern rules suggest order_number --value mail.eml=4711001 --value 1k0vyc9sgv06c=4711932", 1,
     rules_suggest_verb},
    {"replay", "", "what other rules would change in stored mail (without --rules: the configured file)",
     "postern rules replay --rules new.yaml --since 90d", 0, rules_replay},
    {"coverage", "", "what each rule does on stored mail, and which fields are missing",
     "postern rules coverage --since 30d", 0, rules_coverage},
    {"lint", "[FILE]", "what could be better in the rules: too wide, slow, shadowed, unproven",
     "postern rules lint rules.yaml", 1, rules_lint_verb},
    {"bench", "[FILE]", "what each rule costs on stored mail", "postern rules bench --since 30d", 1,
     rules_bench},
    {"score", "[FOLDER]", "precision and recall, against labels or a folder of mails with what is right",
     "postern rules score -v", 1, rules_score},
    {"label", "[MESSAGE FIELD VALUE|nothing]", "what is right in a mail; alone: all labels",
     "postern rules label 1m8k2v7qz40ac app_id 4821", 3, rules_mark},
    {"try", "PATTERN", "where a pattern matches in stored mail", "postern rules try 'order no\\. (\\d+)'", 1,
     rules_try},
};

RulesOptions rules_options_given;

const GOptionEntry rules_options[] = {
    {"rules", 0, 0, G_OPTION_ARG_FILENAME, &rules_options_given.rules, "a changed rules file", "FILE"},
    {"since", 0, 0, G_OPTION_ARG_STRING, &rules_options_given.since, "mail since then: 2026-10-01, 30d, 12h",
     "WHEN"},
    {"html", 0, 0, G_OPTION_ARG_FILENAME, &rules_options_given.html, "write a page", "FILE"},
    {"note", 0, 0, G_OPTION_ARG_STRING, &rules_options_given.note, "why, for the record", "WORDS"},
    {"value", 0, 0, G_OPTION_ARG_STRING_ARRAY, &rules_options_given.values, "what is right in a mail",
     "MAIL=VALUE"},
    {"limit", 0, 0, G_OPTION_ARG_INT, &rules_options_given.limit, "so many samples or mails at most", "N"},
    {NULL, 0, 0, 0, NULL, NULL, NULL},
};

static RulesSource *read_source(Command *command, const char *file, GPtrArray *problems)
{
    if (file)
        return setup_read_rules(file, problems);
    gboolean configured = command->config_given || access(command->config_path, F_OK) == 0;
    return setup_source(configured ? command->config_path : NULL, problems);
}

/* What the configuration could do better is for 'check' to say. */
static void print_problems(const Command *command, const char *file, gboolean is_good, GPtrArray *problems)
{
    for (guint i = problems->len; is_good && i-- > 0;)
        if (!file && strcmp(((const Problem *)problems->pdata[i])->file, command->config_path) == 0)
            g_ptr_array_remove_index(problems, i);
    g_autofree char *text = problems_format(problems);
    fputs(text, stderr);
}

RulesSource *rules_verb_source(Command *command, const char *file)
{
    g_autoptr(GPtrArray) problems = problems_new();
    RulesSource *source = read_source(command, file, problems);
    print_problems(command, file, source != NULL, problems);
    return source;
}

RuleSet *rules_verb_set(Command *command, const char *file)
{
    g_autoptr(GPtrArray) problems = problems_new();
    g_autoptr(RulesSource) source = read_source(command, file, problems);
    RuleSet *rules = source ? rules_compile_source(source, problems) : NULL;
    print_problems(command, file, rules != NULL, problems);
    return rules;
}

Setup *rules_verb_live(Command *command, int *out_code)
{
    g_autoptr(Setup) files = command_setup(command, out_code);
    if (!files)
        return NULL;
    g_autofree char *database = g_build_filename(files->config->store, "postern.db", NULL);
    if (access(database, F_OK) != 0)
        return g_steal_pointer(&files);
    gint64 version = 0;
    g_autoptr(GError) error = NULL;
    g_autoptr(Store) store = command_open_store(files->config, STORE_READ, &error);
    Setup *live = store ? live_rules_look(files, store, &version, &error) : NULL;
    if (!live)
        *out_code = command_fail_error(error);
    return live;
}

gboolean rules_verb_since(const char *text, gint64 *out_us)
{
    *out_us = 0;
    if (!text)
        return TRUE;
    char *end;
    guint64 count = g_ascii_strtoull(text, &end, 10);
    gint64 unit = strcmp(end, "d") == 0 ? 24 * 3600 : strcmp(end, "h") == 0 ? 3600 : 0;
    if (unit && end != text && count <= 100000) {
        *out_us = clock_now_us() - (gint64)count * unit * G_USEC_PER_SEC;
        return TRUE;
    }
    g_autofree char *moment =
        strlen(text) == strlen("2026-10-01") ? g_strconcat(text, "T00:00:00", NULL) : g_strdup(text);
    g_autoptr(GTimeZone) local = g_time_zone_new_local();
    g_autoptr(GDateTime) time = g_date_time_new_from_iso8601(moment, local);
    if (!time) {
        command_usage("--since '%s' is no time; write 2026-10-01, 2026-10-01T12:00:00, 30d or 12h", text);
        return FALSE;
    }
    *out_us = g_date_time_to_unix(time) * G_USEC_PER_SEC;
    return TRUE;
}

static const RulesVerb *verb_find(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(verbs); i++)
        if (strcmp(verbs[i].name, name) == 0)
            return &verbs[i];
    return NULL;
}

static int unknown_verb(const char *name)
{
    const char *names[G_N_ELEMENTS(verbs) + 1] = {NULL};
    for (gsize i = 0; i < G_N_ELEMENTS(verbs); i++)
        names[i] = verbs[i].name;
    return command_unknown_word("rules", name, names);
}

char *rules_examples(void)
{
    GString *text = g_string_new(NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(verbs); i++)
        g_string_append_printf(text, "%s%s\n      %s", i ? "\n  " : "", verbs[i].example, verbs[i].summary);
    return g_string_free(text, FALSE);
}

/* --rules FILE is another way to say FILE; where no rules are read it must not be taken as said. */
static int place_rules(const RulesVerb *verb, Command *command)
{
    static const char *const readers[] = {"explain", "replay", "coverage", "score", NULL};
    char *file = rules_options_given.rules;
    if (!file || g_strv_contains(readers, verb->name))
        return EX_OK;
    if (strcmp(verb->operands, "[FILE]") != 0)
        return command_usage("rules %s takes no --rules", verb->name);
    if (command->argc > 0)
        return command_usage("rules %s takes one file: '%s' or --rules '%s'", verb->name, command->argv[0],
                             file);
    command->argv = &rules_options_given.rules;
    command->argc = 1;
    return EX_OK;
}

int command_rules(Command *command)
{
    const char *name = command->argc > 0 ? command->argv[0] : "list";
    const RulesVerb *verb = verb_find(name);
    if (!verb)
        return unknown_verb(name);
    if (command->argc > 1 + verb->operands_most)
        return command_usage("rules %s takes %s", name, *verb->operands ? verb->operands : "nothing");
    command->argc = MAX(command->argc - 1, 0);
    command->argv++;
    int code = place_rules(verb, command);
    return code == EX_OK ? verb->run(command) : code;
}
