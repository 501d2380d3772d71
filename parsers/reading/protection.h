/* Signatures and ciphers around a mail (RFC 1847, 3156, 8551, 4880): nothing is checked or opened here, but
 * people are told. Private to parsers/reading. */
#pragma once

#include <postern/parts.h>

/* Findings "signed" and "encrypted", each once. */
void protection_note(Mail *mail, const char *text, GPtrArray *findings);
/* A text signed in line (RFC 4880 7) without its armour, which goes to `out_armour`; NULL when `text` does
 * not begin so. The callers free. */
char *protection_bare_text(const char *text, char **out_armour);
