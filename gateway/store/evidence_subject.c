#include "gateway/store/evidence_rows.h"

#include <postern/address.h>
#include <postern/base/limits.h>
#include <postern/reply.h>

#include <string.h>

#define DAY_US (24 * 3600 * (gint64)G_USEC_PER_SEC)

void evidence_take_ticket(DbRows *rows, const char *sender, Evidence *piece)
{
    piece->ticket_id = db_integer(rows, EVIDENCE_ID);
    piece->ref = db_text_dup(rows, EVIDENCE_REF);
    piece->queue = db_text_dup(rows, EVIDENCE_QUEUE);
    piece->status = db_text_dup(rows, EVIDENCE_STATUS);
    piece->requester = g_strdup(db_text(rows, EVIDENCE_REQUESTER));
    piece->closed_us = db_integer(rows, EVIDENCE_CLOSED_US);
    piece->sender_belongs = *sender && address_equal(piece->requester, sender);
}

/* Open tickets of this queue in which the sender takes part. Row: those of a ticket, then its subject. */
static DbRows *senders_tickets(Store *store, const Envelope *envelope, const char *key, GError **error)
{
    return db_select(store->db, error,
                     "SELECT " EVIDENCE_COLUMNS ", NULL, NULL, 0, t.subject FROM tickets t WHERE t.id IN"
                     " (SELECT id FROM tickets WHERE lower(requester_address) = lower($1)"
                     "  UNION SELECT ticket_id FROM participants WHERE address = $1 AND role <> 'guest')"
                     " AND t.queue = $2 AND t.status NOT IN ('closed', 'spam') AND t.updated_us > $3"
                     " ORDER BY t.id LIMIT $4",
                     "ttii", key, envelope->queue, envelope->received_us - LIMIT_SUBJECT_DAYS * DAY_US,
                     (gint64)LIMIT_SUBJECT_TICKETS);
}

static gboolean is_about(DbRows *rows, const char *base)
{
    gboolean is_reply;
    g_autofree char *other = reply_subject_base(db_text(rows, EVIDENCE_BRINGS + 1), &is_reply);
    return strcmp(other, base) == 0;
}

gboolean evidence_find_subject(Store *store, const Envelope *envelope, const char *sender, Evidence *piece,
                               GError **error)
{
    g_autofree char *key = address_fold(sender);
    g_autoptr(GError) inner = NULL;
    g_autoptr(DbRows) rows = key ? senders_tickets(store, envelope, key, &inner) : NULL;
    guint count = 0, fitting = 0;
    for (; rows && db_next(rows, &inner); count++) {
        if (!is_about(rows, piece->found) || fitting++ > 0)
            continue;
        evidence_take_ticket(rows, sender, piece);
    }
    if (fitting > 1 || count == LIMIT_SUBJECT_TICKETS)
        piece->ticket_id = 0;
    if (!inner)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&inner));
    return FALSE;
}
