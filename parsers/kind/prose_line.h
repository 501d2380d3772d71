/* What stands on one line of a report in prose, beside an address. Private to prose.c. */
#pragma once

#include <glib.h>

/* Words may stand before the address on its line if they are of this kind: "Recipient:", "550 <". */
gboolean line_is_label(const char *line, gsize length);

/* "staff-owner@…": whom to ask about a list, rather than whom the mail was for. */
gboolean address_is_list_helper(const char *address);
/* The same, or "postmaster@…" and its like. */
gboolean address_is_helper(const char *address);

/* TRUE when the `length` bytes before an address end in a word that makes it another thing than a recipient:
 * "message <", "from <". */
gboolean line_names_other(const char *line, gsize length);

/* TRUE for words, in lower case, that lead to such an address: "questions to the list administrator at:". */
gboolean line_asks(const char *words);
