#include "gateway/app/mailboxes.h"

#include <postern/base/clock.h>
#include <postern/base/error.h>
#include <postern/blocks.h>

#include <inttypes.h>
#include <stdio.h>
#include <sysexits.h>

/* All that is shown. */
typedef struct {
    StoreFigures figures;
    gboolean holds;
    gint64 blocked;         /* addresses that get no automatic mail */
    gint64 mailbox_waiting; /* mails seen on their servers that are not ours yet */
    guint mailboxes_stopped, stuck; /* stuck: mails that stay on their server */
    GPtrArray *ways; /* RouteStatus: those that are down */
} Stats;

static gboolean add_mailboxes(Stats *stats, const Config *config, Store *store, GError **error)
{
    g_autoptr(GPtrArray) boxes = mailbox_status_list(store, error);
    for (guint i = 0; boxes && i < boxes->len; i++) {
        const MailboxStatus *box = boxes->pdata[i];
        if (!config_mailbox(config, box->name))
            continue;
        stats->mailbox_waiting += box->waiting;
        g_autoptr(GPtrArray) stuck = stuck_mail_list(store, box->name, error);
        if (!stuck)
            return FALSE;
        stats->stuck += stuck->len;
        stats->mailboxes_stopped += g_strcmp0(box->state, "stopped") == 0;
    }
    return boxes != NULL;
}

static gboolean read_stats(Stats *stats, const Config *config, Store *store, GError **error)
{
    if (!store_figures(store, &stats->figures, error) || !add_mailboxes(stats, config, store, error))
        return FALSE;
    g_autoptr(GPtrArray) blocks = block_list(store, clock_now_us(), error);
    if (!blocks)
        return FALSE;
    stats->blocked = blocks->len;
    stats->holds =
        stats->figures.received == stats->figures.ticketed + stats->figures.held + stats->figures.copies;
    stats->ways = ways_down(config, store, error);
    return stats->ways != NULL;
}

static Json *outbox_json(const Stats *stats)
{
    const StoreFigures *figures = &stats->figures;
    Json *outbox = json_make_object();
    json_put_integer(outbox, "queued", figures->outbox_waiting);
    json_put_integer(outbox, "sent", figures->outbox_sent);
    json_put_integer(outbox, "failed", figures->outbox_failed);
    json_put_integer(outbox, "uncertain", figures->outbox_uncertain);
    json_put_integer(outbox, "blocked_addresses", stats->blocked);
    return outbox;
}

static void print_json(const Stats *stats)
{
    const StoreFigures *figures = &stats->figures;
    Json *object = json_make_object(), *mailboxes = json_make_object(), *down = json_make_array();
    json_put_integer(object, "received", figures->received);
    json_put_integer(object, "ticketed", figures->ticketed);
    json_put_integer(object, "held", figures->held);
    json_put_integer(object, "copies", figures->copies);
    json_put_boolean(object, "holds", stats->holds);
    json_put_integer(object, "accepted", figures->accepted);
    json_put_integer(object, "waiting", figures->waiting);
    json_put_integer(object, "tickets", figures->tickets);
    json_put_integer(object, "tickets_open", figures->tickets_open);
    json_put(object, "outbox", outbox_json(stats));
    json_put_integer(mailboxes, "waiting", stats->mailbox_waiting);
    json_put_integer(mailboxes, "stopped", stats->mailboxes_stopped);
    json_put_integer(mailboxes, "stuck", stats->stuck);
    json_put(object, "mailboxes", mailboxes);
    for (guint i = 0; i < stats->ways->len; i++)
        json_add(down, way_json(stats->ways->pdata[i]));
    json_put(object, "down", down);
    command_print_json(object, FALSE);
}

static void print_text(const Stats *stats, const Config *config)
{
    const StoreFigures *figures = &stats->figures;
    printf("received %" PRId64 " %s ticketed %" PRId64 " + held %" PRId64 " + copies %" PRId64 "\n",
           figures->received, stats->holds ? "=" : "≠", figures->ticketed, figures->held, figures->copies);
    printf("waiting to be read  %" PRId64 "\n", figures->waiting);
    if (config->mailboxes->len > 0)
        printf("in mailboxes        %" PRId64 " to be fetched, %u of %u mailbox%s stopped\n",
               stats->mailbox_waiting, stats->mailboxes_stopped, config->mailboxes->len,
               config->mailboxes->len == 1 ? "" : "es");
    printf("tickets             %" PRId64 " (%" PRId64 " not closed)\n", figures->tickets,
           figures->tickets_open);
    printf("outbox              %" PRId64 " queued, %" PRId64 " sent, %" PRId64 " failed, %" PRId64
           " unknown outcome\n",
           figures->outbox_waiting, figures->outbox_sent, figures->outbox_failed, figures->outbox_uncertain);
    if (stats->blocked > 0)
        printf("blocked addresses   %" PRId64 " get no automatic mail (postern outbox blocked)\n", stats->blocked);
    for (guint i = 0; i < stats->ways->len; i++) {
        g_autofree char *line = way_words(stats->ways->pdata[i]);
        command_print("", line);
    }
}

int command_stats(Command *command)
{
    int code = EX_OK;
    g_autoptr(Config) config = command_config(command, &code);
    if (!config)
        return code;
    g_autoptr(GError) error = NULL;
    g_autoptr(Store) store = command_open_store(config, STORE_READ, &error);
    Stats stats = {0};
    if (!store || !read_stats(&stats, config, store, &error))
        return command_fail_error(error);
    if (command->json)
        print_json(&stats);
    else
        print_text(&stats, config);
    g_ptr_array_unref(stats.ways);
    if (!stats.holds)
        return command_fail(
            1, "the equation does not hold: mail was lost or counted twice; please keep the store as it is");
    return EX_OK;
}
