/* Machines that answer each other say the same again and again, with another number or date each time. */
#include "gateway/store/settle_private.h"
#include "gateway/store/store_private.h"

#include <postern/address.h>
#include <postern/base/limits.h>
#include <postern/senders.h>

#include <string.h>

#define SQUEEZED_BYTES 8192u /* two texts that are the same so far are the same */
#define HOUR_US (3600 * (gint64)G_USEC_PER_SEC)

static gboolean has_number(const char *word, gsize length)
{
    for (gsize i = 0; i < length; i++)
        if (g_ascii_isdigit(word[i]))
            return TRUE;
    return FALSE;
}

/* References have no digit now and then: "SUP-KQXWTR". */
static gboolean is_reference(const char *word, gsize length)
{
    for (gsize i = 0; i < length; i++)
        if (g_ascii_islower(word[i]) || (guchar)word[i] >= 0x80)
            return FALSE;
    return memchr(word, '-', length) != NULL;
}

/* The beginning of `text` in words, each that has a digit or looks like a reference as "#"; white space and
 * case do not count. Every mail goes through here, in the one writer. */
static void add_squeezed(GChecksum *sum, const char *text)
{
    char squeezed[SQUEEZED_BYTES];
    gsize used = 0;
    for (text += strspn(text, " \t\n"); *text && used + 2 < sizeof squeezed; text += strspn(text, " \t\n")) {
        gsize length = strcspn(text, " \t\n");
        gsize count = MIN(length, sizeof squeezed - used - 2);
        if (has_number(text, length) || is_reference(text, length))
            squeezed[used++] = '#';
        else
            for (gsize i = 0; i < count; i++)
                squeezed[used++] = g_ascii_tolower(text[i]);
        squeezed[used++] = ' ';
        text += length;
    }
    g_checksum_update(sum, (const guchar *)squeezed, (gssize)used);
}

/* Shorter numbers tell people and shops apart, longer ones are those of tickets, mostly. */
#define TICKET_DIGITS 3u

/* Some desks write from an address for each ticket: "reply+8f3a@…", "ticket-4711@…". */
static void add_sender(GChecksum *sum, const char *address)
{
    g_autofree char *local = g_ascii_strdown(address, (gssize)strcspn(address, "+@"));
    for (const char *at = local; *at;) {
        gsize digits = strspn(at, "0123456789");
        gsize length = digits ? digits : 1;
        gboolean varies = digits >= TICKET_DIGITS;
        g_checksum_update(sum, (const guchar *)(varies ? "#" : at), varies ? 1 : (gssize)length);
        at += length;
    }
    const char *domain = strrchr(address, '@');
    g_checksum_update(sum, (const guchar *)(domain ? domain : ""), -1);
}

/* Whoever sends picture after picture with one sentence is no machine. What is sent back to us is: each time
 * another of our mails. */
static void add_attachments(GChecksum *sum, const GPtrArray *attachments)
{
    for (guint i = 0; i < attachments->len; i++) {
        const Attachment *attachment = attachments->pdata[i];
        if (!g_str_has_prefix(attachment->type, "message/") && !g_str_has_prefix(attachment->type, "text/"))
            g_checksum_update(sum, (const guchar *)attachment->sha256, -1);
    }
}

/* Of sender and text; 0 when there is nothing to compare. */
static gint64 text_hash(const Reading *reading)
{
    if (!reading || !reading->from || !reading->reply)
        return 0;
    g_autofree char *own = g_strstrip(g_strdup(reading->reply));
    if (!*own)
        return 0;
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    guint8 digest[DIGEST_BYTES];
    gsize length = sizeof digest;
    add_sender(sum, reading->from->address);
    g_checksum_update(sum, (const guchar *)"\n", 1);
    add_squeezed(sum, own);
    add_attachments(sum, reading->attachments);
    g_checksum_get_digest(sum, digest, &length);
    gint64 hash = store_digest_head(digest);
    return hash ? hash : 1;
}

/* The same but for the sub-address. */
static gboolean is_same_sender(const char *a, const char *b)
{
    gsize length = strcspn(a, "+@");
    return length == strcspn(b, "+@") && g_ascii_strncasecmp(a, b, length) == 0 &&
           g_strcmp0(strrchr(a, '@'), strrchr(b, '@')) == 0;
}

/* Rows of one text that are looked at. */
#define SAME_MOST (3 * LIMIT_SAME_TEXT_HELD)

static gboolean count_same(Store *store, const Envelope *envelope, const char *sender, gint64 hash,
                           Facts *facts, GError **error)
{
    g_autoptr(GError) inner = NULL;
    /* Ids grow with time, so the newest are enough. */
    g_autoptr(DbRows) rows = db_select(store->db, &inner,
                                       "SELECT from_address, at_us FROM messages WHERE text_hash = $1"
                                       " ORDER BY id DESC LIMIT $2",
                                       "ii", hash, (gint64)SAME_MOST);
    while (rows && db_next(rows, &inner)) {
        if (db_integer(rows, 1) <= envelope->received_us - HOUR_US)
            continue;
        facts->same_text_alike++;
        facts->same_text += is_same_sender(db_text(rows, 0), sender);
    }
    if (!inner)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&inner));
    return FALSE;
}

gboolean settle_sender_facts(Store *store, const Envelope *envelope, const Reading *reading, Facts *facts,
                             GError **error)
{
    gint64 hash = text_hash(reading);
    if (hash && !count_same(store, envelope, reading->from->address, hash, facts, error))
        return FALSE;
    if (!reading || !reading->from)
        return TRUE;
    g_autoptr(GError) inner = NULL;
    facts->is_refused = sender_is_refused(store, reading->from->address, &inner);
    if (!inner)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&inner));
    return FALSE;
}

gboolean settle_write_text(Store *store, const IntakeRow *row, const Reading *reading,
                           const Decision *decision, GError **error)
{
    /* Old mail that is taken in at once tells nothing about this hour, and neither do agents, who may send
     * one sentence to many customers. */
    gboolean counts = !row->envelope.is_quiet && g_strcmp0(decision->sender_role, "agent") != 0;
    gint64 hash = counts ? text_hash(reading) : 0;
    return !hash || db_run(store->db, error, "UPDATE messages SET text_hash = $2 WHERE id = $1", "ii",
                           row->envelope.mail_id, hash);
}
