/* A disk that fails when told to: LD_PRELOAD this. While the file $POSTERN_DISK.sync is there, fsync and
 * fdatasync of files in a folder named "store" fail; while $POSTERN_DISK.write is there, writes do;
 * $POSTERN_DISK.read: reads. With EIO. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static int fails(int fd, const char *what)
{
    char link[64], path[4096];
    const char *prefix = getenv("POSTERN_DISK");
    if (!prefix)
        return 0;
    snprintf(path, sizeof path, "%s.%s", prefix, what);
    if (access(path, F_OK) != 0)
        return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0)
        return 0;
    path[length] = '\0';
    return strstr(path, "/store/") != NULL || (length > 6 && strcmp(path + length - 6, "/store") == 0);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define UNLESS_FAILS(what, call)                                                                             \
    do {                                                                                                     \
        if (!fails(fd, what))                                                                                \
            return call;                                                                                     \
        errno = EIO;                                                                                         \
        return -1;                                                                                           \
    } while (0)

int fsync(int fd)
{
    UNLESS_FAILS("sync", REAL(fsync)(fd));
}

int fdatasync(int fd)
{
    UNLESS_FAILS("sync", REAL(fdatasync)(fd));
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t at)
{
    UNLESS_FAILS("write", REAL(pwrite64)(fd, bytes, length, at));
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t at)
{
    UNLESS_FAILS("write", REAL(pwrite)(fd, bytes, length, at));
}

ssize_t write(int fd, const void *bytes, size_t length)
{
    UNLESS_FAILS("write", REAL(write)(fd, bytes, length));
}

ssize_t pread64(int fd, void *bytes, size_t length, off64_t at)
{
    UNLESS_FAILS("read", REAL(pread64)(fd, bytes, length, at));
}

ssize_t pread(int fd, void *bytes, size_t length, off_t at)
{
    UNLESS_FAILS("read", REAL(pread)(fd, bytes, length, at));
}
