#include "gateway/store/store_private.h"

#include <postern/moments.h>

gint64 moment_get(Store *store, const char *name, GError **error)
{
    return db_select_integer(store->db, 0, error, "SELECT at_us FROM moments WHERE name = $1", "t", name);
}

gboolean moment_set(Store *store, const char *name, gint64 at_us, GError **error)
{
    return db_run(store->db, error,
                  "INSERT INTO moments (name, at_us) VALUES ($1, $2)"
                  " ON CONFLICT (name) DO UPDATE SET at_us = excluded.at_us",
                  "ti", name, at_us);
}
