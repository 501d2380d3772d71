#include "gateway/store/settle_private.h"
#include "gateway/store/store_private.h"

#include <postern/address.h>
#include <postern/base/clock.h>
#include <postern/base/digest.h>
#include <postern/blocks.h>
#include <postern/settle.h>
#include <postern/tickets.h>

#include <string.h>

/* Messages with one Message-ID that are looked at. */
#define SAME_ID_MOST 20
#define HOUR_US (3600 * (gint64)G_USEC_PER_SEC)

/* The same bytes for another queue are that queue's mail too, but addresses of one queue share what came. The
 * oldest first, without sorting all: a flood of one mail has many rows of the same bytes. */
static gboolean fill_copy(Store *store, const Envelope *envelope, Facts *facts, GError **error)
{
    g_autoptr(GError) inner = NULL;
    g_autoptr(DbRows) rows = db_select(
        store->db, &inner,
        "SELECT o.id, t.ref FROM intake i JOIN raw r ON r.id = i.raw_id"
        " JOIN raw s ON s.digest = r.digest AND s.sha256 = r.sha256 JOIN intake o ON o.raw_id = s.id"
        " LEFT JOIN messages m ON m.id = o.id LEFT JOIN tickets t ON t.id = m.ticket_id"
        " WHERE i.id = $1 AND o.id <> $1 AND o.fate IN ('ticketed', 'held')"
        " AND (o.recipient = i.recipient OR t.queue = $2) ORDER BY s.id LIMIT 1",
        "it", envelope->mail_id, envelope->queue);
    if (rows && db_next(rows, &inner)) {
        facts->copy_of = db_integer(rows, 0);
        facts->copy_of_ref = db_text_dup(rows, 1);
    }
    if (!inner)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&inner));
    return FALSE;
}

static gboolean is_participant(Store *store, gint64 ticket_id, const char *sender, GError **error)
{
    g_autofree char *key = address_fold(sender);
    return db_select_integer(
               store->db, 0, error,
               "SELECT count(*) FROM participants WHERE ticket_id = $1 AND lower(address) = lower($2)"
               " AND role <> 'guest'",
               "it", ticket_id, key) > 0;
}

static gboolean is_recipient(DbRows *rows, const char *sender)
{
    g_autofree char *key = address_fold(sender);
    g_autofree char *line = g_strdup_printf("\n%s\n", key);
    return key && strstr(db_text(rows, 5), line) != NULL;
}

/* Row: id, ref, queue, status, requester_address, recipients of the named message or null. */
static void take_ticket(DbRows *rows, const char *sender, Evidence *evidence)
{
    evidence->ticket_id = db_integer(rows, 0);
    evidence->ref = db_text_dup(rows, 1);
    evidence->queue = db_text_dup(rows, 2);
    evidence->status = db_text_dup(rows, 3);
    evidence->requester = g_strdup(db_text(rows, 4));
    evidence->sender_belongs =
        *sender && (address_equal(db_text(rows, 4), sender) || is_recipient(rows, sender));
}

static DbRows *ticket_rows(Store *store, const Evidence *evidence, GError **error)
{
    switch (evidence->type) {
    case EVIDENCE_TOKEN_ADDRESS:
    case EVIDENCE_TOKEN_ID:
        return db_select(store->db, error,
                         "SELECT id, ref, queue, status, requester_address, NULL FROM tickets WHERE id = $1",
                         "i", evidence->token.ticket_id);
    case EVIDENCE_KNOWN_ID:
        return db_select(
            store->db, error,
            "SELECT t.id, t.ref, t.queue, t.status, t.requester_address, m.recipients FROM messages m"
            " JOIN tickets t ON t.id = m.ticket_id WHERE m.message_id_hash = $1 AND m.message_id = $2"
            " ORDER BY m.id LIMIT " G_STRINGIFY(SAME_ID_MOST),
            "it", ids_hash(evidence->found), evidence->found);
    default:
        return db_select(store->db, error,
                         "SELECT id, ref, queue, status, requester_address, NULL FROM tickets WHERE ref = $1",
                         "t", evidence->found);
    }
}

/* Ids grow with time, so the newest are enough. */
static guint mails_lately(Store *store, gint64 ticket_id, gint64 now_us, GError **error)
{
    return (guint)db_select_integer(store->db, 0, error,
                                    "SELECT count(*) FROM (SELECT at_us FROM messages WHERE ticket_id = $1"
                                    " ORDER BY id DESC LIMIT 20) AS latest WHERE at_us > $2",
                                    "ii", ticket_id, now_us - HOUR_US);
}

/* Several tickets can hold one Message-ID, because anybody can write any Message-ID. Each of them is a piece
 * of evidence of its own: the desk sees the contradiction. */
static gboolean take_tickets(DbRows *rows, const char *sender, GPtrArray *pieces, GError **error)
{
    Evidence *first = pieces->pdata[0];
    guint count = 0;
    for (; db_next(rows, error); count++) {
        gint64 ticket_id = db_integer(rows, 0);
        Evidence *piece = first->ticket_id ? NULL : first;
        for (guint i = 0; !piece && i < pieces->len; i++)
            if (((Evidence *)pieces->pdata[i])->ticket_id == ticket_id)
                piece = pieces->pdata[i];
        gboolean is_known = piece && piece->ticket_id;
        if (!piece)
            g_ptr_array_add(pieces, piece = evidence_new(first->type, first->found));
        if (!is_known)
            take_ticket(rows, sender, piece);
        else
            piece->sender_belongs |= is_recipient(rows, sender);
    }
    /* Whose tickets are cut off nobody knows: then this id is enough for none. */
    for (guint i = 0; count == SAME_ID_MOST && i < pieces->len; i++)
        ((Evidence *)pieces->pdata[i])->sender_belongs = FALSE;
    return count < SAME_ID_MOST;
}

static gboolean finish_piece(Store *store, const Envelope *envelope, const char *sender, Evidence *piece,
                             GError **error)
{
    g_autoptr(GError) inner = NULL;
    if (*sender && !piece->sender_belongs)
        piece->sender_belongs = is_participant(store, piece->ticket_id, sender, &inner);
    if (!inner)
        piece->mails_lately = mails_lately(store, piece->ticket_id, envelope->received_us, &inner);
    if (!inner)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&inner));
    return FALSE;
}

static gboolean fill_evidence(Store *store, const Envelope *envelope, const char *sender, GPtrArray *pieces,
                              GError **error)
{
    Evidence *first = pieces->pdata[0];
    g_autoptr(GError) inner = NULL;
    gboolean are_all = FALSE;
    {
        g_autoptr(DbRows) rows = ticket_rows(store, first, &inner);
        first->ticket_id = 0;
        are_all = rows && take_tickets(rows, sender, pieces, &inner);
    }
    for (guint i = 0; !inner && are_all && first->ticket_id && i < pieces->len; i++)
        finish_piece(store, envelope, sender, pieces->pdata[i], &inner);
    if (!inner)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&inner));
    return FALSE;
}

/* Rows of a ticket that are looked through for one person. */
#define SENT_MOST 500

static gboolean is_to(const ReturnedMail *returned, DbRows *rows)
{
    return token_person(db_text(rows, 2)) == returned->token.person;
}

/* Row: id, kind, to_address, envelope_from, state. Only what was handed to a server can come back. */
static gboolean find_returned(Store *store, ReturnedMail *returned, const char *message_id, GError **error)
{
    g_autoptr(GError) inner = NULL;
    g_autoptr(DbRows) rows = db_select(
        store->db, &inner,
        "SELECT id, kind, to_address, envelope_from, state FROM outbox WHERE ticket_id = $1"
        " AND ($2 = '' OR message_id = $2) AND attempts > 0 ORDER BY id DESC LIMIT " G_STRINGIFY(SENT_MOST),
        "it", returned->token.ticket_id, message_id);
    while (rows && !returned->outbox_id && db_next(rows, &inner)) {
        if (!is_to(returned, rows))
            continue;
        returned->outbox_id = db_integer(rows, 0);
        returned->kind = db_text_dup(rows, 1);
        returned->to = db_text_dup(rows, 2);
        returned->has_return_path = *db_text(rows, 3) != '\0';
        returned->is_failed = strcmp(db_text(rows, 4), "failed") == 0;
        returned->is_by_id = *message_id != '\0';
    }
    if (!inner)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&inner));
    return FALSE;
}

static gboolean fill_returned(Store *store, Facts *facts, GError **error)
{
    ReturnedMail *returned = facts->returned;
    if (!returned)
        return TRUE;
    if (returned->message_id && !find_returned(store, returned, returned->message_id, error))
        return FALSE;
    return returned->outbox_id || !returned->is_return_path || find_returned(store, returned, "", error);
}

static gboolean fill_block(Store *store, const Envelope *envelope, const char *sender, Facts *facts,
                           GError **error)
{
    g_autoptr(GError) inner = NULL;
    g_autoptr(Block) block = *sender ? block_find(store, sender, envelope->received_us, &inner) : NULL;
    if (inner) {
        g_propagate_error(error, g_steal_pointer(&inner));
        return FALSE;
    }
    if (!block)
        return TRUE;
    g_autofree char *until = clock_rfc3339(block->until_us);
    facts->block = g_strdup_printf("mail to %s failed for good (%s), so it gets no automatic mail until %s",
                                   block->address, *block->reason ? block->reason : block->status, until);
    return TRUE;
}

gboolean settle_facts(Store *store, const Envelope *envelope, const char *sender, Facts *facts,
                      GError **error)
{
    if (!fill_copy(store, envelope, facts, error) || !fill_returned(store, facts, error) ||
        !fill_block(store, envelope, sender, facts, error))
        return FALSE;
    for (guint i = 0, count = facts->evidence->len; i < count; i++) {
        g_autoptr(GPtrArray) pieces = g_ptr_array_new();
        g_ptr_array_add(pieces, facts->evidence->pdata[i]);
        gboolean ok = fill_evidence(store, envelope, sender, pieces, error);
        for (guint more = 1; more < pieces->len; more++)
            g_ptr_array_add(facts->evidence, pieces->pdata[more]);
        if (!ok)
            return FALSE;
    }
    return TRUE;
}

gboolean settle_ref_is_free(Store *store, const char *ref, GError **error)
{
    return db_select_integer(store->db, 1, error, "SELECT count(*) FROM tickets WHERE ref = $1", "t", ref) ==
           0;
}

char *settle_new_ref(Store *store, const char *prefix, GError **error)
{
    g_autoptr(GError) inner = NULL;
    for (;;) {
        guint8 random[TICKET_REF_LENGTH * 2];
        random_bytes(random, sizeof random);
        g_autofree char *ref = ticket_ref_make(prefix, random);
        if (settle_ref_is_free(store, ref, &inner))
            return g_steal_pointer(&ref);
        if (!inner)
            continue;
        g_propagate_error(error, g_steal_pointer(&inner));
        return NULL;
    }
}

/* What a notice can show of the conversation, and what of a ticket's lists. */
#define HISTORY_MOST 10
#define PIECES_MOST 100

gboolean settle_ticket_facts(Store *store, gint64 ticket_id, const Envelope *envelope, const Reading *reading,
                             Facts *facts, GError **error)
{
    if (!settle_sender_facts(store, envelope, reading, facts, error))
        return FALSE;
    if (ticket_id && !(facts->ticket = ticket_get_latest(store, ticket_id, HISTORY_MOST, PIECES_MOST, error)))
        return FALSE;
    const char *sender = facts->ticket              ? facts->ticket->requester_address
                         : reading && reading->from ? reading->from->address
                                                    : "";
    facts->earlier = ticket_list_of(store, sender, ticket_id, 5, &facts->earlier_count, error);
    return facts->earlier != NULL;
}
