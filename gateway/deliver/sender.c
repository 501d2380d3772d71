#include "batch.h"
#include "failover.h"
#include "pace.h"
#include "standing.h"

#include <postern/base/clock.h>
#include <postern/base/error.h>
#include <postern/base/log.h>
#include <postern/base/stop.h>

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sysexits.h>
#include <unistd.h>

/* One connection carries the outgoing mail of a support team easily (a thousand mails a second on a near
 * server), and it keeps mails in order. */

#define BATCH_ROWS 32u /* as many come twice when the sender is killed in between */
#define LEASE_US ((gint64)15 * 60 * G_USEC_PER_SEC) /* longer than smtp_timeouts lets a batch last */
#define REST_MOST_US ((gint64)5 * G_USEC_PER_SEC)   /* what a missed wake costs at most */
#define STORE_PAUSE_MOST_US ((gint64)60 * G_USEC_PER_SEC)
#define AWAY_PAUSE_US ((gint64)5 * G_USEC_PER_SEC)        /* then doubled, up to: */
#define AWAY_PAUSE_MOST_US ((gint64)120 * G_USEC_PER_SEC) /* servers slow down whoever knocks too often */
#define ORPHANS_EVERY_US ((gint64)10 * G_USEC_PER_SEC)
#define MARK_TRIES_AFTER_STOP 10u /* a second apart */

typedef struct {
    const Config *config;
    const Channel *channel;
    Store *store;
    int wake_fd; /* or -1 */
    int stop_fd;
    int epoll_fd;
    gint64 started_us;
    Pace pace;
    Standing standing;
    gint64 store_pause_us; /* the last pause; 0: no trouble */
    gint64 away_pause_us;
    gint64 knock_at_us;   /* monotonic: while it is down, not before */
    gint64 orphans_at_us; /* monotonic: the next look for rows of routes that are gone */
    GPtrArray *in_hand;   /* OutboxRow: claimed with the last mark; or NULL */
    gboolean has_failed;  /* the store must be opened anew */
} Sender;

/* The wake descriptor is never read, as every sender has to see it: an edge for each process comes with each
 * write. It may be none, or none that can be watched; then the clock alone wakes. */
static int watch(int wake_fd, int stop_fd)
{
    int epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event stop = {.events = EPOLLIN}, wake = {.events = EPOLLIN | EPOLLET};
    epoll_ctl(epoll_fd, EPOLL_CTL_ADD, stop_fd, &stop);
    epoll_ctl(epoll_fd, EPOLL_CTL_ADD, wake_fd, &wake);
    return epoll_fd;
}

static gboolean is_asked_to_stop(const Sender *sender)
{
    struct pollfd stop = {.fd = sender->stop_fd, .events = POLLIN};
    return poll(&stop, 1, 0) > 0;
}

/* FALSE when asked to stop. A wake that comes while it may not is heard at the next rest. */
static gboolean rest(const Sender *sender, gint64 rest_us, gboolean may_wake)
{
    int rest_ms = (int)((MAX(rest_us, 0) + 999) / 1000);
    struct pollfd stop = {.fd = sender->stop_fd, .events = POLLIN};
    struct epoll_event seen[2];
    if (rest_ms > 0 && may_wake)
        epoll_wait(sender->epoll_fd, seen, 2, rest_ms);
    else if (rest_ms > 0)
        poll(&stop, 1, rest_ms);
    return !is_asked_to_stop(sender);
}

/* Others got rows of ours. */
static void wake_others(const Sender *sender)
{
    if (sender->wake_fd >= 0)
        eventfd_write(sender->wake_fd, 1);
}

static gint64 pause_after(gint64 *pause_us, gint64 first_us, gint64 most_us)
{
    *pause_us = *pause_us == 0 ? first_us : MIN(*pause_us * 2, most_us);
    return *pause_us;
}

/* Stores what became of a batch and, with the same wait for the disk, takes the next `most` rows in hand. */
static gboolean try_mark(Sender *sender, const GArray *plans, guint most, GError **error)
{
    const OutboxResult *results = (const OutboxResult *)(const void *)plans->data;
    gint64 now_us = clock_now_us();
    if (most == 0)
        return outbox_mark(sender->store, results, plans->len, now_us, error);
    sender->in_hand = outbox_mark_and_claim(sender->store, results, plans->len, sender->channel->name, now_us,
                                            LEASE_US, most, error);
    return sender->in_hand != NULL;
}

/* What was answered must be stored, or it is sent twice: nothing else is sent until it is. */
static void mark(Sender *sender, const GArray *plans, guint most)
{
    gboolean is_asked = FALSE;
    for (guint left = MARK_TRIES_AFTER_STOP; left > 0;) {
        g_autoptr(GError) error = NULL;
        if (try_mark(sender, plans, is_asked ? 0 : most, &error)) {
            sender->store_pause_us = 0;
            return;
        }
        log_error(0, "cannot store what became of %u mails, trying again: %s", plans->len, error->message);
        if (is_asked) {
            left--;
            g_usleep(G_USEC_PER_SEC);
        } else {
            is_asked = !rest(
                sender, pause_after(&sender->store_pause_us, G_USEC_PER_SEC, STORE_PAUSE_MOST_US), FALSE);
        }
    }
    log_error(0, "stopped with %u mails unmarked; they come again as uncertain", plans->len);
}

static gint64 store_trouble(Sender *sender, const GError *error)
{
    sender->has_failed = error_is(error, ERROR_CORRUPT);
    gint64 pause_us = pause_after(&sender->store_pause_us, G_USEC_PER_SEC, STORE_PAUSE_MOST_US);
    log_error(0, "cannot read the outbox, again in %" G_GINT64_FORMAT " s: %s", pause_us / G_USEC_PER_SEC,
              error ? error->message : "no reason given");
    return pause_us;
}

/* Closes the connection when it has idled long enough; how long until then, or `left_us`. */
static gint64 idle_connection_us(const Sender *sender, gint64 left_us)
{
    gint64 now_us = clock_monotonic_us(), end_us = transport_idle_end_us(sender->channel->transport);
    if (end_us <= now_us)
        transport_close(sender->channel->transport);
    else
        left_us = MIN(left_us, end_us - now_us);
    return CLAMP(left_us, 0, REST_MOST_US);
}

/* How long nothing has to be done. */
static gint64 idle_us(Sender *sender)
{
    g_autoptr(GError) error = NULL;
    gint64 due_us = outbox_next_due_us(sender->store, sender->channel->name, &error);
    if (error)
        return store_trouble(sender, error);
    return idle_connection_us(sender, due_us == G_MAXINT64 ? REST_MOST_US : due_us - clock_now_us());
}

/* After every contact with the other side, or the try of one. */
static void settle_standing(Sender *sender)
{
    const char *words = transport_away_words(sender->channel->transport);
    if (words && is_asked_to_stop(sender))
        return; /* it was we who hung up */
    if (words) {
        standing_down(&sender->standing, words);
        sender->knock_at_us =
            clock_monotonic_us() + pause_after(&sender->away_pause_us, AWAY_PAUSE_US, AWAY_PAUSE_MOST_US);
    } else {
        standing_up(&sender->standing);
        sender->away_pause_us = 0;
    }
}

/* How many rows to take together with the mark: none unless more are likely to be due and can go at once. */
static guint count_next(const Sender *sender, guint claimed, const BatchEnd *end)
{
    if (claimed < BATCH_ROWS || end->is_away || end->is_stopped)
        return 0;
    return pace_left(&sender->pace, BATCH_ROWS, clock_monotonic_us());
}

static void send_rows(Sender *sender, GPtrArray *rows)
{
    guint claimed = rows->len;
    Batch batch = {.config = sender->config,
                   .channel = sender->channel,
                   .store = sender->store,
                   .stop_fd = sender->stop_fd};
    g_autoptr(BatchEnd) end = batch_send(&batch, rows);
    pace_took(&sender->pace, end->tried, clock_monotonic_us());
    mark(sender, end->plans, count_next(sender, claimed, end));
    stop_point("sender-after-mark");
    if (end->is_handed)
        wake_others(sender);
    if (rows->len > 0)
        settle_standing(sender);
}

static GPtrArray *take_rows(Sender *sender, guint most, GError **error)
{
    GPtrArray *rows = g_steal_pointer(&sender->in_hand);
    return rows ? rows
                : outbox_claim(sender->store, sender->channel->name, clock_now_us(), LEASE_US, most, error);
}

static gint64 work_up(Sender *sender)
{
    g_autoptr(GError) error = NULL;
    gint64 now_us = clock_monotonic_us();
    guint most = pace_left(&sender->pace, BATCH_ROWS, now_us);
    if (most == 0 && !sender->in_hand)
        return idle_connection_us(sender, pace_next_us(&sender->pace) - now_us);
    g_autoptr(GPtrArray) rows = take_rows(sender, most, &error);
    if (!rows)
        return store_trouble(sender, error);
    sender->store_pause_us = 0;
    if (rows->len == 0)
        return idle_us(sender);
    send_rows(sender, rows);
    return 0;
}

/* Mail that has another way takes it at once. For the rest one row at a time asks for all: the others stay
 * due and go when the server is back, instead of each having moved on to its own distant next try. */
static gint64 work_down(Sender *sender)
{
    g_autoptr(GError) error = NULL;
    gint64 now_us = clock_monotonic_us();
    if (sender->channel->route &&
        failover_hand_over(sender->config, sender->store, sender->channel->name, clock_now_us(), &error) > 0)
        wake_others(sender);
    if (error)
        return store_trouble(sender, error);
    if (now_us < sender->knock_at_us)
        return MIN(sender->knock_at_us - now_us, REST_MOST_US);
    g_autoptr(GPtrArray) rows = outbox_claim(sender->store, sender->channel->name, clock_now_us(), LEASE_US,
                                             pace_left(&sender->pace, 1, now_us), &error);
    if (!rows)
        return store_trouble(sender, error);
    sender->store_pause_us = 0;
    if (rows->len > 0)
        send_rows(sender, rows);
    else if (transport_knock(sender->channel->transport))
        settle_standing(sender);
    else
        return idle_us(sender);
    return 0;
}

/* The sender of the first route looks after rows whose own sender is gone. */
static void look_for_orphans(Sender *sender)
{
    const ConfigRoute *first = sender->config->routes->pdata[0];
    gint64 now_us = clock_monotonic_us(), adopted = 0;
    if (sender->channel->route != first || now_us < sender->orphans_at_us)
        return;
    sender->orphans_at_us = now_us + ORPHANS_EVERY_US;
    g_autoptr(GError) error = NULL;
    if (!failover_adopt(sender->config, sender->store, sender->started_us, clock_now_us(), &adopted, &error))
        log_warning(0, "cannot look for mail of routes that are gone: %s", error->message);
    if (adopted == 0)
        return;
    log_info(0, "%" G_GINT64_FORMAT " mails of routes that are gone take others", adopted);
    wake_others(sender);
}

static void run(Sender *sender)
{
    gint64 rest_us = 0;
    while (!sender->has_failed && rest(sender, rest_us, sender->store_pause_us == 0)) {
        look_for_orphans(sender);
        rest_us = sender->standing.is_down && !sender->in_hand ? work_down(sender) : work_up(sender);
    }
    /* The transport begins none of them, as we stop: they are due again. */
    if (sender->in_hand) {
        g_autoptr(GPtrArray) rows = g_steal_pointer(&sender->in_hand);
        send_rows(sender, rows);
    }
}

int sender_run(const Config *config, const char *route, Store *store, int wake_fd, int stop_fd)
{
    g_autoptr(Channel) channel = channel_open(config, route);
    if (!channel)
        return EX_CONFIG;
    transport_stop_on(channel->transport, stop_fd);
    Sender sender = {.config = config,
                     .channel = channel,
                     .store = store,
                     .wake_fd = wake_fd,
                     .stop_fd = stop_fd,
                     .epoll_fd = watch(wake_fd, stop_fd),
                     .started_us = clock_now_us()};
    pace_init(&sender.pace, channel->per_minute);
    standing_begin(&sender.standing, store, channel->name);
    run(&sender);
    pace_clear(&sender.pace);
    close(sender.epoll_fd);
    return sender.has_failed ? EX_IOERR : EX_OK;
}
