/* Tickets as the JSON that other programs rely on: the objects of `ticket list`, `ticket show` and webhooks.
 * What is secret was masked before it was stored. */
#pragma once

#include <postern/base/json.h>
#include <postern/tickets.h>

/* `whole`: with messages and events. */
Json *ticket_json(const Ticket *ticket, gboolean whole);
Json *ticket_message_json(const TicketMessage *message);
Json *ticket_event_json(const StoredEvent *event);
/* What people type for a message: its mail id, or "outbox-N" for one that we sent. The caller frees. */
char *ticket_message_id(const TicketMessage *message);
