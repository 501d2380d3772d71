/* What servers and reports say in words, as the last two numbers of RFC 3463. The words stand in
 * status_phrases.h. */
#pragma once

#include <glib.h>

/* "1.1" for "user unknown", "2.2" for "mailbox full"; NULL when the words tell nothing. `is_reply`: a server
 * replied so to another one; else the system that reports says it of its own. Constant. */
const char *status_detail_from_words(const char *reason, gboolean is_reply);
