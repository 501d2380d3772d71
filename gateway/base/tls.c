#include "tls_private.h"

#include <postern/base/clock.h>
#include <postern/base/error.h>

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PRIORITIES "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"

struct TlsClient {
    int fd;
    int stop_fd;
    char *host;
    char *place;
    gnutls_certificate_credentials_t trust;
    gnutls_session_t session; /* NULL: in the clear */
    gint64 end_us;
};

static void set_words(GError **error, ErrorCode code, const TlsClient *client, const char *words)
{
    g_set_error(error, POSTERN_ERROR, code, "%s: %s", client->place, words);
}

TlsClient *tls_adopt(int fd, const char *host, guint16 port, int stop_fd)
{
    TlsClient *client = g_new0(TlsClient, 1);
    client->fd = fd;
    client->stop_fd = stop_fd;
    client->host = g_strdup(host);
    client->place = g_strdup_printf("%s port %u", host, port);
    return client;
}

TlsClient *tls_connect(const char *host, guint16 port, int stop_fd, gint64 deadline_us, GError **error)
{
    TlsClient *client = tls_adopt(-1, host, port, stop_fd);
    client->fd = tcp_connect(client->place, host, port, stop_fd, deadline_us, error);
    if (client->fd >= 0)
        return client;
    tls_close(client);
    return NULL;
}

void tls_close(TlsClient *client)
{
    if (!client)
        return;
    if (client->session) {
        gnutls_bye(client->session, GNUTLS_SHUT_WR); /* does not wait: the socket is non-blocking */
        gnutls_deinit(client->session);
    }
    if (client->trust)
        gnutls_certificate_free_credentials(client->trust);
    if (client->fd >= 0)
        close(client->fd);
    g_free(client->host);
    g_free(client->place);
    g_free(client);
}

/* FALSE with an error unless the socket is ready for what the last call wanted. */
static gboolean wait_for(TlsClient *client, short events, gint64 deadline_us, const char *what,
                         GError **error)
{
    TlsWait wait = tcp_wait(client->fd, events, client->stop_fd, deadline_us);
    if (wait == TLS_READY)
        return TRUE;
    g_set_error(error, POSTERN_ERROR, ERROR_TEMPORARY, "%s: %s%s", client->place,
                wait == TLS_STOPPED ? "stopped while " : "the server took too long: ", what);
    return FALSE;
}

static short wanted_events(const TlsClient *client)
{
    return gnutls_record_get_direction(client->session) ? POLLOUT : POLLIN;
}

static gboolean load_trust(TlsClient *client, const char *ca_file, GError **error)
{
    if (gnutls_certificate_allocate_credentials(&client->trust) != 0)
        g_error("out of memory");
    int count = ca_file ? gnutls_certificate_set_x509_trust_file(client->trust, ca_file, GNUTLS_X509_FMT_PEM)
                        : gnutls_certificate_set_x509_system_trust(client->trust);
    if (count > 0)
        return TRUE;
    const char *words = count < 0 ? gnutls_strerror(count) : "it has no certificate";
    if (ca_file)
        g_set_error(error, POSTERN_ERROR, ERROR_CONFIG, "%s: cannot use the CA file %s: %s", client->place,
                    ca_file, words);
    else
        g_set_error(
            error, POSTERN_ERROR, ERROR_CONFIG,
            "%s: this system has no trusted authorities (%s); install ca-certificates, or name ca_file",
            client->place, words);
    return FALSE;
}

static gboolean is_numeric(const char *host)
{
    unsigned char address[sizeof(struct in6_addr)];
    return inet_pton(AF_INET, host, address) == 1 || inet_pton(AF_INET6, host, address) == 1;
}

static gboolean set_up(TlsClient *client, const char *ca_file, GError **error)
{
    if (!load_trust(client, ca_file, error))
        return FALSE;
    if (gnutls_init(&client->session, GNUTLS_CLIENT | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL) != 0 ||
        gnutls_priority_set_direct(client->session, PRIORITIES, NULL) != 0 ||
        gnutls_credentials_set(client->session, GNUTLS_CRD_CERTIFICATE, client->trust) != 0)
        g_error("GnuTLS cannot be set up");
    /* RFC 6066 3: an address is no server name. */
    if (!is_numeric(client->host))
        gnutls_server_name_set(client->session, GNUTLS_NAME_DNS, client->host, strlen(client->host));
    gnutls_session_set_verify_cert(client->session, client->host, 0);
    gnutls_transport_set_int(client->session, client->fd);
    return TRUE;
}

static void set_handshake_error(TlsClient *client, int code, GError **error)
{
    g_autofree char *certificate = NULL;
    gnutls_alert_description_t alert = gnutls_alert_get(client->session);
    switch (code) {
    case GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR:
        certificate = tls_certificate_words(client->session, client->host);
        set_words(error, ERROR_CONFIG, client, certificate);
        break;
    case GNUTLS_E_UNSUPPORTED_VERSION_PACKET:
        set_words(error, ERROR_CONFIG, client, "it offers no TLS version from 1.2 on; it must be updated");
        break;
    case GNUTLS_E_UNEXPECTED_PACKET_LENGTH:
    case GNUTLS_E_UNEXPECTED_PACKET:
    case GNUTLS_E_RECORD_OVERFLOW:
        set_words(error, ERROR_CONFIG, client,
                  "it does not begin with TLS; if it offers STARTTLS there, say \"security: starttls\"");
        break;
    case GNUTLS_E_FATAL_ALERT_RECEIVED:
        g_set_error(error, POSTERN_ERROR, ERROR_CONFIG, "%s: it refuses the TLS handshake: %s%s",
                    client->place, gnutls_alert_get_name(alert),
                    alert == GNUTLS_A_PROTOCOL_VERSION ? "; it offers no TLS version from 1.2 on" : "");
        break;
    case GNUTLS_E_PREMATURE_TERMINATION:
    case GNUTLS_E_PULL_ERROR:
    case GNUTLS_E_PUSH_ERROR:
        set_words(error, ERROR_TEMPORARY, client, "it closed the connection during the TLS handshake");
        break;
    default:
        g_set_error(error, POSTERN_ERROR, ERROR_TEMPORARY, "%s: the TLS handshake failed: %s", client->place,
                    gnutls_strerror(code));
    }
}

gboolean tls_handshake(TlsClient *client, const char *ca_file, gint64 deadline_us, GError **error)
{
    if (!set_up(client, ca_file, error))
        return FALSE;
    int code;
    while ((code = gnutls_handshake(client->session)) < 0) {
        if (gnutls_error_is_fatal(code)) {
            set_handshake_error(client, code, error);
            return FALSE;
        }
        if ((code == GNUTLS_E_AGAIN || code == GNUTLS_E_INTERRUPTED) &&
            !wait_for(client, wanted_events(client), deadline_us, "TLS handshake", error))
            return FALSE;
    }
    client->end_us = tls_chain_end_us(client->session);
    return TRUE;
}

gboolean tls_is_on(const TlsClient *client)
{
    return client->session != NULL;
}

static void set_end(TlsClient *client, const char *words, GError **error)
{
    g_set_error(error, POSTERN_ERROR, ERROR_TEMPORARY, "%s: the connection was lost%s%s", client->place,
                words ? ": " : ": the server closed it", words ? words : "");
}

/* What to do with a result that is no progress: wait and TRUE, or FALSE with an error. */
static gboolean may_go_on(TlsClient *client, gssize result, short events, gint64 deadline_us, GError **error)
{
    const char *what = events == POLLIN ? "waiting for its answer" : "sending";
    if (client->session) {
        if (result == GNUTLS_E_AGAIN || result == GNUTLS_E_INTERRUPTED)
            return wait_for(client, wanted_events(client), deadline_us, what, error);
        if (result < 0 && !gnutls_error_is_fatal((int)result))
            return TRUE; /* a warning, a new ticket: not ours to answer */
        gboolean is_end = result == 0 || result == GNUTLS_E_PREMATURE_TERMINATION;
        set_end(client, is_end ? NULL : gnutls_strerror((int)result), error);
        return FALSE;
    }
    if (result < 0 && (errno == EAGAIN || errno == EINTR))
        return wait_for(client, events, deadline_us, what, error);
    set_end(client, result == 0 ? NULL : g_strerror(errno), error);
    return FALSE;
}

static gboolean is_over(TlsClient *client, gint64 deadline_us)
{
    return clock_monotonic_us() >= deadline_us || tls_is_stopped(client);
}

gssize tls_read(TlsClient *client, void *buffer, gsize size, gint64 deadline_us, GError **error)
{
    for (;;) {
        /* Also where bytes keep coming: a server that trickles must not outlive the deadline. */
        if (is_over(client, deadline_us) &&
            !wait_for(client, 0, deadline_us, "waiting for its answer", error))
            return -1;
        gssize got = client->session ? gnutls_record_recv(client->session, buffer, size)
                                     : recv(client->fd, buffer, size, 0);
        if (got > 0)
            return got;
        if (!may_go_on(client, got, POLLIN, deadline_us, error))
            return -1;
    }
}

gboolean tls_write(TlsClient *client, const void *bytes, gsize length, gint64 deadline_us, GError **error)
{
    const char *at = bytes;
    while (length > 0) {
        gssize sent = client->session ? gnutls_record_send(client->session, at, length)
                                      : send(client->fd, at, length, MSG_NOSIGNAL);
        if (sent > 0) {
            at += sent;
            length -= (gsize)sent;
        } else if (!may_go_on(client, sent, POLLOUT, deadline_us, error)) {
            return FALSE;
        }
    }
    return TRUE;
}

TlsWait tls_wait(TlsClient *client, gint64 deadline_us)
{
    if (client->session && gnutls_record_check_pending(client->session) > 0)
        return TLS_READY;
    return tcp_wait(client->fd, POLLIN, client->stop_fd, deadline_us);
}

gboolean tls_is_stopped(const TlsClient *client)
{
    struct pollfd stop = {.fd = client->stop_fd, .events = POLLIN};
    return client->stop_fd >= 0 && poll(&stop, 1, 0) > 0;
}

const char *tls_place(const TlsClient *client)
{
    return client->place;
}

gint64 tls_certificate_end_us(const TlsClient *client)
{
    return client->end_us;
}

const char *tls_words(const TlsClient *client)
{
    if (!client->session)
        return "no TLS";
    switch (gnutls_protocol_get_version(client->session)) {
    case GNUTLS_TLS1_2:
        return "TLS 1.2";
    case GNUTLS_TLS1_3:
        return "TLS 1.3";
    default:
        return gnutls_protocol_get_name(gnutls_protocol_get_version(client->session));
    }
}
