#include "locked.h"

#include "octets.h"
#include "ole_type.h"

#include <string.h>

#define ENTRIES_LOOKED_AT 16u

/* APPNOTE 4.3.7, 4.4.4: folders are not enciphered, so the first entry alone does not tell. */
static gboolean is_locked_zip(const char *head, gsize length)
{
    enum {
        FIXED = 30,
        FLAGS_AT = 6,
        PACKED_AT = 18,
        NAME_AT = 26,
        EXTRA_AT = 28,
        ENCIPHERED = 1,
        SIZE_BEHIND = 8
    };
    gsize at = 0;
    for (guint i = 0; i < ENTRIES_LOOKED_AT && at + FIXED <= length; i++) {
        const char *entry = head + at;
        if (memcmp(entry, "PK\3\4", 4) != 0)
            return FALSE;
        guint32 flags = octets_little(entry + FLAGS_AT, 2);
        if (flags & ENCIPHERED)
            return TRUE;
        if (flags & SIZE_BEHIND)
            return FALSE;
        at += FIXED + octets_little(entry + NAME_AT, 2) + octets_little(entry + EXTRA_AT, 2) +
              octets_little(entry + PACKED_AT, 4);
    }
    return FALSE;
}

/* Only where the list of files is enciphered, too: the block behind the signature says so. */
static gboolean is_locked_rar(const char *head, gsize length)
{
    enum { FLAGS_AT = 10, LIST_ENCIPHERED = 0x80, TYPE_AT = 13, TYPE_ENCRYPTION = 4 };
    if (length > TYPE_AT && memcmp(head, "Rar!\x1a\x07\x01\0", 8) == 0)
        return head[TYPE_AT] == TYPE_ENCRYPTION;
    return length > FLAGS_AT && memcmp(head, "Rar!\x1a\x07\0", 7) == 0 &&
           (guchar)head[FLAGS_AT] & LIST_ENCIPHERED;
}

gboolean locked_file(const char *head, gsize length, const char *other, gsize other_length)
{
    return is_locked_zip(head, length) || is_locked_rar(head, length) ||
           (ole_directory(head, length) > 0 && ole_is_locked(other, other_length));
}
