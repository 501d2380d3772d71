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

/* What a person said stands in no message. */
static void put_message(Json *object, const char *key, gint64 message_id)
{
    g_autofree char *message = message_id ? mail_id_format(message_id) : g_strdup("");
    json_put_text(object, key, message);
}

static Json *field_json(const TicketField *field)
{
    Json *object = json_make_object();
    json_put_text(object, "name", field->name);
    json_put_text(object, "value", field->value);
    json_put_text(object, "rule", field->rule);
    put_message(object, "message", field->message_id);
    json_put_text(object, "by", field->by);
    json_put_text(object, "raw", field->raw);
    json_put_text(object, "where", field->place);
    json_put_integer(object, "start", field->start);
    json_put_integer(object, "end", field->end);
    return object;
}

static Json *fields_json(const Ticket *ticket)
{
    Json *array = json_make_array();
    for (guint i = 0; i < ticket->fields->len; i++)
        json_add(array, field_json(ticket->fields->pdata[i]));
    return array;
}

static Json *history_json(const Ticket *ticket)
{
    Json *array = json_make_array();
    for (guint i = 0; i < ticket->history->len; i++) {
        const TicketField *field = ticket->history->pdata[i];
        Json *object = field_json(field), *later = json_make_object();
        json_put_text(later, "value", field->later);
        put_message(later, "message", field->later_message_id);
        json_put_text(later, "by", field->later_by);
        json_put(object, "replaced_by", later);
        json_add(array, object);
    }
    return array;
}

static Json *lost_json(const Ticket *ticket)
{
    Json *array = json_make_array();
    for (guint i = 0; i < ticket->lost->len; i++) {
        const TicketField *field = ticket->lost->pdata[i];
        Json *object = field_json(field);
        json_put_text(object, "lost_to", field->lost_to);
        json_put_text(object, "why", field->lost_why);
        json_add(array, object);
    }
    return array;
}

static Json *asked_json(const Ticket *ticket)
{
    Json *array = json_make_array();
    g_auto(GStrv) names = g_strsplit(ticket->asked ? ticket->asked : "", "\n", -1);
    for (guint i = 0; names[i]; i++)
        if (*names[i])
            json_add_text(array, names[i]);
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
    json_put(object, "meanings", json_parse(message->meanings ? message->meanings : "[]"));
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
    json_put_text(object, "severity_by", ticket->severity_by);
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
    json_put(object, "asked", asked_json(ticket));
    json_put_time(object, "asked_at", ticket->asked_us);
    json_put_time(object, "complete_at", ticket->complete_us);
    json_put(object, "fields", fields_json(ticket));
    if (whole) {
        json_put(object, "history", history_json(ticket));
        json_put(object, "lost", lost_json(ticket));
    }
    if (whole)
        json_put(object, "messages", messages_json(ticket));
    json_put(object, "related", related_json(ticket));
    if (whole)
        json_put(object, "events", events_json(ticket));
    return object;
}
