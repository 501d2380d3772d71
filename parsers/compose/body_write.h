/* Bodies of what we send (RFC 2045 6), for this room. */
#pragma once

#include <glib.h>

/* Cleaned text with CR LF line ends, ending with one, as 7bit or quoted-printable: `out_encoding` says which.
 * No line is longer than 78 characters. The caller frees. */
char *body_write(const char *text, const char **out_encoding);
