#include "gateway/store/db.h"

#include <postern/base/error.h>

#include <string.h>

gboolean db_make_append_only(Db *db, const char *table, GError **error)
{
    g_autofree char *sql = g_strdup_printf(
        "CREATE TRIGGER %s_no_update BEFORE UPDATE ON %s BEGIN SELECT RAISE(ABORT, '%s is append-only'); END;"
        "CREATE TRIGGER %s_no_delete BEFORE DELETE ON %s BEGIN SELECT RAISE(ABORT, '%s is append-only'); "
        "END;",
        table, table, table, table, table, table);
    return db_script(db, sql, error);
}

gboolean db_flush(Db *db, GError **error)
{
    g_autoptr(GError) inner = NULL;
    gint64 busy = db_select_integer(db, 1, &inner, "PRAGMA wal_checkpoint(TRUNCATE)", "");
    if (inner)
        g_propagate_error(error, g_steal_pointer(&inner));
    else if (busy)
        g_set_error(error, POSTERN_ERROR, ERROR_TEMPORARY, "store: another process keeps its log in use");
    else
        return TRUE;
    return FALSE;
}

gboolean db_check(Db *db, GError **error)
{
    g_autoptr(DbRows) rows = db_select(db, error, "PRAGMA integrity_check(1)", "");
    if (!rows || !db_next(rows, error))
        return FALSE;
    if (strcmp(db_text(rows, 0), "ok") == 0)
        return TRUE;
    g_set_error(error, POSTERN_ERROR, ERROR_CORRUPT, "store: damaged: %s", db_text(rows, 0));
    return FALSE;
}
