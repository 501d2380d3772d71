#include "smtp.h"

#include "smtp_pump.h"
#include "smtp_reply.h"
#include "transcript.h"

#include <postern/base/clean.h>
#include <postern/base/clock.h>

#include <poll.h>
#include <string.h>

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
            if (!smtp_wait(smtp->link, POLLIN, -1, deadline_us))
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
static char *converse(SmtpBatch *batch, const GPtrArray *mails, DeliveryResult *results)
{
    Smtp *smtp = batch->smtp;
    SmtpOffers offers = *smtp_link_offers(smtp->link);
    offers.pipelining = offers.pipelining && !smtp->is_one_by_one;
    g_autoptr(SmtpDialog) dialog = smtp_dialog_new(&offers, mails, results);
    smtp_pump(batch, dialog);
    smtp->idle_since_us = clock_monotonic_us();
    if (!smtp_dialog_is_broken(dialog))
        return NULL;
    close_link(smtp);
    return g_strdup_printf("not tried, an earlier mail met this: %s", smtp_dialog_words(dialog));
}

/* Goes on over a new connection where the old one ended through no fault of the rows that are left: many
 * servers take only so many mails on one. */
static char *send_all(SmtpBatch *batch, const GPtrArray *mails, DeliveryResult *results)
{
    Smtp *smtp = batch->smtp;
    guint fruitless = 0;
    while (!is_all_settled(results, mails->len)) {
        smtp_look_at_stop(batch, NULL);
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
    SmtpBatch batch = {.smtp = smtp,
                       .begin_end_us = now_us + smtp->timeouts->begin_ms * (gint64)1000,
                       .end_us = now_us + smtp->timeouts->whole_ms * (gint64)1000};
    for (guint row = 0; row < rows->len; row++)
        results[row] = (DeliveryResult){.outcome = DELIVERY_LATER};
    g_autoptr(GPtrArray) mails = prepare(rows, results);
    drop_stale_link(smtp);
    g_autofree char *words = send_all(&batch, mails, results);
    settle_rest(results, rows->len, words ? words : "not tried", smtp->away_words != NULL);
}
