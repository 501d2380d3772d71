/* What is live: publishing, and going back. */
#include "gateway/app/rules_verbs.h"

#include <postern/base/clock.h>
#include <postern/base/error.h>
#include <postern/live_rules.h>

#include <stdio.h>
#include <sysexits.h>

/* A wrong set must not get as far as the store. */
static RulesSource *read_good(Command *command, int *out_code)
{
    g_autoptr(RulesSource) source = rules_verb_source(command, command->argc > 0 ? command->argv[0] : NULL);
    g_autoptr(GPtrArray) problems = problems_new();
    g_autoptr(RuleSet) rules = source ? rules_compile_source(source, problems) : NULL;
    *out_code = rules ? 1 : EX_CONFIG;
    gboolean is_good = rules && setup_examples_pass(source, rules, problems);
    if (is_good)
        setup_warn_of_rules(source, rules, problems);
    g_autofree char *text = problems_format(problems);
    fputs(text, stderr);
    if (is_good)
        return g_steal_pointer(&source);
    command_fail(0, "nothing is published: mend what stands above, then try again");
    return NULL;
}

/* What is written is the gate's own, whoever runs the command. */
static Store *open_store(Command *command, const Config *config, int *out_code)
{
    (void)command;
    g_autoptr(GError) error = NULL;
    if (!command_drop_privileges(config)) {
        *out_code = EX_NOPERM;
        return NULL;
    }
    Store *store = command_open_store(config, STORE_OPEN, &error);
    if (!store)
        *out_code = command_fail_error(error);
    return store;
}

static int add(Command *command, Store *store, RuleVersion *version, const RulesSource *source)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *who = command_who(command);
    version->who = who;
    version->note = rules_options_given.note;
    gint64 id = rule_version_add(store, version, source, clock_now_us(), &error);
    version->who = version->note = NULL;
    if (!id)
        return command_fail_error(error);
    if (command->json) {
        Json *object = json_make_object();
        json_put_integer(object, "version", id);
        command_print_json(object, FALSE);
    } else if (!command->quiet) {
        printf("version %" G_GINT64_FORMAT " counts from now on; a running gate takes it up within seconds\n",
               id);
    }
    return EX_OK;
}

int rules_publish(Command *command)
{
    int code = EX_OK;
    g_autoptr(Setup) files = command_setup(command, &code);
    g_autoptr(RulesSource) source = files ? read_good(command, &code) : NULL;
    g_autoptr(Store) store = source ? open_store(command, files->config, &code) : NULL;
    if (!store)
        return code;
    g_autoptr(GError) error = NULL;
    gint64 newest = rule_version_newest(store, &error);
    g_autoptr(RulesSource) live = newest ? rule_version_source(store, newest, &error) : NULL;
    if (error)
        return command_fail_error(error);
    g_autofree char *digest = setup_rules_digest(files->source);
    RuleVersion version = {.how = (char *)(gsize) "publish", .file_sha256 = digest};
    if (!live || !rules_source_equal(live, source))
        return add(command, store, &version, source);
    if (!command->quiet && !command->json)
        printf("these rules count already, as version %" G_GINT64_FORMAT "\n", newest);
    return EX_OK;
}

static gboolean wanted_version(Command *command, gint64 *out_id)
{
    *out_id = 0;
    return command->argc == 0 || g_ascii_string_to_signed(command->argv[0], 10, 1, G_MAXINT64, out_id, NULL);
}

/* Of the newest: itself, or the one whose rules it brought back. */
static gint64 version_to_undo_to(Store *store, GError **error)
{
    gint64 newest = rule_version_newest(store, error);
    g_autoptr(RuleVersion) version = newest ? rule_version_get(store, newest, error) : NULL;
    return version ? rule_version_before(store, version->of_id ? version->of_id : version->id, error) : 0;
}

int rules_undo(Command *command)
{
    int code = EX_OK;
    gint64 id = 0;
    if (!wanted_version(command, &id))
        return command_usage("rules undo: '%s' is no version; 'postern rules history' lists them",
                             command->argv[0]);
    g_autoptr(Setup) files = command_setup(command, &code);
    g_autoptr(Store) store = files ? open_store(command, files->config, &code) : NULL;
    if (!store)
        return code;
    g_autoptr(GError) error = NULL;
    if (!id)
        id = version_to_undo_to(store, &error);
    if (!id && !error)
        return command_fail(1, "there is no version before this one to go back to; 'postern rules undo "
                               "VERSION' goes to any that 'postern rules history' lists");
    g_autoptr(RulesSource) source = id ? rule_version_source(store, id, &error) : NULL;
    if (!source)
        return command_fail_error(error);
    g_autoptr(GPtrArray) problems = problems_new();
    g_autoptr(RuleSet) rules = rules_compile_source(source, problems);
    if (!rules)
        return command_fail(EX_CONFIG, "version %" G_GINT64_FORMAT " does not compile with this program", id);
    g_autofree char *digest = setup_rules_digest(files->source);
    RuleVersion version = {.how = (char *)(gsize) "undo", .of_id = id, .file_sha256 = digest};
    code = add(command, store, &version, source);
    if (code == EX_OK && !command->quiet && !command->json && !rules_source_equal(source, files->source))
        printf("it has the rules of version %" G_GINT64_FORMAT
               "; the file %s is as it was, and counts again when it is changed or published\n",
               id, files->source->file);
    return code;
}
