/* From one agent to another: one person at a time, and everybody knows who. */
#include "gateway/acts/acts_private.h"

#include <postern/ticket_change.h>

#include <string.h>

/* Whoever looks into what is over does not disturb anybody; who speaks there says so first. */
static gboolean is_over(const Acts *acts, const Ticket *ticket)
{
    gboolean speaks = speak_is_due(acts) && ticket->id == acts->order->ticket_id;
    return strcmp(ticket->status, "spam") == 0 || (strcmp(ticket->status, "closed") == 0 && !speaks);
}

/* Customers hear of it when they heard somebody else before, from the one who continues. */
static gboolean tell_customers(Acts *acts, Ticket *ticket, const ConfigAgent *to, gboolean is_takeover,
                               GError **error)
{
    if (!ticket->voice || strcmp(ticket->voice, to->name) == 0 || is_over(acts, ticket))
        return TRUE;
    const ConfigAgent *before = acts_agent_named(acts, ticket->voice);
    LetterCase letter = acts_letter(acts, ticket);
    GPtrArray *mails = letter_handoff(&letter, before, to, is_takeover);
    if (mails->len > 0)
        acts_say(acts, "The customer is told that %s answers from now on.", to->display);
    return acts_post_all(acts, &letter, mails, error) &&
           ticket_set_voice(acts->desk->store, ticket->id, to->name, error);
}

/* What others than `reader` wrote and nobody has had, each with its writer above. */
static GPtrArray *draft_texts(const Acts *acts, const GPtrArray *drafts, const ConfigAgent *reader)
{
    GPtrArray *texts = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < drafts->len; i++) {
        const Draft *draft = drafts->pdata[i];
        const ConfigAgent *writer = acts_agent_named(acts, draft->agent);
        if (strcmp(draft->agent, reader->name) != 0)
            g_ptr_array_add(texts, g_strdup_printf("%s wrote:\n%s", writer ? writer->display : draft->agent,
                                                   draft->text));
    }
    return texts;
}

static gboolean tell_agent(Acts *acts, const Ticket *ticket, const ConfigAgent *reader,
                           const ConfigAgent *other, gboolean is_yours, const char *open,
                           const GPtrArray *drafts, GError **error)
{
    g_autoptr(GPtrArray) texts = draft_texts(acts, drafts, reader);
    LetterCase letter = acts_letter(acts, ticket);
    Outgoing *mail = letter_turn(&letter, reader, other, is_yours, open, texts);
    return acts_post(acts, &letter, mail, error);
}

static gboolean tell_agents(Acts *acts, const Ticket *ticket, const ConfigAgent *from, const ConfigAgent *to,
                            const char *open, GError **error)
{
    g_autoptr(GPtrArray) drafts = draft_list(acts->desk->store, ticket->id, error);
    if (!drafts)
        return FALSE;
    /* Who takes what nobody had knows it already. */
    gboolean is_news = from || to != acts->order->agent || drafts->len > 0;
    if (is_news && !tell_agent(acts, ticket, to, from, TRUE, open, drafts, error))
        return FALSE;
    if (from && !tell_agent(acts, ticket, from, to, FALSE, open, drafts, error))
        return FALSE;
    return draft_clear(acts->desk->store, ticket->id, error);
}

gboolean turn_to(Acts *acts, Ticket *ticket, const ConfigAgent *from, const ConfigAgent *to, const char *open,
                 gboolean is_takeover, GError **error)
{
    if (from == to)
        from = NULL;
    if (!ticket_set_owner(acts->desk->store, ticket->id, to->name, acts_lease(acts, ticket),
                          acts->desk->now_us, error) ||
        !tell_customers(acts, ticket, to, is_takeover, error))
        return FALSE;
    g_autoptr(Ticket) turned = acts_ticket(acts, ticket->id, error);
    return turned && tell_agents(acts, turned, from, to, open, error) &&
           (!from || acts_announce(acts, turned, "handed-off", error));
}
