#include <postern/deliver.h>

#define MINUTE_US ((gint64)60 * G_USEC_PER_SEC)

/* Minutes after the first try, the second …; the last counts for all that follow. Greylisting lets a mail in
 * when it comes again after a few minutes; a full mailbox waits for a person. */
static const guint delays[ANSWER_CLASS_COUNT][8] = {
    [ANSWER_OTHER] = {1, 5, 15, 60, 180, 360, 360, 360},
    [ANSWER_GREYLISTED] = {1, 3, 5, 10, 15, 60, 180, 360},
    [ANSWER_FULL] = {60, 180, 360, 360, 360, 360, 360, 360},
};

static gint64 delay_us(guint attempts, AnswerClass kind)
{
    guint step = attempts == 0 ? 0 : attempts - 1;
    return delays[kind][MIN(step, G_N_ELEMENTS(delays[kind]) - 1)] * MINUTE_US;
}

/* The last try falls on the very end, so that a long pause does not cut the promised time short. */
gint64 deliver_next_try_us(gint64 created_us, gint64 now_us, guint attempts, AnswerClass kind,
                           gint64 give_up_us, guint32 noise)
{
    gint64 end_us = created_us + give_up_us;
    if (now_us >= end_us)
        return 0;
    gint64 delay = delay_us(attempts, kind);
    gint64 jitter = (gint64)((double)(delay / 2) * ((double)noise / G_MAXUINT32)) - delay / 4;
    return MIN(now_us + delay + jitter, end_us);
}
