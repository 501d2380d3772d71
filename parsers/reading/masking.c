#include "masking.h"

#include <string.h>

typedef struct {
    const ReadingSettings *settings;
    gint64 deadline_us;
    GPtrArray *findings;
} Masking;

static void mask_text(const Masking *masking, char *text)
{
    if (text && *text)
        rules_mask(masking->settings->rules, masking->settings->scratch, text, masking->deadline_us,
                   masking->findings);
}

/* Our own words with a stranger's in them, and names: most have nothing that a machine made, and there may be
 * hundreds. */
static void mask_line(const Masking *masking, char *text)
{
    if (text && strpbrk(text, "0123456789"))
        mask_text(masking, text);
    else if (text)
        rules_cover(masking->settings->scratch, text);
}

static void mask_lines(const Masking *masking, const GPtrArray *lines)
{
    for (guint i = 0; i < lines->len; i++)
        mask_line(masking, lines->pdata[i]);
}

static void mask_mailboxes(const Masking *masking, const GPtrArray *mailboxes)
{
    for (guint i = 0; i < mailboxes->len; i++)
        mask_line(masking, ((Mailbox *)mailboxes->pdata[i])->name);
}

/* The name of an attachment in a place: as that name itself, byte for byte, or the two would part. */
static void mask_where(const Masking *masking, char *where)
{
    char *name = strchr(where, ':');
    if (name)
        mask_text(masking, name + 1);
}

static void mask_places(const Masking *masking, const Reading *reading)
{
    const GPtrArray *lists[] = {reading->fields, reading->losers, reading->other_fields};
    for (guint i = 0; i < G_N_ELEMENTS(lists); i++)
        for (guint k = 0; k < lists[i]->len; k++)
            mask_where(masking, ((Field *)lists[i]->pdata[k])->where);
    for (guint i = 0; i < reading->candidates->len; i++)
        mask_where(masking, ((Candidate *)reading->candidates->pdata[i])->where);
}

static void mask_attachment(const Masking *masking, Attachment *attachment)
{
    mask_text(masking, attachment->name);
    mask_text(masking, attachment->container);
}

/* People name files after what is in them, and programs put keys into names of senders. */
static void mask_names(const Masking *masking, Reading *reading)
{
    Mailbox *people[] = {reading->from, reading->original_from, reading->passed_on_by,
                         reading->forwarded ? reading->forwarded->from : NULL};
    for (guint i = 0; i < G_N_ELEMENTS(people); i++)
        if (people[i])
            mask_text(masking, people[i]->name);
    mask_mailboxes(masking, reading->to);
    mask_mailboxes(masking, reading->cc);
    mask_mailboxes(masking, reading->reply_to);
    for (guint i = 0; i < reading->attachments->len; i++)
        mask_attachment(masking, reading->attachments->pdata[i]);
    for (guint i = 0; i < reading->parts->len; i++)
        mask_text(masking, ((PartNode *)reading->parts->pdata[i])->name);
    mask_places(masking, reading);
}

static gboolean is_found_alike(const GPtrArray *fields, const Field *field)
{
    for (guint i = 0; i < fields->len; i++) {
        const Field *own = fields->pdata[i];
        if (strcmp(own->name, field->name) == 0 && strcmp(own->raw, field->raw) == 0 &&
            strcmp(own->value, field->value) == 0)
            return TRUE;
    }
    return FALSE;
}

/* What is a secret by the one set may be an ordinary value by the other, which saw the bare text. */
static void mask_other(const Masking *masking, const Reading *reading)
{
    for (guint i = 0; i < reading->other_fields->len; i++) {
        Field *field = reading->other_fields->pdata[i];
        if (is_found_alike(reading->fields, field))
            continue;
        mask_text(masking, field->value);
        mask_text(masking, field->raw);
        mask_text(masking, field->where);
    }
    for (guint i = 0; i < reading->other_meanings->len; i++) {
        const GPtrArray *reasons = ((Meaning *)reading->other_meanings->pdata[i])->reasons;
        for (guint j = 0; j < reasons->len; j++)
            rules_cover(masking->settings->scratch, reasons->pdata[j]);
    }
}

/* Masking may add findings: those name rules alone. */
static void mask_findings(const Masking *masking, Reading *reading)
{
    for (guint i = 0, count = reading->findings->len; i < count; i++)
        mask_line(masking, ((Finding *)reading->findings->pdata[i])->detail);
    mask_lines(masking, reading->sender_findings);
    mask_lines(masking, reading->kind_reasons);
    for (guint i = 0; reading->bounce && i < reading->bounce->recipients->len; i++)
        mask_line(masking, ((BounceRecipient *)reading->bounce->recipients->pdata[i])->reason);
}

static void mask_invitations(const Masking *masking, const GPtrArray *invitations)
{
    for (guint i = 0; i < invitations->len; i++) {
        Invitation *invitation = invitations->pdata[i];
        mask_text(masking, invitation->summary);
        mask_text(masking, invitation->location);
    }
}

static void mask_forwarded(const Masking *masking, Forwarded *forwarded)
{
    if (!forwarded)
        return;
    mask_text(masking, forwarded->subject);
    mask_line(masking, forwarded->date_text);
    mask_text(masking, forwarded->comment);
    mask_text(masking, forwarded->text);
}

void masking_run(const ReadingSettings *settings, gint64 deadline_us, Reading *reading)
{
    const Masking masking = {settings, deadline_us, reading->findings};
    char *texts[] = {reading->subject, reading->text, reading->reply, reading->quoted, reading->signature};
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        mask_text(&masking, texts[i]);
    mask_forwarded(&masking, reading->forwarded);
    mask_invitations(&masking, reading->invitations);
    mask_names(&masking, reading);
    mask_findings(&masking, reading);
    mask_other(&masking, reading);
}
