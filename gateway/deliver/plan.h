/* From what became of a row to what the outbox is told. Pure. */
#pragma once

#include <postern/deliver.h>

#define DELIVER_UNCERTAIN_MOST                                                                               \
    3u /* outcomes unknown: each may have been a copy for the customer; then a person decides */

/* NULL when the row may be sent; else why it has to wait for a person: its outcome was unknown too often. */
const char *deliver_obstacle(const OutboxRow *row);

/* `result->answer` is borrowed by what comes back, and rewritten where it must say more ("gave up after 12
 * tries: …"). `row->attempts` counts this try. */
OutboxResult deliver_plan(const OutboxRow *row, DeliveryResult *result, gint64 now_us, gint64 give_up_us,
                          guint32 noise);

/* "sent", "refused", "later", "unknown": for the log. */
const char *delivery_outcome_name(DeliveryOutcome outcome);
