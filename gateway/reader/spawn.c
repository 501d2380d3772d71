#include "spawn.h"

#include <postern/base/error.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* Only sanitizers have words to say to a reader. */
static const char *const kept_variables[] = {"ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"};

static char **environment(void)
{
    GStrvBuilder *builder = g_strv_builder_new();
    for (guint i = 0; i < G_N_ELEMENTS(kept_variables); i++) {
        const char *value = g_getenv(kept_variables[i]);
        g_autofree char *pair = value ? g_strdup_printf("%s=%s", kept_variables[i], value) : NULL;
        if (pair)
            g_strv_builder_add(builder, pair);
    }
    char **variables = g_strv_builder_end(builder);
    g_strv_builder_unref(builder);
    return variables;
}

/* The socket first: it may have come as descriptor 0 to 2 in a parent without standard streams. */
static int describe_files(posix_spawn_file_actions_t *actions, int socket_fd)
{
    int result = posix_spawn_file_actions_adddup2(actions, socket_fd, SPAWN_SOCKET_FD);
    if (result == 0)
        result = posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null", O_RDWR, 0);
    if (result == 0)
        result = posix_spawn_file_actions_adddup2(actions, STDIN_FILENO, STDOUT_FILENO);
    if (result == 0)
        result = posix_spawn_file_actions_addclosefrom_np(actions, SPAWN_SOCKET_FD + 1);
    return result;
}

/* A process group of its own, so that Ctrl-C at a terminal lets the gate finish its mail. */
static int describe_process(posix_spawnattr_t *attributes)
{
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    int result = posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
                                                          POSIX_SPAWN_SETPGROUP);
    if (result == 0)
        result = posix_spawnattr_setsigmask(attributes, &none);
    if (result == 0)
        result = posix_spawnattr_setsigdefault(attributes, &all);
    return result;
}

static int spawn(const char *program, int socket_fd, pid_t *out_pid)
{
    char name[] = "postern", role[] = "reader";
    char *arguments[] = {name, role, NULL};
    g_auto(GStrv) variables = environment();
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    int result = describe_files(&actions, socket_fd);
    if (result == 0)
        result = describe_process(&attributes);
    if (result == 0)
        result = posix_spawn(out_pid, program, &actions, &attributes, arguments, variables);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return result;
}

int spawn_reader(const char *program, int *out_socket_fd, GError **error)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
        g_set_error(error, POSTERN_ERROR, ERROR_TEMPORARY, "no socket for a reader: %s", g_strerror(errno));
        return 0;
    }
    pid_t pid = 0;
    int result = spawn(program, pair[1], &pid);
    close(pair[1]);
    if (result != 0) {
        close(pair[0]);
        g_set_error(error, POSTERN_ERROR, ERROR_TEMPORARY, "%s: cannot start a reader: %s", program,
                    g_strerror(result));
        return 0;
    }
    *out_socket_fd = pair[0];
    return pid;
}

char *spawn_end(int pid)
{
    int status;
    pid_t reaped;
    /* A process that is ending already keeps its own reason. */
    kill(pid, SIGKILL);
    do
        reaped = waitpid(pid, &status, 0);
    while (reaped < 0 && errno == EINTR);
    if (reaped != pid)
        return g_strdup("ended in an unknown way");
    if (WIFSIGNALED(status)) {
        const char *name = sigabbrev_np(WTERMSIG(status));
        return g_strdup_printf("killed by SIG%s", name ? name : "?");
    }
    return g_strdup_printf("ended with code %d", WEXITSTATUS(status));
}
