/* Bytes of a known character set to UTF-8, as mail has them: sets of Windows and of makers under the names of
 * the standards that they extend. Private to parsers/mail. */
#pragma once

#include "charset.h"

/* New UTF-8, NULL when nothing converts the name. Bytes that are no character become U+FFFD and are counted.
 */
GString *charset_convert(const CharsetName *charset, const char *bytes, gsize length, gsize *out_bad);
/* Bytes of the shortest character. */
gsize charset_unit(const CharsetName *charset);
