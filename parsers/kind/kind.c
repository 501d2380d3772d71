#include <postern/kind.h>

#include "parsers/kind/report.h"
#include "parsers/kind/signs.h"
#include "parsers/kind/words.h"

#include <postern/base/clean.h>
#include <postern/base/limits.h>
#include <string.h>

/* Kinds from the surest to the weakest proof, so that one mail with signs of several gets the one that
 * matters: a report of a bounce goes to its ticket whatever else its headers say. */
static const MailKind precedence[] = {KIND_FEEDBACK,   KIND_RECEIPT, KIND_BOUNCE, KIND_CHALLENGE,
                                      KIND_AUTO_REPLY, KIND_LIST,    KIND_BULK,   KIND_MACHINE};

static MailKind strongest(const Signs *signs)
{
    for (guint i = 0; i < G_N_ELEMENTS(precedence); i++)
        if (signs->weight[precedence[i]] >= SIGN_PROOF)
            return precedence[i];
    return KIND_HUMAN;
}

static char *own_address(const KindEvidence *evidence)
{
    const char *to = headers_get(evidence->headers, "To", 0);
    gsize length;
    const char *found = to ? find_address(to, to + strlen(to), &length) : NULL;
    return found ? g_strndup(found, length) : NULL;
}

static void read_recipients(const KindEvidence *evidence, Bounce *bounce)
{
    const char *text = evidence->text ? evidence->text : "";
    const char *failed = headers_get(evidence->headers, "X-Failed-Recipients", 0);
    g_autofree char *own = own_address(evidence);
    if (evidence->delivery_status)
        report_read_fields(bounce, evidence->delivery_status);
    /* Where the MIME structure broke, the fields are in the text. */
    if (bounce->recipients->len == 0 && strcasestr(text, "\nfinal-recipient:"))
        report_read_fields(bounce, text);
    if (bounce->recipients->len == 0) {
        report_read_text(bounce, text, failed, own);
        return;
    }
    g_autoptr(Bounce) prose = bounce_new();
    report_read_text(prose, text, NULL, own);
    report_add_words(bounce, prose);
}

/* A report that names nobody is about the one the mail was written to. */
static void read_returned_recipient(const KindEvidence *evidence, Bounce *bounce)
{
    const char *copy = evidence->returned ? evidence->returned : evidence->text ? evidence->text : "";
    const char *to = g_ascii_strncasecmp(copy, "To:", 3) == 0 ? copy : strcasestr(copy, "\nto:");
    gsize length;
    const char *line = to ? to + (*to == '\n') : NULL;
    const char *found = line ? find_address(line, line + strcspn(line, "\n"), &length) : NULL;
    if (!found)
        return;
    g_autofree char *address = g_strndup(found, length);
    report_read_text(bounce, evidence->text ? evidence->text : "", address, NULL);
}

static Bounce *read_bounce(const KindEvidence *evidence)
{
    Bounce *bounce = bounce_new();
    read_recipients(evidence, bounce);
    if (bounce->recipients->len == 0)
        read_returned_recipient(evidence, bounce);
    report_complete(bounce);
    g_autofree char *id = evidence->text ? find_message_id(evidence->text) : NULL;
    if (!id && evidence->returned)
        id = find_message_id(evidence->returned);
    bounce->original_message_id = id ? clean_line(id, -1, LIMIT_MESSAGE_ID_BYTES) : NULL;
    return bounce;
}

void kind_judge(const KindEvidence *evidence, Reading *reading)
{
    g_auto(Signs) signs = {0};
    signs_collect(&signs, evidence);
    reading->kind = strongest(&signs);
    reading->may_answer = reading->kind == KIND_HUMAN && !signs.no_answer;
    for (guint i = 0; i < signs.reasons->len; i++)
        g_ptr_array_add(reading->kind_reasons, g_strdup(signs.reasons->pdata[i]));
    g_clear_pointer(&reading->bounce, bounce_free);
    if (reading->kind == KIND_BOUNCE)
        reading->bounce = read_bounce(evidence);
}
