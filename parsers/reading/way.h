/* What the servers on the way wrote down: for whom the mail was, who sent it on, who wrote it. Private to
 * parsers/reading. */
#pragma once

#include <postern/values.h>

/* Fills return_path, delivered_to, original_from, original_authentic, from_is_list, list_address. After
 * `reading->from` is known. `authserv_id` may be NULL. */
void way_read(const Headers *headers, const char *authserv_id, Reading *reading);
