#include "gateway/store/store_private.h"

#include <postern/address.h>
#include <postern/base/error.h>
#include <postern/senders.h>

void refused_sender_free(RefusedSender *sender)
{
    if (!sender)
        return;
    g_free(sender->address);
    g_free(sender->who);
    g_free(sender);
}

/* The key of an address; NULL with an error when it is none. The caller frees. */
static char *key_of(const char *address, GError **error)
{
    char *folded = address_fold(address);
    if (!folded)
        g_set_error(error, POSTERN_ERROR, ERROR_MALFORMED, "'%s' is no mail address", address);
    return folded;
}

gboolean sender_refuse(Store *store, const char *address, const char *who, gint64 now_us, GError **error)
{
    g_autofree char *key = key_of(address, error);
    if (!key || !db_run(store->db, error,
                        "INSERT INTO refused_senders (address, who, at_us) VALUES ($1, $2, $3)"
                        " ON CONFLICT (address) DO NOTHING",
                        "tti", key, who, now_us))
        return FALSE;
    return db_changes(store->db) == 0 ||
           store_add_event(store, 0, 0, now_us, "sender refused", who, key, error);
}

gboolean sender_allow(Store *store, const char *address, const char *who, gint64 now_us, GError **error)
{
    g_autofree char *key = key_of(address, error);
    if (!key || !db_run(store->db, error, "DELETE FROM refused_senders WHERE address = $1", "t", key))
        return FALSE;
    if (db_changes(store->db) == 1)
        return store_add_event(store, 0, 0, now_us, "sender allowed", who, key, error);
    g_set_error(error, POSTERN_ERROR, ERROR_NOT_FOUND,
                "mail of %s is not refused; 'postern held blocked' shows whose is", address);
    return FALSE;
}

gboolean sender_is_refused(Store *store, const char *address, GError **error)
{
    g_autofree char *key = address_fold(address);
    return key && db_select_integer(store->db, 0, error,
                                    "SELECT count(*) FROM refused_senders WHERE address = $1", "t", key) > 0;
}

GPtrArray *sender_list(Store *store, GError **error)
{
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func((GDestroyNotify)refused_sender_free);
    g_autoptr(GError) inner = NULL;
    g_autoptr(DbRows) rows =
        db_select(store->db, &inner,
                  "SELECT address, who, at_us FROM refused_senders ORDER BY at_us DESC, address", "");
    while (rows && db_next(rows, &inner)) {
        RefusedSender *sender = g_new0(RefusedSender, 1);
        *sender = (RefusedSender){
            .address = db_text_dup(rows, 0), .who = db_text_dup(rows, 1), .at_us = db_integer(rows, 2)};
        g_ptr_array_add(found, sender);
    }
    if (!inner)
        return g_steal_pointer(&found);
    g_propagate_error(error, g_steal_pointer(&inner));
    return NULL;
}
