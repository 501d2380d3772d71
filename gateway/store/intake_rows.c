#include "gateway/store/store_private.h"

#include <postern/base/error.h>
#include <postern/base/file.h>
#include <postern/base/json.h>
#include <postern/base/mail_id.h>
#include <postern/intake_rows.h>
#include <postern/tickets.h>

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void intake_row_free(IntakeRow *row)
{
    if (!row)
        return;
    envelope_clear(&row->envelope);
    g_clear_pointer(&row->bytes, g_bytes_unref);
    g_free(row->file);
    g_free(row);
}

gint64 store_digest_head(const guint8 sha256[DIGEST_BYTES])
{
    gint64 head;
    memcpy(&head, sha256, sizeof head);
    return GINT64_FROM_BE(head);
}

static gboolean add_raw(Store *store, const Raw *raw, gint64 id, GError **error)
{
    gsize length = 0;
    gconstpointer bytes = raw->bytes ? g_bytes_get_data(raw->bytes, &length) : NULL;
    /* An empty mail is still a mail: GBytes gives NULL for no bytes. */
    return db_run(store->db, error,
                  "INSERT INTO raw (id, digest, sha256, size, bytes, file) VALUES ($1, $2, $3, $4, $5, $6)",
                  "iibibt", id, store_digest_head(raw->sha256), raw->sha256, (gsize)DIGEST_BYTES,
                  (gint64)raw->size, raw->bytes && !bytes ? "" : bytes, length, raw->file);
}

static IntakeRow *row_of(const Raw *raw, const IntakeEnvelope *envelope, gint64 id, const char *recipient)
{
    IntakeRow *row = g_new0(IntakeRow, 1);
    row->envelope = (Envelope){.mail_id = id,
                               .received_us = envelope->received_us,
                               .source = g_strdup(envelope->source),
                               .peer = g_strdup(envelope->peer),
                               .envelope_from = g_strdup(envelope->envelope_from),
                               .recipient = g_strdup(recipient),
                               .is_quiet = envelope->is_quiet};
    row->attempts = 1;
    row->size = raw->size;
    row->bytes = raw->bytes ? g_bytes_ref(raw->bytes) : NULL;
    row->file = g_strdup(raw->file);
    return row;
}

gboolean intake_add(Store *store, const Raw *raw, const IntakeEnvelope *envelope, GPtrArray *out_rows,
                    GError **error)
{
    gint64 raw_id = 0;
    for (guint i = 0; i < envelope->recipients->len; i++) {
        const char *recipient = envelope->recipients->pdata[i];
        gint64 id = mail_id_new();
        if (i == 0 && !add_raw(store, raw, raw_id = id, error))
            return FALSE;
        if (!db_run(
                store->db, error,
                "INSERT INTO intake (id, raw_id, received_us, source, peer, envelope_from, recipient, envid, "
                "is_quiet,"
                " is_released, attempts, lease_us) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 1, $10)",
                "iiitttttii", id, raw_id, envelope->received_us, envelope->source, envelope->peer,
                envelope->envelope_from, recipient, envelope->envid, (gint64)envelope->is_quiet,
                envelope->lease_us))
            return FALSE;
        g_ptr_array_add(out_rows, row_of(raw, envelope, id, recipient));
    }
    return TRUE;
}

static IntakeRow *row_read(DbRows *rows)
{
    IntakeRow *row = g_new0(IntakeRow, 1);
    row->envelope = (Envelope){.mail_id = db_integer(rows, 0),
                               .received_us = db_integer(rows, 1),
                               .source = db_text_dup(rows, 2),
                               .peer = db_text_dup(rows, 3),
                               .envelope_from = db_text_dup(rows, 4),
                               .recipient = db_text_dup(rows, 5),
                               .is_quiet = db_integer(rows, 6) != 0,
                               .is_released = db_integer(rows, 7) != 0,
                               .is_confirmed = db_integer(rows, 7) == INTAKE_CONFIRMED};
    row->attempts = (guint)db_integer(rows, 8);
    row->size = (guint64)db_integer(rows, 9);
    row->file = db_text_dup(rows, 11);
    if (!row->file) {
        gsize length = 0;
        gconstpointer bytes = db_blob(rows, 10, &length);
        row->bytes = g_bytes_new(bytes, length);
    }
    return row;
}

GPtrArray *intake_waiting(Store *store, gint64 after_id, gint64 now_us, guint most, GError **error)
{
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func((GDestroyNotify)intake_row_free);
    g_autoptr(DbRows) rows =
        db_select(store->db, error,
                  "SELECT i.id, i.received_us, i.source, i.peer, i.envelope_from, i.recipient, i.is_quiet, "
                  "i.is_released,"
                  " i.attempts, r.size, r.bytes, r.file FROM intake i JOIN raw r ON r.id = i.raw_id"
                  " WHERE i.fate IS NULL AND i.id > $1 AND i.lease_us <= $2 ORDER BY i.id LIMIT $3",
                  "iii", after_id, now_us, (gint64)most);
    if (!rows)
        return NULL;
    g_autoptr(GError) inner = NULL;
    while (db_next(rows, &inner))
        g_ptr_array_add(found, row_read(rows));
    if (inner) {
        g_propagate_error(error, g_steal_pointer(&inner));
        return NULL;
    }
    return g_steal_pointer(&found);
}

gboolean intake_count_attempt(Store *store, gint64 mail_id, gint64 lease_us, GError **error)
{
    if (!db_run(store->db, error,
                "UPDATE intake SET attempts = attempts + 1, lease_us = $2 WHERE id = $1 AND fate IS NULL",
                "ii", mail_id, lease_us))
        return FALSE;
    if (db_changes(store->db) == 1)
        return TRUE;
    g_set_error(error, POSTERN_ERROR, ERROR_CONFLICT, "the mail is settled already");
    return FALSE;
}

gboolean intake_is_waiting(Store *store, gint64 mail_id, GError **error)
{
    return db_select_integer(store->db, 0, error,
                             "SELECT count(*) FROM intake WHERE id = $1 AND fate IS NULL", "i", mail_id) == 1;
}

static gboolean copy_file(Store *store, const char *file, int fd, GError **error)
{
    int in = raw_open(store->raw_folder, file, error);
    if (in < 0)
        return FALSE;
    g_autofree char *block = g_malloc(65536);
    gboolean ok = TRUE;
    for (ssize_t got; ok && (got = read(in, block, 65536)) != 0;) {
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            g_set_error(error, POSTERN_ERROR, ERROR_TEMPORARY, "%s: cannot read: %s", file,
                        g_strerror(errno));
            ok = FALSE;
        } else {
            ok = file_write_all(fd, block, (gsize)got, error);
        }
    }
    close(in);
    return ok;
}

gboolean intake_copy_raw(Store *store, gint64 mail_id, int fd, GError **error)
{
    g_autoptr(DbRows) rows = db_select(
        store->db, error,
        "SELECT r.bytes, r.file FROM intake i JOIN raw r ON r.id = i.raw_id WHERE i.id = $1", "i", mail_id);
    if (!rows)
        return FALSE;
    g_autoptr(GError) inner = NULL;
    if (!db_next(rows, &inner)) {
        g_autofree char *id = mail_id_format(mail_id);
        if (inner)
            g_propagate_error(error, g_steal_pointer(&inner));
        else
            g_set_error(error, POSTERN_ERROR, ERROR_NOT_FOUND, "there is no mail %s", id);
        return FALSE;
    }
    if (!db_is_null(rows, 1))
        return copy_file(store, db_text(rows, 1), fd, error);
    gsize length = 0;
    gconstpointer bytes = db_blob(rows, 0, &length);
    return file_write_all(fd, bytes, length, error);
}

static gboolean is_stray(Store *store, const char *name, gint64 before_us)
{
    g_autofree char *path = g_build_filename(store->raw_folder, name, NULL);
    struct stat status;
    if (stat(path, &status) != 0 || (gint64)status.st_mtime * G_USEC_PER_SEC >= before_us)
        return FALSE;
    g_autoptr(GError) error = NULL;
    gint64 named =
        db_select_integer(store->db, 1, &error, "SELECT count(*) FROM raw WHERE file = $1", "t", name);
    return !error && named == 0 && unlink(path) == 0;
}

guint intake_sweep(Store *store, gint64 before_us, GError **error)
{
    guint swept = 0;
    g_autoptr(GDir) folder = g_dir_open(store->raw_folder, 0, error);
    for (const char *name; folder && (name = g_dir_read_name(folder));)
        swept += is_stray(store, name, before_us);
    return swept;
}
