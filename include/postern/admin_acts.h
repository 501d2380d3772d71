/* What an admin asks for by answering a digest of held mail. */
#pragma once

#include <postern/acts.h>
#include <postern/senders.h>

/* NULL when mail of this address may be refused; else why not, in words: we write to it ourselves, or it is
 * one of ours. The caller frees. */
char *admin_refuse_block(const Config *config, const char *address);

/* In a transaction, after the mail was settled. All that the sheet of `decision` asks for is done, or nothing
 * of it; the admin gets a receipt either way. Does nothing when the decision has no admin. `out` gets the
 * lines of the receipt and what is queued; `out_released` whether held mail goes on its way. */
gboolean admin_acts_perform(const ActsDesk *desk, const Decision *decision, const Reading *reading,
                            gint64 mail_id, ActsResult *out, gboolean *out_released, GError **error);
