/* What people do to tickets from the command line: the same acts as agents' mail commands. */
#pragma once

#include "gateway/app/command.h"

#include <postern/acts.h>

typedef struct {
    const char *verb;
    ActType type; /* ACT_COUNT: no act of a mail, see ticket_move */
    const char *operands;
    int least, most; /* operands, the reference among them */
} TicketAct;
/* NULL when it is none. */
const TicketAct *ticket_act(const char *verb);
/* The names of all, for "did you mean". Appends. */
void ticket_act_names(GPtrArray *names);

/* The sheet that the operands ask for, or of a move the queue. Exit code, after a message. */
int ticket_sheet_make(const Command *command, const TicketAct *act, const Config *config, CommandSheet **out,
                      const ConfigQueue **out_queue);
/* Exit code. */
int ticket_act_run(Command *command, const TicketAct *act);

/* In a transaction: the ticket goes to another queue, whose people are told. Lines in `out` as acts_perform.
 */
gboolean ticket_move(const ActsDesk *desk, const ActsOrder *order, const ConfigQueue *queue, ActsResult *out,
                     GError **error);
