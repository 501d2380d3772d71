#include "gateway/store/store_private.h"

#include <postern/routes.h>

void route_status_free(RouteStatus *status)
{
    if (!status)
        return;
    g_free(status->name);
    g_free(status->error);
    g_free(status);
}

GPtrArray *route_status_list(Store *store, GError **error)
{
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func((GDestroyNotify)route_status_free);
    g_autoptr(GError) inner = NULL;
    g_autoptr(DbRows) rows =
        db_select(store->db, &inner,
                  "SELECT name, is_down, since_us, contact_us, error, error_us, alerted_us"
                  " FROM routes ORDER BY name",
                  "");
    while (rows && db_next(rows, &inner)) {
        RouteStatus *status = g_new0(RouteStatus, 1);
        *status = (RouteStatus){.name = db_text_dup(rows, 0),
                                .is_down = db_integer(rows, 1) != 0,
                                .since_us = db_integer(rows, 2),
                                .contact_us = db_integer(rows, 3),
                                .error = db_text_dup(rows, 4),
                                .error_us = db_integer(rows, 5),
                                .alerted_us = db_integer(rows, 6)};
        g_ptr_array_add(found, status);
    }
    if (!inner)
        return g_steal_pointer(&found);
    g_propagate_error(error, g_steal_pointer(&inner));
    return NULL;
}

gboolean route_status_up(Store *store, const char *name, gint64 now_us, GError **error)
{
    return db_run(store->db, error,
                  "INSERT INTO routes (name, is_down, since_us, contact_us, error, error_us, alerted_us)"
                  " VALUES ($1, 0, $2, $2, NULL, 0, 0) ON CONFLICT (name) DO UPDATE SET"
                  " since_us = CASE routes.is_down WHEN 0 THEN routes.since_us ELSE excluded.since_us END,"
                  " is_down = 0, contact_us = excluded.contact_us, error = NULL",
                  "ti", name, now_us);
}

gboolean route_status_down(Store *store, const char *name, const char *words, gint64 now_us, GError **error)
{
    return db_run(store->db, error,
                  "INSERT INTO routes (name, is_down, since_us, contact_us, error, error_us, alerted_us)"
                  " VALUES ($1, 1, $2, 0, $3, $2, 0) ON CONFLICT (name) DO UPDATE SET"
                  " since_us = CASE routes.is_down WHEN 1 THEN routes.since_us ELSE excluded.since_us END,"
                  " is_down = 1, error = excluded.error, error_us = excluded.error_us",
                  "tit", name, now_us, words);
}

gboolean route_status_alerted(Store *store, const char *name, gint64 at_us, GError **error)
{
    return db_run(store->db, error, "UPDATE routes SET alerted_us = $2 WHERE name = $1", "ti", name, at_us);
}
