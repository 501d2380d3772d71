/* Where the pieces of evidence in a mail lead. */
#include "gateway/store/evidence_rows.h"
#include "gateway/store/settle_private.h"

#include <postern/address.h>
#include <postern/base/mail_id.h>

#include <string.h>

/* Messages with one Message-ID that are looked at. */
#define SAME_ID_MOST 20
/* Merges and moves that are followed. */
#define STEPS_MOST 100
#define HOUR_US (3600 * (gint64)G_USEC_PER_SEC)

static gboolean is_heard(const Evidence *piece)
{
    return piece->type == EVIDENCE_HEARD_ID || piece->type == EVIDENCE_OWN_ID;
}

/* The ticket that has the messages of this one now. */
static gint64 follow_merges(Store *store, gint64 ticket_id, GError **error)
{
    for (guint step = 0; step < STEPS_MOST; step++) {
        gint64 next =
            db_select_integer(store->db, 0, error,
                              "SELECT coalesce(merged_into, 0) FROM tickets WHERE id = $1", "i", ticket_id);
        if (next == 0)
            return ticket_id;
        ticket_id = next;
    }
    return ticket_id;
}

/* Our Message-IDs begin with the id of the mail that they were written because of. Nobody signed that, so it
 * only leads where this very message went to from the token's ticket. */
static gint64 follow_moves(Store *store, const Evidence *piece, GError **error)
{
    gint64 ticket_id = piece->token.ticket_id;
    g_autofree char *head = g_strndup(piece->found, MAIL_ID_DIGITS);
    gint64 cause = piece->type == EVIDENCE_TOKEN_ID ? mail_id_parse(head) : 0;
    g_autoptr(DbRows) rows =
        cause ? db_select(store->db, error,
                          "SELECT from_ticket, to_ticket FROM moves WHERE message_id = $1 ORDER BY id", "i",
                          cause)
              : NULL;
    while (rows && db_next(rows, error))
        if (db_integer(rows, 0) == ticket_id)
            ticket_id = db_integer(rows, 1);
    return ticket_id;
}

static gboolean is_recipient(DbRows *rows, const char *sender)
{
    g_autofree char *key = address_fold(sender);
    g_autofree char *line = g_strdup_printf("\n%s\n", key);
    return key && strstr(db_text(rows, EVIDENCE_RECIPIENTS), line) != NULL;
}

static void add_writer(DbRows *rows, Evidence *piece)
{
    g_autofree char *key = address_fold(db_text(rows, EVIDENCE_WRITER));
    g_autofree char *before = g_steal_pointer(&piece->writers);
    piece->writers = g_strdup_printf("%s%s\n", before ? before : "\n", key ? key : "");
}

/* What this row says about the sender: he had the mail that bears the id, or one that names it. */
static void take_recipient(DbRows *rows, const char *sender, Evidence *piece)
{
    gint64 brings = db_integer(rows, EVIDENCE_BRINGS);
    if (!*sender || brings == BRINGS_NOBODY || !is_recipient(rows, sender))
        return;
    piece->is_unproven |= brings == BRINGS_GUESTS;
    if (is_heard(piece))
        add_writer(rows, piece);
    else
        piece->sender_belongs |= brings == BRINGS_OTHERS;
}

static DbRows *one_ticket(Store *store, gint64 ticket_id, GError **error)
{
    g_autoptr(GError) inner = NULL;
    gint64 now_in = follow_merges(store, ticket_id, &inner);
    if (inner) {
        g_propagate_error(error, g_steal_pointer(&inner));
        return NULL;
    }
    return db_select(store->db, error,
                     "SELECT " EVIDENCE_COLUMNS ", NULL, NULL, 0 FROM tickets t WHERE t.id = $1", "i",
                     now_in);
}

/* The others are about held mail, whose ids are those of tickets once it is let go. */
static gboolean is_of_ticket(const Token *token)
{
    return token->role != ROLE_CONFIRM && token->role != ROLE_ADMIN;
}

static DbRows *ticket_of_token(Store *store, const Evidence *piece, GError **error)
{
    g_autoptr(GError) inner = NULL;
    gint64 ticket_id = is_of_ticket(&piece->token) ? follow_moves(store, piece, &inner) : 0;
    if (!inner)
        return one_ticket(store, ticket_id, error);
    g_propagate_error(error, g_steal_pointer(&inner));
    return NULL;
}

static DbRows *ticket_of_ref(Store *store, const Evidence *piece, GError **error)
{
    g_autoptr(GError) inner = NULL;
    gint64 ticket_id =
        db_select_integer(store->db, 0, &inner, "SELECT id FROM tickets WHERE ref = $1", "t", piece->found);
    if (!inner)
        return one_ticket(store, ticket_id, error);
    g_propagate_error(error, g_steal_pointer(&inner));
    return NULL;
}

static DbRows *ticket_rows(Store *store, const Evidence *piece, GError **error)
{
    switch (piece->type) {
    case EVIDENCE_TOKEN_ADDRESS:
    case EVIDENCE_TOKEN_ID:
        return ticket_of_token(store, piece, error);
    case EVIDENCE_KNOWN_ID:
        return db_select(store->db, error,
                         "SELECT " EVIDENCE_COLUMNS ", " EVIDENCE_MESSAGE_COLUMNS " FROM messages m"
                         " JOIN tickets t ON t.id = m.ticket_id"
                         " WHERE m.message_id_hash = $1 AND m.message_id = $2"
                         " ORDER BY m.id LIMIT " G_STRINGIFY(SAME_ID_MOST),
                         "it", ids_hash(piece->found), piece->found);
    case EVIDENCE_HEARD_ID:
    case EVIDENCE_OWN_ID:
        return db_select(store->db, error,
                         "SELECT " EVIDENCE_COLUMNS ", " EVIDENCE_MESSAGE_COLUMNS " FROM heard_ids h"
                         " JOIN tickets t ON t.id = h.ticket_id JOIN messages m ON m.id = h.mail_id"
                         " WHERE h.id_hash = $1 AND h.heard_id = $2"
                         " ORDER BY h.mail_id LIMIT " G_STRINGIFY(SAME_ID_MOST),
                         "it", ids_hash(piece->found), piece->found);
    default:
        return ticket_of_ref(store, piece, error);
    }
}

static Evidence *piece_for(GPtrArray *pieces, gint64 ticket_id)
{
    Evidence *first = pieces->pdata[0];
    if (!first->ticket_id)
        return first;
    for (guint i = 0; i < pieces->len; i++)
        if (((Evidence *)pieces->pdata[i])->ticket_id == ticket_id)
            return pieces->pdata[i];
    g_ptr_array_add(pieces, evidence_new(first->type, first->found));
    return pieces->pdata[pieces->len - 1];
}

void evidence_trust_none(GPtrArray *pieces)
{
    for (guint i = 0; i < pieces->len; i++) {
        Evidence *piece = pieces->pdata[i];
        piece->sender_belongs = piece->is_unproven = FALSE;
        g_clear_pointer(&piece->writers, g_free);
    }
}

/* Several tickets can hold one Message-ID, because anybody can write any Message-ID. Each of them is a piece
 * of evidence of its own: the desk sees the contradiction. */
static gboolean take_tickets(DbRows *rows, const char *sender, GPtrArray *pieces, GError **error)
{
    guint count = 0;
    for (; db_next(rows, error); count++) {
        Evidence *piece = piece_for(pieces, db_integer(rows, EVIDENCE_ID));
        if (!piece->ticket_id)
            evidence_take_ticket(rows, sender, piece);
        take_recipient(rows, sender, piece);
    }
    if (count == SAME_ID_MOST)
        evidence_trust_none(pieces);
    return count < SAME_ID_MOST;
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

/* What agents write there is no flood, however much they work. Ids grow with time, so the newest are enough.
 */
static guint mails_lately(Store *store, gint64 ticket_id, gint64 now_us, GError **error)
{
    return (guint)db_select_integer(
        store->db, 0, error,
        "SELECT count(*) FROM (SELECT at_us FROM messages WHERE ticket_id = $1"
        " AND direction = 'in' ORDER BY id DESC LIMIT 20) AS latest WHERE at_us > $2",
        "ii", ticket_id, now_us - HOUR_US);
}

/* The ticket that it was one with before. */
static gint64 split_from(Store *store, gint64 ticket_id, GError **error)
{
    gint64 from = db_select_integer(store->db, 0, error,
                                    "SELECT other_id FROM links WHERE ticket_id = $1"
                                    " AND how IN ('split from', 'continues') ORDER BY other_id LIMIT 1",
                                    "i", ticket_id);
    return from && !*error ? follow_merges(store, from, error) : 0;
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
        piece->split_from = split_from(store, piece->ticket_id, &inner);
    if (!inner)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&inner));
    return FALSE;
}

/* FALSE and no error: it leads nowhere. */
static gboolean find_tickets(Store *store, const Envelope *envelope, const char *sender, GPtrArray *pieces,
                             GError **error)
{
    Evidence *first = pieces->pdata[0];
    first->ticket_id = 0;
    if (first->type == EVIDENCE_SAME_SUBJECT)
        return evidence_find_subject(store, envelope, sender, first, error);
    g_autoptr(DbRows) rows = ticket_rows(store, first, error);
    return rows && take_tickets(rows, sender, pieces, error);
}

gboolean settle_evidence(Store *store, const Envelope *envelope, const char *sender, GPtrArray *pieces,
                         GError **error)
{
    const Evidence *first = pieces->pdata[0];
    g_autoptr(GError) inner = NULL;
    gboolean are_all = find_tickets(store, envelope, sender, pieces, &inner);
    for (guint i = 0; !inner && are_all && first->ticket_id && i < pieces->len; i++)
        finish_piece(store, envelope, sender, pieces->pdata[i], &inner);
    if (!inner)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&inner));
    return FALSE;
}
