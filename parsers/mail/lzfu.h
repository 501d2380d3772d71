/* Compressed RTF (MS-OXRTFCP). Private to parsers/mail. */
#pragma once

#include "octets.h"

/* The text, NUL behind it, at most `limit_bytes`; NULL when it is none at all. `out_broken`: what is wrong,
 * in plain words, or NULL: a limit, an early end, a wrong check sum. The caller frees. */
char *lzfu_decode(Octets octets, gsize limit_bytes, gsize *out_length, const char **out_broken);
