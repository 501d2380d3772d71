/* `postern held block ADDRESS`, `unblock ADDRESS`, `blocked`: senders whose mail is held without a word. Exit
 * codes. */
#pragma once

#include "gateway/app/command.h"

int held_block(Command *command, const char *address);
int held_unblock(Command *command, const char *address);
int held_blocked(Command *command);
