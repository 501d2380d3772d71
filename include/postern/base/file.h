/* Small helpers for files of the admin and for durable writing. */
#pragma once

#include <glib.h>

/* ErrorCode for an errno of a file operation: ENOENT not found, ENOSPC and EDQUOT limit (the disk is
 * full), all else temporary. */
int file_error_code(int saved_errno);

/* Reads a whole file; ERROR_NOT_FOUND, ERROR_LIMIT over `limit_bytes`, else
 * ERROR_TEMPORARY. The result is followed by a NUL that does not count. */
char *file_read(const char *path, gsize limit_bytes, gsize *out_length, GError **error);

/* Writes all bytes, going on after short writes and EINTR. ERROR_FULL
 * when the disk is full, ERROR_TEMPORARY when it fails. */
gboolean file_write_all(int fd, gconstpointer bytes, gsize length, GError **error);

/* Durable: temporary name, fsync, rename, fsync of the folder. */
gboolean file_replace(const char *path, gconstpointer bytes, gsize length, int mode, GError **error);

/* fsync of a folder, so that names made or changed in it survive a power cut. */
gboolean file_sync_folder(const char *path, GError **error);
