#include "gateway/app/finding_words.h"
#include "gateway/app/page.h"
#include "gateway/app/parse_view.h"

#include <postern/base/clock.h>

#include <string.h>

static const char STYLES[] =
    "pre.text{line-height:1.5}pre.tree{line-height:1.3}.reply{font-weight:600}.intro,.quoted{color:#8a8a8a}"
    ".signature,.device,.fine-print{color:#00707d;border-left:3px solid #00707d;padding-left:.4em}"
    "u{text-decoration-color:#c2410c;text-decoration-thickness:2px}p.legend span{margin-right:1.5em}\n"
    "@media(prefers-color-scheme:dark){.signature,.device,.fine-print{color:#5ec8d3}}\n";

static void add_row(GString *page, const char *label, const char *text)
{
    if (!text || !*text)
        return;
    g_string_append(page, "<tr>");
    page_cell(page, NULL, label);
    page_cell(page, NULL, text);
    g_string_append(page, "</tr>\n");
}

static void add_mailboxes(GString *page, const char *label, const GPtrArray *mailboxes)
{
    for (guint i = 0; i < mailboxes->len; i++) {
        const Mailbox *mailbox = mailboxes->pdata[i];
        g_autofree char *text = *mailbox->name ? g_strdup_printf("%s <%s>", mailbox->name, mailbox->address)
                                               : g_strdup(mailbox->address);
        add_row(page, label, text);
    }
}

static void add_lines(GString *page, const char *label, const GPtrArray *lines)
{
    for (guint i = 0; i < lines->len; i++)
        add_row(page, label, lines->pdata[i]);
}

static void add_sender(GString *page, const Reading *reading)
{
    g_autoptr(GPtrArray) from = g_ptr_array_new();
    if (reading->from)
        g_ptr_array_add(from, reading->from);
    add_mailboxes(page, "From", from);
    add_mailboxes(page, "Reply-To", reading->reply_to);
    add_lines(page, "Sender", reading->sender_findings);
    for (guint i = 0; i < reading->authentication->len; i++) {
        g_autofree char *words = parse_authentication_words(reading->authentication->pdata[i]);
        add_row(page, "Proof", words);
    }
}

static void add_bounce(GString *page, const Bounce *bounce)
{
    if (!bounce)
        return;
    add_row(page, "Came back", bounce->original_message_id);
    for (guint i = 0; i < bounce->recipients->len; i++) {
        g_autofree char *words = parse_recipient_words(bounce->recipients->pdata[i]);
        add_row(page, "Recipient", words);
    }
}

static void add_header(GString *page, const Reading *reading)
{
    g_autofree char *date = reading->date_us == DATE_UNKNOWN ? NULL : clock_local(reading->date_us);
    g_autofree char *kind = g_strdup_printf("%s%s", mail_kind_name(reading->kind),
                                            reading->may_answer ? "" : ", may not be answered");
    g_string_append(page, "<table>\n");
    add_row(page, "Date", date);
    add_row(page, "Message-ID", reading->message_id);
    add_sender(page, reading);
    add_mailboxes(page, "To", reading->to);
    add_mailboxes(page, "Cc", reading->cc);
    add_row(page, "Kind", kind);
    add_lines(page, "", reading->kind_reasons);
    add_bounce(page, reading->bounce);
    if (reading->forwarded) {
        add_row(page, "Passes on", reading->forwarded->subject);
        add_row(page, "Written by, as it says", reading->forwarded->from->address);
        add_row(page, "Written on", reading->forwarded->date_text);
    }
    g_string_append(page, "</table>\n");
}

static void add_parts(GString *page, const GPtrArray *parts)
{
    g_string_append(page, "<h2>Parts</h2>\n<pre class=\"tree\">");
    for (guint i = 0; i < parts->len; i++) {
        g_autofree char *branch = parse_part_branch(parts, i);
        g_autofree char *words = parse_part_words(parts->pdata[i]);
        g_string_append(page, branch);
        page_text(page, words);
        g_string_append_c(page, '\n');
    }
    g_string_append(page, "</pre>\n");
}

static void add_attachments(GString *page, const GPtrArray *attachments)
{
    static const char *const columns[] = {"Attachment", "Type", "In truth", "Size", "Out of", "", NULL};
    if (attachments->len == 0)
        return;
    page_table(page, "Attachments", columns);
    for (guint i = 0; i < attachments->len; i++) {
        const Attachment *attachment = attachments->pdata[i];
        g_autofree char *size = g_format_size(attachment->size);
        g_string_append(page, "<tr>");
        page_cell(page, NULL, attachment->name);
        page_cell(page, NULL, attachment->type);
        page_cell(page, NULL, attachment->found_type ? attachment->found_type : "");
        page_cell(page, NULL, size);
        page_cell(page, NULL, attachment->container ? attachment->container : "");
        page_cell(page, NULL, attachment->is_inline ? "inline" : "");
        g_string_append(page, "</tr>\n");
    }
    g_string_append(page, "</table>\n");
}

static void add_invitations(GString *page, const GPtrArray *invitations)
{
    if (invitations->len > 0)
        g_string_append(page, "<h2>Invitations</h2>\n");
    for (guint i = 0; i < invitations->len; i++) {
        g_autofree char *words = invitation_words(invitations->pdata[i]);
        g_string_append(page, "<p>");
        page_text(page, words);
        g_string_append(page, "</p>\n");
    }
}

static void add_findings(GString *page, const GPtrArray *findings)
{
    static const char *const columns[] = {"Finding", "What", "What it means", NULL};
    if (findings->len == 0)
        return;
    page_table(page, "Findings", columns);
    for (guint i = 0; i < findings->len; i++) {
        const Finding *finding = findings->pdata[i];
        const char *meaning = finding_words(finding->code);
        g_string_append(page, "<tr>");
        page_cell(page, NULL, finding->code);
        page_cell(page, NULL, finding->detail);
        page_cell(page, NULL, meaning ? meaning : "");
        g_string_append(page, "</tr>\n");
    }
    g_string_append(page, "</table>\n");
}

static void add_fields(GString *page, const GPtrArray *fields)
{
    static const char *const columns[] = {"Field", "Value", "Rule", "Place", NULL};
    if (fields->len == 0)
        return;
    page_table(page, "Fields", columns);
    for (guint i = 0; i < fields->len; i++) {
        const Field *field = fields->pdata[i];
        g_string_append(page, "<tr>");
        page_cell(page, NULL, field->name);
        page_cell(page, "value", field->value);
        page_cell(page, NULL, field->rule);
        page_cell(page, NULL, field->where);
        g_string_append(page, "</tr>\n");
    }
    g_string_append(page, "</table>\n");
}

static void add_piece(GString *page, const char *text, const ParsePiece *piece)
{
    if (piece->start < piece->end) {
        g_string_append_printf(page, "<span class=\"%s\">", span_role_name(piece->role));
        if (piece->field) {
            g_string_append(page, "<u title=\"");
            page_text(page, piece->field->name);
            g_string_append(page, "\">");
        }
        page_stretch(page, text, piece->start, piece->end);
        g_string_append(page, piece->field ? "</u></span>" : "</span>");
    }
    if (piece->ends_line)
        g_string_append_c(page, '\n');
}

static void add_text(GString *page, const Reading *reading)
{
    g_autoptr(GArray) pieces = parse_pieces(reading);
    g_string_append(page, "<h2>Text</h2>\n<p class=\"legend\">");
    for (guint role = 0; role < SPAN_COUNT; role++)
        g_string_append_printf(page, "<span class=\"%s\">%s</span>", span_role_name((SpanRole)role),
                               parse_role_words((SpanRole)role));
    g_string_append(page, "<u>a field</u></p>\n<pre class=\"text\">");
    for (guint i = 0; i < pieces->len; i++)
        add_piece(page, reading->text, &g_array_index(pieces, ParsePiece, i));
    g_string_append(page, "</pre>\n");
}

char *parse_html(const ParseView *view)
{
    const Reading *reading = view->reading;
    GString *page = page_begin("How a mail is read", STYLES);
    g_string_append(page, "<h1>");
    page_text(page, *reading->subject ? reading->subject : view->name);
    g_string_append(page, "</h1>\n<p>");
    page_text(page, view->name);
    g_string_append(page, "</p>\n");
    add_header(page, reading);
    add_parts(page, reading->parts);
    add_attachments(page, reading->attachments);
    add_invitations(page, reading->invitations);
    add_findings(page, reading->findings);
    add_fields(page, reading->fields);
    add_text(page, reading);
    return page_end(page);
}
