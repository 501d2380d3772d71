/* `postern outbox blocked` and `outbox unblock ADDRESS`. */
#pragma once

#include "gateway/app/command.h"

int outbox_blocked(Command *command);
int outbox_unblock(Command *command, const char *address);
