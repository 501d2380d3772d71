#include "gateway/store/store_private.h"

#include <postern/base/error.h>
#include <postern/ledger.h>

#include <string.h>

char *fetch_key_format(const FetchKey *key)
{
    return g_strdup_printf("%s:%" G_GINT64_FORMAT ":%u:%u", key->mailbox, key->folder_id, key->uidvalidity,
                           key->uid);
}

void fetch_key_clear(FetchKey *key)
{
    g_clear_pointer(&key->mailbox, g_free);
}

gboolean fetch_key_parse(const char *text, FetchKey *out)
{
    g_auto(GStrv) parts = g_strsplit(text ? text : "", ":", 5);
    guint64 folder, uidvalidity, uid;
    if (g_strv_length(parts) != 4 || !*parts[0] ||
        !g_ascii_string_to_unsigned(parts[1], 10, 1, G_MAXINT64, &folder, NULL) ||
        !g_ascii_string_to_unsigned(parts[2], 10, 0, G_MAXUINT32, &uidvalidity, NULL) ||
        !g_ascii_string_to_unsigned(parts[3], 10, 1, G_MAXUINT32, &uid, NULL))
        return FALSE;
    *out = (FetchKey){g_strdup(parts[0]), (gint64)folder, (guint32)uidvalidity, (guint32)uid};
    return TRUE;
}

static gboolean read_peer(Store *store, const FetchKey *key, char **out_peer, GError **error)
{
    g_autoptr(GError) inner = NULL;
    g_autoptr(DbRows) rows =
        db_select(store->db, &inner, "SELECT name FROM folders WHERE id = $1 AND mailbox = $2", "it",
                  key->folder_id, key->mailbox);
    if (rows && db_next(rows, &inner)) {
        *out_peer =
            g_strdup_printf("mailbox %s, folder %s, UID %u", key->mailbox, db_text(rows, 0), key->uid);
        return TRUE;
    }
    if (inner)
        g_propagate_error(error, g_steal_pointer(&inner));
    else
        g_set_error(error, POSTERN_ERROR, ERROR_NOT_FOUND,
                    "the ledger has no folder %" G_GINT64_FORMAT " of a mailbox '%s'", key->folder_id,
                    key->mailbox);
    return FALSE;
}

gboolean ledger_meet(Store *store, const FetchKey *key, const Raw *raw, gboolean *out_is_known,
                     char **out_peer, GError **error)
{
    g_autoptr(GError) inner = NULL;
    g_autofree char *peer = NULL;
    if (!read_peer(store, key, &peer, error))
        return FALSE;
    *out_is_known = db_select_integer(store->db, 0, &inner,
                                      "SELECT count(*) FROM fetched WHERE folder_id = $1 AND uidvalidity = $2"
                                      " AND uid = $3 AND sha256 = $4 AND state IN ('taken', 'finished')",
                                      "iiib", key->folder_id, (gint64)key->uidvalidity, (gint64)key->uid,
                                      raw->sha256, (gsize)DIGEST_BYTES) > 0;
    if (inner) {
        g_propagate_error(error, g_steal_pointer(&inner));
        return FALSE;
    }
    *out_peer = g_steal_pointer(&peer);
    return TRUE;
}

gboolean ledger_take(Store *store, const FetchKey *key, const Raw *raw, gint64 intake_id, gint64 now_us,
                     GError **error)
{
    return db_run(
        store->db, error,
        "INSERT INTO fetched (folder_id, uidvalidity, uid, state, intake_id, sha256, size, attempts,"
        " next_us, at_us, detail, is_told) VALUES ($1, $2, $3, 'taken', $4, $5, $6, 0, 0, $7, NULL, 1)"
        " ON CONFLICT (folder_id, uidvalidity, uid) DO UPDATE SET state = 'taken',"
        " intake_id = excluded.intake_id, sha256 = excluded.sha256, size = excluded.size,"
        " attempts = 0, next_us = 0, at_us = excluded.at_us, detail = NULL, is_told = 1",
        "iiiibii", key->folder_id, (gint64)key->uidvalidity, (gint64)key->uid, intake_id, raw->sha256,
        (gsize)DIGEST_BYTES, (gint64)raw->size, now_us);
}

gboolean ledger_folder_get(Store *store, const char *mailbox, const char *name, LedgerFolder *out,
                           GError **error)
{
    g_autoptr(GError) inner = NULL;
    g_autoptr(DbRows) rows =
        db_select(store->db, &inner,
                  "SELECT id, uidvalidity, begin_us, begin_uid, done_uid, modseq FROM folders"
                  " WHERE mailbox = $1 AND name = $2",
                  "tt", mailbox, name);
    *out = (LedgerFolder){0};
    if (rows && db_next(rows, &inner))
        *out = (LedgerFolder){.id = db_integer(rows, 0),
                              .uidvalidity = (guint32)db_integer(rows, 1),
                              .begin_us = db_integer(rows, 2),
                              .begin_uid = (guint32)db_integer(rows, 3),
                              .done_uid = (guint32)db_integer(rows, 4),
                              .modseq = (guint64)db_integer(rows, 5)};
    if (!inner)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&inner));
    return FALSE;
}

gboolean ledger_folder_set(Store *store, const char *mailbox, const char *name, LedgerFolder *folder,
                           GError **error)
{
    g_autoptr(GError) inner = NULL;
    g_autoptr(DbRows) rows =
        db_select(store->db, &inner,
                  "INSERT INTO folders (mailbox, name, uidvalidity, begin_us, begin_uid, done_uid, modseq)"
                  " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (mailbox, name) DO UPDATE SET"
                  " uidvalidity = excluded.uidvalidity, begin_us = excluded.begin_us,"
                  " begin_uid = excluded.begin_uid, done_uid = excluded.done_uid, modseq = excluded.modseq"
                  " RETURNING id",
                  "ttiiiii", mailbox, name, (gint64)folder->uidvalidity, folder->begin_us,
                  (gint64)folder->begin_uid, (gint64)folder->done_uid, (gint64)folder->modseq);
    while (rows && db_next(rows, &inner))
        folder->id = db_integer(rows, 0);
    if (!inner)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&inner));
    return FALSE;
}

static FetchedState state_of(const char *word)
{
    if (strcmp(word, "taken") == 0)
        return FETCHED_TAKEN;
    return strcmp(word, "failed") == 0 ? FETCHED_FAILED : FETCHED_TOO_LARGE;
}

static const char *const state_words[] = {
    [FETCHED_TAKEN] = "taken", [FETCHED_FAILED] = "failed", [FETCHED_TOO_LARGE] = "too large"};

/* Columns: uid, state, size, attempts, next_us. */
static FetchedRow row_read(DbRows *rows)
{
    return (FetchedRow){.uid = (guint32)db_integer(rows, 0),
                        .state = state_of(db_text(rows, 1)),
                        .size = (guint64)db_integer(rows, 2),
                        .attempts = (guint)db_integer(rows, 3),
                        .next_us = db_integer(rows, 4)};
}

GArray *ledger_due(Store *store, const LedgerFolder *folder, guint64 message_bytes, gint64 now_us, guint most,
                   GError **error)
{
    g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(FetchedRow));
    g_autoptr(GError) inner = NULL;
    g_autoptr(DbRows) rows = db_select(
        store->db, &inner,
        "SELECT uid, state, size, attempts, next_us FROM fetched WHERE folder_id = $1"
        " AND uidvalidity = $2 AND state <> 'finished' AND next_us <= $3"
        " AND (state <> 'too large' OR size <= $4) ORDER BY uid LIMIT $5",
        "iiiii", folder->id, (gint64)folder->uidvalidity, now_us, (gint64)message_bytes, (gint64)most);
    while (rows && db_next(rows, &inner)) {
        FetchedRow row = row_read(rows);
        g_array_append_val(found, row);
    }
    if (!inner)
        return g_steal_pointer(&found);
    g_propagate_error(error, g_steal_pointer(&inner));
    return NULL;
}

gboolean ledger_next_due(Store *store, const LedgerFolder *folder, gint64 *out_us, GError **error)
{
    g_autoptr(GError) inner = NULL;
    *out_us = db_select_integer(store->db, G_MAXINT64, &inner,
                                "SELECT next_us FROM fetched WHERE folder_id = $1 AND uidvalidity = $2"
                                " AND state <> 'finished' AND state <> 'too large' ORDER BY next_us LIMIT 1",
                                "ii", folder->id, (gint64)folder->uidvalidity);
    if (!inner)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&inner));
    return FALSE;
}

GArray *ledger_known(Store *store, const LedgerFolder *folder, guint32 first_uid, guint32 last_uid,
                     GError **error)
{
    g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(guint32));
    g_autoptr(GError) inner = NULL;
    g_autoptr(DbRows) rows =
        db_select(store->db, &inner,
                  "SELECT uid FROM fetched WHERE folder_id = $1 AND uidvalidity = $2 AND uid >= $3"
                  " AND uid <= $4 ORDER BY uid",
                  "iiii", folder->id, (gint64)folder->uidvalidity, (gint64)first_uid, (gint64)last_uid);
    while (rows && db_next(rows, &inner)) {
        guint32 uid = (guint32)db_integer(rows, 0);
        g_array_append_val(found, uid);
    }
    if (!inner)
        return g_steal_pointer(&found);
    g_propagate_error(error, g_steal_pointer(&inner));
    return NULL;
}

gboolean ledger_row(Store *store, const LedgerFolder *folder, guint32 uid, FetchedRow *out,
                    gboolean *out_found, GError **error)
{
    g_autoptr(GError) inner = NULL;
    g_autoptr(DbRows) rows =
        db_select(store->db, &inner,
                  "SELECT uid, state, size, attempts, next_us FROM fetched WHERE folder_id = $1"
                  " AND uidvalidity = $2 AND uid = $3 AND state <> 'finished'",
                  "iii", folder->id, (gint64)folder->uidvalidity, (gint64)uid);
    *out_found = rows && db_next(rows, &inner);
    if (*out_found)
        *out = row_read(rows);
    if (!inner)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&inner));
    return FALSE;
}

gboolean ledger_finish(Store *store, const LedgerFolder *folder, const guint32 *uids, gsize count,
                       GError **error)
{
    for (gsize i = 0; i < count; i++)
        if (!db_run(store->db, error,
                    "UPDATE fetched SET state = 'finished', detail = NULL, is_told = 1 WHERE folder_id = $1"
                    " AND uidvalidity = $2 AND uid = $3",
                    "iii", folder->id, (gint64)folder->uidvalidity, (gint64)uids[i]))
            return FALSE;
    return TRUE;
}

gboolean ledger_set_aside(Store *store, const LedgerFolder *folder, const FetchedRow *row, const char *detail,
                          gint64 now_us, GError **error)
{
    return db_run(
        store->db, error,
        "INSERT INTO fetched (folder_id, uidvalidity, uid, state, intake_id, sha256, size, attempts,"
        " next_us, at_us, detail, is_told) VALUES ($1, $2, $3, $4, NULL, NULL, $5, $6, $7, $8, $9,"
        " CASE $4 WHEN 'taken' THEN 1 ELSE 0 END)"
        " ON CONFLICT (folder_id, uidvalidity, uid) DO UPDATE SET state = excluded.state,"
        " size = excluded.size, attempts = excluded.attempts, next_us = excluded.next_us,"
        " detail = excluded.detail,"
        " is_told = CASE WHEN fetched.state = excluded.state THEN fetched.is_told ELSE 0 END"
        " WHERE fetched.state <> 'finished' AND (fetched.state = 'taken') = (excluded.state = 'taken')",
        "iiitiiiit", folder->id, (gint64)folder->uidvalidity, (gint64)row->uid, state_words[row->state],
        (gint64)row->size, (gint64)row->attempts, row->next_us, now_us, detail);
}
