#include "pace.h"

#define MINUTE_US ((gint64)60 * G_USEC_PER_SEC)

void pace_init(Pace *pace, guint per_minute)
{
    *pace = (Pace){.times = per_minute > 0 ? g_new(gint64, per_minute) : NULL, .most = per_minute};
    for (guint i = 0; i < per_minute; i++)
        pace->times[i] = -MINUTE_US;
}

void pace_clear(Pace *pace)
{
    g_clear_pointer(&pace->times, g_free);
}

guint pace_left(const Pace *pace, guint wanted, gint64 now_us)
{
    if (!pace->times)
        return wanted;
    guint left = 0;
    while (left < MIN(wanted, pace->most) &&
           pace->times[(pace->oldest + left) % pace->most] + MINUTE_US <= now_us)
        left++;
    return left;
}

gint64 pace_next_us(const Pace *pace)
{
    return pace->times ? pace->times[pace->oldest] + MINUTE_US : 0;
}

void pace_took(Pace *pace, guint rows, gint64 now_us)
{
    for (guint i = 0; pace->times && i < rows; i++) {
        pace->times[pace->oldest] = now_us;
        pace->oldest = (pace->oldest + 1) % pace->most;
    }
}
