/* Reply codes and enhanced status codes (RFC 5321 4.2, RFC 3463) in what servers say. */
#pragma once

#include <glib.h>

/* "550" in "said: 550 5.1.1 no such user"; NULL: none. The caller frees. */
char *status_find_smtp_code(const char *reason);
/* "5.1.1"; an IP address or a version is none. The caller frees. */
char *status_find_enhanced(const char *reason);
/* Both side by side, "550 5.1.1", and of one class: a server's own words. The first pair that is not vague;
 * outputs are left alone where there is none. */
gboolean status_find_pair(const char *reason, char **out_code, char **out_status);
/* TRUE for "5.0.0" and what some make of it ("5.0.350"), which tell the class only. */
gboolean status_is_vague(const char *status);
