#include "gateway/app/mailboxes.h"

#include <postern/base/error.h>

#include <sysexits.h>

static gboolean shows_all;
const GOptionEntry mailboxes_options[] = {
    {"all", 0, 0, G_OPTION_ARG_NONE, &shows_all, "list those, too, that are no longer configured", NULL},
    {NULL, 0, 0, 0, NULL, NULL, NULL}};

static int list(Command *command, const Config *config)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Store) store = command_open_store(config, STORE_READ, &error);
    return store ? mailboxes_list(command, config, store, shows_all) : command_fail_error(error);
}

int command_mailboxes(Command *command)
{
    static const char *const verbs[] = {"list", NULL};
    int code = EX_OK;
    if (!command_verb(command, verbs, ""))
        return EX_USAGE;
    g_autoptr(Config) config = command_config(command, &code);
    return config ? list(command, config) : code;
}
