/* Reports in prose (qmail, Exim, sendmail, Postfix, Exchange, Notes, mail services): an address at the
 * beginning of a line, and the words that follow it. */
#include "parsers/kind/prose_line.h"
#include "parsers/kind/report.h"
#include "parsers/kind/report_phrases.h"
#include "parsers/kind/status_words.h"
#include "parsers/kind/words.h"

#include <postern/base/clean.h>
#include <string.h>

/* Reports are short; what is behind is the mail that came back, or nothing. */
#define REPORT_TEXT_BYTES (128 * 1024)
/* Of a longer line the beginning tells. */
#define LINE_BYTES 1000u

typedef struct {
    Bounce *bounce;
    BounceRecipient *current;
    GString *reason;
    GString *reply; /* of a transcript, "<<< 550 no"; about the recipient that the next line names */
    gboolean had_blank;
    gboolean asks; /* the line before leads to somebody who may be asked */
    const char *own_address;
    GPtrArray *siblings; /* borrowed: named with `current` on one line, so its words are theirs */
} Prose;

/* A report may name a recipient twice, for people and for administrators: a server's answer tells more. */
static void settle_one(const Prose *prose, BounceRecipient *recipient)
{
    const GString *reason = prose->reason;
    if (recipient->reason && (report_is_answer(recipient->reason) || !report_is_answer(reason->str)))
        return;
    g_free(recipient->reason);
    recipient->reason = clean_line(reason->str, (gssize)reason->len, REPORT_REASON_BYTES);
}

static void settle_reason(Prose *prose)
{
    if (prose->current && prose->reason->len > 0) {
        settle_one(prose, prose->current);
        for (guint i = 0; i < prose->siblings->len; i++)
            settle_one(prose, prose->siblings->pdata[i]);
    }
    g_ptr_array_set_size(prose->siblings, 0);
    g_string_truncate(prose->reason, 0);
}

static BounceRecipient *known_recipient(const Bounce *bounce, const char *address)
{
    for (guint i = 0; i < bounce->recipients->len; i++) {
        BounceRecipient *recipient = bounce->recipients->pdata[i];
        if (recipient->address && g_ascii_strcasecmp(recipient->address, address) == 0)
            return recipient;
    }
    return NULL;
}

static BounceRecipient *recipient_for(Prose *prose, const char *address)
{
    if (prose->own_address && g_ascii_strcasecmp(address, prose->own_address) == 0)
        return NULL;
    BounceRecipient *recipient = known_recipient(prose->bounce, address);
    if (recipient || prose->bounce->recipients->len >= REPORT_RECIPIENTS)
        return recipient;
    recipient = bounce_recipient_new();
    recipient->address = g_strdup(address);
    g_ptr_array_add(prose->bounce->recipients, recipient);
    return recipient;
}

/* "because:", "The response was:", "** Address not found **", "Message will be retried" tell nothing yet. */
static gboolean is_lead_in(const GString *reason)
{
    return reason->len > 0 && (reason->str[reason->len - 1] == ':' || reason->str[0] == '*' ||
                               g_str_has_prefix(reason->str, "Message will be retried"));
}

/* After a blank line only the other server's answer still belongs to a recipient that words stand beside. */
static gboolean is_about_current(const Prose *prose, const char *words)
{
    const char *had = prose->reason->str;
    return prose->reason->len == 0 || is_lead_in(prose->reason) ||
           (report_is_answer(words) && (!report_is_answer(had) || report_tells_more(words, had)));
}

static void take_words(Prose *prose, const char *line, gsize length)
{
    g_autofree char *words = g_strndup(line, length);
    g_strstrip(words);
    if (prose->reason->len > 2 * REPORT_REASON_BYTES || (prose->had_blank && !is_about_current(prose, words)))
        return;
    if (prose->had_blank)
        g_string_truncate(prose->reason, 0);
    g_string_append_printf(prose->reason, "%s%s", prose->reason->len > 0 ? " " : "", words);
    prose->had_blank = FALSE;
}

/* "<a@b>, <c@d>: 550 no": the others, up to where the words begin. */
static const char *take_siblings(Prose *prose, const char *after, const char *end)
{
    for (;;) {
        const char *at = after;
        while (at < end && strchr(">\"' ", *at))
            at++;
        if (at >= end || !strchr(",;", *at))
            return after;
        for (at++; at < end && strchr("<\"' \t", *at);)
            at++;
        gsize size;
        if (find_address(at, end, &size) != at)
            return after;
        g_autofree char *address = g_strndup(at, size);
        BounceRecipient *recipient = recipient_for(prose, address);
        if (recipient)
            g_ptr_array_add(prose->siblings, recipient);
        after = at + size;
    }
}

static gboolean take_recipient_line(Prose *prose, const char *line, gsize length)
{
    gsize size;
    const char *found = find_address(line, line + length, &size);
    if (!found || !line_is_label(line, (gsize)(found - line)))
        return FALSE;
    const char *after = found + size, *end = line + length;
    /* A sentence that happens to begin with an address would go on with a word. */
    gboolean is_bracketed = found > line && found[-1] == '<';
    if (after < end && !is_bracketed && !strchr(":>.(\"')] \t,;", *after) && (guchar)*after < 0x80)
        return FALSE;
    g_autofree char *address = g_strndup(found, size);
    gboolean is_list = g_str_has_prefix(after, " mailing list");
    gboolean is_asked = prose->asks && address_is_list_helper(address) && after + strspn(after, ". ") >= end;
    BounceRecipient *recipient = is_list || is_asked ? NULL : recipient_for(prose, address);
    if (!recipient)
        return FALSE;
    /* "RCPT TO:<a@b>:" within the words about that very address. */
    if (recipient == prose->current) {
        if (!g_str_has_prefix(line, "<<<"))
            g_string_truncate(prose->reply, 0);
        take_words(prose, line, length);
        return TRUE;
    }
    settle_reason(prose);
    prose->current = recipient;
    prose->had_blank = FALSE;
    after = take_siblings(prose, after, end);
    const char *before = found;
    while (before > line && strchr("<\" \t", before[-1]))
        before--;
    if (before > line && g_ascii_isdigit(before[-1]))
        after = line;
    while (after < end && strchr(">:.\"')] \t;", *after))
        after++;
    if (after == line)
        g_string_append(prose->reason, prose->reply->str);
    g_string_truncate(prose->reply, 0);
    g_string_append_len(prose->reason, after, end - after);
    return TRUE;
}

/* FALSE at the end of the report. */
static gboolean take_line(Prose *prose, const char *line, gsize length)
{
    g_autofree char *raw = g_strndup(line, MIN(length, LINE_BYTES));
    g_autofree char *folded = lower_text(raw, LINE_BYTES);
    g_strstrip(folded);
    if (report_begins_copy(folded, prose->bounce->recipients->len > 0))
        return FALSE;
    if (folded[0] == '\0') {
        prose->had_blank = TRUE;
        return TRUE;
    }
    /* Whom the mail was written to; what stands around the words is taken off at the end. */
    if (prose->current && strstr(folded, "generated from ") && folded[0] == '(') {
        take_words(prose, line, MIN(length, LINE_BYTES));
        return TRUE;
    }
    if (begins_with_phrase(folded, report_other_labels))
        return TRUE;
    if (g_str_has_prefix(folded, "<<< 4") || g_str_has_prefix(folded, "<<< 5"))
        g_string_printf(prose->reply, "%s ", raw);
    if (!take_recipient_line(prose, line, MIN(length, LINE_BYTES)))
        take_words(prose, line, MIN(length, LINE_BYTES));
    /* "… to the list administrator", and "at:" on a line of its own. */
    prose->asks = line_asks(folded) || (prose->asks && strlen(folded) < 10);
    return TRUE;
}

static void add_certain(Prose *prose, const char *failed)
{
    gsize length;
    const char *end = failed + strlen(failed);
    for (const char *at = failed; (at = find_address(at, end, &length)); at += length) {
        /* This text is a raw field, other than the rest of the report. */
        g_autofree char *address = clean_line(at, (gssize)length, 320);
        recipient_for(prose, address);
    }
}

/* No line began with an address: the first one that a server's answer, or else any line, names. */
static void look_anywhere(Prose *prose, const char *text, const char *end)
{
    for (const char *line = text; line < end && prose->bounce->recipients->len == 0;) {
        gsize length = strcspn(line, "\n"), size;
        g_autofree char *raw = g_strndup(line, MIN(length, LINE_BYTES)),
                        *folded = lower_text(raw, LINE_BYTES);
        g_strstrip(folded);
        /* "pipe to |/usr/bin/vacation", and below it "generated by <a@b>". */
        gboolean is_other =
            begins_with_phrase(folded, report_other_labels) && !g_str_has_prefix(folded, "generated by");
        for (const char *at = line; !is_other && prose->bounce->recipients->len == 0; at += size) {
            if (!(at = find_address(at, line + length, &size)))
                break;
            g_autofree char *address = g_strndup(at, size);
            if (!address_is_helper(address) && !line_names_other(line, (gsize)(at - line)))
                recipient_for(prose, address);
        }
        line += length + 1;
    }
}

/* For recipients that no words stand beside; a single one may also have words that tell no cause. */
static void share_answer(Prose *prose, const char *text, const char *end)
{
    g_autofree char *head = g_strndup(text, (gsize)(end - text)), *answer = report_answer(head);
    const GPtrArray *recipients = prose->bounce->recipients;
    for (guint i = 0; answer && i < recipients->len; i++) {
        BounceRecipient *recipient = recipients->pdata[i];
        gboolean is_told = recipient->reason && (recipients->len > 1 || report_is_answer(recipient->reason) ||
                                                 status_detail_from_words(recipient->reason, FALSE));
        if (is_told || recipient->status)
            continue;
        g_free(recipient->reason);
        recipient->reason = g_strdup(answer);
    }
}

/* The place where the report ends. */
static const char *read_lines(Prose *prose, const char *text)
{
    const char *line = text;
    while (*line && line - text < REPORT_TEXT_BYTES) {
        gsize length = strcspn(line, "\n");
        if (!take_line(prose, line, length))
            break;
        line += length + (line[length] == '\n');
    }
    settle_reason(prose);
    return line;
}

void report_read_text(Bounce *bounce, const char *text, const char *failed, const char *own_address)
{
    g_autoptr(GString) reason = g_string_new(NULL), reply = g_string_new(NULL);
    g_autoptr(GPtrArray) siblings = g_ptr_array_new();
    Prose prose = {
        .bounce = bounce, .reason = reason, .reply = reply, .own_address = own_address, .siblings = siblings};
    const char *end = read_lines(&prose, text);
    if (bounce->recipients->len == 0 && failed)
        add_certain(&prose, failed);
    if (bounce->recipients->len == 0)
        look_anywhere(&prose, text, end);
    if (bounce->recipients->len == 0 && own_address) {
        /* People do write to themselves. */
        prose.own_address = NULL;
        read_lines(&prose, text);
    }
    share_answer(&prose, text, end);
}
