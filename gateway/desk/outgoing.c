#include "gateway/desk/desk_private.h"

#include <postern/address.h>
#include <postern/base/clean.h>
#include <postern/base/digest.h>
#include <postern/base/mail_id.h>
#include <postern/compose.h>
#include <postern/rules.h>

#include <string.h>

#define FIELDS_SHOWN_MOST 12u
#define DAY_US (24 * 3600 * (gint64)G_USEC_PER_SEC)
#define NOTICE_TEXT_BYTES (64u * 1024)

static const char *queue_address(const DeskCase *mail)
{
    return mail->queue->addresses->pdata[0];
}

char *desk_make_token(const TokenKey *key, gint64 now_us, gint64 ticket_id, TokenRole role,
                      const char *address)
{
    Token token = {.ticket_id = ticket_id,
                   .person = token_person(address),
                   .role = role,
                   .day = (guint16)(now_us / DAY_US)};
    return token_make(&token, key);
}

char *desk_token_address(const ConfigQueue *queue, const char *token)
{
    const char *address = queue->addresses->pdata[0];
    const char *at = strrchr(address, '@');
    return g_strdup_printf("%.*s+%s%s", (int)(at - address), address, token, at);
}

static char *make_token(const DeskCase *mail, const Decision *decision, TokenRole role, const char *address)
{
    return desk_make_token(&mail->keys[0], mail->now_us, decision->ticket_id, role, address);
}

static char *token_address(const DeskCase *mail, const Decision *decision, TokenRole role, const char *person)
{
    g_autofree char *token = make_token(mail, decision, role, person);
    return desk_token_address(mail->queue, token);
}

/* "nonce.token@domain". The nonce is made of what the mail answers, so that judging again gives the
 * same id. */
static char *make_message_id(const DeskCase *mail, const Decision *decision, TokenRole role, const char *to)
{
    g_autofree char *mail_id = mail_id_format(mail->envelope->mail_id);
    g_autofree char *token = make_token(mail, decision, role, to);
    return g_strdup_printf("%s%u.%s@%s", mail_id, decision->outgoing->len, token, mail->config->domain);
}

static void add_reading_values(const DeskCase *mail, TemplateValues *values)
{
    const GPtrArray *fields = mail->reading->fields;
    g_autoptr(GHashTable) noticed = g_hash_table_new(g_str_hash, g_str_equal);
    gboolean secrets = FALSE;
    for (guint i = 0, shown = 0; i < fields->len && shown < FIELDS_SHOWN_MOST; i++) {
        const Field *field = fields->pdata[i];
        secrets |= field->is_secret;
        const char *label = rules_label(mail->rules, field->name);
        if (field->may_echo && !field->is_secret) {
            TemplateValues *item = template_add_item(values, "fields");
            template_set(item, "label", label);
            template_set(item, "value", field->value);
            shown++;
        } else if (!field->is_secret && g_hash_table_add(noticed, field->name)) {
            template_set(template_add_item(values, "kinds_read"), "label", label);
            shown++;
        }
    }
    template_set(values, "has_secrets", secrets ? "yes" : NULL);
    template_set(values, "has_no_details", fields->len + mail->reading->attachments->len == 0 ? "yes" : NULL);
}

static void add_common_values(const DeskCase *mail, const Decision *decision, TemplateValues *values)
{
    template_set(values, "queue.name", mail->queue->display);
    template_set(values, "ticket.ref", decision->ref);
    g_autofree char *name = desk_spoken_name(mail, decision);
    template_set(values, "customer.name", name);
}

/* "Re: AW: [SUP-7K3QW2] Broken" is about "Broken": the templates add their own prefix and reference.
 * NULL when nothing is left. */
static char *plain_subject(const Decision *decision, const char *subject)
{
    static const char *const prefixes[] = {
        "re:", "aw:", "fwd:", "fw:", "wg:", "sv:", "vs:", "antw:", "rv:", "tr:", "odp:"};
    g_autofree char *bracketed = g_strdup_printf("[%s]", decision->ref);
    g_auto(GStrv) pieces = g_strsplit(subject, bracketed, -1);
    g_autofree char *joined = g_strjoinv(" ", pieces);
    const char *at = joined;
    for (gboolean again = TRUE; again;) {
        again = FALSE;
        at += strspn(at, " ");
        for (guint i = 0; i < G_N_ELEMENTS(prefixes) && !again; i++) {
            again = g_ascii_strncasecmp(at, prefixes[i], strlen(prefixes[i])) == 0;
            at += again ? strlen(prefixes[i]) : 0;
        }
    }
    return *at ? clean_line(at, -1, LIMIT_SUBJECT_BYTES) : NULL;
}

static TemplateValues *acknowledgement_values(const DeskCase *mail, const Decision *decision)
{
    TemplateValues *values = template_values_new();
    g_autofree char *attachments = g_strdup_printf("%u", mail->reading->attachments->len);
    add_common_values(mail, decision, values);
    template_set(values, "queue.address", queue_address(mail));
    template_set(values, "answer_within", mail->queue->answer_within);
    template_set(values, "attachments_count", mail->reading->attachments->len ? attachments : NULL);
    /* The subject is a stranger's text: it goes only to whom it surely came from. */
    g_autofree char *subject = plain_subject(decision, mail->reading->subject);
    if (mail->reading->from_authentic)
        template_set(values, "subject", subject);
    add_reading_values(mail, values);
    return values;
}

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
    add_common_values(mail, decision, values);
    template_set(values, "customer.name", decision->sender_name);
    template_set(values, "agent.name", agent->display);
    template_set(values, "ticket.is_new", decision->is_new_ticket ? "yes" : NULL);
    template_set(values, "customer.address", decision->sender_address);
    template_set(values, "customer.proven", mail->reading && mail->reading->from_authentic ? "yes" : NULL);
    template_set(values, "customer.is_guest", guest ? "yes" : NULL);
    template_set(values, "message_id_short", id);
    g_autofree char *subject =
        plain_subject(decision, mail->reading ? mail->reading->subject : decision->subject);
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

/* Renders, composes, and adds the result; `compose` has the envelope and headers filled but for the texts. */
static void add_outgoing(const DeskCase *mail, Decision *decision, const char *kind,
                         const TemplateValues *values, const char *envelope_from, ComposeMail *compose)
{
    g_autofree char *subject = NULL, *text = NULL, *html = NULL;
    notice_render(mail->notices, kind, values, &subject, &text, &html);
    compose->subject = subject;
    compose->text = text;
    compose->html = html;
    compose->from_name = mail->queue->display;
    compose->from_address = queue_address(mail);
    compose->date_us = mail->now_us;
    compose->is_automatic = TRUE;
    compose->ticket_ref = decision->ref;
    Outgoing *outgoing = g_new0(Outgoing, 1);
    g_autoptr(GPtrArray) routes = config_routes_for(mail->config, mail->queue->name, compose->from_address);
    outgoing->kind = g_strdup(kind);
    outgoing->queue = g_strdup(mail->queue->name);
    outgoing->route = g_strdup(((const ConfigRoute *)routes->pdata[0])->name);
    outgoing->to = g_strdup(compose->to_address);
    outgoing->from = g_strdup(compose->from_address);
    outgoing->envelope_from = g_strdup(envelope_from);
    outgoing->subject = clean_line(subject, -1, LIMIT_SUBJECT_BYTES);
    outgoing->message_id = g_strdup(compose->message_id);
    outgoing->bytes = compose_mail(compose);
    g_ptr_array_add(decision->outgoing, outgoing);
}

static GPtrArray *mailboxes_new(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify)mailbox_free);
}

static void write_acknowledgement(const DeskCase *mail, Decision *decision)
{
    const char *to = decision->sender_address;
    g_autoptr(TemplateValues) values = acknowledgement_values(mail, decision);
    g_autofree char *message_id = make_message_id(mail, decision, ROLE_CUSTOMER, to);
    g_autofree char *back = token_address(mail, decision, ROLE_CUSTOMER, to);
    g_autoptr(GPtrArray) reply_to = mailboxes_new();
    g_autoptr(GPtrArray) references = g_ptr_array_new();
    g_ptr_array_add(reply_to, mailbox_new(mail->queue->display, back));
    for (guint i = 0; i < mail->reading->references->len; i++)
        g_ptr_array_add(references, mail->reading->references->pdata[i]);
    if (mail->reading->message_id)
        g_ptr_array_add(references, mail->reading->message_id);
    g_autofree char *name = desk_spoken_name(mail, decision);
    ComposeMail compose = {.to_name = name,
                           .to_address = to,
                           .reply_to = reply_to,
                           .message_id = message_id,
                           .in_reply_to = mail->reading->message_id,
                           .references = references};
    add_outgoing(mail, decision, "acknowledgement", values, "", &compose);
}

char *desk_thread_root(const Config *config, gint64 ticket_id)
{
    g_autofree char *ticket = mail_id_format(ticket_id);
    return g_strdup_printf("%s.ticket@%s", ticket, config->domain);
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

static void write_notice(const DeskCase *mail, Decision *decision, const ConfigAgent *agent)
{
    g_autoptr(Mailbox) answered = answered_mailbox(mail, decision);
    const char *customer = answered ? answered->address : decision->sender_address;
    g_autoptr(TemplateValues) values = notice_values(mail, decision, agent);
    g_autofree char *message_id = make_message_id(mail, decision, ROLE_AGENT, agent->address);
    g_autofree char *back = token_address(mail, decision, ROLE_CUSTOMER, customer);
    g_autofree char *return_path = token_address(mail, decision, ROLE_RETURN_PATH, agent->address);
    g_autofree char *root = desk_thread_root(mail->config, decision->ticket_id);
    g_autoptr(GPtrArray) reply_to = mailboxes_new();
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
    add_outgoing(mail, decision, "notice", values, return_path, &compose);
}

/* Nobody is told what he wrote himself; of mail that perhaps only borrows his address he should know. What a
 * machine at his address writes must not come round. */
static gboolean is_his_own(const DeskCase *mail, const ConfigAgent *agent)
{
    gboolean in_doubt = mail->config->authserv_id && !desk_agent_is_proven(mail);
    return agent == desk_agent(mail) && (!in_doubt || desk_is_automatic(mail->reading));
}

void desk_write_outgoing(const DeskCase *arrived, Decision *decision)
{
    /* An answer can come to the address of another queue than the ticket's; the ticket's agents are told. */
    DeskCase of_ticket = *arrived;
    const ConfigQueue *queue = config_queue(arrived->config, decision->queue);
    if (queue)
        of_ticket.queue = queue;
    const DeskCase *mail = &of_ticket;
    if (decision->acknowledge)
        write_acknowledgement(mail, decision);
    if (!decision->notify)
        return;
    for (guint i = 0; i < mail->queue->agents->len; i++) {
        const ConfigAgent *agent = config_agent(mail->config, mail->queue->agents->pdata[i]);
        if (agent && !is_his_own(mail, agent))
            write_notice(mail, decision, agent);
    }
}
