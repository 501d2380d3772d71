/* What an admin asks for by answering a digest of held mail. */
#pragma once

#include <postern/acts.h>

/* In a transaction, before the decision is stored. All that its held_sheet asks for is done, or nothing of
 * it; either way a receipt for the admin is added to its mails. Does nothing when it has no admin.
 * `out_released` gets TRUE when held mail goes on its way again. */
gboolean admin_acts_perform(const ActsDesk *desk, Decision *decision, const Reading *reading, gint64 mail_id,
                            gboolean *out_released, GError **error);
