/* For tests that work in a folder of their own: taking it away again. */
#pragma once

#include <glib/gstdio.h>

static inline void scratch_remove(const char *path)
{
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    for (const char *name; dir && (name = g_dir_read_name(dir));) {
        g_autofree char *inner = g_build_filename(path, name, NULL);
        scratch_remove(inner);
    }
    g_remove(path);
}
