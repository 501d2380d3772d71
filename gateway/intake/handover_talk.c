#include "handover_talk.h"

#include <postern/base/clean.h>
#include <postern/base/clock.h>

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#define LINE_MOST 4096u /* of an answer; the gate's are shorter */
#define LINES_MOST 100u /* of one answer */
#define WORDS_BYTES 300u

const char *handover_words(const Handover *handover)
{
    return handover->words ? handover->words : "no reason given";
}

void handover_say(Handover *handover, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_free(handover->words);
    handover->words = clean_line(text, -1, WORDS_BYTES);
}

/* The same with that reason, and closes: BUSY. */
static HandoverOutcome handover_lose(Handover *handover, const char *why)
{
    handover_say(handover, "the gate takes no mail at %s now: %s", handover->path, why);
    handover_drop(handover);
    return HANDOVER_BUSY;
}

/* NULL when the socket is ready for it, else why not. */
static const char *wait_for(const Handover *handover, short events, guint timeout_ms)
{
    struct pollfd fds[2] = {{.fd = handover->fd, .events = events},
                            {.fd = handover->stop_fd, .events = POLLIN}};
    gint64 end_us = clock_monotonic_us() + timeout_ms * G_GINT64_CONSTANT(1000);
    for (;;) {
        gint64 left_us = end_us - clock_monotonic_us();
        int got = poll(fds, 2, (int)(MAX(left_us, 0) / 1000));
        if (got > 0 && fds[1].revents)
            return "asked to stop";
        if (got > 0)
            return NULL;
        if (got == 0)
            return "it does not answer";
        if (errno != EINTR)
            return g_strerror(errno);
    }
}

HandoverOutcome handover_flush(Handover *handover)
{
    gsize sent = 0;
    while (sent < handover->out->len) {
        ssize_t got = send(handover->fd, handover->out->str + sent, handover->out->len - sent, MSG_NOSIGNAL);
        if (got >= 0) {
            sent += (gsize)got;
        } else if (errno == EAGAIN) {
            const char *why = wait_for(handover, POLLOUT, handover->timeouts.send_ms);
            if (why)
                return handover_lose(handover, why);
        } else if (errno != EINTR) {
            return handover_lose(handover, g_strerror(errno));
        }
    }
    g_string_truncate(handover->out, 0);
    return HANDOVER_TAKEN;
}

static HandoverOutcome receive(Handover *handover)
{
    char block[2048];
    ssize_t got = recv(handover->fd, block, sizeof block, 0);
    if (got < 0 && errno == EAGAIN) {
        const char *why = wait_for(handover, POLLIN, handover->timeouts.answer_ms);
        return why ? handover_lose(handover, why) : HANDOVER_TAKEN;
    }
    if (got > 0)
        g_string_append_len(handover->in, block, got);
    else if (got == 0)
        return handover_lose(handover, "it has closed the connection");
    else if (errno != EINTR)
        return handover_lose(handover, g_strerror(errno));
    return HANDOVER_TAKEN;
}

/* A line of an answer, taken out of what was read; NULL when the connection is lost. */
static char *take_line(Handover *handover)
{
    for (;;) {
        const char *end = memchr(handover->in->str, '\n', handover->in->len);
        if (end) {
            gsize length = (gsize)(end - handover->in->str);
            char *line = clean_line(handover->in->str, (gssize)length, LINE_MOST);
            g_string_erase(handover->in, 0, (gssize)length + 1);
            return line;
        }
        if (handover->in->len > LINE_MOST) {
            handover_lose(handover, "a line of its answer has no end");
            return NULL;
        }
        if (receive(handover) != HANDOVER_TAKEN)
            return NULL;
    }
}

static gboolean is_answer(const char *line)
{
    return g_ascii_isdigit(line[0]) && g_ascii_isdigit(line[1]) && g_ascii_isdigit(line[2]) &&
           (line[3] == '\0' || line[3] == ' ' || line[3] == '-');
}

guint handover_take_answer(Handover *handover, const char *to, guint good)
{
    for (guint i = 0; i < LINES_MOST; i++) {
        g_autofree char *line = take_line(handover);
        if (!line)
            return 0;
        if (!is_answer(line))
            break;
        if (line[3] == '-')
            continue;
        guint code = (guint)g_ascii_strtoull(line, NULL, 10);
        if (code / 100 != good)
            handover_say(handover, "the gate answers %s: %s", to, line);
        return code;
    }
    handover_lose(handover, "its answer is no LMTP");
    return 0;
}

HandoverOutcome handover_connect(Handover *handover)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    handover_drop(handover);
    if (g_strlcpy(address.sun_path, handover->path, sizeof address.sun_path) >= sizeof address.sun_path)
        return handover_lose(handover, "the path is too long for a socket; choose a shorter 'store'");
    handover->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (handover->fd < 0 || connect(handover->fd, (const struct sockaddr *)&address, sizeof address) != 0)
        return handover_lose(handover, g_strerror(errno));
    return HANDOVER_TAKEN;
}
