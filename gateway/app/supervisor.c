#include "gateway/app/supervisor.h"

#include "gateway/app/supervised_role.h"

#include <postern/base/clock.h>
#include <postern/base/log.h>

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#define STOP_GRACE_US (40 * (gint64)G_USEC_PER_SEC)

typedef struct {
    Command *command;
    RoleParent parent;
    GPtrArray *roles; /* Role; the gate first */
    char *store;      /* that it began with */
    gboolean stops;
    gint64 kill_at_us;
    int code;
} Supervisor;

static void end_all(Supervisor *supervisor, int code)
{
    supervisor->code = code;
    supervisor->stops = TRUE;
    supervisor->kill_at_us = clock_monotonic_us() + STOP_GRACE_US;
    for (guint i = 0; i < supervisor->roles->len; i++)
        role_end(supervisor->roles->pdata[i]);
}

static void end_role(Supervisor *supervisor, Role *role, int status)
{
    char ready;
    role->pid = 0;
    role->was_ready |= read(role->status_fd, &ready, 1) == 1;
    if (supervisor->stops || role->leaves)
        return;
    /* What cannot even start needs a person, not another try; but one mailbox stops nobody else. */
    if (role->is_vital && !role->was_ready && !role->restarts_now)
        end_all(supervisor, WIFEXITED(status) && WEXITSTATUS(status) ? WEXITSTATUS(status) : EX_SOFTWARE);
    else
        role_plan_restart(role, status);
}

static Role *find_process(const Supervisor *supervisor, pid_t pid)
{
    for (guint i = 0; i < supervisor->roles->len; i++) {
        Role *role = supervisor->roles->pdata[i];
        if (role->pid == pid)
            return role;
    }
    return NULL;
}

/* As process 1 of a container it is handed the orphans of the dead, too. */
static void reap(Supervisor *supervisor)
{
    int status;
    for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;) {
        Role *role = find_process(supervisor, pid);
        if (role)
            end_role(supervisor, role, status);
        if (role && role->leaves)
            g_ptr_array_remove(supervisor->roles, role);
    }
}

/* The role that runs or will, or a new one. */
static Role *want_role(Supervisor *supervisor, const char *name, const char *of, gboolean is_vital)
{
    for (guint i = 0; i < supervisor->roles->len; i++) {
        Role *role = supervisor->roles->pdata[i];
        if (strcmp(role->name, name) == 0 && g_strcmp0(role->of, of) == 0 &&
            !(role->leaves && role->pid == 0)) {
            role->leaves = FALSE;
            return role;
        }
    }
    Role *role = role_new(name, of, is_vital);
    g_ptr_array_add(supervisor->roles, role);
    return role;
}

/* Every role of the configuration is there afterwards, and those that it does not name are leaving. */
static void want_roles(Supervisor *supervisor, const Config *config)
{
    for (guint i = 0; i < supervisor->roles->len; i++)
        ((Role *)supervisor->roles->pdata[i])->leaves = TRUE;
    want_role(supervisor, "gate", NULL, TRUE);
    for (guint i = 0; i < config->routes->len; i++)
        want_role(supervisor, "sender", ((const ConfigRoute *)config->routes->pdata[i])->name, TRUE);
    for (guint i = 0; i < config->webhooks->len; i++) {
        const ConfigWebhook *webhook = config->webhooks->pdata[i];
        g_autofree char *of = g_strconcat("webhook:", webhook->name, NULL);
        want_role(supervisor, "sender", of, TRUE);
    }
    for (guint i = 0; i < config->mailboxes->len; i++)
        want_role(supervisor, "fetcher", ((const ConfigMailbox *)config->mailboxes->pdata[i])->name, FALSE);
    for (guint i = supervisor->roles->len; i-- > 0;) {
        const Role *role = supervisor->roles->pdata[i];
        if (role->leaves && role->pid == 0)
            g_ptr_array_remove_index(supervisor->roles, i);
    }
}

static void reload(Supervisor *supervisor)
{
    int ignored;
    g_autoptr(Setup) setup = command_setup(supervisor->command, &ignored);
    g_autoptr(GPtrArray) problems = problems_new();
    gboolean is_good = setup && setup_examples_pass(setup->source, setup->rules, problems);
    g_autofree char *failing = problems_format(problems);
    fputs(failing, stderr);
    if (!is_good) {
        log_error(0, "reload refused: %s has the problems above; the old configuration stays",
                  supervisor->command->config_path);
        return;
    }
    if (strcmp(setup->config->store, supervisor->store) != 0) {
        log_error(0, "reload refused: another store (%s) needs a restart; the old configuration stays",
                  setup->config->store);
        return;
    }
    want_roles(supervisor, setup->config);
    for (guint i = 0; i < supervisor->roles->len; i++) {
        Role *role = supervisor->roles->pdata[i];
        if (!role->of && role->pid > 0) {
            kill(role->pid, SIGHUP);
        } else {
            role->restarts_now = !role->leaves && role->pid > 0;
            role_end(role);
        }
    }
}

static gboolean anyone_lives(const Supervisor *supervisor)
{
    for (guint i = 0; i < supervisor->roles->len; i++)
        if (((const Role *)supervisor->roles->pdata[i])->pid > 0)
            return TRUE;
    return FALSE;
}

/* Until the next thing to do; some seconds when nothing is planned. */
static struct timespec time_to_wait(const Supervisor *supervisor)
{
    gint64 now_us = clock_monotonic_us(), until_us = now_us + 5 * G_USEC_PER_SEC;
    for (guint i = 0; i < supervisor->roles->len; i++) {
        const Role *role = supervisor->roles->pdata[i];
        if (role->pid == 0 && !supervisor->stops)
            until_us = MIN(until_us, role->start_at_us);
    }
    if (supervisor->stops)
        until_us = MIN(until_us, supervisor->kill_at_us);
    gint64 wait_us = MAX(until_us - now_us, 1000);
    return (struct timespec){.tv_sec = wait_us / G_USEC_PER_SEC, .tv_nsec = wait_us % G_USEC_PER_SEC * 1000};
}

static void do_what_is_due(Supervisor *supervisor)
{
    gint64 now_us = clock_monotonic_us();
    reap(supervisor);
    for (guint i = 0; i < supervisor->roles->len; i++) {
        Role *role = supervisor->roles->pdata[i];
        if (!supervisor->stops && role->pid == 0 && role->start_at_us <= now_us)
            role_start(role, &supervisor->parent);
        if (supervisor->stops && role->pid > 0 && now_us >= supervisor->kill_at_us)
            kill(role->pid, SIGKILL);
    }
}

static void watch(Supervisor *supervisor, const sigset_t *signals)
{
    while (!supervisor->stops || anyone_lives(supervisor)) {
        do_what_is_due(supervisor);
        if (supervisor->stops && !anyone_lives(supervisor))
            break;
        struct timespec wait = time_to_wait(supervisor);
        int got = sigtimedwait(signals, NULL, &wait);
        if ((got == SIGTERM || got == SIGINT) && !supervisor->stops)
            end_all(supervisor, EX_OK);
        else if (got == SIGHUP)
            reload(supervisor);
    }
}

int supervisor_run(Command *command, const Config *config)
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGHUP);
    sigaddset(&signals, SIGCHLD);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    Supervisor supervisor = {
        .command = command,
        .roles = g_ptr_array_new_with_free_func(role_free),
        .parent = {.command = command, .pid = getpid(), .wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)},
        .store = g_strdup(config->store)};
    want_roles(&supervisor, config);
    watch(&supervisor, &signals);
    g_ptr_array_unref(supervisor.roles);
    g_free(supervisor.store);
    return supervisor.code;
}
