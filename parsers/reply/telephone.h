/* Telephone numbers as people write them, told from the times, addresses, sums and ids that mails are about.
 */
#pragma once

#include <glib.h>

/* TRUE when a folded text is hardly more than a number: its label may stand before it. */
gboolean telephone_is(const char *text);
/* TRUE when one stands among other words. */
gboolean telephone_within(const char *text);
