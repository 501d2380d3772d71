/* Two texts side by side as people know it: lines with + and -, by diff(1). */
#pragma once

#include <glib.h>

/* "" when they are the same; NULL where there is no diff(1). The caller frees. */
char *text_diff(const char *before_name, const char *before, const char *after_name, const char *after,
                GError **error);
