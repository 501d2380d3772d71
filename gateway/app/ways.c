/* Ways out that are down: a line each, wherever an admin looks. */
#include "gateway/app/mailboxes.h"

#include <postern/base/clock.h>

#include <string.h>

#define WEBHOOK_PREFIX "webhook:"

static gboolean is_configured(const Config *config, const char *name)
{
    return g_str_has_prefix(name, WEBHOOK_PREFIX)
               ? config_webhook(config, name + strlen(WEBHOOK_PREFIX)) != NULL
               : config_route(config, name) != NULL;
}

GPtrArray *ways_down(const Config *config, Store *store, GError **error)
{
    GPtrArray *ways = route_status_list(store, error);
    for (guint i = 0; ways && i < ways->len;) {
        const RouteStatus *way = ways->pdata[i];
        if (way->is_down && is_configured(config, way->name))
            i++;
        else
            g_ptr_array_remove_index(ways, i);
    }
    return ways;
}

char *way_words(const RouteStatus *way)
{
    gboolean is_webhook = g_str_has_prefix(way->name, WEBHOOK_PREFIX);
    g_autofree char *since = clock_local(way->since_us);
    return g_strdup_printf("%s %s is down since %s: %s; %s", is_webhook ? "webhook" : "route",
                           is_webhook ? way->name + strlen(WEBHOOK_PREFIX) : way->name, since,
                           way->error ? way->error : "no reason is known",
                           is_webhook ? "what it is to be told waits, and goes out by itself later"
                                      : "its mail takes another route that fits, or waits and goes out by "
                                        "itself later");
}

Json *way_json(gconstpointer item)
{
    const RouteStatus *way = item;
    Json *object = json_make_object();
    json_put_text(object, "name", way->name);
    json_put_time(object, "since", way->since_us);
    json_put_time(object, "last_contact", way->contact_us);
    json_put_text(object, "error", way->error);
    return object;
}

char *age_words(gint64 age_us)
{
    gint64 seconds = MAX(age_us, 0) / G_USEC_PER_SEC;
    static const struct {
        gint64 seconds;
        const char *unit;
    } units[] = {{86400 * 2, "days"}, {3600 * 2, "h"}, {120, "min"}, {0, "s"}};
    static const gint64 sizes[] = {86400, 3600, 60, 1};
    for (guint i = 0;; i++)
        if (seconds >= units[i].seconds)
            return g_strdup_printf("%" G_GINT64_FORMAT " %s", seconds / sizes[i], units[i].unit);
}

char *size_words(guint64 bytes)
{
    char *words = g_format_size_full(bytes, G_FORMAT_SIZE_IEC_UNITS);
    /* GLib puts a blank between that searching for a blank does not find. */
    char *blank = strstr(words, "\u00a0");
    if (blank) {
        *blank = ' ';
        memmove(blank + 1, blank + 2, strlen(blank + 2) + 1);
    }
    return words;
}
