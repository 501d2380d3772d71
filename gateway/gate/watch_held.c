/* Held mail, told to the admins from time to time, and a budget that was spent. */
#include "gateway/gate/watch_private.h"

#include <postern/base/log.h>
#include <postern/intake_rows.h>
#include <postern/moments.h>

#define MAILS_A_DIGEST 50u
#define BUDGET_EVERY_US (3600 * (gint64)G_USEC_PER_SEC)

/* TRUE when it was done within `every_us`; a clock that was set back must not stop it for long. */
static gboolean is_lately(Watch *watch, const char *name, gint64 every_us, gint64 now_us, GError **error)
{
    gint64 last_us = moment_get(watch->store, name, error);
    return last_us > 0 && last_us <= now_us && now_us - last_us < every_us;
}

static gboolean queue_digests(Watch *watch, const GPtrArray *mails, guint total, guint refused, gint64 now_us,
                              GError **error)
{
    AlertHeld shown[MAILS_A_DIGEST];
    const GPtrArray *admins = watch->setup->config->admins;
    for (guint i = 0; i < mails->len; i++) {
        const HeldMail *mail = mails->pdata[i];
        shown[i] = (AlertHeld){mail->id,     mail->reason,      mail->from, mail->subject,
                               mail->detail, mail->received_us, mail->size};
    }
    for (guint i = 0; i < admins->len; i++) {
        AlertCase alert = watch_case(watch, now_us);
        Outgoing *mail = alert_held_digest(&alert, shown, mails->len, total, refused, admins->pdata[i]);
        if (!watch_queue(watch, mail, 0, now_us, error))
            return FALSE;
    }
    if (admins->len == 0)
        log_info(0, "held mail waits for a person (%u in all); 'postern held list' shows them", total);
    return TRUE;
}

/* In the transaction. */
static gboolean tell_held(Watch *watch, gint64 now_us, GError **error)
{
    guint total = 0, refused = 0;
    g_autoptr(GPtrArray) mails = held_newest(watch->store, MAILS_A_DIGEST, &total, &refused, error);
    /* What was news may be dropped by now. */
    return mails && (mails->len == 0 || queue_digests(watch, mails, total, refused, now_us, error)) &&
           held_told(watch->store, error) &&
           (mails->len == 0 || moment_set(watch->store, MOMENT_HELD_DIGEST, now_us, error));
}

gboolean watch_held(Watch *watch, gint64 now_us, GError **error)
{
    g_autoptr(GError) inner = NULL;
    gint64 every_us = watch->setup->config->digest_us;
    gboolean is_due = every_us > 0 && !is_lately(watch, MOMENT_HELD_DIGEST, every_us, now_us, &inner) &&
                      !inner && held_is_news(watch->store, &inner);
    if (inner) {
        g_propagate_error(error, g_steal_pointer(&inner));
        return FALSE;
    }
    if (!is_due)
        return TRUE;
    return store_begin(watch->store, error) && watch_end(watch, tell_held(watch, now_us, error), error);
}

/* In the transaction. */
static gboolean tell_budget(Watch *watch, gint64 spent_us, gint64 now_us, GError **error)
{
    const GPtrArray *admins = watch->setup->config->admins;
    for (guint i = 0; i < admins->len; i++) {
        AlertCase alert = watch_case(watch, now_us);
        if (!watch_queue(watch, alert_budget(&alert, spent_us, admins->pdata[i]), 0, now_us, error))
            return FALSE;
    }
    if (admins->len == 0)
        log_warning(0,
                    "more than %u automatic mails within the hour (limits.automatic_per_hour): no more "
                    "acknowledgements and notices are written",
                    watch->setup->config->automatic_per_hour);
    return moment_set(watch->store, MOMENT_BUDGET_TOLD, now_us, error);
}

gboolean watch_budget(Watch *watch, gint64 now_us, GError **error)
{
    g_autoptr(GError) inner = NULL;
    gint64 spent_us = moment_get(watch->store, MOMENT_BUDGET_SPENT, &inner);
    gint64 told_us = inner ? 0 : moment_get(watch->store, MOMENT_BUDGET_TOLD, &inner);
    gboolean is_lately_told = inner || is_lately(watch, MOMENT_BUDGET_TOLD, BUDGET_EVERY_US, now_us, &inner);
    if (inner) {
        g_propagate_error(error, g_steal_pointer(&inner));
        return FALSE;
    }
    if (spent_us <= told_us || is_lately_told)
        return TRUE;
    return store_begin(watch->store, error) &&
           watch_end(watch, tell_budget(watch, spent_us, now_us, error), error);
}
