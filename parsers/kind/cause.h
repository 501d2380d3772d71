/* Why a mail did not arrive, in one word (kind.h). */
#pragma once

#include <glib.h>

/* By the status, or by what the words mean ("1.1", as status_words.h has it; may be NULL) where the status
 * leaves it open. `status` and `action` may be NULL. A static word. */
const char *cause_find(const char *status, const char *action, const char *by_words);
