/* An agent's mail is an answer with all that his program put around it: the quoted page with its images,
 * other forms of the same words, signatures of programs, the mail he answers as a file. Only what he attached
 * himself may reach the customer. */
#include "fate.h"

#include <postern/base/limits.h>

#include <string.h>

/* Every mail of ours has this field; some programs attach the mail that is answered. */
#define OWN_MARK "X-Postern-Ticket"

static gboolean is_any(const char *word, const char *const *words)
{
    return g_strv_contains(words, word);
}

/* Forms of what was written, and texts that stand around the parts. */
static gboolean is_body(const MailPart *part, const char *name)
{
    static const char *const forms[] = {"text/x-amp-html", "text/watch-html", "text/rfc822-headers", NULL};
    static const char *const faces[] = {"before-parts.txt", "after-end.txt", NULL};
    return part_is_shown(part) || (!part->name && is_any(part->type, forms)) ||
           (strcmp(part->type, "text/plain") == 0 && is_any(name, faces));
}

/* A mail that is nothing but a text with a name: that text is what was written. */
static gboolean is_only_text(const FateCase *fates, guint index)
{
    for (guint i = 0; i < mail_part_count(fates->mail); i++) {
        const MailPart *part = mail_part(fates->mail, i);
        if (fates->shown->uses[i] == PART_SHOWN && part->is_leaf)
            return FALSE;
        gboolean is_attached = part->disposition && strcmp(part->disposition, "attachment") == 0;
        if (part->is_leaf && g_str_has_prefix(part->type, "text/") && !is_attached)
            return i == index;
    }
    return FALSE;
}

static gboolean is_signature(const MailPart *part)
{
    static const char *const types[] = {"application/pgp-signature", "application/pkcs7-signature",
                                        "application/x-pkcs7-signature", NULL};
    return is_any(part->type, types);
}

/* Outlook's own form of a whole mail, the quoted page included. */
static gboolean is_tnef(const MailPart *part)
{
    static const char *const types[] = {"application/ms-tnef", "application/vnd.ms-tnef", NULL};
    return is_any(part->type, types) || (part->name && g_ascii_strcasecmp(part->name, "winmail.dat") == 0);
}

static gboolean is_mail_file(const MailPart *part, const char *name)
{
    static const char *const endings[] = {".eml", ".msg", ".emlx", ".mht", ".mhtml", ".mbox"};
    if (part->is_message || g_str_has_prefix(part->type, "message/"))
        return TRUE;
    for (guint i = 0; i < G_N_ELEMENTS(endings); i++) {
        gsize length = strlen(name), ending = strlen(endings[i]);
        if (length > ending && g_ascii_strcasecmp(name + length - ending, endings[i]) == 0)
            return TRUE;
    }
    return FALSE;
}

/* Outlook's files keep headers in UTF-16. */
static gboolean has_own_mark(const char *bytes, gsize length)
{
    char wide[2 * sizeof OWN_MARK] = {0};
    gsize size = strlen(OWN_MARK);
    for (gsize i = 0; i < size; i++)
        wide[2 * i] = OWN_MARK[i];
    return memmem(bytes, length, OWN_MARK, size) || memmem(bytes, length, wide, 2 * size);
}

static gboolean is_own_mail(const FateCase *fates, guint index, const char *name)
{
    if (!is_mail_file(mail_part(fates->mail, index), name))
        return FALSE;
    gsize length;
    gboolean is_cut;
    g_autofree char *bytes = mail_part_bytes(fates->mail, index, LIMIT_CONTENT_BYTES, &length, &is_cut);
    return is_cut || has_own_mark(bytes, length);
}

static Fate fate_of_answer(const FateCase *fates, guint index, const char *name, BodyImageUse use)
{
    const MailPart *part = mail_part(fates->mail, index);
    if (use == IMAGE_QUOTED || (use == IMAGE_OWN && fates->has_html))
        return FATE_DROPPED;
    if (is_body(part, name) || is_signature(part) || is_only_text(fates, index))
        return FATE_DROPPED;
    return part->is_raw || is_tnef(part) || is_own_mail(fates, index, name) ? FATE_LEFT_OUT : FATE_SENT;
}

Fate fate_of(const FateCase *fates, guint index, const char *name, BodyImageUse use)
{
    if (use == IMAGE_SHOWN)
        return FATE_INLINE;
    return fates->is_answer ? fate_of_answer(fates, index, name, use) : FATE_SENT;
}
