/* How tickets look: the JSON that programs rely on, and pages for a person. */
#pragma once

#include "gateway/app/command.h"

#include <postern/intake_rows.h>
#include <postern/tickets.h>

/* `whole`: with messages and events. */
Json *ticket_json(const Ticket *ticket, gboolean whole);
Json *ticket_event_json(const StoredEvent *event);
/* What people type for a message: its mail id, or "outbox-N" for one that we sent. The caller frees. */
char *ticket_message_id(const TicketMessage *message);
void ticket_print(const Ticket *ticket);
void ticket_print_list(const GPtrArray *tickets);
void ticket_print_fate(const MailFate *fate);
Json *ticket_fate_json(const MailFate *fate);
