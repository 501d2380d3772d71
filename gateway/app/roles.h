/* How `serve` and the processes that it starts find each other. */
#pragma once

/* Descriptors that a role inherits. */
#define ROLE_WAKE_FD 3   /* eventfd: the gate says that there is something to send */
#define ROLE_STATUS_FD 4 /* pipe: the role writes a byte when it is ready */

/* From here on descriptors are free for other uses. */
#define ROLE_FREE_FD 10

/* First thing in a role. The supervisor has SIGHUP blocked for it, and sees to it that they end together. */
void role_begin(const char *name);
void role_ready(void);
/* Readable once the role is asked to end (SIGTERM, SIGINT). The caller closes. */
int role_stop_fd(void);
