/* Who was acknowledged within the last hour, and how much was written by itself: what the caps of the
 * configuration are counted with. Kept in memory by the writer, filled from the
 * outbox at start. */
#pragma once

#include <postern/store.h>

typedef struct AckLedger AckLedger;

AckLedger *ack_ledger_new(Store *store, gint64 now_us, GError **error);
void ack_ledger_free(AckLedger *ledger);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AckLedger, ack_ledger_free)
void ack_ledger_add(AckLedger *ledger, const char *address, gint64 at_us);
/* Forgets what is older than an hour, then counts. */
void ack_ledger_count(AckLedger *ledger, const char *address, gint64 now_us, guint *out_to_address,
                      guint *out_all);

/* Mails that no person wrote, to anybody: to the minute. */
void ack_ledger_add_automatic(AckLedger *ledger, guint count, gint64 at_us);
guint ack_ledger_count_automatic(const AckLedger *ledger, gint64 now_us);
