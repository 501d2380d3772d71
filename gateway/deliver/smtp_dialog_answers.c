/* What the answers of a server mean for the rows of a dialog. */
#include "smtp_dialog_private.h"

#include "transcript.h"

static void settle_reply(SmtpDialog *dialog, Awaited awaited, int code, const char *answer)
{
    DeliveryResult *result = &dialog->results[awaited.row];
    if (result->answer || dialog->is_again)
        return;
    dialog_settle(dialog, awaited.row, smtp_answer_outcome(code), answer);
    result->status = smtp_answer_status(answer);
    result->kind = smtp_answer_class(code, result->status, answer);
    result->is_bad_address = smtp_answer_blames_address(awaited.stage, code, result->status);
}

/* The transaction ended without a mail: it has to be cleared away before the next. */
static void end_without_mail(SmtpDialog *dialog, guint row)
{
    if (dialog->is_again)
        dialog->next = row;
    dialog->is_again = FALSE;
    dialog->needs_reset = TRUE;
    dialog_begin_row(dialog);
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
        dialog_ask_recipient(dialog, awaited.row);
}

static void take_recipient(SmtpDialog *dialog, Awaited awaited, int code, const char *answer)
{
    dialog->recipient_taken = code < 300;
    if (code >= 300)
        take_no(dialog, awaited, code, answer);
    else if (!dialog->offers.pipelining)
        dialog_ask_data(dialog, awaited.row);
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
    dialog_await(dialog, SMTP_STAGE_DOT, row);
    if (dialog->offers.pipelining)
        dialog_begin_row(dialog);
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
        dialog_await(dialog, SMTP_STAGE_CANCEL, awaited.row);
    } else {
        /* It refused the sender, took the recipient and wants the mail: a dot now would deliver an empty one.
         */
        dialog_break_off(dialog, "the server asked for a mail that it had refused");
    }
}

static void take_dot(SmtpDialog *dialog, Awaited awaited, int code, const char *answer)
{
    gboolean is_complete = dialog->sent_bytes >= dialog->dot_end;
    if (code < 300 && !is_complete) {
        dialog_settle(dialog, awaited.row, DELIVERY_LATER, "the server said yes before it had the mail");
        dialog_break_off(dialog, "the server said yes before it had the mail");
        return;
    }
    settle_reply(dialog, awaited, code, answer);
    if (!is_complete)
        dialog_break_off(dialog, answer); /* the rest of the mail would be read as commands */
    else if (!dialog->offers.pipelining)
        dialog_begin_row(dialog);
}

static void take_reset(SmtpDialog *dialog, int code, const char *answer)
{
    if (code >= 300)
        dialog_break_off(dialog, answer);
    else if (!dialog->offers.pipelining)
        dialog_begin_row(dialog);
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
    dialog_break_off(dialog, answer);
}

void smtp_dialog_reply(SmtpDialog *dialog, int code, const char *answer)
{
    if (dialog->is_broken)
        return;
    if (dialog->awaited->len == 0) {
        dialog_break_off(dialog, answer);
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
