#include "gateway/store/store_private.h"

#include <postern/ticket_change.h>

void draft_free(Draft *draft)
{
    if (!draft)
        return;
    g_free(draft->agent);
    g_free(draft->text);
    g_free(draft);
}

gboolean draft_add(Store *store, gint64 ticket_id, gint64 mail_id, const char *agent, const char *text,
                   gint64 now_us, GError **error)
{
    return db_run(store->db, error,
                  "INSERT INTO drafts (mail_id, ticket_id, agent, text, at_us, is_done)"
                  " VALUES ($1, $2, $3, $4, $5, 0)",
                  "iitti", mail_id, ticket_id, agent, text, now_us);
}

static Draft *draft_read(DbRows *rows)
{
    Draft *draft = g_new0(Draft, 1);
    draft->mail_id = db_integer(rows, 0);
    draft->at_us = db_integer(rows, 1);
    draft->agent = db_text_dup(rows, 2);
    draft->text = db_text_dup(rows, 3);
    return draft;
}

GPtrArray *draft_list(Store *store, gint64 ticket_id, GError **error)
{
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func((GDestroyNotify)draft_free);
    g_autoptr(GError) inner = NULL;
    g_autoptr(DbRows) rows =
        db_select(store->db, &inner,
                  "SELECT mail_id, at_us, agent, text FROM drafts WHERE ticket_id = $1 AND is_done = 0"
                  " ORDER BY at_us, mail_id",
                  "i", ticket_id);
    while (rows && db_next(rows, &inner))
        g_ptr_array_add(found, draft_read(rows));
    if (!inner)
        return g_steal_pointer(&found);
    g_propagate_error(error, g_steal_pointer(&inner));
    return NULL;
}

gboolean draft_clear(Store *store, gint64 ticket_id, GError **error)
{
    return db_run(store->db, error, "UPDATE drafts SET is_done = 1 WHERE ticket_id = $1 AND is_done = 0", "i",
                  ticket_id);
}
