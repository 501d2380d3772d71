/* The supervisor: starts the gate, a sender for each way out and a fetcher for each mailbox, starts them
 * again when they die, passes signals on. It opens no socket and no store, so there is little that can bring
 * it down. */
#include "gateway/app/command.h"
#include "gateway/app/roles.h"

#include <postern/base/clock.h>
#include <postern/base/log.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#define BACKOFF_MOST_US (30 * (gint64)G_USEC_PER_SEC)
#define STEADY_US (60 * (gint64)G_USEC_PER_SEC) /* alive so long: the next death is a new trouble */
#define LOCK_WAIT_US (10 * (gint64)G_USEC_PER_SEC)
#define STOP_GRACE_US (40 * (gint64)G_USEC_PER_SEC)

typedef struct {
    const char *name;      /* "gate", "sender", "fetcher" */
    char *of;              /* route or mailbox; NULL for the gate */
    gboolean is_vital;     /* without it the others have no work */
    gboolean leaves;       /* the configuration knows it no longer */
    pid_t pid;             /* 0: not running */
    int status_fd;         /* readable once it is ready */
    gboolean was_ready;    /* ever */
    gboolean restarts_now; /* it was asked to end so that it reads its files again */
    gint64 started_us, start_at_us, backoff_us;
} Role;

typedef struct {
    Command *command;
    GPtrArray *roles; /* Role; the gate first */
    pid_t pid;
    char *store; /* that it began with */
    int wake_fd;
    gboolean stops;
    gint64 kill_at_us;
    int code;
} Supervisor;

static void run_child(const Supervisor *supervisor, const Role *role, int status_fd)
{
    sigset_t blocked;
    sigemptyset(&blocked);
    /* A reload that comes while it starts waits until it can be understood. */
    sigaddset(&blocked, SIGHUP);
    sigprocmask(SIG_SETMASK, &blocked, NULL);
    /* It ends with the supervisor. In a container the supervisor may well be process 1. */
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != supervisor->pid)
        _exit(EX_UNAVAILABLE);
    /* Through a high number first: the two may sit on each other's places. */
    int wake = fcntl(supervisor->wake_fd, F_DUPFD, ROLE_FREE_FD),
        status = fcntl(status_fd, F_DUPFD, ROLE_FREE_FD);
    if (dup2(wake, ROLE_WAKE_FD) < 0 || dup2(status, ROLE_STATUS_FD) < 0)
        _exit(EX_OSERR);
    close(wake);
    close(status);
    char config[] = "-c", verbose[] = "-v", quiet[] = "-q", program[] = "postern";
    char *arguments[8] = {program, config, (char *)(guintptr)supervisor->command->config_path,
                          (char *)(guintptr)role->name};
    int count = 4;
    if (role->of)
        arguments[count++] = role->of;
    if (supervisor->command->verbose)
        arguments[count++] = verbose;
    if (supervisor->command->quiet)
        arguments[count++] = quiet;
    execv("/proc/self/exe", arguments);
    _exit(EX_OSERR);
}

static void start_role(Supervisor *supervisor, Role *role)
{
    int status[2];
    if (pipe2(status, O_CLOEXEC | O_NONBLOCK) != 0) {
        role->start_at_us = clock_monotonic_us() + G_USEC_PER_SEC;
        return;
    }
    role->pid = fork();
    if (role->pid == 0)
        run_child(supervisor, role, status[1]);
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

static void end_politely(const Role *role)
{
    if (role->pid > 0)
        kill(role->pid, SIGTERM);
}

static void end_all(Supervisor *supervisor, int code)
{
    supervisor->code = code;
    supervisor->stops = TRUE;
    supervisor->kill_at_us = clock_monotonic_us() + STOP_GRACE_US;
    for (guint i = 0; i < supervisor->roles->len; i++)
        end_politely(supervisor->roles->pdata[i]);
}

static void plan_restart(Role *role, int status)
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
        plan_restart(role, status);
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

static void role_free(gpointer data)
{
    Role *role = data;
    if (role->status_fd >= 0)
        close(role->status_fd);
    g_free(role->of);
    g_free(role);
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
    Role *role = g_new0(Role, 1);
    *role = (Role){.name = name, .of = g_strdup(of), .is_vital = is_vital, .status_fd = -1};
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
            end_politely(role);
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

/* Until the next thing to do; a second when nothing is planned. */
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
            start_role(supervisor, role);
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
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGHUP);
    sigaddset(&signals, SIGCHLD);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    Supervisor supervisor = {.command = command,
                             .roles = g_ptr_array_new_with_free_func(role_free),
                             .pid = getpid(),
                             .store = g_strdup(setup->config->store),
                             .wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    want_roles(&supervisor, setup->config);
    watch(&supervisor, &signals);
    g_ptr_array_unref(supervisor.roles);
    g_free(supervisor.store);
    close(lock);
    return supervisor.code;
}
