#include "gateway/store/store_private.h"

#include <postern/base/error.h>
#include <postern/base/file.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static gboolean make_folder(const char *path, GError **error)
{
    if (g_mkdir_with_parents(path, 0700) == 0)
        return TRUE;
    g_set_error(error, POSTERN_ERROR, ERROR_CONFIG, "%s: cannot create the folder: %s", path,
                g_strerror(errno));
    return FALSE;
}

static gboolean check_present(const char *folder, const char *path, GError **error)
{
    if (access(path, F_OK) == 0)
        return TRUE;
    g_set_error(
        error, POSTERN_ERROR, ERROR_CONFIG,
        "%s: there is no store here yet; 'postern serve' makes it, or mend 'store:' in the configuration",
        folder);
    return FALSE;
}

/* An empty database beside originals is no new store but the rest of one: began anew, all would look well,
 * and the originals would be swept away as strays. The database is there before the folder is made. */
static gboolean check_rest(const Store *store, const char *path, GError **error)
{
    struct stat status;
    if (access(store->raw_folder, F_OK) != 0 || (stat(path, &status) == 0 && status.st_size > 0))
        return TRUE;
    g_set_error(
        error, POSTERN_ERROR, ERROR_CORRUPT,
        "%s: missing or empty, but the originals in %s belong to it; bring back a backup of it, or move the"
        " whole folder away to begin anew",
        path, store->raw_folder);
    return FALSE;
}

/* Left behind by a failed sync: what SQLite believes may not be what the disk holds. The log may have a hole
 * that only memory hides, and what is appended behind it would be lost with it in a power cut: so it is
 * emptied first. */
static gboolean check_if_marked(Store *store, GError **error)
{
    g_autofree char *mark = g_build_filename(store->folder, "check-needed", NULL);
    if (access(mark, F_OK) != 0)
        return TRUE;
    return db_flush(store->db, error) && db_check(store->db, error) && (unlink(mark) == 0 || errno == EROFS);
}

/* SQLite gives its other files the mode of the first, which must be right before it makes any. */
static gboolean make_database(const char *path, GError **error)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd >= 0) {
        close(fd);
        return TRUE;
    }
    g_set_error(error, POSTERN_ERROR, ERROR_CONFIG, "%s: cannot create: %s", path, g_strerror(errno));
    return FALSE;
}

/* A mail in it is only as durable as the folder itself. */
static gboolean make_raw_folder(const Store *store, GError **error)
{
    if (access(store->raw_folder, F_OK) == 0)
        return TRUE;
    return make_folder(store->raw_folder, error) && file_sync_folder(store->folder, error);
}

static gboolean prepare(Store *store, StoreMode mode, GError **error)
{
    if (mode == STORE_READ)
        return TRUE;
    return make_raw_folder(store, error) && store_migrate(store, error) && check_if_marked(store, error);
}

Store *store_open(const char *folder, StoreMode mode, GError **error)
{
    g_autoptr(Store) store = g_new0(Store, 1);
    store->folder = g_strdup(folder);
    store->raw_folder = g_build_filename(folder, "raw", NULL);
    g_autofree char *path = g_build_filename(folder, "postern.db", NULL);
    if (mode == STORE_CREATE && (!make_folder(folder, error) || !make_database(path, error)))
        return NULL;
    if (!check_rest(store, path, error))
        return NULL;
    if (mode != STORE_CREATE && !check_present(folder, path, error))
        return NULL;
    store->db = db_open(path, mode == STORE_CREATE, mode == STORE_READ, error);
    if (!store->db || !prepare(store, mode, error))
        return NULL;
    chmod(path, 0600);
    return g_steal_pointer(&store);
}

void store_close(Store *store)
{
    if (!store)
        return;
    db_close(store->db);
    g_free(store->folder);
    g_free(store->raw_folder);
    g_free(store);
}

const char *store_raw_folder(const Store *store)
{
    return store->raw_folder;
}

static gboolean check_file(const Store *store, const char *file, gint64 size, GError **error)
{
    g_autofree char *path = g_build_filename(store->raw_folder, file, NULL);
    struct stat status;
    if (stat(path, &status) == 0 && status.st_size == size)
        return TRUE;
    g_set_error(error, POSTERN_ERROR, ERROR_CORRUPT,
                "%s: the original of a mail is missing or not as long as it was", path);
    return FALSE;
}

static gboolean check_files(Store *store, GError **error)
{
    g_autoptr(GError) inner = NULL;
    g_autoptr(DbRows) rows =
        db_select(store->db, &inner, "SELECT file, size FROM raw WHERE file IS NOT NULL", "");
    gboolean ok = TRUE;
    while (ok && rows && db_next(rows, &inner))
        ok = check_file(store, db_text(rows, 0), db_integer(rows, 1), &inner);
    if (!inner)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&inner));
    return FALSE;
}

gboolean store_check(Store *store, GError **error)
{
    return db_check(store->db, error) && check_files(store, error);
}

void store_mark_for_check(const char *folder)
{
    g_autofree char *mark = g_build_filename(folder, "check-needed", NULL);
    int fd = open(mark, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (fd >= 0)
        close(fd);
}

gboolean store_add_event(Store *store, gint64 ticket_id, gint64 mail_id, gint64 at_us, const char *what,
                         const char *who, const char *detail, GError **error)
{
    return db_run(
        store->db, error,
        "INSERT INTO events (ticket_id, mail_id, at_us, what, who, detail) VALUES ($1, $2, $3, $4, $5, $6)",
        "iiittt", ticket_id, mail_id, at_us, what, who, detail ? detail : "");
}

gboolean store_begin(Store *store, GError **error)
{
    DbTransaction ignored;
    return db_begin(store->db, &ignored, error);
}

gboolean store_begin_lazy(Store *store, GError **error)
{
    DbTransaction ignored;
    return db_begin_lazy(store->db, &ignored, error);
}

gboolean store_commit(Store *store, GError **error)
{
    DbTransaction transaction = {store->db};
    return db_commit(&transaction, error);
}

void store_rollback(Store *store)
{
    DbTransaction transaction = {store->db};
    db_transaction_clear(&transaction);
}

gboolean store_part_begin(Store *store, GError **error)
{
    return db_savepoint(store->db, error);
}

gboolean store_part_end(Store *store, gboolean keep, GError **error)
{
    return keep ? db_savepoint_release(store->db, error) : db_savepoint_rollback(store->db, error);
}

gboolean store_changed_elsewhere(Store *store)
{
    gint64 version = db_changed_elsewhere(store->db);
    gboolean changed = version != store->seen_version;
    store->seen_version = version;
    return changed;
}
