/* At most so many rows a minute, in any minute: the limits of other people's servers. Pure; times are
 * monotonic microseconds. What an earlier run sent is not known. */
#pragma once

#include <glib.h>

typedef struct {
    gint64 *times; /* of the last `most` rows, as a ring; NULL: no limit */
    guint most, oldest;
} Pace;

/* `per_minute` 0: no limit. */
void pace_init(Pace *pace, guint per_minute);
void pace_clear(Pace *pace);
/* How many rows may go now, at most `wanted`. */
guint pace_left(const Pace *pace, guint wanted, gint64 now_us);
/* When the next one may go. */
gint64 pace_next_us(const Pace *pace);
void pace_took(Pace *pace, guint rows, gint64 now_us);
