/* What a customer's mail quotes without saying so. Private to gateway/gate. */
#pragma once

#include <postern/desk.h>
#include <postern/store.h>

/* In a transaction, before the desk judges. Moves what was said in the ticket before (0: a new one, nothing
 * was) out of the reply of `reading` (NULL: it could not be read). `out_words`: what was moved, for the
 * reasons of the message, or NULL; the caller frees. */
gboolean known_text_take(Store *store, const DeskCase *mail, Reading *reading, gint64 ticket_id,
                         char **out_words, GError **error);
