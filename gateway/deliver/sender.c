#include "channel.h"
#include "plan.h"

#include <postern/base/clean.h>
#include <postern/base/clock.h>
#include <postern/base/digest.h>
#include <postern/base/error.h>
#include <postern/base/log.h>
#include <postern/base/stop.h>

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

/* One connection carries the outgoing mail of a support team easily (a thousand mails a second on a near
 * server), and it keeps mails in order. */

#define BATCH_ROWS 32u                              /* bytes of so many mails are in memory at once */
#define LEASE_US ((gint64)15 * 60 * G_USEC_PER_SEC) /* longer than smtp_timeouts lets a batch last */
#define REST_MOST_US ((gint64)5 * G_USEC_PER_SEC)   /* what a missed wake costs at most */
#define STORE_PAUSE_MOST_US ((gint64)60 * G_USEC_PER_SEC)
#define AWAY_PAUSE_US ((gint64)5 * G_USEC_PER_SEC)        /* then doubled, up to: */
#define AWAY_PAUSE_MOST_US ((gint64)120 * G_USEC_PER_SEC) /* servers slow down whoever knocks too often */
#define MARK_TRIES_AFTER_STOP 10u                         /* a second apart */

typedef struct {
    const Channel *channel;
    Store *store;
    int wake_fd; /* or -1 */
    int stop_fd;
    gint64 store_pause_us; /* the last pause; 0: no trouble */
    gint64 away_pause_us;
    gboolean has_failed; /* the store must be opened anew */
} Sender;

static void drain_wake(Sender *sender)
{
    char bytes[64];
    ssize_t got = read(sender->wake_fd, bytes, sizeof bytes);
    /* A wake descriptor that is closed at its other end would be readable for ever. */
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR))
        sender->wake_fd = -1;
}

/* FALSE when asked to stop. */
static gboolean rest(Sender *sender, gint64 rest_us, gboolean may_wake)
{
    int wake_fd = may_wake ? sender->wake_fd : -1;
    struct pollfd fds[2] = {{.fd = sender->stop_fd, .events = POLLIN}, {.fd = wake_fd, .events = POLLIN}};
    poll(fds, 2, (int)((MAX(rest_us, 0) + 999) / 1000));
    if (fds[1].revents)
        drain_wake(sender);
    return fds[0].revents == 0;
}

static gint64 pause_after(gint64 *pause_us, gint64 first_us, gint64 most_us)
{
    *pause_us = *pause_us == 0 ? first_us : MIN(*pause_us * 2, most_us);
    return *pause_us;
}

static void log_delivery(const OutboxRow *row, const DeliveryResult *result, const OutboxResult *plan)
{
    g_autofree char *ref = clean_terminal(row->ref && *row->ref ? row->ref : "-");
    g_autofree char *to = clean_terminal(row->to);
    g_autofree char *answer = clean_terminal(plan->answer ? plan->answer : "");
    LogLevel level = plan->state == OUTBOX_SENT ? LOG_LEVEL_INFO : LOG_LEVEL_WARNING;
    const char *outcome = delivery_outcome_name(result->outcome), *state = outbox_state_name(plan->state);
    gboolean same = strcmp(outcome, state) == 0;
    log_line(level, 0, "%s to %s: %s%s%s%s: %s", ref, to, outcome, same ? "" : " (", same ? "" : state,
             same ? "" : ")", answer);
}

/* What was answered must be stored, or it is sent twice: nothing else is sent until it is. */
static void mark(Sender *sender, const OutboxResult *plans, gsize count)
{
    gboolean is_asked = FALSE;
    for (guint left = MARK_TRIES_AFTER_STOP; left > 0;) {
        g_autoptr(GError) error = NULL;
        if (outbox_mark(sender->store, plans, count, clock_now_us(), &error)) {
            sender->store_pause_us = 0;
            return;
        }
        log_error(0, "cannot store what became of %" G_GSIZE_FORMAT " mails, trying again: %s", count,
                  error->message);
        if (is_asked) {
            left--;
            g_usleep(G_USEC_PER_SEC);
        } else {
            is_asked = !rest(
                sender, pause_after(&sender->store_pause_us, G_USEC_PER_SEC, STORE_PAUSE_MOST_US), FALSE);
        }
    }
    log_error(0, "stopped with %" G_GSIZE_FORMAT " mails unmarked; they come again as uncertain", count);
}

/* Rows that may not be sent are held at once and leave `rows`. */
static void hold_obstructed(GPtrArray *rows, GArray *plans)
{
    for (guint i = rows->len; i-- > 0;) {
        const OutboxRow *row = g_ptr_array_index(rows, i);
        const char *obstacle = deliver_obstacle(row);
        if (!obstacle)
            continue;
        OutboxResult plan = {.id = row->id, .state = OUTBOX_HELD, .answer = obstacle};
        DeliveryResult result = {.outcome = DELIVERY_UNKNOWN};
        log_delivery(row, &result, &plan);
        g_array_append_val(plans, plan);
        g_ptr_array_remove_index(rows, i);
    }
}

static void plan_all(Sender *sender, const GPtrArray *rows, DeliveryResult *results, GArray *plans)
{
    for (guint i = 0; i < rows->len; i++) {
        const OutboxRow *row = g_ptr_array_index(rows, i);
        guint32 noise;
        random_bytes(&noise, sizeof noise);
        OutboxResult plan =
            deliver_plan(row, &results[i], clock_now_us(), sender->channel->give_up_us, noise);
        log_delivery(row, &results[i], &plan);
        g_array_append_val(plans, plan);
    }
}

static void send_batch(Sender *sender, GPtrArray *rows)
{
    g_autoptr(GArray) plans = g_array_new(FALSE, TRUE, sizeof(OutboxResult));
    hold_obstructed(rows, plans);
    g_autofree DeliveryResult *results = g_new0(DeliveryResult, rows->len);
    stop_point("sender-before-send");
    if (rows->len > 0)
        transport_send(sender->channel->transport, rows, results);
    stop_point("sender-after-answer");
    plan_all(sender, rows, results, plans);
    mark(sender, (const OutboxResult *)(const void *)plans->data, plans->len);
    stop_point("sender-after-mark");
    for (guint i = 0; i < rows->len; i++)
        delivery_result_clear(&results[i]);
}

static gint64 store_trouble(Sender *sender, const GError *error)
{
    sender->has_failed = error_is(error, ERROR_CORRUPT);
    gint64 pause_us = pause_after(&sender->store_pause_us, G_USEC_PER_SEC, STORE_PAUSE_MOST_US);
    log_error(0, "cannot read the outbox, again in %" G_GINT64_FORMAT " s: %s", pause_us / G_USEC_PER_SEC,
              error ? error->message : "no reason given");
    return pause_us;
}

/* How long nothing has to be done. */
static gint64 idle_us(Sender *sender)
{
    g_autoptr(GError) error = NULL;
    gint64 due_us = outbox_next_due_us(sender->store, sender->channel->name, &error);
    if (error)
        return store_trouble(sender, error);
    gint64 idle_end_us = transport_idle_end_us(sender->channel->transport);
    gint64 now_us = clock_monotonic_us();
    if (idle_end_us <= now_us)
        transport_close(sender->channel->transport);
    gint64 left_us = due_us == G_MAXINT64 ? REST_MOST_US : due_us - clock_now_us();
    if (idle_end_us > now_us)
        left_us = MIN(left_us, idle_end_us - now_us);
    return CLAMP(left_us, 0, REST_MOST_US);
}

/* While nobody is at the other end, one row at a time asks for all: the rest stay due and go at once when the
 * server is back, instead of each having moved on to its own distant next try. */
static gint64 work(Sender *sender)
{
    g_autoptr(GError) error = NULL;
    guint most = sender->away_pause_us > 0 ? 1 : BATCH_ROWS;
    g_autoptr(GPtrArray) rows =
        outbox_claim(sender->store, sender->channel->name, clock_now_us(), LEASE_US, most, &error);
    if (!rows)
        return store_trouble(sender, error);
    sender->store_pause_us = 0;
    if (rows->len == 0)
        return idle_us(sender);
    send_batch(sender, rows);
    if (transport_away_words(sender->channel->transport))
        return pause_after(&sender->away_pause_us, AWAY_PAUSE_US, AWAY_PAUSE_MOST_US);
    sender->away_pause_us = 0;
    return 0;
}

int sender_run(const Config *config, const char *route, Store *store, int wake_fd, int stop_fd)
{
    g_autoptr(Channel) channel = channel_open(config, route);
    if (!channel)
        return EX_CONFIG;
    transport_stop_on(channel->transport, stop_fd);
    Sender sender = {.channel = channel, .store = store, .wake_fd = wake_fd, .stop_fd = stop_fd};
    gint64 rest_us = 0;
    while (!sender.has_failed &&
           rest(&sender, rest_us, sender.store_pause_us == 0 && sender.away_pause_us == 0))
        rest_us = work(&sender);
    return sender.has_failed ? EX_IOERR : EX_OK;
}
