/* Moves the bytes of a dialog over its connection, within the times that a server is given. Of smtp.c and
 * smtp_pump.c alone. */
#pragma once

#include "smtp.h"
#include "smtp_dialog.h"

struct Smtp {
    const ConfigRoute *route;
    ServerSecret *secret;
    const SmtpTimeouts *timeouts;
    SmtpLink *link; /* or NULL */
    int stop_fd;
    gboolean is_one_by_one; /* it offers pipelining, but loses what was sent ahead */
    char *away_words;       /* or NULL */
    gint64 idle_since_us;
};

/* One batch. Times are monotonic. */
typedef struct {
    Smtp *smtp;
    gint64 begin_end_us;
    gint64 end_us;
    gboolean is_stopped; /* asked to stop, or no time for further rows */
    gboolean is_asked;   /* stop_fd was seen */
    gboolean timed_out;
} SmtpBatch;

/* Polls the connection, and `stop_fd` when it is not -1; FALSE at the deadline. */
gboolean smtp_wait(const SmtpLink *link, short events, int stop_fd, gint64 deadline_us);
/* When asked to stop, the mail in hand gets a little time, and no other is begun. `dialog` or NULL. */
void smtp_look_at_stop(SmtpBatch *batch, SmtpDialog *dialog);
/* Until the dialog is done; where the time is up or the connection lost, it is told so. */
void smtp_pump(SmtpBatch *batch, SmtpDialog *dialog);
