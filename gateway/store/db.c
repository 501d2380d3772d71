#include "gateway/store/db_private.h"

#include <postern/base/error.h>

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#define BUSY_MS 10000
#define BUSY_STEP_MS 10
#define CACHE_KIB 16384
#define CHECKPOINT_PAGES 8000

struct DbRows {
    Db *db;
    sqlite3_stmt *statement;
};

/* SQLite's codes become the caller's next move here, and nowhere else. */
static ErrorCode code_of(int code, int system_errno)
{
    switch (code & 0xff) {
    case SQLITE_FULL:
        return ERROR_FULL;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return ERROR_CORRUPT;
    case SQLITE_CONSTRAINT:
        return ERROR_CONFLICT;
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
        return ERROR_CONFIG;
    case SQLITE_IOERR:
        if (system_errno == ENOSPC || system_errno == EDQUOT)
            return ERROR_FULL;
        /* After a failed fsync nobody knows what is on the disk. */
        return code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_DIR_FSYNC ? ERROR_CORRUPT : ERROR_TEMPORARY;
    case SQLITE_ERROR:
    case SQLITE_MISUSE:
        return ERROR_CORRUPT;
    default:
        return ERROR_TEMPORARY;
    }
}

static gboolean fail(Db *db, GError **error, const char *what)
{
    int code = sqlite3_extended_errcode(db->handle);
    ErrorCode next = code_of(code, sqlite3_system_errno(db->handle));
    g_set_error(error, POSTERN_ERROR, (int)next, "store: cannot %s: %s%s [%d]", what,
                sqlite3_errmsg(db->handle), next == ERROR_FULL ? " (the disk is full)" : "", code);
    return FALSE;
}

/* The first change to the log is refused at once, whatever the busy timeout, while another process opens the
 * new database as well: gate, senders and fetchers do so together. */
static gboolean use_log(Db *db, GError **error)
{
    for (guint waited_ms = 0; waited_ms < BUSY_MS; waited_ms += BUSY_STEP_MS) {
        if (sqlite3_exec(db->handle, "PRAGMA journal_mode = WAL;", NULL, NULL, NULL) == SQLITE_OK)
            return TRUE;
        if (sqlite3_errcode(db->handle) != SQLITE_BUSY)
            break;
        g_usleep(BUSY_STEP_MS * 1000);
    }
    return fail(db, error, "use its log");
}

static gboolean pragmas(Db *db, gboolean read_only, GError **error)
{
    sqlite3_busy_timeout(db->handle, BUSY_MS);
    /* temp_store: what a savepoint may have to undo is some dozen pages. As a file it cost more writes than
     * the log itself. */
    if (!db_script(db,
                   "PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;"
                   "PRAGMA cache_size = -" G_STRINGIFY(CACHE_KIB) ";",
                   error))
        return FALSE;
    /* synchronous=NORMAL would not sync at commit, and a 250 must last. */
    return read_only ||
           (use_log(db, error) && db_script(db,
                                            "PRAGMA synchronous = FULL;"
                                            "PRAGMA wal_autocheckpoint = " G_STRINGIFY(CHECKPOINT_PAGES) ";",
                                            error));
}

static void statement_free(gpointer statement)
{
    sqlite3_finalize(statement);
}

Db *db_open(const char *path, gboolean create, gboolean read_only, GError **error)
{
    g_autoptr(Db) db = g_new0(Db, 1);
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                (read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE) |
                (create ? SQLITE_OPEN_CREATE : 0);
    db->statements = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, statement_free);
    if (sqlite3_open_v2(path, &db->handle, flags, NULL) != SQLITE_OK) {
        fail(db, error, path);
        return NULL;
    }
    if (!pragmas(db, read_only, error)) {
        g_prefix_error(error, "%s: ", path);
        return NULL;
    }
    return g_steal_pointer(&db);
}

void db_close(Db *db)
{
    if (!db)
        return;
    g_hash_table_unref(db->statements);
    sqlite3_close_v2(db->handle);
    g_free(db);
}

gboolean db_script(Db *db, const char *sql, GError **error)
{
    if (sqlite3_exec(db->handle, sql, NULL, NULL, NULL) == SQLITE_OK)
        return TRUE;
    return fail(db, error, "run a script");
}

/* SQLite numbers "?1", PostgreSQL "$1": the house writes the latter. */
static char *translate(const char *sql)
{
    char *text = g_strdup(sql);
    for (char *at = text; *at; at++)
        if (at[0] == '$' && g_ascii_isdigit(at[1]))
            *at = '?';
    return text;
}

static sqlite3_stmt *prepare(Db *db, const char *sql, GError **error)
{
    sqlite3_stmt *statement = g_hash_table_lookup(db->statements, sql);
    if (statement)
        return statement;
    g_autofree char *text = translate(sql);
    if (sqlite3_prepare_v3(db->handle, text, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) != SQLITE_OK) {
        fail(db, error, "prepare a statement");
        return NULL;
    }
    g_hash_table_insert(db->statements, (gpointer)(guintptr)sql, statement);
    return statement;
}

static int bind_one(sqlite3_stmt *statement, int index, char type, va_list *arguments)
{
    if (type == 'i')
        return sqlite3_bind_int64(statement, index, va_arg(*arguments, gint64));
    if (type == 't')
        return sqlite3_bind_text(statement, index, va_arg(*arguments, const char *), -1, SQLITE_STATIC);
    gconstpointer bytes = va_arg(*arguments, gconstpointer);
    gsize length = va_arg(*arguments, gsize);
    return bytes ? sqlite3_bind_blob64(statement, index, bytes, length, SQLITE_STATIC)
                 : sqlite3_bind_null(statement, index);
}

static sqlite3_stmt *bind(Db *db, GError **error, const char *sql, const char *types, va_list *arguments)
{
    sqlite3_stmt *statement = prepare(db, sql, error);
    for (int i = 0; statement && types[i]; i++) {
        if (bind_one(statement, i + 1, types[i], arguments) == SQLITE_OK)
            continue;
        fail(db, error, "bind a parameter");
        sqlite3_reset(statement);
        return NULL;
    }
    return statement;
}

static void release(sqlite3_stmt *statement)
{
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
}

gboolean db_run(Db *db, GError **error, const char *sql, const char *types, ...)
{
    va_list arguments;
    va_start(arguments, types);
    sqlite3_stmt *statement = bind(db, error, sql, types, &arguments);
    va_end(arguments);
    if (!statement)
        return FALSE;
    int code = sqlite3_step(statement);
    gboolean ok = code == SQLITE_DONE || code == SQLITE_ROW || fail(db, error, "write");
    release(statement);
    return ok;
}

static DbRows *select_rows(Db *db, GError **error, const char *sql, const char *types, va_list *arguments)
{
    sqlite3_stmt *statement = bind(db, error, sql, types, arguments);
    if (!statement)
        return NULL;
    DbRows *rows = g_new0(DbRows, 1);
    rows->db = db;
    rows->statement = statement;
    return rows;
}

DbRows *db_select(Db *db, GError **error, const char *sql, const char *types, ...)
{
    va_list arguments;
    va_start(arguments, types);
    DbRows *rows = select_rows(db, error, sql, types, &arguments);
    va_end(arguments);
    return rows;
}

gboolean db_next(DbRows *rows, GError **error)
{
    int code = sqlite3_step(rows->statement);
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        return fail(rows->db, error, "read");
    return code == SQLITE_ROW;
}

void db_rows_free(DbRows *rows)
{
    if (!rows)
        return;
    release(rows->statement);
    g_free(rows);
}

gint64 db_integer(DbRows *rows, int column)
{
    return sqlite3_column_int64(rows->statement, column);
}

const char *db_text(DbRows *rows, int column)
{
    const char *text = (const char *)sqlite3_column_text(rows->statement, column);
    return text ? text : "";
}

char *db_text_dup(DbRows *rows, int column)
{
    return g_strdup((const char *)sqlite3_column_text(rows->statement, column));
}

gconstpointer db_blob(DbRows *rows, int column, gsize *out_length)
{
    gconstpointer bytes = sqlite3_column_blob(rows->statement, column);
    *out_length = (gsize)sqlite3_column_bytes(rows->statement, column);
    return bytes;
}

gboolean db_is_null(DbRows *rows, int column)
{
    return sqlite3_column_type(rows->statement, column) == SQLITE_NULL;
}

gint64 db_select_integer(Db *db, gint64 fallback, GError **error, const char *sql, const char *types, ...)
{
    va_list arguments;
    va_start(arguments, types);
    g_autoptr(DbRows) rows = select_rows(db, error, sql, types, &arguments);
    va_end(arguments);
    return rows && db_next(rows, error) ? db_integer(rows, 0) : fallback;
}

gint64 db_changes(Db *db)
{
    return sqlite3_changes64(db->handle);
}

gint64 db_changed_elsewhere(Db *db)
{
    return db_select_integer(db, 0, NULL, "PRAGMA data_version", "");
}
