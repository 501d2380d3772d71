/* Raw values of Content-Type and Content-Disposition: the first word and the
 * parameters (RFC 2045 5.1, 2183, 2231), read leniently. Private to parsers/mail. */
#pragma once

#include <glib.h>

/* The word before the first ";", lower case, or NULL when there is none. The caller frees. */
char *header_word(const char *raw);

/* Value of a parameter as clean UTF-8 (RFC 2231 pieces and charset, RFC 2047 words, raw 8-bit text),
 * or NULL. The caller frees. */
char *header_parameter(const char *raw, const char *name);
