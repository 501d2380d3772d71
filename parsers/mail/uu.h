/* uuencode as mail has it (POSIX uuencode; no RFC): lines of a count and its characters between "begin" and
 * "end". Private to parsers/mail. */
#pragma once

#include "transfer.h"

/* "begin 644 name": the name as it stands there; a new string, "" when it is missing. NULL: no such line. */
char *uu_begin(const Line *line, gboolean *out_base64);
/* `is_strict`: so long as its first character says, but for some blanks cut from its end, or all of them.
 * Else anything that can be one: whole runs of blanks may have gone. */
gboolean uu_is_data(const Line *line, gboolean is_strict);
/* "`" or " " or nothing: the line of no octets before the end. */
gboolean uu_is_zero(const Line *line);
gboolean uu_is_end(const Line *line, gboolean is_base64);

/* From the "begin" line to the "end" line; lines that can be no data are passed over. */
void uu_decode(const Source *source, guint64 begin, guint64 end, TransferSink sink, gpointer user);
