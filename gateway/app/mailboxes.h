/* How mailboxes and ways out fare, as people and programs read it: `postern mailboxes`, `postern stats`. */
#pragma once

#include "gateway/app/command.h"

#include <postern/ledger.h>
#include <postern/routes.h>

/* `postern mailboxes list`. `all`: those, too, that are no longer configured. */
int mailboxes_list(const Command *command, const Config *config, Store *store, gboolean all);

/* Ways out of the configuration (routes, and webhooks as "webhook:NAME") that are down now. Array of
 * RouteStatus. NULL with an error. */
GPtrArray *ways_down(const Config *config, Store *store, GError **error);
/* "route main is down since 2026-11-22 10:30: why"; the caller frees. */
char *way_words(const RouteStatus *way);
Json *way_json(gconstpointer way);

/* "3 min", "2 h", "5 days": how long something lasts. The caller frees. */
char *age_words(gint64 age_us);
/* "25.0 MiB". The caller frees. */
char *size_words(guint64 bytes);
