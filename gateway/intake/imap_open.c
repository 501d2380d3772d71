/* A session from the greeting until mail can be asked for. */
#include "imap_private.h"

#include <postern/base/clock.h>

/* Whatever the server said before TLS may be an attacker's (RFC 9051 11.1): capabilities are asked for anew,
 * and bytes behind the answer end it all. */
static gboolean start_tls(ImapSession *session, gint64 deadline_us, GError **error)
{
    g_autoptr(GError) inner = NULL;
    if (!imap_run(session, "STARTTLS", NULL, "STARTTLS", &inner)) {
        if (!error_is(inner, ERROR_REFUSED)) {
            g_propagate_error(error, g_steal_pointer(&inner));
            return FALSE;
        }
        g_set_error(error, POSTERN_ERROR, ERROR_CONFIG,
                    "%s; nothing is read in the clear (port 993 wants \"security: tls\")", inner->message);
        return FALSE;
    }
    if (imap_stream_has_bytes(session->stream))
        return imap_fail(session, "it sends text between STARTTLS and TLS, as an attacker would", error);
    imap_forget_capability(session);
    GError *why = NULL;
    if (tls_handshake(imap_stream_client(session->stream), session->server->ca_file, deadline_us, &why))
        return TRUE;
    imap_stream_break(session->stream, why);
    return imap_fail(session, NULL, error);
}

/* Not a word in the clear, and that is not our own doing. */
static gboolean is_silent(const ImapSession *session)
{
    return error_is(imap_stream_error(session->stream), ERROR_TEMPORARY) &&
           session->server->security != SECURITY_TLS && !*imap_stream_scan(session->stream)->status &&
           !tls_is_stopped(imap_stream_client(session->stream));
}

static gboolean greet(ImapSession *session, GError **error)
{
    int code = mailimap_connect(session->imap, session->imap->imap_stream);
    imap_log_alert(session);
    if (is_silent(session)) {
        g_set_error(error, POSTERN_ERROR, ERROR_TEMPORARY,
                    "%s (no greeting in the clear; a server that begins with TLS wants \"security: tls\")",
                    imap_stream_error(session->stream)->message);
        session->is_dead = TRUE;
        return FALSE;
    }
    if (code == MAILIMAP_NO_ERROR_AUTHENTICATED)
        return imap_fail(session, "it says we are logged in before we said who we are (PREAUTH)", error);
    return code == MAILIMAP_NO_ERROR_NON_AUTHENTICATED || imap_unreadable(session, "the greeting", error);
}

static gboolean open_all(ImapSession *session, GError **error)
{
    gint64 deadline_us = clock_monotonic_us() + session->timeouts->connect_ms * G_GINT64_CONSTANT(1000);
    imap_stream_begin(session->stream, deadline_us, 0, NULL, 0);
    imap_stream_scan(session->stream)->wants_all = TRUE;
    if (!greet(session, error))
        return FALSE;
    if (session->server->security == SECURITY_STARTTLS && !start_tls(session, deadline_us, error))
        return FALSE;
    if (!imap_log_in(session, error) || !imap_ask_capability(session, error))
        return FALSE;
    session->offers = (ImapOffers){.idle = imap_has(session, "IDLE"),
                                   .move = imap_has(session, "MOVE"),
                                   .uidplus = imap_has(session, "UIDPLUS"),
                                   .condstore = imap_has(session, "CONDSTORE"),
                                   .acl = imap_has(session, "ACL")};
    return TRUE;
}

ImapSession *imap_session_over(TlsClient *client, const ConfigServer *server, ServerSecret *secret,
                               const ImapTimeouts *timeouts, int stop_fd, GError **error)
{
    ImapSession *session = g_new0(ImapSession, 1);
    session->server = server;
    session->secret = secret;
    session->timeouts = timeouts;
    session->stop_fd = stop_fd;
    session->stream = imap_stream_new(client);
    session->imap = mailimap_new(0, NULL);
    if (!session->imap)
        g_error("out of memory");
    session->imap->imap_stream = imap_stream_mailstream(session->stream);
    if (open_all(session, error))
        return session;
    session->is_dead = TRUE;
    imap_session_close(session);
    return NULL;
}

ImapSession *imap_session_open(const ConfigServer *server, ServerSecret *secret, const ImapTimeouts *timeouts,
                               int stop_fd, GError **error)
{
    gint64 deadline_us = clock_monotonic_us() + timeouts->connect_ms * G_GINT64_CONSTANT(1000);
    TlsClient *client = tls_connect(server->host, server->port, stop_fd, deadline_us, error);
    if (!client)
        return NULL;
    if (server->security == SECURITY_TLS && !tls_handshake(client, server->ca_file, deadline_us, error)) {
        tls_close(client);
        return NULL;
    }
    return imap_session_over(client, server, secret, timeouts, stop_fd, error);
}
