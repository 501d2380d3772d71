/* Rows of tickets that evidence leads to. */
#pragma once

#include "gateway/store/store_private.h"

#include <postern/decision.h>

/* What a row holds; the last two of the message that an id stands for, or null. */
#define EVIDENCE_COLUMNS "t.id, t.ref, t.queue, t.status, t.requester_address, t.closed_us"
enum {
    EVIDENCE_ID,
    EVIDENCE_REF,
    EVIDENCE_QUEUE,
    EVIDENCE_STATUS,
    EVIDENCE_REQUESTER,
    EVIDENCE_CLOSED_US,
    EVIDENCE_RECIPIENTS,
    EVIDENCE_WRITER
};

/* All of the ticket; belonging by that is only its requester's. */
void evidence_take_ticket(DbRows *rows, const char *sender, Evidence *piece);

/* For EVIDENCE_SAME_SUBJECT: the one open ticket of this queue in which the sender takes part and that has
 * this subject; two of them tell nothing. */
gboolean evidence_find_subject(Store *store, const Envelope *envelope, const char *sender, Evidence *piece,
                               GError **error);
