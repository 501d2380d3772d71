/* The SMTP transport: a connection, kept for further batches, and the dialogs over it. Belongs to one thread.
 */
#pragma once

#include <postern/deliver.h>
#include <postern/smtp_link.h>

/* How long to wait; settable so that tests need not. RFC 5321 4.5.3.2 gives five minutes for a command, three
 * for a block of data, ten after the dot; `whole_ms` bounds a batch, and the lease of its rows must be
 * longer. */
typedef struct {
    guint connect_ms; /* name, TCP, TLS and login together */
    guint command_ms;
    guint data_ms; /* without a byte moving */
    guint dot_ms;
    guint quit_ms;
    guint begin_ms; /* no further row of a batch is begun after this */
    guint whole_ms; /* everything but the connecting ends here */
    guint stop_ms;  /* what a mail in hand is given when we are asked to stop */
    guint idle_ms;  /* a connection is kept for so long */
} SmtpTimeouts;
extern const SmtpTimeouts smtp_timeouts;

typedef struct Smtp Smtp;
/* All are borrowed for as long as it lives. */
Smtp *smtp_new(const ConfigRoute *route, ServerSecret *secret, const SmtpTimeouts *timeouts);
void smtp_free(Smtp *smtp);
/* When `stop_fd` (or -1) becomes readable, no further row is begun. */
void smtp_stop_on(Smtp *smtp, int stop_fd);
/* Sends rows (OutboxRow) and fills a result for each. */
void smtp_send(Smtp *smtp, const GPtrArray *rows, DeliveryResult *results);
/* Connects and logs in when it is not connected, without a mail to send. */
void smtp_knock(Smtp *smtp);
/* Why the last connection could not be made, one clean line: no need to hurry with the next. NULL when it
 * could. */
const char *smtp_away_words(const Smtp *smtp);
/* When the connection has idled long enough; G_MAXINT64 when there is none. Monotonic. */
gint64 smtp_idle_end_us(const Smtp *smtp);
/* Says QUIT and closes. */
void smtp_quit(Smtp *smtp);
