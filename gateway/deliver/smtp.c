#include "smtp.h"

#include "smtp_dialog.h"
#include "smtp_reply.h"
#include "transcript.h"

#include <postern/base/clean.h>
#include <postern/base/clock.h>

#include <poll.h>
#include <string.h>

#define READ_BYTES (16u * 1024)
#define FRUITLESS_CONNECTIONS 2u /* in a row without one mail accepted or refused: then the batch waits */

const SmtpTimeouts smtp_timeouts = {
    .connect_ms = 60 * 1000,
    .command_ms = 5 * 60 * 1000,
    .data_ms = 3 * 60 * 1000,
    .dot_ms = 10 * 60 * 1000,
    .quit_ms = 5 * 1000,
    .begin_ms = 3 * 60 * 1000,
    .whole_ms = 13 * 60 * 1000,
    .stop_ms = 30 * 1000,
    .idle_ms = 20 * 1000,
};

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
} Batch;

Smtp *smtp_new(const ConfigRoute *route, ServerSecret *secret, const SmtpTimeouts *timeouts)
{
    Smtp *smtp = g_new0(Smtp, 1);
    smtp->route = route;
    smtp->secret = secret;
    smtp->timeouts = timeouts;
    smtp->stop_fd = -1;
    return smtp;
}

void smtp_free(Smtp *smtp)
{
    if (!smtp)
        return;
    smtp_quit(smtp);
    g_free(smtp->away_words);
    g_free(smtp);
}

void smtp_stop_on(Smtp *smtp, int stop_fd)
{
    smtp->stop_fd = stop_fd;
}

const char *smtp_away_words(const Smtp *smtp)
{
    return smtp->away_words;
}

gint64 smtp_idle_end_us(const Smtp *smtp)
{
    return smtp->link ? smtp->idle_since_us + smtp->timeouts->idle_ms * (gint64)1000 : G_MAXINT64;
}

static void close_link(Smtp *smtp)
{
    g_clear_pointer(&smtp->link, smtp_link_close);
}

/* Polls the connection, and `stop_fd` when it is not -1; FALSE at the deadline. */
static gboolean wait_link(const SmtpLink *link, short events, int stop_fd, gint64 deadline_us)
{
    gint64 left_us = deadline_us - clock_monotonic_us();
    if (left_us <= 0)
        return FALSE;
    struct pollfd fds[2] = {{.fd = smtp_link_fd(link), .events = events}, {.fd = stop_fd, .events = POLLIN}};
    return poll(fds, 2, (int)MIN(left_us / 1000 + 1, G_MAXINT)) != 0;
}

void smtp_quit(Smtp *smtp)
{
    if (!smtp->link)
        return;
    gint64 deadline_us = clock_monotonic_us() + smtp->timeouts->quit_ms * (gint64)1000;
    char buffer[512];
    gsize moved;
    /* Its answer is awaited so that the server need not log a lost connection; what it says matters no more.
     */
    if (smtp_link_send(smtp->link, "QUIT\r\n", 6, &moved) == SMTP_MOVE_SOME)
        while (smtp_link_receive(smtp->link, buffer, sizeof buffer, &moved) == SMTP_MOVE_BLOCKED)
            if (!wait_link(smtp->link, POLLIN, -1, deadline_us))
                break;
    close_link(smtp);
}

/* A kept connection on which something came meanwhile was closed by the server, or soon will be. */
static void drop_stale_link(Smtp *smtp)
{
    char byte;
    gsize length;
    if (smtp->link && smtp_link_receive(smtp->link, &byte, 1, &length) != SMTP_MOVE_BLOCKED)
        close_link(smtp);
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

/* When asked to stop, the mail in hand gets a little time, and no other is begun. */
static void look_at_stop(Batch *batch, SmtpDialog *dialog)
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

static void time_out(Batch *batch, SmtpDialog *dialog, guint waited_ms)
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

static void pump(Batch *batch, SmtpDialog *dialog)
{
    Smtp *smtp = batch->smtp;
    SmtpReplyReader reader;
    smtp_reply_init(&reader);
    gint64 moved_us = clock_monotonic_us();
    while (!smtp_dialog_is_done(dialog)) {
        look_at_stop(batch, dialog);
        if (pump_once(smtp, &reader, dialog))
            moved_us = clock_monotonic_us();
        else if (!smtp_dialog_is_done(dialog)) {
            gsize waiting;
            smtp_dialog_output(dialog, &waiting);
            gint64 deadline_us =
                MIN(moved_us + patience_ms(smtp->timeouts, dialog) * (gint64)1000, batch->end_us);
            short events = (short)(POLLIN | (waiting > 0 ? POLLOUT : 0));
            if (!wait_link(smtp->link, events, batch->is_asked ? -1 : smtp->stop_fd, deadline_us))
                time_out(batch, dialog, (guint)((clock_monotonic_us() - moved_us) / 1000));
        }
        if (!smtp_dialog_is_done(dialog) && clock_monotonic_us() >= batch->end_us)
            time_out(batch, dialog, (guint)((clock_monotonic_us() - moved_us) / 1000));
    }
    smtp_reply_clear(&reader);
}

static void settle(DeliveryResult *result, DeliveryOutcome outcome, const char *words)
{
    if (result->answer)
        return;
    result->outcome = outcome;
    result->answer = g_strdup(words);
}

static void settle_rest(DeliveryResult *results, guint count, const char *words, gboolean is_away)
{
    for (guint row = 0; row < count; row++) {
        if (results[row].answer)
            continue;
        settle(&results[row], DELIVERY_LATER, words);
        results[row].is_untried = TRUE;
        /* What was begun and cut off says nothing about this row; that nobody was there does. */
        g_clear_pointer(&results[row].dialogue, g_free);
        if (is_away)
            transcript_add(&results[row].dialogue, "", words);
    }
}

/* Rows that the server took or refused for good. */
static guint count_decided(const DeliveryResult *results, guint count)
{
    guint decided = 0;
    for (guint row = 0; row < count; row++)
        decided += results[row].answer &&
                   (results[row].outcome == DELIVERY_SENT || results[row].outcome == DELIVERY_REFUSED);
    return decided;
}

static gboolean is_all_settled(const DeliveryResult *results, guint count)
{
    for (guint row = 0; row < count; row++)
        if (!results[row].answer)
            return FALSE;
    return TRUE;
}

static GPtrArray *prepare(const GPtrArray *rows, DeliveryResult *results)
{
    GPtrArray *mails = g_ptr_array_new_with_free_func((GDestroyNotify)smtp_mail_free);
    for (guint row = 0; row < rows->len; row++) {
        g_autofree char *words = NULL;
        SmtpMail *mail = smtp_mail_new(g_ptr_array_index(rows, row), &words);
        if (!mail)
            settle(&results[row], DELIVERY_REFUSED, words);
        g_ptr_array_add(mails, mail);
    }
    return mails;
}

static gboolean open_link(Smtp *smtp, char **out_words)
{
    g_autofree char *words = NULL;
    if (!smtp->link)
        smtp->link = smtp_link_open(&smtp->route->server, smtp->route->hello, smtp->secret,
                                    smtp->timeouts->connect_ms, smtp->stop_fd, &words);
    g_free(smtp->away_words);
    /* Hanging up ourselves says nothing about the server. */
    struct pollfd stop = {.fd = smtp->stop_fd, .events = POLLIN};
    gboolean is_stopped = smtp->stop_fd >= 0 && poll(&stop, 1, 0) > 0;
    *out_words = smtp->link ? NULL : clean_line(words, -1, SMTP_ANSWER_BYTES);
    smtp->away_words = is_stopped ? NULL : g_strdup(*out_words);
    return smtp->link != NULL;
}

void smtp_knock(Smtp *smtp)
{
    g_autofree char *words = NULL;
    drop_stale_link(smtp);
    if (open_link(smtp, &words))
        smtp->idle_since_us = clock_monotonic_us();
}

/* What is left over after a dialog ended early, as words for the rows that wait; NULL when the connection
 * held. */
static char *converse(Batch *batch, const GPtrArray *mails, DeliveryResult *results)
{
    Smtp *smtp = batch->smtp;
    SmtpOffers offers = *smtp_link_offers(smtp->link);
    offers.pipelining = offers.pipelining && !smtp->is_one_by_one;
    g_autoptr(SmtpDialog) dialog = smtp_dialog_new(&offers, mails, results);
    pump(batch, dialog);
    smtp->idle_since_us = clock_monotonic_us();
    if (!smtp_dialog_is_broken(dialog))
        return NULL;
    close_link(smtp);
    return g_strdup_printf("not tried, an earlier mail met this: %s", smtp_dialog_words(dialog));
}

/* Goes on over a new connection where the old one ended through no fault of the rows that are left: many
 * servers take only so many mails on one. */
static char *send_all(Batch *batch, const GPtrArray *mails, DeliveryResult *results)
{
    Smtp *smtp = batch->smtp;
    guint fruitless = 0;
    while (!is_all_settled(results, mails->len)) {
        look_at_stop(batch, NULL);
        if (batch->is_stopped)
            return g_strdup(batch->is_asked ? "not tried, the sender stops"
                                            : "not tried, the server is slow");
        gboolean is_kept = smtp->link != NULL;
        guint decided = count_decided(results, mails->len);
        char *words = NULL;
        if (!open_link(smtp, &words))
            return words;
        words = converse(batch, mails, results);
        if (!words)
            continue;
        if (count_decided(results, mails->len) > decided)
            fruitless = 0;
        else if (!is_kept && ++fruitless >= FRUITLESS_CONNECTIONS)
            return words;
        if (batch->timed_out)
            return words;
        g_free(words);
    }
    return NULL;
}

void smtp_send(Smtp *smtp, const GPtrArray *rows, DeliveryResult *results)
{
    gint64 now_us = clock_monotonic_us();
    Batch batch = {.smtp = smtp,
                   .begin_end_us = now_us + smtp->timeouts->begin_ms * (gint64)1000,
                   .end_us = now_us + smtp->timeouts->whole_ms * (gint64)1000};
    for (guint row = 0; row < rows->len; row++)
        results[row] = (DeliveryResult){.outcome = DELIVERY_LATER};
    g_autoptr(GPtrArray) mails = prepare(rows, results);
    drop_stale_link(smtp);
    g_autofree char *words = send_all(&batch, mails, results);
    settle_rest(results, rows->len, words ? words : "not tried", smtp->away_words != NULL);
}
