/* `postern errors`: error texts that several customers have. */
#include "gateway/app/errors_verbs.h"

#include <postern/base/error.h>

#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#define MANY 1000

ErrorsOptions errors_options_given;

const GOptionEntry errors_options[] = {
    {"limit", 'n', 0, G_OPTION_ARG_INT, &list_limit, "list at most N (default 200)", "N"},
    {"until", 0, 0, G_OPTION_ARG_STRING, &errors_options_given.until,
     "a hint counts so long: 12h, 14d, 4w (default 30d)", "TIME"},
    {"tell", 0, 0, G_OPTION_ARG_STRING, &errors_options_given.tell,
     "what all who wrote are told; alone it shows whom, and sends nothing", "WORDS"},
    {"yes", 0, 0, G_OPTION_ARG_NONE, &errors_options_given.yes, "really send what --tell shows", NULL},
    {NULL, 0, 0, 0, NULL, NULL, NULL},
};

static const struct {
    const char *name, *operands;
    int least, most; /* operands */
    int (*run)(Command *command);
} verbs[] = {
    {"list", "", 0, 0, errors_list},
    {"show", "ID", 1, 1, errors_show},
    {"hint", "ID investigating|workaround|fixed WORDS…, or ID none", 2, MANY, errors_hint},
    {"merge", "ID INTO", 2, 2, errors_merge},
    {"split", "ID PRINT…", 2, MANY, errors_split},
    {"resolve", "ID", 1, 1, errors_resolve},
};

const char errors_examples[] =
    "postern errors list\n"
    "  postern errors show E12\n"
    "  postern errors hint E12 workaround 'Please use version 7.1 until Friday.' --until 14d\n"
    "  postern errors hint E12 none\n"
    "  postern errors merge E12 E7             E7 has all of it from then on\n"
    "  postern errors split E7 1:0123456789abcdef\n"
    "  postern errors resolve E12\n"
    "  postern errors resolve E12 --tell 'Version 7.2 mends it.'         shows whom, and the mail\n"
    "  postern errors resolve E12 --tell 'Version 7.2 mends it.' --yes   sends it";

gint64 errors_id(const char *word)
{
    gint64 id = known_error_parse(word);
    if (!id)
        command_fail(0, "'%s' is no error; these are named like E12, see 'postern errors list'", word);
    return id;
}

Store *errors_open(Command *command, int *out_code)
{
    if (command->as && !*command->as) {
        *out_code = command_usage("--as needs a name");
        return NULL;
    }
    g_autoptr(Config) config = command_config(command, out_code);
    if (!config)
        return NULL;
    if (!command_drop_privileges(config)) {
        *out_code = EX_NOPERM;
        return NULL;
    }
    g_autoptr(GError) error = NULL;
    Store *store = command_open_store(config, STORE_OPEN, &error);
    if (!store)
        *out_code = command_fail_error(error);
    return store;
}

int errors_end(Command *command, Store *store, gint64 id, gboolean ok, const char *line, GError *error)
{
    g_autoptr(GError) owned = error;
    if (!ok || !store_commit(store, &owned)) {
        store_rollback(store);
        gboolean is_no = error_is(owned, ERROR_CONFLICT) || error_is(owned, ERROR_REFUSED);
        return is_no ? command_fail(EXIT_FAILURE, "%s", owned->message) : command_fail_error(owned);
    }
    if (command->json) {
        g_autoptr(KnownError) known = known_error_get(store, id, &owned);
        if (!known)
            return command_fail_error(owned);
        command_print_json(known_error_json(known), FALSE);
    } else if (!command->quiet) {
        command_print("", line);
    }
    return EX_OK;
}

static gboolean options_fit(const char *verb)
{
    const ErrorsOptions *given = &errors_options_given;
    if (given->until && strcmp(verb, "hint") != 0)
        command_usage("--until belongs to 'errors hint'");
    else if ((given->tell || given->yes) && strcmp(verb, "resolve") != 0)
        command_usage("--tell and --yes belong to 'errors resolve'");
    else if (given->yes && !given->tell)
        command_usage("--yes sends what --tell says; give --tell WORDS, too");
    else
        return TRUE;
    return FALSE;
}

int command_errors(Command *command)
{
    const char *verb = command->argc > 0 ? command->argv[0] : "list";
    const char *names[G_N_ELEMENTS(verbs) + 1] = {NULL};
    int operands = MAX(command->argc - 1, 0);
    for (gsize i = 0; i < G_N_ELEMENTS(verbs); i++) {
        names[i] = verbs[i].name;
        if (strcmp(verbs[i].name, verb) != 0)
            continue;
        if (operands < verbs[i].least || operands > verbs[i].most)
            return command_usage("errors %s %s%s; 'postern errors --help' has examples", verb,
                                 verbs[i].most ? "needs " : "takes no operand", verbs[i].operands);
        return options_fit(verb) ? verbs[i].run(command) : EX_USAGE;
    }
    return command_unknown_word("errors", verb, names);
}
