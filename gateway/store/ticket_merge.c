#include "gateway/store/ticket_fields.h"
#include "gateway/store/ticket_rows.h"

#include <postern/address.h>
#include <postern/ticket_change.h>

#include <string.h>

typedef struct {
    TicketRow from, into;
    gboolean is_one_requester;
} Merge;

static void merge_clear(Merge *merge)
{
    ticket_row_clear(&merge->from);
    ticket_row_clear(&merge->into);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Merge, merge_clear)

/* The ticket that has the messages of `row` now. */
static gboolean follow(Store *store, TicketRow *row, GError **error)
{
    while (row->merged_into) {
        gint64 next = row->merged_into;
        ticket_row_clear(row);
        if (!ticket_row_read(store, next, row, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean merge_begin(Store *store, gint64 from, gint64 into, Merge *merge, GError **error)
{
    if (!ticket_row_read(store, from, &merge->from, error) ||
        !ticket_row_read(store, into, &merge->into, error))
        return FALSE;
    if (from == into)
        return ticket_refuse(error, ERROR_REFUSED, "%s cannot be merged into itself", merge->from.ref);
    g_autofree char *named = g_strdup(merge->into.ref);
    if (!follow(store, &merge->into, error))
        return FALSE;
    if (merge->from.merged_into) {
        g_auto(TicketRow) other = {0};
        return ticket_row_read(store, merge->from.merged_into, &other, error) &&
               ticket_refuse(error, ERROR_CONFLICT, "%s was merged into %s already", merge->from.ref,
                             other.ref);
    }
    if (merge->into.id == from)
        return ticket_refuse(error, ERROR_CONFLICT, "%s was merged into %s already", named, merge->from.ref);
    if (strcmp(merge->into.status, "spam") == 0)
        return ticket_refuse(error, ERROR_REFUSED,
                             "%s is spam, nobody would see what is merged into it; reopen it first",
                             merge->into.ref);
    merge->is_one_requester = address_equal(merge->from.requester_address, merge->into.requester_address);
    return TRUE;
}

static gboolean merge_rows(Store *store, const Merge *merge, const char *who, gint64 now_us, GError **error)
{
    gint64 from = merge->from.id, into = merge->into.id;
    return db_run(store->db, error,
                  "INSERT INTO moves (message_id, from_ticket, to_ticket, how, who, at_us)"
                  " SELECT id, $1, $2, 'merge', $3, $4 FROM messages WHERE ticket_id = $1 ORDER BY id",
                  "iiti", from, into, who, now_us) &&
           db_run(store->db, error, "UPDATE messages SET ticket_id = $2 WHERE ticket_id = $1", "ii", from,
                  into) &&
           db_run(store->db, error, "UPDATE fields SET ticket_id = $2 WHERE ticket_id = $1", "ii", from,
                  into) &&
           ticket_fields_settle(store, into, error) &&
           db_run(store->db, error, "UPDATE heard_ids SET ticket_id = $2 WHERE ticket_id = $1", "ii", from,
                  into) &&
           db_run(store->db, error, "UPDATE drafts SET ticket_id = $2 WHERE ticket_id = $1", "ii", from,
                  into);
}

/* Of one customer's two tickets, who belonged to one belongs to both. Another customer, and who took part
 * there, is a guest here until an agent adds him: else each would get what the other is answered. */
static gboolean merge_people(Store *store, const Merge *merge, GError **error)
{
    g_autofree char *requester = address_fold(merge->into.requester_address);
    g_autofree char *other = merge->is_one_requester ? NULL : address_fold(merge->from.requester_address);
    if (!db_run(store->db, error,
                "INSERT INTO participants (ticket_id, address, name, role, copies)"
                " SELECT $2, address, name, CASE $4 WHEN 1 THEN role ELSE 'guest' END,"
                " CASE $4 WHEN 1 THEN copies ELSE 0 END FROM participants"
                " WHERE ticket_id = $1 AND address <> $3 ON CONFLICT (ticket_id, address) DO UPDATE SET"
                " role = CASE WHEN 'participant' IN (participants.role, excluded.role) THEN 'participant'"
                " WHEN 'copy' IN (participants.role, excluded.role) THEN 'copy' ELSE participants.role END,"
                " copies = CASE WHEN excluded.copies < 0 OR participants.copies < 0 THEN -1"
                " WHEN excluded.copies > participants.copies THEN excluded.copies"
                " ELSE participants.copies END",
                "iiti", merge->from.id, merge->into.id, requester ? requester : "",
                (gint64)merge->is_one_requester))
        return FALSE;
    return !other || db_run(store->db, error,
                            "INSERT INTO participants (ticket_id, address, name, role, copies)"
                            " VALUES ($1, $2, $3, 'guest', 0) ON CONFLICT (ticket_id, address) DO NOTHING",
                            "itt", merge->into.id, other, merge->from.requester_name);
}

static gint64 wakefulness(const char *status)
{
    if (strcmp(status, "waiting") == 0)
        return 1;
    return strcmp(status, "new") == 0 || strcmp(status, "open") == 0 ? 2 : 0;
}

/* What one of the two waited for, both do now. */
static gboolean merge_status(Store *store, const Merge *merge, gint64 now_us, GError **error)
{
    gint64 from = wakefulness(merge->from.status);
    if (from <= wakefulness(merge->into.status))
        return TRUE;
    return ticket_set_status(store, merge->into.id, from == 2 ? "open" : "waiting", now_us, error);
}

static gboolean merge_owner(Store *store, const Merge *merge, gint64 now_us, GError **error)
{
    const TicketRow *from = &merge->from, *into = &merge->into;
    gboolean is_owned = into->owner && into->lease_us > now_us;
    if (!is_owned && from->owner && from->lease_us > now_us &&
        !ticket_set_owner(store, into->id, from->owner, from->lease_us, now_us, error))
        return FALSE;
    return into->voice || !from->voice || ticket_set_voice(store, into->id, from->voice, error);
}

/* What a person said about one goes before a hint about the other. */
static gboolean merge_words(Store *store, const Merge *merge, gint64 now_us, GError **error)
{
    return db_run(
        store->db, error,
        "UPDATE tickets SET severity = CASE WHEN tickets.severity_by = 'rules' AND"
        " f.severity_by IS NULL THEN coalesce(f.severity, tickets.severity)"
        " ELSE coalesce(tickets.severity, f.severity) END,"
        " severity_by = CASE WHEN tickets.severity IS NULL THEN f.severity_by"
        " WHEN f.severity IS NOT NULL AND f.severity_by IS NULL THEN NULL ELSE tickets.severity_by END,"
        " asked = CASE WHEN tickets.asked_us = 0 THEN f.asked ELSE tickets.asked END,"
        " asked_us = CASE WHEN tickets.asked_us = 0 THEN f.asked_us ELSE tickets.asked_us END,"
        " kind = coalesce(tickets.kind, f.kind), category = coalesce(tickets.category, f.category),"
        " due_us = coalesce(tickets.due_us, f.due_us), updated_us = $3 FROM tickets f"
        " WHERE tickets.id = $2 AND f.id = $1",
        "iii", merge->from.id, merge->into.id, now_us);
}

/* Tickets that were merged into `from` before lead on to where their messages are now. */
static gboolean merge_close(Store *store, const Merge *merge, gint64 now_us, GError **error)
{
    return db_run(store->db, error, "UPDATE tickets SET merged_into = $2 WHERE merged_into = $1", "ii",
                  merge->from.id, merge->into.id) &&
           db_run(store->db, error,
                  "UPDATE tickets SET merged_into = $2, status = 'closed', updated_us = $3, snooze_us = 0,"
                  " closed_us = CASE WHEN closed_us > 0 THEN closed_us ELSE $3 END, owner = NULL,"
                  " lease_us = 0 WHERE id = $1",
                  "iii", merge->from.id, merge->into.id, now_us) &&
           ticket_link_add(store, merge->from.id, merge->into.id, "merged into", error);
}

static gboolean merge_events(Store *store, const Merge *merge, const char *who, gint64 now_us, GError **error)
{
    g_autofree char *words = g_strdup_printf("%s into %s", merge->from.ref, merge->into.ref);
    return store_add_event(store, merge->from.id, 0, now_us, "merged", who, words, error) &&
           store_add_event(store, merge->into.id, 0, now_us, "merged", who, words, error);
}

gboolean ticket_merge(Store *store, gint64 from, gint64 into, const char *who, gint64 now_us, GError **error)
{
    g_auto(Merge) merge = {0};
    return merge_begin(store, from, into, &merge, error) && merge_rows(store, &merge, who, now_us, error) &&
           merge_people(store, &merge, error) && merge_status(store, &merge, now_us, error) &&
           merge_owner(store, &merge, now_us, error) && merge_words(store, &merge, now_us, error) &&
           merge_close(store, &merge, now_us, error) && merge_events(store, &merge, who, now_us, error);
}
