#include "gateway/desk/desk_private.h"

#include <postern/address.h>
#include <postern/base/clean.h>
#include <postern/base/digest.h>
#include <postern/base/mail_id.h>
#include <postern/compose.h>
#include <postern/rules.h>

#include <string.h>

#define DAY_US (24 * 3600 * (gint64)G_USEC_PER_SEC)

const char *desk_queue_address(const DeskCase *mail)
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

char *desk_address_for(const DeskCase *mail, const Decision *decision, TokenRole role, const char *person)
{
    g_autofree char *token = make_token(mail, decision, role, person);
    return desk_token_address(mail->queue, token);
}

/* "nonce.token@domain". The nonce is made of what the mail answers, so that judging again gives the
 * same id. */
char *desk_message_id(const DeskCase *mail, const Decision *decision, TokenRole role, const char *to)
{
    g_autofree char *mail_id = mail_id_format(mail->envelope->mail_id);
    g_autofree char *token = make_token(mail, decision, role, to);
    return g_strdup_printf("%s%u.%s@%s", mail_id, decision->outgoing->len, token, mail->config->domain);
}

void desk_add_common_values(const DeskCase *mail, const Decision *decision, TemplateValues *values)
{
    template_set(values, "queue.name", mail->queue->display);
    template_set(values, "ticket.ref", decision->ref);
    g_autofree char *name = desk_spoken_name(mail, decision);
    template_set(values, "customer.name", name);
}

char *desk_plain_subject(const Decision *decision, const char *subject)
{
    return desk_bare_subject(decision->ref, subject);
}

/* Also those of tickets that this one continues or was split from: two in one subject point to two tickets.
 */
static char *without_refs(const char *ref, const char *subject)
{
    g_autofree char *prefix = g_strndup(ref, strcspn(ref, "-"));
    const char *const prefixes[] = {prefix, NULL};
    g_autoptr(GPtrArray) refs = ticket_ref_scan(subject, prefixes);
    g_ptr_array_add(refs, g_strdup(ref));
    char *left = g_strdup(subject);
    for (guint i = 0; i < refs->len; i++) {
        g_autofree char *bracketed = g_strdup_printf("[%s]", (const char *)refs->pdata[i]);
        g_autofree char *before = left;
        g_auto(GStrv) pieces = g_strsplit(before, bracketed, -1);
        left = g_strjoinv(" ", pieces);
    }
    return left;
}

/* "Re: AW: [SUP-7K3QW2] Broken" is about "Broken": the templates add their own prefix and reference.
 * NULL when nothing is left. */
char *desk_bare_subject(const char *ref, const char *subject)
{
    static const char *const prefixes[] = {
        "re:", "aw:", "fwd:", "fw:", "wg:", "sv:", "vs:", "antw:", "rv:", "tr:", "odp:"};
    g_autofree char *joined = without_refs(ref, subject);
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

/* Renders, composes, and adds the result; `compose` has the envelope and headers filled but for the texts. */
void desk_add_outgoing(const DeskCase *mail, Decision *decision, const char *kind,
                       const TemplateValues *values, const char *envelope_from, ComposeMail *compose)
{
    g_autofree char *subject = NULL, *text = NULL, *html = NULL;
    notice_render(mail->notices, kind, values, &subject, &text, &html);
    compose->subject = subject;
    compose->text = text;
    compose->html = html;
    if (!compose->from_name)
        compose->from_name = mail->queue->display;
    compose->from_address = desk_queue_address(mail);
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

gboolean desk_is_commands(const TicketMessage *message)
{
    return g_strcmp0(message->direction, "note") == 0 && message->reply && message->reply[0] == '/';
}

GPtrArray *desk_mailboxes_new(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify)mailbox_free);
}

char *desk_thread_root(const Config *config, gint64 ticket_id)
{
    g_autofree char *ticket = mail_id_format(ticket_id);
    return g_strdup_printf("%s.ticket@%s", ticket, config->domain);
}

/* Nobody is told what he wrote himself; of a new ticket that perhaps only borrows his address he should know.
 * In a ticket that was there he gets a receipt. What a machine at his address writes must not come round. */
static gboolean is_his_own(const DeskCase *mail, const Decision *decision, const ConfigAgent *agent)
{
    gboolean in_doubt = mail->config->authserv_id && !desk_agent_is_proven(mail) && decision->is_new_ticket;
    return agent == desk_agent(mail) && (!in_doubt || desk_is_automatic(mail->reading));
}

/* One person at a time: who has the ticket hears of it, and the others have quiet. A guest, or a mail that
 * names another queue, may need somebody else; NULL: all are told. */
static const ConfigAgent *only_reader(const DeskCase *mail, const Decision *decision)
{
    const Ticket *ticket = mail->facts->ticket;
    const char *owner = ticket ? ticket_owner_at(ticket, mail->now_us) : NULL;
    gboolean is_plain = !decision->is_new_ticket && strcmp(decision->sender_role, "guest") != 0 &&
                        strcmp(mail->envelope->queue, decision->queue) == 0;
    return owner && is_plain ? config_agent(mail->config, owner) : NULL;
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
        desk_write_acknowledgement(mail, decision);
    /* Who opens a ticket for a customer speaks first in it: his mail asks nobody for an answer. */
    if (!decision->notify || decision->customer)
        return;
    const ConfigAgent *owner = only_reader(mail, decision);
    guint before = decision->outgoing->len;
    for (guint i = 0; !owner && i < mail->queue->agents->len; i++) {
        const ConfigAgent *agent = config_agent(mail->config, mail->queue->agents->pdata[i]);
        if (agent && !is_his_own(mail, decision, agent))
            desk_write_notice(mail, decision, agent);
    }
    if (owner && !is_his_own(mail, decision, owner))
        desk_write_notice(mail, decision, owner);
    /* Whose ticket nobody else would hear of has at least a page of it himself. */
    const ConfigAgent *self = desk_agent(mail);
    if (self && decision->is_new_ticket && decision->outgoing->len == before &&
        !desk_is_automatic(mail->reading))
        desk_write_notice(mail, decision, self);
}

LetterCase desk_letter_case(const DeskCase *mail, const Decision *decision)
{
    return (LetterCase){.config = mail->config,
                        .notices = mail->notices,
                        .rules = mail->rules,
                        .keys = mail->keys,
                        .now_us = mail->now_us,
                        .ticket = mail->facts->ticket,
                        .cause_id = mail->envelope->mail_id,
                        .answers_id = mail->reading ? mail->reading->message_id : NULL,
                        .number = decision->outgoing->len};
}
