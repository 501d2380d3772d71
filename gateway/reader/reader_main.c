#include "child.h"

#include <postern/reader.h>

#include <sys/resource.h>

static Reading *make_reading(const char *bytes, gsize length, int fd, const ReadingSettings *settings,
                             GError **error)
{
    return fd >= 0 ? reading_make_fd(fd, settings, error)
                   : reading_make_bytes(bytes, length, settings, error);
}

static Content *make_content(const char *bytes, gsize length, int fd, const ContentWish *wish, GError **error)
{
    return fd >= 0 ? content_make_fd(fd, wish, error) : content_make_bytes(bytes, length, wish, error);
}

/* When more comes in than can be read, mail is made safe first. */
#define NICE 5

int reader_main(int socket_fd)
{
    setpriority(PRIO_PROCESS, 0, NICE);
    child_run(socket_fd, make_reading, make_content);
}
