/* Time. Only the gateway asks for it; parsers and the desk get it as a value.
 * All times are microseconds since 1970-01-01 UTC. */
#pragma once

#include <glib.h>

gint64 clock_now_us(void);
/* For deadlines: never jumps. */
gint64 clock_monotonic_us(void);
/* For measuring what takes less. */
gint64 clock_monotonic_ns(void);

/* RFC 3339 in UTC, to the second: "2026-11-22T09:30:00Z". The caller frees. */
char *clock_rfc3339(gint64 time_us);
/* RFC 5322 date-time in UTC: "Sun, 22 Nov 2026 09:30:00 +0000". */
char *clock_rfc5322(gint64 time_us);
/* For a person at a terminal, local zone: "2026-11-22 10:30". */
char *clock_local(gint64 time_us);
