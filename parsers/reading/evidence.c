#include "evidence.h"

#include "part_text.h"

#include <string.h>

/* Reports are short; of a returned mail the header is what counts. */
#define REPORT_BYTES (64u * 1024)

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
        {"message/global-headers", &texts->returned},
        {"message/rfc822", &texts->returned},
        {"message/global", &texts->returned},
    };
    for (guint i = 0; i < G_N_ELEMENTS(slots); i++)
        if (strcmp(type, slots[i].type) == 0)
            return slots[i].slot;
    return NULL;
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
}

void evidence_clear(EvidenceTexts *texts)
{
    g_free(texts->delivery_status);
    g_free(texts->disposition);
    g_free(texts->feedback);
    g_free(texts->returned);
    *texts = (EvidenceTexts){0};
}
