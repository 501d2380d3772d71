#include <postern/base/clean.h>
#include <postern/base/limits.h>
#include <postern/values.h>

#include <postern/base/clock.h>

#include <stdarg.h>
#include <string.h>

#define DAY_US ((gint64)24 * 3600 * G_USEC_PER_SEC)
#define CERTIFICATE_DAYS 14 /* what is renewed by a machine is renewed a month before */

static gboolean is_address_again(const char *name, const char *address)
{
    gsize length = strlen(name), quote = length > 2 && strchr("'\"", name[0]) && name[length - 1] == name[0];
    return length - 2 * quote == strlen(address) &&
           g_ascii_strncasecmp(name + quote, address, length - 2 * quote) == 0;
}

Mailbox *mailbox_new(const char *name, const char *address)
{
    Mailbox *mailbox = g_new0(Mailbox, 1);
    mailbox->address = g_strdup(address ? address : "");
    mailbox->name = g_strdup(name && !is_address_again(name, mailbox->address) ? name : "");
    return mailbox;
}

void mailbox_free(Mailbox *mailbox)
{
    if (!mailbox)
        return;
    g_free(mailbox->name);
    g_free(mailbox->address);
    g_free(mailbox);
}

void finding_add(GPtrArray *findings, const char *code, const char *format, ...)
{
    if (findings->len >= LIMIT_FINDINGS)
        return;
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *detail = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    Finding *finding = g_new0(Finding, 1);
    finding->code = g_strdup(code);
    finding->detail = clean_line(detail, -1, 500);
    g_ptr_array_add(findings, finding);
}

void finding_free(Finding *finding)
{
    if (!finding)
        return;
    g_free(finding->code);
    g_free(finding->detail);
    g_free(finding);
}

static void header_field_free(gpointer data)
{
    HeaderField *field = data;
    g_free(field->name);
    g_free(field->value);
    g_free(field);
}

Headers *headers_new(void)
{
    Headers *headers = g_new0(Headers, 1);
    headers->fields = g_ptr_array_new_with_free_func(header_field_free);
    return headers;
}

void headers_add(Headers *headers, const char *name, const char *value)
{
    HeaderField *field = g_new0(HeaderField, 1);
    field->name = g_strdup(name);
    field->value = g_strdup(value);
    g_ptr_array_add(headers->fields, field);
}

void headers_free(Headers *headers)
{
    if (!headers)
        return;
    g_ptr_array_unref(headers->fields);
    g_free(headers);
}

gboolean header_field_is(const HeaderField *field, const char *name)
{
    /* Hundreds are asked for in each mail, and nearly all differ in the first letter. */
    return ((field->name[0] ^ name[0]) & ~0x20) == 0 && g_ascii_strcasecmp(field->name, name) == 0;
}

const char *headers_get(const Headers *headers, const char *name, guint nth)
{
    for (guint i = 0; i < headers->fields->len; i++) {
        const HeaderField *field = headers->fields->pdata[i];
        if (header_field_is(field, name) && nth-- == 0)
            return field->value;
    }
    return NULL;
}

guint headers_count(const Headers *headers, const char *name)
{
    guint count = 0;
    for (guint i = 0; i < headers->fields->len; i++)
        count += header_field_is(headers->fields->pdata[i], name);
    return count;
}

void attachment_free(Attachment *attachment)
{
    if (!attachment)
        return;
    g_free(attachment->name);
    g_free(attachment->type);
    g_free(attachment->content_id);
    g_free(attachment->sha256);
    g_free(attachment->found_type);
    g_free(attachment->container);
    g_free(attachment);
}

const char *span_role_name(SpanRole role)
{
    static const char *const names[] = {
        [SPAN_REPLY] = "reply",         [SPAN_INTRO] = "intro",   [SPAN_QUOTED] = "quoted",
        [SPAN_SIGNATURE] = "signature", [SPAN_DEVICE] = "device", [SPAN_FINE_PRINT] = "fine-print"};
    G_STATIC_ASSERT(G_N_ELEMENTS(names) == SPAN_COUNT);
    return names[role];
}

const char *part_fate_name(PartFate fate)
{
    static const char *const names[] = {[PART_FATE_OPENED] = "opened",
                                        [PART_FATE_SHOWN] = "shown",
                                        [PART_FATE_SKIPPED] = "skipped",
                                        [PART_FATE_LISTED] = "listed"};
    G_STATIC_ASSERT(G_N_ELEMENTS(names) == PART_FATE_COUNT);
    return names[fate];
}

void part_node_free(PartNode *node)
{
    if (!node)
        return;
    g_free(node->type);
    g_free(node->found_type);
    g_free(node->charset);
    g_free(node->name);
    g_free(node);
}

void invitation_free(Invitation *invitation)
{
    if (!invitation)
        return;
    char *texts[] = {invitation->method,   invitation->summary,   invitation->starts, invitation->ends,
                     invitation->location, invitation->organizer, invitation->repeats};
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(texts[i]);
    g_free(invitation);
}

static void add_words(GString *words, const char *before, const char *text, const char *after)
{
    if (text)
        g_string_append_printf(words, "%s%s%s", before, text, after);
}

char *invitation_words(const Invitation *invitation)
{
    GString *words = g_string_new(*invitation->summary ? invitation->summary : "(no title)");
    add_words(words, ", ", invitation->starts, "");
    add_words(words, " to ", invitation->ends, "");
    add_words(words, ", ", invitation->location, "");
    add_words(words, ", from ", invitation->organizer, "");
    add_words(words, ", ", invitation->repeats, "");
    if (invitation->attendees > 0)
        g_string_append_printf(words, ", %u %s", invitation->attendees,
                               invitation->attendees == 1 ? "person" : "people");
    add_words(words, " (", invitation->method, ")");
    return g_string_free(words, FALSE);
}

void authentication_result_free(AuthenticationResult *result)
{
    if (!result)
        return;
    g_free(result->method);
    g_free(result->result);
    g_free(result->domain);
    g_free(result);
}

void field_free(Field *field)
{
    if (!field)
        return;
    g_free(field->name);
    g_free(field->value);
    g_free(field->raw);
    g_free(field->rule);
    g_free(field->where);
    g_free(field->print);
    g_free(field->lost_to);
    g_free(field->why);
    g_free(field);
}

const char *meaning_type_name(MeaningType type)
{
    static const char *const names[] = {
        [MEANING_CATEGORY] = "category", [MEANING_REQUEST] = "request", [MEANING_SEVERITY] = "severity"};
    return names[type];
}

Meaning *meaning_new(void)
{
    Meaning *meaning = g_new0(Meaning, 1);
    meaning->reasons = g_ptr_array_new_with_free_func(g_free);
    return meaning;
}

void meaning_free(Meaning *meaning)
{
    if (!meaning)
        return;
    g_free(meaning->name);
    g_ptr_array_unref(meaning->reasons);
    g_free(meaning);
}

const char *candidate_fate_name(CandidateFate fate)
{
    static const char *const names[] = {
        [CANDIDATE_TAKEN] = "taken",     [CANDIDATE_SAME] = "same",
        [CANDIDATE_LOST] = "lost",       [CANDIDATE_NO_CONTEXT] = "no-context",
        [CANDIDATE_INVALID] = "invalid", [CANDIDATE_EXCEPTED] = "excepted",
        [CANDIDATE_GAVE_UP] = "gave-up"};
    return names[fate];
}

void candidate_free(Candidate *candidate)
{
    if (!candidate)
        return;
    char *strings[] = {candidate->field, candidate->rule,  candidate->where,
                       candidate->raw,   candidate->value, candidate->why};
    for (guint i = 0; i < G_N_ELEMENTS(strings); i++)
        g_free(strings[i]);
    g_free(candidate);
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

MailKind mail_kind_parse(const char *word)
{
    guint kind = 0;
    while (kind < KIND_COUNT && strcmp(kind_names[kind], word) != 0)
        kind++;
    return (MailKind)kind;
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

void probe_step_free(ProbeStep *step)
{
    if (!step)
        return;
    g_free(step->what);
    g_free(step->words);
    g_free(step);
}

GPtrArray *probe_steps_new(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify)probe_step_free);
}

void probe_add(GPtrArray *steps, const char *what, ProbeResult result, const char *format, ...)
{
    va_list arguments;
    ProbeStep *step = g_new0(ProbeStep, 1);
    va_start(arguments, format);
    step->words = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    step->what = g_strdup(what);
    step->result = result;
    g_ptr_array_add(steps, step);
}

void probe_add_certificate(GPtrArray *steps, const char *of, gint64 end_us, gint64 now_us,
                           const char *else_words)
{
    if (end_us == 0) {
        probe_add(steps, "TLS", PROBE_OK, "%s", of);
        return;
    }
    gint64 days = (end_us - now_us) / DAY_US;
    g_autofree char *end = clock_local(end_us);
    gboolean is_far = days >= CERTIFICATE_DAYS;
    probe_add(steps, "TLS", is_far ? PROBE_OK : PROBE_PITY,
              "%s and ends in %" G_GINT64_FORMAT " day%s, on %s%s%s", of, days, days == 1 ? "" : "s", end,
              is_far ? "" : "; have it renewed, or ", is_far ? "" : else_words);
}
