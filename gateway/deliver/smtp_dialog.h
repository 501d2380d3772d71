/* The conversation that sends mails over a connection that is logged in (RFC 5321, RFC 2920): replies in,
 * bytes to send and results out. Pure: no socket, no clock.
 *
 * A row has a result as soon as `results[row].answer` is set. Rows without one when the dialog is over were
 * surely not accepted and are not to blame for the end: they may go over another connection at once.
 *
 * A server that refuses what it offered (the parameters of SIZE and DSN) is asked again without. */
#pragma once

#include "smtp_answer.h"
#include "smtp_mail.h"

typedef struct SmtpDialog SmtpDialog;

/* `offers` are copied, the others borrowed: `mails` (SmtpMail, or NULL where there is none to send) and
 * `results` have one entry per row. Rows with a result are passed over. */
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
