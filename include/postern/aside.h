/* A word about a ticket to whoever of the team looks after it. */
#pragma once

#include <postern/acts.h>

/* In a transaction. To the agent who has the ticket; when nobody has it, to the queue's agents and to who had
 * it last. `who` did it, and `but` (may be NULL) needs no mail about it. `text` NULL: what the customer wrote
 * last. `out_count` gets the rows of the outbox. */
gboolean aside_tell(const ActsDesk *desk, gint64 ticket_id, const char *who, const ConfigAgent *but,
                    const char *what, const char *text, guint *out_count, GError **error);
