/* Body text: HTML to text (libxml2 lives only in parsers/body), format=flowed
 * (RFC 3676). Input is valid UTF-8. Pure. */
#pragma once

#include <glib.h>

/* Readable text of an HTML body. Quoted parts (blockquote, Gmail's and Yahoo's quote
 * boxes) come with "> " before each line; where a client marks the start of the quoted mail
 * without a box (Outlook's divRplyFwdMsg and its like), `out_quote_start` gets the byte
 * offset of that place, else -1. `out_incomplete` (may be NULL): a limit cut it. The caller frees. */
char *body_html_to_text(const char *html, gsize length, gssize *out_quote_start, gboolean *out_incomplete);

/* Joins soft line breaks. The caller frees. */
char *body_unflow(const char *text, gboolean delete_space);
