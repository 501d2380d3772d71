/* The page that an agent works from. */
#include "gateway/desk/notice_parts.h"

#include <postern/base/clean.h>
#include <postern/base/mail_id.h>
#include <postern/rules.h>

#include <string.h>

#define NOTICE_TEXT_BYTES (64u * 1024)

/* Each part stands for one attachment: two may have the same name. */
static gboolean is_attached(const DeskCase *mail, const Attachment *attachment, guint8 *used)
{
    for (guint i = 0; mail->content && i < mail->content->parts->len; i++) {
        const ContentPart *part = mail->content->parts->pdata[i];
        if (used[i] || strcmp(part->name, attachment->name) != 0)
            continue;
        used[i] = 1;
        return TRUE;
    }
    return FALSE;
}

static gboolean is_withheld(const DeskCase *mail, const Attachment *attachment)
{
    return mail->content &&
           g_ptr_array_find_with_equal_func(mail->content->withheld, attachment->name, g_str_equal, NULL);
}

static void add_attachments(const DeskCase *mail, const char *id, TemplateValues *values)
{
    const GPtrArray *attachments = mail->reading->attachments;
    g_autofree guint8 *used = g_malloc0(mail->content ? mail->content->parts->len + 1 : 1);
    g_autofree char *most =
        g_format_size_full(mail->config->notice_attachment_bytes, G_FORMAT_SIZE_IEC_UNITS);
    for (guint i = 0; i < attachments->len; i++) {
        const Attachment *attachment = attachments->pdata[i];
        TemplateValues *item = template_add_item(values, "attachments");
        g_autofree char *size = g_format_size_full(attachment->size, G_FORMAT_SIZE_IEC_UNITS);
        g_autofree char *too_large =
            g_strdup_printf("notices carry %s at most; the mail as it came: postern ticket raw %s", most, id);
        g_autofree char *secret = g_strdup_printf(
            "it holds what looks like a password or a key; who may see originals has: postern ticket raw %s",
            id);
        g_autofree char *by_hand = g_strdup_printf("the mail as it came: postern ticket raw %s", id);
        g_autofree char *found =
            attachment->found_type
                ? g_strdup_printf("%s (by its content %s)", attachment->name, attachment->found_type)
                : g_strdup(attachment->name);
        template_set(item, "name", found);
        template_set(item, "size", size);
        if (is_withheld(mail, attachment))
            template_set(item, "why_not", secret);
        else if (!is_attached(mail, attachment, used))
            template_set(item, "why_not", mail->content && mail->content->left_out ? too_large : by_hand);
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

static void add_field(const DeskCase *mail, const Field *field, TemplateValues *values)
{
    TemplateValues *item = template_add_item(values, "fields");
    g_autofree char *value = notice_text(field->value, NOTICE_TEXT_BYTES);
    template_set(item, "label", rules_label(mail->rules, field->name));
    template_set(item, "value", value);
    if (strchr(value, '\n'))
        set_indented(item, value);
}

static void add_invitation(const Invitation *invitation, TemplateValues *values)
{
    TemplateValues *item = template_add_item(values, "fields");
    g_autofree char *words = invitation_words(invitation);
    g_autofree char *value = notice_text(words, NOTICE_TEXT_BYTES);
    template_set(item, "label", "Invitation");
    template_set(item, "value", value);
}

static void add_reading(const DeskCase *mail, const char *id, TemplateValues *values)
{
    const Reading *reading = mail->reading;
    for (guint i = 0; i < reading->fields->len && i < FIELDS_SHOWN_MOST; i++)
        add_field(mail, reading->fields->pdata[i], values);
    for (guint i = 0; i < reading->invitations->len; i++)
        add_invitation(reading->invitations->pdata[i], values);
    for (guint i = 0; i < reading->sender_findings->len; i++)
        add_warning(values, reading->sender_findings->pdata[i]);
    for (guint i = 0; i < reading->findings->len; i++) {
        const Finding *finding = reading->findings->pdata[i];
        g_autofree char *text = g_strdup_printf("%s: %s", finding->code, finding->detail);
        add_warning(values, text);
    }
    g_autofree char *text = notice_text(reading->reply, NOTICE_TEXT_BYTES);
    template_set(values, "text", *text ? text : "(no text of its own)");
    add_attachments(mail, id, values);
}

/* One subject from the first notice on: programs put what has another into another conversation. */
static void set_subject(const DeskCase *mail, const Decision *decision, TemplateValues *values)
{
    const Ticket *ticket = mail->facts->ticket;
    const char *own = mail->reading ? mail->reading->subject : decision->subject;
    const char *first = ticket && ticket->subject ? ticket->subject : own;
    g_autofree char *subject = first ? desk_plain_subject(decision, first) : NULL;
    g_autofree char *now = own ? desk_plain_subject(decision, own) : NULL;
    template_set(values, "subject", subject);
    template_set(values, "new_subject", g_strcmp0(subject, now) != 0 ? now : NULL);
}

/* A hint of rules says so, and what it is made of where this mail gave it. */
static void add_severity(const Ticket *ticket, const Decision *decision, TemplateValues *values)
{
    gboolean is_hint = ticket && g_strcmp0(ticket->severity_by, "rules") == 0;
    template_set(values, "ticket.severity",
                 decision->severity ? decision->severity
                 : ticket           ? ticket->severity
                                    : NULL);
    template_set(values, "ticket.severity_hint",
                 decision->severity ? decision->severity_why
                 : is_hint          ? "by rules"
                                    : NULL);
}

static char *asked_before(const DeskCase *mail)
{
    const Ticket *ticket = mail->facts->ticket;
    g_auto(GStrv) names = g_strsplit(ticket && ticket->asked ? ticket->asked : "", "\n", -1);
    g_autoptr(GPtrArray) asked = g_ptr_array_new();
    for (guint i = 0; names[i]; i++)
        if (*names[i])
            g_ptr_array_add(asked, names[i]);
    return desk_labels(mail, asked);
}

/* What it is about, what the customer was asked for, and what of it is not there. */
static void add_meaning(const DeskCase *mail, const Decision *decision, TemplateValues *values)
{
    const Ticket *ticket = mail->facts->ticket;
    g_autofree char *before = asked_before(mail), *now = desk_labels(mail, decision->asked);
    g_autofree char *missing = desk_labels(mail, decision->missing);
    add_severity(ticket, decision, values);
    template_set(values, "ticket.category",
                 decision->category ? decision->category
                 : ticket           ? ticket->category
                                    : NULL);
    template_set(values, "ticket.kind", decision->request ? decision->request : ticket ? ticket->kind : NULL);
    template_set(values, "was_asked", *now ? now : before);
    template_set(values, "still_missing", missing);
    template_set(values, "is_complete", decision->is_complete ? "yes" : NULL);
    for (guint i = 0; i < decision->disputes->len; i++)
        add_warning(values, decision->disputes->pdata[i]);
}

static TemplateValues *notice_values(const DeskCase *mail, const Decision *decision, const ConfigAgent *agent)
{
    TemplateValues *values = template_values_new();
    g_autofree char *id = mail_id_format(mail->envelope->mail_id);
    desk_add_common_values(mail, decision, values);
    notice_add_people(mail, decision, agent, values);
    template_set(values, "ticket.is_new", decision->is_new_ticket ? "yes" : NULL);
    template_set(values, "ticket.status", decision->status);
    add_meaning(mail, decision, values);
    template_set(values, "message_id_short", id);
    set_subject(mail, decision, values);
    if (mail->reading) {
        add_reading(mail, id, values);
    } else {
        g_autofree char *warning = g_strdup_printf(
            "this mail could not be read (%s); its original: postern ticket raw %s", mail->unreadable, id);
        add_warning(values, warning);
        template_set(values, "text", "(could not be read)");
    }
    hints_add_for_agent(mail, values);
    notice_add_related(mail, decision, values);
    notice_add_history(mail, values);
    for (guint i = 0; i < decision->why->len; i++)
        template_set(template_add_item(values, "why"), "text", decision->why->pdata[i]);
    return values;
}

void desk_write_notice(const DeskCase *mail, Decision *decision, const ConfigAgent *agent)
{
    g_autoptr(TemplateValues) values = notice_values(mail, decision, agent);
    g_autofree char *from_name = notice_from_name(mail, decision);
    g_autofree char *reply_name = notice_reply_name(mail, decision);
    g_autofree char *message_id = desk_message_id(mail, decision, ROLE_AGENT, agent->address);
    g_autofree char *back = desk_address_for(mail, decision, ROLE_AGENT, agent->address);
    g_autofree char *return_path = desk_address_for(mail, decision, ROLE_RETURN_PATH, agent->address);
    g_autofree char *root = desk_thread_root(mail->config, decision->ticket_id);
    g_autoptr(GPtrArray) reply_to = desk_mailboxes_new();
    g_autoptr(GPtrArray) references = g_ptr_array_new();
    g_ptr_array_add(references, root);
    /* Reply goes to the desk alone, which sends on what is for the customer: a page that comes back by
     * mistake reaches nobody. */
    g_ptr_array_add(reply_to, mailbox_new(reply_name, back));
    ComposeMail compose = {.from_name = from_name,
                           .to_name = agent->display,
                           .to_address = agent->address,
                           .reply_to = reply_to,
                           .message_id = message_id,
                           .in_reply_to = root,
                           .references = references,
                           .parts = mail->content && mail->reading ? mail->content->parts : NULL,
                           .is_generated = TRUE};
    desk_add_outgoing(mail, decision, "notice", values, return_path, &compose);
}
