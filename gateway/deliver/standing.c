#include "standing.h"

#include "channel.h"

#include <postern/base/clock.h>
#include <postern/base/log.h>
#include <postern/routes.h>

#include <string.h>

#define WRITE_EVERY_US ((gint64)30 * G_USEC_PER_SEC)

void standing_begin(Standing *standing, Store *store, const char *name)
{
    *standing = (Standing){.store = store, .name = name};
    g_autoptr(GPtrArray) all = route_status_list(store, NULL);
    for (guint i = 0; all && i < all->len; i++) {
        const RouteStatus *status = all->pdata[i];
        if (strcmp(status->name, name) != 0)
            continue;
        standing->is_down = status->is_down;
        standing->since_us = status->since_us;
    }
}

/* As people call it everywhere: "route main", "webhook crm". */
static char *words_of(const Standing *standing)
{
    const char *colon = channel_is_webhook(standing->name) ? strchr(standing->name, ':') : NULL;
    return colon ? g_strdup_printf("webhook %s", colon + 1) : g_strdup_printf("route %s", standing->name);
}

static gboolean is_due(const Standing *standing)
{
    return standing->written_us == 0 || clock_monotonic_us() - standing->written_us >= WRITE_EVERY_US;
}

/* A failure to write is tried again with the next mail; the store's own trouble is told by who needs it. */
static void note_written(Standing *standing, gboolean ok, GError *error)
{
    g_autofree char *words = ok ? NULL : words_of(standing);
    if (ok)
        standing->written_us = clock_monotonic_us();
    else
        log_debug(0, "the state of %s is not stored: %s", words, error->message);
    g_clear_error(&error);
}

void standing_up(Standing *standing)
{
    gint64 now_us = clock_now_us();
    if (standing->is_down) {
        g_autofree char *name = words_of(standing);
        log_info(0, "%s works again after %" G_GINT64_FORMAT " min", name,
                 (now_us - standing->since_us) / G_USEC_PER_SEC / 60);
        standing->is_down = FALSE;
        standing->written_us = 0;
    }
    if (!is_due(standing))
        return;
    GError *error = NULL;
    gboolean ok = route_status_up(standing->store, standing->name, now_us, &error);
    note_written(standing, ok, error);
}

void standing_down(Standing *standing, const char *words)
{
    gint64 now_us = clock_now_us();
    if (!standing->is_down) {
        g_autofree char *name = words_of(standing);
        log_warning(0, "%s is down: %s", name, words);
        standing->is_down = TRUE;
        standing->since_us = now_us;
        standing->written_us = 0;
    }
    if (!is_due(standing))
        return;
    GError *error = NULL;
    gboolean ok = route_status_down(standing->store, standing->name, words, now_us, &error);
    note_written(standing, ok, error);
}
