/* Locks a process up for good (libseccomp lives only in this room). */
#pragma once

#include <glib.h>

typedef struct {
    int socket_fd;        /* the one descriptor that may be written to */
    guint64 memory_bytes; /* of address space */
    guint64 cpu_seconds;  /* for the rest of its life */
} LockdownLimits;

/* After TRUE the calling process, which must have one thread, can read and write its socket, read
 * descriptors that come over it, compute, and end. Looking for files answers EPERM, because libraries
 * ask for files that they can do without (a character set's converter, a locale); everything else that
 * is not needed (sockets, processes, signals to others, executable memory) kills, because no library
 * asks for it and whoever does has taken over the process. ERROR_TEMPORARY when the kernel does not
 * offer what is needed: the caller must then not read a mail. */
gboolean reader_lock_down(const LockdownLimits *limits, GError **error);
