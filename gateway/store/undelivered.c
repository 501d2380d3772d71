#include "gateway/store/store_private.h"

#include <postern/undelivered.h>

#include <string.h>

void undelivered_free(Undelivered *mail)
{
    if (!mail)
        return;
    char *texts[] = {mail->ref, mail->queue, mail->owner, mail->kind, mail->to, mail->words};
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(texts[i]);
    g_free(mail);
}

static Undelivered *row_read(DbRows *rows)
{
    Undelivered *mail = g_new0(Undelivered, 1);
    *mail = (Undelivered){.id = db_integer(rows, 0),
                          .ticket_id = db_integer(rows, 1),
                          .ref = g_strdup(db_text(rows, 2)),
                          .queue = g_strdup(db_text(rows, 3)),
                          .owner = db_text_dup(rows, 4),
                          .kind = g_strdup(db_text(rows, 5)),
                          .to = g_strdup(db_text(rows, 6)),
                          .words = g_strdup(db_text(rows, 7)),
                          .is_held = strcmp(db_text(rows, 8), "held") == 0,
                          .is_expected = db_integer(rows, 9) != 0};
    return mail;
}

GPtrArray *undelivered_list(Store *store, guint most, GError **error)
{
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func((GDestroyNotify)undelivered_free);
    g_autoptr(GError) inner = NULL;
    g_autoptr(DbRows) rows =
        db_select(store->db, &inner,
                  "SELECT o.id, coalesce(o.ticket_id, 0), t.ref, t.queue, t.owner, o.kind, o.to_address,"
                  " o.last_error, o.state, CASE WHEN b.at_us < o.created_us AND b.until_us > o.created_us"
                  " THEN 1 ELSE 0 END FROM outbox o LEFT JOIN tickets t ON t.id = o.ticket_id"
                  " LEFT JOIN blocks b ON b.address = lower(o.to_address)"
                  " WHERE o.is_told = 0 AND o.state IN ('failed', 'held')"
                  " ORDER BY coalesce(o.ticket_id, 0), o.id LIMIT $1",
                  "i", (gint64)most);
    while (rows && db_next(rows, &inner))
        g_ptr_array_add(found, row_read(rows));
    if (!inner)
        return g_steal_pointer(&found);
    g_propagate_error(error, g_steal_pointer(&inner));
    return NULL;
}

gboolean undelivered_told(Store *store, gint64 id, GError **error)
{
    return db_run(store->db, error, "UPDATE outbox SET is_told = 1 WHERE id = $1", "i", id);
}

gboolean undelivered_count(Store *store, gint64 ticket_id, const char *kind, gint64 since_us,
                           guint *out_count, GError **error)
{
    g_autoptr(GError) inner = NULL;
    *out_count = (guint)db_select_integer(
        store->db, 0, &inner,
        "SELECT count(*) FROM (SELECT id FROM outbox WHERE ticket_id = $1 AND kind = $2 AND created_us > $3"
        " LIMIT 100) AS latest",
        "iti", ticket_id, kind, since_us);
    if (!inner)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&inner));
    return FALSE;
}
