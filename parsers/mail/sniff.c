#include "sniff.h"

#include "ole_type.h"
#include "text_type.h"

#include <string.h>

typedef struct {
    gsize offset, length;
    const char *octets;
    const char *type;
    const char *also; /* words of declared types that are right as well, with blanks between */
} Magic;

#define AT(offset, octets) (offset), sizeof(octets) - 1, (octets)
#define PROGRAM_WINDOWS "application/vnd.microsoft.portable-executable"
#define PROGRAM_ELF "application/x-elf"
#define PROGRAM_MACH "application/x-mach-binary"
#define PROGRAM_SCRIPT "text/x-script"
#define ZIP "application/zip"
#define CMS "application/pkcs7-mime"
/* ISO 9660: behind the first sixteen sectors. */
#define DISC_AT 32769u

static const Magic magics[] = {
    {AT(0, "%PDF-"), "application/pdf", "pdf illustrator"},
    {AT(0, "\x89PNG\r\n\x1a\n"), "image/png", "png"},
    {AT(0, "\xff\xd8\xff"), "image/jpeg", "jpg jpeg jfif"},
    {AT(0, "GIF87a"), "image/gif", ""},
    {AT(0, "GIF89a"), "image/gif", ""},
    {AT(8, "WEBPVP8"), "image/webp", ""},
    {AT(0, "II*\0"), "image/tiff", "tif raw dng cr2 nef"},
    {AT(0, "MM\0*"), "image/tiff", "tif raw dng nef"},
    {AT(0, "\0\0\1\0"), "image/vnd.microsoft.icon", "icon"},
    {AT(4, "ftypheic"), "image/heic", "heif"},
    {AT(4, "ftypmif1"), "image/heif", "heic avif"},
    {AT(4, "ftypavif"), "image/avif", ""},
    {AT(4, "ftypqt"), "video/quicktime", "mp4"},
    {AT(4, "ftypM4A"), "audio/mp4", "mp4 m4a"},
    {AT(4, "ftyp3g"), "video/3gpp", "3gp mp4"},
    {AT(4, "ftyp"), "video/mp4", "audio/ 3gpp quicktime m4v m4a"},
    {AT(0, "\x1a\x45\xdf\xa3"), "video/webm", "matroska mkv"},
    {AT(0, "OggS"), "audio/ogg", "ogg opus"},
    {AT(0, "fLaC"), "audio/flac", ""},
    {AT(0, "ID3"), "audio/mpeg", "mp3"},
    {AT(8, "WAVEfmt"), "audio/wav", "wave x-wav"},
    {AT(8, "AVI LIST"), "video/x-msvideo", "avi"},
    {AT(0, "MZ"), PROGRAM_WINDOWS, "msdownload dosexec exe msdos"},
    {AT(0, "\x7f"
           "ELF"),
     PROGRAM_ELF, "executable sharedlib object"},
    {AT(0, "\xcf\xfa\xed\xfe"), PROGRAM_MACH, "executable"},
    {AT(0, "\xce\xfa\xed\xfe"), PROGRAM_MACH, "executable"},
    {AT(0, "\0asm\1\0\0\0"), "application/wasm", ""},
    {AT(0, "L\0\0\0\1\x14\2\0"), "application/x-ms-shortcut", "lnk"},
    {AT(0, "#!AMR"), "audio/amr", "amr"},
    {AT(0, "%!PS"), "application/postscript", "postscript eps illustrator text/"},
    {AT(0, "\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d"), "application/onenote", "onenote"},
    {AT(40, " EMF"), "image/emf", "emf"},
    {AT(0, "8BPS"), "image/vnd.adobe.photoshop", "photoshop psd"},
    {AT(0, "MSCF"), "application/vnd.ms-cab-compressed", "cab compressed"},
    {AT(0, "ITSF"), "application/vnd.ms-htmlhelp", "chm htmlhelp"},
    {AT(0, "#!/"), PROGRAM_SCRIPT, "text/ shellscript script python perl x-sh"},
    {AT(30, "mimetypeapplication/epub+zip"), "application/epub+zip", ZIP},
    {AT(30, "mimetypeapplication/vnd.oasis.opendocument.text"), "application/vnd.oasis.opendocument.text",
     ZIP " opendocument"},
    {AT(30, "mimetypeapplication/vnd.oasis.opendocument.spreadsheet"),
     "application/vnd.oasis.opendocument.spreadsheet", ZIP " opendocument"},
    {AT(30, "mimetypeapplication/vnd.oasis.opendocument.presentation"),
     "application/vnd.oasis.opendocument.presentation", ZIP " opendocument"},
    {AT(30, "mimetypeapplication/vnd.oasis.opendocument.graphics"),
     "application/vnd.oasis.opendocument.graphics", ZIP " opendocument"},
    {AT(0, "PK\3\4"), ZIP,
     "zip openxml opendocument java android epub vnd. x-jar compressed keynote numbers pages office word "
     "excel"},
    {AT(0, "PK\5\6"), ZIP, "zip compressed"},
    {AT(0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), OLE_TYPE,
     "ms word excel powerpoint office outlook visio vnd. msi"},
    {AT(0, "{\\rtf"), "application/rtf", "rtf word"},
    {AT(0, "\x1f\x8b"), "application/gzip", "gzip tgz compressed"},
    {AT(0, "BZh"), "application/x-bzip2", "bzip compressed"},
    {AT(0, "\xfd"
           "7zXZ\0"),
     "application/x-xz", "xz compressed"},
    {AT(0, "\x28\xb5\x2f\xfd"), "application/zstd", "zstd compressed"},
    {AT(0, "7z\xbc\xaf\x27\x1c"), "application/x-7z-compressed", "7z compressed"},
    {AT(0, "Rar!\x1a\7"), "application/vnd.rar", "rar compressed"},
    {AT(257, "ustar"), "application/x-tar", "tar"},
    {AT(0, "SQLite format 3\0"), "application/vnd.sqlite3", "sqlite"},
    {AT(0, "\xd4\xc3\xb2\xa1"), "application/vnd.tcpdump.pcap", "pcap"},
    {AT(0, "\x0a\x0d\x0d\x0a"), "application/x-pcapng", "pcap"},
    {AT(0, "-----BEGIN PGP MESSAGE-----"), "application/pgp-encrypted", "pgp text/"},
    {AT(0, "-----BEGIN PGP PUBLIC KEY"), "application/pgp-keys", "pgp text/"},
    {AT(0, "-----BEGIN PGP SIGNATURE"), "application/pgp-signature", "pgp text/"},
    {AT(0, "-----BEGIN "), "application/x-pem-file", "pem x509 pkcs pkix text/"},
    {AT(0, "BEGIN:VCALENDAR"), "text/calendar", "calendar ics text/"},
    {AT(0, "BEGIN:VCARD"), "text/vcard", "vcard text/ directory"},
    {AT(0, "wOF2"), "font/woff2", "font woff"},
    {AT(0, "BM"), "image/bmp", "bitmap bmp"},
};

static const Magic markups[] = {
    {AT(0, "<!doctype html"), "text/html", "html text/"}, {AT(0, "<html"), "text/html", "html text/"},
    {AT(0, "<head"), "text/html", "html text/"},          {AT(0, "<body"), "text/html", "html text/"},
    {AT(0, "<svg"), "image/svg+xml", "svg xml text/"},    {AT(0, "<?xml"), "application/xml", "xml text/"},
};

/* What other readers of the content find, and words of declared types that are right as well. */
static const Magic forms[] = {
    {0, 0, NULL, PROGRAM_SCRIPT, "text/ shellscript script python perl x-sh"},
    {0, 0, NULL, "application/json", "json har text/ script"},
    {0, 0, NULL, "message/rfc822", "message/ text/ mbox"},
    {0, 0, NULL, "application/mbox", "message/ text/ mbox"},
    {0, 0, NULL, CMS, "pkcs7 pkcs12 pkix x509"},
    {0, 0, NULL, "application/x-iso9660-image", "iso cd-image disc disk udf"},
};

static gboolean fits(const Magic *magic, const char *head, gsize length)
{
    return magic->offset + magic->length <= length &&
           memcmp(head + magic->offset, magic->octets, magic->length) == 0;
}

/* A file of words: no controls but those of lines; what is cut at the end may be half a character. */
static gboolean is_text(const char *head, gsize length)
{
    for (gsize i = 0; i < length; i++)
        if ((guchar)head[i] < 0x20 && !strchr("\t\n\r\f\x1b", head[i]))
            return FALSE;
    const char *end = NULL;
    return length > 0 && memchr(head, 0, length) == NULL &&
           (g_utf8_validate(head, (gssize)length, &end) || head + length - end < 4);
}

static const char *markup_type(const char *head, gsize length)
{
    gsize from = length >= 3 && memcmp(head, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    while (from < length && g_ascii_isspace(head[from]))
        from++;
    for (gsize i = 0; i < G_N_ELEMENTS(markups); i++)
        if (markups[i].length <= length - from &&
            g_ascii_strncasecmp(head + from, markups[i].octets, markups[i].length) == 0)
            return markups[i].type;
    return NULL;
}

/* Few letters are not enough: "MZ", "BM" and "ID3" begin words, too. */
static gboolean is_sure(const Magic *magic, const char *head, gsize length)
{
    return magic->length > 3 || !is_text(head, length);
}

static gboolean has(const char *head, gsize length, const char *word)
{
    return memmem(head, length, word, strlen(word)) != NULL;
}

/* What is packed in a ZIP is told by the names of its first entries. */
static const char *zip_type(const char *head, gsize length)
{
    static const struct {
        const char *entry, *type;
    } known[] = {
        {"word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
        {"xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
        {"ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
        {"AndroidManifest.xml", "application/vnd.android.package-archive"},
        {"META-INF/", "application/java-archive"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(known); i++)
        if (has(head, length, known[i].entry))
            return known[i].type;
    return ZIP;
}

/* Java's classes and programs of several machines begin alike; behind it stands the version of the one (45
 * and more), the number of machines of the other. */
static const char *babe_type(const char *head, gsize length)
{
    if (length < 8 || memcmp(head, "\xca\xfe\xba\xbe", 4) != 0)
        return NULL;
    return (guchar)head[7] >= 45 ? "application/java-vm" : PROGRAM_MACH;
}

/* Text of one byte a sign, or of two that says so. */
static gboolean is_old_text(const char *head, gsize length)
{
    enum { ENOUGH = 32 };
    gsize letters = 0;
    if (length >= 4 && (memcmp(head, "\xff\xfe", 2) == 0 || memcmp(head, "\xfe\xff", 2) == 0))
        return TRUE;
    for (gsize i = 0; i < length; i++) {
        if (((guchar)head[i] < 0x20 && !strchr("\t\n\r", head[i])) || head[i] == 0x7f)
            return FALSE;
        letters += g_ascii_isalnum(head[i]) || head[i] == ' ';
    }
    return length >= ENOUGH && letters * 4 >= length * 3;
}

/* RFC 5652 3: a sequence that begins with what it holds, signed or enveloped. */
static gboolean is_cms(const char *head, gsize length)
{
    static const char signed_data[] = "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02";
    static const char enveloped[] = "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03";
    const gsize size = sizeof signed_data - 1;
    if (length < 6 + size || (guchar)head[0] != 0x30)
        return FALSE;
    gsize at = 2 + ((guchar)head[1] > 0x80 ? (guchar)head[1] & 7 : 0);
    return at + size <= length &&
           (memcmp(head + at, signed_data, size) == 0 || memcmp(head + at, enveloped, size) == 0);
}

static const char *words_type(const char *head, gsize length)
{
    const char *markup = markup_type(head, length);
    if (markup)
        return markup;
    if (!is_text(head, length))
        return is_old_text(head, length) ? "text/plain" : NULL;
    const char *form = text_type(head, length);
    return form ? form : "text/plain";
}

guint64 sniff_elsewhere(const char *head, gsize length)
{
    guint64 directory = ole_directory(head, length);
    /* A disc begins with sectors that are for others; often they are empty. */
    return directory > 0 ? directory : length > 8 && memcmp(head, "\0\0\0\0\0\0\0\0", 8) == 0 ? DISC_AT : 0;
}

const char *sniff_type(const char *head, gsize length, const char *other, gsize other_length)
{
    const char *babe = babe_type(head, length);
    if (babe)
        return babe;
    for (gsize i = 0; i < G_N_ELEMENTS(magics); i++) {
        if (!fits(&magics[i], head, length) || !is_sure(&magics[i], head, length))
            continue;
        const char *type = magics[i].type;
        return strcmp(type, ZIP) == 0        ? zip_type(head, length)
               : strcmp(type, OLE_TYPE) == 0 ? ole_type(other, other_length)
                                             : type;
    }
    if (is_cms(head, length))
        return CMS;
    if (other_length >= 5 && memcmp(other, "CD001", 5) == 0)
        return "application/x-iso9660-image";
    return words_type(head, length);
}

static gboolean has_word_of(const char *declared, const char *words)
{
    g_auto(GStrv) each = g_strsplit(words, " ", -1);
    for (guint i = 0; each[i]; i++)
        if (*each[i] && strstr(declared, each[i]))
            return TRUE;
    return FALSE;
}

gboolean sniff_agrees(const char *found, const char *declared)
{
    if (strcmp(found, declared) == 0)
        return TRUE;
    /* Words are a form of much that has a name of its own: scripts, keys, logs. */
    if (strcmp(found, "text/plain") == 0)
        return strcmp(declared, "application/octet-stream") != 0 && !g_str_has_prefix(declared, "image/") &&
               !g_str_has_prefix(declared, "audio/") && !g_str_has_prefix(declared, "video/") &&
               strcmp(declared, "application/pdf") != 0;
    if (ole_agrees(found, declared))
        return TRUE;
    gboolean is_zip = g_str_has_prefix(found, "application/vnd.openxmlformats") ||
                      strcmp(found, "application/vnd.android.package-archive") == 0 ||
                      strcmp(found, "application/java-archive") == 0;
    for (gsize i = 0; i < G_N_ELEMENTS(magics); i++)
        if (strcmp(magics[i].type, found) == 0 || (is_zip && strcmp(magics[i].type, ZIP) == 0))
            return has_word_of(declared, magics[i].also);
    for (gsize i = 0; i < G_N_ELEMENTS(markups); i++)
        if (strcmp(markups[i].type, found) == 0)
            return has_word_of(declared, markups[i].also);
    for (gsize i = 0; i < G_N_ELEMENTS(forms); i++)
        if (strcmp(forms[i].type, found) == 0)
            return has_word_of(declared, forms[i].also);
    return FALSE;
}

gboolean sniff_is_program(const char *found)
{
    static const char *const programs[] = {
        PROGRAM_WINDOWS, PROGRAM_ELF, PROGRAM_MACH, "application/java-vm", "application/x-ms-shortcut",
        MSI_TYPE};
    for (gsize i = 0; i < G_N_ELEMENTS(programs); i++)
        if (strcmp(programs[i], found) == 0)
            return TRUE;
    return FALSE;
}
