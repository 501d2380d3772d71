#include "handover_talk.h"

#include <postern/base/clock.h>

#include <poll.h>
#include <unistd.h>

#define OUT_MOST (64u * 1024)                 /* gathered before it is sent */
#define AHEAD_TRUSTED_US (1 * G_USEC_PER_SEC) /* then the gate may have tired of a connection */

const HandoverTimeouts handover_timeouts = {60 * 1000, 300 * 1000};

Handover *handover_new(const char *socket_path, const HandoverTimeouts *timeouts, int stop_fd)
{
    Handover *handover = g_new0(Handover, 1);
    handover->path = g_strdup(socket_path);
    handover->timeouts = *timeouts;
    handover->stop_fd = stop_fd;
    handover->fd = -1;
    handover->out = g_string_new(NULL);
    handover->in = g_string_new(NULL);
    handover->ahead = g_string_new(NULL);
    return handover;
}

void handover_drop(Handover *handover)
{
    if (handover->fd >= 0)
        close(handover->fd);
    handover->fd = -1;
    g_string_truncate(handover->out, 0);
    g_string_truncate(handover->in, 0);
    g_string_truncate(handover->ahead, 0);
    handover->is_open = handover->is_ahead_said = FALSE;
}

void handover_free(Handover *handover)
{
    if (!handover)
        return;
    handover_drop(handover);
    g_string_free(handover->out, TRUE);
    g_string_free(handover->in, TRUE);
    g_string_free(handover->ahead, TRUE);
    g_free(handover->path);
    g_free(handover->words);
    g_free(handover);
}

/* 421 is said before closing. Too large (552) is only for now: the fetcher offers nothing over the limit that
 * it knows, so this session began before the gate reloaded. */
static HandoverOutcome judge(Handover *handover, guint code)
{
    if (code == 0 || code == 421 || code == 552) {
        handover_drop(handover);
        return HANDOVER_BUSY;
    }
    return code / 100 == 5 ? HANDOVER_REFUSED : HANDOVER_BUSY;
}

static HandoverOutcome greet(Handover *handover)
{
    if (handover_connect(handover) != HANDOVER_TAKEN)
        return HANDOVER_BUSY;
    guint code = handover_take_answer(handover, "at once", 2);
    if (code / 100 == 2) {
        g_string_append(handover->out, "LHLO localhost\r\n");
        code = handover_flush(handover) == HANDOVER_TAKEN ? handover_take_answer(handover, "LHLO", 2) : 0;
    }
    if (code / 100 == 2)
        return HANDOVER_TAKEN;
    handover_drop(handover);
    return HANDOVER_BUSY;
}

/* Between mails nothing is to be read: what is there is the gate's good-bye. */
static gboolean is_stale(const Handover *handover)
{
    struct pollfd fd = {.fd = handover->fd, .events = POLLIN};
    return handover->in->len > 0 || poll(&fd, 1, 0) != 0;
}

static void put_commands(GString *out, const char *key, const char *recipient, guint64 size)
{
    g_string_append_printf(out, "MAIL FROM:<> ENVID=%s", key);
    if (size > 0)
        g_string_append_printf(out, " SIZE=%" G_GUINT64_FORMAT, size);
    if (!g_str_is_ascii(recipient))
        g_string_append(out, " SMTPUTF8");
    g_string_append_printf(out, "\r\nRCPT TO:<%s>\r\nDATA\r\n", recipient);
}

/* The three answers come in any case. That it does not know our recipient is no fault of this mail. */
static HandoverOutcome take_answers(Handover *handover)
{
    g_autofree char *words = NULL;
    guint codes[3] = {0};
    static const char *const to[] = {"MAIL", "RCPT", "DATA"};
    static const guint good[] = {2, 2, 3};
    for (guint i = 0; i < G_N_ELEMENTS(codes); i++) {
        codes[i] = handover_take_answer(handover, to[i], good[i]);
        if (codes[i] == 0)
            return HANDOVER_BUSY;
        if (!words && codes[i] / 100 != good[i])
            words = g_strdup(handover->words);
    }
    if (!words && codes[2] == 354)
        return HANDOVER_TAKEN;
    /* It waits for data that we shall not send. */
    if (codes[2] / 100 == 3)
        handover_drop(handover);
    if (words)
        handover_say(handover, "%s", words);
    return judge(handover, codes[0] / 100 == 5 ? codes[0] : 450);
}

static HandoverOutcome begin_now(Handover *handover, const char *key, const char *recipient, guint64 size)
{
    put_commands(handover->out, key, recipient, size);
    return handover_flush(handover) == HANDOVER_TAKEN ? take_answers(handover) : HANDOVER_BUSY;
}

/* BUSY without a connection: what was said ahead is of no use, whatever it was. */
static HandoverOutcome begin_ahead(Handover *handover, const char *key, const char *recipient, guint64 size)
{
    g_autoptr(GString) commands = g_string_new(NULL);
    put_commands(commands, key, recipient, size);
    if (handover->fd < 0 || !handover->is_ahead_said || !g_string_equal(commands, handover->ahead)) {
        handover_drop(handover);
        return HANDOVER_BUSY;
    }
    HandoverOutcome outcome = take_answers(handover);
    g_string_truncate(handover->ahead, 0);
    handover->is_ahead_said = FALSE;
    gboolean is_old = clock_monotonic_us() - handover->ahead_us > AHEAD_TRUSTED_US;
    if (handover->fd >= 0 && is_old && is_stale(handover)) {
        handover_drop(handover);
        return HANDOVER_BUSY;
    }
    return outcome;
}

/* Also a connection that looks alive may be closed at this very moment: then, once, a new one. */
static HandoverOutcome begin(Handover *handover, const char *key, const char *recipient, guint64 size)
{
    HandoverOutcome outcome = HANDOVER_BUSY;
    if (handover->ahead->len > 0)
        outcome = begin_ahead(handover, key, recipient, size);
    else if (handover->fd >= 0 && !is_stale(handover))
        outcome = begin_now(handover, key, recipient, size);
    else
        handover_drop(handover);
    if (outcome != HANDOVER_BUSY || handover->fd >= 0)
        return outcome;
    return greet(handover) == HANDOVER_TAKEN ? begin_now(handover, key, recipient, size) : HANDOVER_BUSY;
}

HandoverOutcome handover_begin(Handover *handover, const char *key, const char *recipient, guint64 size)
{
    HandoverOutcome outcome = begin(handover, key, recipient, size);
    handover->is_open = outcome == HANDOVER_TAKEN;
    handover->at_line_start = TRUE;
    handover->after_cr = FALSE;
    return outcome;
}

/* RFC 2920 3.1: the end of a mail may have the next commands behind it, and DATA is the last of these. */
static void put_ahead(Handover *handover)
{
    g_string_append_len(handover->out, handover->ahead->str, (gssize)handover->ahead->len);
    handover->is_ahead_said = TRUE;
    handover->ahead_us = clock_monotonic_us();
}

void handover_ahead(Handover *handover, const char *key, const char *recipient, guint64 size)
{
    if (handover->fd < 0 || handover->ahead->len > 0 || (!handover->is_open && is_stale(handover)))
        return;
    put_commands(handover->ahead, key, recipient, size);
    if (handover->is_open)
        return;
    put_ahead(handover);
    handover_flush(handover);
}

void handover_forget(Handover *handover)
{
    if (handover->is_ahead_said)
        handover_drop(handover);
    g_string_truncate(handover->ahead, 0);
}

/* Only CR LF ends a line (lmtp.h): a dot behind a bare LF opens none and stays as it is. */
HandoverOutcome handover_write(Handover *handover, const char *bytes, gsize length)
{
    for (const char *at = bytes, *end = bytes + length; at < end;) {
        if (handover->at_line_start && *at == '.')
            g_string_append_c(handover->out, '.');
        handover->at_line_start = FALSE;
        if (handover->after_cr && *at == '\n') {
            g_string_append_c(handover->out, *at++);
            handover->at_line_start = TRUE;
            handover->after_cr = FALSE;
            continue;
        }
        const char *cr = memchr(at, '\r', (gsize)(end - at));
        const char *stop = cr ? cr + 1 : end;
        g_string_append_len(handover->out, at, stop - at);
        handover->after_cr = cr != NULL;
        at = stop;
    }
    return handover->out->len < OUT_MOST ? HANDOVER_TAKEN : handover_flush(handover);
}

HandoverOutcome handover_end(Handover *handover)
{
    g_string_append(handover->out, handover->at_line_start ? ".\r\n" : "\r\n.\r\n");
    handover->is_open = FALSE;
    if (handover->ahead->len > 0)
        put_ahead(handover);
    return handover_flush(handover);
}

HandoverOutcome handover_answer(Handover *handover)
{
    if (handover->fd < 0)
        return HANDOVER_BUSY;
    guint code = handover_take_answer(handover, "the mail", 2);
    return code / 100 == 2 ? HANDOVER_TAKEN : judge(handover, code);
}
