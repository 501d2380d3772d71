#include "gateway/app/supervised_role.h"

#include "gateway/app/roles.h"

#include <postern/base/clock.h>
#include <postern/base/log.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#define BACKOFF_MOST_US (30 * (gint64)G_USEC_PER_SEC)
#define STEADY_US (60 * (gint64)G_USEC_PER_SEC) /* alive so long: the next death is a new trouble */

static void run_child(const RoleParent *parent, const Role *role, int status_fd)
{
    sigset_t blocked;
    sigemptyset(&blocked);
    /* A reload that comes while it starts waits until it can be understood. */
    sigaddset(&blocked, SIGHUP);
    sigprocmask(SIG_SETMASK, &blocked, NULL);
    /* It ends with the supervisor. In a container the supervisor may well be process 1. */
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent->pid)
        _exit(EX_UNAVAILABLE);
    /* Through a high number first: the two may sit on each other's places. */
    int wake = fcntl(parent->wake_fd, F_DUPFD, ROLE_FREE_FD),
        status = fcntl(status_fd, F_DUPFD, ROLE_FREE_FD);
    if (dup2(wake, ROLE_WAKE_FD) < 0 || dup2(status, ROLE_STATUS_FD) < 0)
        _exit(EX_OSERR);
    close(wake);
    close(status);
    char config[] = "-c", verbose[] = "-v", quiet[] = "-q", program[] = "postern";
    char *arguments[8] = {program, config, (char *)(guintptr)parent->command->config_path,
                          (char *)(guintptr)role->name};
    int count = 4;
    if (role->of)
        arguments[count++] = role->of;
    if (parent->command->verbose)
        arguments[count++] = verbose;
    if (parent->command->quiet)
        arguments[count++] = quiet;
    execv("/proc/self/exe", arguments);
    _exit(EX_OSERR);
}

void role_start(Role *role, const RoleParent *parent)
{
    int status[2];
    if (pipe2(status, O_CLOEXEC | O_NONBLOCK) != 0) {
        role->start_at_us = clock_monotonic_us() + G_USEC_PER_SEC;
        return;
    }
    role->pid = fork();
    if (role->pid == 0)
        run_child(parent, role, status[1]);
    close(status[1]);
    if (role->status_fd >= 0)
        close(role->status_fd);
    role->status_fd = status[0];
    role->started_us = clock_monotonic_us();
    role->start_at_us = 0;
    role->restarts_now = FALSE;
    if (role->pid < 0) {
        role->pid = 0;
        role->start_at_us = clock_monotonic_us() + G_USEC_PER_SEC;
    }
}

void role_end(const Role *role)
{
    if (role->pid > 0)
        kill(role->pid, SIGTERM);
}

void role_plan_restart(Role *role, int status)
{
    gint64 now_us = clock_monotonic_us();
    if (role->restarts_now) {
        role->start_at_us = now_us;
        return;
    }
    if (now_us - role->started_us > STEADY_US)
        role->backoff_us = 0;
    role->start_at_us = now_us + role->backoff_us;
    const char *of = role->of ? role->of : "", *blank = role->of ? " " : "";
    if (WIFSIGNALED(status))
        log_error(0, "%s%s%s was killed by signal %d; it starts again in %.1f s", role->name, blank, of,
                  WTERMSIG(status), (double)role->backoff_us / G_USEC_PER_SEC);
    else
        log_error(0, "%s%s%s ended with code %d; it starts again in %.1f s", role->name, blank, of,
                  WEXITSTATUS(status), (double)role->backoff_us / G_USEC_PER_SEC);
    role->backoff_us = CLAMP(role->backoff_us * 2, G_USEC_PER_SEC / 4, BACKOFF_MOST_US);
}

Role *role_new(const char *name, const char *of, gboolean is_vital)
{
    Role *role = g_new0(Role, 1);
    *role = (Role){.name = name, .of = g_strdup(of), .is_vital = is_vital, .status_fd = -1};
    return role;
}

void role_free(gpointer data)
{
    Role *role = data;
    if (role->status_fd >= 0)
        close(role->status_fd);
    g_free(role->of);
    g_free(role);
}
