/* The thread of the server: one epoll set for the listeners and all sessions. */
#include "server.h"

#include <postern/base/clock.h>
#include <postern/base/error.h>
#include <postern/base/log.h>

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

/* What an event is about: the wake-up, a listener (1 and up), a session (above those). */
#define EVENT_WAKE 0u
#define EVENT_FIRST_LISTENER 1u
#define EVENTS 128 /* a wake-up */
#define ACCEPTS 64 /* a wake-up, so that a flood of connections leaves time for mail */

static gboolean watch(IntakeServer *server, int operation, int fd, guint32 events, guint64 id)
{
    struct epoll_event event = {.events = events, .data.u64 = id};
    return epoll_ctl(server->epoll_fd, operation, fd, &event) == 0;
}

static void watch_listeners(IntakeServer *server, int operation, guint32 events)
{
    for (guint i = 0; i < server->listeners->len; i++) {
        const IntakeListener *listener = server->listeners->pdata[i];
        if (!watch(server, operation, listener->fd, events, EVENT_FIRST_LISTENER + i))
            log_error(0, "LMTP %s: cannot watch: %s", listener->name, g_strerror(errno));
    }
}

/* FALSE when nobody can be sent away. */
static gboolean make_room(IntakeServer *server)
{
    IntakeSession *idle = intake_phase_first(server, INTAKE_IDLE);
    if (!idle)
        return FALSE;
    log_info(0, "LMTP %s: closed, the longest idle of too many sessions", idle->peer);
    intake_session_shut(idle, "4.3.2", "Too many sessions, and this one was idle");
    return TRUE;
}

static void admit(IntakeServer *server, int fd, const char *peer, const char *source)
{
    static const char sorry[] = "421 4.3.2 Too many sessions; try again later\r\n";
    guint open = g_hash_table_size(server->sessions) - server->phases[INTAKE_LEAVING].length;
    if (open < server->settings.sessions || make_room(server)) {
        intake_session_start(server, fd, peer, source);
        return;
    }
    log_info(0, "LMTP %s: sent away, all %u sessions are busy", peer, open);
    if (send(fd, sorry, strlen(sorry), MSG_NOSIGNAL) < 0)
        log_debug(0, "LMTP %s: went away", peer);
    close(fd);
}

/* The connection stays in the kernel's queue, so the listener would wake us without end. */
static void pause_accepting(IntakeServer *server, int cause)
{
    log_warning(0, "LMTP: no connections for a second: %s", g_strerror(cause));
    make_room(server);
    watch_listeners(server, EPOLL_CTL_MOD, 0);
    server->accept_again_us = server->now_us + INTAKE_ACCEPT_PAUSE_US;
}

static void accept_some(IntakeServer *server, const IntakeListener *listener)
{
    char peer[INTAKE_PEER_BYTES];
    for (guint i = 0; i < ACCEPTS; i++) {
        int fd = intake_listener_accept(listener, peer);
        if (fd >= 0) {
            admit(server, fd, peer, listener->source);
            continue;
        }
        if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
            pause_accepting(server, errno);
        return;
    }
}

static void stop_begin(IntakeServer *server, gint64 grace_us)
{
    server->is_stopping = TRUE;
    server->stop_by_us = server->now_us + grace_us;
    g_ptr_array_set_size(server->listeners, 0);
    server->accept_again_us = 0;
    /* Each run moves the session to another phase or closes it. */
    for (IntakePhase phase = INTAKE_IDLE; phase <= INTAKE_BUSY; phase++) {
        IntakeSession *session;
        while ((session = intake_phase_first(server, phase)) != NULL)
            intake_session_run(session);
    }
}

/* Comes with a reload; a stop may have been quicker. */
static void add_listener(IntakeServer *server, IntakeListener *listener)
{
    if (server->is_stopping) {
        intake_listener_free(listener);
        return;
    }
    g_ptr_array_add(server->listeners, listener);
    if (!watch(server, EPOLL_CTL_ADD, listener->fd, server->accept_again_us ? 0 : EPOLLIN,
               EVENT_FIRST_LISTENER + server->listeners->len - 1))
        log_error(0, "LMTP %s: cannot watch: %s", listener->name, g_strerror(errno));
    log_info(0, "LMTP: listening on %s", listener->name);
}

static void take_wishes(IntakeServer *server)
{
    GArray *replies = server->spare_replies;
    g_mutex_lock(&server->mutex);
    server->spare_replies = server->replies;
    server->replies = replies;
    replies = server->spare_replies;
    server->settings = server->next_settings;
    IntakeListener *listener = g_steal_pointer(&server->next_listener);
    gboolean is_stop_wanted = server->is_stop_wanted;
    gint64 grace_us = server->grace_us;
    server->now_us += server->skipped_us - server->seen_skipped_us;
    server->seen_skipped_us = server->skipped_us;
    g_mutex_unlock(&server->mutex);
    for (guint i = 0; i < replies->len; i++) {
        const IntakeReply *reply = &g_array_index(replies, IntakeReply, i);
        IntakeSession *session = g_hash_table_lookup(server->sessions, &reply->session);
        if (session)
            intake_session_answer(session, reply->serial, &reply->answer);
    }
    g_array_set_size(replies, 0);
    if (listener)
        add_listener(server, listener);
    if (is_stop_wanted && !server->is_stopping)
        stop_begin(server, grace_us);
}

static void handle_event(IntakeServer *server, const struct epoll_event *event)
{
    guint64 id = event->data.u64;
    if (id == EVENT_WAKE) {
        take_wishes(server);
    } else if (id < EVENT_FIRST_LISTENER + INTAKE_LISTENERS) {
        /* After a stop in the same wake-up there are none. */
        if (id - EVENT_FIRST_LISTENER < server->listeners->len)
            accept_some(server, server->listeners->pdata[id - EVENT_FIRST_LISTENER]);
    } else {
        IntakeSession *session = g_hash_table_lookup(server->sessions, &id);
        if (session)
            intake_session_event(session, event->events);
    }
}

/* Those that wait now; who is still not done afterwards waits for the next round. */
static void run_runnable(IntakeServer *server)
{
    for (guint turns = server->runnable.length; turns > 0 && server->runnable.head; turns--) {
        IntakeSession *session = server->runnable.head->data;
        g_queue_unlink(&server->runnable, &session->run_link);
        session->is_runnable = FALSE;
        intake_session_run(session);
    }
}

static gint64 phase_limit_us(const IntakeServer *server, IntakePhase phase)
{
    if (phase == INTAKE_WAITING)
        return G_MAXINT64;
    return phase == INTAKE_LEAVING ? INTAKE_LINGER_US : server->settings.idle_us;
}

/* When the first of this phase is due; G_MAXINT64 when none is. */
static gint64 phase_due_us(const IntakeServer *server, IntakePhase phase)
{
    const IntakeSession *first = intake_phase_first(server, phase);
    gint64 limit = phase_limit_us(server, phase);
    return first && limit < G_MAXINT64 ? first->since_us + limit : G_MAXINT64;
}

static void expire(IntakeServer *server)
{
    for (IntakePhase phase = 0; phase < INTAKE_PHASE_COUNT; phase++) {
        while (phase_due_us(server, phase) <= server->now_us) {
            IntakeSession *session = intake_phase_first(server, phase);
            if (phase == INTAKE_LEAVING) {
                intake_session_close(session);
                continue;
            }
            /* A peer may keep its connection for the next mail: to close that is no news. */
            log_line(lmtp_is_idle(session->machine) ? LOG_LEVEL_DEBUG : LOG_LEVEL_INFO, 0,
                     "LMTP %s: closed, silent for too long (%s)", session->peer,
                     lmtp_state_name(session->machine));
            intake_session_shut(session, "4.4.2", "Silent for too long");
        }
    }
    if (server->accept_again_us != 0 && server->accept_again_us <= server->now_us) {
        server->accept_again_us = 0;
        watch_listeners(server, EPOLL_CTL_MOD, EPOLLIN);
    }
}

/* For epoll_wait: no timers are set anywhere, the next due time is all there is. */
static int wait_ms(const IntakeServer *server)
{
    gint64 due = server->accept_again_us ? server->accept_again_us : G_MAXINT64;
    if (server->runnable.head)
        return 0;
    if (server->is_stopping)
        due = MIN(due, server->stop_by_us);
    for (IntakePhase phase = 0; phase < INTAKE_PHASE_COUNT; phase++)
        due = MIN(due, phase_due_us(server, phase));
    if (due == G_MAXINT64)
        return -1;
    return (int)CLAMP((due - server->now_us) / 1000 + 1, 0, 3600 * 1000);
}

static gboolean is_finished(const IntakeServer *server)
{
    return server->is_stopping &&
           (g_hash_table_size(server->sessions) == 0 || server->now_us >= server->stop_by_us);
}

static void close_all(IntakeServer *server)
{
    for (IntakePhase phase = 0; phase < INTAKE_PHASE_COUNT; phase++) {
        IntakeSession *session;
        while ((session = intake_phase_first(server, phase)) != NULL)
            intake_session_close(session);
    }
    g_mutex_lock(&server->mutex);
    server->is_over = TRUE;
    g_mutex_unlock(&server->mutex);
}

gpointer intake_loop_run(gpointer data)
{
    IntakeServer *server = data;
    struct epoll_event events[EVENTS];
    while (!is_finished(server)) {
        int count = epoll_wait(server->epoll_fd, events, EVENTS, wait_ms(server));
        server->now_us = clock_monotonic_us() + server->seen_skipped_us;
        for (int i = 0; i < count; i++)
            handle_event(server, &events[i]);
        run_runnable(server);
        expire(server);
    }
    close_all(server);
    return NULL;
}

gboolean intake_loop_open(IntakeServer *server, GError **error)
{
    server->last_session = EVENT_FIRST_LISTENER + INTAKE_LISTENERS;
    server->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    server->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    /* Edge-triggered, so that it never needs to be read. */
    if (server->epoll_fd < 0 || server->wake_fd < 0 ||
        !watch(server, EPOLL_CTL_ADD, server->wake_fd, EPOLLIN | EPOLLET, EVENT_WAKE)) {
        g_set_error(error, POSTERN_ERROR, ERROR_TEMPORARY, "LMTP: cannot watch sockets: %s",
                    g_strerror(errno));
        return FALSE;
    }
    watch_listeners(server, EPOLL_CTL_ADD, EPOLLIN);
    return TRUE;
}
