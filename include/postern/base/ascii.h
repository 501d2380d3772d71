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
/* Copies in lower case, eight octets at a time, up to where one is not ASCII, is a control (tabs and line
 * ends are), one of the two `marks`, or a blank beside another; `before` is the octet in front of `from`.
 * Returns how many were copied. */
gsize ascii_lower_plain(char *to, const char *from, gsize length, const char marks[2], char before);
/* Which of the eight octets at `at` may begin a word, as high bits, the first octet lowest: those that are no
 * blank and stand behind something else than a small ASCII letter. `before` is the octet in front. */
guint64 ascii_word_starts(const char *at, char before);
/* As g_utf8_validate: FALSE for a NUL, too. */
gboolean utf8_is_valid(const char *text, gsize length);
