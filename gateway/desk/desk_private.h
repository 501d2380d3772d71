/* The steps of a judgement, each in a file of its own. */
#pragma once

#include <postern/desk.h>

/* Which ticket: sets ticket_id, ref, is_new_ticket, related, why, sender_role, add_participant. */
void desk_find_ticket(const DeskCase *mail, Decision *decision);

/* Whether an acknowledgement and a notice are due; says why not. */
void desk_judge_answers(const DeskCase *mail, Decision *decision);

/* Turns what is due into final bytes. */
void desk_write_outgoing(const DeskCase *mail, Decision *decision);

gboolean desk_is_automatic(const Reading *reading);
const ConfigAgent *desk_agent(const DeskCase *mail);
