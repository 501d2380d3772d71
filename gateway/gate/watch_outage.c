/* What cannot be reached, and what cannot be taken: told to the admins. */
#include "gateway/gate/watch_private.h"

#include <postern/base/log.h>
#include <postern/ledger.h>
#include <postern/routes.h>

#include <string.h>

/* A healthy server says nothing for so long while it is idle (RFC 2177): the renewal, and some room. */
#define SILENT_MOST_US (35 * 60 * (gint64)G_USEC_PER_SEC)
#define STUCK_A_MAIL 50u
/* Anybody can send mails that are too large, one after the other: who must look is told at once of the first,
 * and then of all that came since. */
#define STUCK_EVERY_US (3600 * (gint64)G_USEC_PER_SEC)
#define WEBHOOK_PREFIX "webhook:"

typedef Outgoing *(*WriteAlert)(const AlertCase *alert, const Outage *outage, const char *admin);

/* Notes at `told_us` (0: it works again) in the transaction of the mails to the admins. `status` is a
 * mailbox's that has none of its own yet, or NULL. */
static gboolean tell(Watch *watch, const Outage *outage, const MailboxStatus *status, gint64 told_us,
                     gint64 now_us, GError **error)
{
    const GPtrArray *admins = watch->setup->config->admins;
    WriteAlert write = told_us ? alert_stopped : alert_works_again;
    g_autofree char *webhook = g_strconcat(WEBHOOK_PREFIX, outage->name, NULL);
    if (!store_begin(watch->store, error))
        return FALSE;
    gboolean ok = !status || mailbox_status_set(watch->store, status, error);
    if (ok && outage->of == OUTAGE_MAILBOX)
        ok = mailbox_status_alerted(watch->store, outage->name, told_us, error);
    else if (ok)
        ok = route_status_alerted(watch->store, outage->of == OUTAGE_WEBHOOK ? webhook : outage->name,
                                  told_us, error);
    for (guint i = 0; ok && i < admins->len; i++) {
        AlertCase alert = watch_case(watch, now_us);
        ok = watch_queue(watch, write(&alert, outage, admins->pdata[i]), 0, now_us, error);
    }
    if (!watch_end(watch, ok, error))
        return FALSE;
    const char *words = outage->error ? outage->error : "it does not answer";
    const char *what = outage->of == OUTAGE_MAILBOX ? "mailbox"
                       : outage->of == OUTAGE_ROUTE ? "route"
                                                    : "webhook";
    if (told_us)
        log_warning(0, "%s %s has stopped: %s%s", what, outage->name, words,
                    admins->len ? "; the admins are told" : "; no 'admins' are configured to be told");
    else
        log_info(0, "%s %s works again", what, outage->name);
    return TRUE;
}

static const MailboxStatus *status_of(const GPtrArray *list, const char *name)
{
    for (guint i = 0; i < list->len; i++)
        if (strcmp(((const MailboxStatus *)list->pdata[i])->name, name) == 0)
            return list->pdata[i];
    return NULL;
}

/* Its fetcher cannot even say that it cannot. */
static gboolean look_at_silent(Watch *watch, const char *name, gint64 now_us, GError **error)
{
    static const char words[] = "its fetcher has not said a word; the log of 'postern serve' tells why";
    if (now_us - watch->begun_us < watch->setup->config->alert_us)
        return TRUE;
    MailboxStatus status = {.name = (char *)(guintptr)name,
                            .state = (char *)(guintptr) "stopped",
                            .since_us = watch->begun_us,
                            .error = (char *)(guintptr)words,
                            .error_us = now_us};
    Outage outage = {OUTAGE_MAILBOX, name, watch->begun_us, 0, words};
    return tell(watch, &outage, &status, now_us, now_us, error);
}

/* Only a mailbox that says so has stopped; one that says nothing for longer than any health allows, too: then
 * its fetcher hangs, or dies again and again. */
static gboolean is_out(const Watch *watch, const MailboxStatus *status, gint64 now_us)
{
    gint64 alert_us = watch->setup->config->alert_us;
    gint64 heard_us = MAX(watch->begun_us, MAX(status->contact_us, status->begun_us));
    if (strcmp(status->state, "stopped") == 0)
        return now_us - MAX(heard_us, status->since_us) >= alert_us;
    return now_us - heard_us >= MAX(alert_us, SILENT_MOST_US);
}

static gboolean look_at_mailbox(Watch *watch, const MailboxStatus *status, gint64 now_us, GError **error)
{
    gint64 since_us = status->contact_us ? status->contact_us : status->begun_us;
    Outage outage = {OUTAGE_MAILBOX, status->name, since_us, status->contact_us, status->error};
    if (!status->alerted_us)
        return !is_out(watch, status, now_us) || tell(watch, &outage, NULL, now_us, now_us, error);
    if (strcmp(status->state, "stopped") == 0 || strcmp(status->state, "starting") == 0 ||
        status->contact_us <= status->alerted_us)
        return TRUE;
    outage.since_us = status->contact_us;
    return tell(watch, &outage, NULL, 0, now_us, error);
}

gboolean watch_mailboxes(Watch *watch, gint64 now_us, GError **error)
{
    const GPtrArray *mailboxes = watch->setup->config->mailboxes;
    if (mailboxes->len == 0)
        return TRUE;
    g_autoptr(GPtrArray) list = mailbox_status_list(watch->store, error);
    for (guint i = 0; list && i < mailboxes->len; i++) {
        const char *name = ((const ConfigMailbox *)mailboxes->pdata[i])->name;
        const MailboxStatus *status = status_of(list, name);
        if (!(status ? look_at_mailbox(watch, status, now_us, error)
                     : look_at_silent(watch, name, now_us, error)))
            return FALSE;
    }
    return list != NULL;
}

/* FALSE for what the configuration no longer has. */
static gboolean name_route(const Config *config, const RouteStatus *status, Outage *out)
{
    gboolean is_webhook = g_str_has_prefix(status->name, WEBHOOK_PREFIX);
    out->of = is_webhook ? OUTAGE_WEBHOOK : OUTAGE_ROUTE;
    out->name = is_webhook ? status->name + strlen(WEBHOOK_PREFIX) : status->name;
    return is_webhook ? config_webhook(config, out->name) != NULL : config_route(config, out->name) != NULL;
}

gboolean watch_routes(Watch *watch, gint64 now_us, GError **error)
{
    const Config *config = watch->setup->config;
    g_autoptr(GPtrArray) list = route_status_list(watch->store, error);
    gboolean ok = list != NULL;
    for (guint i = 0; ok && i < list->len; i++) {
        const RouteStatus *status = list->pdata[i];
        Outage outage = {
            .since_us = status->since_us, .contact_us = status->contact_us, .error = status->error};
        if (!name_route(config, status, &outage))
            continue;
        if (status->is_down && !status->alerted_us && now_us - status->since_us >= config->alert_us)
            ok = tell(watch, &outage, NULL, now_us, now_us, error);
        else if (!status->is_down && status->alerted_us)
            ok = tell(watch, &outage, NULL, 0, now_us, error);
    }
    return ok;
}

static gboolean queue_stuck(Watch *watch, const GPtrArray *stuck, gint64 now_us, GError **error)
{
    const GPtrArray *admins = watch->setup->config->admins;
    AlertStuck mails[STUCK_A_MAIL];
    for (guint i = 0; i < stuck->len; i++) {
        const StuckMail *mail = stuck->pdata[i];
        mails[i] = (AlertStuck){mail->mailbox, mail->folder,       mail->uid,
                                mail->size,    mail->is_too_large, mail->detail};
    }
    for (guint i = 0; i < admins->len; i++) {
        AlertCase alert = watch_case(watch, now_us);
        Outgoing *mail = alert_stuck_mail(&alert, mails, stuck->len, admins->pdata[i]);
        if (!watch_queue(watch, mail, 0, now_us, error))
            return FALSE;
    }
    return TRUE;
}

gboolean watch_stuck(Watch *watch, gint64 now_us, GError **error)
{
    if (watch->setup->config->mailboxes->len == 0 ||
        (now_us >= watch->stuck_told_us && now_us - watch->stuck_told_us < STUCK_EVERY_US))
        return TRUE;
    g_autoptr(GPtrArray) stuck = stuck_mail_untold(watch->store, STUCK_A_MAIL, error);
    if (!stuck || stuck->len == 0)
        return stuck != NULL;
    if (!store_begin(watch->store, error))
        return FALSE;
    gboolean ok = queue_stuck(watch, stuck, now_us, error);
    for (guint i = 0; ok && i < stuck->len; i++)
        ok = stuck_mail_told(watch->store, stuck->pdata[i], error);
    if (!watch_end(watch, ok, error))
        return FALSE;
    watch->stuck_told_us = now_us;
    for (guint i = 0; i < stuck->len; i++) {
        const StuckMail *mail = stuck->pdata[i];
        log_warning(0, "mailbox %s, folder %s, UID %u stays there: %s", mail->mailbox, mail->folder,
                    mail->uid, mail->detail);
    }
    return TRUE;
}
