/* What a reply to one of our commands means for the mail (RFC 5321 4.2, RFC 3463). Pure. */
#pragma once

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

DeliveryOutcome smtp_answer_outcome(int code);
/* The enhanced status code behind the reply code of an answer ("550 5.1.1 no such user"), or NULL. The caller
 * frees. */
char *smtp_answer_status(const char *answer);
/* How soon to come back after a 4xx. `status` may be NULL. */
AnswerClass smtp_answer_class(int code, const char *status, const char *answer);
/* TRUE when a 5xx says that nobody can be reached at this address. FALSE where it is about us, our server,
 * the sender's address or what is in the mail: the address may well be good. */
gboolean smtp_answer_blames_address(SmtpStage stage, int code, const char *status);
