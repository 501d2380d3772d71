#include "lockdown.h"

#include "sanitized.h"

#include <postern/base/error.h>
#include <postern/base/limits.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Standard streams, the socket, one mail and the copies that a stream makes of it. */
#define DESCRIPTORS 16

static gboolean fail(GError **error, const char *what, int error_number)
{
    g_set_error(error, POSTERN_ERROR, ERROR_TEMPORARY, "cannot confine the reader: %s: %s", what,
                g_strerror(error_number));
    return FALSE;
}

static gboolean set_limits(const LockdownLimits *limits, GError **error)
{
    const struct {
        const char *name;
        __rlimit_resource_t resource;
        rlim_t most;
    } table[] = {
        {"stack", RLIMIT_STACK, LIMIT_READER_STACK_BYTES},
        {"CPU time", RLIMIT_CPU, limits->cpu_seconds},
        {"descriptors", RLIMIT_NOFILE, DESCRIPTORS},
        /* A sanitizer's report may go to a file. */
        {"file size", RLIMIT_FSIZE, IS_SANITIZED ? RLIM_INFINITY : 0},
        {"core file", RLIMIT_CORE, 0},
        {"processes", RLIMIT_NPROC, 0},
        /* The shadow memory of AddressSanitizer takes terabytes of addresses. */
        {"memory", RLIMIT_AS, IS_SANITIZED ? RLIM_INFINITY : limits->memory_bytes},
    };
    for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
        struct rlimit limit;
        if (getrlimit(table[i].resource, &limit) != 0)
            return fail(error, table[i].name, errno);
        limit.rlim_cur = limit.rlim_max = MIN(limit.rlim_max, table[i].most);
        if (setrlimit(table[i].resource, &limit) != 0)
            return fail(error, table[i].name, errno);
    }
    return TRUE;
}

/* An empty file system view, where the kernel has Landlock: a second lock behind the filter. */
static void hide_files(void)
{
    const struct landlock_ruleset_attr everything = {
        .handled_access_fs = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1, /* all accesses of its first version */
    };
    long ruleset = syscall(SYS_landlock_create_ruleset, &everything, sizeof everything, 0);
    if (ruleset < 0)
        return;
    syscall(SYS_landlock_restrict_self, ruleset, 0);
    close((int)ruleset);
}

/* What allocation, strings, locks, clocks and an orderly or disorderly end need. */
static const int allowed[] = {
    SCMP_SYS(read),
    SCMP_SYS(readv),
    SCMP_SYS(pread64),
    SCMP_SYS(lseek),
    SCMP_SYS(fstat),
    SCMP_SYS(close),
    SCMP_SYS(dup),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(brk),
    SCMP_SYS(madvise),
    SCMP_SYS(futex),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(time),
    SCMP_SYS(getrandom),
    SCMP_SYS(getpid),
    SCMP_SYS(gettid),
    /* qsort and malloc ask for the size of the machine when memory gets short. */
    SCMP_SYS(sysinfo),
    SCMP_SYS(sched_getaffinity),
#if IS_SANITIZED
    /* To tell what went wrong. */
    SCMP_SYS(sigaltstack),
    SCMP_SYS(sched_yield),
#endif
};

/* Names of files: looked up by libraries in vain and without harm. */
static const int refused[] = {
    SCMP_SYS(open),       SCMP_SYS(openat),     SCMP_SYS(openat2), SCMP_SYS(stat),      SCMP_SYS(lstat),
    SCMP_SYS(newfstatat), SCMP_SYS(statx),      SCMP_SYS(access),  SCMP_SYS(faccessat), SCMP_SYS(faccessat2),
    SCMP_SYS(readlink),   SCMP_SYS(readlinkat), SCMP_SYS(getcwd),
};

/* Allowed with one argument of one value under a mask. */
typedef struct {
    int call;
    guint argument;
    scmp_datum_t mask, value;
} Conditional;

#define WHOLE G_MAXUINT32

static int add_rules(scmp_filter_ctx filter, int socket_fd)
{
    const Conditional conditionals[] = {
        {SCMP_SYS(sendmsg), 0, WHOLE, (scmp_datum_t)socket_fd},
        {SCMP_SYS(recvmsg), 0, WHOLE, (scmp_datum_t)socket_fd},
        {SCMP_SYS(write), 0, WHOLE, STDERR_FILENO},
        {SCMP_SYS(writev), 0, WHOLE, STDERR_FILENO},
        {SCMP_SYS(mmap), 2, PROT_EXEC, 0},
        {SCMP_SYS(mprotect), 2, PROT_EXEC, 0},
        {SCMP_SYS(fcntl), 1, WHOLE, F_GETFL},
        {SCMP_SYS(fcntl), 1, WHOLE, F_GETFD},
        {SCMP_SYS(fcntl), 1, WHOLE, F_SETFD},
        {SCMP_SYS(fcntl), 1, WHOLE, F_DUPFD_CLOEXEC},
        /* abort() */
        {SCMP_SYS(tgkill), 0, WHOLE, (scmp_datum_t)getpid()},
#if IS_SANITIZED
        /* Is stderr a terminal? */
        {SCMP_SYS(ioctl), 1, WHOLE, TCGETS},
#endif
    };
    int result = 0;
    for (guint i = 0; result == 0 && i < G_N_ELEMENTS(allowed); i++)
        result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0);
    for (guint i = 0; result == 0 && i < G_N_ELEMENTS(refused); i++)
        result = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), refused[i], 0);
    for (guint i = 0; result == 0 && i < G_N_ELEMENTS(conditionals); i++)
        result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, conditionals[i].call, 1,
                                  SCMP_CMP(conditionals[i].argument, SCMP_CMP_MASKED_EQ, conditionals[i].mask,
                                           conditionals[i].value));
    return result;
}

static gboolean filter_calls(int socket_fd, GError **error)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
    if (!filter)
        return fail(error, "seccomp", ENOSYS);
    /* A binary tree instead of a list: every call of every mail passes here. */
    seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
    int result = add_rules(filter, socket_fd);
    if (result == 0)
        result = seccomp_load(filter);
    seccomp_release(filter);
    return result == 0 || fail(error, "seccomp", -result);
}

/* What GLib and GMime complain about after the lock is up to strangers: nobody needs to read it. */
static gboolean close_streams(GError **error)
{
    int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (nowhere < 0)
        return fail(error, "/dev/null", errno);
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (!IS_SANITIZED || fd != STDERR_FILENO)
            dup2(nowhere, fd);
    if (nowhere > STDERR_FILENO)
        close(nowhere);
    return TRUE;
}

gboolean reader_lock_down(const LockdownLimits *limits, GError **error)
{
    if (chdir("/") != 0)
        return fail(error, "chdir", errno);
    if (!close_streams(error) || !set_limits(limits, error))
        return FALSE;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
        return fail(error, "prctl", errno);
    hide_files();
    return filter_calls(limits->socket_fd, error);
}
