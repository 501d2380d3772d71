/* From what became of a row to what the outbox is told. Pure. */
#pragma once

#include <postern/blocks.h>
#include <postern/deliver.h>

#define DELIVER_UNCERTAIN_MOST                                                                               \
    3u /* outcomes unknown: each may have been a copy for the customer; then a person decides */

/* NULL when the row may be sent; else why it has to wait for a person: its outcome was unknown too often and
 * nobody has asked for another try since (outbox_retry makes a held row a queued one). */
const char *deliver_obstacle(const OutboxRow *row);

/* `row` is as outbox_claim gave it: its attempts are those before this one. The texts of `result` are
 * borrowed by what comes back, and its answer is rewritten where it must say more ("gave up after 12 tries:
 * …"). */
OutboxResult deliver_plan(const OutboxRow *row, DeliveryResult *result, gint64 now_us, gint64 give_up_us,
                          guint32 noise);

/* Why a row that no person wrote is not sent: a line with the day and the words of that failure. `waits`: it
 * is tried again, as it goes to one of us. The caller frees. */
char *deliver_block_words(const Block *block, gboolean waits);

/* "sent", "refused", "later", "unknown": for the log. */
const char *delivery_outcome_name(DeliveryOutcome outcome);
