#include "frame.h"

#include <postern/base/clock.h>

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct {
    guint32 type, length;
} FrameHead;

typedef union {
    char bytes[CMSG_SPACE(sizeof(int))];
    struct cmsghdr align;
} PassedControl;

static FrameResult wait_until(int socket_fd, short events, gint64 deadline_us)
{
    for (;;) {
        gint64 left_us = deadline_us - clock_monotonic_us();
        if (left_us <= 0)
            return FRAME_LATE;
        struct pollfd waiting = {.fd = socket_fd, .events = events};
        struct timespec left = {left_us / G_USEC_PER_SEC, left_us % G_USEC_PER_SEC * 1000};
        int ready = ppoll(&waiting, 1, &left, NULL);
        if (ready > 0)
            return FRAME_DONE;
        if (ready < 0 && errno != EINTR)
            return FRAME_CLOSED;
    }
}

/* After a send or receive that failed: FRAME_DONE to try again. */
static FrameResult after_failure(int socket_fd, short events, gint64 deadline_us)
{
    if (errno == EINTR)
        return FRAME_DONE;
    if (errno == EAGAIN && deadline_us != 0)
        return wait_until(socket_fd, events, deadline_us);
    return FRAME_CLOSED;
}

static void advance(struct msghdr *message, gsize sent)
{
    while (sent > 0 && message->msg_iovlen > 0) {
        gsize step = MIN(sent, message->msg_iov->iov_len);
        message->msg_iov->iov_base = (char *)message->msg_iov->iov_base + step;
        message->msg_iov->iov_len -= step;
        sent -= step;
        if (message->msg_iov->iov_len == 0) {
            message->msg_iov++;
            message->msg_iovlen--;
        }
    }
}

static void attach(struct msghdr *message, PassedControl *control, int fd)
{
    memset(control, 0, sizeof *control);
    message->msg_control = control->bytes;
    message->msg_controllen = sizeof control->bytes;
    struct cmsghdr *header = CMSG_FIRSTHDR(message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof fd);
    memcpy(CMSG_DATA(header), &fd, sizeof fd);
}

static FrameResult send_all(int socket_fd, struct msghdr *message, gsize total, gint64 deadline_us)
{
    int flags = MSG_NOSIGNAL | (deadline_us != 0 ? MSG_DONTWAIT : 0);
    while (total > 0) {
        ssize_t sent = sendmsg(socket_fd, message, flags);
        if (sent < 0) {
            FrameResult result = after_failure(socket_fd, POLLOUT, deadline_us);
            if (result != FRAME_DONE)
                return result;
            continue;
        }
        /* The descriptor has gone with the first byte. */
        message->msg_control = NULL;
        message->msg_controllen = 0;
        advance(message, (gsize)sent);
        total -= (gsize)sent;
    }
    return FRAME_DONE;
}

FrameResult frame_send(int socket_fd, FrameType type, const struct iovec *parts, guint count, int passed_fd,
                       gint64 deadline_us)
{
    g_assert(count <= FRAME_PARTS);
    struct iovec all[FRAME_PARTS + 1];
    gsize length = 0;
    for (guint i = 0; i < count; i++) {
        all[i + 1] = parts[i];
        length += parts[i].iov_len;
    }
    if (length > G_MAXUINT32)
        return FRAME_WRONG;
    FrameHead head = {.type = type, .length = (guint32)length};
    all[0] = (struct iovec){.iov_base = &head, .iov_len = sizeof head};
    struct msghdr message = {.msg_iov = all, .msg_iovlen = count + 1};
    PassedControl control;
    if (passed_fd >= 0)
        attach(&message, &control, passed_fd);
    return send_all(socket_fd, &message, sizeof head + length, deadline_us);
}

static int passed_in(struct msghdr *message)
{
    int fd = -1;
    struct cmsghdr *header = CMSG_FIRSTHDR(message);
    if (header && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS &&
        header->cmsg_len == CMSG_LEN(sizeof fd))
        memcpy(&fd, CMSG_DATA(header), sizeof fd);
    return fd;
}

/* `out_fd` NULL: no room for control data, so the kernel drops descriptors that come along. */
static FrameResult receive_all(int socket_fd, gpointer out, gsize length, gint64 deadline_us, int *out_fd)
{
    int flags = MSG_CMSG_CLOEXEC | (deadline_us != 0 ? MSG_DONTWAIT : 0);
    for (gsize done = 0; done < length;) {
        PassedControl control;
        struct iovec part = {.iov_base = (char *)out + done, .iov_len = length - done};
        struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
        gboolean takes_fd = out_fd && *out_fd < 0;
        if (takes_fd) {
            message.msg_control = control.bytes;
            message.msg_controllen = sizeof control.bytes;
        }
        ssize_t got = recvmsg(socket_fd, &message, flags);
        if (got == 0)
            return FRAME_CLOSED;
        if (got < 0) {
            FrameResult result = after_failure(socket_fd, POLLIN, deadline_us);
            if (result != FRAME_DONE)
                return result;
            continue;
        }
        if (takes_fd)
            *out_fd = passed_in(&message);
        done += (gsize)got;
    }
    return FRAME_DONE;
}

FrameResult frame_receive(int socket_fd, gsize most_bytes, gint64 deadline_us, FrameType *out_type,
                          GBytes **out_payload, int *out_fd)
{
    FrameHead head;
    if (out_fd)
        *out_fd = -1;
    FrameResult result = receive_all(socket_fd, &head, sizeof head, deadline_us, out_fd);
    if (result == FRAME_DONE && head.length > most_bytes)
        result = FRAME_WRONG;
    g_autofree char *payload = result == FRAME_DONE ? g_malloc((gsize)head.length + 1) : NULL;
    if (result == FRAME_DONE)
        result = receive_all(socket_fd, payload, head.length, deadline_us, NULL);
    if (result != FRAME_DONE) {
        if (out_fd && *out_fd >= 0)
            close(*out_fd);
        return result;
    }
    *out_type = (FrameType)head.type;
    *out_payload = g_bytes_new_take(g_steal_pointer(&payload), head.length);
    return FRAME_DONE;
}
