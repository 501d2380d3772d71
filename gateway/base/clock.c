#include <postern/base/clock.h>

#include <time.h>

gint64 clock_now_us(void)
{
    return g_get_real_time();
}

gint64 clock_monotonic_us(void)
{
    return g_get_monotonic_time();
}

gint64 clock_monotonic_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (gint64)now.tv_sec * 1000000000 + now.tv_nsec;
}

static char *format(gint64 time_us, const char *pattern, gboolean local)
{
    time_t seconds = (time_t)(time_us / G_USEC_PER_SEC);
    struct tm parts;
    char text[64];
    if (!(local ? localtime_r(&seconds, &parts) : gmtime_r(&seconds, &parts)))
        return g_strdup("");
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    text[strftime(text, sizeof text, pattern, &parts)] = '\0';
#pragma GCC diagnostic pop
    return g_strdup(text);
}

char *clock_rfc3339(gint64 time_us)
{
    return format(time_us, "%Y-%m-%dT%H:%M:%SZ", FALSE);
}

char *clock_rfc5322(gint64 time_us)
{
    /* LC_TIME stays "C" in this program, so %a and %b are English. */
    return format(time_us, "%a, %d %b %Y %H:%M:%S +0000", FALSE);
}

char *clock_local(gint64 time_us)
{
    return format(time_us, "%Y-%m-%d %H:%M", TRUE);
}
