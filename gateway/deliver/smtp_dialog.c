#include "smtp_dialog.h"

#include "transcript.h"

#include <string.h>

typedef struct {
    SmtpStage stage;
    guint row;
} Awaited;

struct SmtpDialog {
    SmtpOffers offers;
    const GPtrArray *mails;
    DeliveryResult *results;
    guint next;      /* the first row not begun */
    GArray *awaited; /* Awaited, in the order of the commands: at most a handful */
    GString *output;
    gsize output_at;          /* what lies before was sent */
    guint64 sent_bytes;       /* in all */
    guint64 dot_end;          /* in the same count: from here on the server may have the whole mail */
    gboolean recipient_taken; /* of the row whose replies come now */
    gboolean is_spoken_to;    /* the server answered something about that row */
    gboolean is_again;        /* it is asked again without parameters once its replies are through */
    gboolean needs_reset;
    gboolean is_stopped;
    gboolean is_broken;
    char *words;
};

static void await(SmtpDialog *dialog, SmtpStage stage, guint row)
{
    Awaited awaited = {stage, row};
    g_array_append_val(dialog->awaited, awaited);
}

static void settle(SmtpDialog *dialog, guint row, DeliveryOutcome outcome, const char *answer)
{
    DeliveryResult *result = &dialog->results[row];
    if (result->answer)
        return;
    result->outcome = outcome;
    result->answer = g_strdup(answer);
}

static void break_off(SmtpDialog *dialog, const char *words)
{
    dialog->is_broken = TRUE;
    if (!dialog->words)
        dialog->words = g_strdup(words);
}

static void settle_reply(SmtpDialog *dialog, Awaited awaited, int code, const char *answer)
{
    DeliveryResult *result = &dialog->results[awaited.row];
    if (result->answer || dialog->is_again)
        return;
    settle(dialog, awaited.row, smtp_answer_outcome(code), answer);
    result->status = smtp_answer_status(answer);
    result->kind = smtp_answer_class(code, result->status, answer);
    result->is_bad_address = smtp_answer_blames_address(awaited.stage, code, result->status);
}

/* Sends what was appended to the output from `from` on, a command, and waits for its answer. */
static void ask(SmtpDialog *dialog, gsize from, SmtpStage stage, guint row)
{
    transcript_add(&dialog->results[row].dialogue, "C", dialog->output->str + from);
    await(dialog, stage, row);
}

static void ask_mail(SmtpDialog *dialog, guint row)
{
    gsize from = dialog->output->len;
    smtp_mail_append_from(g_ptr_array_index(dialog->mails, row), &dialog->offers, dialog->output);
    g_clear_pointer(&dialog->results[row].dialogue, g_free);
    ask(dialog, from, SMTP_STAGE_MAIL, row);
}

static void ask_recipient(SmtpDialog *dialog, guint row)
{
    gsize from = dialog->output->len;
    smtp_mail_append_to(g_ptr_array_index(dialog->mails, row), &dialog->offers, dialog->output);
    ask(dialog, from, SMTP_STAGE_RECIPIENT, row);
}

static void ask_data(SmtpDialog *dialog, guint row)
{
    gsize from = dialog->output->len;
    g_string_append(dialog->output, "DATA\r\n");
    ask(dialog, from, SMTP_STAGE_DATA, row);
}

static void ask_reset(SmtpDialog *dialog)
{
    g_string_append(dialog->output, "RSET\r\n");
    await(dialog, SMTP_STAGE_RESET, 0);
    dialog->needs_reset = FALSE;
}

/* The next row that this server can take; FALSE when there is none. */
static gboolean find_row(SmtpDialog *dialog, guint *out_row)
{
    for (; !dialog->is_stopped && dialog->next < dialog->mails->len; dialog->next++) {
        const SmtpMail *mail = g_ptr_array_index(dialog->mails, dialog->next);
        if (!mail || dialog->results[dialog->next].answer)
            continue;
        g_autofree char *misfit = smtp_mail_misfit(mail, &dialog->offers);
        if (!misfit) {
            *out_row = dialog->next++;
            return TRUE;
        }
        settle(dialog, dialog->next, DELIVERY_REFUSED, misfit);
    }
    return FALSE;
}

static void begin_row(SmtpDialog *dialog)
{
    gboolean must_reset = dialog->needs_reset;
    if (must_reset) {
        ask_reset(dialog);
        if (!dialog->offers.pipelining)
            return;
    }
    guint row;
    if (!find_row(dialog, &row))
        return;
    ask_mail(dialog, row);
    if (dialog->offers.pipelining) {
        ask_recipient(dialog, row);
        ask_data(dialog, row);
    }
}

/* The transaction ended without a mail: it has to be cleared away before the next. */
static void end_without_mail(SmtpDialog *dialog, guint row)
{
    if (dialog->is_again)
        dialog->next = row;
    dialog->is_again = FALSE;
    dialog->needs_reset = TRUE;
    begin_row(dialog);
}

/* Codes for a command whose parameters are not understood (RFC 5321 4.1.1.11). Those that only help are left
 * out from now on: better no delivery report than no mail. */
static gboolean shuns_parameters(SmtpDialog *dialog, int code)
{
    if ((code != 501 && code != 504 && code != 555) || (!dialog->offers.dsn && !dialog->offers.size))
        return FALSE;
    dialog->offers.dsn = dialog->offers.size = FALSE;
    dialog->is_again = TRUE;
    return TRUE;
}

/* MAIL FROM or RCPT TO was not taken. */
static void take_no(SmtpDialog *dialog, Awaited awaited, int code, const char *answer)
{
    if (dialog->results[awaited.row].answer || !shuns_parameters(dialog, code))
        settle_reply(dialog, awaited, code, answer);
    if (!dialog->offers.pipelining)
        end_without_mail(dialog, awaited.row);
}

static void take_mail(SmtpDialog *dialog, Awaited awaited, int code, const char *answer)
{
    if (code >= 300)
        take_no(dialog, awaited, code, answer);
    else if (!dialog->offers.pipelining)
        ask_recipient(dialog, awaited.row);
}

static void take_recipient(SmtpDialog *dialog, Awaited awaited, int code, const char *answer)
{
    dialog->recipient_taken = code < 300;
    if (code >= 300)
        take_no(dialog, awaited, code, answer);
    else if (!dialog->offers.pipelining)
        ask_data(dialog, awaited.row);
}

/* RFC 2920 3.1: the envelope of the next row may follow the dot at once. */
static void send_body(SmtpDialog *dialog, guint row)
{
    const SmtpMail *mail = g_ptr_array_index(dialog->mails, row);
    g_autofree char *words =
        g_strdup_printf("(%" G_GSIZE_FORMAT " bytes of mail)", g_bytes_get_size(mail->bytes));
    transcript_add(&dialog->results[row].dialogue, "C", words);
    smtp_mail_append_body(mail, dialog->output);
    dialog->dot_end = dialog->sent_bytes + (dialog->output->len - dialog->output_at);
    await(dialog, SMTP_STAGE_DOT, row);
    if (dialog->offers.pipelining)
        begin_row(dialog);
}

static void take_data(SmtpDialog *dialog, Awaited awaited, int code, const char *answer)
{
    gboolean is_settled = dialog->results[awaited.row].answer != NULL || dialog->is_again;
    if (code != 354) {
        settle_reply(dialog, awaited, code, answer);
        end_without_mail(dialog, awaited.row);
    } else if (!is_settled) {
        send_body(dialog, awaited.row);
    } else if (!dialog->recipient_taken) {
        g_string_append(dialog->output, ".\r\n");
        await(dialog, SMTP_STAGE_CANCEL, awaited.row);
    } else {
        /* It refused the sender, took the recipient and wants the mail: a dot now would deliver an empty one.
         */
        break_off(dialog, "the server asked for a mail that it had refused");
    }
}

static void take_dot(SmtpDialog *dialog, Awaited awaited, int code, const char *answer)
{
    gboolean is_complete = dialog->sent_bytes >= dialog->dot_end;
    if (code < 300 && !is_complete) {
        settle(dialog, awaited.row, DELIVERY_LATER, "the server said yes before it had the mail");
        break_off(dialog, "the server said yes before it had the mail");
        return;
    }
    settle_reply(dialog, awaited, code, answer);
    if (!is_complete)
        break_off(dialog, answer); /* the rest of the mail would be read as commands */
    else if (!dialog->offers.pipelining)
        begin_row(dialog);
}

static void take_reset(SmtpDialog *dialog, int code, const char *answer)
{
    if (code >= 300)
        break_off(dialog, answer);
    else if (!dialog->offers.pipelining)
        begin_row(dialog);
}

/* A code that cannot answer this command at all: DATA wants 354, everything else 2xx, 4xx or 5xx. */
static gboolean is_nonsense(SmtpStage stage, int code)
{
    return stage == SMTP_STAGE_DATA ? code < 400 && code != 354 : code >= 300 && code < 400;
}

static void dispatch(SmtpDialog *dialog, Awaited awaited, int code, const char *answer)
{
    switch (awaited.stage) {
    case SMTP_STAGE_RESET:
        take_reset(dialog, code, answer);
        break;
    case SMTP_STAGE_MAIL:
        take_mail(dialog, awaited, code, answer);
        break;
    case SMTP_STAGE_RECIPIENT:
        take_recipient(dialog, awaited, code, answer);
        break;
    case SMTP_STAGE_DATA:
        take_data(dialog, awaited, code, answer);
        break;
    case SMTP_STAGE_DOT:
        take_dot(dialog, awaited, code, answer);
        break;
    case SMTP_STAGE_CANCEL:
        end_without_mail(dialog, awaited.row);
        break;
    case SMTP_STAGE_COUNT:
        break;
    }
}

/* 421: the server closes the connection whatever was asked (RFC 5321 3.8). Said to MAIL FROM it means "enough
 * mails on this connection" as a rule, and another one may take the row. */
static void take_closing(SmtpDialog *dialog, Awaited awaited, const char *answer)
{
    if (awaited.stage != SMTP_STAGE_MAIL && awaited.stage != SMTP_STAGE_RESET)
        settle_reply(dialog, awaited, 421, answer);
    break_off(dialog, answer);
}

void smtp_dialog_reply(SmtpDialog *dialog, int code, const char *answer)
{
    if (dialog->is_broken)
        return;
    if (dialog->awaited->len == 0) {
        break_off(dialog, answer);
        return;
    }
    Awaited awaited = g_array_index(dialog->awaited, Awaited, 0);
    if (is_nonsense(awaited.stage, code)) {
        g_autofree char *words =
            g_strdup_printf("the server answered %s with \"%s\"", smtp_stage_name(awaited.stage), answer);
        smtp_dialog_lost(dialog, words);
        return;
    }
    g_array_remove_index(dialog->awaited, 0);
    if (awaited.stage != SMTP_STAGE_RESET)
        transcript_add(&dialog->results[awaited.row].dialogue, "S", answer);
    if (awaited.stage == SMTP_STAGE_MAIL)
        dialog->recipient_taken = FALSE;
    dialog->is_spoken_to = awaited.stage == SMTP_STAGE_MAIL || awaited.stage == SMTP_STAGE_RECIPIENT ||
                           awaited.stage == SMTP_STAGE_DATA;
    if (code == 421)
        take_closing(dialog, awaited, answer);
    else
        dispatch(dialog, awaited, code, answer);
}

/* Exact about who may have been accepted: the row whose whole mail went out. A row in whose middle the
 * connection ended is charged with it, so that a mail that kills connections cannot hold up the others. A row
 * about which the server never said a word is not. */
void smtp_dialog_lost(SmtpDialog *dialog, const char *words)
{
    if (dialog->is_broken)
        return;
    break_off(dialog, words);
    if (dialog->awaited->len == 0)
        return;
    Awaited awaited = g_array_index(dialog->awaited, Awaited, 0);
    if (awaited.stage != SMTP_STAGE_RESET)
        transcript_add(&dialog->results[awaited.row].dialogue, "", words);
    if (awaited.stage == SMTP_STAGE_DOT)
        settle(dialog, awaited.row, dialog->sent_bytes >= dialog->dot_end ? DELIVERY_UNKNOWN : DELIVERY_LATER,
               words);
    else if (awaited.stage != SMTP_STAGE_RESET && dialog->is_spoken_to)
        settle(dialog, awaited.row, DELIVERY_LATER, words);
}

SmtpDialog *smtp_dialog_new(const SmtpOffers *offers, const GPtrArray *mails, DeliveryResult *results)
{
    SmtpDialog *dialog = g_new0(SmtpDialog, 1);
    dialog->offers = *offers;
    dialog->mails = mails;
    dialog->results = results;
    dialog->awaited = g_array_new(FALSE, FALSE, sizeof(Awaited));
    dialog->output = g_string_new(NULL);
    begin_row(dialog);
    return dialog;
}

void smtp_dialog_free(SmtpDialog *dialog)
{
    if (!dialog)
        return;
    g_array_free(dialog->awaited, TRUE);
    g_string_free(dialog->output, TRUE);
    g_free(dialog->words);
    g_free(dialog);
}

const char *smtp_dialog_output(const SmtpDialog *dialog, gsize *out_length)
{
    *out_length = dialog->output->len - dialog->output_at;
    return dialog->output->str + dialog->output_at;
}

void smtp_dialog_sent(SmtpDialog *dialog, gsize length)
{
    dialog->sent_bytes += length;
    dialog->output_at += length;
    if (dialog->output_at == dialog->output->len) {
        g_string_truncate(dialog->output, 0);
        dialog->output_at = 0;
    }
}

void smtp_dialog_stop(SmtpDialog *dialog)
{
    dialog->is_stopped = TRUE;
}

gboolean smtp_dialog_is_done(const SmtpDialog *dialog)
{
    return dialog->is_broken || (dialog->awaited->len == 0 && dialog->output_at == dialog->output->len);
}

gboolean smtp_dialog_is_broken(const SmtpDialog *dialog)
{
    return dialog->is_broken;
}

SmtpStage smtp_dialog_stage(const SmtpDialog *dialog)
{
    return dialog->awaited->len > 0 ? g_array_index(dialog->awaited, Awaited, 0).stage : SMTP_STAGE_COUNT;
}

const char *smtp_dialog_words(const SmtpDialog *dialog)
{
    return dialog->words;
}
