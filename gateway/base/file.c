#include <postern/base/error.h>
#include <postern/base/file.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int file_error_code(int saved_errno)
{
    if (saved_errno == ENOENT)
        return ERROR_NOT_FOUND;
    return saved_errno == ENOSPC || saved_errno == EDQUOT ? ERROR_FULL : ERROR_TEMPORARY;
}

static gboolean fail(GError **error, const char *what, const char *path)
{
    int saved = errno;
    g_set_error(error, POSTERN_ERROR, file_error_code(saved), "%s: cannot %s: %s", path, what,
                g_strerror(saved));
    return FALSE;
}

static char *read_within(int fd, const char *path, gsize limit_bytes, gsize *out_length, GError **error)
{
    GString *text = g_string_new(NULL);
    char block[16384];
    for (;;) {
        ssize_t got = read(fd, block, sizeof block);
        if (got == 0)
            break;
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            fail(error, "read", path);
            g_string_free(text, TRUE);
            return NULL;
        }
        if (text->len + (gsize)got > limit_bytes) {
            g_set_error(error, POSTERN_ERROR, ERROR_LIMIT,
                        "%s: larger than the limit of %" G_GSIZE_FORMAT " bytes", path, limit_bytes);
            g_string_free(text, TRUE);
            return NULL;
        }
        g_string_append_len(text, block, got);
    }
    if (out_length)
        *out_length = text->len;
    return g_string_free(text, FALSE);
}

char *file_read(const char *path, gsize limit_bytes, gsize *out_length, GError **error)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        fail(error, "open", path);
        return NULL;
    }
    char *text = read_within(fd, path, limit_bytes, out_length, error);
    close(fd);
    return text;
}

gboolean file_write_all(int fd, gconstpointer bytes, gsize length, GError **error)
{
    const char *at = bytes;
    while (length > 0) {
        ssize_t wrote = write(fd, at, length);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote < 0) {
            int saved = errno;
            g_set_error(error, POSTERN_ERROR, file_error_code(saved), "cannot write: %s", g_strerror(saved));
            return FALSE;
        }
        at += wrote;
        length -= (gsize)wrote;
    }
    return TRUE;
}

static gboolean write_synced(const char *path, gconstpointer bytes, gsize length, int mode, GError **error)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    if (fd < 0)
        return fail(error, "create", path);
    gboolean ok = file_write_all(fd, bytes, length, error);
    if (ok && fsync(fd) != 0)
        ok = fail(error, "sync", path);
    if (close(fd) != 0 && ok)
        ok = fail(error, "close", path);
    return ok;
}

gboolean file_replace(const char *path, gconstpointer bytes, gsize length, int mode, GError **error)
{
    g_autofree char *temporary = g_strdup_printf("%s.%d.tmp", path, (int)getpid());
    g_autofree char *folder = g_path_get_dirname(path);
    if (!write_synced(temporary, bytes, length, mode, error)) {
        unlink(temporary);
        return FALSE;
    }
    if (rename(temporary, path) != 0) {
        fail(error, "rename to", path);
        unlink(temporary);
        return FALSE;
    }
    return file_sync_folder(folder, error);
}

gboolean file_sync_folder(const char *path, GError **error)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return fail(error, "open", path);
    gboolean ok = fsync(fd) == 0 || fail(error, "sync", path);
    close(fd);
    return ok;
}
