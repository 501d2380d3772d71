/* Reports in prose (qmail, Exim, sendmail, Postfix, Exchange, Notes, mail services): an address at the
 * beginning of a line, and the words that follow it. */
#include "parsers/kind/report.h"
#include "parsers/kind/status.h"
#include "parsers/kind/words.h"

#include <postern/base/clean.h>
#include <string.h>

/* Here the report ends and the mail that came back begins. */
static const char *const copy_marks[] = {
    "below this line is a copy", "this is a copy of",       "copy of the message",
    "original message follows",  "original message",        "header of the original message",
    "message header follows",    "unsent message follows",  "message headers follow",
    "returned message",          "undelivered message",     "message text follows",
    "----- message header",      "copy of your message",    "here is a copy",
    "message that follows",      "content of your message", "original text",
    "текст сообщения",           "rejected message",        NULL};
static const char *const copy_fields[] = {
    "received:", "return-path:", "mime-version:", "dkim-signature:", "x-received:", NULL};

/* An address there is not one that mail could not reach. */
static const char *const other_labels[] = {"from:",
                                           "reply-to:",
                                           "(expanded from",
                                           "(generated from",
                                           "sender:",
                                           "contact ",
                                           "(ultimately generated",
                                           "please contact",
                                           "postmaster",
                                           "message-id",
                                           "subject:",
                                           "date:",
                                           "reporting-mta",
                                           "id:",
                                           "mail from",
                                           ">>> mail from",
                                           "arrival-date",
                                           NULL};

/* Reports are short; what is behind is the mail that came back, or nothing. */
#define REPORT_TEXT_BYTES (128 * 1024)

typedef struct {
    Bounce *bounce;
    BounceRecipient *current;
    GString *reason;
    gboolean had_blank;
    const char *own_address;
} Prose;

static void settle_reason(Prose *prose)
{
    if (prose->current && prose->reason->len > 0 && !prose->current->reason)
        prose->current->reason =
            clean_line(prose->reason->str, (gssize)prose->reason->len, REPORT_REASON_BYTES);
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

/* Words may stand before the address on its line if they are of this kind. */
static gboolean is_recipient_label(const char *line, gsize length)
{
    static const char *const labels[] = {"recipient",
                                         "recipients",
                                         "failed recipient",
                                         "could not deliver to",
                                         "rcpt to",
                                         "invalid final delivery userid",
                                         "could not be delivered to",
                                         "original address",
                                         "delivery to",
                                         "final-recipient",
                                         "original-recipient",
                                         "failed to deliver to",
                                         "unable to deliver to",
                                         "user unknown",
                                         "undeliverable to",
                                         "not delivered to",
                                         "destinataire",
                                         "empfänger",
                                         "an",
                                         "para",
                                         NULL};
    g_autofree char *label = g_ascii_strdown(line, (gssize)length);
    gsize end = strlen(label);
    while (end > 0 && strchr(" \t:<\"'[(*->", label[end - 1]))
        label[--end] = '\0';
    /* "554 <a@b>... Service unavailable", "<<< 550 <a@b>": the code of the answer may stand first. */
    const char *start = label + strspn(label, " \t*-<>0123456789.");
    if (*start == '\0')
        return TRUE;
    for (const char *const *known = labels; *known; known++)
        if (g_str_equal(start, *known))
            return TRUE;
    return g_str_has_suffix(start, "rfc822;") || g_str_has_suffix(start, "rcpt to");
}

/* "550 5.1.1 <a@b>: no such user", "host x said: 550 …": the words of the other server. */
static gboolean is_server_answer(const char *line)
{
    g_autofree char *code = status_find_smtp_code(line);
    g_autofree char *status = status_find_enhanced(line);
    return code || status;
}

static void take_words(Prose *prose, const char *line, gsize length)
{
    g_autofree char *words = g_strndup(line, length);
    if (prose->reason->len > 2 * REPORT_REASON_BYTES)
        return;
    /* After a blank line only the other server's answer still belongs to this recipient. */
    if (prose->had_blank && prose->reason->len > 0 &&
        (!is_server_answer(words) || is_server_answer(prose->reason->str)))
        return;
    if (prose->had_blank && is_server_answer(words))
        g_string_truncate(prose->reason, 0);
    if (prose->reason->len > 0)
        g_string_append_c(prose->reason, ' ');
    g_string_append(prose->reason, g_strstrip(words));
    prose->had_blank = FALSE;
}

static gboolean take_recipient_line(Prose *prose, const char *line, gsize length)
{
    gsize size;
    const char *found = find_address(line, line + length, &size);
    if (!found || !is_recipient_label(line, (gsize)(found - line)))
        return FALSE;
    const char *after = found + size, *end = line + length;
    /* A sentence that happens to begin with an address would go on with a word. */
    gboolean is_bracketed = found > line && found[-1] == '<';
    if (after < end && !is_bracketed && !strchr(":>.(\"')] \t,;", *after))
        return FALSE;
    g_autofree char *address = g_strndup(found, size);
    BounceRecipient *recipient = recipient_for(prose, address);
    if (!recipient)
        return FALSE;
    /* "RCPT TO:<a@b>:" within the words about that very address. */
    if (recipient == prose->current) {
        take_words(prose, line, length);
        return TRUE;
    }
    settle_reason(prose);
    prose->current = recipient;
    prose->had_blank = FALSE;
    const char *before = found;
    while (before > line && strchr("<\" \t", before[-1]))
        before--;
    if (before > line && g_ascii_isdigit(before[-1]))
        after = line;
    while (after < end && strchr(">:.\"')] \t;", *after))
        after++;
    g_string_append_len(prose->reason, after, end - after);
    return TRUE;
}

static gboolean begins_copy(const char *folded, gboolean has_recipient)
{
    const char *text = folded + strspn(folded, " \t-=*>_");
    gboolean is_marked = text > folded || g_str_has_suffix(folded, ":") || g_str_has_suffix(folded, "-");
    if (is_marked && strlen(folded) < 160 && has_phrase(text, copy_marks))
        return TRUE;
    if (g_str_has_suffix(folded, "follow.") || g_str_has_suffix(folded, "follows."))
        return TRUE;
    return g_str_has_prefix(folded, "received: ") ||
           (has_recipient && begins_with_phrase(folded, copy_fields));
}

/* FALSE at the end of the report. */
static gboolean take_line(Prose *prose, const char *line, gsize length)
{
    g_autofree char *raw = g_strndup(line, MIN(length, 1000));
    g_autofree char *folded = g_ascii_strdown(raw, -1);
    g_strstrip(folded);
    if (begins_copy(folded, prose->bounce->recipients->len > 0))
        return FALSE;
    if (folded[0] == '\0') {
        prose->had_blank = TRUE;
        return TRUE;
    }
    if (begins_with_phrase(folded, other_labels))
        return TRUE;
    if (!take_recipient_line(prose, line, MIN(length, 1000)))
        take_words(prose, line, MIN(length, 1000));
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
        g_autofree char *folded = g_ascii_strdown(line, (gssize)MIN(length, 1000));
        g_strstrip(folded);
        const char *found = find_address(line, line + length, &size);
        if (found && !begins_with_phrase(folded, other_labels)) {
            g_autofree char *address = g_strndup(found, size);
            recipient_for(prose, address);
        }
        line += length + 1;
    }
}

/* What the whole report says, for recipients that no words stand beside: from the first line that tells a
 * cause to the end of its paragraph. */
static char *shared_reason(const char *text, const char *end)
{
    g_autoptr(GString) answer = g_string_new(NULL);
    for (const char *line = text; line < end && answer->len < REPORT_REASON_BYTES;) {
        gsize length = strcspn(line, "\n");
        g_autofree char *words = g_strndup(line, MIN(length, 1000));
        g_strstrip(words);
        if (answer->len > 0 && words[0] == '\0')
            break;
        if (answer->len > 0 || is_server_answer(words) || status_from_words(words))
            g_string_append_printf(answer, "%s%s", answer->len > 0 ? " " : "", words);
        line += length + 1;
    }
    return answer->len > 0 ? clean_line(answer->str, (gssize)answer->len, REPORT_REASON_BYTES) : NULL;
}

static void share_reason(Prose *prose, const char *text, const char *end)
{
    g_autofree char *answer = shared_reason(text, end);
    for (guint i = 0; answer && i < prose->bounce->recipients->len; i++) {
        BounceRecipient *recipient = prose->bounce->recipients->pdata[i];
        if (!recipient->reason && !recipient->status)
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
    g_autoptr(GString) reason = g_string_new(NULL);
    Prose prose = {.bounce = bounce, .reason = reason, .own_address = own_address};
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
    share_reason(&prose, text, end);
}
