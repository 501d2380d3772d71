#include "gateway/store/store_private.h"

#include <postern/base/error.h>
#include <postern/ledger.h>

#include <string.h>

void mailbox_status_free(MailboxStatus *status)
{
    if (!status)
        return;
    g_free(status->name);
    g_free(status->state);
    g_free(status->error);
    g_free(status);
}

GPtrArray *mailbox_status_list(Store *store, GError **error)
{
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func((GDestroyNotify)mailbox_status_free);
    g_autoptr(GError) inner = NULL;
    g_autoptr(DbRows) rows =
        db_select(store->db, &inner,
                  "SELECT name, state, since_us, begun_us, contact_us, mail_us, waiting, oldest_us, error,"
                  " error_us, alerted_us FROM mailboxes ORDER BY name",
                  "");
    while (rows && db_next(rows, &inner)) {
        MailboxStatus *status = g_new0(MailboxStatus, 1);
        *status = (MailboxStatus){.name = db_text_dup(rows, 0),
                                  .state = db_text_dup(rows, 1),
                                  .since_us = db_integer(rows, 2),
                                  .begun_us = db_integer(rows, 3),
                                  .contact_us = db_integer(rows, 4),
                                  .mail_us = db_integer(rows, 5),
                                  .waiting = db_integer(rows, 6),
                                  .oldest_us = db_integer(rows, 7),
                                  .error = db_text_dup(rows, 8),
                                  .error_us = db_integer(rows, 9),
                                  .alerted_us = db_integer(rows, 10)};
        g_ptr_array_add(found, status);
    }
    if (!inner)
        return g_steal_pointer(&found);
    g_propagate_error(error, g_steal_pointer(&inner));
    return NULL;
}

/* `contact_us` and `mail_us` only grow: a fetcher that has just started knows of none. */
gboolean mailbox_status_set(Store *store, const MailboxStatus *status, GError **error)
{
    return db_run(
        store->db, error,
        "INSERT INTO mailboxes (name, state, since_us, begun_us, contact_us, mail_us, waiting,"
        " oldest_us, error, error_us, alerted_us) VALUES ($1, $2, $3, $3, $4, $5, $6, $7, $8, $9, 0)"
        " ON CONFLICT (name) DO UPDATE SET state = excluded.state, since_us = excluded.since_us,"
        " contact_us = CASE WHEN excluded.contact_us > mailboxes.contact_us"
        " THEN excluded.contact_us ELSE mailboxes.contact_us END,"
        " mail_us = CASE WHEN excluded.mail_us > mailboxes.mail_us"
        " THEN excluded.mail_us ELSE mailboxes.mail_us END,"
        " waiting = excluded.waiting, oldest_us = excluded.oldest_us, error = excluded.error,"
        " error_us = CASE WHEN excluded.error_us > 0 THEN excluded.error_us ELSE mailboxes.error_us END",
        "ttiiiiiti", status->name, status->state, status->since_us, status->contact_us, status->mail_us,
        status->waiting, status->oldest_us, status->error, status->error_us);
}

gboolean mailbox_status_alerted(Store *store, const char *name, gint64 at_us, GError **error)
{
    return db_run(store->db, error, "UPDATE mailboxes SET alerted_us = $2 WHERE name = $1", "ti", name,
                  at_us);
}

void stuck_mail_free(StuckMail *mail)
{
    if (!mail)
        return;
    g_free(mail->mailbox);
    g_free(mail->folder);
    g_free(mail->detail);
    g_free(mail);
}

static GPtrArray *read_stuck(DbRows *rows, GError *inner, GError **error)
{
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func((GDestroyNotify)stuck_mail_free);
    while (rows && db_next(rows, &inner)) {
        StuckMail *mail = g_new0(StuckMail, 1);
        *mail = (StuckMail){.folder_id = db_integer(rows, 0),
                            .uidvalidity = (guint32)db_integer(rows, 1),
                            .uid = (guint32)db_integer(rows, 2),
                            .mailbox = db_text_dup(rows, 3),
                            .folder = db_text_dup(rows, 4),
                            .is_too_large = strcmp(db_text(rows, 5), "too large") == 0,
                            .size = (guint64)db_integer(rows, 6),
                            .detail = g_strdup(db_text(rows, 7)),
                            .at_us = db_integer(rows, 8)};
        g_ptr_array_add(found, mail);
    }
    if (!inner)
        return g_steal_pointer(&found);
    g_propagate_error(error, inner);
    return NULL;
}

GPtrArray *stuck_mail_untold(Store *store, guint most, GError **error)
{
    GError *inner = NULL;
    g_autoptr(DbRows) rows = db_select(
        store->db, &inner,
        "SELECT m.folder_id, m.uidvalidity, m.uid, f.mailbox, f.name, m.state, m.size, m.detail, m.at_us"
        " FROM fetched m JOIN folders f ON f.id = m.folder_id WHERE m.is_told = 0"
        " AND (m.state = 'too large' OR (m.state = 'failed' AND m.attempts >= $1))"
        " ORDER BY m.at_us LIMIT $2",
        "ii", (gint64)LEDGER_ATTEMPTS, (gint64)most);
    return read_stuck(rows, inner, error);
}

gboolean stuck_mail_told(Store *store, const StuckMail *mail, GError **error)
{
    return db_run(store->db, error,
                  "UPDATE fetched SET is_told = 1 WHERE folder_id = $1 AND uidvalidity = $2 AND uid = $3",
                  "iii", mail->folder_id, (gint64)mail->uidvalidity, (gint64)mail->uid);
}

GPtrArray *stuck_mail_list(Store *store, const char *mailbox, GError **error)
{
    GError *inner = NULL;
    g_autoptr(DbRows) rows = db_select(
        store->db, &inner,
        "SELECT m.folder_id, m.uidvalidity, m.uid, f.mailbox, f.name, m.state, m.size, m.detail, m.at_us"
        " FROM fetched m JOIN folders f ON f.id = m.folder_id AND f.uidvalidity = m.uidvalidity"
        " WHERE f.mailbox = $1 AND m.state <> 'finished'"
        " AND (m.state = 'too large' OR (m.state = 'failed' AND m.attempts >= $2))"
        " ORDER BY m.at_us",
        "ti", mailbox, (gint64)LEDGER_ATTEMPTS);
    return read_stuck(rows, inner, error);
}
