#include "gateway/store/outbox_private.h"

#include <postern/address.h>
#include <postern/base/error.h>

#include <string.h>

static const char *const state_names[] = {
    [OUTBOX_QUEUED] = "queued", [OUTBOX_SENT] = "sent",           [OUTBOX_FAILED] = "failed",
    [OUTBOX_HELD] = "held",     [OUTBOX_UNCERTAIN] = "uncertain",
};
G_STATIC_ASSERT(G_N_ELEMENTS(state_names) == OUTBOX_STATE_COUNT);

const char *outbox_state_name(OutboxState state)
{
    return state_names[state];
}

static OutboxState state_parse(const char *name)
{
    for (guint i = 0; i < OUTBOX_STATE_COUNT; i++)
        if (strcmp(state_names[i], name) == 0)
            return (OutboxState)i;
    return OUTBOX_HELD;
}

void outbox_row_free(OutboxRow *row)
{
    if (!row)
        return;
    char *texts[] = {row->ref,           row->kind,    row->to,         row->from,
                     row->envelope_from, row->subject, row->message_id, row->last_error,
                     row->queue,         row->route,   row->status,     row->dialogue};
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(texts[i]);
    g_clear_pointer(&row->bytes, g_bytes_unref);
    g_free(row);
}

static OutboxRow *row_read(DbRows *rows, OutboxColumns columns)
{
    OutboxRow *row = g_new0(OutboxRow, 1);
    row->id = db_integer(rows, 0);
    row->ref = g_strdup(db_text(rows, 1));
    row->kind = g_strdup(db_text(rows, 2));
    row->to = g_strdup(db_text(rows, 3));
    row->from = g_strdup(db_text(rows, 4));
    row->envelope_from = g_strdup(db_text(rows, 5));
    row->subject = g_strdup(db_text(rows, 6));
    row->message_id = g_strdup(db_text(rows, 7));
    row->state = state_parse(db_text(rows, 8));
    row->attempts = (guint)db_integer(rows, 9);
    row->uncertain = (guint)db_integer(rows, 10);
    row->created_us = db_integer(rows, 11);
    row->next_us = db_integer(rows, 12);
    row->last_error = db_text_dup(rows, 13);
    row->lost = (guint)db_integer(rows, 14);
    row->ticket_id = db_integer(rows, 15);
    row->queue = g_strdup(db_text(rows, 16));
    row->route = g_strdup(db_text(rows, 17));
    row->is_automatic = db_integer(rows, 18) != 0;
    row->status = db_text_dup(rows, 19);
    if (columns >= OUTBOX_WITH_BYTES) {
        gsize length;
        gconstpointer bytes = db_blob(rows, 20, &length);
        row->bytes = g_bytes_new(bytes, length);
    }
    if (columns == OUTBOX_WITH_DIALOGUE)
        row->dialogue = db_text_dup(rows, 21);
    return row;
}

GPtrArray *outbox_rows_read(DbRows *rows, OutboxColumns columns, GError **error)
{
    if (!rows)
        return NULL;
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func((GDestroyNotify)outbox_row_free);
    g_autoptr(GError) inner = NULL;
    while (db_next(rows, &inner))
        g_ptr_array_add(found, row_read(rows, columns));
    if (!inner)
        return g_steal_pointer(&found);
    g_propagate_error(error, g_steal_pointer(&inner));
    return NULL;
}

gboolean outbox_add(Store *store, const Outgoing *mail, gint64 ticket_id, gint64 mail_id, gint64 now_us,
                    GError **error)
{
    gsize length;
    gconstpointer bytes = g_bytes_get_data(mail->bytes, &length);
    /* A program that is away is the admins' trouble, who see its route: no owner of a ticket is told. */
    gboolean is_told = strcmp(mail->kind, "webhook") == 0;
    return db_run(
        store->db, error,
        "INSERT INTO outbox (ticket_id, mail_id, kind, queue, route, is_automatic, to_address,"
        " from_address, envelope_from, subject, message_id, bytes, state, attempts, uncertain, lease_us,"
        " created_us, next_us, is_told) VALUES (CASE $1 WHEN 0 THEN NULL ELSE $1 END, $2, $3, $4, $5, $6, $7,"
        " $8, $9, $10, $11, $12, 'queued', 0, 0, 0, $13, $13, $14)",
        "iitttitttttbii", ticket_id, mail_id, mail->kind, mail->queue ? mail->queue : "",
        mail->route ? mail->route : "", (gint64)!mail->is_personal, mail->to, mail->from, mail->envelope_from,
        mail->subject, mail->message_id, bytes, length, now_us, (gint64)is_told);
}

GPtrArray *outbox_list_of(Store *store, const char *state, const char *queue, guint most, GError **error)
{
    g_autoptr(DbRows) rows =
        db_select(store->db, error,
                  "SELECT " OUTBOX_COLUMNS
                  " FROM outbox o LEFT JOIN tickets t ON t.id = o.ticket_id WHERE ($1 = '' OR o.state = $1)"
                  " AND ($2 = '' OR o.queue = $2) ORDER BY o.id DESC LIMIT $3",
                  "tti", state ? state : "", queue ? queue : "", (gint64)most);
    return outbox_rows_read(rows, OUTBOX_PLAIN, error);
}

GPtrArray *outbox_list(Store *store, guint most, GError **error)
{
    return outbox_list_of(store, NULL, NULL, most, error);
}

OutboxRow *outbox_get(Store *store, gint64 id, GError **error)
{
    g_autoptr(DbRows) rows =
        db_select(store->db, error,
                  "SELECT " OUTBOX_COLUMNS
                  ", o.bytes, o.dialogue FROM outbox o LEFT JOIN tickets t ON t.id = o.ticket_id"
                  " WHERE o.id = $1",
                  "i", id);
    g_autoptr(GPtrArray) found = outbox_rows_read(rows, OUTBOX_WITH_DIALOGUE, error);
    if (!found)
        return NULL;
    if (found->len == 0) {
        g_set_error(error, POSTERN_ERROR, ERROR_NOT_FOUND, "there is no outbox row %" G_GINT64_FORMAT, id);
        return NULL;
    }
    g_ptr_array_set_free_func(found, NULL);
    return found->pdata[0];
}

static gboolean check_unsent(const OutboxRow *row, const char *what, GError **error)
{
    if (row->state != OUTBOX_SENT)
        return TRUE;
    g_set_error(error, POSTERN_ERROR, ERROR_CONFLICT,
                "cannot %s outbox row %" G_GINT64_FORMAT ": it was sent already", what, row->id);
    return FALSE;
}

gboolean outbox_retry(Store *store, gint64 id, gint64 now_us, GError **error)
{
    g_autoptr(OutboxRow) row = outbox_get(store, id, error);
    if (!row || !check_unsent(row, "retry", error))
        return FALSE;
    if (db_select_integer(store->db, 0, error, "SELECT lease_us > $2 FROM outbox WHERE id = $1", "ii", id,
                          now_us)) {
        g_set_error(error, POSTERN_ERROR, ERROR_CONFLICT,
                    "outbox row %" G_GINT64_FORMAT " is being sent right now; look again in a minute", id);
        return FALSE;
    }
    const char *state = row->state == OUTBOX_UNCERTAIN ? "uncertain" : "queued";
    return db_run(store->db, error,
                  "UPDATE outbox SET state = $2, next_us = $3, lease_us = 0, returned_us = 0,"
                  " is_told = CASE kind WHEN 'webhook' THEN 1 ELSE 0 END WHERE id = $1 AND state <> 'sent'",
                  "iti", id, state, now_us);
}

static GArray *waiting_ids(Store *store, const char *to, gint64 now_us, GError **error)
{
    g_autofree char *folded = address_fold(to);
    g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(gint64));
    g_autoptr(GError) inner = NULL;
    g_autoptr(DbRows) rows =
        db_select(store->db, &inner,
                  "SELECT id, to_address FROM outbox WHERE state IN ('queued',"
                  " 'uncertain') AND next_us > $1 AND lease_us = 0 AND kind <> 'webhook'",
                  "i", now_us);
    while (rows && db_next(rows, &inner)) {
        gint64 id = db_integer(rows, 0);
        g_autofree char *address = address_fold(db_text(rows, 1));
        if (strcmp(address, folded) == 0)
            g_array_append_val(ids, id);
    }
    if (!inner)
        return g_steal_pointer(&ids);
    g_propagate_error(error, g_steal_pointer(&inner));
    return NULL;
}

gboolean outbox_hasten(Store *store, const char *to, gint64 now_us, gint64 *out_count, GError **error)
{
    g_autoptr(GArray) ids = waiting_ids(store, to, now_us, error);
    *out_count = ids ? ids->len : 0;
    for (guint i = 0; ids && i < ids->len; i++)
        if (!db_run(store->db, error, "UPDATE outbox SET next_us = $2 WHERE id = $1", "ii",
                    g_array_index(ids, gint64, i), now_us))
            return FALSE;
    return ids != NULL;
}

gboolean outbox_drop(Store *store, gint64 id, const char *who, gint64 now_us, GError **error)
{
    g_autoptr(OutboxRow) row = outbox_get(store, id, error);
    if (!row || !check_unsent(row, "drop", error))
        return FALSE;
    /* Whoever drops it knows. */
    if (!db_run(store->db, error, "UPDATE outbox SET is_told = 1, returned_us = 0 WHERE id = $1", "i", id))
        return FALSE;
    g_autofree char *answer = g_strdup_printf("dropped by %s", who);
    OutboxResult result = {
        .id = id, .state = OUTBOX_FAILED, .next_us = row->next_us, .answer = answer, .status = row->status};
    return outbox_mark(store, &result, 1, now_us, error);
}

gboolean outbox_each_ack(Store *store, gint64 since_us,
                         void (*each)(gpointer user, const char *to, gint64 created_us), gpointer user,
                         GError **error)
{
    g_autoptr(GError) inner = NULL;
    /* Newest first by id and only as long as they are young: no index on time is needed. */
    g_autoptr(DbRows) rows =
        db_select(store->db, &inner,
                  "SELECT to_address, created_us FROM (SELECT id, kind, to_address, created_us FROM outbox"
                  " ORDER BY id DESC LIMIT 20000) AS recent"
                  " WHERE kind IN ('acknowledgement', 'solved', 'refused') AND created_us > $1 ORDER BY id",
                  "i", since_us);
    while (rows && db_next(rows, &inner))
        each(user, db_text(rows, 0), db_integer(rows, 1));
    if (!inner)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&inner));
    return FALSE;
}

gboolean outbox_each_automatic(Store *store, gint64 since_us, void (*each)(gpointer user, gint64 created_us),
                               gpointer user, GError **error)
{
    g_autoptr(GError) inner = NULL;
    /* Ids grow with time: it ends with the first that is older. */
    g_autoptr(DbRows) rows = db_select(
        store->db, &inner, "SELECT created_us, is_automatic, kind FROM outbox ORDER BY id DESC", "");
    while (rows && db_next(rows, &inner) && db_integer(rows, 0) > since_us)
        if (db_integer(rows, 1) && strcmp(db_text(rows, 2), "webhook") != 0)
            each(user, db_integer(rows, 0));
    if (!inner)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&inner));
    return FALSE;
}
