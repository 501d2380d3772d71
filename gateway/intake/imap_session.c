#include "imap_private.h"

#include <postern/base/clean.h>
#include <postern/base/clock.h>
#include <postern/base/log.h>

#include <string.h>

#define LOGOUT_US (1000 * 1000)

const ImapTimeouts imap_timeouts = {
    .connect_ms = 60 * 1000,
    .command_ms = 3 * 60 * 1000, /* a search in a huge, cold mailbox takes its time */
    .stall_ms = 60 * 1000,
    .body_ms = 60 * 60 * 1000, /* 50 MB over a slow line */
};

const char *imap_place(const ImapSession *session)
{
    return tls_place(imap_stream_client(session->stream));
}

char *imap_said(const ImapSession *session)
{
    g_autofree char *line = clean_line(imap_stream_scan(session->stream)->status, -1, 200);
    return g_strdup_printf("\"%s\"", line);
}

gboolean imap_fail(ImapSession *session, const char *words, GError **error)
{
    if (!imap_stream_error(session->stream))
        imap_stream_break(session->stream,
                          g_error_new(POSTERN_ERROR, ERROR_MALFORMED, "%s: %s", imap_place(session), words));
    session->is_dead = TRUE;
    if (error)
        *error = g_error_copy(imap_stream_error(session->stream));
    return FALSE;
}

/* RFC 3501 7.1: a person must see them; once each command is enough, and not without end. */
void imap_log_alert(ImapSession *session)
{
    ImapScan *scan = imap_stream_scan(session->stream);
    g_autofree char *text = clean_line(scan->alert, -1, sizeof scan->alert);
    scan->alert[0] = '\0';
    if (*text && session->alerts++ < LIMIT_IMAP_ALERTS)
        log_warning(0, "%s: the server wants to be heard: \"%s\"", imap_place(session), text);
}

void imap_begin(ImapSession *session, const char *wanted)
{
    imap_stream_begin(session->stream,
                      clock_monotonic_us() + session->timeouts->command_ms * G_GINT64_CONSTANT(1000), 0,
                      wanted, 0);
}

void imap_begin_body(ImapSession *session, guint64 most)
{
    imap_stream_begin(session->stream,
                      clock_monotonic_us() + session->timeouts->body_ms * G_GINT64_CONSTANT(1000),
                      session->timeouts->stall_ms * G_GINT64_CONSTANT(1000), "FETCH", MAX(most, 1));
}

/* The buffer of the stream must not keep a password. */
static gboolean flush(ImapSession *session, GError **error)
{
    mailstream *stream = session->imap->imap_stream;
    gsize length = stream->write_buffer_len;
    int result = mailstream_flush(stream);
    explicit_bzero(stream->write_buffer, length);
    return result == 0 || imap_fail(session, "sending failed", error);
}

gboolean imap_send_raw(ImapSession *session, const char *line, GError **error)
{
    mailstream *stream = session->imap->imap_stream;
    gsize length = strlen(line);
    if (mailstream_write(stream, line, length) < 0 || mailstream_write(stream, "\r\n", 2) < 0)
        return imap_fail(session, "sending failed", error);
    return flush(session, error);
}

gboolean imap_send(ImapSession *session, const char *command, GError **error)
{
    if (mailimap_send_current_tag(session->imap) != MAILIMAP_NO_ERROR)
        return imap_fail(session, "sending failed", error);
    return imap_send_raw(session, command, error);
}

const char *imap_next_line(ImapSession *session, GError **error)
{
    if (mailimap_read_line(session->imap) && !imap_stream_error(session->stream))
        return session->imap->imap_stream_buffer->str;
    imap_fail(session, "its answer is no IMAP", error);
    return NULL;
}

static gboolean is_busy(const char *status)
{
    static const char *const codes[] = {"[UNAVAILABLE]", "[INUSE]", "[SERVERBUG]"};
    for (gsize index = 0; index < G_N_ELEMENTS(codes); index++)
        if (strcasestr(status, codes[index]))
            return TRUE;
    return FALSE;
}

gboolean imap_refused(ImapSession *session, const char *what, GError **error)
{
    g_autofree char *said = imap_said(session);
    gboolean busy = is_busy(imap_stream_scan(session->stream)->status);
    GError *why = g_error_new(POSTERN_ERROR, busy ? ERROR_TEMPORARY : ERROR_REFUSED,
                              "%s: the server refuses %s: %s", imap_place(session), what, said);
    if (busy) {
        imap_stream_break(session->stream, why);
        return imap_fail(session, NULL, error);
    }
    g_propagate_error(error, why);
    return FALSE;
}

static gboolean unreadable(ImapSession *session, const char *what, GError **error)
{
    g_autofree char *words = g_strdup_printf("%s: its answer is no IMAP that can be read", what);
    return imap_fail(session, words, error);
}

gboolean imap_answer(ImapSession *session, const char *what, GError **error)
{
    struct mailimap_response *response = NULL;
    int code = mailimap_parse_response(session->imap, &response);
    imap_log_alert(session);
    if (imap_stream_error(session->stream))
        code = code == MAILIMAP_NO_ERROR ? MAILIMAP_ERROR_STREAM : code;
    gboolean is_ok =
        code == MAILIMAP_NO_ERROR &&
        response->rsp_resp_done->rsp_data.rsp_tagged->rsp_cond_state->rsp_type == MAILIMAP_RESP_COND_STATE_OK;
    if (response)
        mailimap_response_free(response);
    if (is_ok)
        return TRUE;
    const ImapScan *scan = imap_stream_scan(session->stream);
    gboolean is_bad = code == MAILIMAP_ERROR_PROTOCOL && g_ascii_strncasecmp(scan->status, "BAD", 3) == 0 &&
                      scan->status_tag == (guint64)session->imap->imap_tag;
    if (code == MAILIMAP_NO_ERROR || is_bad)
        return imap_refused(session, what, error);
    return unreadable(session, what, error);
}

gboolean imap_run(ImapSession *session, const char *what, const char *wanted, const char *command,
                  GError **error)
{
    if (session->is_dead)
        return imap_fail(session, "the session has ended", error);
    if (!imap_settle_ahead(session, error))
        return FALSE;
    imap_begin(session, wanted);
    return imap_send(session, command, error) && imap_next_line(session, error) &&
           imap_answer(session, what, error);
}

static void forget_capability(ImapSession *session)
{
    struct mailimap_connection_info *info = session->imap->imap_connection_info;
    if (info && info->imap_capability) {
        mailimap_capability_data_free(info->imap_capability);
        info->imap_capability = NULL;
    }
}

gboolean imap_ask_capability(ImapSession *session, GError **error)
{
    forget_capability(session);
    return imap_run(session, "CAPABILITY", "CAPABILITY", "CAPABILITY", error);
}

gboolean imap_has(const ImapSession *session, const char *word)
{
    const struct mailimap_connection_info *info = session->imap->imap_connection_info;
    if (!info || !info->imap_capability || !info->imap_capability->cap_list)
        return FALSE;
    gboolean is_auth = g_str_has_prefix(word, "AUTH=");
    for (clistiter *at = clist_begin(info->imap_capability->cap_list); at; at = clist_next(at)) {
        const struct mailimap_capability *one = clist_content(at);
        if ((one->cap_type == MAILIMAP_CAPABILITY_AUTH_TYPE) != is_auth)
            continue;
        const char *name = is_auth ? one->cap_data.cap_auth_type : one->cap_data.cap_name;
        if (name && g_ascii_strcasecmp(name, is_auth ? word + 5 : word) == 0)
            return TRUE;
    }
    return FALSE;
}

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
    forget_capability(session);
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
    return code == MAILIMAP_NO_ERROR_NON_AUTHENTICATED || unreadable(session, "the greeting", error);
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

void imap_session_close(ImapSession *session)
{
    if (!session)
        return;
    if (!session->is_dead) {
        imap_stream_begin(session->stream, clock_monotonic_us() + LOGOUT_US, 0, NULL, 0);
        imap_send(session, "LOGOUT", NULL);
    }
    /* mailimap_free() would say LOGOUT once more and wait for the answer. */
    mailstream_close(session->imap->imap_stream);
    session->imap->imap_stream = NULL;
    mailimap_free(session->imap);
    imap_forget_ahead(session);
    g_free(session);
}

gboolean imap_session_is_dead(const ImapSession *session)
{
    return session->is_dead;
}

const ImapOffers *imap_session_offers(const ImapSession *session)
{
    return &session->offers;
}

gint64 imap_session_certificate_end_us(const ImapSession *session)
{
    return tls_certificate_end_us(imap_stream_client(session->stream));
}

const char *imap_session_tls_words(const ImapSession *session)
{
    return tls_words(imap_stream_client(session->stream));
}
