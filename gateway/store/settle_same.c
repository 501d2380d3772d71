/* One mail that comes more than once: to several of our addresses, or on several ways. */
#include "gateway/store/settle_private.h"
#include "gateway/store/store_private.h"

#include <string.h>

static void add(Digest *digest, const char *text)
{
    digest_update(digest, text ? text : "", text ? strlen(text) + 1 : 1);
}

/* Servers add empty lines at the end, and take them away. */
static void add_text(Digest *digest, const char *text)
{
    g_autofree char *trimmed = g_strchomp(g_strdup(text ? text : ""));
    add(digest, trimmed);
}

/* Of all that its writer made, and nothing that servers on the way add. Without a Message-ID nobody knows
 * whether two mails that say the same are one. */
static gint64 same_hash(const Reading *reading)
{
    if (!reading || !reading->message_id)
        return 0;
    guint8 sum[DIGEST_BYTES];
    g_autofree char *date = g_strdup_printf("%" G_GINT64_FORMAT, reading->date_us);
    Digest *digest = digest_new();
    const char *const texts[] = {reading->message_id, reading->from ? reading->from->address : "", date,
                                 reading->subject};
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        add(digest, texts[i]);
    add_text(digest, reading->text);
    for (guint i = 0; i < reading->attachments->len; i++)
        add(digest, ((const Attachment *)reading->attachments->pdata[i])->sha256);
    digest_end(digest, sum);
    gint64 hash = store_digest_head(sum);
    return hash ? hash : 1;
}

/* Row: id of the intake row, its recipient, ticket and reference (null where it has none). */
static gboolean take(DbRows *rows, Facts *facts, GError **error)
{
    g_autoptr(GError) inner = NULL;
    if (rows && db_next(rows, &inner)) {
        facts->copy_of = db_integer(rows, 0);
        facts->copy_to = db_text_dup(rows, 1);
        facts->copy_of_ticket = db_integer(rows, 2);
        facts->copy_of_ref = db_text_dup(rows, 3);
    }
    if (rows && !inner)
        return TRUE;
    if (inner)
        g_propagate_error(error, g_steal_pointer(&inner));
    return FALSE;
}

/* The oldest first, without sorting all: a flood of one mail has many rows of the same bytes. */
gboolean settle_find_repeated(Store *store, const Envelope *envelope, Facts *facts, GError **error)
{
    g_autoptr(DbRows) rows = db_select(
        store->db, error,
        "SELECT o.id, o.recipient, m.ticket_id, t.ref FROM intake i JOIN raw r ON r.id = i.raw_id"
        " JOIN raw s ON s.digest = r.digest AND s.sha256 = r.sha256 JOIN intake o ON o.raw_id = s.id"
        " LEFT JOIN messages m ON m.id = o.id LEFT JOIN tickets t ON t.id = m.ticket_id"
        " WHERE i.id = $1 AND o.id <> $1 AND o.fate IN ('ticketed', 'held')"
        " AND o.recipient = i.recipient ORDER BY s.id LIMIT 1",
        "i", envelope->mail_id);
    return take(rows, facts, error);
}

static gboolean find_bytes(Store *store, gint64 ticket_id, const Envelope *envelope, Facts *facts,
                           GError **error)
{
    g_autoptr(DbRows) rows = db_select(
        store->db, error,
        "SELECT o.id, o.recipient, m.ticket_id, t.ref FROM intake i JOIN raw r ON r.id = i.raw_id"
        " JOIN raw s ON s.digest = r.digest AND s.sha256 = r.sha256 JOIN intake o ON o.raw_id = s.id"
        " JOIN messages m ON m.id = o.id JOIN tickets t ON t.id = m.ticket_id"
        " WHERE i.id = $1 AND o.id <> $1 AND ($2 = 0 OR t.id = $2) ORDER BY s.id LIMIT 1",
        "ii", envelope->mail_id, ticket_id);
    return take(rows, facts, error);
}

/* Whoever has got a mail can repeat it, so what came as a guest's word is no reason to hide the same mail
 * where it truly goes. */
static gboolean find_content(Store *store, gint64 ticket_id, const Envelope *envelope, const Reading *reading,
                             gint64 hash, Facts *facts, GError **error)
{
    g_autoptr(DbRows) rows = db_select(
        store->db, error,
        "SELECT m.id, i.recipient, m.ticket_id, t.ref FROM messages m JOIN intake i ON i.id = m.id"
        " JOIN tickets t ON t.id = m.ticket_id WHERE m.message_id_hash = $1 AND m.message_id = $2"
        " AND m.same_hash = $3 AND m.role <> 'guest' AND m.id <> $4 AND ($5 = 0 OR t.id = $5)"
        " ORDER BY m.id LIMIT 1",
        "itiii", ids_hash(reading->message_id), reading->message_id, hash, envelope->mail_id, ticket_id);
    return take(rows, facts, error);
}

gboolean settle_find_same(Store *store, gint64 ticket_id, const Envelope *envelope, const Reading *reading,
                          Facts *facts, GError **error)
{
    gint64 hash = same_hash(reading);
    if (facts->copy_of)
        return TRUE;
    if (!find_bytes(store, ticket_id, envelope, facts, error))
        return FALSE;
    return facts->copy_of || !hash || find_content(store, ticket_id, envelope, reading, hash, facts, error);
}

gboolean settle_write_same(Store *store, const IntakeRow *row, const Reading *reading, GError **error)
{
    gint64 hash = same_hash(reading);
    return !hash || db_run(store->db, error, "UPDATE messages SET same_hash = $2 WHERE id = $1", "ii",
                           row->envelope.mail_id, hash);
}

/* Known messages lead by themselves. */
gboolean settle_write_heard(Store *store, const IntakeRow *row, const Decision *decision, GError **error)
{
    for (guint i = 0; i < decision->heard->len; i++) {
        const char *id = decision->heard->pdata[i];
        if (!db_run(store->db, error,
                    "INSERT INTO heard_ids (id_hash, heard_id, ticket_id, mail_id) SELECT $1, $2, $3, $4"
                    " WHERE NOT EXISTS (SELECT 1 FROM messages WHERE message_id_hash = $1"
                    " AND message_id = $2)",
                    "itii", ids_hash(id), id, decision->ticket_id, row->envelope.mail_id))
            return FALSE;
    }
    return TRUE;
}
