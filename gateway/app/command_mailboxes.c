#include "gateway/app/mailboxes.h"

#include <postern/base/error.h>

#include <string.h>
#include <sysexits.h>

static gboolean shows_all;
const GOptionEntry mailboxes_options[] = {
    {"all", 0, 0, G_OPTION_ARG_NONE, &shows_all, "list: those, too, that are no longer configured", NULL},
    {"paste", 0, 0, G_OPTION_ARG_NONE, &authorize_paste,
     "authorize: by an address that you paste, not by a code that you type in", NULL},
    {NULL, 0, 0, 0, NULL, NULL, NULL}};

static int list(Command *command)
{
    int code = EX_OK;
    g_autoptr(Config) config = command_config(command, &code);
    if (!config)
        return code;
    g_autoptr(GError) error = NULL;
    g_autoptr(Store) store = command_open_store(config, STORE_READ, &error);
    return store ? mailboxes_list(command, config, store, shows_all) : command_fail_error(error);
}

int command_mailboxes(Command *command)
{
    static const char *const verbs[] = {"list", "authorize", NULL};
    const char *verb = command_verb(command, verbs, "the name of a sign-in, a mailbox or a route");
    if (!verb)
        return EX_USAGE;
    return strcmp(verb, "list") == 0 ? list(command) : mailboxes_authorize(command, command->argv[1]);
}
