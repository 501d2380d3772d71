/* Takes out of an HTML page what would cost the parser much and the reader nothing. */
#pragma once

#include <glib.h>

/* The cost of a tag's attributes grows with the square of their length. */
#define TRIM_TAG_BYTES (32u * 1024)

/* Without comments (conditional ones included), the end tags of the page, and NUL; a longer tag keeps its
 * name alone. */
GString *html_trim(const char *html, gsize length);
