#include <postern/values.h>

const char *span_role_name(SpanRole role)
{
    static const char *const names[] = {
        [SPAN_REPLY] = "reply",         [SPAN_INTRO] = "intro",   [SPAN_QUOTED] = "quoted",
        [SPAN_SIGNATURE] = "signature", [SPAN_DEVICE] = "device", [SPAN_FINE_PRINT] = "fine-print"};
    G_STATIC_ASSERT(G_N_ELEMENTS(names) == SPAN_COUNT);
    return names[role];
}

static const char *const kind_names[] = {
    [KIND_HUMAN] = "human",       [KIND_AUTO_REPLY] = "auto-reply", [KIND_BOUNCE] = "bounce",
    [KIND_FEEDBACK] = "feedback", [KIND_RECEIPT] = "receipt",       [KIND_LIST] = "list",
    [KIND_BULK] = "bulk",         [KIND_MACHINE] = "machine",       [KIND_CHALLENGE] = "challenge",
};
G_STATIC_ASSERT(G_N_ELEMENTS(kind_names) == KIND_COUNT);

const char *mail_kind_name(MailKind kind)
{
    return (guint)kind < KIND_COUNT ? kind_names[kind] : "unknown";
}

BounceRecipient *bounce_recipient_new(void)
{
    return g_new0(BounceRecipient, 1);
}

static void bounce_recipient_free(gpointer data)
{
    BounceRecipient *recipient = data;
    g_free(recipient->address);
    g_free(recipient->action);
    g_free(recipient->status);
    g_free(recipient->smtp_code);
    g_free(recipient->reason);
    g_free(recipient->cause);
    g_free(recipient);
}

Bounce *bounce_new(void)
{
    Bounce *bounce = g_new0(Bounce, 1);
    bounce->recipients = g_ptr_array_new_with_free_func(bounce_recipient_free);
    return bounce;
}

void bounce_free(Bounce *bounce)
{
    if (!bounce)
        return;
    g_ptr_array_unref(bounce->recipients);
    g_free(bounce->original_message_id);
    g_free(bounce);
}

Forwarded *forwarded_new(void)
{
    Forwarded *forwarded = g_new0(Forwarded, 1);
    forwarded->date_us = DATE_UNKNOWN;
    return forwarded;
}

void forwarded_free(Forwarded *forwarded)
{
    if (!forwarded)
        return;
    mailbox_free(forwarded->from);
    g_free(forwarded->subject);
    g_free(forwarded->message_id);
    g_free(forwarded->date_text);
    g_free(forwarded->comment);
    g_free(forwarded->text);
    g_free(forwarded);
}

Reading *reading_new(void)
{
    Reading *reading = g_new0(Reading, 1);
    reading->date_us = DATE_UNKNOWN;
    reading->sender_findings = g_ptr_array_new_with_free_func(g_free);
    reading->to = g_ptr_array_new_with_free_func((GDestroyNotify)mailbox_free);
    reading->cc = g_ptr_array_new_with_free_func((GDestroyNotify)mailbox_free);
    reading->reply_to = g_ptr_array_new_with_free_func((GDestroyNotify)mailbox_free);
    reading->in_reply_to = g_ptr_array_new_with_free_func(g_free);
    reading->references = g_ptr_array_new_with_free_func(g_free);
    reading->kind_reasons = g_ptr_array_new_with_free_func(g_free);
    reading->spans = g_ptr_array_new_with_free_func(g_free);
    reading->parts = g_ptr_array_new_with_free_func((GDestroyNotify)part_node_free);
    reading->invitations = g_ptr_array_new_with_free_func((GDestroyNotify)invitation_free);
    reading->authentication = g_ptr_array_new_with_free_func((GDestroyNotify)authentication_result_free);
    reading->attachments = g_ptr_array_new_with_free_func((GDestroyNotify)attachment_free);
    GPtrArray **of_fields[] = {&reading->fields, &reading->losers, &reading->other_fields};
    for (guint i = 0; i < G_N_ELEMENTS(of_fields); i++)
        *of_fields[i] = g_ptr_array_new_with_free_func((GDestroyNotify)field_free);
    reading->meanings = g_ptr_array_new_with_free_func((GDestroyNotify)meaning_free);
    reading->other_meanings = g_ptr_array_new_with_free_func((GDestroyNotify)meaning_free);
    reading->other_gave_up = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
    reading->candidates = g_ptr_array_new_with_free_func((GDestroyNotify)candidate_free);
    reading->findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
    reading->delivered_to = g_ptr_array_new_with_free_func(g_free);
    return reading;
}

void reading_free(Reading *reading)
{
    if (!reading)
        return;
    GPtrArray *arrays[] = {
        reading->sender_findings, reading->to,         reading->cc,           reading->reply_to,
        reading->in_reply_to,     reading->references, reading->kind_reasons, reading->attachments,
        reading->fields,          reading->findings,   reading->delivered_to, reading->losers,
        reading->meanings,        reading->candidates, reading->other_fields, reading->other_meanings,
        reading->other_gave_up,   reading->spans,      reading->parts,        reading->invitations,
        reading->authentication};
    for (guint i = 0; i < G_N_ELEMENTS(arrays); i++)
        g_ptr_array_unref(arrays[i]);
    char *strings[] = {reading->message_id, reading->subject,   reading->text,        reading->reply,
                       reading->quoted,     reading->signature, reading->return_path, reading->list_address};
    for (guint i = 0; i < G_N_ELEMENTS(strings); i++)
        g_free(strings[i]);
    mailbox_free(reading->from);
    mailbox_free(reading->original_from);
    mailbox_free(reading->passed_on_by);
    forwarded_free(reading->forwarded);
    bounce_free(reading->bounce);
    g_free(reading);
}
