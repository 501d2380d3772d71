#include "gateway/store/ticket_rows.h"

#include <postern/base/error.h>

#include <stdarg.h>

void ticket_row_clear(TicketRow *row)
{
    char **texts[] = {&row->ref,
                      &row->status,
                      &row->queue,
                      &row->owner,
                      &row->voice,
                      &row->requester_name,
                      &row->requester_address};
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        g_clear_pointer(texts[i], g_free);
}

gboolean ticket_row_read(Store *store, gint64 id, TicketRow *out, GError **error)
{
    g_autoptr(GError) inner = NULL;
    g_autoptr(DbRows) rows =
        db_select(store->db, &inner,
                  "SELECT id, ref, status, queue, owner, voice, requester_name, requester_address, lease_us,"
                  " coalesce(merged_into, 0) FROM tickets WHERE id = $1",
                  "i", id);
    if (rows && db_next(rows, &inner)) {
        out->id = db_integer(rows, 0);
        char **texts[] = {&out->ref,
                          &out->status,
                          &out->queue,
                          &out->owner,
                          &out->voice,
                          &out->requester_name,
                          &out->requester_address};
        for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
            *texts[i] = db_text_dup(rows, (int)i + 1);
        out->lease_us = db_integer(rows, 8);
        out->merged_into = db_integer(rows, 9);
        return TRUE;
    }
    if (inner)
        g_propagate_error(error, g_steal_pointer(&inner));
    else
        g_set_error(error, POSTERN_ERROR, ERROR_NOT_FOUND, "there is no such ticket");
    return FALSE;
}

gboolean ticket_row_was_changed(Store *store, gint64 id, GError **error)
{
    if (db_changes(store->db) == 1)
        return TRUE;
    g_auto(TicketRow) row = {0}, into = {0};
    if (ticket_row_read(store, id, &row, error) && ticket_row_read(store, row.merged_into, &into, error))
        g_set_error(error, POSTERN_ERROR, ERROR_CONFLICT, "%s was merged into %s", row.ref, into.ref);
    return FALSE;
}

gboolean ticket_refuse(GError **error, ErrorCode code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *words = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error_literal(error, POSTERN_ERROR, (int)code, words);
    return FALSE;
}

gboolean ticket_link_add(Store *store, gint64 ticket_id, gint64 other_id, const char *how, GError **error)
{
    return db_run(store->db, error,
                  "INSERT INTO links (ticket_id, other_id, how) VALUES ($1, $2, $3)"
                  " ON CONFLICT (ticket_id, other_id, how) DO NOTHING",
                  "iit", ticket_id, other_id, how);
}
