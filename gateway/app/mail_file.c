#include "gateway/app/mail_file.h"

#include <postern/base/error.h>
#include <postern/base/file.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

int mail_file_memory(GError **error)
{
    int fd = memfd_create("mail", MFD_CLOEXEC);
    if (fd < 0)
        g_set_error(error, POSTERN_ERROR, ERROR_TEMPORARY, "cannot make room for a mail: %s",
                    g_strerror(errno));
    return fd;
}

/* A pipe cannot be read twice; memory that only we hold can. */
static int open_stdin(GError **error)
{
    int fd = mail_file_memory(error);
    char block[65536];
    for (ssize_t got; fd >= 0 && (got = read(STDIN_FILENO, block, sizeof block)) != 0;) {
        if (got < 0 && errno == EINTR)
            continue;
        if (got > 0 && file_write_all(fd, block, (gsize)got, error))
            continue;
        close(fd);
        fd = -1;
    }
    if (fd < 0 && error && !*error)
        g_set_error(error, POSTERN_ERROR, ERROR_TEMPORARY, "cannot read standard input: %s",
                    g_strerror(errno));
    return fd;
}

int mail_file_open(const char *path, GError **error)
{
    if (strcmp(path, "-") == 0)
        return open_stdin(error);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        int saved = errno;
        g_set_error(error, POSTERN_ERROR, ERROR_NOT_FOUND, "%s: cannot open: %s", path, g_strerror(saved));
        return -1;
    }
    struct stat about;
    if (fstat(fd, &about) == 0 && !S_ISDIR(about.st_mode))
        return fd;
    g_set_error(error, POSTERN_ERROR, ERROR_NOT_FOUND, "%s: this is a folder, not a mail", path);
    close(fd);
    return -1;
}
