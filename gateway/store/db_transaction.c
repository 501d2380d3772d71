#include "gateway/store/db_private.h"

#include <postern/base/error.h>

/* SQLite appends to one log, and whoever syncs it, from whichever connection, syncs all that stands before.
 * So what is lazy becomes durable with the next commit that is not, and is never lost from the middle. */
static gboolean set_lazy(Db *db, gboolean lazy, GError **error)
{
    if (db->is_lazy == lazy)
        return TRUE;
    if (!db_script(db, lazy ? "PRAGMA synchronous = NORMAL" : "PRAGMA synchronous = FULL", error))
        return FALSE;
    db->is_lazy = lazy;
    return TRUE;
}

/* A file that was moved or replaced under us goes on taking commits, and nobody will ever find them. */
gboolean db_check_place(Db *db, GError **error)
{
    int moved = 0;
    if (sqlite3_file_control(db->handle, "main", SQLITE_FCNTL_HAS_MOVED, &moved) != SQLITE_OK || !moved)
        return TRUE;
    g_set_error(error, POSTERN_ERROR, ERROR_CORRUPT, "store: %s was moved or replaced while in use",
                sqlite3_db_filename(db->handle, "main"));
    return FALSE;
}

static gboolean begin(Db *db, gboolean lazy, DbTransaction *out, GError **error)
{
    if (!db_check_place(db, error) || !set_lazy(db, lazy, error))
        return FALSE;
    /* IMMEDIATE: the lock is waited for here, not in the middle of the work. */
    if (!db_run(db, error, "BEGIN IMMEDIATE", ""))
        return FALSE;
    out->db = db;
    return TRUE;
}

gboolean db_begin(Db *db, DbTransaction *out, GError **error)
{
    return begin(db, FALSE, out, error);
}

gboolean db_begin_lazy(Db *db, DbTransaction *out, GError **error)
{
    return begin(db, TRUE, out, error);
}

gboolean db_commit(DbTransaction *transaction, GError **error)
{
    if (!db_run(transaction->db, error, "COMMIT", ""))
        return FALSE;
    transaction->db = NULL;
    return TRUE;
}

void db_transaction_clear(DbTransaction *transaction)
{
    if (transaction->db && !sqlite3_get_autocommit(transaction->db->handle))
        db_run(transaction->db, NULL, "ROLLBACK", "");
    transaction->db = NULL;
}

gboolean db_savepoint(Db *db, GError **error)
{
    return db_run(db, error, "SAVEPOINT part", "");
}

gboolean db_savepoint_release(Db *db, GError **error)
{
    return db_run(db, error, "RELEASE part", "");
}

gboolean db_savepoint_rollback(Db *db, GError **error)
{
    if (!sqlite3_get_autocommit(db->handle))
        return db_run(db, error, "ROLLBACK TO part", "") && db_run(db, error, "RELEASE part", "");
    g_set_error(error, POSTERN_ERROR, ERROR_TEMPORARY, "store: the whole transaction was rolled back");
    return FALSE;
}
