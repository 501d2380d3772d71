#include "server.h"

#include <postern/base/error.h>
#include <postern/fetcher.h>

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define FIRST_PASSED_FD 3 /* sd_listen_fds(3) */

void intake_listener_free(gpointer data)
{
    IntakeListener *listener = data;
    struct stat status;
    if (!listener)
        return;
    if (listener->fd >= 0)
        close(listener->fd);
    if (listener->path && lstat(listener->path, &status) == 0 && status.st_dev == listener->device &&
        status.st_ino == listener->inode)
        unlink(listener->path);
    g_free(listener->path);
    g_free(listener->name);
    g_free(listener);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(IntakeListener, intake_listener_free)

static IntakeListener *listener_new(int fd, char *name)
{
    IntakeListener *listener = g_new0(IntakeListener, 1);
    listener->fd = fd;
    listener->name = name;
    listener->source = "lmtp";
    return listener;
}

/* FALSE, so that a caller can return it. Tells errno. */
static gboolean fail(GError **error, const char *name, const char *what)
{
    int cause = errno;
    g_set_error(error, POSTERN_ERROR, cause == EADDRINUSE ? ERROR_TEMPORARY : ERROR_CONFIG,
                "%s: cannot %s: %s", name, what, g_strerror(cause));
    return FALSE;
}

static void name_address(const struct sockaddr_storage *address, socklen_t length,
                         char out_name[INTAKE_PEER_BYTES])
{
    char host[INET6_ADDRSTRLEN + 16], port[8];
    gboolean is_inet6 = address->ss_family == AF_INET6;
    g_strlcpy(out_name, "unix", INTAKE_PEER_BYTES);
    if (address->ss_family == AF_UNIX ||
        getnameinfo((const struct sockaddr *)address, length, host, sizeof host, port, sizeof port,
                    NI_NUMERICHOST | NI_NUMERICSERV) != 0)
        return;
    g_snprintf(out_name, INTAKE_PEER_BYTES, "%s%s%s:%s", is_inet6 ? "[" : "", host, is_inet6 ? "]" : "",
               port);
}

/* Its own name and port, which the kernel may have chosen. Accepted sockets inherit TCP_NODELAY. */
static void settle_tcp(IntakeListener *listener)
{
    struct sockaddr_storage address = {0};
    socklen_t length = sizeof address;
    char name[INTAKE_PEER_BYTES];
    const int on = 1;
    if (getsockname(listener->fd, (struct sockaddr *)&address, &length) != 0 || address.ss_family == AF_UNIX)
        return;
    setsockopt(listener->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    name_address(&address, length, name);
    g_free(listener->name);
    listener->name = g_strdup(name);
    listener->port = (guint16)g_ascii_strtoull(strrchr(name, ':') + 1, NULL, 10);
}

static struct addrinfo *resolve(const char *host, guint16 port, const char *name, GError **error)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
                                   .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE};
    struct addrinfo *found = NULL;
    char service[8];
    g_snprintf(service, sizeof service, "%u", port);
    int result =
        getaddrinfo(g_ascii_strcasecmp(host, "localhost") == 0 ? "127.0.0.1" : host, service, &hints, &found);
    if (result != 0)
        g_set_error(error, POSTERN_ERROR, ERROR_CONFIG, "%s: is no numeric address: %s", name,
                    gai_strerror(result));
    return result == 0 ? found : NULL;
}

static IntakeListener *open_tcp(const ConfigListen *listen_at, GError **error)
{
    const int on = 1;
    char *name = g_strdup_printf("%s:%u", listen_at->host, listen_at->port);
    g_autoptr(IntakeListener) listener = listener_new(-1, name);
    struct addrinfo *found = resolve(listen_at->host, listen_at->port, name, error);
    if (!found)
        return NULL;
    listener->fd = socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    gboolean ok =
        listener->fd >= 0 && setsockopt(listener->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
        bind(listener->fd, found->ai_addr, found->ai_addrlen) == 0 && listen(listener->fd, SOMAXCONN) == 0;
    int cause = errno;
    freeaddrinfo(found);
    errno = cause;
    if (!ok) {
        fail(error, name, "listen");
        return NULL;
    }
    settle_tcp(listener);
    return g_steal_pointer(&listener);
}

/* A socket file that a killed process left behind refuses connections; anything else stays. */
static gboolean remove_stale(const char *path, const struct sockaddr_un *address, GError **error)
{
    struct stat status;
    if (lstat(path, &status) != 0)
        return TRUE;
    errno = EEXIST;
    if (!S_ISSOCK(status.st_mode))
        return fail(error, path, "listen where a file is");
    int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int result = connect(probe, (const struct sockaddr *)address, sizeof *address);
    gboolean is_stale = probe >= 0 && result != 0 && errno == ECONNREFUSED;
    close(probe);
    errno = EADDRINUSE;
    if (!is_stale)
        return fail(error, path, "listen");
    return unlink(path) == 0 || fail(error, path, "remove the stale socket");
}

/* The descriptor's mode becomes that of the new file, so the socket is never more open than configured,
 * whatever the umask; what the umask took is given back by chmod. */
static gboolean bind_unix(int fd, const struct sockaddr_un *address, guint mode)
{
    return fchmod(fd, 0600) == 0 && bind(fd, (const struct sockaddr *)address, sizeof *address) == 0 &&
           chmod(address->sun_path, mode) == 0 && listen(fd, SOMAXCONN) == 0;
}

static IntakeListener *open_unix(const ConfigListen *listen_at, GError **error)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct stat status;
    g_autoptr(IntakeListener) listener = listener_new(-1, g_strdup(listen_at->path));
    errno = ENAMETOOLONG;
    if (g_strlcpy(address.sun_path, listen_at->path, sizeof address.sun_path) >= sizeof address.sun_path) {
        fail(error, listen_at->path, "listen");
        return NULL;
    }
    if (!remove_stale(listen_at->path, &address, error))
        return NULL;
    listener->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (listener->fd < 0 || !bind_unix(listener->fd, &address, listen_at->mode) ||
        lstat(listen_at->path, &status) != 0) {
        fail(error, listen_at->path, "listen");
        return NULL;
    }
    listener->path = g_strdup(listen_at->path);
    listener->device = status.st_dev;
    listener->inode = status.st_ino;
    return g_steal_pointer(&listener);
}

static guint passed_count(void)
{
    const char *pid = g_getenv("LISTEN_PID");
    const char *count = g_getenv("LISTEN_FDS");
    if (!pid || !count || g_ascii_strtoull(pid, NULL, 10) != (guint64)getpid())
        return 0;
    return (guint)MIN(g_ascii_strtoull(count, NULL, 10), INTAKE_CONFIGURED);
}

static IntakeListener *take_passed(int fd, GError **error)
{
    int is_listening = 0;
    socklen_t length = sizeof is_listening;
    int flags = fcntl(fd, F_GETFL);
    g_autofree char *name = g_strdup_printf("passed descriptor %d", fd);
    if (flags < 0 || getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &is_listening, &length) != 0) {
        fail(error, name, "use");
        return NULL;
    }
    errno = EINVAL;
    if (!is_listening || fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0 || fcntl(fd, F_SETFD, FD_CLOEXEC) != 0) {
        fail(error, name, "listen");
        return NULL;
    }
    IntakeListener *listener = listener_new(fd, g_steal_pointer(&name));
    settle_tcp(listener);
    return listener;
}

static GPtrArray *take_all_passed(guint count, GError **error)
{
    g_autoptr(GPtrArray) listeners = g_ptr_array_new_with_free_func(intake_listener_free);
    /* A child of ours must not take them for its own. */
    g_unsetenv("LISTEN_PID");
    g_unsetenv("LISTEN_FDS");
    g_unsetenv("LISTEN_FDNAMES");
    for (guint i = 0; i < count; i++) {
        IntakeListener *listener = take_passed(FIRST_PASSED_FD + (int)i, error);
        if (!listener)
            return NULL;
        g_ptr_array_add(listeners, listener);
    }
    return g_steal_pointer(&listeners);
}

static GPtrArray *open_configured(const Config *config, GError **error)
{
    g_autoptr(GPtrArray) listeners = g_ptr_array_new_with_free_func(intake_listener_free);
    for (guint i = 0; config->listens && i < config->listens->len; i++) {
        const ConfigListen *one = config->listens->pdata[i];
        if (i >= INTAKE_CONFIGURED) {
            g_set_error(error, POSTERN_ERROR, ERROR_CONFIG, "more than %u addresses to listen on",
                        INTAKE_CONFIGURED);
            return NULL;
        }
        IntakeListener *listener = one->path ? open_unix(one, error) : open_tcp(one, error);
        if (!listener)
            return NULL;
        g_ptr_array_add(listeners, listener);
    }
    return g_steal_pointer(&listeners);
}

IntakeListener *intake_listener_open_private(const Config *config, GError **error)
{
    g_autofree char *path = fetcher_socket_path(config);
    ConfigListen private = {.path = path, .mode = 0600};
    IntakeListener *listener = open_unix(&private, error);
    if (listener)
        listener->source = "imap";
    return listener;
}

GPtrArray *intake_listeners_open(const Config *config, GError **error)
{
    guint passed = passed_count();
    g_autoptr(GPtrArray) listeners =
        passed > 0 ? take_all_passed(passed, error) : open_configured(config, error);
    if (listeners && config->mailboxes && config->mailboxes->len > 0) {
        IntakeListener *listener = intake_listener_open_private(config, error);
        if (!listener)
            return NULL;
        g_ptr_array_add(listeners, listener);
    }
    return g_steal_pointer(&listeners);
}

int intake_listener_accept(const IntakeListener *listener, char out_peer[INTAKE_PEER_BYTES])
{
    struct sockaddr_storage address = {0};
    socklen_t length = sizeof address;
    int fd = accept4(listener->fd, (struct sockaddr *)&address, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0)
        name_address(&address, length, out_peer);
    return fd;
}
