/* Words of an IMAP command (RFC 3501). Pure. */
#pragma once

#include <postern/base/error.h>

/* A folder name in modified UTF-7 (RFC 3501 5.1.3) as a quoted string. ERROR_CONFIG for a name with control
 * characters or that is no UTF-8. The caller frees. */
char *imap_folder_word(const char *folder, GError **error);
/* A quoted string; NULL when `text` has a control character, which no quoted string can carry. */
char *imap_quote(const char *text);
