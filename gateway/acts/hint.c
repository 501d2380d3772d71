/* Words for all who write of the error of a ticket. */
#include "gateway/acts/acts_private.h"

#include <postern/known_errors.h>

/* Which error is meant, of those in the ticket; NULL after a refusal. */
static const KnownError *choose(Acts *acts, const Act *act, const Ticket *ticket, const GPtrArray *errors)
{
    g_autoptr(GString) list = g_string_new(NULL);
    for (guint i = 0; i < errors->len; i++) {
        const KnownError *known = errors->pdata[i];
        if (known->id == act->number || (!act->number && errors->len == 1))
            return known;
        g_string_append_printf(list, "%sE%" G_GINT64_FORMAT " (%s)", i ? ", " : "", known->id, known->title);
    }
    if (errors->len == 0)
        acts_refuse(acts, act, "no error text was read in %s, so there is none to say something about",
                    ticket->ref);
    else if (act->number)
        acts_refuse(acts, act, "%s does not have E%" G_GINT64_FORMAT "; it has %s", ticket->ref, act->number,
                    list->str);
    else
        acts_refuse(acts, act, "%s has several errors, so name one, as in /hint E%" G_GINT64_FORMAT " …: %s",
                    ticket->ref, ((const KnownError *)errors->pdata[0])->id, list->str);
    return NULL;
}

static void say(Acts *acts, const Act *act, const KnownError *known, gint64 until_us)
{
    g_autofree char *until = acts_moment(until_us);
    if (!act->text)
        acts_say(acts, "Whoever writes of E%" G_GINT64_FORMAT " (%s) gets no hint any more.", known->id,
                 known->title);
    else
        acts_say(acts,
                 "Whoever writes of E%" G_GINT64_FORMAT
                 " (%s) reads this in the acknowledgement until %s (%s): "
                 "%s",
                 known->id, known->title, until, act->word, act->text);
    acts_say(acts,
             "Open tickets that have it: %" G_GINT64_FORMAT "; customers who wrote of it: %" G_GINT64_FORMAT
             ".",
             known->open_tickets, known->customers);
}

/* `ticket` NULL: the error was named, and the mail is about no ticket. */
static gboolean give(Acts *acts, const Act *act, const KnownError *known, const Ticket *ticket,
                     GError **error)
{
    const ActsDesk *desk = acts->desk;
    gint64 until_us = desk->now_us + (act->duration_us ? act->duration_us : KNOWN_ERROR_HINT_US);
    g_autoptr(GError) inner = NULL;
    if (!known_error_set_hint(desk->store, known->id, act->text ? act->word : NULL, act->text, until_us,
                              acts->order->who, desk->now_us, &inner))
        return acts_refuse_error(acts, act, g_steal_pointer(&inner), error);
    say(acts, act, known, until_us);
    return !ticket || acts_event(acts, ticket, error, "hint", "E%" G_GINT64_FORMAT ", %s%s%s", known->id,
                                 act->word, act->text ? ": " : "", act->text ? act->text : "");
}

gboolean act_hint(Acts *acts, const Act *act, Ticket *ticket, GError **error)
{
    g_autoptr(GPtrArray) errors = known_errors_of_ticket(acts->desk->store, ticket->id, error);
    const KnownError *known = errors ? choose(acts, act, ticket, errors) : NULL;
    return known && give(acts, act, known, ticket, error);
}

gboolean act_hint_by_name(Acts *acts, const Act *act, GError **error)
{
    g_autoptr(GError) inner = NULL;
    g_autoptr(KnownError) known = known_error_get(acts->desk->store, act->number, &inner);
    return known ? give(acts, act, known, NULL, error)
                 : acts_refuse_error(acts, act, g_steal_pointer(&inner), error);
}
