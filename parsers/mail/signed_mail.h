/* A mail that was signed as a whole, so that programs without S/MIME see nothing of it (RFC 8551 3.5.2).
 * Private to parsers/mail. */
#pragma once

#include "mail_tree.h"
#include "scan.h"

/* When the first of `leaves` is such a thing: the mail with what is within in its place, as a Source that
 * owns its bytes. FALSE otherwise. */
gboolean signed_mail_open(const Source *source, const Scan *scan, const GPtrArray *leaves, Source *out);
