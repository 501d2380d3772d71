/* Rows of tickets that evidence leads to. */
#pragma once

#include "gateway/store/store_private.h"

#include <postern/decision.h>

/* What a row holds; the last three of the message that an id stands for, or null. */
#define EVIDENCE_COLUMNS "t.id, t.ref, t.queue, t.status, t.requester_address, t.closed_us"
/* Who got it comes in by that as far as its writer belongs to the ticket as it is now: after a merge the
 * other customer brings nobody along. */
#define EVIDENCE_MESSAGE_COLUMNS                                                                             \
    "m.recipients, m.from_address, CASE WHEN m.role = 'agent'"                                               \
    " OR NOT EXISTS (SELECT 1 FROM moves v WHERE v.message_id = m.id AND v.how = 'merge')"                   \
    " OR lower(m.from_address) = lower(t.requester_address) OR EXISTS (SELECT 1 FROM participants p"         \
    " WHERE p.ticket_id = t.id AND p.address = lower(m.from_address) AND p.role <> 'guest')"                 \
    " THEN m.brings ELSE 0 END"
enum {
    EVIDENCE_ID,
    EVIDENCE_REF,
    EVIDENCE_QUEUE,
    EVIDENCE_STATUS,
    EVIDENCE_REQUESTER,
    EVIDENCE_CLOSED_US,
    EVIDENCE_RECIPIENTS,
    EVIDENCE_WRITER,
    EVIDENCE_BRINGS
};

/* All of the ticket; belonging by that is only its requester's. */
void evidence_take_ticket(DbRows *rows, const char *sender, Evidence *piece);

/* For EVIDENCE_SAME_SUBJECT: the one open ticket of this queue in which the sender takes part and that has
 * this subject; two of them tell nothing. */
gboolean evidence_find_subject(Store *store, const Envelope *envelope, const char *sender, Evidence *piece,
                               GError **error);
