/* ASCII within text, eight octets at a time: nearly all text is ASCII, and what is done for each octet of a
 * mail is what its reading costs. Every function takes the length in octets; none needs a terminating NUL. */
#pragma once

#include <glib.h>

/* Octets at the beginning that are ASCII. */
gsize ascii_run(const char *text, gsize length);
/* Octets at the beginning that are printable ASCII, blanks included, tabs and line ends not. */
gsize ascii_printable_run(const char *text, gsize length);
/* Copies with the letters A to Z in lower case, what is not ASCII as it is. Both may be the same place. */
void ascii_lower(char *to, const char *from, gsize length);
/* Copies eight octets in lower case and returns TRUE, unless one of them is not ASCII, is a control (tabs and
 * line ends are), one of the two `marks`, or a blank beside another. Reads and writes eight octets in any
 * case. */
gboolean ascii_lower_eight(char *to, const char *from, const char marks[2]);
/* As g_utf8_validate: FALSE for a NUL, too. */
gboolean utf8_is_valid(const char *text, gsize length);
