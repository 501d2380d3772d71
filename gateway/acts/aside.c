#include <postern/aside.h>
#include <postern/base/mail_id.h>
#include <postern/outbox.h>
#include <postern/tickets.h>

#include <string.h>

/* What the letter can show of the conversation, and what of a ticket's lists. */
#define HISTORY_MOST 10u
#define PIECES_MOST 100u

static void add_reader(GPtrArray *readers, const Config *config, const char *name, const ConfigAgent *but)
{
    const ConfigAgent *agent = name ? config_agent(config, name) : NULL;
    if (agent && agent != but && !g_ptr_array_find(readers, agent, NULL))
        g_ptr_array_add(readers, (gpointer)(guintptr)agent);
}

static GPtrArray *readers_of(const ActsDesk *desk, const Ticket *ticket, const ConfigAgent *but)
{
    GPtrArray *readers = g_ptr_array_new();
    const char *owner = ticket_owner_at(ticket, desk->now_us);
    const ConfigQueue *queue = config_queue(desk->config, ticket->queue);
    /* An owner whom the configuration does not know any more reads nothing. */
    gboolean is_owned = owner && config_agent(desk->config, owner);
    add_reader(readers, desk->config, ticket->owner, but);
    for (guint i = 0; !is_owned && queue && i < queue->agents->len; i++)
        add_reader(readers, desk->config, queue->agents->pdata[i], but);
    return readers;
}

/* Whoever is to go on with the ticket wants to read that first. */
static const char *last_words(const Ticket *ticket)
{
    for (guint i = ticket->messages->len; i > 0; i--) {
        const TicketMessage *message = ticket->messages->pdata[i - 1];
        if (strcmp(message->direction, "in") == 0)
            return message->reply;
    }
    return "";
}

gboolean aside_tell(const ActsDesk *desk, gint64 ticket_id, const char *who, const ConfigAgent *but,
                    const char *what, const char *text, guint *out_count, GError **error)
{
    *out_count = 0;
    g_autoptr(Ticket) ticket = ticket_get_latest(desk->store, ticket_id, HISTORY_MOST, PIECES_MOST, error);
    if (!ticket)
        return FALSE;
    LetterCase letter = {.config = desk->config,
                         .notices = desk->notices,
                         .rules = desk->rules,
                         .keys = desk->keys,
                         .now_us = desk->now_us,
                         .ticket = ticket,
                         .cause_id = mail_id_new()};
    g_autoptr(GPtrArray) readers = readers_of(desk, ticket, but);
    for (guint i = 0; i < readers->len; i++) {
        Outgoing *mail =
            letter_aside(&letter, readers->pdata[i], who, what, text ? text : last_words(ticket));
        gboolean ok = !mail || outbox_add(desk->store, mail, ticket_id, 0, desk->now_us, error);
        *out_count += mail != NULL;
        outgoing_free(mail);
        if (!ok)
            return FALSE;
    }
    return TRUE;
}
