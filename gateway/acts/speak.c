/* An agent's words to the customer: sent in his name when the ticket is his or nobody's. When somebody else
 * has it they go to him, for the customer hears one person at a time. */
#include "gateway/acts/acts_private.h"

#include <postern/base/limits.h>
#include <postern/ticket_change.h>

#include <string.h>

static gboolean is_blank(const char *text)
{
    for (; text && *text; text = g_utf8_next_char(text))
        if (!g_unichar_isspace(g_utf8_get_char(text)))
            return FALSE;
    return TRUE;
}

/* The sheet has the last word on what is his text: where the desk has emptied it, nothing is for the
 * customer. What his program attaches to every mail is no answer: beside commands only words count. */
gboolean speak_is_due(const Acts *acts)
{
    const ActsOrder *order = acts->order;
    const CommandSheet *sheet = order->sheet;
    if (sheet->is_note)
        return FALSE;
    if (!is_blank(sheet->text))
        return sheet->acts->len == 0 || !order->agent || !sign_off_is_all(order->agent, sheet->text);
    return order->is_by_mail && order->ticket_id && sheet->acts->len == 0 && order->content &&
           is_blank(order->content->text);
}

static void say_unsent_files(Acts *acts)
{
    const ActsOrder *order = acts->order;
    if (order->content && order->ticket_id && !order->sheet->is_note && is_blank(order->content->text) &&
        letter_has_words(order->content))
        acts_say(acts,
                 "There was no text for the customer, so nothing was sent; your attachments stay with the "
                 "ticket.");
}

static gboolean mark(Acts *acts, const Ticket *ticket, const char *direction, const char *text,
                     GError **error)
{
    return !acts_is_message(acts, ticket) ||
           ticket_mark_message(acts->desk->store, acts->order->mail_id, direction, text, error);
}

static void keep_back(Acts *acts)
{
    const Content *content = acts->order->content;
    g_free(acts->kept_back);
    acts->kept_back =
        g_strdup(content && !is_blank(content->text) ? content->text : acts->order->sheet->text);
}

/* Somebody else has it. */
static gboolean pass_on(Acts *acts, Ticket *ticket, const ConfigAgent *owner, GError **error)
{
    const ActsOrder *order = acts->order;
    keep_back(acts);
    g_autofree char *until = acts_moment(ticket->lease_us);
    g_autofree char *what =
        g_strdup("wrote this to the customer. It was not sent, because you have the ticket:");
    LetterCase letter = acts_letter(acts, ticket);
    if (!draft_add(acts->desk->store, ticket->id, order->mail_id, order->agent->name, acts->kept_back,
                   acts->desk->now_us, error) ||
        !mark(acts, ticket, "note", acts->kept_back, error) ||
        !acts_post(acts, &letter, letter_aside(&letter, owner, acts_who(acts), what, acts->kept_back), error))
        return FALSE;
    acts_say(
        acts,
        "Your text was not sent to the customer: %s has %s, and went on with it lately. %s has your text "
        "now, as a note.",
        owner->display, ticket->ref, owner->display);
    acts_say(
        acts,
        "If you must answer yourself: send it again with '/takeover why' as its first line. Else wait: if "
        "%s does nothing until %s, whoever answers first has the ticket.",
        owner->display, until);
    acts->is_told = TRUE;
    return acts_event(acts, ticket, error, "not sent", "%s has the ticket and got it as a note", owner->name);
}

/* The first who answers has the ticket. */
static gboolean take(Acts *acts, Ticket *ticket, GError **error)
{
    const ConfigAgent *agent = acts->order->agent;
    const ConfigAgent *before = acts_agent_named(acts, ticket->owner);
    gboolean is_known = !ticket->voice || strcmp(ticket->voice, agent->name) == 0;
    if (is_known && (!before || before == agent))
        return ticket_set_owner(acts->desk->store, ticket->id, agent->name, acts_lease(acts, ticket),
                                acts->desk->now_us, error);
    return turn_to(acts, ticket, before, agent, NULL, TRUE, error);
}

static char *recipients_of(const GPtrArray *mails)
{
    GString *all = g_string_new(NULL);
    for (guint i = 0; i < mails->len; i++)
        g_string_append_printf(all, "%s%s", i ? ", " : "", ((const Outgoing *)mails->pdata[i])->to);
    return g_string_free(all, FALSE);
}

/* Each recipient has a mail of his own, and all of them are made at once. */
static gboolean is_too_much(const Ticket *ticket, const Content *content)
{
    gsize bytes = 0, people = 1;
    for (guint i = 0; i < content->parts->len; i++)
        bytes += g_bytes_get_size(((const ContentPart *)content->parts->pdata[i])->bytes);
    for (guint i = 0; i < ticket->participants->len; i++)
        people += ((const Participant *)ticket->participants->pdata[i])->copies != FALSE;
    return bytes > LIMIT_ANSWER_BYTES / MIN(people, LIMIT_ANSWER_RECIPIENTS);
}

static gboolean send(Acts *acts, Ticket *ticket, const Content *clean, GError **error)
{
    const ConfigAgent *agent = acts->order->agent;
    if (!take(acts, ticket, error))
        return FALSE;
    LetterCase letter = acts_letter(acts, ticket);
    GPtrArray *mails = letter_answer(&letter, agent, clean);
    if (mails->len == 0) {
        g_ptr_array_unref(mails);
        return acts_refuse(acts, NULL,
                           "there is nobody to write to: %s has no customer with a mail address; /cc "
                           "ADDRESS adds one",
                           ticket->ref);
    }
    g_autofree char *all = recipients_of(mails);
    acts_say(acts, "Your answer goes to %s.", all);
    return acts_post_all(acts, &letter, mails, error) &&
           ticket_set_voice(acts->desk->store, ticket->id, agent->name, error) &&
           (strcmp(ticket->status, "new") != 0 ||
            ticket_set_status(acts->desk->store, ticket->id, "open", acts->desk->now_us, error)) &&
           mark(acts, ticket, "out", clean->text, error) &&
           acts_event(acts, ticket, error, "answered", "to %s", all) &&
           acts_announce(acts, ticket, "answered", error);
}

/* Why it cannot be sent whatever the ticket is like, in words; NULL: it can. */
static const char *refuse_content(const Acts *acts)
{
    const Content *content = acts->order->content;
    if (!acts->order->ticket_id)
        return "there is text below the commands, and nobody whom it is for; to answer a customer, reply to "
               "a notice";
    if (!content)
        return "your text could not be made ready for the customer; send it again, as plain text if need be";
    if (content->left_out)
        return "attachments are too large to be sent on; make them smaller, or send a link";
    if (!letter_has_words(content))
        return "there is no text for the customer; write it above the line at the top of the page";
    if (!acts->order->agent)
        return "only an agent of the configuration answers customers";
    return NULL;
}

gboolean speak(Acts *acts, GError **error)
{
    const char *refusal = NULL;
    if (!speak_is_due(acts)) {
        say_unsent_files(acts);
        return TRUE;
    }
    refusal = refuse_content(acts);
    if (refusal)
        return acts_refuse(acts, NULL, "%s", refusal);
    g_autoptr(Ticket) ticket = acts_ticket(acts, acts->order->ticket_id, error);
    if (!ticket)
        return FALSE;
    if (strcmp(ticket->status, "spam") == 0)
        return acts_refuse(acts, NULL,
                           "%s is put away as spam, and spam is not answered; if it is none: /reopen",
                           ticket->ref);
    const ConfigAgent *other = acts_other(acts, ticket);
    if (other)
        return pass_on(acts, ticket, other, error);
    g_autoptr(Content) clean = letter_clean_answer(ticket, acts->order->content);
    if (!letter_has_words(clean))
        return acts_refuse(
            acts, NULL,
            "of your mail nothing is left that may go to the customer: our pages, addresses with a "
            "token, and quotes of anybody but the customer stay inside; write your words above the "
            "page, and attach no page");
    if (is_too_much(ticket, clean))
        return acts_refuse(
            acts, NULL,
            "your attachments are too large for so many people; make them smaller, or send a link");
    g_array_append_val(acts->touched, ticket->id);
    return send(acts, ticket, clean, error);
}
