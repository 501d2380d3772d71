#include <postern/decision.h>

#include <stdarg.h>
#include <string.h>

void envelope_clear(Envelope *envelope)
{
    g_free(envelope->source);
    g_free(envelope->peer);
    g_free(envelope->envelope_from);
    g_free(envelope->return_path);
    g_free(envelope->recipient);
    g_free(envelope->queue);
    g_free(envelope->detail);
    *envelope = (Envelope){0};
}

gboolean envelope_is_fetched(const Envelope *envelope)
{
    return strcmp(envelope->source, "imap") == 0;
}

gboolean envelope_tells_sender(const Envelope *envelope)
{
    return *envelope->envelope_from ||
           (strcmp(envelope->source, "import") != 0 && !envelope_is_fetched(envelope));
}

gboolean envelope_is_null_sender(const Envelope *envelope)
{
    if (envelope_tells_sender(envelope))
        return *envelope->envelope_from == '\0';
    return envelope->return_path && *envelope->return_path == '\0';
}

static const char *const evidence_names[] = {
    [EVIDENCE_TOKEN_ADDRESS] = "our token in the recipient address",
    [EVIDENCE_TOKEN_ID] = "our token in In-Reply-To or References",
    [EVIDENCE_KNOWN_ID] = "a known Message-ID in In-Reply-To or References",
    [EVIDENCE_HEARD_ID] = "a Message-ID in In-Reply-To or References that an accepted mail named",
    [EVIDENCE_OWN_ID] = "its own Message-ID, which an accepted mail named",
    [EVIDENCE_SUBJECT_REF] = "a ticket reference in the subject",
    [EVIDENCE_SAME_SUBJECT] = "the subject of an open ticket of its sender",
};
G_STATIC_ASSERT(G_N_ELEMENTS(evidence_names) == EVIDENCE_COUNT);

const char *evidence_type_name(EvidenceType type)
{
    return evidence_names[type];
}

Evidence *evidence_new(EvidenceType type, const char *found)
{
    Evidence *evidence = g_new0(Evidence, 1);
    evidence->type = type;
    evidence->found = g_strdup(found);
    return evidence;
}

void evidence_free(Evidence *evidence)
{
    if (!evidence)
        return;
    g_free(evidence->found);
    g_free(evidence->ref);
    g_free(evidence->queue);
    g_free(evidence->status);
    g_free(evidence->requester);
    g_free(evidence->writers);
    g_free(evidence);
}

void returned_mail_free(ReturnedMail *returned)
{
    if (!returned)
        return;
    g_free(returned->message_id);
    g_free(returned->kind);
    g_free(returned->to);
    g_free(returned);
}

void error_hint_free(gpointer data)
{
    ErrorHint *hint = data;
    g_free(hint->title);
    g_free(hint->state);
    g_free(hint->text);
    g_free(hint);
}

void facts_clear(Facts *facts)
{
    g_clear_pointer(&facts->hints, g_ptr_array_unref);
    g_free(facts->block);
    ticket_free(facts->ticket);
    g_clear_pointer(&facts->earlier, g_ptr_array_unref);
    returned_mail_free(facts->returned);
    g_free(facts->copy_of_ref);
    g_free(facts->copy_to);
    g_clear_pointer(&facts->evidence, g_ptr_array_unref);
    *facts = (Facts){0};
}

static const char *const fate_names[] = {
    [FATE_TICKETED] = "ticketed", [FATE_HELD] = "held", [FATE_COPY] = "copy"};
G_STATIC_ASSERT(G_N_ELEMENTS(fate_names) == FATE_COUNT);

const char *fate_name(Fate fate)
{
    return fate_names[fate];
}

static void event_free(gpointer data)
{
    Event *event = data;
    g_free(event->what);
    g_free(event->who);
    g_free(event->detail);
    g_free(event);
}

static void related_free(gpointer data)
{
    g_free(((Related *)data)->how);
    g_free(data);
}

void outgoing_free(Outgoing *outgoing)
{
    if (!outgoing)
        return;
    g_free(outgoing->kind);
    g_free(outgoing->queue);
    g_free(outgoing->route);
    g_free(outgoing->to);
    g_free(outgoing->from);
    g_free(outgoing->envelope_from);
    g_free(outgoing->subject);
    g_free(outgoing->message_id);
    g_clear_pointer(&outgoing->bytes, g_bytes_unref);
    g_free(outgoing);
}

Decision *decision_new(Fate fate)
{
    Decision *decision = g_new0(Decision, 1);
    decision->fate = fate;
    decision->direction = g_strdup("in");
    decision->heard = g_ptr_array_new_with_free_func(g_free);
    decision->asked = g_ptr_array_new_with_free_func(g_free);
    decision->missing = g_ptr_array_new_with_free_func(g_free);
    decision->disputes = g_ptr_array_new_with_free_func(g_free);
    decision->why = g_ptr_array_new_with_free_func(g_free);
    decision->events = g_ptr_array_new_with_free_func(event_free);
    decision->related = g_ptr_array_new_with_free_func(related_free);
    decision->outgoing = g_ptr_array_new_with_free_func((GDestroyNotify)outgoing_free);
    return decision;
}

void decision_free(Decision *decision)
{
    if (!decision)
        return;
    char *texts[] = {decision->reason,        decision->detail,          decision->ref,
                     decision->queue,         decision->subject,         decision->status,
                     decision->sender_name,   decision->sender_address,  decision->sender_role,
                     decision->requester,     decision->returned_status, decision->returned_words,
                     decision->block_address, decision->agent,           decision->doubt,
                     decision->direction,     decision->category,        decision->request,
                     decision->severity,      decision->severity_why,    decision->admin};
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(texts[i]);
    mailbox_free(decision->customer);
    command_sheet_free(decision->sheet);
    g_ptr_array_unref(decision->heard);
    g_ptr_array_unref(decision->asked);
    g_ptr_array_unref(decision->missing);
    g_ptr_array_unref(decision->disputes);
    command_sheet_free(decision->held_sheet);
    g_ptr_array_unref(decision->why);
    g_ptr_array_unref(decision->events);
    g_ptr_array_unref(decision->related);
    g_ptr_array_unref(decision->outgoing);
    g_free(decision);
}

void decision_why(Decision *decision, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_ptr_array_add(decision->why, g_strdup_vprintf(format, arguments));
    va_end(arguments);
}

void decision_event(Decision *decision, const char *what, const char *who, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    Event *event = g_new0(Event, 1);
    event->what = g_strdup(what);
    event->who = g_strdup(who);
    event->detail = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_ptr_array_add(decision->events, event);
}
