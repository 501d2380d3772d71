#include "gateway/app/command.h"
#include "gateway/app/explain.h"
#include "gateway/app/finding_words.h"
#include "gateway/app/parse_view.h"

#include <postern/base/clean.h>
#include <postern/base/clock.h>

#include <stdio.h>
#include <string.h>

#define LOSER_BYTES 100u /* of a value that is shown in passing */

/* Before each line, so that it can be told without colours. */
static const char *const margins[] = {
    [SPAN_REPLY] = "| ",     [SPAN_INTRO] = ": ",  [SPAN_QUOTED] = ". ",
    [SPAN_SIGNATURE] = "~ ", [SPAN_DEVICE] = "~ ", [SPAN_FINE_PRINT] = "~ "};
G_STATIC_ASSERT(G_N_ELEMENTS(margins) == SPAN_COUNT);

static void print_title(const char *title)
{
    printf("\n%s%s%s\n", style_bold(), title, style_off());
}

static void print_indented(const char *text)
{
    g_autofree char *clean = clean_terminal(text);
    printf("  %s\n", clean);
}

static void print_mailboxes(const char *label, const GPtrArray *mailboxes)
{
    for (guint i = 0; i < mailboxes->len; i++) {
        const Mailbox *mailbox = mailboxes->pdata[i];
        g_autofree char *text = *mailbox->name ? g_strdup_printf("%s <%s>", mailbox->name, mailbox->address)
                                               : g_strdup(mailbox->address);
        command_print(label, text);
    }
}

static void print_kind(const Reading *reading)
{
    g_autoptr(GString) text = g_string_new(mail_kind_name(reading->kind));
    if (!reading->may_answer)
        g_string_append(text, ", may not be answered");
    for (guint i = 0; i < reading->kind_reasons->len; i++)
        g_string_append_printf(text, "%s%s", i ? "; " : ": ", (const char *)reading->kind_reasons->pdata[i]);
    command_print("kind         ", text->str);
}

static void print_sender(const Reading *reading)
{
    g_autoptr(GPtrArray) from = g_ptr_array_new();
    if (reading->from)
        g_ptr_array_add(from, reading->from);
    print_mailboxes("from         ", from);
    print_mailboxes("reply to     ", reading->reply_to);
    for (guint i = 0; i < reading->sender_findings->len; i++)
        command_print("sender       ", reading->sender_findings->pdata[i]);
    for (guint i = 0; i < reading->authentication->len; i++) {
        g_autofree char *words = parse_authentication_words(reading->authentication->pdata[i]);
        command_print("proof        ", words);
    }
}

static void print_header(const ParseView *view)
{
    const Reading *reading = view->reading;
    g_autofree char *name = clean_terminal(view->name);
    g_autofree char *date = reading->date_us == DATE_UNKNOWN ? NULL : clock_local(reading->date_us);
    printf("%s%s%s\n", style_bold(), name, style_off());
    command_print("subject      ", *reading->subject ? reading->subject : "(none)");
    command_print("date         ", date);
    command_print("message id   ", reading->message_id);
    print_sender(reading);
    print_mailboxes("to           ", reading->to);
    print_mailboxes("cc           ", reading->cc);
    print_kind(reading);
}

static void print_bounce(const Bounce *bounce)
{
    if (!bounce)
        return;
    command_print("came back    ", bounce->original_message_id);
    for (guint i = 0; i < bounce->recipients->len; i++) {
        g_autofree char *words = parse_recipient_words(bounce->recipients->pdata[i]);
        command_print("recipient    ", words);
    }
}

static void print_forwarded(const Forwarded *forwarded)
{
    if (!forwarded)
        return;
    g_autofree char *from =
        g_strdup_printf("%s <%s>, as it says", forwarded->from->name, forwarded->from->address);
    command_print("passes on    ", forwarded->subject);
    command_print("written by   ", from);
    command_print("written on   ", forwarded->date_text);
}

static void print_parts(const GPtrArray *parts)
{
    if (parts->len > 0)
        print_title("Parts");
    for (guint i = 0; i < parts->len; i++) {
        g_autofree char *branch = parse_part_branch(parts, i);
        g_autofree char *words = parse_part_words(parts->pdata[i]);
        g_autofree char *clean = clean_terminal(words);
        printf("  %s%s%s%s\n", style_dim(), branch, style_off(), clean);
    }
}

static void print_attachments(const GPtrArray *attachments)
{
    if (attachments->len > 0)
        print_title("Attachments");
    for (guint i = 0; i < attachments->len; i++) {
        const Attachment *attachment = attachments->pdata[i];
        g_autofree char *size = g_format_size(attachment->size);
        g_autofree char *text = g_strdup_printf(
            "%s (%s, %s%s%s%s%s%s)", attachment->name, attachment->type, size,
            attachment->found_type ? ", in truth " : "", attachment->found_type ? attachment->found_type : "",
            attachment->container ? ", out of " : "", attachment->container ? attachment->container : "",
            attachment->is_inline ? ", inline" : "");
        print_indented(text);
    }
}

static void print_invitations(const GPtrArray *invitations)
{
    if (invitations->len > 0)
        print_title("Invitations");
    for (guint i = 0; i < invitations->len; i++) {
        g_autofree char *words = invitation_words(invitations->pdata[i]);
        print_indented(words);
    }
}

static void print_findings(const GPtrArray *findings)
{
    if (findings->len > 0)
        print_title("Findings");
    for (guint i = 0; i < findings->len; i++) {
        const Finding *finding = findings->pdata[i];
        const char *meaning = finding_words(finding->code);
        g_autofree char *text = g_strdup_printf("%s: %s", finding->code, finding->detail);
        print_indented(text);
        if (meaning)
            printf("    %s%s%s\n", style_dim(), meaning, style_off());
    }
}

static void print_fields(const GPtrArray *fields)
{
    gsize width = 0;
    for (guint i = 0; i < fields->len; i++)
        width = MAX(width, strlen(((const Field *)fields->pdata[i])->name));
    if (fields->len > 0)
        print_title("Fields");
    for (guint i = 0; i < fields->len; i++) {
        const Field *field = fields->pdata[i];
        g_autofree char *origin = g_strdup_printf("%s, %s %" G_GSIZE_FORMAT "-%" G_GSIZE_FORMAT, field->rule,
                                                  field->where, field->start, field->end);
        command_print_field((guint)width, field->name, field->value, origin);
    }
}

/* What another rule won over: for those who ask why a value is not there. */
static void print_losers(const GPtrArray *losers)
{
    for (guint i = 0; i < losers->len; i++) {
        const Field *field = losers->pdata[i];
        g_autofree char *value = clean_line(field->value, -1, LOSER_BYTES);
        g_autofree char *text =
            g_strdup_printf("%s '%s' of %s, %s %" G_GSIZE_FORMAT "-%" G_GSIZE_FORMAT ": %s", field->name,
                            value, field->rule, field->where, field->start, field->end, field->why);
        g_autofree char *clean = clean_terminal(text);
        printf("%s  lost: %s%s\n", style_dim(), clean, style_off());
    }
}

static void print_meanings(const GPtrArray *meanings)
{
    for (guint i = 0; i < meanings->len; i++) {
        const Meaning *meaning = meanings->pdata[i];
        g_autofree char *label = g_strdup_printf("%-13s", meaning_type_name(meaning->type));
        if (meaning->is_chosen)
            command_print(label, meaning->name);
    }
}

static const char *style_of(SpanRole role)
{
    switch (role) {
    case SPAN_REPLY:
        return style_bold();
    case SPAN_SIGNATURE:
    case SPAN_DEVICE:
    case SPAN_FINE_PRINT:
        return style_aside();
    default:
        return style_dim();
    }
}

static void print_piece(const char *text, const ParsePiece *piece, gboolean begins_line)
{
    if (piece->is_blank) {
        putchar('\n');
        return;
    }
    g_autoptr(GString) safe = g_string_new(NULL);
    explain_append(safe, text, piece->start, piece->end);
    printf("%s%s%s%s%s%s", style_of(piece->role), begins_line ? margins[piece->role] : "",
           piece->field ? style_underline() : "", safe->str, style_off(), piece->ends_line ? "\n" : "");
}

/* One line that says what the margins mean; a role that is not there is not named. */
static void print_legend(const Reading *reading)
{
    gboolean is_there[SPAN_COUNT] = {FALSE};
    for (guint i = 0; i < reading->spans->len; i++)
        is_there[((const TextSpan *)reading->spans->pdata[i])->role] = TRUE;
    g_autoptr(GString) legend = g_string_new(NULL);
    for (guint i = 0; i < SPAN_COUNT; i++)
        if (is_there[i])
            g_string_append_printf(legend, "%s%s%s", legend->len ? "   " : "", margins[i],
                                   parse_role_words((SpanRole)i));
    printf("%s%s%s\n", style_dim(), legend->str, style_off());
}

static void print_text(const Reading *reading)
{
    g_autoptr(GArray) pieces = parse_pieces(reading);
    gboolean begins_line = TRUE;
    if (pieces->len == 0)
        return;
    print_title("Text");
    print_legend(reading);
    for (guint i = 0; i < pieces->len; i++) {
        const ParsePiece *piece = &g_array_index(pieces, ParsePiece, i);
        print_piece(reading->text, piece, begins_line);
        begins_line = piece->ends_line;
    }
}

void parse_print(const ParseView *view)
{
    const Reading *reading = view->reading;
    print_header(view);
    print_bounce(reading->bounce);
    print_forwarded(reading->forwarded);
    print_meanings(reading->meanings);
    print_parts(reading->parts);
    print_attachments(reading->attachments);
    print_invitations(reading->invitations);
    print_findings(reading->findings);
    print_fields(reading->fields);
    if (view->is_verbose)
        print_losers(reading->losers);
    print_text(reading);
}
