/* What the files of known errors share. */
#pragma once

#include "gateway/store/store_private.h"

#include <postern/known_errors.h>

/* Sets an error when the group is not there or was merged. */
gboolean known_error_check(Store *store, gint64 id, GError **error);
gboolean known_error_write_trail(Store *store, gint64 id, const char *who, const char *what,
                                 const char *detail, gint64 now_us, GError **error);
