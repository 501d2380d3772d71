#include "server.h"

#include <postern/base/clock.h>
#include <postern/base/error.h>
#include <postern/base/log.h>

#include <errno.h>
#include <sys/resource.h>
#include <unistd.h>

/* So many sessions that the store never goes without a descriptor. The soft limit is often 1024 and ours to
 * raise; the hard one is the admin's. */
static guint sessions_within_descriptors(guint wanted)
{
    struct rlimit limit;
    rlim_t needed = (rlim_t)wanted * INTAKE_DESCRIPTORS_A_SESSION + INTAKE_DESCRIPTORS_ELSE;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= needed)
        return wanted;
    rlim_t before = limit.rlim_cur;
    limit.rlim_cur = MIN(needed, limit.rlim_max);
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
        limit.rlim_cur = before;
    if (limit.rlim_cur >= needed)
        return wanted;
    guint possible = (guint)(limit.rlim_cur / (2 * INTAKE_DESCRIPTORS_A_SESSION));
    if (limit.rlim_cur > 2 * INTAKE_DESCRIPTORS_ELSE)
        possible = (guint)((limit.rlim_cur - INTAKE_DESCRIPTORS_ELSE) / INTAKE_DESCRIPTORS_A_SESSION);
    log_warning(0, "LMTP: %u sessions at most instead of %u: the limit of open files is %lu", possible,
                wanted, (gulong)limit.rlim_cur);
    return possible;
}

static IntakeSettings settings_of(const Config *config)
{
    return (IntakeSettings){.hostname = g_intern_string(config->domain ? config->domain : "localhost"),
                            .message_bytes = config->message_bytes,
                            .sessions = sessions_within_descriptors(config->sessions),
                            .idle_us = (gint64)config->idle_seconds * G_USEC_PER_SEC};
}

static void wake(IntakeServer *server)
{
    const guint64 one = 1;
    /* Full means that a wake-up is under way. */
    while (write(server->wake_fd, &one, sizeof one) < 0 && errno == EINTR)
        continue;
}

static void announce(IntakeServer *server)
{
    for (guint i = 0; i < server->listeners->len; i++) {
        const IntakeListener *listener = server->listeners->pdata[i];
        log_info(0, "LMTP: listening on %s", listener->name);
        if (server->port == 0)
            server->port = listener->port;
    }
}

static gboolean wants_private(const Config *config)
{
    return config->mailboxes && config->mailboxes->len > 0;
}

IntakeServer *intake_server_start(const Config *config, const char *raw_folder, const IntakeOwner *owner,
                                  GError **error)
{
    IntakeServer *server = g_new0(IntakeServer, 1);
    g_mutex_init(&server->mutex);
    server->owner = *owner;
    server->raw_folder = g_intern_string(raw_folder);
    server->settings = server->next_settings = settings_of(config);
    server->replies = g_array_new(FALSE, FALSE, sizeof(IntakeReply));
    server->spare_replies = g_array_new(FALSE, FALSE, sizeof(IntakeReply));
    server->sessions = g_hash_table_new(g_int64_hash, g_int64_equal);
    server->block = g_malloc(INTAKE_BLOCK_BYTES);
    server->now_us = clock_monotonic_us();
    server->epoll_fd = server->wake_fd = -1;
    server->listeners = intake_listeners_open(config, error);
    if (!server->listeners || !intake_loop_open(server, error)) {
        intake_server_free(server);
        return NULL;
    }
    server->has_private = wants_private(config);
    announce(server);
    server->thread = g_thread_new("intake", intake_loop_run, server);
    return server;
}

guint16 intake_server_port(const IntakeServer *server)
{
    return server->port;
}

void intake_answer(IntakeServer *server, guint64 session, guint64 serial, const LmtpAnswer *answer)
{
    IntakeReply reply = {session, serial, *answer};
    g_mutex_lock(&server->mutex);
    gboolean is_first = server->replies->len == 0 && !server->is_over;
    if (!server->is_over)
        g_array_append_val(server->replies, reply);
    g_mutex_unlock(&server->mutex);
    /* Further ones are found by the wake-up for the first. */
    if (is_first)
        wake(server);
}

void intake_server_stop(IntakeServer *server, gint64 grace_us)
{
    if (!server->thread)
        return;
    g_mutex_lock(&server->mutex);
    server->is_stop_wanted = TRUE;
    server->grace_us = grace_us;
    g_mutex_unlock(&server->mutex);
    wake(server);
    g_thread_join(g_steal_pointer(&server->thread));
}

void intake_server_free(IntakeServer *server)
{
    if (!server)
        return;
    g_assert(!server->thread);
    g_clear_pointer(&server->listeners, g_ptr_array_unref);
    intake_listener_free(server->next_listener);
    g_hash_table_destroy(server->sessions);
    g_array_unref(server->replies);
    g_array_unref(server->spare_replies);
    if (server->epoll_fd >= 0)
        close(server->epoll_fd);
    if (server->wake_fd >= 0)
        close(server->wake_fd);
    g_mutex_clear(&server->mutex);
    g_free(server->block);
    g_free(server);
}

/* The first mailbox came with a reload. */
static IntakeListener *open_private(const Config *config)
{
    g_autoptr(GError) error = NULL;
    IntakeListener *listener = intake_listener_open_private(config, &error);
    if (!listener)
        log_error(0, "no mail of mailboxes can be taken: %s; mend it and reload again", error->message);
    return listener;
}

void intake_server_reload(IntakeServer *server, const Config *config)
{
    IntakeListener *listener = wants_private(config) && !server->has_private ? open_private(config) : NULL;
    server->has_private |= listener != NULL;
    g_mutex_lock(&server->mutex);
    server->next_settings = settings_of(config);
    if (listener)
        server->next_listener = listener;
    g_mutex_unlock(&server->mutex);
    wake(server);
}

void intake_server_skip(IntakeServer *server, gint64 skip_us)
{
    g_mutex_lock(&server->mutex);
    server->skipped_us += skip_us;
    g_mutex_unlock(&server->mutex);
    wake(server);
}
