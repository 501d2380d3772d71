/* The fingerprint of an error text: the same for one error at two customers, whatever ids, numbers, times,
 * addresses, paths and quoted values stand in it. Pure, linear time; only the first ERROR_PRINT_BYTES_MAX
 * bytes count. */
#pragma once

#include <glib.h>

#define ERROR_PRINT_BYTES_MAX (16u * 1024)

/* Stands in front of each print. Whoever changes what error_normalise keeps counts it up: prints that are
 * stored keep their group, and are never compared with new ones. */
#define ERROR_PRINT_VERSION "1"

/* What is kept of an error text (UTF-8): a line for each message (that of the exception first, then those of
 * its causes), with "…" in the place of what differs between customers; and "in Class.function", the
 * innermost call that is no runtime's. "" when nothing is left. The caller frees. */
char *error_normalise(const char *text);

/* ERROR_PRINT_VERSION, ":" and 16 hex digits over the words of that, whatever their case and punctuation.
 * NULL when too little is left to tell one error from another ("Error: failed"). The caller frees. */
char *error_print(const char *text);
