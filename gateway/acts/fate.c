/* Whether a ticket goes on, and when. */
#include "gateway/acts/acts_private.h"

#include <postern/ticket_change.h>

#include <string.h>

static gboolean set_status(Acts *acts, const Ticket *ticket, const char *status, GError **error)
{
    return ticket_set_status(acts->desk->store, ticket->id, status, acts->desk->now_us, error);
}

/* "is closed already": said, and no trouble. */
static gboolean is_already(Acts *acts, const Ticket *ticket, const char *status, const char *words)
{
    if (strcmp(ticket->status, status) != 0)
        return FALSE;
    acts_say(acts, "%s %s already.", ticket->ref, words);
    return TRUE;
}

gboolean act_close(Acts *acts, const Act *act, Ticket *ticket, GError **error)
{
    (void)act;
    if (is_already(acts, ticket, "closed", "is closed"))
        return TRUE;
    acts_say(acts, "%s is closed. If the customer writes again, it comes back.", ticket->ref);
    return set_status(acts, ticket, "closed", error) &&
           acts_event(acts, ticket, error, "closed", "was %s", ticket->status) &&
           acts_announce(acts, ticket, "closed", error);
}

gboolean act_reopen(Acts *acts, const Act *act, Ticket *ticket, GError **error)
{
    (void)act;
    if (!ticket->snooze_us &&
        (is_already(acts, ticket, "open", "is open") || is_already(acts, ticket, "new", "is new")))
        return TRUE;
    acts_say(acts, "%s is open again.", ticket->ref);
    return set_status(acts, ticket, "open", error) &&
           acts_event(acts, ticket, error, "reopened", "was %s", ticket->status);
}

gboolean act_wait(Acts *acts, const Act *act, Ticket *ticket, GError **error)
{
    (void)act;
    if (is_already(acts, ticket, "waiting", "waits for the customer"))
        return TRUE;
    acts_say(acts, "%s waits for the customer, whose next words open it again.", ticket->ref);
    return set_status(acts, ticket, "waiting", error) &&
           acts_event(acts, ticket, error, "waiting", "was %s", ticket->status);
}

gboolean act_spam(Acts *acts, const Act *act, Ticket *ticket, GError **error)
{
    if (speak_is_due(acts) && ticket->id == acts->order->ticket_id)
        return acts_refuse(
            acts, act,
            "/spam means that nobody is written to, but there is text below for the customer; take "
            "out one of the two");
    if (is_already(acts, ticket, "spam", "is put away as spam"))
        return TRUE;
    acts_say(acts, "%s is put away as spam; nobody is written to. If that was wrong: /reopen", ticket->ref);
    return set_status(acts, ticket, "spam", error) &&
           acts_event(acts, ticket, error, "spam", "was %s", ticket->status);
}

gboolean act_snooze(Acts *acts, const Act *act, Ticket *ticket, GError **error)
{
    if (strcmp(ticket->status, "closed") == 0 || strcmp(ticket->status, "spam") == 0)
        return acts_refuse(acts, act,
                           "%s is %s, so there is nothing to wake up for; to go on with it: /reopen",
                           ticket->ref, strcmp(ticket->status, "spam") == 0 ? "spam" : "closed");
    if (act->duration_us <= 0)
        return acts_refuse(acts, act, "say for how long: %s", act_usage(ACT_SNOOZE));
    gint64 until_us = acts->desk->now_us + act->duration_us;
    g_autofree char *until = acts_moment(until_us);
    acts_say(acts, "%s sleeps until %s, or until the customer writes.", ticket->ref, until);
    return ticket_set_snooze(acts->desk->store, ticket->id, until_us, acts->desk->now_us, error) &&
           acts_event(acts, ticket, error, "snoozed", "until %s", until);
}
