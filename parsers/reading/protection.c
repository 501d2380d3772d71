#include "protection.h"

#include <string.h>

#define SIGNED_BEGIN "-----BEGIN PGP SIGNED MESSAGE-----"
#define SIGNATURE_BEGIN "-----BEGIN PGP SIGNATURE-----"
#define SIGNATURE_END "-----END PGP SIGNATURE-----"
#define MESSAGE_BEGIN "-----BEGIN PGP MESSAGE-----"

static gboolean is_type_of(const MailPart *part, const char *a, const char *b)
{
    return strcmp(part->type, a) == 0 || strcmp(part->type, b) == 0;
}

static gboolean has_ending(const MailPart *part, const char *ending)
{
    gsize length = part->name ? strlen(part->name) : 0, size = strlen(ending);
    return length > size && g_ascii_strcasecmp(part->name + length - size, ending) == 0;
}

/* Gateways that know no other types call it octets; its name stays. */
static const char *signature_by_name(const Mail *mail, const MailPart *part)
{
    if (strcmp(part->type, "application/octet-stream") != 0)
        return NULL;
    if (has_ending(part, ".p7s"))
        return "S/MIME";
    const MailPart *above = mail_part(mail, part->parent);
    return has_ending(part, ".asc") && strcmp(above->type, "multipart/signed") == 0 ? "PGP" : NULL;
}

static const char *signature_kind(const Mail *mail)
{
    for (guint i = 0; i < mail_part_count(mail); i++) {
        const MailPart *part = mail_part(mail, i);
        if (strcmp(part->type, "application/pgp-signature") == 0)
            return "PGP";
        if (is_type_of(part, "application/pkcs7-signature", "application/x-pkcs7-signature"))
            return "S/MIME";
        const char *named = signature_by_name(mail, part);
        if (named)
            return named;
    }
    return NULL;
}

/* What CMS says it holds: the object identifier stands at the beginning (RFC 5652, RFC 5083). */
typedef enum { CMS_NONE, CMS_SIGNED, CMS_ENVELOPED } CmsContent;

static gboolean has_identifier(const char *head, gsize length, const char *identifier, gsize size)
{
    return memmem(head, length, identifier, size) != NULL;
}

static CmsContent cms_content(Mail *mail, guint index)
{
    enum { HEAD = 40 };
    static const char signed_data[] = "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02";
    static const char enveloped[] = "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03";
    static const char sealed[] = "\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17";
    const MailPart *part = mail_part(mail, index);
    gsize length;
    gboolean is_named = has_ending(part, ".p7m");
    if (!part->is_leaf ||
        (!is_named && !is_type_of(part, "application/pkcs7-mime", "application/x-pkcs7-mime")))
        return CMS_NONE;
    g_autofree char *head = mail_part_bytes(mail, index, HEAD, &length, NULL);
    if (has_identifier(head, length, signed_data, sizeof signed_data - 1))
        return CMS_SIGNED;
    return has_identifier(head, length, enveloped, sizeof enveloped - 1) ||
                   has_identifier(head, length, sealed, sizeof sealed - 1)
               ? CMS_ENVELOPED
               : CMS_NONE;
}

static gboolean has_cms(Mail *mail, CmsContent content)
{
    for (guint i = 0; i < mail_part_count(mail); i++)
        if (cms_content(mail, i) == content)
            return TRUE;
    return FALSE;
}

static const char *cipher_kind(Mail *mail)
{
    /* A gateway that takes the multipart apart leaves its first part behind (RFC 3156 4). */
    for (guint i = 0; i < mail_part_count(mail); i++)
        if (is_type_of(mail_part(mail, i), "multipart/encrypted", "application/pgp-encrypted"))
            return "PGP";
    return has_cms(mail, CMS_ENVELOPED) ? "S/MIME" : NULL;
}

/* RFC 9580 4.2, 5.1, 5.3: a key for somebody, or what a password opens, begins a cipher. */
static gboolean is_pgp_cipher(const char *head, gsize length)
{
    static const struct {
        guchar tag, version_at, version;
    } packets[] = {{0x84, 2, 3}, {0x85, 3, 3}, {0xc1, 2, 3}, {0x8c, 2, 4}, {0xc3, 2, 4}, {0xc3, 2, 6}};
    if (length >= strlen(MESSAGE_BEGIN) && memcmp(head, MESSAGE_BEGIN, strlen(MESSAGE_BEGIN)) == 0)
        return TRUE;
    for (guint i = 0; length > 3 && i < G_N_ELEMENTS(packets); i++)
        if ((guchar)head[0] == packets[i].tag && (guchar)head[packets[i].version_at] == packets[i].version)
            return TRUE;
    return FALSE;
}

/* A file that is enciphered by itself, beside words that are not. */
static const MailPart *cipher_file(Mail *mail)
{
    enum { HEAD = 64 };
    for (guint i = 0; i < mail_part_count(mail); i++) {
        const MailPart *part = mail_part(mail, i);
        if (!part->is_leaf ||
            !(has_ending(part, ".asc") || has_ending(part, ".gpg") || has_ending(part, ".pgp")))
            continue;
        gsize length;
        g_autofree char *head = mail_part_bytes(mail, i, HEAD, &length, NULL);
        if (is_pgp_cipher(head, length))
            return part;
    }
    return NULL;
}

static gboolean has_finding(const GPtrArray *findings, const char *code)
{
    for (guint i = 0; i < findings->len; i++)
        if (strcmp(((const Finding *)findings->pdata[i])->code, code) == 0)
            return TRUE;
    return FALSE;
}

/* On a line of its own; a quoted one is somebody else's. */
static gboolean has_line(const char *text, const char *mark)
{
    const char *at = strstr(text, mark);
    return at && (at == text || at[-1] == '\n');
}

void protection_note(Mail *mail, const char *text, GPtrArray *findings)
{
    const char *signature = signature_kind(mail), *cipher = cipher_kind(mail);
    if (!cipher && has_line(text, MESSAGE_BEGIN))
        cipher = "PGP";
    if (!signature && has_line(text, SIGNED_BEGIN))
        signature = "PGP";
    if (signature && !has_finding(findings, "signed"))
        finding_add(findings, "signed", "with %s; nobody has checked the signature", signature);
    if (!has_finding(findings, "signed") && has_cms(mail, CMS_SIGNED))
        finding_add(findings, "signed",
                    "with S/MIME, in a part of the mail; what is sealed in it is attached, and not shown");
    if (cipher)
        finding_add(findings, "encrypted", "with %s; only who has the key can read it", cipher);
    const MailPart *file = cipher ? NULL : cipher_file(mail);
    if (file)
        finding_add(findings, "encrypted", "'%s', with PGP; only who has the key can read it", file->name);
}

static const char *next_line(const char *at)
{
    const char *end = strchr(at, '\n');
    return end ? end + 1 : at + strlen(at);
}

/* RFC 4880 7.1: "- " stands before lines that would look like armour. */
static void append_lines(GString *out, const char *from, const char *end)
{
    for (const char *line = from; line < end; line = next_line(line)) {
        const char *shown = g_str_has_prefix(line, "- ") ? line + 2 : line;
        g_string_append_len(out, shown, next_line(line) - shown);
    }
}

char *protection_bare_text(const char *text, char **out_armour)
{
    const char *begin = text + strspn(text, " \t\n");
    const char *body = strstr(begin, "\n\n"), *signature = strstr(begin, "\n" SIGNATURE_BEGIN);
    if (!g_str_has_prefix(begin, SIGNED_BEGIN) || !body || !signature || signature < body)
        return NULL;
    signature++;
    const char *end = strstr(signature, SIGNATURE_END);
    const char *after = end ? next_line(end) : text + strlen(text);
    GString *bare = g_string_new(NULL);
    append_lines(bare, body + 2, signature);
    g_string_append(bare, after);
    g_autofree char *head = g_strndup(begin, (gsize)(body + 1 - begin));
    g_autofree char *tail = g_strndup(signature, (gsize)(after - signature));
    *out_armour = g_strconcat(head, tail, NULL);
    return g_string_free(bare, FALSE);
}
