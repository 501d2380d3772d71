/* What was said about one mail, for people who want to know why it did not arrive. Pure. */
#pragma once

#include <glib.h>

#define TRANSCRIPT_BYTES 4096u /* kept with the row; who fills it says nothing that helps any more */

/* Appends "MARK: LINE" and a line end to `transcript` (owned, NULL at first), up to the first line end in
 * `line`, which must be clean; what is too much is cut and said to be. */
void transcript_add(char **transcript, const char *mark, const char *line);
