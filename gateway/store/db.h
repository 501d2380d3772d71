/* The thin driver under the store: SQLite lives only in db*.c, so that a
 * PostgreSQL driver can stand beside it. SQL above is written for both:
 * parameters $1 … $n, UPSERT, RETURNING, INTEGER (64 bits), TEXT, BLOB; STRICT
 * and BLOB are words that a driver may translate.
 *
 * SQL texts must be literals: prepared statements are kept by their address. */
#pragma once

#include <glib.h>

typedef struct Db Db;
typedef struct DbRows DbRows;

/* Opens or (with `create`) makes the database; `read_only` refuses all writing. */
Db *db_open(const char *path, gboolean create, gboolean read_only, GError **error);
void db_close(Db *db);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Db, db_close)

/* Several statements without parameters (migrations). */
gboolean db_script(Db *db, const char *sql, GError **error);

/* One statement. `types` has a letter a parameter: 'i' gint64, 't' const char * (NULL is null),
 * 'b' gconstpointer and gsize (NULL is null). */
gboolean db_run(Db *db, GError **error, const char *sql, const char *types, ...);

/* Rows of a query: step with db_next until FALSE, then look at `error`; free in every case.
 * Texts and blobs are borrowed until the next step. Only one DbRows a statement at a time. */
DbRows *db_select(Db *db, GError **error, const char *sql, const char *types, ...);
gboolean db_next(DbRows *rows, GError **error);
void db_rows_free(DbRows *rows);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DbRows, db_rows_free)
gint64 db_integer(DbRows *rows, int column);
/* Never NULL: null reads as "". */
const char *db_text(DbRows *rows, int column);
/* Owned copy, NULL for null. */
char *db_text_dup(DbRows *rows, int column);
gconstpointer db_blob(DbRows *rows, int column, gsize *out_length);
gboolean db_is_null(DbRows *rows, int column);

/* The single value of a query without rows to keep: `fallback` when there is no row. */
gint64 db_select_integer(Db *db, gint64 fallback, GError **error, const char *sql, const char *types, ...);

/* Rows changed by the last db_run. */
gint64 db_changes(Db *db);

/* ERROR_CORRUPT when the file was moved or replaced under us; db_begin looks by itself. */
gboolean db_check_place(Db *db, GError **error);

/* A number that changes when another connection commits. */
gint64 db_changed_elsewhere(Db *db);

/* A write transaction that rolls back unless committed, so early returns are safe. */
typedef struct {
    Db *db;
} DbTransaction;
gboolean db_begin(Db *db, DbTransaction *out, GError **error);
/* The same, but its commit waits for no disk: it lasts once anybody commits after a db_begin, and until then
 * a power cut can undo it (the death of a process cannot). */
gboolean db_begin_lazy(Db *db, DbTransaction *out, GError **error);
gboolean db_commit(DbTransaction *transaction, GError **error);
void db_transaction_clear(DbTransaction *transaction);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(DbTransaction, db_transaction_clear)

/* Inside a transaction: one part that can fail without spoiling the rest. */
gboolean db_savepoint(Db *db, GError **error);
gboolean db_savepoint_release(Db *db, GError **error);
/* FALSE when the whole transaction is gone: after some errors (disk full) SQLite rolls all of it back. */
gboolean db_savepoint_rollback(Db *db, GError **error);

/* Refuses UPDATE and DELETE on a table from now on. */
gboolean db_make_append_only(Db *db, const char *table, GError **error);
/* Takes the whole log into the database and empties it. */
gboolean db_flush(Db *db, GError **error);
/* Every page and index; the first trouble in words, as ERROR_CORRUPT. */
gboolean db_check(Db *db, GError **error);
