/* Who else gets the answers. */
#include "gateway/acts/acts_private.h"

#include <postern/address.h>
#include <postern/base/limits.h>
#include <postern/ticket_change.h>

#include <string.h>

static const Participant *find_participant(const Ticket *ticket, const char *address)
{
    for (guint i = 0; i < ticket->participants->len; i++) {
        const Participant *participant = ticket->participants->pdata[i];
        if (address_equal(participant->address, address))
            return participant;
    }
    return NULL;
}

static guint count_copies(const Ticket *ticket)
{
    guint count = 1;
    for (guint i = 0; i < ticket->participants->len; i++)
        count += ((const Participant *)ticket->participants->pdata[i])->copies != FALSE;
    return count;
}

/* Why this address cannot get copies, in words; NULL: it can. The caller frees. */
static char *refuse_address(const Acts *acts, const Ticket *ticket, const char *address)
{
    const Config *config = acts->desk->config;
    const ConfigAgent *agent = address ? config_agent_by_address(config, address) : NULL;
    /* A local part in quotes can name another server ("a@b"@c); nobody types such an address by hand. */
    if (!address || !address_is_envelope(address) || strpbrk(address, "\"%!"))
        return g_strdup_printf("'%s' is no mail address that one can write to", address ? address : "");
    if (config_is_ours(config, address))
        return g_strdup_printf("%s is an address of our own; answers would come back to us", address);
    if (agent)
        return g_strdup_printf("%s is the agent %s, who can read all of it; a word to the team is a /note",
                               address, agent->display);
    if (address_equal(address, ticket->requester_address))
        return g_strdup_printf("%s opened %s and gets every answer anyway", address, ticket->ref);
    if (count_copies(ticket) >= LIMIT_ANSWER_RECIPIENTS)
        return g_strdup_printf(
            "%u people get the answers already, and more would be a mailing list; /uncc takes one "
            "out",
            LIMIT_ANSWER_RECIPIENTS);
    return NULL;
}

gboolean act_cc(Acts *acts, const Act *act, Ticket *ticket, GError **error)
{
    const Participant *known = act->word ? find_participant(ticket, act->word) : NULL;
    if (known && known->copies) {
        acts_say(acts, "%s gets the answers in %s already.", act->word, ticket->ref);
        return TRUE;
    }
    g_autofree char *refusal = refuse_address(acts, ticket, act->word);
    if (refusal)
        return acts_refuse(acts, act, "%s", refusal);
    acts_say(acts, "%s gets the answers in %s from now on.", act->word, ticket->ref);
    return ticket_set_participant(acts->desk->store, ticket->id, act->word, act->text ? act->text : "",
                                  known ? "participant" : "copy", TRUE, error) &&
           acts_event(acts, ticket, error, "copies to", "%s", act->word);
}

gboolean act_uncc(Acts *acts, const Act *act, Ticket *ticket, GError **error)
{
    const Participant *known = act->word ? find_participant(ticket, act->word) : NULL;
    Store *store = acts->desk->store;
    if (act->word && address_equal(act->word, ticket->requester_address))
        return acts_refuse(acts, act, "%s opened %s; without that address nobody would get the answers",
                           act->word, ticket->ref);
    if (!known)
        return acts_refuse(acts, act, "%s does not belong to %s", act->word ? act->word : "nobody",
                           ticket->ref);
    if (!known->copies) {
        acts_say(acts, "%s gets no answers in %s anyway.", act->word, ticket->ref);
        return TRUE;
    }
    /* Who wrote himself still belongs to it. */
    gboolean ok =
        strcmp(known->role, "copy") == 0
            ? ticket_drop_participant(store, ticket->id, act->word, error)
            : ticket_set_participant(store, ticket->id, act->word, known->name, known->role, FALSE, error);
    acts_say(acts, "%s gets no more answers in %s.", act->word, ticket->ref);
    return ok && acts_event(acts, ticket, error, "no copies to", "%s", act->word);
}
