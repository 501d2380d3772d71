#include "gateway/store/settle_private.h"
#include "gateway/store/store_private.h"

#include <postern/address.h>
#include <postern/base/clock.h>
#include <postern/base/digest.h>
#include <postern/base/limits.h>
#include <postern/blocks.h>
#include <postern/known_errors.h>
#include <postern/settle.h>
#include <postern/tickets.h>

#include <string.h>

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
    if (!settle_find_repeated(store, envelope, facts, error) || !fill_returned(store, facts, error) ||
        !fill_block(store, envelope, sender, facts, error))
        return FALSE;
    guint count = facts->evidence->len;
    for (guint i = 0; i < count && facts->evidence->len < LIMIT_EVIDENCE; i++) {
        g_autoptr(GPtrArray) pieces = g_ptr_array_new();
        g_ptr_array_add(pieces, facts->evidence->pdata[i]);
        gboolean ok = settle_evidence(store, envelope, sender, pieces, error);
        for (guint more = 1; more < pieces->len; more++)
            g_ptr_array_add(facts->evidence, pieces->pdata[more]);
        if (!ok)
            return FALSE;
    }
    if (facts->evidence->len >= LIMIT_EVIDENCE)
        evidence_trust_none(facts->evidence);
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
    if (!settle_sender_facts(store, envelope, reading, facts, error) ||
        !settle_find_same(store, ticket_id, envelope, reading, facts, error))
        return FALSE;
    if (ticket_id && !(facts->ticket = ticket_get_latest(store, ticket_id, HISTORY_MOST, PIECES_MOST, error)))
        return FALSE;
    const char *sender = facts->ticket              ? facts->ticket->requester_address
                         : reading && reading->from ? reading->from->address
                                                    : "";
    facts->earlier = ticket_list_of(store, sender, ticket_id, 5, &facts->earlier_count, error);
    if (!facts->earlier)
        return FALSE;
    facts->hints = known_errors_of_mail(store, reading, envelope->received_us, error);
    return facts->hints != NULL;
}
