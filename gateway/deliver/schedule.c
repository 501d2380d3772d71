#include <postern/deliver.h>

#define MINUTE_US ((gint64)60 * G_USEC_PER_SEC)

static gint64 delay_us(guint attempts)
{
    static const guint minutes[] = {1, 5, 15, 60, 180, 360};
    guint step = attempts == 0 ? 0 : attempts - 1;
    return minutes[MIN(step, G_N_ELEMENTS(minutes) - 1)] * MINUTE_US;
}

/* The last try falls on the very end, so that a long pause does not cut the promised time short. */
gint64 deliver_next_try_us(gint64 created_us, gint64 now_us, guint attempts, gint64 give_up_us, guint32 noise)
{
    gint64 end_us = created_us + give_up_us;
    if (now_us >= end_us)
        return 0;
    gint64 delay = delay_us(attempts);
    gint64 jitter = (gint64)((double)(delay / 2) * ((double)noise / G_MAXUINT32)) - delay / 4;
    return MIN(now_us + delay + jitter, end_us);
}
