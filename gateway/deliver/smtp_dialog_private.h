/* A dialog as smtp_dialog.c (what is asked) and smtp_dialog_answers.c (what the answers mean) share it. */
#pragma once

#include "smtp_dialog.h"

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

/* A command is in the output whose answer comes after all others. */
void dialog_await(SmtpDialog *dialog, SmtpStage stage, guint row);
/* What became of a row; what is settled stays so. */
void dialog_settle(SmtpDialog *dialog, guint row, DeliveryOutcome outcome, const char *answer);
/* Nothing more can be said on this connection. */
void dialog_break_off(SmtpDialog *dialog, const char *words);
void dialog_ask_recipient(SmtpDialog *dialog, guint row);
void dialog_ask_data(SmtpDialog *dialog, guint row);
/* Asks for the next row that this server can take, if there is one. */
void dialog_begin_row(SmtpDialog *dialog);
