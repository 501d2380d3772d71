/* Starting and ending the reader's process. */
#pragma once

#include <glib.h>

/* The descriptor of the child's end of the socket, in the child. */
#define SPAWN_SOCKET_FD 3

/* Starts `program` with the role "reader", an empty environment, and of all descriptors only its end of
 * a new socket pair and stderr. The parent's end, closed on exec, goes to `out_socket_fd`. Its process id, or
 * 0 with ERROR_TEMPORARY. Safe with many threads: no code of ours runs between fork and exec. */
int spawn_reader(const char *program, int *out_socket_fd, GError **error);

/* Kills what still lives of `pid` and reaps it. How it ended, for people: "killed by SIGSEGV"; when it
 * had come to its own end before, that is what is told. The caller frees. */
char *spawn_end(int pid);
