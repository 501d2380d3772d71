/* The supervisor: starts the gate, a sender for each way out and a fetcher for each mailbox, starts them
 * again when they die, passes signals on. It opens no socket and no store, so there is little that can bring
 * it down. */
#pragma once

#include "gateway/app/command.h"

/* Returns when it was asked to stop (SIGTERM, SIGINT) and all have ended, or when one that the others need
 * cannot start: its exit code. `config`: as it begins with. The caller holds the lock of the store. */
int supervisor_run(Command *command, const Config *config);
