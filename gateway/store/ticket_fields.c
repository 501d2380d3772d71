#include "gateway/store/ticket_fields.h"

#include "gateway/store/store_private.h"

static TicketField *field_read(DbRows *rows)
{
    TicketField *field = g_new0(TicketField, 1);
    char **texts[] = {&field->name, &field->value, &field->raw, &field->rule, &field->place, &field->by};
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        *texts[i] = db_text_dup(rows, (int)i);
    field->message_id = db_integer(rows, 6);
    field->start = db_integer(rows, 7);
    field->end = db_integer(rows, 8);
    field->is_single = db_integer(rows, 9) != 0;
    field->lost_to = db_text_dup(rows, 10);
    field->lost_why = db_text_dup(rows, 11);
    field->later = db_text_dup(rows, 12);
    field->later_by = db_text_dup(rows, 13);
    field->later_message_id = db_integer(rows, 14);
    return field;
}

/* What a person says stands before what the rules found, and his last word before earlier ones. */
static const char fields_sql[] =
    "SELECT name, value, raw, rule, place, by_who, message_id, start_byte, end_byte, is_single, NULL, NULL,"
    " NULL, NULL, 0 FROM (SELECT f.*,"
    " CASE by_who WHEN 'rules' THEN 1 ELSE 0 END AS step FROM fields f WHERE ticket_id = $1"
    " AND replaced_by IS NULL AND lost_to IS NULL ORDER BY step, id DESC LIMIT $2) AS latest ORDER BY step, "
    "CASE step WHEN 0 THEN -id ELSE id END";

#define OLD_FIELDS                                                                                           \
    "SELECT f.name, f.value, f.raw, f.rule, f.place, f.by_who, f.message_id, f.start_byte, f.end_byte,"      \
    " f.is_single, f.lost_to, f.lost_why, l.value, l.by_who, coalesce(l.message_id, 0) FROM fields f"        \
    " LEFT JOIN fields l ON l.id = f.replaced_by WHERE f.ticket_id = $1 AND "

static gboolean take(DbRows *rows_taken, GError *failed, GPtrArray *out, GError **error)
{
    g_autoptr(DbRows) rows = rows_taken;
    g_autoptr(GError) inner = failed;
    while (rows && db_next(rows, &inner))
        g_ptr_array_add(out, field_read(rows));
    if (!inner)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&inner));
    return FALSE;
}

gboolean ticket_fields_read(Store *store, Ticket *ticket, gint64 most, GError **error)
{
    GError *inner = NULL;
    DbRows *rows = db_select(store->db, &inner, fields_sql, "ii", ticket->id, most);
    return take(rows, inner, ticket->fields, error);
}

gboolean ticket_fields_read_old(Store *store, Ticket *ticket, GError **error)
{
    GError *inner = NULL;
    DbRows *rows = db_select(store->db, &inner,
                             OLD_FIELDS "f.replaced_by IS NOT NULL AND f.lost_to IS NULL ORDER BY f.id", "i",
                             ticket->id);
    if (!take(rows, inner, ticket->history, error))
        return FALSE;
    inner = NULL;
    rows = db_select(store->db, &inner, OLD_FIELDS "f.lost_to IS NOT NULL ORDER BY f.id", "i", ticket->id);
    return take(rows, inner, ticket->lost, error);
}

#define STANDS(row) row ".replaced_by IS NULL AND " row ".lost_to IS NULL"
#define SAME_NAME "s.ticket_id = fields.ticket_id AND s.name = fields.name AND " STANDS("s")

gboolean ticket_fields_settle(Store *store, gint64 ticket_id, GError **error)
{
    Db *db = store->db;
    return db_run(db, error,
                  "UPDATE fields SET replaced_by = NULL WHERE ticket_id = $1 AND replaced_by IS NOT NULL"
                  " AND NOT EXISTS (SELECT 1 FROM fields l WHERE l.id = fields.replaced_by"
                  " AND l.ticket_id = fields.ticket_id)",
                  "i", ticket_id) &&
           db_run(db, error,
                  "UPDATE fields SET replaced_by = (SELECT min(s.id) FROM fields s WHERE " SAME_NAME
                  " AND s.value = fields.value AND s.by_who = 'rules') WHERE ticket_id = $1"
                  " AND by_who = 'rules' AND " STANDS(
                      "fields") " AND id > (SELECT min(s.id) FROM fields s"
                                " WHERE " SAME_NAME " AND s.value = fields.value AND s.by_who = 'rules')",
                  "i", ticket_id) &&
           db_run(db, error,
                  "UPDATE fields SET replaced_by = (SELECT max(s.id) FROM fields s WHERE " SAME_NAME
                  " AND s.by_who <> 'rules') WHERE ticket_id = $1 AND by_who <> 'rules' AND " STANDS(
                      "fields") " AND id < (SELECT max(s.id) FROM fields s WHERE " SAME_NAME
                                " AND s.by_who <> 'rules')",
                  "i", ticket_id) &&
           db_run(db, error,
                  "UPDATE fields SET replaced_by = (SELECT s.id FROM fields s WHERE " SAME_NAME
                  " ORDER BY s.by_who <> 'rules' DESC, s.message_id DESC, s.id DESC LIMIT 1)"
                  " WHERE ticket_id = $1 AND is_single = 1 AND by_who = 'rules' AND " STANDS(
                      "fields") " AND id <> (SELECT s.id FROM fields s WHERE " SAME_NAME
                                " ORDER BY s.by_who <> 'rules' DESC, s.message_id DESC, s.id DESC LIMIT 1)",
                  "i", ticket_id);
}
