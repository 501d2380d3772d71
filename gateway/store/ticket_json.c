#include <postern/base/mail_id.h>
#include <postern/ticket_json.h>

static Json *participants_json(const Ticket *ticket)
{
    Json *array = json_make_array();
    for (guint i = 0; i < ticket->participants->len; i++) {
        const Participant *participant = ticket->participants->pdata[i];
        Json *object = json_make_object();
        json_put_text(object, "address", participant->address);
        json_put_text(object, "role", participant->role);
        json_add(array, object);
    }
    return array;
}

static Json *fields_json(const Ticket *ticket)
{
    Json *array = json_make_array();
    for (guint i = 0; i < ticket->fields->len; i++) {
        const TicketField *field = ticket->fields->pdata[i];
        /* What a person said stands in no message. */
        g_autofree char *message = field->message_id ? mail_id_format(field->message_id) : g_strdup("");
        Json *object = json_make_object();
        json_put_text(object, "name", field->name);
        json_put_text(object, "value", field->value);
        json_put_text(object, "rule", field->rule);
        json_put_text(object, "message", message);
        json_put_text(object, "by", field->by);
        json_put_text(object, "raw", field->raw);
        json_put_text(object, "where", field->place);
        json_put_integer(object, "start", field->start);
        json_put_integer(object, "end", field->end);
        json_add(array, object);
    }
    return array;
}

static Json *related_json(const Ticket *ticket)
{
    Json *array = json_make_array();
    for (guint i = 0; i < ticket->links->len; i++) {
        const TicketLink *link = ticket->links->pdata[i];
        Json *object = json_make_object();
        json_put_text(object, "ref", link->ref);
        json_put_text(object, "how", link->how);
        json_add(array, object);
    }
    return array;
}

static Json *messages_json(const Ticket *ticket)
{
    Json *array = json_make_array();
    for (guint i = 0; i < ticket->messages->len; i++)
        json_add(array, ticket_message_json(ticket->messages->pdata[i]));
    return array;
}

static Json *events_json(const Ticket *ticket)
{
    Json *array = json_make_array();
    for (guint i = 0; i < ticket->events->len; i++)
        json_add(array, ticket_event_json(ticket->events->pdata[i]));
    return array;
}

Json *ticket_message_json(const TicketMessage *message)
{
    g_autofree char *id = ticket_message_id(message);
    Json *object = json_make_object();
    json_put_text(object, "id", id);
    json_put_text(object, "direction", message->direction);
    json_put_text(object, "from", *message->from_address ? message->from_address : message->from_name);
    json_put_text(object, "subject", message->subject);
    json_put_time(object, "date", message->date_us ? message->date_us : message->at_us);
    json_put_text(object, "kind", message->kind);
    json_put_text(object, "reply", message->reply);
    json_put_text(object, "raw_sha256", message->raw_sha256);
    json_put(object, "why", json_parse(message->why));
    json_put_time(object, "received", message->at_us);
    json_put(object, "attachments", json_parse(message->attachments));
    json_put(object, "findings", json_parse(message->findings));
    return object;
}

Json *ticket_event_json(const StoredEvent *event)
{
    Json *object = json_make_object();
    json_put_time(object, "at", event->at_us);
    json_put_text(object, "what", event->what);
    json_put_text(object, "who", event->who);
    json_put_text(object, "detail", event->detail);
    return object;
}

char *ticket_message_id(const TicketMessage *message)
{
    return message->outbox_id ? g_strdup_printf("outbox-%" G_GINT64_FORMAT, message->outbox_id)
                              : mail_id_format(message->id);
}

Json *ticket_json(const Ticket *ticket, gboolean whole)
{
    Json *object = json_make_object();
    Json *requester = json_make_object();
    json_put_text(requester, "name", ticket->requester_name);
    json_put_text(requester, "address", ticket->requester_address);
    json_put_text(object, "ref", ticket->ref);
    json_put_text(object, "status", ticket->status);
    json_put_text(object, "queue", ticket->queue);
    json_put_text(object, "subject", ticket->subject);
    json_put_text(object, "severity", ticket->severity);
    json_put_text(object, "kind", ticket->kind);
    json_put_text(object, "category", ticket->category);
    json_put(object, "requester", requester);
    json_put(object, "participants", participants_json(ticket));
    json_put_text(object, "owner", ticket->owner);
    json_put_time(object, "owner_until", ticket->owner ? ticket->lease_us : 0);
    json_put_text(object, "voice", ticket->voice);
    json_put_time(object, "snoozed_until", ticket->snooze_us);
    json_put_time(object, "created", ticket->created_us);
    json_put_time(object, "updated", ticket->updated_us);
    json_put_time(object, "due", ticket->due_us);
    json_put(object, "fields", fields_json(ticket));
    if (whole)
        json_put(object, "messages", messages_json(ticket));
    json_put(object, "related", related_json(ticket));
    if (whole)
        json_put(object, "events", events_json(ticket));
    return object;
}
