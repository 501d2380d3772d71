#include "gateway/store/store_private.h"

#include <postern/address.h>
#include <postern/blocks.h>

void block_free(Block *block)
{
    if (!block)
        return;
    g_free(block->address);
    g_free(block->status);
    g_free(block->reason);
    g_free(block);
}

gboolean block_set(Store *store, const char *address, const char *status, const char *reason, gint64 until_us,
                   gint64 now_us, GError **error)
{
    g_autofree char *folded = address_fold(address);
    return db_run(store->db, error,
                  "INSERT INTO blocks (address, until_us, status, reason, at_us) VALUES ($1, $2, $3, $4, $5)"
                  " ON CONFLICT (address) DO UPDATE SET status = excluded.status, reason = excluded.reason,"
                  " at_us = excluded.at_us, until_us = CASE WHEN blocks.until_us > excluded.until_us"
                  " THEN blocks.until_us ELSE excluded.until_us END",
                  "titti", folded, until_us, status ? status : "", reason ? reason : "", now_us);
}

static GPtrArray *read_blocks(DbRows *rows, GError *inner, GError **error)
{
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func((GDestroyNotify)block_free);
    while (rows && db_next(rows, &inner)) {
        Block *block = g_new0(Block, 1);
        *block = (Block){.address = db_text_dup(rows, 0),
                         .until_us = db_integer(rows, 1),
                         .status = g_strdup(db_text(rows, 2)),
                         .reason = g_strdup(db_text(rows, 3)),
                         .at_us = db_integer(rows, 4)};
        g_ptr_array_add(found, block);
    }
    if (!inner)
        return g_steal_pointer(&found);
    g_propagate_error(error, inner);
    return NULL;
}

Block *block_find(Store *store, const char *address, gint64 now_us, GError **error)
{
    g_autofree char *folded = address_fold(address);
    GError *inner = NULL;
    g_autoptr(DbRows) rows = db_select(
        store->db, &inner,
        "SELECT address, until_us, status, reason, at_us FROM blocks WHERE address = $1 AND until_us > $2",
        "ti", folded, now_us);
    g_autoptr(GPtrArray) found = read_blocks(rows, inner, error);
    return found && found->len > 0 ? g_ptr_array_steal_index(found, 0) : NULL;
}

gboolean block_clear(Store *store, const char *address, GError **error)
{
    g_autofree char *folded = address_fold(address);
    return db_run(store->db, error, "DELETE FROM blocks WHERE address = $1", "t", folded);
}

GPtrArray *block_list(Store *store, gint64 now_us, GError **error)
{
    GError *inner = NULL;
    g_autoptr(DbRows) rows = db_select(store->db, &inner,
                                       "SELECT address, until_us, status, reason, at_us FROM blocks"
                                       " WHERE until_us > $1 ORDER BY at_us DESC",
                                       "i", now_us);
    return read_blocks(rows, inner, error);
}
