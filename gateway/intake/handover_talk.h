/* The connection of a Handover: bytes out, answers in. Of handover.c and handover_talk.c alone. */
#pragma once

#include "handover.h"

struct Handover {
    char *path;
    HandoverTimeouts timeouts;
    int stop_fd;
    int fd;
    GString *out;
    GString *in;
    gboolean at_line_start, after_cr; /* of the mail's bytes */
    gboolean is_open;                 /* a mail was begun, its end was not said */
    GString *ahead;                   /* the commands for the next mail; empty: none */
    gboolean is_ahead_said;           /* they are with the gate, and not answered yet */
    gint64 ahead_us;
    char *words;
};

/* What handover_words tells from now on. */
void handover_say(Handover *handover, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* A new connection, without a greeting yet. */
HandoverOutcome handover_connect(Handover *handover);
/* Sends all of `out`. */
HandoverOutcome handover_flush(Handover *handover);
/* The code of a whole answer, 0 when the connection is lost. Unless it is a `good` one (its first digit), its
 * last line becomes the words. `to`: "RCPT". */
guint handover_take_answer(Handover *handover, const char *to, guint good);
