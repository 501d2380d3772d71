/* Quotes in an answer: what stays of them is what customers wrote in this ticket. */
#pragma once

#include <postern/ticket.h>

/* `text` (of the agent alone) without lines of our pages, and without quotes and their attributions but for
 * lines that customers wrote who read the answer. `ticket` may be NULL. The caller frees. */
char *answer_sift(const Ticket *ticket, const char *text, gboolean *out_has_quotes);
