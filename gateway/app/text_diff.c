#include "gateway/app/text_diff.h"

#include <postern/base/error.h>
#include <postern/base/file.h>

#include <errno.h>
#include <gio/gio.h>
#include <sys/mman.h>
#include <unistd.h>

/* Where diff finds the two texts: descriptors that only it and we have. */
#define BEFORE_FD 3
#define AFTER_FD 4

static gboolean hand_over(GSubprocessLauncher *launcher, const char *text, int as, GError **error)
{
    int fd = memfd_create("rules", MFD_CLOEXEC);
    if (fd < 0) {
        g_set_error(error, POSTERN_ERROR, ERROR_TEMPORARY, "no memory for a comparison: %s",
                    g_strerror(errno));
        return FALSE;
    }
    gboolean ok = file_write_all(fd, text, strlen(text), error) && lseek(fd, 0, SEEK_SET) == 0;
    g_subprocess_launcher_take_fd(launcher, fd, as);
    return ok;
}

char *text_diff(const char *before_name, const char *before, const char *after_name, const char *after,
                GError **error)
{
    g_autoptr(GSubprocessLauncher) launcher =
        g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
    if (!hand_over(launcher, before, BEFORE_FD, error) || !hand_over(launcher, after, AFTER_FD, error))
        return NULL;
    const char *const arguments[] = {"diff",     "-u", "--label",         before_name,       "--label",
                                     after_name, "--", "/proc/self/fd/3", "/proc/self/fd/4", NULL};
    g_autoptr(GSubprocess) diff = g_subprocess_launcher_spawnv(launcher, arguments, error);
    g_autoptr(GBytes) out = NULL;
    if (!diff || !g_subprocess_communicate(diff, NULL, NULL, &out, NULL, error))
        return NULL;
    if (!g_subprocess_get_if_exited(diff) || g_subprocess_get_exit_status(diff) > 1) {
        g_set_error(error, POSTERN_ERROR, ERROR_TEMPORARY, "diff failed");
        return NULL;
    }
    gsize length;
    const char *bytes = g_bytes_get_data(out, &length);
    return length ? g_utf8_make_valid(bytes, (gssize)length) : g_strdup("");
}
