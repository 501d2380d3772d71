#include "fetch.h"

#include <postern/base/clock.h>
#include <postern/base/digest.h>
#include <postern/base/error.h>
#include <postern/base/log.h>

#include <poll.h>
#include <string.h>
#include <sysexits.h>

/* RFC 2177 allows 29 minutes, but a line that is dead shows only when it is used, and people see when we last
 * heard of the server. */
#define IDLE_MOST_US (60 * (gint64)G_USEC_PER_SEC)
#define REST_MOST_US (24 * 3600 * (gint64)G_USEC_PER_SEC)
#define KEEP_OPEN_US (5 * 60 * (gint64)G_USEC_PER_SEC) /* with longer pauses the connection is closed */
#define STEADY_US (60 * (gint64)G_USEC_PER_SEC)        /* a connection that lasted so long was good */
#define IDLE_FAILS_MOST 3u
#define MAIL_PATIENCE 3u /* so often a connection may break over one mail without being called stopped */
#define GATE_PATIENCE 4u /* some seconds: it may just be starting, as we are */

char *fetcher_socket_path(const Config *config)
{
    return g_build_filename(config->store, "fetch.sock", NULL);
}

guint32 fetcher_noise(void)
{
    guint32 noise;
    random_bytes(&noise, sizeof noise);
    return noise;
}

/* TRUE when it is time to end. */
static gboolean rest(const Fetcher *fetcher, gint64 pause_us)
{
    struct pollfd stop = {.fd = fetcher->stop_fd, .events = POLLIN};
    return poll(&stop, 1, (int)(CLAMP(pause_us, 0, REST_MOST_US) / 1000)) > 0;
}

gboolean fetcher_is_stopped(const Fetcher *fetcher)
{
    return rest(fetcher, 0);
}

gboolean fetcher_store_error(Fetcher *fetcher, GError **error)
{
    fetcher->is_store_gone |= error && error_is(*error, ERROR_CORRUPT);
    return FALSE;
}

/* What is not answered is given up; the ledger tells later what was taken. */
static void drop_lanes(Fetcher *fetcher)
{
    for (guint i = 0; i < FETCH_LANES; i++) {
        if (fetcher->lanes[i].uid != 0)
            handover_drop(fetcher->lanes[i].handover);
        fetcher->lanes[i].uid = 0;
    }
}

static gboolean turn(Fetcher *fetcher, guint index, gboolean *out_more, GError **error)
{
    GError *failure = NULL;
    FetchFolder *folder = &fetcher->folders[index];
    if (fetch_folder_turn(fetcher, folder, out_more, &failure))
        return TRUE;
    drop_lanes(fetcher);
    gboolean is_of_folder = failure &&
                            (error_is(failure, ERROR_CONFIG) || error_is(failure, ERROR_REFUSED)) &&
                            !imap_session_is_dead(fetcher->session);
    /* One folder that is gone is no reason to forget the others. */
    if (is_of_folder && fetcher->mailbox->folders->len > 1) {
        fetch_status_pity(fetcher, "folder %s: %s", folder->name, failure->message);
        g_error_free(failure);
        return TRUE;
    }
    g_propagate_error(error, failure);
    return FALSE;
}

/* Each folder in turn until nothing is left. The first comes last: it stays selected, for IDLE. */
static gboolean work_all(Fetcher *fetcher, GError **error)
{
    gboolean any = TRUE;
    while (any) {
        any = FALSE;
        for (guint i = fetcher->mailbox->folders->len; i-- > 0;) {
            gboolean more = FALSE;
            if (!turn(fetcher, i, &more, error))
                return FALSE;
            any |= more;
        }
    }
    return TRUE;
}

static gboolean open_session(Fetcher *fetcher, GError **error)
{
    if (fetcher->session && !imap_session_is_dead(fetcher->session))
        return TRUE;
    g_clear_pointer(&fetcher->session, imap_session_close);
    fetcher->session = imap_session_open(&fetcher->mailbox->server, fetcher->secret, &imap_timeouts,
                                         fetcher->stop_fd, error);
    fetcher->opened_us = clock_monotonic_us();
    return fetcher->session != NULL;
}

/* Until the next poll, or what the ledger has planned. */
static gint64 time_to_rest(Fetcher *fetcher, gint64 polled_us)
{
    gint64 left_us = polled_us + fetcher->mailbox->poll_us - clock_monotonic_us();
    for (guint i = 0; i < fetcher->mailbox->folders->len; i++) {
        gint64 due_us = G_MAXINT64;
        const LedgerFolder *folder = &fetcher->folders[i].ledger;
        if (folder->id != 0 && ledger_next_due(fetcher->store, folder, &due_us, NULL) && due_us < G_MAXINT64)
            left_us = MIN(left_us, MAX(due_us - clock_now_us(), G_USEC_PER_SEC));
    }
    return MAX(left_us, 0);
}

static gboolean may_idle(const Fetcher *fetcher)
{
    return fetcher->mailbox->may_idle && fetcher->idle_fails < IDLE_FAILS_MOST &&
           imap_session_offers(fetcher->session)->idle;
}

/* Waits in the first folder, and works there alone, until all folders are to be looked at. */
static gboolean idle(Fetcher *fetcher, gint64 polled_us, GError **error)
{
    gint64 left_us;
    while ((left_us = time_to_rest(fetcher, polled_us)) > 0 && !fetcher_is_stopped(fetcher)) {
        ImapWait news = IMAP_QUIET;
        gboolean more = TRUE;
        fetch_status_works(fetcher, "waiting");
        gboolean ok = imap_idle(fetcher->session, MIN(left_us, IDLE_MOST_US), &news, error);
        gboolean has_failed = !ok || news == IMAP_IDLE_FAILS;
        fetcher->idle_fails = has_failed ? fetcher->idle_fails + 1 : 0;
        if (has_failed)
            return ok;
        while (news == IMAP_NEWS && more)
            if (!turn(fetcher, 0, &more, error))
                return FALSE;
    }
    return TRUE;
}

static gboolean wait_for_news(Fetcher *fetcher, GError **error)
{
    gint64 polled_us = clock_monotonic_us();
    if (may_idle(fetcher))
        return idle(fetcher, polled_us, error);
    gint64 left_us = time_to_rest(fetcher, polled_us);
    fetch_status_works(fetcher, "polling");
    if (left_us > KEEP_OPEN_US)
        g_clear_pointer(&fetcher->session, imap_session_close);
    rest(fetcher, left_us);
    return TRUE;
}

static FetchPause kind_of_pause(const Fetcher *fetcher, const GError *error)
{
    if (fetcher->is_gate_busy)
        return FETCH_PAUSE_GATE;
    return error_is(error, ERROR_REFUSED) || error_is(error, ERROR_CONFIG) ? FETCH_PAUSE_LOGIN
                                                                           : FETCH_PAUSE_NETWORK;
}

/* A connection that was good for a while may end: that is no trouble as long as the next one is good. */
static void stumble(Fetcher *fetcher, const GError *error)
{
    gboolean was_good = fetcher->session && fetcher->failures == 0 &&
                        clock_monotonic_us() - fetcher->opened_us >= STEADY_US &&
                        error_is(error, ERROR_TEMPORARY) && !fetcher->is_gate_busy;
    FetchPause kind = kind_of_pause(fetcher, error);
    gboolean is_over_mail = fetcher->is_over_mail;
    drop_lanes(fetcher);
    if (!fetcher->is_gate_busy)
        g_clear_pointer(&fetcher->session, imap_session_close);
    fetcher->is_gate_busy = fetcher->is_over_mail = FALSE;
    if (was_good || fetcher_is_stopped(fetcher))
        return;
    guint *failures = kind == FETCH_PAUSE_GATE ? &fetcher->gate_failures : &fetcher->failures;
    gint64 pause_us = fetch_plan_pause_us(kind, ++*failures, fetcher_noise());
    /* That mail is set aside by now, so the next try may well be better. */
    if (is_over_mail && *failures <= MAIL_PATIENCE)
        pause_us = G_USEC_PER_SEC;
    else if (kind != FETCH_PAUSE_GATE || *failures > GATE_PATIENCE)
        fetch_status_stopped(fetcher, error->message, pause_us);
    rest(fetcher, pause_us);
}

static void round_of_work(Fetcher *fetcher)
{
    g_autoptr(GError) error = NULL;
    g_clear_pointer(&fetcher->pity, g_free);
    if (open_session(fetcher, &error) && work_all(fetcher, &error)) {
        fetcher->failures = fetcher->gate_failures = 0;
        if (wait_for_news(fetcher, &error))
            return;
    }
    stumble(fetcher, error);
}

static void fetcher_init(Fetcher *fetcher)
{
    const ConfigMailbox *mailbox = fetcher->mailbox;
    g_autofree char *path = fetcher_socket_path(fetcher->config);
    g_autofree char *what = g_strdup_printf("mailbox '%s'", mailbox->name);
    fetcher->recipient = config_queue(fetcher->config, mailbox->queue)->addresses->pdata[0];
    fetcher->secret = server_secret_new(fetcher->config, &mailbox->server, what);
    fetcher->folders = g_new0(FetchFolder, mailbox->folders->len);
    for (guint i = 0; i < mailbox->folders->len; i++)
        fetcher->folders[i].name = mailbox->folders->pdata[i];
    for (guint i = 0; i < FETCH_LANES; i++)
        fetcher->lanes[i].handover = handover_new(path, &handover_timeouts, fetcher->stop_fd);
    fetcher->status.name = g_strdup(mailbox->name);
    fetch_note_open(fetcher);
    fetch_status_state(fetcher, "starting");
}

static void fetcher_clear(Fetcher *fetcher)
{
    g_clear_pointer(&fetcher->session, imap_session_close);
    fetch_note_close(fetcher);
    for (guint i = 0; i < FETCH_LANES; i++)
        handover_free(fetcher->lanes[i].handover);
    server_secret_free(fetcher->secret);
    g_free(fetcher->folders);
    g_free(fetcher->pity);
    g_free(fetcher->status.name);
    g_free(fetcher->status.state);
    g_free(fetcher->status.error);
}

int fetcher_run(const Config *config, const ConfigMailbox *mailbox, Store *store, int stop_fd)
{
    Fetcher fetcher = {.config = config, .mailbox = mailbox, .store = store, .stop_fd = stop_fd};
    fetcher_init(&fetcher);
    while (!fetcher.is_store_gone && !fetcher_is_stopped(&fetcher))
        round_of_work(&fetcher);
    int code = fetcher.is_store_gone ? EX_IOERR : EX_OK;
    fetcher_clear(&fetcher);
    return code;
}
