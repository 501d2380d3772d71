/* The budget of the hour for mail that no person wrote, as the writer counts it. */
#pragma once

#include "gateway/gate/pipeline_private.h"

#include <postern/desk.h>

/* In a transaction. Notes that the budget is spent, for the watch to tell the admins. */
gboolean budget_note(Pipeline *pipeline, const DeskCase *mail, const Decision *decision, GError **error);
/* What was just decided counts. */
void budget_count(Pipeline *pipeline, const Decision *decision, gint64 now_us);
