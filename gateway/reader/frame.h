/* Frames between the gate and a reader child: a head, then `length` bytes;
 * a descriptor may travel with the head. Both ends are the same program on the
 * same machine, so numbers are in its own order; neither end trusts a length. */
#pragma once

#include <postern/base/limits.h>

#include <glib.h>
#include <sys/uio.h>

typedef enum {
    FRAME_HELLO = 1, /* gate: rules and settings */
    FRAME_READY,     /* child: locked down, waits for mail */
    FRAME_MAIL,      /* gate: envelope sender, then the mail unless a descriptor came along */
    FRAME_READING,   /* child: a packed Reading */
    FRAME_ERROR,     /* child: ErrorCode, then the message */
    FRAME_WISH,      /* gate: a ContentWish, then the mail as above */
    FRAME_CONTENT,   /* child: a packed Content */
} FrameType;

typedef enum {
    FRAME_DONE,
    FRAME_CLOSED, /* the other end is gone */
    FRAME_LATE,   /* the deadline passed */
    FRAME_WRONG,  /* longer than allowed */
} FrameResult;

#define FRAME_HELLO_BYTES (4u * 1024 * 1024) /* a rules file of LIMIT_CONFIG_BYTES with room */
#define FRAME_INLINE_BYTES (256u * 1024)     /* larger mails travel as a descriptor, not through the socket */
#define FRAME_ANSWER_BYTES                                                                                   \
    (32u * 1024 * 1024) /* four texts of LIMIT_TEXT_BYTES, fields and lists beside them */

/* FRAME_MAIL: a guint32 with the length of the envelope sender or FRAME_NO_ENVELOPE, the sender, the mail. */
#define FRAME_NO_ENVELOPE G_MAXUINT32
#define FRAME_ENVELOPE_BYTES 2048u /* a whole command line of LMTP */
#define FRAME_MAIL_BYTES (FRAME_INLINE_BYTES + FRAME_ENVELOPE_BYTES + sizeof(guint32))

/* FRAME_WISH: the head, `own_length` bytes of own text unless it is FRAME_NO_TEXT, the mail. */
typedef struct {
    guint64 attachment_bytes;
    guint32 own_length, unused;
} FrameWish;
#define FRAME_NO_TEXT G_MAXUINT32
#define FRAME_WISH_BYTES (FRAME_INLINE_BYTES + LIMIT_TEXT_BYTES + sizeof(FrameWish))
#define FRAME_CONTENT_BYTES                                                                                  \
    (LIMIT_CONTENT_BYTES + LIMIT_TEXT_BYTES + LIMIT_HTML_BYTES +                                             \
     1024u * LIMIT_PARTS) /* and what describes them */

#define FRAME_PARTS 3

/* Sends the `count` (at most FRAME_PARTS) pieces of `parts` as one frame. `passed_fd` is -1 or goes along and
 * stays the caller's. `deadline_us` is a clock_monotonic_us() value; 0 waits for ever and needs no poll. */
FrameResult frame_send(int socket_fd, FrameType type, const struct iovec *parts, guint count, int passed_fd,
                       gint64 deadline_us);

/* `out_fd` may be NULL: descriptors are then refused; else it gets -1 or a descriptor that is the caller's.
 * `out_payload` is only set with FRAME_DONE. */
FrameResult frame_receive(int socket_fd, gsize most_bytes, gint64 deadline_us, FrameType *out_type,
                          GBytes **out_payload, int *out_fd);
