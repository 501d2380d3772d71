#include "gateway/gate/budget.h"

#include <postern/moments.h>

#define NOTE_EVERY_US (60 * (gint64)G_USEC_PER_SEC)

gboolean budget_note(Pipeline *pipeline, const DeskCase *mail, const Decision *decision, GError **error)
{
    gboolean is_spent = mail->facts->automatic_hour >= mail->config->automatic_per_hour;
    if (!is_spent || decision->fate != FATE_TICKETED || mail->envelope->is_quiet ||
        mail->now_us - pipeline->budget_told_us < NOTE_EVERY_US)
        return TRUE;
    pipeline->budget_told_us = mail->now_us;
    return moment_set(pipeline->store, MOMENT_BUDGET_SPENT, mail->now_us, error);
}

void budget_count(Pipeline *pipeline, const Decision *decision, gint64 now_us)
{
    guint count = 0;
    for (guint i = 0; i < decision->outgoing->len; i++)
        count += !((const Outgoing *)decision->outgoing->pdata[i])->is_personal;
    if (count > 0)
        ack_ledger_add_automatic(pipeline->acks, count, now_us);
}
