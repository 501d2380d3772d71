#include <postern/base/stop.h>

#ifdef POSTERN_STOP_POINTS
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Of several processes only one can remove the file. */
static int is_ours(void)
{
    const char *once = getenv("POSTERN_STOP_ONCE");
    return !once || unlink(once) == 0;
}

void stop_point(const char *name)
{
    static atomic_int passes;
    const char *wanted = getenv("POSTERN_STOP");
    size_t length = strlen(name);
    if (!wanted || strncmp(wanted, name, length) != 0 || (wanted[length] != '\0' && wanted[length] != ':'))
        return;
    int nth = wanted[length] == ':' ? atoi(wanted + length + 1) : 1;
    if (atomic_fetch_add(&passes, 1) + 1 == nth && is_ours())
        raise(SIGKILL);
}
#endif
