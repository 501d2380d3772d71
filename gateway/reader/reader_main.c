#include "child.h"

#include <postern/reader.h>

static Reading *make_reading(const char *bytes, gsize length, int fd, const ReadingSettings *settings,
                             GError **error)
{
    return fd >= 0 ? reading_make_fd(fd, settings, error)
                   : reading_make_bytes(bytes, length, settings, error);
}

int reader_main(int socket_fd)
{
    child_run(socket_fd, make_reading);
}
