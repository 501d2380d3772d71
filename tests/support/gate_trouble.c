/* The whole program, but its readers do what a header field "X-Trouble" of the mail asks for: "die" (as if
 * killed from outside), "crash", or "slow" (two seconds, in which somebody can kill the gate). */
int postern_main(int argc, char **argv);
#define main postern_main
#include "gateway/app/main.c"
#undef main

#include "gateway/reader/child.h"

#include <postern/base/clock.h>

#define HEAD_BYTES 4096
#define SLOW_US (2 * (gint64)G_USEC_PER_SEC)

/* Unseen by sanitizers, who would have something to say first. */
__attribute__((no_sanitize("undefined", "address"))) static void crash(void)
{
    volatile int *volatile nowhere = NULL;
    *nowhere = 1;
}

static void make_trouble(const char *head, gsize length)
{
    if (memmem(head, length, "X-Trouble: die", 14))
        raise(SIGKILL);
    if (memmem(head, length, "X-Trouble: crash", 16))
        crash();
    gint64 until_us = clock_monotonic_us() + SLOW_US;
    /* Sleeping is not among the calls that a reader may make. */
    while (memmem(head, length, "X-Trouble: slow", 15) && clock_monotonic_us() < until_us)
        continue;
}

static Reading *make_reading(const char *bytes, gsize length, int fd, const ReadingSettings *settings,
                             GError **error)
{
    char head[HEAD_BYTES];
    ssize_t got = fd >= 0 ? pread(fd, head, sizeof head, 0) : 0;
    make_trouble(fd >= 0 ? head : bytes, fd >= 0 ? (gsize)MAX(got, 0) : length);
    return fd >= 0 ? reading_make_fd(fd, settings, error)
                   : reading_make_bytes(bytes, length, settings, error);
}

static Content *make_content(const char *bytes, gsize length, int fd, const ContentWish *wish, GError **error)
{
    return fd >= 0 ? content_make_fd(fd, wish, error) : content_make_bytes(bytes, length, wish, error);
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "reader") == 0)
        child_run(3, make_reading, make_content);
    return postern_main(argc, argv);
}
