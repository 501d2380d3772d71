#include "gateway/acts/acts_private.h"

#include <postern/announce.h>
#include <postern/base/clean.h>
#include <postern/base/error.h>
#include <postern/base/limits.h>
#include <postern/outbox.h>
#include <postern/ticket_change.h>

#include <string.h>

/* What letters show of a conversation and the filter looks at: quotes are of the newest. */
#define MESSAGES_MOST 20u
/* Enough that nobody with copies is behind guests, who are many where strangers write. */
#define PIECES_MOST 1000u
#define DETAIL_BYTES 500u

Ticket *acts_ticket(const Acts *acts, gint64 ticket_id, GError **error)
{
    g_autoptr(Ticket) ticket =
        ticket_get_latest(acts->desk->store, ticket_id, MESSAGES_MOST, PIECES_MOST, error);
    while (ticket && ticket->merged_into) {
        gint64 next = ticket->merged_into;
        ticket_free(ticket);
        ticket = ticket_get_latest(acts->desk->store, next, MESSAGES_MOST, PIECES_MOST, error);
    }
    return g_steal_pointer(&ticket);
}

gboolean acts_refuse(Acts *acts, const Act *act, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    ActProblem *problem = g_new0(ActProblem, 1);
    problem->line = act && acts->order->is_by_mail ? act->line : 0;
    problem->written = act ? act_write(act) : g_strdup("");
    problem->words = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_ptr_array_add(acts->problems, problem);
    return FALSE;
}

gboolean acts_refuse_error(Acts *acts, const Act *act, GError *trouble, GError **error)
{
    if (error_is(trouble, ERROR_NOT_FOUND) || error_is(trouble, ERROR_CONFLICT) ||
        error_is(trouble, ERROR_MALFORMED) || error_is(trouble, ERROR_REFUSED) ||
        error_is(trouble, ERROR_LIMIT)) {
        acts_refuse(acts, act, "%s", trouble->message);
        g_error_free(trouble);
        return FALSE;
    }
    g_propagate_error(error, trouble);
    return FALSE;
}

void acts_say(Acts *acts, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_ptr_array_add(acts->out->lines, g_strdup_vprintf(format, arguments));
    va_end(arguments);
}

/* The mail or command itself, where it belongs to this ticket; else 0. */
static gint64 acts_mail_in(const Acts *acts, const Ticket *ticket)
{
    return acts->order->is_by_mail && ticket->id == acts->order->ticket_id ? acts->order->mail_id : 0;
}

gboolean acts_is_message(const Acts *acts, const Ticket *ticket)
{
    /* A mail that waited for a confirmation is older than many others. */
    g_autoptr(Ticket) with = ticket_get_with(acts->desk->store, ticket->id, acts->order->mail_id, 1, NULL);
    return with && with->messages->len > 0;
}

gboolean acts_event(Acts *acts, const Ticket *ticket, GError **error, const char *what, const char *format,
                    ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *words = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_autofree char *detail = clean_line(words, -1, DETAIL_BYTES);
    g_autofree char *who = clean_line(acts->order->who, -1, LIMIT_NAME_BYTES);
    gint64 mail_id = acts->order->is_by_mail ? acts->order->mail_id : 0;
    return ticket_add_event(acts->desk->store, ticket->id, mail_id, what, who, detail, acts->desk->now_us,
                            error);
}

gboolean acts_announce(Acts *acts, const Ticket *ticket, const char *event, GError **error)
{
    guint count = 0;
    if (!announce(acts->desk->store, acts->desk->config, ticket->id, event, acts_mail_in(acts, ticket),
                  acts->desk->now_us, &count, error))
        return FALSE;
    acts->out->outgoing += count;
    return TRUE;
}

LetterCase acts_letter(const Acts *acts, const Ticket *ticket)
{
    const ActsDesk *desk = acts->desk;
    return (LetterCase){.config = desk->config,
                        .notices = desk->notices,
                        .rules = desk->rules,
                        .keys = desk->keys,
                        .now_us = desk->now_us,
                        .ticket = ticket,
                        .cause_id = acts->order->mail_id,
                        .number = acts->number};
}

gboolean acts_post(Acts *acts, LetterCase *letter, Outgoing *mail, GError **error)
{
    acts->number = letter->number;
    if (!mail)
        return TRUE;
    gint64 ticket_id = letter->ticket ? letter->ticket->id : 0;
    gint64 mail_id = acts->order->is_by_mail ? acts->order->mail_id : 0;
    gboolean ok = outbox_add(acts->desk->store, mail, ticket_id, mail_id, acts->desk->now_us, error);
    acts->out->outgoing += ok;
    acts->out->automatic += ok && !mail->is_personal;
    outgoing_free(mail);
    return ok;
}

gboolean acts_post_all(Acts *acts, LetterCase *letter, GPtrArray *mails, GError **error)
{
    g_autoptr(GPtrArray) list = mails;
    g_ptr_array_set_free_func(list, NULL);
    gboolean ok = TRUE;
    for (guint i = 0; i < list->len; i++) {
        if (ok)
            ok = acts_post(acts, letter, list->pdata[i], error);
        else
            outgoing_free(list->pdata[i]);
    }
    return ok;
}

const ConfigAgent *acts_agent_named(const Acts *acts, const char *name)
{
    const ConfigAgent *exact = name ? config_agent(acts->desk->config, name) : NULL;
    const GPtrArray *agents = acts->desk->config->agents;
    for (guint i = 0; name && !exact && i < agents->len; i++) {
        const ConfigAgent *agent = agents->pdata[i];
        if (g_ascii_strcasecmp(agent->name, name) == 0)
            return agent;
    }
    return exact;
}

const ConfigAgent *acts_owner(const Acts *acts, const Ticket *ticket)
{
    return acts_agent_named(acts, ticket_owner_at(ticket, acts->desk->now_us));
}

const ConfigAgent *acts_other(const Acts *acts, const Ticket *ticket)
{
    const ConfigAgent *owner = acts_owner(acts, ticket);
    return acts->order->agent && owner != acts->order->agent ? owner : NULL;
}

gint64 acts_lease(const Acts *acts, const Ticket *ticket)
{
    const ConfigQueue *queue = config_queue(acts->desk->config, ticket->queue);
    if (!queue)
        queue = acts->desk->config->queues->pdata[0];
    return acts->desk->now_us + queue->owner_idle_us;
}

char *acts_moment(gint64 time_us)
{
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(time_us / G_USEC_PER_SEC);
    return time ? g_date_time_format(time, "%Y-%m-%d %H:%M UTC") : g_strdup("then");
}

const char *acts_who(const Acts *acts)
{
    return acts->order->agent ? acts->order->agent->display : acts->order->who;
}
