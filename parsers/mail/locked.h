/* Files that open with a password alone, by their first octets. Private to parsers/mail. */
#pragma once

#include <glib.h>

/* As for sniff_type. TRUE for an archive (zip, RAR) whose first entries or list are enciphered, and for an Office
 * document that is (MS-OFFCRYPTO 2.3.1). A PDF says it at its end and is not known. */
gboolean locked_file(const char *head, gsize length, const char *other, gsize other_length);
