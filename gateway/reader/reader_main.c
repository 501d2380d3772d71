#include "child.h"

#include <postern/reader.h>

#include <sys/resource.h>

static Reading *make_reading(const char *bytes, gsize length, int fd, const ReadingSettings *settings,
                             GError **error)
{
    return fd >= 0 ? reading_make_fd(fd, settings, error)
                   : reading_make_bytes(bytes, length, settings, error);
}

/* When more comes in than can be read, mail is made safe first. */
#define NICE 5

int reader_main(int socket_fd)
{
    setpriority(PRIO_PROCESS, 0, NICE);
    child_run(socket_fd, make_reading);
}
