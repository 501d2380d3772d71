#include "imap_private.h"

#include <postern/base/clock.h>

typedef enum { IDLING, REFUSED, LOST } Start;

/* Lines are read by hand: libetpan stumbles over one before the "+". The scanner counts. */
static const char *idle_line(ImapSession *session, GError **error)
{
    const ImapScan *scan = imap_stream_scan(session->stream);
    const char *line = imap_next_line(session, error);
    if (line && scan->literal_left == 0)
        return line;
    if (line)
        imap_fail(session, "it sends a literal while we idle", error);
    return NULL;
}

static Start start_idle(ImapSession *session, GError **error)
{
    imap_begin(session, NULL);
    imap_stream_scan(session->stream)->wants_all = TRUE;
    if (!imap_send(session, "IDLE", error))
        return LOST;
    for (;;) {
        const char *line = idle_line(session, error);
        if (!line)
            return LOST;
        if (*line == '+')
            return IDLING;
        g_autoptr(GError) inner = NULL;
        if (*line == '*')
            continue;
        if (imap_answer(session, "IDLE", &inner) || !session->is_dead)
            return REFUSED;
        g_propagate_error(error, g_steal_pointer(&inner));
        return LOST;
    }
}

/* One line while we idle; TRUE in `out_ended` when it is the tagged answer already. */
static gboolean read_news(ImapSession *session, gboolean *out_ended, GError **error)
{
    imap_begin(session, NULL); /* a line that has begun must end, and what is skipped takes no memory */
    imap_stream_scan(session->stream)->wants_all = TRUE;
    const char *line = idle_line(session, error);
    *out_ended = line && *line != '*';
    return line && (!*out_ended || imap_answer(session, "IDLE", error));
}

static gboolean finish_idle(ImapSession *session, GError **error)
{
    imap_begin(session, NULL);
    return imap_send_raw(session, "DONE", error) && imap_next_line(session, error) &&
           imap_answer(session, "IDLE", error);
}

/* What sits in our buffer comes first, then what TLS has decrypted, then the socket: a new mail may have come
 * in one packet with the "+". */
static gboolean wait_for_news(ImapSession *session, gint64 end_us, ImapWait *out, gboolean *out_ended,
                              GError **error)
{
    ImapScan *scan = imap_stream_scan(session->stream);
    *out_ended = FALSE;
    while (!scan->has_news && !*out_ended) {
        gboolean is_here = imap_stream_has_bytes(session->stream) && clock_monotonic_us() < end_us;
        TlsWait wait = is_here ? TLS_READY : tls_wait(imap_stream_client(session->stream), end_us);
        if (wait == TLS_READY && clock_monotonic_us() >= end_us)
            wait = TLS_QUIET; /* a server that never stops talking must not keep us here */
        *out = wait == TLS_STOPPED ? IMAP_STOPPED : IMAP_QUIET;
        if (wait != TLS_READY)
            return TRUE;
        if (!read_news(session, out_ended, error))
            return FALSE;
    }
    *out = scan->has_news ? IMAP_NEWS : IMAP_QUIET;
    return TRUE;
}

static gboolean idle(ImapSession *session, gint64 end_us, ImapWait *out, GError **error)
{
    gboolean has_ended = FALSE;
    Start start = start_idle(session, error);
    *out = IMAP_IDLE_FAILS;
    if (start != IDLING)
        return start == REFUSED;
    if (!wait_for_news(session, end_us, out, &has_ended, error))
        return FALSE;
    return *out == IMAP_STOPPED || has_ended || finish_idle(session, error);
}

gboolean imap_idle(ImapSession *session, gint64 timeout_us, ImapWait *out, GError **error)
{
    g_autoptr(GError) inner = NULL;
    if (session->is_dead)
        return imap_fail(session, "the session has ended", error);
    if (!imap_settle_ahead(session, error))
        return FALSE;
    *out = IMAP_NEWS;
    if (imap_stream_scan(session->stream)->has_news)
        return TRUE; /* it came with the answer to another command */
    gboolean ok = idle(session, clock_monotonic_us() + timeout_us, out, &inner);
    if (tls_is_stopped(imap_stream_client(session->stream))) {
        session->is_dead = TRUE; /* nobody waits for DONE now */
        *out = IMAP_STOPPED;
        return TRUE;
    }
    if (inner)
        g_propagate_error(error, g_steal_pointer(&inner));
    return ok;
}
