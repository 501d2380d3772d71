/* Raw mail as it came, byte for byte: small in memory (later in a row), large
 * in a file of the store's raw folder while it comes in. */
#pragma once

#include <postern/base/digest.h>

typedef struct {
    guint64 size;
    guint8 sha256[DIGEST_BYTES];
    GBytes *bytes; /* small mail, or NULL */
    char *file;    /* large mail: base name within the raw folder, or NULL */
    gboolean keep; /* the row is committed: the file stays when this is freed */
} Raw;
/* Removes the file unless `keep`. */
void raw_free(Raw *raw, const char *raw_folder);

typedef struct RawWriter RawWriter;
RawWriter *raw_writer_new(const char *raw_folder);
/* ERROR_FULL when the disk is full, ERROR_TEMPORARY when it fails; the writer then only takes
 * raw_writer_free. */
gboolean raw_writer_add(RawWriter *writer, const char *bytes, gsize length, GError **error);
/* Ends and frees the writer; the file is written and its name exists, but neither is synced yet:
 * raw_sync does that before the commit. NULL on error. */
Raw *raw_writer_end(RawWriter *writer, GError **error);
void raw_writer_free(RawWriter *writer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RawWriter, raw_writer_free)

/* Data of one file to the disk; the folder is synced apart, once for many. ERROR_FULL when the disk is full;
 * any other failed sync is ERROR_CORRUPT, for nobody knows what the disk holds then. */
gboolean raw_sync(const Raw *raw, const char *raw_folder, GError **error);
/* Both at once, for a single mail. */
gboolean raw_sync_all(const Raw *raw, const char *raw_folder, GError **error);
/* Opens a stored file for reading; -1 on error. */
int raw_open(const char *raw_folder, const char *file, GError **error);
