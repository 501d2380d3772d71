#include "failover.h"

#include "channel.h"

#include <string.h>

#define ORPHANS_MOST 100u
#define ORPHAN_LEASE_US ((gint64)60 * G_USEC_PER_SEC)
#define YOUNG_US ((gint64)60 * G_USEC_PER_SEC) /* by then a reload has reached every sender */

static gboolean is_down(const GPtrArray *statuses, const char *name)
{
    for (guint i = 0; i < statuses->len; i++) {
        const RouteStatus *status = statuses->pdata[i];
        if (strcmp(status->name, name) == 0)
            return status->is_down;
    }
    return FALSE;
}

const char *failover_next(const Config *config, const GPtrArray *statuses, const char *route,
                          const char *queue, const char *from)
{
    g_autoptr(GPtrArray) fitting = config_routes_for(config, queue, from);
    for (guint i = 0; i < fitting->len; i++) {
        const ConfigRoute *other = fitting->pdata[i];
        if (strcmp(other->name, route) != 0 && !is_down(statuses, other->name))
            return other->name;
    }
    return NULL;
}

static gboolean is_alone(const Config *config, const GPtrArray *statuses, const char *route)
{
    for (guint i = 0; i < config->routes->len; i++) {
        const ConfigRoute *other = config->routes->pdata[i];
        if (strcmp(other->name, route) != 0 && !is_down(statuses, other->name))
            return FALSE;
    }
    return TRUE;
}

gint64 failover_hand_over(const Config *config, Store *store, const char *route, gint64 now_us,
                          GError **error)
{
    g_autoptr(GPtrArray) statuses = route_status_list(store, error);
    if (!statuses || is_alone(config, statuses, route))
        return 0;
    g_autoptr(GPtrArray) groups = outbox_groups(store, route, now_us, error);
    gint64 handed = 0;
    for (guint i = 0; groups && i < groups->len; i++) {
        const OutboxGroup *group = groups->pdata[i];
        const char *next = failover_next(config, statuses, route, group->queue, group->from);
        gint64 count = 0;
        if (next && !outbox_hand_over(store, route, group, next, now_us, &count, error))
            break;
        handed += count;
    }
    return handed;
}

/* Also what is not due yet: people should see where it is. */
static gboolean adopt_mail(const Config *config, Store *store, const char *gone, gint64 *adopted,
                           GError **error)
{
    g_autoptr(GPtrArray) groups = outbox_groups(store, gone, G_MAXINT64, error);
    if (!groups)
        return FALSE;
    for (guint i = 0; i < groups->len; i++) {
        const OutboxGroup *group = groups->pdata[i];
        g_autoptr(GPtrArray) fitting = config_routes_for(config, group->queue, group->from);
        const ConfigRoute *first = fitting->pdata[0];
        gint64 count = 0;
        if (!outbox_hand_over(store, gone, group, first->name, G_MAXINT64, &count, error))
            return FALSE;
        *adopted += count;
    }
    return TRUE;
}

static gboolean fail_webhook(Store *store, const char *gone, gint64 since_us, gint64 now_us, GError **error)
{
    g_autoptr(GPtrArray) rows = outbox_claim(store, gone, now_us, ORPHAN_LEASE_US, ORPHANS_MOST, error);
    if (!rows)
        return FALSE;
    g_autofree char *words = g_strdup_printf("not sent: the configuration has no %s any more", gone);
    g_autofree OutboxResult *results = g_new0(OutboxResult, rows->len);
    for (guint i = 0; i < rows->len; i++) {
        const OutboxRow *row = rows->pdata[i];
        gboolean is_young = row->created_us >= since_us && row->created_us > now_us - YOUNG_US;
        results[i] = (OutboxResult){.id = row->id,
                                    .state = is_young ? OUTBOX_QUEUED : OUTBOX_FAILED,
                                    .next_us = is_young ? now_us + YOUNG_US : 0,
                                    .answer = words};
    }
    return rows->len == 0 || outbox_mark(store, results, rows->len, now_us, error);
}

gboolean failover_adopt(const Config *config, Store *store, gint64 since_us, gint64 now_us,
                        gint64 *out_adopted, GError **error)
{
    *out_adopted = 0;
    g_autoptr(GPtrArray) names = outbox_routes(store, error);
    if (!names)
        return FALSE;
    for (guint i = 0; i < names->len; i++) {
        const char *name = names->pdata[i];
        if (channel_exists(config, name))
            continue;
        gboolean ok = channel_is_webhook(name) ? fail_webhook(store, name, since_us, now_us, error)
                                               : adopt_mail(config, store, name, out_adopted, error);
        if (!ok)
            return FALSE;
    }
    return TRUE;
}
