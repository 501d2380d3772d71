/* The outbox as senders see it: leases, results, and rows that change their way. */
#include "gateway/store/outbox_private.h"

#include <postern/blocks.h>

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

/* The bytes of what was claimed are in memory at once; one mail may be larger than this. */
#define CLAIM_BYTES (8u * 1024 * 1024)

static guint count_fitting(DbRows *rows, GError **error)
{
    guint count = 0;
    for (gint64 total = 0; db_next(rows, error); count++) {
        total += db_integer(rows, 0);
        if (count > 0 && total > CLAIM_BYTES)
            break;
    }
    return count;
}

/* How many of the due rows, oldest first, may be in memory together. */
static guint limit_due(Store *store, const char *route, gint64 now_us, guint most, GError **error)
{
    g_autoptr(GError) inner = NULL;
    g_autoptr(DbRows) sizes =
        db_select(store->db, &inner,
                  "SELECT length(bytes) FROM outbox WHERE state IN ('queued', 'uncertain') AND route = $3"
                  " AND next_us <= $1 AND lease_us = 0 ORDER BY next_us, id LIMIT $2",
                  "iit", now_us, (gint64)most, route);
    guint count = sizes ? count_fitting(sizes, &inner) : 0;
    if (inner)
        g_propagate_error(error, g_steal_pointer(&inner));
    return count;
}

static GPtrArray *select_due(Store *store, const char *route, gint64 now_us, guint most, GError **error)
{
    g_autoptr(GError) inner = NULL;
    guint fitting = limit_due(store, route, now_us, most, &inner);
    if (inner) {
        g_propagate_error(error, g_steal_pointer(&inner));
        return NULL;
    }
    g_autoptr(DbRows) rows =
        db_select(store->db, error,
                  "SELECT " OUTBOX_COLUMNS ", o.bytes FROM outbox o LEFT JOIN tickets t ON t.id = o.ticket_id"
                  " WHERE o.state IN ('queued', 'uncertain') AND o.route = $3 AND o.next_us <= $1"
                  " AND o.lease_us = 0 ORDER BY o.next_us, o.id LIMIT $2",
                  "iit", now_us, (gint64)fitting, route);
    return outbox_rows_read(rows, OUTBOX_WITH_BYTES, error);
}

gboolean outbox_recover(Store *store, const char *route, gint64 now_us, GError **error)
{
    return db_run(store->db, error, "UPDATE outbox SET next_us = $1 WHERE lease_us > 0 AND route = $2", "it",
                  now_us, route);
}

/* Whoever had an uncertain row may have died of it. It goes alone: in company, a few deaths would hold
 * a whole batch that was never even begun. */
static void keep_apart(GPtrArray *due)
{
    for (guint i = 0; i < due->len; i++)
        if (((const OutboxRow *)due->pdata[i])->state == OUTBOX_UNCERTAIN)
            g_ptr_array_set_size(due, (int)MAX(i, 1));
}

/* In a transaction. */
static GPtrArray *claim_due(Store *store, const char *route, gint64 now_us, gint64 lease_us, guint most,
                            GError **error)
{
    if (!recover_leases(store, now_us, error))
        return NULL;
    g_autoptr(GPtrArray) due = select_due(store, route, now_us, most, error);
    if (due)
        keep_apart(due);
    for (guint i = 0; due && i < due->len; i++)
        if (!db_run(store->db, error,
                    "UPDATE outbox SET lease_us = $2, next_us = $2, attempts = attempts + 1 WHERE id = $1",
                    "ii", ((OutboxRow *)due->pdata[i])->id, now_us + lease_us))
            return NULL;
    return g_steal_pointer(&due);
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
    if (!db_begin(store->db, &transaction, error))
        return NULL;
    g_autoptr(GPtrArray) due = claim_due(store, route, now_us, lease_us, most, error);
    return due && db_commit(&transaction, error) ? g_steal_pointer(&due) : NULL;
}

/* What is sent, failed or held becomes part of its ticket's story. */
static gboolean add_event(Store *store, gint64 id, gint64 now_us, GError **error)
{
    return db_run(
        store->db, error,
        "INSERT INTO events (ticket_id, mail_id, at_us, what, who, detail)"
        " SELECT ticket_id, mail_id, $2, CASE state WHEN 'sent' THEN 'sent' WHEN 'held' THEN 'sending held' "
        "ELSE 'not delivered' END, 'postern',"
        " kind || ' to ' || to_address || ': ' || coalesce(last_error, '') FROM outbox WHERE id = $1",
        "ii", id, now_us);
}

static gboolean change_block(Store *store, const OutboxResult *result, gint64 now_us, GError **error)
{
    if (!result->block)
        return TRUE;
    return result->block_until_us == 0 ? block_clear(store, result->block, error)
                                       : block_set(store, result->block, result->status, result->answer,
                                                   result->block_until_us, now_us, error);
}

static gboolean mark_one(Store *store, const OutboxResult *result, gint64 now_us, GError **error)
{
    gboolean unknown = result->state == OUTBOX_UNCERTAIN;
    gboolean again = unknown || result->state == OUTBOX_QUEUED;
    if (!db_run(store->db, error,
                "UPDATE outbox SET state = $2, next_us = $3, last_error = $4, lease_us = 0, uncertain = "
                "uncertain + $5, status = $7, dialogue = coalesce($8, dialogue), route = coalesce($9, route)"
                " WHERE id = $1 AND returned_us = 0 AND ($6 = 0 OR state IN ('queued', 'uncertain'))",
                "ititiittt", result->id, outbox_state_name(result->state), result->next_us, result->answer,
                (gint64)unknown, (gint64)again, result->status, result->dialogue, result->route))
        return FALSE;
    /* A report that it came back can be quicker than the sender with its mark. */
    if (db_changes(store->db) == 0)
        return TRUE;
    return change_block(store, result, now_us, error) &&
           (again || add_event(store, result->id, now_us, error));
}

static gboolean mark_all(Store *store, const OutboxResult *results, gsize count, gint64 now_us,
                         GError **error)
{
    for (gsize i = 0; i < count; i++)
        if (!mark_one(store, &results[i], now_us, error))
            return FALSE;
    return TRUE;
}

gboolean outbox_mark(Store *store, const OutboxResult *results, gsize count, gint64 now_us, GError **error)
{
    g_auto(DbTransaction) transaction = {0};
    return db_begin(store->db, &transaction, error) && mark_all(store, results, count, now_us, error) &&
           db_commit(&transaction, error);
}

GPtrArray *outbox_mark_and_claim(Store *store, const OutboxResult *results, gsize count, const char *route,
                                 gint64 now_us, gint64 lease_us, guint most, GError **error)
{
    g_auto(DbTransaction) transaction = {0};
    if (!db_begin(store->db, &transaction, error) || !mark_all(store, results, count, now_us, error))
        return NULL;
    g_autoptr(GPtrArray) due = claim_due(store, route, now_us, lease_us, most, error);
    return due && db_commit(&transaction, error) ? g_steal_pointer(&due) : NULL;
}

gint64 outbox_next_due_us(Store *store, const char *route, GError **error)
{
    return db_select_integer(
        store->db, G_MAXINT64, error,
        "SELECT next_us FROM outbox WHERE state IN ('queued', 'uncertain') AND route = $1"
        " ORDER BY next_us LIMIT 1",
        "t", route);
}

void outbox_group_free(OutboxGroup *group)
{
    if (!group)
        return;
    g_free(group->queue);
    g_free(group->from);
    g_free(group);
}

GPtrArray *outbox_groups(Store *store, const char *route, gint64 now_us, GError **error)
{
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func((GDestroyNotify)outbox_group_free);
    g_autoptr(GError) inner = NULL;
    g_autoptr(DbRows) rows =
        db_select(store->db, &inner,
                  "SELECT DISTINCT queue, from_address FROM outbox WHERE state IN ('queued', 'uncertain')"
                  " AND route = $1 AND next_us <= $2 AND lease_us = 0 ORDER BY queue, from_address",
                  "ti", route, now_us);
    while (rows && db_next(rows, &inner)) {
        OutboxGroup *group = g_new0(OutboxGroup, 1);
        *group = (OutboxGroup){.queue = g_strdup(db_text(rows, 0)), .from = g_strdup(db_text(rows, 1))};
        g_ptr_array_add(found, group);
    }
    if (!inner)
        return g_steal_pointer(&found);
    g_propagate_error(error, g_steal_pointer(&inner));
    return NULL;
}

gboolean outbox_hand_over(Store *store, const char *route, const OutboxGroup *group, const char *to,
                          gint64 now_us, gint64 *out_count, GError **error)
{
    gboolean ok = db_run(store->db, error,
                         "UPDATE outbox SET route = $4 WHERE state IN ('queued', 'uncertain') AND route = $1"
                         " AND next_us <= $5 AND lease_us = 0 AND queue = $2 AND from_address = $3",
                         "tttti", route, group->queue, group->from, to, now_us);
    *out_count = ok ? db_changes(store->db) : 0;
    return ok;
}

/* From one name to the next by the index, past all rows between. */
static char *next_route(Store *store, const char *last, GError **error)
{
    g_autoptr(DbRows) rows =
        last ? db_select(store->db, error,
                         "SELECT route FROM outbox WHERE state IN ('queued', 'uncertain') AND route > $1"
                         " ORDER BY route LIMIT 1",
                         "t", last)
             : db_select(store->db, error,
                         "SELECT route FROM outbox WHERE state IN ('queued', 'uncertain')"
                         " ORDER BY route LIMIT 1",
                         "");
    return rows && db_next(rows, error) ? g_strdup(db_text(rows, 0)) : NULL;
}

GPtrArray *outbox_routes(Store *store, GError **error)
{
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GError) inner = NULL;
    char *name = next_route(store, NULL, &inner);
    for (; name; name = next_route(store, name, &inner))
        g_ptr_array_add(found, name);
    if (!inner)
        return g_steal_pointer(&found);
    g_propagate_error(error, g_steal_pointer(&inner));
    return NULL;
}
