#include "gateway/store/store_private.h"
#include "gateway/store/ticket_fields.h"

#include <postern/base/digest.h>
#include <postern/base/error.h>
#include <postern/tickets.h>

#define TICKET_COLUMNS                                                                                       \
    "id, ref, status, queue, subject, severity, kind, category, owner, requester_name, requester_address, "  \
    "created_us,"                                                                                            \
    " updated_us, coalesce(due_us, 0), voice, lease_us, closed_us, snooze_us, coalesce(merged_into, 0),"     \
    " severity_by, asked, asked_us, complete_us"

static gpointer ticket_read(DbRows *rows)
{
    Ticket *ticket = ticket_new();
    ticket->id = db_integer(rows, 0);
    char **texts[] = {&ticket->ref,
                      &ticket->status,
                      &ticket->queue,
                      &ticket->subject,
                      &ticket->severity,
                      &ticket->kind,
                      &ticket->category,
                      &ticket->owner,
                      &ticket->requester_name,
                      &ticket->requester_address};
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        *texts[i] = db_text_dup(rows, (int)i + 1);
    ticket->created_us = db_integer(rows, 11);
    ticket->updated_us = db_integer(rows, 12);
    ticket->due_us = db_integer(rows, 13);
    ticket->voice = db_text_dup(rows, 14);
    ticket->lease_us = db_integer(rows, 15);
    ticket->closed_us = db_integer(rows, 16);
    ticket->snooze_us = db_integer(rows, 17);
    ticket->merged_into = db_integer(rows, 18);
    ticket->severity_by = db_text_dup(rows, 19);
    ticket->asked = db_text_dup(rows, 20);
    ticket->asked_us = db_integer(rows, 21);
    ticket->complete_us = db_integer(rows, 22);
    return ticket;
}

static gpointer participant_read(DbRows *rows)
{
    Participant *participant = g_new0(Participant, 1);
    participant->address = db_text_dup(rows, 0);
    participant->role = db_text_dup(rows, 1);
    participant->name = db_text_dup(rows, 2);
    participant->copies = db_integer(rows, 3) > 0;
    return participant;
}

static gpointer message_read(DbRows *rows)
{
    TicketMessage *message = g_new0(TicketMessage, 1);
    message->id = db_integer(rows, 0);
    char **texts[] = {&message->direction, &message->from_name, &message->from_address, &message->subject,
                      &message->kind,      &message->reply,     &message->attachments,  &message->findings,
                      &message->why,       &message->to};
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        *texts[i] = db_text_dup(rows, (int)i + 1);
    message->date_us = db_integer(rows, 11);
    message->at_us = db_integer(rows, 12);
    gsize length;
    gconstpointer digest = db_blob(rows, 13, &length);
    message->raw_sha256 = digest ? digest_hex(digest, length) : NULL;
    message->outbox_id = db_integer(rows, 14);
    message->role = db_text_dup(rows, 15);
    message->message_id = db_text_dup(rows, 16);
    message->meanings = db_text_dup(rows, 17);
    return message;
}

static gpointer event_read(DbRows *rows)
{
    StoredEvent *event = g_new0(StoredEvent, 1);
    event->at_us = db_integer(rows, 0);
    event->mail_id = db_integer(rows, 1);
    event->what = db_text_dup(rows, 2);
    event->who = db_text_dup(rows, 3);
    event->detail = db_text_dup(rows, 4);
    return event;
}

static gpointer link_read(DbRows *rows)
{
    TicketLink *link = g_new0(TicketLink, 1);
    link->ref = db_text_dup(rows, 0);
    link->how = db_text_dup(rows, 1);
    return link;
}

/* Steps through `rows` and adds what `read` makes of each. */
static gboolean collect(DbRows *rows_taken, gpointer (*read)(DbRows *), GPtrArray *out, GError **error)
{
    g_autoptr(DbRows) rows = rows_taken;
    g_autoptr(GError) inner = NULL;
    while (rows && db_next(rows, &inner))
        g_ptr_array_add(out, read(rows));
    if (inner)
        g_propagate_error(error, g_steal_pointer(&inner));
    return rows && !(error && *error);
}

/* A link is kept once and has a word for each end. */
static const char links_sql[] =
    "SELECT t.ref, l.how FROM links l JOIN tickets t ON t.id = l.other_id WHERE l.ticket_id = $1"
    " UNION SELECT t.ref, CASE l.how WHEN 'merged into' THEN 'merged from' WHEN 'split from' THEN 'split off'"
    " WHEN 'continues' THEN 'continued by'"
    " ELSE l.how END FROM links l JOIN tickets t ON t.id = l.ticket_id WHERE l.other_id = $1"
    " ORDER BY 1, 2 LIMIT $2";

/* At most `most` of each; of fields the newest, of people those who belong. */
static gboolean fill_small(Store *store, Ticket *ticket, gint64 most, GError **error)
{
    Db *db = store->db;
    return collect(db_select(db, error,
                             "SELECT address, role, name, copies FROM (SELECT address, role, name, copies"
                             " FROM participants WHERE ticket_id = $1 ORDER BY role = 'guest', copies DESC,"
                             " address LIMIT $2) AS first ORDER BY address",
                             "ii", ticket->id, most),
                   participant_read, ticket->participants, error) &&
           ticket_fields_read(store, ticket, most, error) &&
           collect(db_select(db, error, links_sql, "ii", ticket->id, most), link_read, ticket->links, error);
}

#define MESSAGE_COLUMNS                                                                                      \
    "m.id, m.direction, m.from_name, m.from_address, m.subject, m.kind, m.reply, m.attachments, m.findings," \
    " m.why, '' AS recipient, coalesce(m.date_us, 0), m.at_us AS at, r.sha256, 0, m.role, m.message_id,"     \
    " m.meanings"

/* What we said by ourselves to customers stands in the conversation as they have it. An agent's answer is a
 * message already, and what agents, admins and programs are told is no part of it. */
static gboolean fill_large(Store *store, Ticket *ticket, GError **error)
{
    Db *db = store->db;
    return collect(
               db_select(
                   db, error,
                   "SELECT " MESSAGE_COLUMNS
                   " FROM messages m LEFT JOIN raw r ON r.id = m.raw_id WHERE m.ticket_id = $1"
                   " UNION ALL SELECT o.id, 'out', '', o.from_address, o.subject, o.kind, '', '[]', "
                   "'[]', '[]',"
                   " o.to_address, o.created_us, o.created_us, NULL, o.id, '', NULL, '[]' FROM outbox o"
                   " WHERE o.ticket_id = $1 AND o.kind IN ('acknowledgement', 'handoff', 'solved', 'refused')"
                   " ORDER BY 13, 2",
                   "i", ticket->id),
               message_read, ticket->messages, error) &&
           ticket_fields_read_old(store, ticket, error) &&
           collect(db_select(db, error,
                             "SELECT at_us, coalesce(mail_id, 0), what, who, detail FROM events WHERE "
                             "ticket_id = $1 ORDER BY id",
                             "i", ticket->id),
                   event_read, ticket->events, error);
}

GPtrArray *ticket_list(Store *store, const char *status, const char *queue, guint most, GError **error)
{
    g_autoptr(GPtrArray) tickets = g_ptr_array_new_with_free_func((GDestroyNotify)ticket_free);
    g_autoptr(GError) inner = NULL;
    {
        g_autoptr(DbRows) rows =
            db_select(store->db, &inner,
                      "SELECT " TICKET_COLUMNS " FROM tickets WHERE ($1 = '' OR status = $1)"
                      " AND ($2 = '' OR queue = $2) ORDER BY updated_us DESC, id DESC LIMIT $3",
                      "tti", status ? status : "", queue ? queue : "", (gint64)most);
        while (rows && db_next(rows, &inner))
            g_ptr_array_add(tickets, ticket_read(rows));
    }
    for (guint i = 0; !inner && i < tickets->len; i++)
        fill_small(store, tickets->pdata[i], G_MAXINT64, &inner);
    if (!inner)
        return g_steal_pointer(&tickets);
    g_propagate_error(error, g_steal_pointer(&inner));
    return NULL;
}

static Ticket *ticket_row(Store *store, const char *ref, GError **error)
{
    g_autofree char *upper = g_ascii_strup(ref, -1);
    g_autoptr(GError) inner = NULL;
    g_autoptr(DbRows) rows =
        db_select(store->db, &inner, "SELECT " TICKET_COLUMNS " FROM tickets WHERE ref = $1", "t", upper);
    if (rows && db_next(rows, &inner))
        return ticket_read(rows);
    if (inner)
        g_propagate_error(error, g_steal_pointer(&inner));
    else
        g_set_error(error, POSTERN_ERROR, ERROR_NOT_FOUND,
                    "there is no ticket %s; 'postern ticket list' shows all", upper);
    return NULL;
}

Ticket *ticket_get(Store *store, const char *ref, GError **error)
{
    g_autoptr(Ticket) ticket = ticket_row(store, ref, error);
    if (!ticket || !fill_small(store, ticket, G_MAXINT64, error) || !fill_large(store, ticket, error))
        return NULL;
    return g_steal_pointer(&ticket);
}

static Ticket *ticket_row_by_id(Store *store, gint64 id, GError **error)
{
    g_autoptr(GError) inner = NULL;
    g_autoptr(DbRows) rows =
        db_select(store->db, &inner, "SELECT " TICKET_COLUMNS " FROM tickets WHERE id = $1", "i", id);
    if (rows && db_next(rows, &inner))
        return ticket_read(rows);
    if (inner)
        g_propagate_error(error, g_steal_pointer(&inner));
    else
        g_set_error(error, POSTERN_ERROR, ERROR_NOT_FOUND, "there is no such ticket");
    return NULL;
}

Ticket *ticket_get_with(Store *store, gint64 ticket_id, gint64 mail_id, guint most, GError **error)
{
    g_autoptr(Ticket) ticket = ticket_row_by_id(store, ticket_id, error);
    if (!ticket || !fill_small(store, ticket, most, error))
        return NULL;
    DbRows *rows = db_select(store->db, error,
                             "SELECT " MESSAGE_COLUMNS " FROM messages m LEFT JOIN raw r ON r.id = m.raw_id"
                             " WHERE m.id = $1 AND m.ticket_id = $2",
                             "ii", mail_id, ticket_id);
    return collect(rows, message_read, ticket->messages, error) ? g_steal_pointer(&ticket) : NULL;
}

Ticket *ticket_get_latest(Store *store, gint64 ticket_id, guint messages, guint most, GError **error)
{
    g_autoptr(Ticket) ticket = ticket_row_by_id(store, ticket_id, error);
    if (!ticket || !fill_small(store, ticket, most, error))
        return NULL;
    DbRows *rows =
        db_select(store->db, error,
                  "SELECT * FROM (SELECT " MESSAGE_COLUMNS " FROM messages m LEFT JOIN raw r"
                  " ON r.id = m.raw_id WHERE m.ticket_id = $1 ORDER BY m.id DESC LIMIT $2) AS latest"
                  " ORDER BY 1",
                  "ii", ticket_id, (gint64)messages);
    return collect(rows, message_read, ticket->messages, error) ? g_steal_pointer(&ticket) : NULL;
}

GPtrArray *ticket_list_of(Store *store, const char *requester, gint64 but_id, guint most, guint *out_count,
                          GError **error)
{
    g_autoptr(GPtrArray) tickets = g_ptr_array_new_with_free_func((GDestroyNotify)ticket_free);
    g_autoptr(GError) inner = NULL;
    *out_count = 0;
    if (!*requester)
        return g_steal_pointer(&tickets);
    *out_count = (guint)db_select_integer(
        store->db, 0, &inner,
        "SELECT count(*) FROM tickets WHERE lower(requester_address) = lower($1) AND id <> $2", "ti",
        requester, but_id);
    DbRows *rows = inner ? NULL
                         : db_select(store->db, &inner,
                                     "SELECT " TICKET_COLUMNS " FROM tickets WHERE lower(requester_address) ="
                                     " lower($1) AND id <> $2 ORDER BY id DESC LIMIT $3",
                                     "tii", requester, but_id, (gint64)most);
    if (rows && collect(rows, ticket_read, tickets, &inner))
        return g_steal_pointer(&tickets);
    g_propagate_error(error, g_steal_pointer(&inner));
    return NULL;
}

GPtrArray *ticket_events_of_mail(Store *store, gint64 mail_id, GError **error)
{
    g_autoptr(GPtrArray) events = g_ptr_array_new_with_free_func((GDestroyNotify)stored_event_free);
    DbRows *rows = db_select(
        store->db, error,
        "SELECT at_us, coalesce(mail_id, 0), what, who, detail FROM events WHERE mail_id = $1 ORDER BY id",
        "i", mail_id);
    return collect(rows, event_read, events, error) ? g_steal_pointer(&events) : NULL;
}
