#include <postern/ticket.h>

void participant_free(gpointer data)
{
    Participant *participant = data;
    if (!participant)
        return;
    g_free(participant->address);
    g_free(participant->name);
    g_free(participant->role);
    g_free(participant);
}

void ticket_field_free(gpointer data)
{
    TicketField *field = data;
    if (!field)
        return;
    char *texts[] = {field->name, field->value,   field->raw,      field->rule,  field->place,
                     field->by,   field->lost_to, field->lost_why, field->later, field->later_by};
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(texts[i]);
    g_free(field);
}

void ticket_message_free(gpointer data)
{
    TicketMessage *message = data;
    if (!message)
        return;
    char *texts[] = {message->direction,  message->role,       message->from_name,   message->from_address,
                     message->to,         message->subject,    message->kind,        message->reply,
                     message->message_id, message->raw_sha256, message->attachments, message->findings,
                     message->why,        message->meanings};
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(texts[i]);
    g_free(message);
}

void stored_event_free(StoredEvent *event)
{
    if (!event)
        return;
    g_free(event->what);
    g_free(event->who);
    g_free(event->detail);
    g_free(event);
}

void ticket_link_free(gpointer data)
{
    TicketLink *link = data;
    if (!link)
        return;
    g_free(link->ref);
    g_free(link->how);
    g_free(link);
}

Ticket *ticket_new(void)
{
    Ticket *ticket = g_new0(Ticket, 1);
    ticket->participants = g_ptr_array_new_with_free_func(participant_free);
    ticket->history = g_ptr_array_new_with_free_func(ticket_field_free);
    ticket->lost = g_ptr_array_new_with_free_func(ticket_field_free);
    ticket->fields = g_ptr_array_new_with_free_func(ticket_field_free);
    ticket->messages = g_ptr_array_new_with_free_func(ticket_message_free);
    ticket->links = g_ptr_array_new_with_free_func(ticket_link_free);
    ticket->events = g_ptr_array_new_with_free_func((GDestroyNotify)stored_event_free);
    return ticket;
}

void ticket_free(Ticket *ticket)
{
    if (!ticket)
        return;
    char *texts[] = {ticket->ref,
                     ticket->status,
                     ticket->queue,
                     ticket->subject,
                     ticket->severity,
                     ticket->kind,
                     ticket->category,
                     ticket->severity_by,
                     ticket->asked,
                     ticket->owner,
                     ticket->voice,
                     ticket->requester_name,
                     ticket->requester_address};
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(texts[i]);
    g_ptr_array_unref(ticket->participants);
    g_ptr_array_unref(ticket->fields);
    g_ptr_array_unref(ticket->history);
    g_ptr_array_unref(ticket->lost);
    g_ptr_array_unref(ticket->messages);
    g_ptr_array_unref(ticket->links);
    g_ptr_array_unref(ticket->events);
    g_free(ticket);
}

const char *ticket_owner_at(const Ticket *ticket, gint64 now_us)
{
    return ticket->owner && ticket->lease_us > now_us ? ticket->owner : NULL;
}
