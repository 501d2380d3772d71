#include "gateway/store/store_private.h"

#include <postern/archive.h>
#include <postern/base/error.h>
#include <postern/base/mail_id.h>
#include <postern/decision.h>

#define COLUMNS                                                                                              \
    "i.id, m.ticket_id, t.ref, i.received_us, i.source, i.envelope_from, r.size, r.bytes, r.file"            \
    " FROM intake i JOIN messages m ON m.id = i.id JOIN tickets t ON t.id = m.ticket_id"                     \
    " JOIN raw r ON r.id = i.raw_id"
#define CUSTOMERS "i.fate = 'ticketed' AND m.direction = 'in' AND m.role <> 'agent'"

void archived_mail_free(ArchivedMail *mail)
{
    if (!mail)
        return;
    g_clear_pointer(&mail->bytes, g_bytes_unref);
    g_free(mail->ref);
    g_free(mail->envelope_from);
    g_free(mail->file);
    g_free(mail);
}

static ArchivedMail *mail_read(DbRows *rows)
{
    ArchivedMail *mail = g_new0(ArchivedMail, 1);
    mail->mail_id = db_integer(rows, 0);
    mail->ticket_id = db_integer(rows, 1);
    mail->ref = db_text_dup(rows, 2);
    mail->at_us = db_integer(rows, 3);
    const Envelope envelope = {.source = (char *)(gsize)db_text(rows, 4),
                               .envelope_from = (char *)(gsize)db_text(rows, 5)};
    mail->envelope_from = envelope_tells_sender(&envelope) ? g_strdup(envelope.envelope_from) : NULL;
    mail->size = (gsize)db_integer(rows, 6);
    mail->file = db_text_dup(rows, 8);
    if (!mail->file) {
        gsize length = 0;
        gconstpointer bytes = db_blob(rows, 7, &length);
        mail->bytes = g_bytes_new(bytes, length);
    }
    return mail;
}

gboolean archive_count(Store *store, const ArchiveWish *wish, guint *out_count, GError **error)
{
    g_autoptr(GError) inner = NULL;
    gint64 count = db_select_integer(store->db, 0, &inner,
                                     "SELECT count(*) FROM intake i JOIN messages m ON m.id = i.id"
                                     " WHERE i.received_us >= $1 AND " CUSTOMERS,
                                     "i", wish->since_us);
    if (inner) {
        g_propagate_error(error, g_steal_pointer(&inner));
        return FALSE;
    }
    *out_count = (guint)MIN(count, wish->most ? (gint64)wish->most : (gint64)G_MAXUINT);
    return TRUE;
}

GPtrArray *archive_before(Store *store, gint64 before_id, gint64 since_us, guint most, GError **error)
{
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func((GDestroyNotify)archived_mail_free);
    g_autoptr(DbRows) rows =
        db_select(store->db, error,
                  "SELECT " COLUMNS " WHERE i.id < $1 AND i.received_us >= $2 AND " CUSTOMERS
                  " ORDER BY i.id DESC LIMIT $3",
                  "iii", before_id, since_us, (gint64)most);
    if (!rows)
        return NULL;
    g_autoptr(GError) inner = NULL;
    while (db_next(rows, &inner))
        g_ptr_array_add(found, mail_read(rows));
    if (inner) {
        g_propagate_error(error, g_steal_pointer(&inner));
        return NULL;
    }
    return g_steal_pointer(&found);
}

ArchivedMail *archive_get(Store *store, gint64 mail_id, GError **error)
{
    g_autoptr(DbRows) rows = db_select(store->db, error, "SELECT " COLUMNS " WHERE i.id = $1", "i", mail_id);
    if (!rows)
        return NULL;
    g_autoptr(GError) inner = NULL;
    if (db_next(rows, &inner))
        return mail_read(rows);
    g_autofree char *id = mail_id_format(mail_id);
    if (inner)
        g_propagate_error(error, g_steal_pointer(&inner));
    else
        g_set_error(error, POSTERN_ERROR, ERROR_NOT_FOUND, "there is no mail %s in a ticket", id);
    return NULL;
}
