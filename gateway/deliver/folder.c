#include "folder.h"

#include <postern/base/digest.h>
#include <postern/base/error.h>
#include <postern/base/file.h>
#include <postern/base/stop.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Seconds first, as in every Maildir, so that readers sort by age; id and Message-ID make it unique and
 * repeatable (the id alone would not survive a new store beside an old Maildir). */
char *folder_file_name(const OutboxRow *row)
{
    guint8 sum[DIGEST_BYTES];
    const char *message_id = row->message_id ? row->message_id : "";
    digest_of(message_id, strlen(message_id), sum);
    g_autofree char *hex = digest_hex(sum, 8);
    return g_strdup_printf("%" G_GINT64_FORMAT ".O%" G_GINT64_FORMAT "I%s.postern",
                           row->created_us / G_USEC_PER_SEC, row->id, hex);
}

static gboolean fail(GError **error, const char *what, const char *path)
{
    g_set_error(error, POSTERN_ERROR, ERROR_TEMPORARY, "%s: cannot %s: %s", path, what, g_strerror(errno));
    return FALSE;
}

static gboolean make_folders(const char *folder, GError **error)
{
    static const char *const names[] = {"tmp", "new", "cur"};
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = g_build_filename(folder, names[i], NULL);
        if (g_mkdir_with_parents(path, 0700) != 0)
            return fail(error, "make", path);
    }
    return file_sync_folder(folder, error);
}

/* Somebody has seen the earlier copy: mail programs move it to cur and append flags to its name. */
static gboolean is_seen(const char *folder, const char *name)
{
    g_autofree char *path = g_build_filename(folder, "cur", NULL);
    g_autoptr(GDir) cur = g_dir_open(path, 0, NULL);
    gsize length = strlen(name);
    const char *entry;
    while (cur && (entry = g_dir_read_name(cur)))
        if (strncmp(entry, name, length) == 0 && (entry[length] == '\0' || entry[length] == ':'))
            return TRUE;
    return FALSE;
}

static gboolean write_synced(const char *path, GBytes *bytes, GError **error)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return fail(error, "create", path);
    gsize length;
    gconstpointer data = g_bytes_get_data(bytes, &length);
    gboolean ok = file_write_all(fd, data, length, error);
    if (ok && fsync(fd) != 0)
        ok = fail(error, "sync", path);
    if (close(fd) != 0 && ok)
        ok = fail(error, "close", path);
    return ok;
}

static gboolean write_row(const char *folder, const OutboxRow *row, const char *name, GError **error)
{
    g_autofree char *temporary = g_build_filename(folder, "tmp", name, NULL);
    g_autofree char *final = g_build_filename(folder, "new", name, NULL);
    g_autofree char *holder = g_build_filename(folder, "new", NULL);
    if (row->attempts > 0 && is_seen(folder, name))
        return TRUE;
    if (!write_synced(temporary, row->bytes, error)) {
        unlink(temporary);
        return FALSE;
    }
    stop_point("folder-before-rename");
    if (rename(temporary, final) != 0) {
        fail(error, "rename to", final);
        unlink(temporary);
        return FALSE;
    }
    return file_sync_folder(holder, error);
}

static DeliveryResult send_row(const char *folder, const OutboxRow *row)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *name = folder_file_name(row);
    if (!row->bytes)
        return (DeliveryResult){.outcome = DELIVERY_REFUSED,
                                .answer = g_strdup("not written, our fault: it is empty")};
    if (!make_folders(folder, &error) || !write_row(folder, row, name, &error))
        return (DeliveryResult){.outcome = DELIVERY_LATER, .answer = g_strdup(error->message)};
    return (DeliveryResult){.outcome = DELIVERY_SENT, .answer = g_strdup_printf("written to new/%s", name)};
}

void folder_send(const char *folder, const GPtrArray *rows, DeliveryResult *results)
{
    for (guint row = 0; row < rows->len; row++)
        results[row] = send_row(folder, g_ptr_array_index(rows, row));
}
