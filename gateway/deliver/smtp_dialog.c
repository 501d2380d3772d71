#include "smtp_dialog_private.h"

#include "transcript.h"

#include <string.h>

void dialog_await(SmtpDialog *dialog, SmtpStage stage, guint row)
{
    Awaited awaited = {stage, row};
    g_array_append_val(dialog->awaited, awaited);
}

void dialog_settle(SmtpDialog *dialog, guint row, DeliveryOutcome outcome, const char *answer)
{
    DeliveryResult *result = &dialog->results[row];
    if (result->answer)
        return;
    result->outcome = outcome;
    result->answer = g_strdup(answer);
}

void dialog_break_off(SmtpDialog *dialog, const char *words)
{
    dialog->is_broken = TRUE;
    if (!dialog->words)
        dialog->words = g_strdup(words);
}

/* Sends what was appended to the output from `from` on, a command, and waits for its answer. */
static void ask(SmtpDialog *dialog, gsize from, SmtpStage stage, guint row)
{
    transcript_add(&dialog->results[row].dialogue, "C", dialog->output->str + from);
    dialog_await(dialog, stage, row);
}

static void ask_mail(SmtpDialog *dialog, guint row)
{
    gsize from = dialog->output->len;
    smtp_mail_append_from(g_ptr_array_index(dialog->mails, row), &dialog->offers, dialog->output);
    g_clear_pointer(&dialog->results[row].dialogue, g_free);
    ask(dialog, from, SMTP_STAGE_MAIL, row);
}

void dialog_ask_recipient(SmtpDialog *dialog, guint row)
{
    gsize from = dialog->output->len;
    smtp_mail_append_to(g_ptr_array_index(dialog->mails, row), &dialog->offers, dialog->output);
    ask(dialog, from, SMTP_STAGE_RECIPIENT, row);
}

void dialog_ask_data(SmtpDialog *dialog, guint row)
{
    gsize from = dialog->output->len;
    g_string_append(dialog->output, "DATA\r\n");
    ask(dialog, from, SMTP_STAGE_DATA, row);
}

static void ask_reset(SmtpDialog *dialog)
{
    g_string_append(dialog->output, "RSET\r\n");
    dialog_await(dialog, SMTP_STAGE_RESET, 0);
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
        dialog_settle(dialog, dialog->next, DELIVERY_REFUSED, misfit);
    }
    return FALSE;
}

void dialog_begin_row(SmtpDialog *dialog)
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
        dialog_ask_recipient(dialog, row);
        dialog_ask_data(dialog, row);
    }
}

/* Exact about who may have been accepted: the row whose whole mail went out. A row in whose middle the
 * connection ended is charged with it, so that a mail that kills connections cannot hold up the others. A row
 * about which the server never said a word is not. */
void smtp_dialog_lost(SmtpDialog *dialog, const char *words)
{
    if (dialog->is_broken)
        return;
    dialog_break_off(dialog, words);
    if (dialog->awaited->len == 0)
        return;
    Awaited awaited = g_array_index(dialog->awaited, Awaited, 0);
    if (awaited.stage != SMTP_STAGE_RESET)
        transcript_add(&dialog->results[awaited.row].dialogue, "", words);
    if (awaited.stage == SMTP_STAGE_DOT)
        dialog_settle(dialog, awaited.row,
                      dialog->sent_bytes >= dialog->dot_end ? DELIVERY_UNKNOWN : DELIVERY_LATER, words);
    else if (awaited.stage != SMTP_STAGE_RESET && dialog->is_spoken_to)
        dialog_settle(dialog, awaited.row, DELIVERY_LATER, words);
}

SmtpDialog *smtp_dialog_new(const SmtpOffers *offers, const GPtrArray *mails, DeliveryResult *results)
{
    SmtpDialog *dialog = g_new0(SmtpDialog, 1);
    dialog->offers = *offers;
    dialog->mails = mails;
    dialog->results = results;
    dialog->awaited = g_array_new(FALSE, FALSE, sizeof(Awaited));
    dialog->output = g_string_new(NULL);
    dialog_begin_row(dialog);
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
