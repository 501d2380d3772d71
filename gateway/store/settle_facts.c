#include "gateway/store/store_private.h"

#include <postern/address.h>
#include <postern/settle.h>

#include <string.h>

/* Messages with one Message-ID that are looked at. */
#define SAME_ID_MOST 500
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

/* Row: id, ref, queue, status, requester_address, recipients of the named message or null. */
static gboolean row_has_sender(DbRows *rows, const char *sender)
{
    if (*sender == '\0' || address_equal(db_text(rows, 4), sender))
        return *sender != '\0';
    g_autofree char *key = address_fold(sender);
    g_autofree char *line = g_strdup_printf("\n%s\n", key);
    return key && strstr(db_text(rows, 5), line) != NULL;
}

static void take_ticket(DbRows *rows, gboolean sender_belongs, Evidence *evidence)
{
    char **texts[] = {&evidence->ref, &evidence->queue, &evidence->status};
    evidence->ticket_id = db_integer(rows, 0);
    evidence->sender_belongs = sender_belongs;
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_free(*texts[i]);
        *texts[i] = db_text_dup(rows, (int)i + 1);
    }
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

/* A Message-ID may stand in mails of several tickets, because anybody can write any: it leads to the one that
 * the sender belongs to, and is not enough for any when there are more of those. */
static gboolean fill_evidence(Store *store, const Envelope *envelope, const char *sender, Evidence *evidence,
                              GError **error)
{
    g_autoptr(GError) inner = NULL;
    g_autoptr(DbRows) rows = ticket_rows(store, evidence, &inner);
    gboolean is_ambiguous = FALSE;
    guint count = 0;
    evidence->ticket_id = 0;
    for (; rows && !inner && db_next(rows, &inner); count++) {
        gint64 id = db_integer(rows, 0);
        gboolean belongs =
            row_has_sender(rows, sender) || (*sender && is_participant(store, id, sender, &inner));
        is_ambiguous |= belongs && evidence->sender_belongs && evidence->ticket_id != id;
        if (!evidence->ticket_id || (belongs && !evidence->sender_belongs))
            take_ticket(rows, belongs, evidence);
    }
    if (is_ambiguous || count == SAME_ID_MOST)
        evidence->sender_belongs = FALSE;
    if (!inner && evidence->ticket_id)
        evidence->mails_lately = mails_lately(store, evidence->ticket_id, envelope->received_us, &inner);
    if (!inner)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&inner));
    return FALSE;
}

gboolean settle_facts(Store *store, const Envelope *envelope, const char *sender, Facts *facts,
                      GError **error)
{
    if (!fill_copy(store, envelope, facts, error))
        return FALSE;
    for (guint i = 0; i < facts->evidence->len; i++)
        if (!fill_evidence(store, envelope, sender, facts->evidence->pdata[i], error))
            return FALSE;
    return TRUE;
}

gboolean settle_ref_is_free(Store *store, const char *ref, GError **error)
{
    return db_select_integer(store->db, 1, error, "SELECT count(*) FROM tickets WHERE ref = $1", "t", ref) ==
           0;
}
