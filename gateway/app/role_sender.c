/* The sender: takes what is in the outbox to the outgoing server. It alone knows the password. */
#include "gateway/app/command.h"
#include "gateway/app/roles.h"

#include <postern/base/error.h>
#include <postern/base/log.h>
#include <postern/deliver.h>

#include <signal.h>
#include <sys/signalfd.h>
#include <sysexits.h>
#include <unistd.h>

static int open_stop_fd(void)
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    return signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
}

int role_sender(Command *command)
{
    int code = EX_OK;
    g_autoptr(GError) error = NULL;
    if (!role_begin("postern-sender"))
        return EX_UNAVAILABLE;
    signal(SIGHUP, SIG_IGN);
    int stop_fd = open_stop_fd();
    g_autoptr(Config) config = command_config(command, &code);
    if (!config)
        return code;
    g_autofree char *password = setup_password(config, &error);
    g_autoptr(Store) store = error ? NULL : store_open(config->store, STORE_CREATE, &error);
    if (!store) {
        log_error(0, "cannot start: %s", error->message);
        return error_exit_code(error);
    }
    role_ready();
    code = sender_run(config, store, password, ROLE_WAKE_FD, stop_fd);
    close(stop_fd);
    return code;
}
