#include "evidence.h"

#include "part_text.h"

#include <string.h>

/* Reports are short; of a returned mail the header is what counts. */
#define REPORT_BYTES (64u * 1024)
/* Parts of a report that are looked at although they are labelled as plain text. */
#define PLAIN_PARTS 8u

static char **slot_of(EvidenceTexts *texts, const char *type)
{
    const struct {
        const char *type;
        char **slot;
    } slots[] = {
        {"message/delivery-status", &texts->delivery_status},
        {"message/global-delivery-status", &texts->delivery_status},
        {"message/disposition-notification", &texts->disposition},
        {"message/global-disposition-notification", &texts->disposition},
        {"message/feedback-report", &texts->feedback},
        {"text/rfc822-headers", &texts->returned},
        {"message/rfc822-headers", &texts->returned},
        {"message/global-headers", &texts->returned},
        {"message/rfc822", &texts->returned},
        {"message/global", &texts->returned},
    };
    for (guint i = 0; i < G_N_ELEMENTS(slots); i++)
        if (strcmp(type, slots[i].type) == 0)
            return slots[i].slot;
    return NULL;
}

/* Only mail of machines is worth a look into its plain parts. */
static gboolean may_be_report(Mail *mail)
{
    static const char *const senders[] = {"daemon", "postmaster", "mail delivery", "mail system", "bounce"};
    const char *path = headers_get(mail_headers(mail), "Return-Path", 0);
    const char *from = headers_get(mail_headers(mail), "From", 0);
    if (mail_part(mail, 0)->report_type || (path && strstr(path, "<>")))
        return TRUE;
    for (guint i = 0; from && i < G_N_ELEMENTS(senders); i++)
        if (strcasestr(from, senders[i]))
            return TRUE;
    return FALSE;
}

static gboolean has_field(const char *text, const char *name)
{
    gsize length = strlen(name);
    for (const char *at = text; (at = strcasestr(at, name)); at++)
        if ((at == text || at[-1] == '\n') && at[length] == ':')
            return TRUE;
    return FALSE;
}

/* Fields of a report, and the header of the mail that came back, in parts that are labelled as plain text. */
static void take_plain(EvidenceTexts *texts, char *text)
{
    gboolean is_status = has_field(text, "Final-Recipient") || has_field(text, "Original-Recipient");
    gboolean is_header = !is_status && has_field(text, "Message-ID") && has_field(text, "From");
    char **slot = is_status ? &texts->delivery_status : is_header ? &texts->returned : NULL;
    if (slot && !*slot)
        *slot = text;
    else
        g_free(text);
}

static void read_plain_parts(Mail *mail, EvidenceTexts *out)
{
    guint seen = 0;
    for (guint i = 1; i < mail_part_count(mail) && seen < PLAIN_PARTS; i++) {
        const MailPart *part = mail_part(mail, i);
        if (!part->is_leaf || strcmp(part->type, "text/plain") != 0 ||
            (out->delivery_status && out->returned))
            continue;
        seen++;
        take_plain(out, part_text_plain(mail, i, REPORT_BYTES, NULL, NULL));
    }
}

void evidence_read(Mail *mail, EvidenceTexts *out)
{
    *out = (EvidenceTexts){0};
    for (guint i = 0; i < mail_part_count(mail); i++) {
        const MailPart *part = mail_part(mail, i);
        char **slot = part->is_leaf ? slot_of(out, part->type) : NULL;
        if (slot && !*slot)
            *slot = part_text_plain(mail, i, REPORT_BYTES, NULL, NULL);
    }
    if (mail_part_count(mail) > 1 && (!out->delivery_status || !out->returned) && may_be_report(mail))
        read_plain_parts(mail, out);
}

void evidence_clear(EvidenceTexts *texts)
{
    g_free(texts->delivery_status);
    g_free(texts->disposition);
    g_free(texts->feedback);
    g_free(texts->returned);
    *texts = (EvidenceTexts){0};
}
