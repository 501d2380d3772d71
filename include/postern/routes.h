/* How each way out fares (a route of the configuration, or "webhook:NAME"): written by its sender, read by
 * people and by whoever tells the admins. */
#pragma once

#include <postern/store.h>

typedef struct {
    char *name;
    gboolean is_down;
    gint64 since_us;   /* of that state */
    gint64 contact_us; /* the last success; 0: never */
    char *error;       /* the last one, in words; NULL: none */
    gint64 error_us;
    gint64 alerted_us; /* the admins were told that it is down; 0: not */
} RouteStatus;
void route_status_free(RouteStatus *status);
/* By name. Array of RouteStatus. */
GPtrArray *route_status_list(Store *store, GError **error);
/* Each writes only what changes. `words` is one clean line. */
gboolean route_status_up(Store *store, const char *name, gint64 now_us, GError **error);
gboolean route_status_down(Store *store, const char *name, const char *words, gint64 now_us, GError **error);
/* `at_us` 0: they know that it works again. */
gboolean route_status_alerted(Store *store, const char *name, gint64 at_us, GError **error);
