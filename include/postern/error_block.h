/* Error text in a mail: stack traces, "Error:" lines, console and log
 * excerpts, as whole blocks of lines. Pure, linear time. */
#pragma once

#include <glib.h>

/* Bytes `start` to `end` of the text. */
typedef struct {
    gsize start, end;
} ErrorBlock;

/* Appends the blocks of `text` (valid UTF-8) to `blocks` (ErrorBlock), in order, without overlap: each
 * from the message line to the end of its trace. A block begins inside a line where words of the
 * writer stand before the message. */
void error_blocks_find(const char *text, gsize length, GArray *blocks);
