/* Who has a ticket. */
#include "gateway/acts/acts_private.h"

#include <postern/ticket_change.h>
#include <postern/yaml.h>

#include <string.h>

static gboolean refuse_without_agent(Acts *acts, const Act *act)
{
    return acts_refuse(acts, act,
                       "%s is no agent of the configuration, so nobody would have the ticket; say which "
                       "agent you are with --as NAME",
                       acts->order->who);
}

static void say_yours(Acts *acts, const Ticket *ticket, const char *how)
{
    g_autofree char *until = acts_moment(acts_lease(acts, ticket));
    acts_say(acts, "%s is %s; you have it until you hand it on or do nothing until %s.", ticket->ref, how,
             until);
}

gboolean act_take(Acts *acts, const Act *act, Ticket *ticket, GError **error)
{
    const ConfigAgent *agent = acts->order->agent, *other = acts_other(acts, ticket);
    if (!agent)
        return refuse_without_agent(acts, act);
    if (other)
        return acts_refuse(acts, act, "%s has %s; if you must answer in the place of %s: /takeover why",
                           other->display, ticket->ref, other->display);
    if (acts_owner(acts, ticket) == agent) {
        say_yours(acts, ticket, "yours already");
        return TRUE;
    }
    const ConfigAgent *before = acts_agent_named(acts, ticket->owner);
    if (!turn_to(acts, ticket, before, agent, NULL, TRUE, error))
        return FALSE;
    say_yours(acts, ticket, "yours now");
    return acts_event(acts, ticket, error, "taken", "%s",
                      before && before != agent ? before->name : "nobody had it");
}

gboolean act_take_over(Acts *acts, const Act *act, Ticket *ticket, GError **error)
{
    const ConfigAgent *agent = acts->order->agent;
    if (!agent)
        return refuse_without_agent(acts, act);
    if (!act->text || !*act->text)
        return acts_refuse(acts, act,
                           "say in a few words why, so that nobody wonders: /takeover Kim is ill today");
    if (acts_owner(acts, ticket) == agent) {
        say_yours(acts, ticket, "yours already");
        return TRUE;
    }
    const ConfigAgent *before = acts_agent_named(acts, ticket->owner);
    if (!turn_to(acts, ticket, before, agent, act->text, TRUE, error))
        return FALSE;
    say_yours(acts, ticket, "yours now");
    return acts_event(acts, ticket, error, "taken over", "from %s: %s", before ? before->name : "nobody",
                      act->text);
}

/* The agent whom the act names; NULL after a refusal. */
static const ConfigAgent *target_of(Acts *acts, const Act *act)
{
    const ConfigAgent *target = acts_agent_named(acts, act->word);
    if (target)
        return target;
    const GPtrArray *agents = acts->desk->config->agents;
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (guint i = 0; i < agents->len; i++)
        g_ptr_array_add(names, ((const ConfigAgent *)agents->pdata[i])->name);
    g_ptr_array_add(names, NULL);
    const char *named = act->word ? act->word : "";
    const char *meant = problem_did_you_mean(named, (const char *const *)names->pdata);
    g_autofree char *all = g_strjoinv(", ", (char **)names->pdata);
    if (meant)
        acts_refuse(acts, act, "there is no agent '%s'; did you mean %s?", named, meant);
    else
        acts_refuse(acts, act, "there is no agent '%s'; there are: %s", named, all);
    return NULL;
}

gboolean act_hand_off(Acts *acts, const Act *act, Ticket *ticket, GError **error)
{
    const ConfigAgent *agent = acts->order->agent, *other = acts_other(acts, ticket);
    if (!agent)
        return refuse_without_agent(acts, act);
    const ConfigAgent *target = target_of(acts, act);
    if (!target)
        return FALSE;
    if (other)
        return acts_refuse(acts, act,
                           "%s has %s, and only who has it hands it on; ask %s, or first /takeover why",
                           other->display, ticket->ref, other->display);
    if (target == agent)
        return acts_refuse(acts, act, "%s is you; to take it: /take", target->name);
    if (!act->text || !*act->text)
        return acts_refuse(
            acts, act,
            "%s would begin without knowing what is open; say it in a few words: /handoff %s the "
            "log is still to be read",
            target->display, target->name);
    if (!turn_to(acts, ticket, agent, target, act->text, FALSE, error))
        return FALSE;
    acts_say(acts, "%s has %s now, with your words on what is open. Thank you.", target->display,
             ticket->ref);
    return acts_event(acts, ticket, error, "handed off", "to %s: %s", target->name, act->text);
}

gboolean act_assign(Acts *acts, const Act *act, Ticket *ticket, GError **error)
{
    const ConfigAgent *target = target_of(acts, act), *owner = acts_owner(acts, ticket);
    const ConfigAgent *voice = acts_agent_named(acts, ticket->voice);
    if (!target)
        return FALSE;
    if (voice && voice != target)
        return acts_refuse(
            acts, act,
            "the customer of %s knows %s, and must hear who continues; %s does that with: /handoff %s "
            "what is open",
            ticket->ref, voice->display, voice->display, target->name);
    if (owner == target) {
        acts_say(acts, "%s has %s already.", target->display, ticket->ref);
        return TRUE;
    }
    if (!turn_to(acts, ticket, owner, target, NULL, FALSE, error))
        return FALSE;
    acts_say(acts, "%s has %s now.", target->display, ticket->ref);
    return acts_event(acts, ticket, error, "assigned", "to %s", target->name);
}

gboolean act_release(Acts *acts, const Act *act, Ticket *ticket, GError **error)
{
    if (act->word)
        return acts_refuse(acts, act,
                           "held mail is let go by admins: as an answer to their list of held mail, or with "
                           "'postern held release %s'",
                           act->word);
    if (!ticket->owner) {
        acts_say(acts, "Nobody has %s.", ticket->ref);
        return TRUE;
    }
    if (!ticket_set_owner(acts->desk->store, ticket->id, NULL, 0, acts->desk->now_us, error))
        return FALSE;
    acts_say(acts, "Nobody has %s now; whoever answers first has it.", ticket->ref);
    return acts_event(acts, ticket, error, "released", "%s had it", ticket->owner);
}
