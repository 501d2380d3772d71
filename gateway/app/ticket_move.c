#include "gateway/app/ticket_acts.h"

#include <postern/aside.h>
#include <postern/ticket_change.h>
#include <postern/tickets.h>

#include <string.h>

static gboolean move(const ActsDesk *desk, const ActsOrder *order, const Ticket *ticket,
                     const ConfigQueue *queue, guint *out_count, GError **error)
{
    g_autofree char *words = g_strdup_printf("from %s to %s", ticket->queue, queue->name);
    g_autofree char *what = g_strdup_printf("moved it to %s. The customer wrote last:", queue->display);
    return ticket_set_queue(desk->store, ticket->id, queue->name, desk->now_us, error) &&
           ticket_add_event(desk->store, ticket->id, 0, "moved", order->who, words, desk->now_us, error) &&
           aside_tell(desk, ticket->id, order->who, order->agent, what, NULL, out_count, error);
}

gboolean ticket_move(const ActsDesk *desk, const ActsOrder *order, const ConfigQueue *queue, ActsResult *out,
                     GError **error)
{
    g_autoptr(Ticket) ticket = ticket_get_with(desk->store, order->ticket_id, 0, 1, error);
    if (!ticket)
        return FALSE;
    out->lines = g_ptr_array_new_with_free_func(g_free);
    out->is_refused = strcmp(ticket->queue, queue->name) == 0;
    if (out->is_refused) {
        g_ptr_array_add(out->lines,
                        g_strdup_printf("%s is in the queue %s already", ticket->ref, queue->name));
        return TRUE;
    }
    g_ptr_array_add(out->lines, g_strdup_printf("%s is in the queue %s now", ticket->ref, queue->name));
    return move(desk, order, ticket, queue, &out->outgoing, error);
}
