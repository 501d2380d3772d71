/* Who somebody is and how to reach him, as it stands below a letter: name, firm, street, telephone. */
#pragma once

#include "parsers/reply/lines.h"

/* Longer lines are prose. */
#define CARD_LINE_BYTES 90u

/* "Best regards" */
gboolean card_line_is_closing(const TextLine *line);
/* One to four words that begin with capitals, and no digits. */
gboolean card_line_is_name(const TextLine *line);
/* Name, firm, street: short, and no sentence. */
gboolean card_line_is_short(const TextLine *line);
/* Nothing but an address, a link, a number: with its label or without. */
gboolean card_line_is_contact(const TextLine *line);

/* A name and ways to reach it at the very end of the lines [first, end): the first line of it, or `end`.
 * Words must be left above, for a text that is nothing else says just that. */
gsize card_find(const TextLines *lines, gsize first, gsize end);
