/* What the store knows about who wrote, for settling. */
#pragma once

#include <postern/settle.h>

/* Fills same_text and is_refused. */
gboolean settle_sender_facts(Store *store, const Envelope *envelope, const Reading *reading, Facts *facts,
                             GError **error);
/* After the message was written: by what the next one with the same text is known. */
gboolean settle_write_text(Store *store, const IntakeRow *row, const Reading *reading,
                           const Decision *decision, GError **error);
