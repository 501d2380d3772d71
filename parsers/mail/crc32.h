/* The CRC of ISO 3309, reflected, that yEnc, ZIP and MS-OXRTFCP use. Private to parsers/mail. */
#pragma once

#include <glib.h>

/* Goes on from `crc`. yEnc begins with 0xffffffff and turns the result around (~); MS-OXRTFCP 3.1.1 begins
 * with 0 and does not. */
guint32 crc32_add(guint32 crc, const char *bytes, gsize length);
