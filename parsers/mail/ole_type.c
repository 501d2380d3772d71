#include "ole_type.h"

#include "octets.h"

#include <string.h>

/* MS-CFB 2.2: sector shift, first sector of the directory. */
#define SHIFT_AT 30u
#define DIRECTORY_AT 48u
/* MS-CFB 2.6.1: of the root, which is the first entry. */
#define CLASS_AT 80u
#define NAME_BYTES 64u
#define ENTRY_BYTES 128u

/* `stream`: a name in the directory. `code`: the first four octets of the root's class, whose others are
 * those of all classes of that maker. `also`: words of declared types that say the same. */
static const struct {
    const char *stream;
    guint32 code;
    const char *type, *also[4];
} documents[] = {
    {"WordDocument", 0x00020906, "application/msword", {"word", "doc"}},
    {"Workbook", 0x00020820, "application/vnd.ms-excel", {"excel", "xls"}},
    {"Book", 0x00020810, "application/vnd.ms-excel", {"excel", "xls"}},
    {"PowerPoint Document", 0x64818d10, "application/vnd.ms-powerpoint", {"powerpoint", "ppt"}},
    {"__nameid_version1.0", 0x00020d0b, "application/vnd.ms-outlook", {"outlook", "msg"}},
    {"__properties_version1.0", 0x00020d0b, "application/vnd.ms-outlook", {"outlook", "msg"}},
    {"VisioDocument", 0x00021a14, "application/vnd.visio", {"visio"}},
    {NULL, 0x00021a11, "application/vnd.visio", {"visio"}},
    {NULL, 0x00021201, "application/x-mspublisher", {"publisher"}},
    {NULL, 0x000c1084, MSI_TYPE, {"msi"}},
};

guint64 ole_directory(const char *head, gsize length)
{
    static const char magic[] = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
    if (length < DIRECTORY_AT + 4 || memcmp(head, magic, sizeof magic - 1) != 0)
        return 0;
    guint32 shift = octets_little(head + SHIFT_AT, 2), sector = octets_little(head + DIRECTORY_AT, 4);
    return (shift == 9 || shift == 12) && sector < 0xfffffffa ? ((guint64)sector + 1) << shift : 0;
}

/* Names are in UTF-16. */
static gboolean is_named(const char *entry, const char *name)
{
    gsize length = strlen(name);
    for (gsize i = 0; i <= length; i++)
        if (entry[2 * i] != name[i] || entry[2 * i + 1] != '\0')
            return FALSE;
    return 2 * length < NAME_BYTES;
}

static gboolean has_stream(const char *directory, gsize length, const char *name)
{
    for (gsize at = 0; at + ENTRY_BYTES <= length; at += ENTRY_BYTES)
        if (is_named(directory + at, name))
            return TRUE;
    return FALSE;
}

gboolean ole_is_locked(const char *directory, gsize length)
{
    return has_stream(directory, length, "EncryptedPackage");
}

const char *ole_type(const char *directory, gsize length)
{
    guint32 code = length >= ENTRY_BYTES ? octets_little(directory + CLASS_AT, 4) : 0;
    for (gsize i = 0; i < G_N_ELEMENTS(documents); i++) {
        if (code != 0 && code == documents[i].code)
            return documents[i].type;
        if (documents[i].stream && has_stream(directory, length, documents[i].stream))
            return documents[i].type;
    }
    return OLE_TYPE;
}

gboolean ole_agrees(const char *found, const char *declared)
{
    for (gsize i = 0; i < G_N_ELEMENTS(documents); i++)
        for (gsize k = 0; strcmp(documents[i].type, found) == 0 && documents[i].also[k]; k++)
            /* The newer forms have the old words in their names, and are packed otherwise. */
            if (strstr(declared, documents[i].also[k]) && !strstr(declared, "openxml"))
                return TRUE;
    return FALSE;
}
