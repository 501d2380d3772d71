#include "gateway/desk/letter.h"

#include <postern/address.h>
#include <postern/base/clean.h>
#include <postern/base/limits.h>
#include <postern/base/mail_id.h>
#include <postern/reply.h>

#include <string.h>

/* Of the customer's own ids: enough for a client that has lost some of the mails between. */
#define THREAD_IDS_MOST 20u

/* The queue of the ticket; without a ticket the first one. */
static const ConfigQueue *letter_queue(const LetterCase *letter)
{
    const ConfigQueue *queue = letter->ticket ? config_queue(letter->config, letter->ticket->queue) : NULL;
    return queue ? queue : letter->config->queues->pdata[0];
}

static gint64 ticket_id(const LetterCase *letter)
{
    return letter->ticket ? letter->ticket->id : 0;
}

gboolean letter_may_write_to(const LetterCase *letter, const char *address)
{
    return address && address_is_envelope(address) && !config_is_ours(letter->config, address);
}

static void add_recipient(const LetterCase *letter, GPtrArray *all, const char *name, const char *address)
{
    if (!letter_may_write_to(letter, address) || all->len >= LIMIT_ANSWER_RECIPIENTS)
        return;
    for (guint i = 0; i < all->len; i++)
        if (address_equal(((const Mailbox *)all->pdata[i])->address, address))
            return;
    g_ptr_array_add(all, mailbox_new(name, address));
}

GPtrArray *letter_recipients(const LetterCase *letter)
{
    GPtrArray *all = desk_mailboxes_new();
    const Ticket *ticket = letter->ticket;
    if (!ticket)
        return all;
    add_recipient(letter, all, ticket->requester_name, ticket->requester_address);
    for (guint i = 0; i < ticket->participants->len; i++) {
        const Participant *participant = ticket->participants->pdata[i];
        if (participant->copies && g_strcmp0(participant->role, "guest") != 0)
            add_recipient(letter, all, participant->name, participant->address);
    }
    return all;
}

/* What one of those who get it wrote; after tickets of two customers became one, of the other not even ids.
 */
static gboolean is_theirs(const GPtrArray *all, const TicketMessage *message)
{
    if (g_strcmp0(message->direction, "in") != 0 || !message->message_id ||
        g_strcmp0(message->role, "agent") == 0 || g_strcmp0(message->role, "guest") == 0)
        return FALSE;
    for (guint i = 0; i < all->len; i++)
        if (address_equal(((const Mailbox *)all->pdata[i])->address, message->from_address))
            return TRUE;
    return FALSE;
}

/* The root, and what the customers wrote last. To agents the root alone: see desk_thread_root. */
static GPtrArray *thread_ids(const LetterCase *letter, TokenRole role)
{
    GPtrArray *ids = g_ptr_array_new_with_free_func(g_free);
    const Ticket *ticket = letter->ticket;
    if (!ticket)
        return ids;
    g_autoptr(GPtrArray) all = letter_recipients(letter);
    for (guint i = ticket->messages->len; role == ROLE_CUSTOMER && i-- > 0 && ids->len < THREAD_IDS_MOST;) {
        const TicketMessage *message = ticket->messages->pdata[i];
        if (is_theirs(all, message))
            g_ptr_array_insert(ids, 0, g_strdup(message->message_id));
    }
    g_ptr_array_insert(ids, 0, desk_thread_root(letter->config, ticket->id));
    if (role == ROLE_CUSTOMER && letter->answers_id)
        g_ptr_array_add(ids, g_strdup(letter->answers_id));
    return ids;
}

static char *make_token(const LetterCase *letter, gint64 id, TokenRole role, const char *person)
{
    return desk_make_token(&letter->keys[0], letter->now_us, id, role, person);
}

/* "nonce.token@domain", as desk_message_id makes it. A question and what its answer brings about have the
 * same cause. */
static char *message_id(LetterCase *letter, const LetterMail *mail)
{
    g_autofree char *cause = mail_id_format(letter->cause_id);
    g_autofree char *token = make_token(letter, ticket_id(letter), mail->role, mail->to_address);
    return g_strdup_printf("%s%s%u.%s@%s", cause, mail->confirm_id ? "q" : "", letter->number++, token,
                           letter->config->domain);
}

/* Whom an agent who presses Reply will reach: who has the ticket, else the customer. */
static char *reply_name(const LetterCase *letter, const LetterMail *mail)
{
    const ConfigQueue *queue = letter_queue(letter);
    if (mail->role != ROLE_AGENT || mail->confirm_id || !letter->ticket)
        return g_strdup(queue->display);
    const char *owner = ticket_owner_at(letter->ticket, letter->now_us);
    const ConfigAgent *agent = owner ? config_agent(letter->config, owner) : NULL;
    if (agent && !address_equal(agent->address, mail->to_address))
        return g_strdup_printf("%s (%s)", agent->display, queue->display);
    return desk_name_at_queue(letter->config, queue, letter->ticket->requester_name);
}

static GPtrArray *reply_to(const LetterCase *letter, const LetterMail *mail)
{
    if (!letter->ticket && !mail->confirm_id)
        return NULL;
    const ConfigQueue *queue = letter_queue(letter);
    g_autofree char *token = mail->confirm_id
                                 ? make_token(letter, mail->confirm_id, ROLE_CONFIRM, mail->to_address)
                                 : make_token(letter, ticket_id(letter), mail->role, mail->to_address);
    g_autofree char *address = desk_token_address(queue, token);
    GPtrArray *list = desk_mailboxes_new();
    g_autofree char *name = reply_name(letter, mail);
    g_ptr_array_add(list, mailbox_new(name, address));
    return list;
}

static char *return_path(const LetterCase *letter, const LetterMail *mail)
{
    if (mail->is_silent || !letter->ticket)
        return g_strdup("");
    g_autofree char *token = make_token(letter, letter->ticket->id, ROLE_RETURN_PATH, mail->to_address);
    return desk_token_address(letter_queue(letter), token);
}

/* "Kim Lee (Acme Support)" */
static char *from_name(const LetterCase *letter, const LetterMail *mail)
{
    const char *queue = letter_queue(letter)->display;
    return mail->who ? g_strdup_printf("%s (%s)", mail->who->display, queue) : g_strdup(queue);
}

/* All but the first, who stands in To. */
static GPtrArray *copies_of(const LetterMail *mail)
{
    GPtrArray *copies = g_ptr_array_new();
    for (guint i = 1; mail->all && i < mail->all->len; i++)
        g_ptr_array_add(copies, mail->all->pdata[i]);
    return copies;
}

static Outgoing *outgoing_of(const LetterCase *letter, const LetterMail *mail, const ComposeMail *compose,
                             const char *envelope_from)
{
    const ConfigQueue *queue = letter_queue(letter);
    g_autoptr(GPtrArray) routes = config_routes_for(letter->config, queue->name, compose->from_address);
    Outgoing *outgoing = g_new0(Outgoing, 1);
    *outgoing = (Outgoing){.kind = g_strdup(mail->kind),
                           .queue = g_strdup(queue->name),
                           .route = g_strdup(((const ConfigRoute *)routes->pdata[0])->name),
                           .is_personal = mail->is_personal,
                           .to = g_strdup(mail->to_address),
                           .from = g_strdup(compose->from_address),
                           .envelope_from = g_strdup(envelope_from),
                           .subject = clean_line(compose->subject, -1, LIMIT_SUBJECT_BYTES),
                           .message_id = g_strdup(compose->message_id),
                           .bytes = compose_mail(compose)};
    return outgoing;
}

Outgoing *letter_write(LetterCase *letter, const LetterMail *mail)
{
    const Mailbox *first = mail->all && mail->all->len > 0 ? mail->all->pdata[0] : NULL;
    g_autofree char *id = message_id(letter, mail);
    g_autofree char *path = return_path(letter, mail);
    g_autofree char *name = from_name(letter, mail);
    g_autoptr(GPtrArray) back = reply_to(letter, mail);
    g_autoptr(GPtrArray) copies = copies_of(mail);
    g_autoptr(GPtrArray) ids = thread_ids(letter, mail->role);
    ComposeMail compose = {.from_name = name,
                           .from_address = letter_queue(letter)->addresses->pdata[0],
                           .to_name = first ? first->name : mail->to_name,
                           .to_address = first ? first->address : mail->to_address,
                           .cc = copies,
                           .reply_to = back,
                           .subject = mail->subject,
                           .date_us = letter->now_us,
                           .message_id = id,
                           .in_reply_to = ids->len > 0 ? ids->pdata[ids->len - 1] : NULL,
                           .references = ids,
                           .text = mail->text,
                           .html = mail->html,
                           .parts = mail->parts,
                           .is_automatic = !mail->is_personal,
                           .is_generated = !mail->is_personal && !mail->is_silent,
                           .ticket_ref = letter->ticket ? letter->ticket->ref : NULL};
    return outgoing_of(letter, mail, &compose, path);
}

/* An admin's own template may have left the line out. */
static char *fenced(const char *text)
{
    return g_strconcat(REPLY_CUT_LINE, "\n\n", text, "\n", REPLY_END_LINE, "\n", NULL);
}

Outgoing *letter_render(LetterCase *letter, LetterMail *mail, const TemplateValues *values)
{
    g_autofree char *subject = NULL, *text = NULL, *html = NULL;
    notice_render(letter->notices, mail->kind, values, &subject, &text, &html);
    if (mail->role == ROLE_AGENT && !g_str_has_prefix(text, REPLY_CUT_LINE)) {
        g_autofree char *bare = g_steal_pointer(&text);
        text = fenced(bare);
        g_clear_pointer(&html, g_free);
    }
    mail->subject = subject;
    mail->text = text;
    mail->html = html;
    Outgoing *outgoing = letter_write(letter, mail);
    mail->subject = mail->text = mail->html = NULL;
    return outgoing;
}

void letter_set_common(const LetterCase *letter, TemplateValues *values)
{
    const ConfigQueue *queue = letter_queue(letter);
    template_set(values, "queue.name", queue->display);
    template_set(values, "queue.address", queue->addresses->pdata[0]);
    if (!letter->ticket)
        return;
    g_autofree char *subject = desk_bare_subject(letter->ticket->ref, letter->ticket->subject);
    template_set(values, "ticket.ref", letter->ticket->ref);
    template_set(values, "subject", subject);
}

void letter_set_customer(TemplateValues *values, const char *name, const char *address, gboolean is_known)
{
    g_autofree char *spoken = desk_name_to_speak(name ? name : "", address, is_known);
    template_set(values, "customer.name", spoken);
}

/* A first mail to somebody who has not written answers nothing. */
static gboolean is_answer(const Ticket *ticket)
{
    for (guint i = 0; i < ticket->messages->len; i++) {
        const TicketMessage *message = ticket->messages->pdata[i];
        if (g_strcmp0(message->direction, "out") == 0 ||
            (g_strcmp0(message->direction, "in") == 0 && g_strcmp0(message->role, "agent") != 0))
            return TRUE;
    }
    return ticket->voice != NULL;
}

char *letter_subject(const LetterCase *letter)
{
    const Ticket *ticket = letter->ticket;
    const char *prefix = is_answer(ticket) ? "Re: " : "";
    g_autofree char *bare = desk_bare_subject(ticket->ref, ticket->subject);
    return g_strdup_printf("%s%s [%s]", bare ? prefix : "", bare ? bare : "Your message", ticket->ref);
}

char *letter_moment(gint64 time_us)
{
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(time_us / G_USEC_PER_SEC);
    return time_us > 0 && time ? g_date_time_format(time, "%Y-%m-%d %H:%M UTC") : NULL;
}

char *letter_indented(const char *text)
{
    g_autofree char *clean = clean_text(text, -1, LIMIT_LETTER_TEXT_BYTES);
    g_auto(GStrv) lines = g_strsplit(g_strchomp(clean), "\n", -1);
    g_autofree char *joined = g_strjoinv("\n  ", lines);
    return g_strconcat("  ", joined, NULL);
}
