#include <postern/base/mail_id.h>
#include <postern/base/stop.h>
#include <postern/blocks.h>
#include <postern/error_acts.h>
#include <postern/known_errors.h>
#include <postern/outbox.h>
#include <postern/senders.h>
#include <postern/tickets.h>

#include <string.h>

#define TICKETS_MOST 100000u
/* As for answers: what the thread is made of, and enough of the people. */
#define MESSAGES_MOST 20u
#define PIECES_MOST 1000u

void error_letter_free(ErrorLetter *letter)
{
    if (!letter)
        return;
    g_free(letter->ref);
    g_free(letter->why_not);
    g_clear_pointer(&letter->to, g_ptr_array_unref);
    g_clear_pointer(&letter->mails, g_ptr_array_unref);
    g_free(letter->text);
    g_free(letter);
}

/* Why nobody of the ticket is told at all; NULL: somebody may be. */
static const char *refuse_ticket(const Config *config, const KnownErrorTicket *ticket)
{
    if (strcmp(ticket->status, "spam") == 0)
        return "it is put away as spam";
    if (!ticket->is_person)
        return "a machine wrote it";
    if (config_agent_by_address(config, ticket->requester))
        return "one of us opened it";
    return NULL;
}

/* FALSE also for an error. */
static gboolean is_reached(const ActsDesk *desk, const char *address, GError **error)
{
    g_autoptr(GError) inner = NULL;
    g_autoptr(Block) block = block_find(desk->store, address, desk->now_us, &inner);
    gboolean is_refused = !inner && sender_is_refused(desk->store, address, &inner);
    if (inner)
        g_propagate_error(error, g_steal_pointer(&inner));
    else
        return !block && !is_refused;
    return FALSE;
}

/* Those of the ticket who are told. */
static GPtrArray *readers_of(const ActsDesk *desk, const LetterCase *letter, GError **error)
{
    GPtrArray *all = letter_readers(letter);
    g_autoptr(GError) inner = NULL;
    for (guint i = all->len; i-- > 0 && !inner;) {
        const char *address = ((const Mailbox *)all->pdata[i])->address;
        if (config_agent_by_address(desk->config, address) || !is_reached(desk, address, &inner))
            g_ptr_array_remove_index(all, i);
    }
    if (!inner)
        return all;
    g_ptr_array_unref(all);
    g_propagate_error(error, g_steal_pointer(&inner));
    return NULL;
}

static gboolean write_letter(const ActsDesk *desk, const KnownErrorTicket *row, const char *words,
                             ErrorLetter *out, GError **error)
{
    g_autoptr(Ticket) ticket =
        ticket_get_latest(desk->store, row->ticket_id, MESSAGES_MOST, PIECES_MOST, error);
    if (!ticket)
        return FALSE;
    LetterCase letter = {.config = desk->config,
                         .notices = desk->notices,
                         .rules = desk->rules,
                         .keys = desk->keys,
                         .now_us = desk->now_us,
                         .ticket = ticket,
                         .cause_id = mail_id_new()};
    out->to = readers_of(desk, &letter, error);
    if (!out->to)
        return FALSE;
    if (out->to->len == 0)
        out->why_not = g_strdup("none of its people can be written to");
    else
        /* Where no border server is asked, nothing proves who wrote. */
        out->mails =
            letter_fixed(&letter, out->to, words, row->is_proven && desk->config->authserv_id, &out->text);
    return TRUE;
}

static ErrorLetter *letter_of(const ActsDesk *desk, const KnownErrorTicket *row, const char *words,
                              GError **error)
{
    ErrorLetter *letter = g_new0(ErrorLetter, 1);
    *letter = (ErrorLetter){.ticket_id = row->ticket_id,
                            .ref = g_strdup(row->ref),
                            .told_us = row->told_us,
                            .why_not = g_strdup(refuse_ticket(desk->config, row))};
    if (letter->why_not || letter->told_us || write_letter(desk, row, words, letter, error))
        return letter;
    error_letter_free(letter);
    return NULL;
}

GPtrArray *error_letters(const ActsDesk *desk, gint64 error_id, const char *words, GError **error)
{
    g_autoptr(GPtrArray) rows = known_error_tickets(desk->store, error_id, 0, TICKETS_MOST, error);
    g_autoptr(GPtrArray) letters = g_ptr_array_new_with_free_func((GDestroyNotify)error_letter_free);
    for (guint i = 0; rows && i < rows->len; i++) {
        ErrorLetter *letter = letter_of(desk, rows->pdata[i], words, error);
        if (!letter)
            return NULL;
        g_ptr_array_add(letters, letter);
    }
    return rows ? g_steal_pointer(&letters) : NULL;
}

/* In the transaction: as it is now, not as it was at the preview. */
static gboolean send_now(const ActsDesk *desk, gint64 error_id, const KnownErrorTicket *row,
                         const char *words, const char *who, guint *out_mails, GError **error)
{
    gboolean is_new = FALSE;
    ErrorLetter *letter = letter_of(desk, row, words, error);
    gboolean ok = letter != NULL;
    if (ok && letter->mails)
        ok = known_error_note_told(desk->store, error_id, row->ticket_id, who, desk->now_us, &is_new, error);
    for (guint i = 0; ok && is_new && i < letter->mails->len; i++) {
        ok = outbox_add(desk->store, letter->mails->pdata[i], row->ticket_id, 0, desk->now_us, error);
        *out_mails += ok;
    }
    error_letter_free(letter);
    return ok;
}

gboolean error_letter_send(const ActsDesk *desk, gint64 error_id, gint64 ticket_id, const char *words,
                           const char *who, guint *out_mails, GError **error)
{
    *out_mails = 0;
    if (!store_begin(desk->store, error))
        return FALSE;
    g_autoptr(KnownErrorTicket) row = known_error_ticket(desk->store, error_id, ticket_id, error);
    gboolean ok = row && send_now(desk, error_id, row, words, who, out_mails, error);
    stop_point("error-letter-before-commit");
    if (ok && store_commit(desk->store, error)) {
        stop_point("error-letter-after-commit");
        return TRUE;
    }
    store_rollback(desk->store);
    return FALSE;
}
