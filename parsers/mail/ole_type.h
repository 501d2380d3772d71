/* What a compound file (MS-CFB) is a document of. Private to parsers/mail. */
#pragma once

#include <glib.h>

#define OLE_TYPE "application/x-ole-storage"
#define MSI_TYPE "application/x-msi"

/* Where its directory begins, from its first octets; 0: they do not say. */
guint64 ole_directory(const char *head, gsize length);
/* By the first entries of that directory; OLE_TYPE when they say nothing. A constant. */
const char *ole_type(const char *directory, gsize length);
/* TRUE when the document is enciphered in it: MS-OFFCRYPTO 2.3.4.4. */
gboolean ole_is_locked(const char *directory, gsize length);
/* TRUE when `declared` is a name of the type `found`. */
gboolean ole_agrees(const char *found, const char *declared);
