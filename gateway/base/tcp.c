#include "tls_private.h"

#include <postern/base/clock.h>
#include <postern/base/error.h>

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

/* getaddrinfo() knows no deadline, so a thread asks and is left alone when it takes too long. */
typedef struct {
    gint references; /* the asker and the thread */
    char *host;
    char *port;
    int done_fd;
    int result;
    struct addrinfo *addresses;
} Lookup;

static void lookup_unref(Lookup *lookup)
{
    if (!g_atomic_int_dec_and_test(&lookup->references))
        return;
    if (lookup->addresses)
        freeaddrinfo(lookup->addresses);
    close(lookup->done_fd);
    g_free(lookup->host);
    g_free(lookup->port);
    g_free(lookup);
}

static void lookup_ask(Lookup *lookup, int flags)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV | flags};
    lookup->result = getaddrinfo(lookup->host, lookup->port, &hints, &lookup->addresses);
}

static gpointer lookup_run(gpointer data)
{
    Lookup *lookup = data;
    lookup_ask(lookup, AI_ADDRCONFIG);
    if (lookup->result != 0)
        lookup_ask(lookup, 0); /* a host with loopback alone has no "configured" addresses */
    eventfd_write(lookup->done_fd, 1);
    lookup_unref(lookup);
    return NULL;
}

static Lookup *lookup_new(const char *host, guint16 port)
{
    Lookup *lookup = g_new0(Lookup, 1);
    lookup->references = 1;
    lookup->host = g_strdup(host);
    lookup->port = g_strdup_printf("%u", port);
    lookup->done_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return lookup;
}

TlsWait tcp_wait(int fd, short events, int stop_fd, gint64 deadline_us)
{
    struct pollfd polls[2] = {{.fd = fd, .events = events}, {.fd = stop_fd, .events = POLLIN}};
    for (;;) {
        gint64 left_us = deadline_us - clock_monotonic_us();
        int left_ms = left_us <= 0 ? 0 : (int)MIN((left_us + 999) / 1000, G_MAXINT);
        int ready = poll(polls, 2, left_ms);
        if (ready > 0 && polls[1].revents)
            return TLS_STOPPED;
        if (ready > 0)
            return TLS_READY;
        if ((ready == 0 && left_ms == 0) || (ready < 0 && errno != EINTR))
            return TLS_QUIET;
    }
}

static void set_wait_error(GError **error, const char *place, TlsWait wait, const char *what)
{
    g_set_error(error, POSTERN_ERROR, ERROR_TEMPORARY, "%s: %s %s", place,
                wait == TLS_STOPPED ? "stopped while" : "took too long:", what);
}

static void set_lookup_error(GError **error, const char *place, int result)
{
    gboolean unknown = result == EAI_NONAME || result == EAI_NODATA;
    g_set_error(error, POSTERN_ERROR, unknown ? ERROR_CONFIG : ERROR_TEMPORARY, "%s: %s", place,
                unknown ? "DNS does not know this host; check its name" : gai_strerror(result));
}

/* The addresses, or NULL. */
static Lookup *resolve(const char *place, const char *host, guint16 port, int stop_fd, gint64 deadline_us,
                       GError **error)
{
    Lookup *lookup = lookup_new(host, port);
    lookup_ask(lookup, AI_NUMERICHOST);
    if (lookup->result == 0)
        return lookup;
    g_atomic_int_inc(&lookup->references);
    g_thread_unref(g_thread_new("lookup", lookup_run, lookup));
    TlsWait wait = tcp_wait(lookup->done_fd, POLLIN, stop_fd, deadline_us);
    if (wait != TLS_READY)
        set_wait_error(error, place, wait, "asking DNS for the host");
    else if (lookup->result != 0)
        set_lookup_error(error, place, lookup->result);
    else
        return lookup;
    lookup_unref(lookup);
    return NULL;
}

/* A dead peer is found within some two minutes, and small commands go out at once. */
static void set_options(int fd)
{
    int yes = 1, idle = 60, interval = 15, count = 4;
    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &yes, sizeof yes);
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle);
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &interval, sizeof interval);
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &count, sizeof count);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
}

/* 0 or an errno. */
static int connect_one(int fd, const struct addrinfo *address, int stop_fd, gint64 deadline_us)
{
    if (connect(fd, address->ai_addr, address->ai_addrlen) == 0)
        return 0;
    if (errno != EINPROGRESS)
        return errno;
    TlsWait wait = tcp_wait(fd, POLLOUT, stop_fd, deadline_us);
    if (wait != TLS_READY)
        return wait == TLS_STOPPED ? ECANCELED : ETIMEDOUT;
    int trouble = 0;
    socklen_t length = sizeof trouble;
    return getsockopt(fd, SOL_SOCKET, SO_ERROR, &trouble, &length) == 0 ? trouble : errno;
}

static guint count_addresses(const struct addrinfo *address)
{
    guint count = 0;
    for (; address; address = address->ai_next)
        count++;
    return count;
}

/* Every address gets its share of the time, so that one that swallows packets does not hide the next. */
static int connect_any(const struct addrinfo *address, int stop_fd, gint64 deadline_us, int *out_trouble)
{
    for (; address && *out_trouble != ECANCELED; address = address->ai_next) {
        gint64 now_us = clock_monotonic_us();
        gint64 share_us = MAX(deadline_us - now_us, 0) / count_addresses(address);
        int fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (fd < 0) {
            *out_trouble = errno;
            continue;
        }
        set_options(fd);
        *out_trouble = connect_one(fd, address, stop_fd, now_us + share_us);
        if (*out_trouble == 0)
            return fd;
        close(fd);
    }
    return -1;
}

int tcp_connect(const char *place, const char *host, guint16 port, int stop_fd, gint64 deadline_us,
                GError **error)
{
    Lookup *lookup = resolve(place, host, port, stop_fd, deadline_us, error);
    if (!lookup)
        return -1;
    int trouble = 0;
    int fd = connect_any(lookup->addresses, stop_fd, deadline_us, &trouble);
    if (fd < 0 && trouble == ECANCELED)
        set_wait_error(error, place, TLS_STOPPED, "connecting");
    else if (fd < 0)
        g_set_error(error, POSTERN_ERROR, ERROR_TEMPORARY, "%s: cannot connect: %s", place,
                    g_strerror(trouble));
    lookup_unref(lookup);
    return fd;
}
