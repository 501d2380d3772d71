/* How a mail gets to the child: through the socket, or as a descriptor. */
#pragma once

#include "frame.h"

#include <postern/content.h>

typedef struct {
    const char *bytes; /* borrowed; when `fd` is -1 */
    gsize length;
    int fd;
} Source;

/* From `bytes`, or from `fd` when they are NULL; both stay the caller's. ERROR_TEMPORARY. */
gboolean source_open(Source *source, GBytes *bytes, int fd, GError **error);
/* As FRAME_MAIL, and as FRAME_WISH. */
FrameResult source_send(const Source *source, int socket_fd, const char *envelope_from, gint64 deadline_us);
FrameResult source_send_wish(const Source *source, int socket_fd, const ContentWish *wish,
                             gint64 deadline_us);
void source_close(Source *source);
