/* The cleaner: every string that came from outside passes here before it
 * reaches a header, an envelope, a log line, a terminal or SQL.
 * All functions are pure and return new strings that the caller frees. */
#pragma once

#include <glib.h>

/* One line of valid UTF-8: broken bytes become U+FFFD, runs of controls (below
 * 0x20, 0x7f, C1, U+2028/2029) become one blank, leading and trailing blanks
 * go. At most `limit_bytes` bytes, cut at a character. `length` may be -1. */
char *clean_line(const char *bytes, gssize length, gsize limit_bytes);

/* Text of several lines: as above, but LF and TAB stay, and CR LF and lone
 * CR become LF. NUL and other controls are dropped. */
char *clean_text(const char *bytes, gssize length, gsize limit_bytes);

/* For a terminal: one line, and bidirectional override characters (U+202A to
 * U+202E, U+2066 to U+2069) and zero-width characters become U+FFFD too, so
 * that a mail cannot disguise what an admin reads. */
char *clean_terminal(const char *text);

/* TRUE when `text` is valid UTF-8 without any control character. */
gboolean clean_is_line(const char *text);

/* Appends `length` bytes of text to a page: what means something in HTML, between tags and in quotes, is
 * written as a reference. */
void clean_append_html(GString *out, const char *text, gsize length);
