/* From a judged mail to rows: the facts that the desk asks for, and the one
 * transaction that stores what it decided. */
#pragma once

#include <postern/decision.h>
#include <postern/intake_rows.h>

/* In a transaction. Fills copy_of (the same bytes came to this recipient), block, the row of `returned` (by
 * its Message-ID, else the newest of that ticket that went to the token's person), and of every Evidence in
 * `facts` what the store knows; token types have their ticket from the token, and all follow merges and
 * splits. An id that several tickets hold becomes a piece for each of them. `envelope` has its queue;
 * `sender` may be "". */
gboolean settle_facts(Store *store, const Envelope *envelope, const char *sender, Facts *facts,
                      GError **error);

/* In a transaction, after settle_facts and desk_ticket_of. Fills ticket (with its newest messages; NULL for
 * 0: a new ticket), what is known about the sender besides: earlier, earlier_count, same_text, is_refused;
 * hints, what is known about its error texts; * and copy_of, when the same mail is in that ticket (0: in any)
 * already, and came to another address of ours or on another way. */
gboolean settle_ticket_facts(Store *store, gint64 ticket_id, const Envelope *envelope, const Reading *reading,
                             Facts *facts, GError **error);

/* What was said before, as the store has it: exactly one of the two. */
typedef struct {
    gint64 mail_id; /* the message, or the mail that caused what we sent */
    char *from;     /* its writer */
    char *reply;    /* of a message */
    GBytes *sent;   /* a mail of ours, final bytes */
} Said;
void said_free(Said *said);
/* The newest messages of a ticket, but notes and this one, and before them our newest mails to `address`
 * about it. Array of Said. */
GPtrArray *settle_said(Store *store, gint64 ticket_id, gint64 but_id, const char *address, GError **error);

/* TRUE when no ticket has this reference. */
gboolean settle_ref_is_free(Store *store, const char *ref, GError **error);
/* In a transaction. A reference that no ticket has. The caller frees. */
char *settle_new_ref(Store *store, const char *prefix, GError **error);

/* In a transaction. Stores ticket, message, fields, events, links, outbox rows, and marks the intake row
 * done. `reading` is NULL for a mail that could not be read. ERROR_CONFLICT when the row is settled already
 * (somebody else was quicker: nothing is left to do). */
gboolean settle_decision(Store *store, const IntakeRow *row, const Reading *reading, const Decision *decision,
                         gint64 now_us, GError **error);
