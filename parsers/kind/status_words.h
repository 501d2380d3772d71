/* What servers and reports say in words, as the last two numbers of RFC 3463. To add a language, add its
 * words to the row that they belong to in status_words.c. */
#pragma once

#include <glib.h>

/* "1.1" for "user unknown", "2.2" for "mailbox full"; NULL when the words tell nothing. `is_reply`: a server
 * replied so to another one; else the system that reports says it of its own. Constant. */
const char *status_detail_from_words(const char *reason, gboolean is_reply);
