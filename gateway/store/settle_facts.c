#include "gateway/store/store_private.h"

#include <postern/address.h>
#include <postern/settle.h>

#include <string.h>

static gboolean fill_copy(Store *store, gint64 mail_id, Facts *facts, GError **error)
{
    g_autoptr(GError) inner = NULL;
    g_autoptr(DbRows) rows = db_select(
        store->db, &inner,
        "SELECT o.id, t.ref FROM intake i JOIN raw r ON r.id = i.raw_id"
        " JOIN raw s ON s.digest = r.digest AND s.sha256 = r.sha256 JOIN intake o ON o.raw_id = s.id"
        " LEFT JOIN messages m ON m.id = o.id LEFT JOIN tickets t ON t.id = m.ticket_id"
        " WHERE i.id = $1 AND o.id <> $1 AND o.fate IN ('ticketed', 'held') ORDER BY o.id LIMIT 1",
        "i", mail_id);
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
static void take_ticket(DbRows *rows, const char *sender, Evidence *evidence)
{
    evidence->ticket_id = db_integer(rows, 0);
    evidence->ref = db_text_dup(rows, 1);
    evidence->queue = db_text_dup(rows, 2);
    evidence->status = db_text_dup(rows, 3);
    evidence->sender_belongs = *sender && address_equal(db_text(rows, 4), sender);
    if (!evidence->sender_belongs && *sender) {
        g_autofree char *key = address_fold(sender);
        g_autofree char *line = g_strdup_printf("\n%s\n", key);
        evidence->sender_belongs = key && strstr(db_text(rows, 5), line) != NULL;
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
            " ORDER BY m.id LIMIT 1",
            "it", ids_hash(evidence->found), evidence->found);
    default:
        return db_select(store->db, error,
                         "SELECT id, ref, queue, status, requester_address, NULL FROM tickets WHERE ref = $1",
                         "t", evidence->found);
    }
}

static gboolean fill_evidence(Store *store, const char *sender, Evidence *evidence, GError **error)
{
    g_autoptr(GError) inner = NULL;
    {
        g_autoptr(DbRows) rows = ticket_rows(store, evidence, &inner);
        evidence->ticket_id = 0;
        if (rows && db_next(rows, &inner))
            take_ticket(rows, sender, evidence);
    }
    if (!inner && evidence->ticket_id && !evidence->sender_belongs && *sender)
        evidence->sender_belongs = is_participant(store, evidence->ticket_id, sender, &inner);
    if (!inner)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&inner));
    return FALSE;
}

gboolean settle_facts(Store *store, gint64 mail_id, const char *sender, Facts *facts, GError **error)
{
    if (!fill_copy(store, mail_id, facts, error))
        return FALSE;
    for (guint i = 0; i < facts->evidence->len; i++)
        if (!fill_evidence(store, sender, facts->evidence->pdata[i], error))
            return FALSE;
    return TRUE;
}

gboolean settle_ref_is_free(Store *store, const char *ref, GError **error)
{
    return db_select_integer(store->db, 1, error, "SELECT count(*) FROM tickets WHERE ref = $1", "t", ref) ==
           0;
}
