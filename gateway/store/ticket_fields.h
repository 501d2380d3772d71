/* The fields of tickets: what stands, what stood before, and what lost. */
#pragma once

#include <postern/store.h>
#include <postern/ticket.h>

/* What stands, at most the newest `most`. */
gboolean ticket_fields_read(Store *store, Ticket *ticket, gint64 most, GError **error);
/* History and losers. */
gboolean ticket_fields_read_old(Store *store, Ticket *ticket, GError **error);
/* After rows came or went (merge, split): what was replaced by a row that is gone stands again; of single
 * fields, of persons' words and of equal values only one stands. */
gboolean ticket_fields_settle(Store *store, gint64 ticket_id, GError **error);
