#include "smtp_pump.h"

#include "smtp_reply.h"

#include <postern/base/clock.h>

#include <poll.h>

#define READ_BYTES (16u * 1024)

gboolean smtp_wait(const SmtpLink *link, short events, int stop_fd, gint64 deadline_us)
{
    gint64 left_us = deadline_us - clock_monotonic_us();
    if (left_us <= 0)
        return FALSE;
    struct pollfd fds[2] = {{.fd = smtp_link_fd(link), .events = events}, {.fd = stop_fd, .events = POLLIN}};
    return poll(fds, 2, (int)MIN(left_us / 1000 + 1, G_MAXINT)) != 0;
}

static SmtpMove send_some(SmtpLink *link, SmtpDialog *dialog)
{
    SmtpMove all = SMTP_MOVE_BLOCKED;
    for (;;) {
        gsize length, sent;
        const char *bytes = smtp_dialog_output(dialog, &length);
        if (length == 0)
            return all;
        SmtpMove move = smtp_link_send(link, bytes, length, &sent);
        if (move != SMTP_MOVE_SOME)
            return move == SMTP_MOVE_LOST ? move : all;
        smtp_dialog_sent(dialog, sent);
        all = SMTP_MOVE_SOME;
    }
}

/* Hands on every whole reply; TRUE when there was one. */
static gboolean feed_replies(SmtpReplyReader *reader, SmtpDialog *dialog, const char *bytes, gsize length)
{
    gboolean any = FALSE;
    while (length > 0 && !smtp_dialog_is_broken(dialog)) {
        gsize used;
        SmtpReplyState state = smtp_reply_feed(reader, bytes, length, &used);
        bytes += used;
        length -= used;
        if (state == SMTP_REPLY_BAD) {
            smtp_dialog_lost(dialog, "the server's answer was no SMTP reply");
        } else if (state == SMTP_REPLY_DONE) {
            g_autofree char *answer = smtp_reply_answer(reader);
            smtp_dialog_reply(dialog, reader->code, answer);
            any = TRUE;
        }
    }
    return any;
}

/* SOME only after a whole reply: a server that trickles bytes does not move the deadline. */
static SmtpMove receive_some(SmtpLink *link, SmtpReplyReader *reader, SmtpDialog *dialog)
{
    SmtpMove all = SMTP_MOVE_BLOCKED;
    char buffer[READ_BYTES];
    while (!smtp_dialog_is_done(dialog)) {
        gsize length;
        SmtpMove move = smtp_link_receive(link, buffer, sizeof buffer, &length);
        if (move != SMTP_MOVE_SOME)
            return move == SMTP_MOVE_LOST ? move : all;
        if (feed_replies(reader, dialog, buffer, length))
            return SMTP_MOVE_SOME;
    }
    return all;
}

static guint patience_ms(const SmtpTimeouts *timeouts, const SmtpDialog *dialog)
{
    gsize waiting;
    smtp_dialog_output(dialog, &waiting);
    if (waiting > 0)
        return timeouts->data_ms;
    return smtp_dialog_stage(dialog) == SMTP_STAGE_DOT ? timeouts->dot_ms : timeouts->command_ms;
}

void smtp_look_at_stop(SmtpBatch *batch, SmtpDialog *dialog)
{
    gint64 now_us = clock_monotonic_us();
    struct pollfd stop = {.fd = batch->smtp->stop_fd, .events = POLLIN};
    if (!batch->is_asked && stop.fd >= 0 && poll(&stop, 1, 0) > 0) {
        batch->is_asked = TRUE;
        batch->end_us = MIN(batch->end_us, now_us + batch->smtp->timeouts->stop_ms * (gint64)1000);
    }
    if (batch->is_asked || now_us >= batch->begin_end_us)
        batch->is_stopped = TRUE;
    if (batch->is_stopped && dialog)
        smtp_dialog_stop(dialog);
}

static void time_out(SmtpBatch *batch, SmtpDialog *dialog, guint waited_ms)
{
    gsize waiting;
    smtp_dialog_output(dialog, &waiting);
    SmtpStage stage = smtp_dialog_stage(dialog);
    g_autofree char *words =
        waiting > 0 ? g_strdup_printf("the server took no more data for %u s", waited_ms / 1000)
                    : g_strdup_printf("no answer to %s for %u s", smtp_stage_name(stage), waited_ms / 1000);
    batch->timed_out = TRUE;
    if (stage == SMTP_STAGE_RECIPIENT || stage == SMTP_STAGE_DATA)
        batch->smtp->is_one_by_one = TRUE;
    smtp_dialog_lost(dialog, words);
}

/* One round: what can be sent, then what can be read. TRUE when something moved. */
static gboolean pump_once(Smtp *smtp, SmtpReplyReader *reader, SmtpDialog *dialog)
{
    SmtpLink *link = smtp->link;
    SmtpMove out = send_some(link, dialog);
    /* Also after a failed send: the server may have said why it closed. */
    SmtpMove in = receive_some(link, reader, dialog);
    while (out == SMTP_MOVE_LOST && in == SMTP_MOVE_SOME && !smtp_dialog_is_done(dialog))
        in = receive_some(link, reader, dialog);
    if (out == SMTP_MOVE_LOST || in == SMTP_MOVE_LOST) {
        /* Dovecot's submission service (2.3.19) takes the mail and dies of the MAIL behind its dot, each
         * time. */
        smtp->is_one_by_one |= smtp_dialog_stage(dialog) == SMTP_STAGE_DOT;
        smtp_dialog_lost(dialog, "the connection was lost");
    }
    return out == SMTP_MOVE_SOME || in == SMTP_MOVE_SOME;
}

void smtp_pump(SmtpBatch *batch, SmtpDialog *dialog)
{
    Smtp *smtp = batch->smtp;
    SmtpReplyReader reader;
    smtp_reply_init(&reader);
    gint64 moved_us = clock_monotonic_us();
    while (!smtp_dialog_is_done(dialog)) {
        smtp_look_at_stop(batch, dialog);
        if (pump_once(smtp, &reader, dialog))
            moved_us = clock_monotonic_us();
        else if (!smtp_dialog_is_done(dialog)) {
            gsize waiting;
            smtp_dialog_output(dialog, &waiting);
            gint64 deadline_us =
                MIN(moved_us + patience_ms(smtp->timeouts, dialog) * (gint64)1000, batch->end_us);
            short events = (short)(POLLIN | (waiting > 0 ? POLLOUT : 0));
            if (!smtp_wait(smtp->link, events, batch->is_asked ? -1 : smtp->stop_fd, deadline_us))
                time_out(batch, dialog, (guint)((clock_monotonic_us() - moved_us) / 1000));
        }
        if (!smtp_dialog_is_done(dialog) && clock_monotonic_us() >= batch->end_us)
            time_out(batch, dialog, (guint)((clock_monotonic_us() - moved_us) / 1000));
    }
    smtp_reply_clear(&reader);
}
