/* A password that an admin writes into the configuration by mistake must not
 * travel on into a terminal, a log or a bug report. Pure. */
#pragma once

#include <glib.h>

/* TRUE for keys whose value would be a secret itself: "password", "passwd", "secret" …; FALSE for
 * "password_file" and "password_env", which only name where it is. */
gboolean secret_is_key(const char *key);

/* The file as it may be shown: lines stay lines, but what follows such a key, to the end of its line and
 * on the lines that belong to it, becomes asterisks. The caller frees; NUL-terminated. */
char *secret_blank(const char *text, gsize length);
