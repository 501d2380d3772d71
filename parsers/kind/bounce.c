#include "parsers/kind/bounce.h"

#include "parsers/kind/report.h"
#include "parsers/kind/status_words.h"
#include "parsers/kind/words.h"

#include <postern/base/clean.h>
#include <string.h>

static char *own_address(const KindEvidence *evidence)
{
    const char *to = headers_get(evidence->headers, "To", 0);
    gsize length;
    const char *found = to ? find_address(to, to + strlen(to), &length) : NULL;
    return found ? g_strndup(found, length) : NULL;
}

static const char *failed_recipients(const Headers *headers)
{
    static const char *const names[] = {"X-Failed-Recipients", "X-Mailer-Daemon-Recipients"};
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        const char *value = headers_get(headers, names[i], 0);
        if (value)
            return value;
    }
    return NULL;
}

/* A report names a file, a program or a number where the mail went to its end; which address that is, only
 * the header says. */
static void name_only_one(const Headers *headers, Bounce *bounce)
{
    const char *failed = failed_recipients(headers);
    BounceRecipient *only = bounce->recipients->len == 1 ? bounce->recipients->pdata[0] : NULL;
    gsize length;
    const char *found = failed ? find_address(failed, failed + strlen(failed), &length) : NULL;
    if (!only || !found || strchr(only->address, '@'))
        return;
    g_free(only->address);
    only->address = clean_line(found, (gssize)length, 320);
}

static void read_recipients(const KindEvidence *evidence, const char *text, Bounce *bounce)
{
    g_autofree char *own = own_address(evidence);
    if (evidence->delivery_status)
        report_read_fields(bounce, evidence->delivery_status, evidence->returned);
    /* Where the MIME structure broke, the fields are in the text. */
    if (bounce->recipients->len == 0 && strcasestr(text, "\nfinal-recipient:"))
        report_read_fields(bounce, text, NULL);
    if (bounce->recipients->len == 0) {
        report_read_text(bounce, text, failed_recipients(evidence->headers), own);
        return;
    }
    g_autoptr(Bounce) prose = bounce_new();
    g_autofree char *own_words = report_own_words(text), *answer = report_answer(own_words);
    report_read_text(prose, text, NULL, own);
    report_add_words(bounce, prose, answer);
}

/* "Rejected posting to staff@lists.example": some name the recipient in the Subject alone. */
static void read_subject(const KindEvidence *evidence, const char *text, Bounce *bounce)
{
    const char *subject = evidence->subject ? evidence->subject : "";
    gsize length;
    const char *found = find_address(subject, subject + strlen(subject), &length);
    g_autofree char *address = found ? g_strndup(found, length) : NULL, *own = own_address(evidence);
    if (address && g_strcmp0(address, own) != 0)
        report_read_text(bounce, text, address, own);
}

/* "(expanded from <a@b>)", "(generated from a@b)": whom the mail was written to, when its header says so and
 * does not name the one that failed. */
static void name_original(const char *copy, BounceRecipient *recipient)
{
    static const char *const marks[] = {"(expanded from", "(generated from", "(ultimately generated from"};
    for (guint i = 0; recipient->reason && i < G_N_ELEMENTS(marks); i++) {
        const char *mark = strstr(recipient->reason, marks[i]);
        const char *close = mark ? strchr(mark, ')') : NULL;
        gsize length;
        const char *found = close ? find_address(mark, close, &length) : NULL;
        g_autofree char *address = found ? g_strndup(found, length) : NULL;
        if (!address || !strcasestr(copy, address) || strcasestr(copy, recipient->address))
            continue;
        g_free(recipient->address);
        recipient->address = g_steal_pointer(&address);
        return;
    }
}

/* A report that names nobody is about the one the mail was written to; or what it brings back is the true
 * report. */
static void read_returned(const KindEvidence *evidence, const char *text, Bounce *bounce)
{
    if (evidence->returned && strcasestr(evidence->returned, "\nfinal-recipient:"))
        report_read_fields(bounce, evidence->returned, NULL);
    const char *copy = evidence->returned ? evidence->returned : text;
    const char *to = g_ascii_strncasecmp(copy, "To:", 3) == 0 ? copy : strcasestr(copy, "\nto:");
    gsize length;
    const char *line = to ? to + (*to == '\n') : NULL;
    const char *found = line ? find_address(line, line + strcspn(line, "\n"), &length) : NULL;
    if (!found || bounce->recipients->len > 0)
        return;
    g_autofree char *address = g_strndup(found, length);
    report_read_text(bounce, text, address, NULL);
}

/* "Undeliverable mail to bob@b.example: user unknown", and nothing of it in the text. */
static void read_subjects_words(const KindEvidence *evidence, Bounce *bounce)
{
    BounceRecipient *only = bounce->recipients->len == 1 ? bounce->recipients->pdata[0] : NULL;
    if (only && !only->reason && !only->status && evidence->subject &&
        status_detail_from_words(evidence->subject, FALSE))
        only->reason = clean_line(evidence->subject, -1, REPORT_REASON_BYTES);
}

Bounce *bounce_read(const KindEvidence *evidence)
{
    const char *text = evidence->text ? evidence->text : "";
    Bounce *bounce = bounce_new();
    report_read_json(bounce, text);
    if (bounce->recipients->len == 0)
        read_recipients(evidence, text, bounce);
    if (bounce->recipients->len == 0)
        read_subject(evidence, text, bounce);
    if (bounce->recipients->len == 0)
        read_returned(evidence, text, bounce);
    read_subjects_words(evidence, bounce);
    name_only_one(evidence->headers, bounce);
    const char *copy = evidence->returned ? evidence->returned : report_copy(text);
    for (guint i = 0; copy && i < bounce->recipients->len; i++)
        name_original(copy, bounce->recipients->pdata[i]);
    report_complete(bounce, report_outcome(evidence->subject, text));
    if (!bounce->original_message_id)
        bounce->original_message_id = bounce_find_original_id(evidence);
    return bounce;
}

gboolean kind_report_is_late(const char *subject, const char *text)
{
    return report_outcome(subject, text ? text : "") == OUTCOME_DELAYED;
}
