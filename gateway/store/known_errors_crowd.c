/* Many customers with one error in a short time. */
#include "gateway/store/known_errors_private.h"

#include <string.h>

/* The groups that got a mail behind `after`. */
static GArray *lately_seen(Store *store, gint64 after, gint64 since_us, GError **error)
{
    g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(gint64));
    g_autoptr(GError) inner = NULL;
    g_autoptr(DbRows) rows =
        db_select(store->db, &inner,
                  "SELECT DISTINCT p.error_id FROM known_error_seen s JOIN known_error_prints p ON p.id ="
                  " s.print_id JOIN known_errors e ON e.id = p.error_id WHERE s.id > $1 AND s.at_us >= $2"
                  " AND e.incident_us = 0",
                  "ii", after, since_us);
    while (rows && db_next(rows, &inner)) {
        gint64 id = db_integer(rows, 0);
        g_array_append_val(ids, id);
    }
    if (!inner)
        return g_steal_pointer(&ids);
    g_propagate_error(error, g_steal_pointer(&inner));
    return NULL;
}

gboolean known_error_crowd(Store *store, gint64 id, gint64 since_us, guint *out_customers, guint *out_domains,
                           GError **error)
{
    g_autoptr(GHashTable) domains = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GError) inner = NULL;
    g_autoptr(DbRows) rows =
        db_select(store->db, &inner,
                  "SELECT DISTINCT s.customer FROM known_error_prints p JOIN known_error_seen s"
                  " ON s.print_id = p.id JOIN known_errors e ON e.id = p.error_id WHERE e.id = $1"
                  " AND s.at_us >= $2 AND s.at_us > e.incident_over_us AND s.is_person = 1"
                  " AND s.customer <> ''",
                  "ii", id, since_us);
    guint customers = 0;
    while (rows && db_next(rows, &inner)) {
        const char *at = strrchr(db_text(rows, 0), '@');
        g_hash_table_add(domains, g_strdup(at ? at : ""));
        customers++;
    }
    *out_customers = customers;
    *out_domains = g_hash_table_size(domains);
    if (!inner)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&inner));
    return FALSE;
}

GArray *known_errors_crowded(Store *store, gint64 after, gint64 since_us, guint least, gint64 *out_last,
                             GError **error)
{
    g_autoptr(GError) inner = NULL;
    gint64 last = db_select_integer(store->db, 0, &inner, "SELECT max(id) FROM known_error_seen", "");
    g_autoptr(GArray) seen = !inner && last > after ? lately_seen(store, after, since_us, &inner) : NULL;
    g_autoptr(GArray) crowded = g_array_new(FALSE, FALSE, sizeof(gint64));
    for (guint i = 0; seen && !inner && i < seen->len; i++) {
        gint64 id = g_array_index(seen, gint64, i);
        guint customers = 0, domains = 0;
        if (known_error_crowd(store, id, since_us, &customers, &domains, &inner) && customers >= least)
            g_array_append_val(crowded, id);
    }
    if (inner) {
        g_propagate_error(error, g_steal_pointer(&inner));
        return NULL;
    }
    *out_last = MAX(last, after);
    return g_steal_pointer(&crowded);
}

gboolean known_error_is_told(Store *store, gint64 id, gint64 since_us, gboolean *out_is_told, GError **error)
{
    g_autoptr(GError) inner = NULL;
    gint64 untold = db_select_integer(
        store->db, 0, &inner,
        "SELECT count(*) FROM known_error_prints p JOIN known_error_seen s ON s.print_id = p.id"
        " JOIN messages m ON m.id = s.message_id WHERE p.error_id = $1 AND s.at_us >= $2 AND NOT EXISTS"
        " (SELECT 1 FROM events e WHERE e.ticket_id = m.ticket_id AND e.what = 'incident' AND e.at_us >= $2)",
        "ii", id, since_us);
    *out_is_told = untold == 0;
    if (!inner)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&inner));
    return FALSE;
}

gboolean known_error_begin_incident(Store *store, gint64 id, const char *words, gint64 now_us, GError **error)
{
    return db_run(store->db, error, "UPDATE known_errors SET incident_us = $2 WHERE id = $1", "ii", id,
                  now_us) &&
           known_error_write_trail(store, id, "postern", "incident", words, now_us, error);
}

static GArray *quiet_incidents(Store *store, gint64 quiet_since_us, GError **error)
{
    g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(gint64));
    g_autoptr(GError) inner = NULL;
    g_autoptr(DbRows) rows =
        db_select(store->db, &inner,
                  "SELECT e.id FROM known_errors e WHERE e.incident_us > 0 AND e.incident_us < $1 AND NOT"
                  " EXISTS (SELECT 1 FROM known_error_prints p JOIN known_error_seen s ON s.print_id = p.id"
                  " WHERE p.error_id = e.id AND s.at_us >= $1 AND s.is_person = 1)",
                  "i", quiet_since_us);
    while (rows && db_next(rows, &inner)) {
        gint64 id = db_integer(rows, 0);
        g_array_append_val(ids, id);
    }
    if (!inner)
        return g_steal_pointer(&ids);
    g_propagate_error(error, g_steal_pointer(&inner));
    return NULL;
}

gboolean known_errors_is_quiet(Store *store, gint64 quiet_since_us, GError **error)
{
    g_autoptr(GArray) ids = quiet_incidents(store, quiet_since_us, error);
    return ids && ids->len > 0;
}

gboolean known_errors_end_incidents(Store *store, gint64 quiet_since_us, gint64 now_us, GError **error)
{
    g_autoptr(GArray) ids = quiet_incidents(store, quiet_since_us, error);
    for (guint i = 0; ids && i < ids->len; i++) {
        gint64 id = g_array_index(ids, gint64, i);
        if (!db_run(store->db, error,
                    "UPDATE known_errors SET incident_us = 0, incident_over_us = $2 WHERE id = $1", "ii", id,
                    now_us) ||
            !known_error_write_trail(store, id, "postern", "incident over", "nobody wrote of it any more",
                                     now_us, error))
            return FALSE;
    }
    return ids != NULL;
}
