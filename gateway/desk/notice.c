/* The page that an agent works from. */
#include "gateway/desk/desk_private.h"

#include <postern/address.h>
#include <postern/base/clean.h>
#include <postern/base/mail_id.h>
#include <postern/rules.h>

#include <string.h>

#define NOTICE_TEXT_BYTES (64u * 1024)

static void add_attachment_values(const Reading *reading, TemplateValues *values)
{
    for (guint i = 0; i < reading->attachments->len; i++) {
        const Attachment *attachment = reading->attachments->pdata[i];
        TemplateValues *item = template_add_item(values, "attachments");
        g_autofree char *size = g_format_size_full(attachment->size, G_FORMAT_SIZE_IEC_UNITS);
        template_set(item, "name", attachment->name);
        template_set(item, "size", size);
    }
}

static void add_warning(TemplateValues *values, const char *text)
{
    template_set(template_add_item(values, "warnings"), "text", text);
}

static void set_indented(TemplateValues *item, const char *value)
{
    g_auto(GStrv) lines = g_strsplit(value, "\n", -1);
    g_autofree char *joined = g_strjoinv("\n    ", lines);
    g_autofree char *indented = g_strconcat("    ", joined, NULL);
    template_set(item, "indented", indented);
}

static void add_notice_reading(const DeskCase *mail, TemplateValues *values)
{
    const Reading *reading = mail->reading;
    for (guint i = 0; i < reading->fields->len && i < FIELDS_SHOWN_MOST; i++) {
        const Field *field = reading->fields->pdata[i];
        TemplateValues *item = template_add_item(values, "fields");
        template_set(item, "label", rules_label(mail->rules, field->name));
        template_set(item, "value", field->value);
        if (strchr(field->value, '\n'))
            set_indented(item, field->value);
    }
    for (guint i = 0; i < reading->sender_findings->len; i++)
        add_warning(values, reading->sender_findings->pdata[i]);
    for (guint i = 0; i < reading->findings->len; i++) {
        const Finding *finding = reading->findings->pdata[i];
        g_autofree char *text = g_strdup_printf("%s: %s", finding->code, finding->detail);
        add_warning(values, text);
    }
    g_autofree char *text = clean_text(reading->reply, -1, NOTICE_TEXT_BYTES);
    template_set(values, "text", *text ? text : "(no text of its own)");
    add_attachment_values(reading, values);
}

static TemplateValues *notice_values(const DeskCase *mail, const Decision *decision, const ConfigAgent *agent)
{
    TemplateValues *values = template_values_new();
    g_autofree char *id = mail_id_format(mail->envelope->mail_id);
    gboolean guest = strcmp(decision->sender_role, "guest") == 0;
    desk_add_common_values(mail, decision, values);
    template_set(values, "customer.name", decision->sender_name);
    template_set(values, "agent.name", agent->display);
    template_set(values, "ticket.is_new", decision->is_new_ticket ? "yes" : NULL);
    template_set(values, "customer.address", decision->sender_address);
    template_set(values, "customer.proven", mail->reading && mail->reading->from_authentic ? "yes" : NULL);
    template_set(values, "customer.is_guest", guest ? "yes" : NULL);
    template_set(values, "message_id_short", id);
    g_autofree char *subject =
        desk_plain_subject(decision, mail->reading ? mail->reading->subject : decision->subject);
    template_set(values, "subject", subject);
    if (mail->reading) {
        add_notice_reading(mail, values);
    } else {
        g_autofree char *warning = g_strdup_printf(
            "this mail could not be read (%s); its original: postern ticket raw %s", mail->unreadable, id);
        add_warning(values, warning);
        template_set(values, "text", "(could not be read)");
    }
    for (guint i = 0; i < decision->why->len; i++)
        template_set(template_add_item(values, "why"), "text", decision->why->pdata[i]);
    return values;
}

/* Whom an agent answers with Reply: the one that the sender asks for, but never a guest, who has no part in
 * the ticket yet; NULL when nobody may be answered. */
static Mailbox *answered_mailbox(const DeskCase *mail, const Decision *decision)
{
    const Reading *reading = mail->reading;
    if (strcmp(decision->sender_role, "guest") == 0)
        return decision->requester && *decision->requester ? mailbox_new(NULL, decision->requester) : NULL;
    if (!reading || !reading->may_answer || !*decision->sender_address)
        return NULL;
    const Mailbox *asked = reading->reply_to->len == 1 ? reading->reply_to->pdata[0] : NULL;
    if (asked && address_is_envelope(asked->address) && !config_is_ours(mail->config, asked->address))
        return mailbox_new(asked->name, asked->address);
    return mailbox_new(decision->sender_name, decision->sender_address);
}

void desk_write_notice(const DeskCase *mail, Decision *decision, const ConfigAgent *agent)
{
    g_autoptr(Mailbox) answered = answered_mailbox(mail, decision);
    const char *customer = answered ? answered->address : decision->sender_address;
    g_autoptr(TemplateValues) values = notice_values(mail, decision, agent);
    g_autofree char *message_id = desk_message_id(mail, decision, ROLE_AGENT, agent->address);
    g_autofree char *back = desk_address_for(mail, decision, ROLE_CUSTOMER, customer);
    g_autofree char *return_path = desk_address_for(mail, decision, ROLE_RETURN_PATH, agent->address);
    g_autofree char *root = desk_thread_root(mail->config, decision->ticket_id);
    g_autoptr(GPtrArray) reply_to = desk_mailboxes_new();
    g_autoptr(GPtrArray) references = g_ptr_array_new();
    g_ptr_array_add(references, root);
    /* An answer goes to the customer and, by the token, into the ticket. */
    if (answered)
        g_ptr_array_add(reply_to, g_steal_pointer(&answered));
    g_ptr_array_add(reply_to, mailbox_new(mail->queue->display, back));
    ComposeMail compose = {.to_name = agent->display,
                           .to_address = agent->address,
                           .reply_to = reply_to,
                           .message_id = message_id,
                           .in_reply_to = root,
                           .references = references,
                           .is_generated = TRUE};
    desk_add_outgoing(mail, decision, "notice", values, return_path, &compose);
}
