/* The child's side of the socket. */
#pragma once

#include <postern/content.h>
#include <postern/reading.h>

/* reading_make_bytes, or reading_make_fd when `fd` is not -1. */
typedef Reading *(*ReadingFunction)(const char *bytes, gsize length, int fd, const ReadingSettings *settings,
                                    GError **error);

/* content_make_bytes, or content_make_fd when `fd` is not -1. */
typedef Content *(*ContentFunction)(const char *bytes, gsize length, int fd, const ContentWish *wish,
                                    GError **error);

/* Takes the hello, locks the process up, and answers mails with what these make of them until the gate
 * closes the socket. Then the process ends. */
G_NORETURN void child_run(int socket_fd, ReadingFunction make, ContentFunction make_content);
