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

gboolean imap_unreadable(ImapSession *session, const char *what, GError **error)
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
    return imap_unreadable(session, what, error);
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

void imap_forget_capability(ImapSession *session)
{
    struct mailimap_connection_info *info = session->imap->imap_connection_info;
    if (info && info->imap_capability) {
        mailimap_capability_data_free(info->imap_capability);
        info->imap_capability = NULL;
    }
}

gboolean imap_ask_capability(ImapSession *session, GError **error)
{
    imap_forget_capability(session);
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
