/* Rows that change their way: from a route that is down to the next one that fits, and from one that the
 * configuration knows no longer. */
#pragma once

#include <postern/config.h>
#include <postern/outbox.h>
#include <postern/routes.h>

/* The first route, in the order of the configuration, for mail of this queue and From address that is not
 * `route` and not down; NULL when there is none. Pure; borrowed from `config`. `statuses`: RouteStatus. */
const char *failover_next(const Config *config, const GPtrArray *statuses, const char *route,
                          const char *queue, const char *from);

/* Hands the due rows of a route that is down to others that are not; rows that only it can take stay. How
 * many were handed over. */
gint64 failover_hand_over(const Config *config, Store *store, const char *route, gint64 now_us,
                          GError **error);

/* The rows of routes that are gone: mail gets the first route that fits, what was for a webhook that is gone
 * fails when it is due. `since_us`: when this configuration was read; a younger one may know more webhooks.
 */
gboolean failover_adopt(const Config *config, Store *store, gint64 since_us, gint64 now_us,
                        gint64 *out_adopted, GError **error);
