/* What stands behind a command, read by its grammar. Private to parsers/command. */
#pragma once

#include "act_table.h"

/* Longer words are no reason, value or name any more but a text, which belongs below. */
#define ARGUMENT_BYTES 2000u

/* Fills ref, word, text and duration_us of `act`, whose type is set, from `rest` (sheet_words). NULL when it
 * is well; else what is wrong, without the usage. The caller frees. */
char *arguments_read(const char *rest, const char *const *prefixes, Act *act);
