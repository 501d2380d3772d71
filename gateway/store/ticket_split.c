#include "gateway/store/ticket_fields.h"
#include "gateway/store/ticket_rows.h"

#include <postern/address.h>
#include <postern/base/clean.h>
#include <postern/base/limits.h>
#include <postern/base/mail_id.h>
#include <postern/ticket_change.h>

#include <string.h>

typedef struct {
    TicketRow old;
    gint64 new_id;
    const char *new_ref, *who;
    gint64 now_us;
} Split;

static void split_clear(Split *split)
{
    ticket_row_clear(&split->old);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Split, split_clear)

static gboolean split_begin(Store *store, gint64 ticket_id, Split *split, GError **error)
{
    if (!ticket_row_read(store, ticket_id, &split->old, error))
        return FALSE;
    if (!split->old.merged_into)
        return TRUE;
    g_auto(TicketRow) into = {0};
    return ticket_row_read(store, split->old.merged_into, &into, error) &&
           ticket_refuse(error, ERROR_CONFLICT, "%s was merged into %s, which has its messages",
                         split->old.ref, into.ref);
}

/* The subject without the reference of the ticket that it leaves. */
static char *plain_subject(const char *subject, const char *ref)
{
    g_autofree char *bracketed = g_strdup_printf("[%s]", ref);
    g_auto(GStrv) pieces = g_strsplit(subject, bracketed, -1);
    for (guint i = 1; pieces[0] && pieces[i]; i++)
        g_strchug(pieces[i]);
    g_autofree char *joined = g_strjoinv("", pieces);
    return clean_line(joined, -1, LIMIT_SUBJECT_BYTES);
}

/* A ticket without a writer yet: split_opener names him once the messages are in it. */
static gboolean split_ticket(Store *store, const Split *split, GError **error)
{
    const TicketRow *old = &split->old;
    gboolean is_owned = old->owner && old->lease_us > split->now_us;
    return db_run(store->db, error,
                  "INSERT INTO tickets (id, ref, queue, status, subject, requester_name, requester_address,"
                  " created_us, updated_us, owner, lease_us) VALUES ($1, $2, $3, 'open', '', '', '', $4, $4,"
                  " $5, $6)",
                  "ittiti", split->new_id, split->new_ref, old->queue, split->now_us,
                  is_owned ? old->owner : NULL, is_owned ? old->lease_us : (gint64)0);
}

static gboolean split_message(Store *store, const Split *split, gint64 message_id, GError **error)
{
    gint64 old_id = split->old.id;
    if (!db_run(store->db, error, "UPDATE messages SET ticket_id = $3 WHERE id = $1 AND ticket_id = $2",
                "iii", message_id, old_id, split->new_id))
        return FALSE;
    if (db_changes(store->db) == 0) {
        g_autofree char *id = mail_id_format(message_id);
        return ticket_refuse(error, ERROR_NOT_FOUND,
                             "%s has no message %s; 'postern ticket show %s' shows those that it has",
                             split->old.ref, id, split->old.ref);
    }
    return db_run(store->db, error,
                  "INSERT INTO moves (message_id, from_ticket, to_ticket, how, who, at_us)"
                  " VALUES ($1, $2, $3, 'split', $4, $5)",
                  "iiiti", message_id, old_id, split->new_id, split->who, split->now_us) &&
           db_run(store->db, error,
                  "UPDATE fields SET ticket_id = $3 WHERE message_id = $1 AND ticket_id = $2", "iii",
                  message_id, old_id, split->new_id) &&
           db_run(store->db, error,
                  "UPDATE heard_ids SET ticket_id = $3 WHERE mail_id = $1 AND ticket_id = $2", "iii",
                  message_id, old_id, split->new_id) &&
           db_run(store->db, error, "UPDATE drafts SET ticket_id = $3 WHERE mail_id = $1 AND ticket_id = $2",
                  "iii", message_id, old_id, split->new_id);
}

static gboolean split_left(Store *store, const Split *split, GError **error)
{
    g_autoptr(GError) inner = NULL;
    gint64 left = db_select_integer(
        store->db, 0, &inner, "SELECT count(*) FROM messages WHERE ticket_id = $1 AND direction <> 'note'",
        "i", split->old.id);
    if (inner)
        g_propagate_error(error, g_steal_pointer(&inner));
    else if (left == 0)
        ticket_refuse(error, ERROR_REFUSED,
                      "no message would stay in %s; name only those that are about something else",
                      split->old.ref);
    return left > 0;
}

/* The writer of the first message that is not an agent's. */
typedef struct {
    char *name, *address, *subject;
    gint64 at_us;
} Opener;

static void opener_clear(Opener *opener)
{
    g_free(opener->name);
    g_free(opener->address);
    g_free(opener->subject);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Opener, opener_clear)

static gboolean read_opener(Store *store, const Split *split, Opener *out, GError **error)
{
    g_autoptr(GError) inner = NULL;
    g_autoptr(DbRows) rows =
        db_select(store->db, &inner,
                  "SELECT from_name, from_address, subject, at_us FROM messages WHERE ticket_id = $1"
                  " AND direction = 'in' AND role <> 'agent' ORDER BY id LIMIT 1",
                  "i", split->new_id);
    if (rows && db_next(rows, &inner)) {
        out->name = db_text_dup(rows, 0);
        out->address = db_text_dup(rows, 1);
        out->subject = plain_subject(db_text(rows, 2), split->old.ref);
        out->at_us = db_integer(rows, 3);
        return TRUE;
    }
    if (inner)
        g_propagate_error(error, g_steal_pointer(&inner));
    else
        ticket_refuse(error, ERROR_REFUSED,
                      "none of these messages is of a customer, who would have the ticket?");
    return FALSE;
}

/* Others who wrote: what they were in the old ticket, they are in the new one. */
static gboolean split_people(Store *store, const Split *split, const Opener *opener, GError **error)
{
    g_autofree char *requester = address_fold(opener->address);
    g_autofree char *before = address_fold(split->old.requester_address);
    if (!db_run(store->db, error,
                "INSERT INTO participants (ticket_id, address, name, role, copies)"
                " SELECT $2, p.address, p.name, p.role, p.copies FROM participants p WHERE p.ticket_id = $1"
                " AND p.address <> $3 AND EXISTS (SELECT 1 FROM messages m WHERE m.ticket_id = $2"
                " AND m.direction = 'in' AND lower(m.from_address) = p.address)",
                "iit", split->old.id, split->new_id, requester ? requester : ""))
        return FALSE;
    if (!before || (requester && strcmp(before, requester) == 0))
        return TRUE;
    return db_run(store->db, error,
                  "INSERT INTO participants (ticket_id, address, name, role, copies)"
                  " SELECT $1, $2, $3, 'participant', 0 WHERE EXISTS (SELECT 1 FROM messages m"
                  " WHERE m.ticket_id = $1 AND m.direction = 'in' AND lower(m.from_address) = $2)"
                  " ON CONFLICT (ticket_id, address) DO NOTHING",
                  "itt", split->new_id, before, split->old.requester_name);
}

/* Whose messages are all gone has nothing to do with the old ticket any more, and gets no answers there: he
 * may have come into it by a merge that this takes back. Whom an agent added stays. */
static GPtrArray *drop_leavers(Store *store, const Split *split, GError **error)
{
    g_autoptr(GPtrArray) gone = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GError) inner = NULL;
    g_autoptr(DbRows) rows = db_select(store->db, &inner,
                                       "DELETE FROM participants WHERE ticket_id = $1 AND role <> 'copy'"
                                       " AND EXISTS (SELECT 1 FROM messages m WHERE m.ticket_id = $2"
                                       " AND lower(m.from_address) = participants.address)"
                                       " AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.ticket_id = $1"
                                       " AND lower(m.from_address) = participants.address) RETURNING address",
                                       "ii", split->old.id, split->new_id);
    while (rows && db_next(rows, &inner))
        g_ptr_array_add(gone, db_text_dup(rows, 0));
    if (!inner)
        return g_steal_pointer(&gone);
    g_propagate_error(error, g_steal_pointer(&inner));
    return NULL;
}

static gboolean split_leave(Store *store, const Split *split, GError **error)
{
    g_autoptr(GPtrArray) gone = drop_leavers(store, split, error);
    for (guint i = 0; gone && i < gone->len; i++) {
        g_autofree char *words =
            g_strdup_printf("%s, whose messages are all in %s", (char *)gone->pdata[i], split->new_ref);
        if (!store_add_event(store, split->old.id, 0, split->now_us, "belongs no more", split->who, words,
                             error))
            return FALSE;
    }
    return gone != NULL;
}

static gboolean split_opener(Store *store, const Split *split, GError **error)
{
    g_auto(Opener) opener = {0};
    if (!read_opener(store, split, &opener, error))
        return FALSE;
    gboolean is_same = address_equal(opener.address, split->old.requester_address);
    return db_run(store->db, error,
                  "UPDATE tickets SET requester_name = $2, requester_address = $3, subject = $4,"
                  " created_us = $5, voice = $6 WHERE id = $1",
                  "itttit", split->new_id, opener.name, opener.address, opener.subject, opener.at_us,
                  is_same ? split->old.voice : NULL) &&
           split_people(store, split, &opener, error) && split_leave(store, split, error);
}

static gboolean split_events(Store *store, const Split *split, GError **error)
{
    g_autofree char *off = g_strdup_printf("split off %s", split->old.ref);
    g_autofree char *words = g_strdup_printf("%s off %s", split->new_ref, split->old.ref);
    return store_add_event(store, split->old.id, 0, split->now_us, "split", split->who, words, error) &&
           store_add_event(store, split->new_id, 0, split->now_us, "opened", split->who, off, error) &&
           ticket_link_add(store, split->new_id, split->old.id, "split from", error) &&
           db_run(store->db, error, "UPDATE tickets SET updated_us = $2 WHERE id = $1", "ii", split->old.id,
                  split->now_us);
}

static gboolean is_repeated(const gint64 *ids, gsize at)
{
    for (gsize i = 0; i < at; i++)
        if (ids[i] == ids[at])
            return TRUE;
    return FALSE;
}

gboolean ticket_split(Store *store, gint64 ticket_id, const gint64 *message_ids, gsize count,
                      const char *new_ref, const char *who, gint64 now_us, gint64 *out_ticket_id,
                      GError **error)
{
    g_auto(Split) split = {.new_id = mail_id_new(), .new_ref = new_ref, .who = who, .now_us = now_us};
    gboolean ok = split_begin(store, ticket_id, &split, error) && split_ticket(store, &split, error);
    for (gsize i = 0; ok && i < count; i++)
        ok = is_repeated(message_ids, i) || split_message(store, &split, message_ids[i], error);
    *out_ticket_id = split.new_id;
    return ok && split_left(store, &split, error) && ticket_fields_settle(store, ticket_id, error) &&
           ticket_fields_settle(store, split.new_id, error) && split_opener(store, &split, error) &&
           split_events(store, &split, error);
}
