#include "gateway/store/store_private.h"

/* One snapshot: counted at different moments, the parts of the equation would not fit. */
gboolean store_figures(Store *store, StoreFigures *out, GError **error)
{
    static const char sql[] =
        "SELECT (SELECT count(*) FROM intake), (SELECT count(*) FROM intake WHERE fate IS NULL),"
        " (SELECT count(*) FROM messages WHERE raw_id IS NOT NULL), (SELECT count(*) FROM intake WHERE fate "
        "= "
        "'held'),"
        " (SELECT count(*) FROM intake WHERE fate = 'copy'), (SELECT count(*) FROM tickets),"
        " (SELECT count(*) FROM tickets WHERE status NOT IN ('closed', 'spam')),"
        " (SELECT count(*) FROM outbox WHERE state = 'queued'), (SELECT count(*) FROM outbox WHERE state = "
        "'sent'),"
        " (SELECT count(*) FROM outbox WHERE state = 'failed'), (SELECT count(*) FROM outbox WHERE state = "
        "'uncertain')";
    g_autoptr(DbRows) rows = db_select(store->db, error, sql, "");
    if (!rows || !db_next(rows, error))
        return FALSE;
    gint64 *figures[] = {&out->accepted,    &out->waiting,       &out->ticketed,        &out->held,
                         &out->copies,      &out->tickets,       &out->tickets_open,    &out->outbox_waiting,
                         &out->outbox_sent, &out->outbox_failed, &out->outbox_uncertain};
    for (guint i = 0; i < G_N_ELEMENTS(figures); i++)
        *figures[i] = db_integer(rows, (int)i);
    out->received = out->accepted - out->waiting;
    return TRUE;
}
