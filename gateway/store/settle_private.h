/* The parts of settling, each in a file of its own. */
#pragma once

#include <postern/settle.h>

/* Fills same_text, same_text_alike and is_refused. */
gboolean settle_sender_facts(Store *store, const Envelope *envelope, const Reading *reading, Facts *facts,
                             GError **error);
/* After the message was written: by what the next one with the same text is known. */
gboolean settle_write_text(Store *store, const IntakeRow *row, const Reading *reading,
                           const Decision *decision, GError **error);

/* `pieces` holds one piece of evidence: fills in where it leads, and adds one for each further ticket. */
gboolean settle_evidence(Store *store, const Envelope *envelope, const char *sender, GPtrArray *pieces,
                         GError **error);
/* Where tickets are cut off nobody knows whose: then none of these ids is enough. */
void evidence_trust_none(GPtrArray *pieces);

/* Whether the mail came before: the same bytes to the same recipient; or, in the ticket that it would join
 * (`ticket_id` 0: in any), to another address of ours or on another way. */
gboolean settle_find_repeated(Store *store, const Envelope *envelope, Facts *facts, GError **error);
gboolean settle_find_same(Store *store, gint64 ticket_id, const Envelope *envelope, const Reading *reading,
                          Facts *facts, GError **error);
/* After the message was written: by what the same mail is known when it comes again, and the ids that lead
 * others to its ticket. */
gboolean settle_write_same(Store *store, const IntakeRow *row, const Reading *reading, GError **error);
gboolean settle_write_heard(Store *store, const IntakeRow *row, const Decision *decision, GError **error);

/* The fields of the mail as rows: a value that is there already adds none, a later one of a single field
 * takes the place of the earlier, and nothing that rules find that of what a person said. */
gboolean settle_write_fields(Store *store, const IntakeRow *row, const Reading *reading,
                             const Decision *decision, GError **error);
/* What the mail is about, into its message; category, kind and severity where they are not known yet; what
 * was asked for, and that nothing is missing any more. */
gboolean settle_write_meaning(Store *store, const IntakeRow *row, const Reading *reading,
                              const Decision *decision, gint64 now_us, GError **error);
