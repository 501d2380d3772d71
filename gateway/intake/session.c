#include "server.h"

#include <postern/base/log.h>
#include <postern/base/stop.h>

#include <errno.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

IntakeSession *intake_phase_first(const IntakeServer *server, IntakePhase phase)
{
    const GList *link = server->phases[phase].head;
    return link ? link->data : NULL;
}

static void watch(IntakeSession *session, int operation, gboolean awaits_space)
{
    /* Edge-triggered: no call is needed to stop and go on with reading. EPOLLOUT only while something waits
     * to be sent, because each read of a unix peer would raise it. */
    struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP | EPOLLET | (awaits_space ? EPOLLOUT : 0u),
                                .data.u64 = session->id};
    session->awaits_space = awaits_space;
    if (epoll_ctl(session->server->epoll_fd, operation, session->fd, &event) != 0)
        session->is_broken = TRUE;
}

void intake_session_start(IntakeServer *server, int fd, const char *peer, const char *source)
{
    LmtpSettings settings = {server->settings.hostname, server->settings.message_bytes};
    IntakeSession *session = g_new0(IntakeSession, 1);
    session->server = server;
    session->id = ++server->last_session;
    session->fd = fd;
    session->source = source;
    g_strlcpy(session->peer, peer, sizeof session->peer);
    session->machine = lmtp_machine_new(&settings, &intake_transaction_owner, session);
    session->since_us = server->now_us;
    session->phase_link.data = session;
    session->run_link.data = session;
    g_queue_push_tail_link(&server->phases[session->phase], &session->phase_link);
    g_hash_table_insert(server->sessions, &session->id, session);
    watch(session, EPOLL_CTL_ADD, FALSE);
    intake_session_run(session);
}

static void set_runnable(IntakeSession *session, gboolean is_runnable)
{
    if (session->is_runnable == is_runnable)
        return;
    session->is_runnable = is_runnable;
    if (is_runnable)
        g_queue_push_tail_link(&session->server->runnable, &session->run_link);
    else
        g_queue_unlink(&session->server->runnable, &session->run_link);
}

void intake_session_close(IntakeSession *session)
{
    IntakeServer *server = session->server;
    set_runnable(session, FALSE);
    g_queue_unlink(&server->phases[session->phase], &session->phase_link);
    g_hash_table_remove(server->sessions, &session->id);
    intake_transaction_clear(&session->transaction);
    lmtp_machine_free(session->machine);
    if (session->rest)
        g_byte_array_unref(session->rest);
    close(session->fd);
    g_free(session);
}

/* Only one or the other is not empty: `rest`, or what was just read. */
static void feed(IntakeSession *session, const char *bytes, gsize length)
{
    gsize used = lmtp_feed(session->machine, bytes, length);
    if (used == length || session->rest)
        return;
    session->rest = g_byte_array_sized_new((guint)(length - used));
    g_byte_array_append(session->rest, (const guint8 *)bytes + used, (guint)(length - used));
}

static void feed_rest(IntakeSession *session)
{
    gsize used = lmtp_feed(session->machine, (const char *)session->rest->data, session->rest->len);
    if (used == session->rest->len)
        g_clear_pointer(&session->rest, g_byte_array_unref);
    else if (used > 0)
        g_byte_array_remove_range(session->rest, 0, (guint)used);
}

static void read_block(IntakeSession *session)
{
    ssize_t got = recv(session->fd, session->server->block, INTAKE_BLOCK_BYTES, 0);
    if (got > 0) {
        /* Less than asked for means that nothing is left, and the next byte raises an edge. Not so behind a
         * hang-up, whose edge has been. */
        session->is_readable = got == INTAKE_BLOCK_BYTES || session->is_hung_up;
        feed(session, session->server->block, (gsize)got);
    } else if (got == 0) {
        session->is_readable = FALSE;
        session->is_ended = TRUE;
    } else if (errno == EAGAIN) {
        session->is_readable = FALSE;
    } else if (errno != EINTR) {
        session->is_readable = FALSE;
        session->is_broken = TRUE;
    }
}

/* A peer that does not read its replies is not read from either. */
static gboolean may_take(IntakeSession *session)
{
    return !session->is_broken && !lmtp_waits(session->machine) && lmtp_output(session->machine)->len == 0;
}

/* TRUE when it came forward: a reply was made, or data came in. A command line that only grows is none. */
static gboolean take_input(IntakeSession *session)
{
    const GString *output = lmtp_output(session->machine);
    gsize before = output->len;
    if (!may_take(session))
        return FALSE;
    if (session->rest)
        feed_rest(session);
    else if (session->is_readable)
        read_block(session);
    return output->len > before || session->transaction.data_since_us != 0 || lmtp_waits(session->machine);
}

static void send_output(IntakeSession *session)
{
    GString *output = lmtp_output(session->machine);
    while (output->len > 0 && !session->is_broken) {
        ssize_t sent = send(session->fd, output->str, output->len, MSG_NOSIGNAL);
        if (sent >= 0)
            g_string_erase(output, 0, sent);
        else if (errno == EAGAIN)
            break;
        else if (errno != EINTR)
            session->is_broken = TRUE;
    }
    if (!session->is_broken && session->awaits_space != (output->len > 0))
        watch(session, EPOLL_CTL_MOD, output->len > 0);
}

static IntakePhase phase_of(const IntakeSession *session)
{
    if (lmtp_wants_close(session->machine))
        return INTAKE_LEAVING;
    if (lmtp_waits(session->machine))
        return INTAKE_WAITING;
    return lmtp_is_idle(session->machine) ? INTAKE_IDLE : INTAKE_BUSY;
}

/* At the end of its queue when it came forward, so that timeouts need to look at the first only. */
static void settle_phase(IntakeSession *session, gboolean came_forward)
{
    IntakeServer *server = session->server;
    IntakePhase phase = phase_of(session);
    if (phase == session->phase && (!came_forward || phase == INTAKE_LEAVING))
        return;
    g_queue_unlink(&server->phases[session->phase], &session->phase_link);
    session->phase = phase;
    session->since_us = server->now_us;
    g_queue_push_tail_link(&server->phases[phase], &session->phase_link);
    if (server->phases[INTAKE_LEAVING].length > INTAKE_LINGERING)
        intake_session_close(intake_phase_first(server, INTAKE_LEAVING));
}

/* A close with input unread makes the kernel drop what the peer has not read yet, our 421 among it. */
static gboolean is_gone(IntakeSession *session)
{
    if (session->is_broken)
        return TRUE;
    if (lmtp_output(session->machine)->len > 0)
        return FALSE;
    if (session->is_ended)
        return TRUE;
    if (!lmtp_wants_close(session->machine))
        return FALSE;
    if (session->lingers || session->is_readable)
        shutdown(session->fd, SHUT_WR);
    return !session->lingers && !session->is_readable;
}

static void check_data_time(IntakeSession *session)
{
    gint64 since = session->transaction.data_since_us;
    if (since == 0 || session->server->now_us - since <= LIMIT_DATA_SECONDS * G_USEC_PER_SEC)
        return;
    log_info(0, "LMTP %s: closed, its mail took more than %u seconds", session->peer, LIMIT_DATA_SECONDS);
    session->lingers = TRUE;
    lmtp_shut(session->machine, "4.4.2", "This mail takes too long");
}

static void check_stop(IntakeSession *session)
{
    if (!session->server->is_stopping || lmtp_waits(session->machine) || lmtp_wants_close(session->machine))
        return;
    session->lingers = !lmtp_is_idle(session->machine) || session->rest || session->is_readable;
    lmtp_shut(session->machine, "4.3.2", "Shutting down");
}

void intake_session_run(IntakeSession *session)
{
    gboolean came_forward = take_input(session);
    check_data_time(session);
    check_stop(session);
    if (lmtp_wants_close(session->machine))
        intake_transaction_clear(&session->transaction);
    send_output(session);
    if (is_gone(session)) {
        intake_session_close(session);
        return;
    }
    set_runnable(session, may_take(session) && (session->rest || session->is_readable));
    settle_phase(session, came_forward);
}

void intake_session_event(IntakeSession *session, guint32 events)
{
    if (events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR))
        session->is_readable = TRUE;
    if (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR))
        session->is_hung_up = TRUE;
    intake_session_run(session);
}

void intake_session_answer(IntakeSession *session, guint64 serial, const LmtpAnswer *answer)
{
    if (serial != session->serial)
        return;
    while (lmtp_waits(session->machine))
        lmtp_answer_data(session->machine, answer);
    intake_session_run(session);
    if (answer->code == 250)
        stop_point("after-250");
}

void intake_session_shut(IntakeSession *session, const char *enhanced, const char *text)
{
    session->lingers = TRUE;
    lmtp_shut(session->machine, enhanced, text);
    intake_session_run(session);
}
