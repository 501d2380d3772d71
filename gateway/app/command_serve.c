#include "gateway/app/command.h"
#include "gateway/app/roles.h"
#include "gateway/app/supervisor.h"

#include <postern/base/clock.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sysexits.h>
#include <unistd.h>

#define LOCK_WAIT_US (10 * (gint64)G_USEC_PER_SEC)

/* Waits a little: the roles of a supervisor that was killed still finish what they have in hand. */
static gboolean take_lock(int fd)
{
    for (gint64 until_us = clock_monotonic_us() + LOCK_WAIT_US; flock(fd, LOCK_EX | LOCK_NB) != 0;) {
        if (clock_monotonic_us() > until_us)
            return FALSE;
        g_usleep(G_USEC_PER_SEC / 20);
    }
    return TRUE;
}

/* Two gates on one store would send everything twice. Supervisor and roles hold the lock together: it goes
 * with the last of them, however they end. */
static int lock_store(const Config *config, int *out_code)
{
    g_autofree char *path = g_build_filename(config->store, "serve.lock", NULL);
    *out_code = EX_CANTCREAT;
    if (g_mkdir_with_parents(config->store, 0700) != 0) {
        command_fail(0, "%s: cannot create the store: %s", config->store, g_strerror(errno));
        return -1;
    }
    int low = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    int fd = low < 0 ? -1 : fcntl(low, F_DUPFD, ROLE_FREE_FD);
    if (fd < 0) {
        command_fail(0, "%s: cannot open: %s", path, g_strerror(errno));
    } else if (!take_lock(fd)) {
        *out_code = EX_TEMPFAIL;
        command_fail(0, "%s: another 'postern serve' works on this store; stop it first", path);
        close(fd);
        fd = -1;
    }
    if (low >= 0)
        close(low);
    return fd;
}

int command_serve(Command *command)
{
    int code = EX_OK;
    g_autoptr(Setup) setup = command_setup(command, &code);
    if (!setup)
        return code;
    if (!command_drop_privileges(setup->config))
        return EX_NOPERM;
    int lock = lock_store(setup->config, &code);
    if (lock < 0)
        return code;
    code = supervisor_run(command, setup->config);
    close(lock);
    return code;
}
