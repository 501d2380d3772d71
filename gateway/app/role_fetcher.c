/* The fetcher of one mailbox: hands its mail to the gate. It alone knows that mailbox's secret. */
#include "gateway/app/command.h"
#include "gateway/app/roles.h"

#include <postern/base/error.h>
#include <postern/base/log.h>
#include <postern/fetcher.h>

#include <signal.h>
#include <sysexits.h>
#include <unistd.h>

int role_fetcher(Command *command)
{
    int code = EX_OK;
    g_autoptr(GError) error = NULL;
    role_begin("postern-fetcher");
    signal(SIGHUP, SIG_IGN);
    if (command->argc != 1)
        return command_usage("fetcher: the name of a mailbox is missing");
    int stop_fd = role_stop_fd();
    g_autoptr(Config) config = command_config(command, &code);
    if (!config)
        return code;
    const ConfigMailbox *mailbox = config_mailbox(config, command->argv[0]);
    if (!mailbox)
        return command_fail(EX_CONFIG, "there is no mailbox '%s' in %s", command->argv[0], config->path);
    g_autoptr(Store) store = store_open(config->store, STORE_CREATE, &error);
    if (!store) {
        log_error(0, "mailbox %s: cannot start: %s", mailbox->name, error->message);
        return error_exit_code(error);
    }
    role_ready();
    code = fetcher_run(config, mailbox, store, stop_fd);
    close(stop_fd);
    return code;
}
