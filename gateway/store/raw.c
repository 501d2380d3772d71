#include <postern/base/error.h>
#include <postern/base/file.h>
#include <postern/base/limits.h>
#include <postern/base/mail_id.h>
#include <postern/base/stop.h>
#include <postern/raw.h>

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* No rename is needed: the name is unique from the start, and a file that no
 * row names is a stray that the next start sweeps away. */
struct RawWriter {
    char *folder;
    GByteArray *head; /* until LIMIT_RAW_IN_ROW */
    int fd;           /* then the file */
    char *file;
    guint64 size;
    Digest *digest;
};

RawWriter *raw_writer_new(const char *raw_folder)
{
    RawWriter *writer = g_new0(RawWriter, 1);
    writer->folder = g_strdup(raw_folder);
    writer->head = g_byte_array_sized_new(4096);
    writer->fd = -1;
    writer->digest = digest_new();
    return writer;
}

static void unlink_in(const char *folder, const char *file)
{
    g_autofree char *path = g_build_filename(folder, file, NULL);
    unlink(path);
}

void raw_writer_free(RawWriter *writer)
{
    if (!writer)
        return;
    if (writer->fd >= 0)
        close(writer->fd);
    if (writer->file)
        unlink_in(writer->folder, writer->file);
    if (writer->head)
        g_byte_array_unref(writer->head);
    digest_free(writer->digest);
    g_free(writer->file);
    g_free(writer->folder);
    g_free(writer);
}

static gboolean move_to_file(RawWriter *writer, GError **error)
{
    g_autofree char *id = mail_id_format(mail_id_new());
    g_autofree char *name = g_strconcat(id, ".eml", NULL);
    g_autofree char *path = g_build_filename(writer->folder, name, NULL);
    writer->fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (writer->fd < 0) {
        int saved = errno;
        g_set_error(error, POSTERN_ERROR, file_error_code(saved), "%s: cannot create: %s", path,
                    g_strerror(saved));
        return FALSE;
    }
    writer->file = g_steal_pointer(&name);
    stop_point("raw-created");
    if (!file_write_all(writer->fd, writer->head->data, writer->head->len, error))
        return FALSE;
    g_byte_array_set_size(writer->head, 0);
    return TRUE;
}

gboolean raw_writer_add(RawWriter *writer, const char *bytes, gsize length, GError **error)
{
    digest_update(writer->digest, bytes, length);
    writer->size += length;
    if (writer->fd < 0 && writer->size <= LIMIT_RAW_IN_ROW) {
        g_byte_array_append(writer->head, (const guint8 *)bytes, (guint)length);
        return TRUE;
    }
    if (writer->fd < 0 && !move_to_file(writer, error))
        return FALSE;
    return file_write_all(writer->fd, bytes, length, error);
}

Raw *raw_writer_end(RawWriter *writer, GError **error)
{
    g_autoptr(RawWriter) owned = writer;
    if (owned->fd >= 0) {
        int fd = owned->fd;
        owned->fd = -1;
        /* Begins the writing that raw_sync will wait for; should it fail, raw_sync tells. */
        sync_file_range(fd, 0, 0, SYNC_FILE_RANGE_WRITE);
        if (close(fd) != 0) {
            g_set_error(error, POSTERN_ERROR, ERROR_TEMPORARY, "cannot close %s: %s", owned->file,
                        g_strerror(errno));
            return NULL;
        }
    }
    Raw *raw = g_new0(Raw, 1);
    raw->size = owned->size;
    digest_end(g_steal_pointer(&owned->digest), raw->sha256);
    raw->file = g_steal_pointer(&owned->file);
    if (!raw->file)
        raw->bytes = g_byte_array_free_to_bytes(g_steal_pointer(&owned->head));
    return raw;
}

void raw_free(Raw *raw, const char *raw_folder)
{
    if (!raw)
        return;
    if (raw->file && !raw->keep)
        unlink_in(raw_folder, raw->file);
    g_clear_pointer(&raw->bytes, g_bytes_unref);
    g_free(raw->file);
    g_free(raw);
}

int raw_open(const char *raw_folder, const char *file, GError **error)
{
    g_autofree char *path = g_build_filename(raw_folder, file, NULL);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        g_set_error(error, POSTERN_ERROR, errno == ENOENT ? ERROR_CORRUPT : ERROR_TEMPORARY,
                    "%s: cannot open the original mail: %s", path, g_strerror(errno));
    return fd;
}

gboolean raw_sync(const Raw *raw, const char *raw_folder, GError **error)
{
    if (!raw->file)
        return TRUE;
    int fd = raw_open(raw_folder, raw->file, error);
    if (fd < 0)
        return FALSE;
    gboolean ok = fdatasync(fd) == 0;
    int saved = errno;
    ErrorCode code = file_error_code(saved) == ERROR_FULL ? ERROR_FULL : ERROR_CORRUPT;
    if (!ok)
        g_set_error(error, POSTERN_ERROR, (int)code, "%s/%s: cannot sync: %s", raw_folder, raw->file,
                    g_strerror(saved));
    close(fd);
    return ok;
}

gboolean raw_sync_all(const Raw *raw, const char *raw_folder, GError **error)
{
    return !raw->file || (raw_sync(raw, raw_folder, error) && file_sync_folder(raw_folder, error));
}
