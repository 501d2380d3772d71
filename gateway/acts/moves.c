/* Messages go to another ticket. */
#include "gateway/acts/acts_private.h"

#include <postern/address.h>
#include <postern/aside.h>
#include <postern/base/mail_id.h>
#include <postern/settle.h>
#include <postern/ticket_change.h>

#include <string.h>

/* Who has the other ticket finds more in it than before. */
static gboolean tell_owner(Acts *acts, const Ticket *into, const char *from_ref, GError **error)
{
    const ConfigAgent *other = acts_other(acts, into);
    if (!other)
        return TRUE;
    g_autofree char *what = g_strdup_printf("made %s a part of it; its messages stand here now.", from_ref);
    LetterCase letter = acts_letter(acts, into);
    return acts_post(acts, &letter, letter_aside(&letter, other, acts_who(acts), what, ""), error);
}

gboolean act_merge(Acts *acts, const Act *act, Ticket *ticket, GError **error)
{
    g_autoptr(GError) inner = NULL;
    gint64 into_id = act->word ? ticket_find_ref(acts->desk->store, act->word, &inner) : 0;
    if (inner)
        return acts_refuse_error(acts, act, g_steal_pointer(&inner), error);
    if (!into_id)
        return acts_refuse(acts, act, "there is no ticket %s; /find words looks for one",
                           act->word ? act->word : "");
    if (!ticket_merge(acts->desk->store, ticket->id, into_id, acts->order->who, acts->desk->now_us, &inner))
        return acts_refuse_error(acts, act, g_steal_pointer(&inner), error);
    g_autoptr(Ticket) into = acts_ticket(acts, into_id, error);
    if (!into)
        return FALSE;
    acts_say(acts, "%s is a part of %s now; answers to either come there.", ticket->ref, into->ref);
    if (!address_equal(ticket->requester_address, into->requester_address))
        acts_say(acts,
                 "%s came from another customer, %s, who gets no answers in %s; if that is wanted: /cc %s",
                 ticket->ref, ticket->requester_address, into->ref, ticket->requester_address);
    return tell_owner(acts, into, ticket->ref, error);
}

/* FALSE after a refusal. */
static gboolean message_ids(Acts *acts, const Act *act, GArray *ids)
{
    if (!act->word && acts->order->about_id)
        g_array_append_val(ids, acts->order->about_id);
    g_auto(GStrv) words = g_strsplit_set(act->word ? act->word : "", " ,", -1);
    for (guint i = 0; words[i]; i++) {
        gint64 id = mail_id_parse(words[i]);
        if (!*words[i])
            continue;
        if (!id)
            return acts_refuse(
                acts, act,
                "'%s' is no message id; they have 13 letters and digits, as a notice names them below "
                "the customer's words",
                words[i]);
        g_array_append_val(ids, id);
    }
    if (ids->len == 0)
        return acts_refuse(acts, act,
                           "say which messages: reply to the notice of the one, or write their ids behind "
                           "/split");
    return TRUE;
}

/* Nobody had a page of the new ticket yet, and without one nobody answers in it. */
static gboolean tell_of_split(Acts *acts, const Ticket *split, const char *from_ref, GError **error)
{
    g_autofree char *what = g_strdup_printf("made it out of a part of %s. The customer wrote:", from_ref);
    guint told = 0;
    gboolean ok = aside_tell(acts->desk, split->id, acts_who(acts), NULL, what, NULL, &told, error);
    acts->out->outgoing += told;
    return ok;
}

gboolean act_split(Acts *acts, const Act *act, Ticket *ticket, GError **error)
{
    if (speak_is_due(acts) && ticket->id == acts->order->ticket_id)
        return acts_refuse(
            acts, act,
            "which of the two tickets your text below answers, nobody can say; split first, and answer "
            "by a second mail");
    g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(gint64));
    if (!message_ids(acts, act, ids))
        return FALSE;
    const ConfigQueue *queue = config_queue(acts->desk->config, ticket->queue);
    if (!queue)
        return acts_refuse(acts, act,
                           "the queue %s is no longer in the configuration; first move the ticket with "
                           "'postern ticket move'",
                           ticket->queue);
    g_autofree char *ref = settle_new_ref(acts->desk->store, queue->prefix, error);
    g_autoptr(GError) inner = NULL;
    gint64 new_id = 0;
    if (!ref)
        return FALSE;
    if (!ticket_split(acts->desk->store, ticket->id, (const gint64 *)(gpointer)ids->data, ids->len, ref,
                      acts->order->who, acts->desk->now_us, &new_id, &inner))
        return acts_refuse_error(acts, act, g_steal_pointer(&inner), error);
    g_autoptr(Ticket) split = acts_ticket(acts, new_id, error);
    if (!split)
        return FALSE;
    acts_say(acts, "%u message%s of %s stand%s in %s now, opened by %s.", ids->len, ids->len > 1 ? "s" : "",
             ticket->ref, ids->len > 1 ? "" : "s", split->ref, split->requester_address);
    return tell_of_split(acts, split, ticket->ref, error);
}
