/* The content of what was signed as a whole (CMS SignedData, RFC 5652 5; S/MIME, RFC 8551 3.5.2). */
#pragma once

#include <glib.h>

/* The octets within, at most as many as went in; NULL when `der` holds none: it is no such thing, or the
 * content travels beside it. Nothing is verified. The caller frees. */
char *signed_content(const char *der, gsize length, gsize *out_length);
