/* How tickets look to a person. */
#pragma once

#include "gateway/app/command.h"

#include <postern/intake_rows.h>
#include <postern/ticket_json.h>

void ticket_print(const Ticket *ticket);
/* Its parts: what the customer was asked for; fields with history and losers; what rules say of a message. */
void ticket_print_asked(const Ticket *ticket);
void ticket_print_fields(const Ticket *ticket);
void ticket_print_meanings(const TicketMessage *message);
void ticket_print_list(const GPtrArray *tickets);
void ticket_print_fate(const MailFate *fate);
/* `ticket raw`: exit code; 77 for whom the configuration does not name. */
int ticket_raw(Command *command, gint64 mail_id);
Json *ticket_fate_json(const MailFate *fate);
