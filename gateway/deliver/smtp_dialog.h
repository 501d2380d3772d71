/* The conversation that sends mails over a connection that is logged in (RFC 5321, RFC 2920): replies in,
 * bytes to send and results out. Pure: no socket, no clock.
 *
 * A row has a result as soon as `results[row].answer` is set. Rows without one when the dialog is over were
 * surely not accepted and are not to blame for the end: they may go over another connection at once. */
#pragma once

#include "smtp_mail.h"

#include <postern/deliver.h>

typedef enum {
    SMTP_STAGE_RESET,
    SMTP_STAGE_MAIL,
    SMTP_STAGE_RECIPIENT,
    SMTP_STAGE_DATA,
    SMTP_STAGE_DOT,
    SMTP_STAGE_CANCEL, /* the dot of an empty mail that nobody gets (RFC 2920 3.1) */
    SMTP_STAGE_COUNT
} SmtpStage;
/* "MAIL FROM", "the end of the mail", …: for people. */
const char *smtp_stage_name(SmtpStage stage);

typedef struct SmtpDialog SmtpDialog;

/* All borrowed: `mails` (SmtpMail, or NULL where there is none to send) and `results` have one entry per row.
 * Rows with a result are passed over. */
SmtpDialog *smtp_dialog_new(const SmtpOffers *offers, const GPtrArray *mails, DeliveryResult *results);
void smtp_dialog_free(SmtpDialog *dialog);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SmtpDialog, smtp_dialog_free)

/* Bytes that wait to be sent, and how many of them were. */
const char *smtp_dialog_output(const SmtpDialog *dialog, gsize *out_length);
void smtp_dialog_sent(SmtpDialog *dialog, gsize length);

/* A whole reply: its code and its clean line. */
void smtp_dialog_reply(SmtpDialog *dialog, int code, const char *answer);
/* The connection is gone, or what came is no SMTP: `words` say what happened. */
void smtp_dialog_lost(SmtpDialog *dialog, const char *words);
/* Begins no further row; rows that were begun are finished. */
void smtp_dialog_stop(SmtpDialog *dialog);

/* Nothing is left to send or to wait for. */
gboolean smtp_dialog_is_done(const SmtpDialog *dialog);
/* The connection must be closed without another word. */
gboolean smtp_dialog_is_broken(const SmtpDialog *dialog);
/* What the next reply answers; SMTP_STAGE_COUNT when none is awaited. */
SmtpStage smtp_dialog_stage(const SmtpDialog *dialog);
/* What ended the dialog, or NULL. */
const char *smtp_dialog_words(const SmtpDialog *dialog);
