#include "imap_private.h"

#include <postern/base/clock.h>

typedef enum { IDLING, REFUSED, LOST } Start;

/* Lines before the "+" are counted by the scanner (libetpan's own IDLE stumbles over them). */
static Start start_idle(ImapSession *session, GError **error)
{
    imap_begin(session);
    if (!imap_send(session, "IDLE", error))
        return LOST;
    for (;;) {
        const char *line = imap_next_line(session, error);
        if (!line)
            return LOST;
        if (*line == '+')
            return IDLING;
        if (*line == '*' && imap_stream_scan(session->stream)->literal_left == 0)
            continue;
        g_autoptr(GError) inner = NULL;
        imap_answer(session, "IDLE", &inner);
        return REFUSED;
    }
}

/* One line while we idle; TRUE in `out_ended` when it is the tagged answer already. */
static gboolean read_news(ImapSession *session, gboolean *out_ended, GError **error)
{
    ImapScan *scan = imap_stream_scan(session->stream);
    imap_begin(session); /* a line that has begun must end, and what is skipped takes no memory */
    const char *line = imap_next_line(session, error);
    *out_ended = FALSE;
    if (!line)
        return FALSE;
    if (*line == '*' && scan->literal_left == 0)
        return TRUE;
    *out_ended = TRUE;
    return imap_answer(session, "IDLE", error);
}

static gboolean finish_idle(ImapSession *session, GError **error)
{
    imap_begin(session);
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
        TlsWait wait = imap_stream_has_bytes(session->stream)
                           ? TLS_READY
                           : tls_wait(imap_stream_client(session->stream), end_us);
        *out = wait == TLS_STOPPED ? IMAP_STOPPED : IMAP_QUIET;
        if (wait != TLS_READY)
            return TRUE;
        if (!read_news(session, out_ended, error))
            return FALSE;
    }
    *out = scan->has_news ? IMAP_NEWS : IMAP_QUIET;
    return TRUE;
}

gboolean imap_idle(ImapSession *session, gint64 timeout_us, ImapWait *out, GError **error)
{
    gint64 end_us = clock_monotonic_us() + timeout_us;
    gboolean has_ended = FALSE;
    if (session->is_dead)
        return imap_fail(session, "the session has ended", error);
    *out = IMAP_NEWS;
    if (imap_stream_scan(session->stream)->has_news)
        return TRUE; /* it came with the answer to another command */
    Start start = start_idle(session, error);
    *out = IMAP_IDLE_FAILS;
    if (start != IDLING)
        return start == REFUSED;
    if (!wait_for_news(session, end_us, out, &has_ended, error))
        return FALSE;
    if (*out == IMAP_STOPPED)
        session->is_dead = TRUE; /* nobody waits for DONE now */
    return *out == IMAP_STOPPED || has_ended || finish_idle(session, error);
}
