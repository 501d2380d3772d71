#include "gateway/store/store_private.h"

#include <postern/base/error.h>
#include <postern/outbox.h>

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

#define OUTBOX_COLUMNS                                                                                       \
    "o.id, t.ref, o.kind, o.to_address, o.from_address, o.envelope_from, o.subject, o.message_id, o.state,"  \
    " o.attempts, o.uncertain, o.created_us, o.next_us, o.last_error, o.lost, coalesce(o.ticket_id, 0),"     \
    " o.queue, o.route, o.is_automatic, o.status"

static OutboxRow *row_read(DbRows *rows, gboolean with_bytes)
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
    if (with_bytes) {
        gsize length;
        gconstpointer bytes = db_blob(rows, 20, &length);
        row->bytes = g_bytes_new(bytes, length);
    }
    return row;
}

static GPtrArray *rows_read(DbRows *rows, gboolean with_bytes, GError **error)
{
    if (!rows)
        return NULL;
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func((GDestroyNotify)outbox_row_free);
    g_autoptr(GError) inner = NULL;
    while (db_next(rows, &inner))
        g_ptr_array_add(found, row_read(rows, with_bytes));
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

/* A mail that brings the sender down again and again must not keep all others waiting. Most rows of a
 * batch were not even begun when its sender stopped, so a few times mean little. */
#define OUTBOX_LOST_MOST 10

/* While a row is leased its next_us is the end of the lease, so that one index tells what is due.
 * Whoever leased these died between sending and marking: nobody knows whether they went out. */
static gboolean recover_leases(Store *store, gint64 now_us, GError **error)
{
    return db_run(
        store->db, error,
        "UPDATE outbox SET lost = lost + 1, lease_us = 0,"
        " state = CASE WHEN lost + 1 < $2 THEN 'uncertain' ELSE 'held' END,"
        " last_error = CASE WHEN lost + 1 < $2 THEN 'the sender stopped while this was under way; it is"
        " sent again with the same Message-ID' ELSE 'the sender stopped too often while this was under"
        " way; a person must look' END"
        " WHERE lease_us > 0 AND next_us <= $1",
        "ii", now_us, (gint64)OUTBOX_LOST_MOST);
}

static GPtrArray *select_due(Store *store, const char *route, gint64 now_us, guint most, GError **error)
{
    g_autoptr(DbRows) rows =
        db_select(store->db, error,
                  "SELECT " OUTBOX_COLUMNS ", o.bytes FROM outbox o LEFT JOIN tickets t ON t.id = o.ticket_id"
                  " WHERE o.state IN ('queued', 'uncertain') AND o.route = $3 AND o.next_us <= $1"
                  " AND o.lease_us = 0 ORDER BY o.next_us LIMIT $2",
                  "iit", now_us, (gint64)most, route);
    return rows_read(rows, TRUE, error);
}

gboolean outbox_recover(Store *store, const char *route, gint64 now_us, GError **error)
{
    return db_run(store->db, error, "UPDATE outbox SET next_us = $1 WHERE lease_us > 0 AND route = $2", "it",
                  now_us, route);
}

/* Whoever had an uncertain row may have died of it. It goes alone: in company, three deaths would hold 31
 * others that were never even begun. */
static void keep_apart(GPtrArray *due)
{
    for (guint i = 0; i < due->len; i++)
        if (((const OutboxRow *)due->pdata[i])->state == OUTBOX_UNCERTAIN)
            g_ptr_array_set_size(due, (int)MAX(i, 1));
}

GPtrArray *outbox_claim(Store *store, const char *route, gint64 now_us, gint64 lease_us, guint most,
                        GError **error)
{
    if (!db_check_place(store->db, error))
        return NULL;
    /* Looking first keeps an idle sender from taking the write lock. */
    if (outbox_next_due_us(store, route, error) > now_us)
        return error && *error ? NULL : g_ptr_array_new_with_free_func((GDestroyNotify)outbox_row_free);
    g_auto(DbTransaction) transaction = {0};
    if (!db_begin(store->db, &transaction, error) || !recover_leases(store, now_us, error))
        return NULL;
    g_autoptr(GPtrArray) due = select_due(store, route, now_us, most, error);
    if (due)
        keep_apart(due);
    for (guint i = 0; due && i < due->len; i++)
        if (!db_run(store->db, error,
                    "UPDATE outbox SET lease_us = $2, next_us = $2, attempts = attempts + 1 WHERE id = $1",
                    "ii", ((OutboxRow *)due->pdata[i])->id, now_us + lease_us))
            return NULL;
    return due && db_commit(&transaction, error) ? g_steal_pointer(&due) : NULL;
}

static gboolean mark_one(Store *store, const OutboxResult *result, gint64 now_us, GError **error)
{
    gboolean unknown = result->state == OUTBOX_UNCERTAIN;
    gboolean again = unknown || result->state == OUTBOX_QUEUED;
    if (!db_run(store->db, error,
                "UPDATE outbox SET state = $2, next_us = $3, last_error = $4, lease_us = 0, uncertain = "
                "uncertain + $5, status = $7, dialogue = coalesce($8, dialogue)"
                " WHERE id = $1 AND ($6 = 0 OR state IN ('queued', 'uncertain'))",
                "ititiitt", result->id, outbox_state_name(result->state), result->next_us, result->answer,
                (gint64)unknown, (gint64)again, result->status, result->dialogue))
        return FALSE;
    if (again)
        return TRUE;
    return db_run(
        store->db, error,
        "INSERT INTO events (ticket_id, mail_id, at_us, what, who, detail)"
        " SELECT ticket_id, mail_id, $2, CASE state WHEN 'sent' THEN 'sent' WHEN 'held' THEN 'sending held' "
        "ELSE 'not delivered' END, 'postern',"
        " kind || ' to ' || to_address || ': ' || coalesce(last_error, '') FROM outbox WHERE id = $1",
        "ii", result->id, now_us);
}

gboolean outbox_mark(Store *store, const OutboxResult *results, gsize count, gint64 now_us, GError **error)
{
    g_auto(DbTransaction) transaction = {0};
    if (!db_begin(store->db, &transaction, error))
        return FALSE;
    for (gsize i = 0; i < count; i++)
        if (!mark_one(store, &results[i], now_us, error))
            return FALSE;
    return db_commit(&transaction, error);
}

gint64 outbox_next_due_us(Store *store, const char *route, GError **error)
{
    return db_select_integer(
        store->db, G_MAXINT64, error,
        "SELECT next_us FROM outbox WHERE state IN ('queued', 'uncertain') AND route = $1"
        " ORDER BY next_us LIMIT 1",
        "t", route);
}

GPtrArray *outbox_list(Store *store, guint most, GError **error)
{
    g_autoptr(DbRows) rows =
        db_select(store->db, error,
                  "SELECT " OUTBOX_COLUMNS
                  " FROM outbox o LEFT JOIN tickets t ON t.id = o.ticket_id ORDER BY o.id DESC LIMIT $1",
                  "i", (gint64)most);
    return rows_read(rows, FALSE, error);
}

OutboxRow *outbox_get(Store *store, gint64 id, GError **error)
{
    g_autoptr(DbRows) rows =
        db_select(store->db, error,
                  "SELECT " OUTBOX_COLUMNS
                  ", o.bytes FROM outbox o LEFT JOIN tickets t ON t.id = o.ticket_id WHERE o.id = $1",
                  "i", id);
    g_autoptr(GPtrArray) found = rows_read(rows, TRUE, error);
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
    return db_run(
        store->db, error,
        "UPDATE outbox SET state = $2, next_us = $3, lease_us = 0 WHERE id = $1 AND state <> 'sent'", "iti",
        id, state, now_us);
}

gboolean outbox_drop(Store *store, gint64 id, const char *who, gint64 now_us, GError **error)
{
    g_autoptr(OutboxRow) row = outbox_get(store, id, error);
    if (!row || !check_unsent(row, "drop", error))
        return FALSE;
    g_autofree char *answer = g_strdup_printf("dropped by %s", who);
    OutboxResult result = {.id = id, .state = OUTBOX_FAILED, .next_us = row->next_us, .answer = answer};
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
                  " WHERE kind = 'acknowledgement' AND created_us > $1 ORDER BY id",
                  "i", since_us);
    while (rows && db_next(rows, &inner))
        each(user, db_text(rows, 0), db_integer(rows, 1));
    if (!inner)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&inner));
    return FALSE;
}
