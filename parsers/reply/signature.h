/* What stands below the words of a mail: signatures, lines that devices add, the fine
 * print of lawyers and mailing lists. */
#pragma once

#include "parsers/reply/lines.h"

/* Looks at the lines [first, end) of one writer and returns where the words end: what follows is
 * signature. `first` when nothing but signature is there. */
gsize signature_find(const TextLines *lines, gsize first, gsize end);

/* Gives the lines [first, end) that signature_find has taken off their roles: signature, device, fine print.
 */
void signature_mark(TextLines *lines, gsize first, gsize end);

/* TRUE when nothing but "Regards" and a name stands in the lines [first, end). */
gboolean signature_is_sign_off(const TextLines *lines, gsize first, gsize end);

/* A single line such as "Sent from my phone". */
gboolean signature_is_device_line(const TextLine *line);
/* What people put below such a line: "Please excuse typos". */
gboolean signature_is_excuse(const TextLine *line);
