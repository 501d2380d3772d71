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

static const char *signature_kind(const Mail *mail)
{
    for (guint i = 0; i < mail_part_count(mail); i++) {
        const MailPart *part = mail_part(mail, i);
        if (strcmp(part->type, "application/pgp-signature") == 0)
            return "PGP";
        if (is_type_of(part, "application/pkcs7-signature", "application/x-pkcs7-signature"))
            return "S/MIME";
    }
    return NULL;
}

static const char *cipher_kind(const Mail *mail)
{
    for (guint i = 0; i < mail_part_count(mail); i++) {
        const MailPart *part = mail_part(mail, i);
        if (strcmp(part->type, "multipart/encrypted") == 0)
            return "PGP";
        if (part->is_leaf && is_type_of(part, "application/pkcs7-mime", "application/x-pkcs7-mime"))
            return "S/MIME";
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

static gboolean begins_with(const char *text, const char *mark)
{
    return g_str_has_prefix(text + strspn(text, " \t\n"), mark);
}

void protection_note(const Mail *mail, const char *text, GPtrArray *findings)
{
    const char *signature = signature_kind(mail), *cipher = cipher_kind(mail);
    if (!cipher && begins_with(text, MESSAGE_BEGIN))
        cipher = "PGP";
    if (!signature && begins_with(text, SIGNED_BEGIN))
        signature = "PGP";
    if (signature && !has_finding(findings, "signed"))
        finding_add(findings, "signed", "with %s; nobody has checked the signature", signature);
    if (cipher)
        finding_add(findings, "encrypted", "with %s; only who has the key can read it", cipher);
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
