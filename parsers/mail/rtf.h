/* RTF to what a mail can show: its words, or the HTML page that was packed into it (MS-OXRTFEX).
 * Private to parsers/mail. */
#pragma once

#include <glib.h>

/* UTF-8, not yet cleaned, at most some bytes more than `limit_bytes`. `out_html`: a page (its charset is
 * UTF-8, whatever it says itself); else text, lines ended by LF. Linear, whatever comes. The caller frees. */
char *rtf_read(const char *rtf, gsize length, gsize limit_bytes, gboolean *out_html, gboolean *out_cut);
