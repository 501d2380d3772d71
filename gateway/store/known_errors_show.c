/* What belongs to one group: prints, samples, tickets, its trail. */
#include "gateway/store/known_errors_private.h"

#include <postern/base/error.h>

typedef gpointer (*RowReader)(DbRows *rows);

static GPtrArray *collect(DbRows *taken, RowReader read, GDestroyNotify done, GError **error)
{
    g_autoptr(DbRows) rows = taken;
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(done);
    g_autoptr(GError) inner = NULL;
    if (!rows)
        return NULL;
    while (db_next(rows, &inner))
        g_ptr_array_add(found, read(rows));
    if (!inner)
        return g_steal_pointer(&found);
    g_propagate_error(error, g_steal_pointer(&inner));
    return NULL;
}

static void print_free(gpointer data)
{
    KnownErrorPrint *print = data;
    g_free(print->print);
    g_free(print->title);
    g_free(print);
}

static gpointer print_read(DbRows *rows)
{
    KnownErrorPrint *print = g_new0(KnownErrorPrint, 1);
    *print = (KnownErrorPrint){.print = g_strdup(db_text(rows, 0)),
                               .title = g_strdup(db_text(rows, 1)),
                               .mails = db_integer(rows, 2)};
    return print;
}

GPtrArray *known_error_prints(Store *store, gint64 id, GError **error)
{
    DbRows *rows =
        db_select(store->db, error,
                  "SELECT p.print, p.title, (SELECT count(*) FROM known_error_seen s WHERE s.print_id = p.id)"
                  " FROM known_error_prints p WHERE p.error_id = $1 ORDER BY p.id",
                  "i", id);
    return collect(rows, print_read, print_free, error);
}

static gpointer text_read(DbRows *rows)
{
    return g_strdup(db_text(rows, 0));
}

GPtrArray *known_error_samples(Store *store, gint64 id, guint most, GError **error)
{
    DbRows *rows = db_select(
        store->db, error,
        "SELECT f.value FROM known_error_prints p JOIN known_error_seen s ON s.id ="
        " (SELECT max(n.id) FROM known_error_seen n WHERE n.print_id = p.id)"
        " JOIN messages m ON m.id = s.message_id JOIN fields f ON f.ticket_id = m.ticket_id"
        " AND f.message_id = s.message_id AND f.print = p.print WHERE p.error_id = $1 AND f.is_secret = 0"
        " ORDER BY s.id DESC LIMIT $2",
        "ii", id, (gint64)most);
    return collect(rows, text_read, g_free, error);
}

static void event_free(gpointer data)
{
    KnownErrorEvent *event = data;
    g_free(event->who);
    g_free(event->what);
    g_free(event->detail);
    g_free(event);
}

static gpointer event_read(DbRows *rows)
{
    KnownErrorEvent *event = g_new0(KnownErrorEvent, 1);
    *event = (KnownErrorEvent){.who = g_strdup(db_text(rows, 0)),
                               .what = g_strdup(db_text(rows, 1)),
                               .detail = g_strdup(db_text(rows, 2)),
                               .at_us = db_integer(rows, 3)};
    return event;
}

GPtrArray *known_error_trail(Store *store, gint64 id, GError **error)
{
    DbRows *rows = db_select(
        store->db, error,
        "SELECT who, what, detail, at_us FROM known_error_trail WHERE error_id = $1 ORDER BY id", "i", id);
    return collect(rows, event_read, event_free, error);
}

void known_error_ticket_free(KnownErrorTicket *ticket)
{
    if (!ticket)
        return;
    g_free(ticket->ref);
    g_free(ticket->queue);
    g_free(ticket->status);
    g_free(ticket->subject);
    g_free(ticket->requester);
    g_free(ticket);
}

static gpointer ticket_read(DbRows *rows)
{
    KnownErrorTicket *ticket = g_new0(KnownErrorTicket, 1);
    *ticket = (KnownErrorTicket){.ticket_id = db_integer(rows, 0),
                                 .ref = g_strdup(db_text(rows, 1)),
                                 .queue = g_strdup(db_text(rows, 2)),
                                 .status = g_strdup(db_text(rows, 3)),
                                 .subject = g_strdup(db_text(rows, 4)),
                                 .requester = g_strdup(db_text(rows, 5)),
                                 .first_us = db_integer(rows, 6),
                                 .is_person = db_integer(rows, 7) != 0,
                                 .is_proven = db_integer(rows, 8) != 0,
                                 .told_us = db_integer(rows, 9)};
    return ticket;
}

#define TICKET_QUERY                                                                                         \
    "SELECT t.id, t.ref, t.queue, t.status, t.subject, t.requester_address, min(s.at_us),"                   \
    " max(s.is_person), max(CASE WHEN m.role = 'requester' AND m.brings = $4 THEN 1 ELSE 0 END),"            \
    " coalesce((SELECT d.at_us FROM known_error_told d JOIN known_errors e ON e.id = d.error_id"             \
    " WHERE d.error_id = $1 AND d.resolved_us = e.resolved_us AND d.ticket_id = t.id), 0)"                   \
    " FROM known_error_prints p JOIN known_error_seen s ON s.print_id = p.id"                                \
    " JOIN messages m ON m.id = s.message_id JOIN tickets t ON t.id = m.ticket_id WHERE p.error_id = $1"

GPtrArray *known_error_tickets(Store *store, gint64 id, gint64 since_us, guint most, GError **error)
{
    DbRows *rows =
        db_select(store->db, error,
                  TICKET_QUERY " AND s.at_us >= $2 GROUP BY t.id ORDER BY min(s.at_us), t.id LIMIT $3",
                  "iiii", id, since_us, (gint64)most, (gint64)BRINGS_OTHERS);
    return collect(rows, ticket_read, (GDestroyNotify)known_error_ticket_free, error);
}

KnownErrorTicket *known_error_ticket(Store *store, gint64 id, gint64 ticket_id, GError **error)
{
    DbRows *rows = db_select(store->db, error, TICKET_QUERY " AND t.id = $2 GROUP BY t.id LIMIT $3", "iiii",
                             id, ticket_id, (gint64)1, (gint64)BRINGS_OTHERS);
    g_autoptr(GPtrArray) found = collect(rows, ticket_read, (GDestroyNotify)known_error_ticket_free, error);
    if (found && found->len == 1)
        return g_ptr_array_steal_index(found, 0);
    if (found)
        g_set_error(error, POSTERN_ERROR, ERROR_NOT_FOUND, "the ticket does not have E%" G_GINT64_FORMAT, id);
    return NULL;
}
