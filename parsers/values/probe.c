#include <postern/values.h>

#include <postern/base/clock.h>

#include <stdarg.h>

#define DAY_US ((gint64)24 * 3600 * G_USEC_PER_SEC)
#define CERTIFICATE_DAYS 14 /* what is renewed by a machine is renewed a month before */

void probe_step_free(ProbeStep *step)
{
    if (!step)
        return;
    g_free(step->what);
    g_free(step->words);
    g_free(step);
}

GPtrArray *probe_steps_new(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify)probe_step_free);
}

void probe_add(GPtrArray *steps, const char *what, ProbeResult result, const char *format, ...)
{
    va_list arguments;
    ProbeStep *step = g_new0(ProbeStep, 1);
    va_start(arguments, format);
    step->words = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    step->what = g_strdup(what);
    step->result = result;
    g_ptr_array_add(steps, step);
}

void probe_add_certificate(GPtrArray *steps, const char *of, gint64 end_us, gint64 now_us,
                           const char *else_words)
{
    if (end_us == 0) {
        probe_add(steps, "TLS", PROBE_OK, "%s", of);
        return;
    }
    gint64 days = (end_us - now_us) / DAY_US;
    g_autofree char *end = clock_local(end_us);
    gboolean is_far = days >= CERTIFICATE_DAYS;
    probe_add(steps, "TLS", is_far ? PROBE_OK : PROBE_PITY,
              "%s and ends in %" G_GINT64_FORMAT " day%s, on %s%s%s", of, days, days == 1 ? "" : "s", end,
              is_far ? "" : "; have it renewed, or ", is_far ? "" : else_words);
}
