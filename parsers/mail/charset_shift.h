/* Text in seven bits that shifts between sets, turned into the eight-bit form of the same sets: converters
 * know more of those. Private to parsers/mail. */
#pragma once

#include <glib.h>

/* HZ (RFC 1843) is GB2312 without the eighth bits, between "~{" and "~}". The caller frees. */
GString *shift_hz_to_gb(const char *bytes, gsize length);
/* ISO-2022-JP (RFC 1468, RFC 2237) to EUC-JP. Windows and phones write signs of their makers ("①", "㈱") into
 * the free rows of JIS X 0208, which only the eight-bit converter of Microsoft's set has. The caller frees.
 */
GString *shift_jis_to_euc(const char *bytes, gsize length);
