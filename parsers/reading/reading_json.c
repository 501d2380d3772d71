/* Other programs rely on these keys: they keep their names, meaning and order. */
#include <postern/reading.h>

static const char *or_empty(const char *text)
{
    return text ? text : "";
}

static Json *mailbox_json(const Mailbox *mailbox)
{
    Json *object = json_make_object();
    json_put_text(object, "name", mailbox->name);
    json_put_text(object, "address", mailbox->address);
    return object;
}

static Json *recipient_json(const BounceRecipient *recipient)
{
    Json *object = json_make_object();
    json_put_text(object, "address", recipient->address);
    json_put_text(object, "action", recipient->action);
    json_put_text(object, "status", recipient->status);
    json_put_text(object, "smtp_code", recipient->smtp_code);
    json_put_text(object, "reason", recipient->reason);
    json_put_text(object, "cause", recipient->cause);
    return object;
}

static Json *attachment_json(const Attachment *attachment)
{
    Json *object = json_make_object();
    json_put_text(object, "name", attachment->name);
    json_put_text(object, "type", attachment->type);
    json_put_integer(object, "size", (gint64)attachment->size);
    json_put_text(object, "sha256", attachment->sha256);
    json_put_boolean(object, "inline", attachment->is_inline);
    return object;
}

static Json *unpacked_json(const Attachment *attachment)
{
    Json *object = attachment_json(attachment);
    json_put_text(object, "found_type", attachment->found_type);
    json_put_text(object, "container", attachment->container);
    return object;
}

static Json *span_json(const TextSpan *span)
{
    Json *object = json_make_object();
    json_put_text(object, "role", span_role_name(span->role));
    json_put_integer(object, "start", (gint64)span->start);
    json_put_integer(object, "end", (gint64)span->end);
    return object;
}

static Json *part_json(const PartNode *part)
{
    Json *object = json_make_object();
    json_put_integer(object, "level", part->level);
    json_put_text(object, "type", part->type);
    json_put_text(object, "found_type", part->found_type);
    json_put_text(object, "charset", part->charset);
    json_put_text(object, "name", part->name);
    json_put_integer(object, "size", (gint64)part->size);
    json_put_boolean(object, "unpacked", part->is_unpacked);
    json_put_text(object, "fate", part_fate_name(part->fate));
    return object;
}

static Json *invitation_json(const Invitation *invitation)
{
    Json *object = json_make_object();
    json_put_text(object, "method", invitation->method);
    json_put_text(object, "summary", invitation->summary);
    json_put_text(object, "starts", invitation->starts);
    json_put_text(object, "ends", invitation->ends);
    json_put_text(object, "location", invitation->location);
    json_put_text(object, "organizer", invitation->organizer);
    json_put_text(object, "repeats", invitation->repeats);
    json_put_integer(object, "attendees", invitation->attendees);
    return object;
}

static Json *authentication_json(const AuthenticationResult *result)
{
    Json *object = json_make_object();
    json_put_text(object, "method", result->method);
    json_put_text(object, "result", result->result);
    json_put_text(object, "domain", result->domain);
    json_put_boolean(object, "aligned", result->is_aligned);
    return object;
}

static Json *field_json(const Field *field)
{
    Json *object = json_make_object();
    json_put_text(object, "name", field->name);
    json_put_text(object, "value", field->value);
    json_put_text(object, "raw", field->raw);
    json_put_text(object, "rule", field->rule);
    json_put_text(object, "where", field->where);
    json_put_integer(object, "start", (gint64)field->start);
    json_put_integer(object, "end", (gint64)field->end);
    return object;
}

static Json *loser_json(const Field *field)
{
    Json *object = field_json(field);
    json_put_text(object, "lost_to", field->lost_to);
    json_put_text(object, "why", field->why);
    return object;
}

Json *meaning_to_json(const Meaning *meaning)
{
    Json *object = json_make_object();
    json_put_text(object, "type", meaning_type_name(meaning->type));
    json_put_text(object, "name", meaning->name);
    json_put_integer(object, "score", meaning->score);
    json_put_boolean(object, "chosen", meaning->is_chosen);
    json_put_texts(object, "reasons", meaning->reasons);
    return object;
}

static Json *finding_json(const Finding *finding)
{
    Json *object = json_make_object();
    json_put_text(object, "code", finding->code);
    json_put_text(object, "detail", finding->detail);
    return object;
}

typedef Json *(*ElementJson)(gconstpointer element);

static void put_elements(Json *object, const char *key, const GPtrArray *elements, ElementJson make)
{
    Json *array = json_make_array();
    for (guint i = 0; i < elements->len; i++)
        json_add(array, make(elements->pdata[i]));
    json_put(object, key, array);
}

static void put_mailboxes(Json *object, const char *key, const GPtrArray *mailboxes)
{
    put_elements(object, key, mailboxes, (ElementJson)mailbox_json);
}

static void put_mailbox(Json *object, const char *key, const Mailbox *mailbox)
{
    if (mailbox)
        json_put(object, key, mailbox_json(mailbox));
    else
        json_put_null(object, key);
}

static void put_bounce(Json *object, const Bounce *bounce)
{
    if (!bounce) {
        json_put_null(object, "bounce");
        return;
    }
    Json *inner = json_make_object();
    put_elements(inner, "recipients", bounce->recipients, (ElementJson)recipient_json);
    json_put_text(inner, "original_message_id", bounce->original_message_id);
    json_put(object, "bounce", inner);
}

static void put_header(Json *object, const Reading *reading)
{
    json_put_text(object, "message_id", reading->message_id);
    json_put_time(object, "date", reading->date_us);
    json_put_text(object, "subject", or_empty(reading->subject));
    put_mailbox(object, "from", reading->from);
    json_put_texts(object, "sender_findings", reading->sender_findings);
    put_mailboxes(object, "to", reading->to);
    put_mailboxes(object, "cc", reading->cc);
    put_mailboxes(object, "reply_to", reading->reply_to);
    json_put_texts(object, "in_reply_to", reading->in_reply_to);
    json_put_texts(object, "references", reading->references);
}

static void put_kind(Json *object, const Reading *reading)
{
    json_put_text(object, "kind", mail_kind_name(reading->kind));
    json_put_boolean(object, "may_answer", reading->may_answer);
    json_put_texts(object, "kind_reasons", reading->kind_reasons);
    put_bounce(object, reading->bounce);
}

static void put_content(Json *object, const Reading *reading)
{
    json_put_text(object, "text", or_empty(reading->text));
    json_put_text(object, "reply", or_empty(reading->reply));
    json_put_text(object, "quoted", or_empty(reading->quoted));
    json_put_text(object, "signature", or_empty(reading->signature));
    put_elements(object, "attachments", reading->attachments, (ElementJson)unpacked_json);
    put_elements(object, "fields", reading->fields, (ElementJson)field_json);
    put_elements(object, "findings", reading->findings, (ElementJson)finding_json);
}

/* What the mail within says of itself: claimed, not proven. */
static void put_forwarded(Json *object, const Forwarded *forwarded)
{
    if (!forwarded) {
        json_put_null(object, "forwarded");
        return;
    }
    Json *inner = json_make_object();
    put_mailbox(inner, "from", forwarded->from);
    json_put_text(inner, "subject", forwarded->subject);
    json_put_time(inner, "date", forwarded->date_us);
    json_put_text(inner, "message_id", forwarded->message_id);
    json_put_text(inner, "comment", forwarded->comment);
    json_put_text(inner, "text", forwarded->text);
    json_put_boolean(inner, "attached", forwarded->is_attached);
    json_put_text(inner, "date_text", forwarded->date_text);
    json_put(object, "forwarded", inner);
}

/* Behind all others: what came later to the contract. */
static void put_later(Json *object, const Reading *reading)
{
    json_put_text(object, "return_path", reading->return_path);
    json_put_texts(object, "delivered_to", reading->delivered_to);
    put_mailbox(object, "original_from", reading->original_from);
    put_elements(object, "losers", reading->losers, (ElementJson)loser_json);
    put_elements(object, "meanings", reading->meanings, (ElementJson)meaning_to_json);
    put_elements(object, "spans", reading->spans, (ElementJson)span_json);
    put_elements(object, "parts", reading->parts, (ElementJson)part_json);
    put_elements(object, "invitations", reading->invitations, (ElementJson)invitation_json);
    put_elements(object, "authentication", reading->authentication, (ElementJson)authentication_json);
    put_forwarded(object, reading->forwarded);
}

Json *reading_to_json(const Reading *reading, const char *file)
{
    Json *object = json_make_object();
    json_put_text(object, "file", file);
    put_header(object, reading);
    put_kind(object, reading);
    put_content(object, reading);
    put_later(object, reading);
    return object;
}
