/* The sender of one route: takes what is in the outbox to its server. It alone knows the password. */
#include "gateway/app/command.h"
#include "gateway/app/roles.h"

#include <postern/base/clock.h>
#include <postern/base/error.h>
#include <postern/base/log.h>
#include <postern/deliver.h>

#include <signal.h>
#include <sysexits.h>
#include <unistd.h>

int role_sender(Command *command)
{
    int code = EX_OK;
    g_autoptr(GError) error = NULL;
    role_begin("postern-sender");
    signal(SIGHUP, SIG_IGN);
    int stop_fd = role_stop_fd();
    g_autoptr(Config) config = command_config(command, &code);
    if (!config)
        return code;
    if (command->argc != 1)
        return command_usage("sender: the name of a route is missing");
    g_autoptr(Store) store = store_open(config->store, STORE_CREATE, &error);
    if (!store) {
        log_error(0, "cannot start: %s", error->message);
        return error_exit_code(error);
    }
    /* The supervisor holds the lock of the store: whoever sent before this process is gone. */
    if (!outbox_recover(store, command->argv[0], clock_now_us(), &error))
        log_warning(0, "%s; what was under way is sent again when its lease is over", error->message);
    role_ready();
    code = sender_run(config, command->argv[0], store, ROLE_WAKE_FD, stop_fd);
    close(stop_fd);
    return code;
}
