#include "gateway/store/settle_private.h"
#include "gateway/store/store_private.h"

#include <string.h>

static gboolean is_there(Store *store, gint64 ticket_id, const Field *field, gboolean *out, GError **error)
{
    g_autoptr(GError) inner = NULL;
    *out =
        db_select_integer(store->db, 0, &inner,
                          "SELECT count(*) FROM fields WHERE ticket_id = $1 AND name = $2 AND value = $3"
                          " AND replaced_by IS NULL AND (lost_to IS NULL) = ($4 = 0)",
                          "itti", ticket_id, field->name, field->value, (gint64)(field->lost_to != NULL)) > 0;
    if (!inner)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&inner));
    return FALSE;
}

/* The number of its row, or 0. */
static gint64 insert(Store *store, gint64 ticket_id, gint64 message_id, const Field *field, GError **error)
{
    return db_select_integer(
        store->db, 0, error,
        "INSERT INTO fields (ticket_id, message_id, name, value, raw, rule, place, start_byte, end_byte,"
        " is_secret, is_single, print, lost_to, lost_why, by_who) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9,"
        " $10, $11, $12, $13, $14, 'rules') RETURNING id",
        "iitttttiiiittt", ticket_id, message_id, field->name, field->value, field->raw, field->rule,
        field->where, (gint64)field->start, (gint64)field->end, (gint64)field->is_secret,
        (gint64)field->is_single, field->print, field->lost_to, field->why);
}

/* What stands, and may not be replaced: a person's word; for a guest everything. */
static gboolean find_standing(Store *store, gint64 ticket_id, const char *name, gint64 row, gboolean is_guest,
                              gint64 *out, GError **error)
{
    g_autoptr(GError) inner = NULL;
    *out = db_select_integer(store->db, 0, &inner,
                             "SELECT max(id) FROM fields WHERE ticket_id = $1 AND name = $2 AND id <> $3"
                             " AND replaced_by IS NULL AND lost_to IS NULL AND (by_who <> 'rules' OR $4 = 1)",
                             "itii", ticket_id, name, row, (gint64)is_guest);
    if (!inner)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&inner));
    return FALSE;
}

static gboolean replace(Store *store, gint64 ticket_id, const char *name, gint64 row, gboolean is_guest,
                        GError **error)
{
    gint64 standing = 0;
    if (!find_standing(store, ticket_id, name, row, is_guest, &standing, error))
        return FALSE;
    if (standing)
        return db_run(store->db, error, "UPDATE fields SET replaced_by = $2 WHERE id = $1", "ii", row,
                      standing);
    return db_run(store->db, error,
                  "UPDATE fields SET replaced_by = $3 WHERE ticket_id = $1 AND name = $2 AND id <> $3"
                  " AND replaced_by IS NULL AND lost_to IS NULL",
                  "iti", ticket_id, name, row);
}

static gboolean write_field(Store *store, const IntakeRow *row, const Decision *decision, const Field *field,
                            GError **error)
{
    gboolean there = FALSE;
    if (!is_there(store, decision->ticket_id, field, &there, error))
        return FALSE;
    if (there)
        return TRUE;
    gint64 id = insert(store, decision->ticket_id, row->envelope.mail_id, field, error);
    gboolean is_guest = g_strcmp0(decision->sender_role, "guest") == 0;
    return id && (!field->is_single || field->lost_to ||
                  replace(store, decision->ticket_id, field->name, id, is_guest, error));
}

gboolean settle_write_fields(Store *store, const IntakeRow *row, const Reading *reading,
                             const Decision *decision, GError **error)
{
    /* What one of us writes is no detail of the customer's; /field is for that. */
    if (!reading || strcmp(decision->direction, "in") != 0)
        return TRUE;
    const GPtrArray *lists[] = {reading->fields, reading->losers};
    for (guint l = 0; l < G_N_ELEMENTS(lists); l++)
        for (guint i = 0; i < lists[l]->len; i++)
            if (!write_field(store, row, decision, lists[l]->pdata[i], error))
                return FALSE;
    return TRUE;
}
