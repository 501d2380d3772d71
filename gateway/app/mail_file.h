/* A mail that an operand names. */
#pragma once

#include <glib.h>

/* A file, or "-" for standard input: a descriptor that the caller closes, or -1. ERROR_NOT_FOUND when it
 * cannot be opened or is a folder. */
int mail_file_open(const char *path, GError **error);
/* Memory that only we hold, for a mail that is no file; or -1. */
int mail_file_memory(GError **error);
