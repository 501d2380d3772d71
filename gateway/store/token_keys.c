#include "gateway/store/store_private.h"

#include <postern/base/error.h>
#include <postern/base/limits.h>

#include <string.h>

#define KEPT_US (LIMIT_TOKEN_KEY_KEPT_DAYS * (24 * 3600 * (gint64)G_USEC_PER_SEC))

/* A token has room for a byte; 0 is none. */
#define IDS_MOST 255

TokenKey *store_token_keys(Store *store, gsize *out_count, GError **error)
{
    g_autoptr(GError) inner = NULL;
    g_autoptr(GArray) keys = g_array_new(FALSE, TRUE, sizeof(TokenKey));
    g_autoptr(DbRows) rows = db_select(
        store->db, &inner, "SELECT id, secret FROM token_keys ORDER BY created_us DESC, id DESC", "");
    while (rows && db_next(rows, &inner)) {
        TokenKey key = {.id = (guint8)db_integer(rows, 0)};
        gsize length;
        gconstpointer secret = db_blob(rows, 1, &length);
        /* Half a secret would sign, too, and be guessed. */
        if (length == sizeof key.secret) {
            memcpy(key.secret, secret, length);
            g_array_append_val(keys, key);
        }
    }
    if (!inner && keys->len == 0)
        g_set_error(&inner, POSTERN_ERROR, ERROR_CORRUPT, "%s: the store has no token key", store->folder);
    if (inner) {
        g_propagate_error(error, g_steal_pointer(&inner));
        return NULL;
    }
    return g_array_steal(keys, out_count);
}

/* A key counts on from the day that its successor took over, not from its own: whatever the clock said,
 * people have that long to answer what it signed. */
GArray *store_token_key_list(Store *store, GError **error)
{
    g_autoptr(GError) inner = NULL;
    g_autoptr(GArray) list = g_array_new(FALSE, TRUE, sizeof(TokenKeyState));
    g_autoptr(DbRows) rows = db_select(
        store->db, &inner, "SELECT id, created_us FROM token_keys ORDER BY created_us DESC, id DESC", "");
    for (gint64 successor_us = 0; rows && db_next(rows, &inner);) {
        TokenKeyState key = {.id = (guint8)db_integer(rows, 0), .created_us = db_integer(rows, 1)};
        key.until_us = list->len > 0 ? successor_us + KEPT_US : 0;
        successor_us = key.created_us;
        g_array_append_val(list, key);
    }
    if (!inner)
        return g_steal_pointer(&list);
    g_propagate_error(error, g_steal_pointer(&inner));
    return NULL;
}

static gboolean has_id(const GArray *list, guint id)
{
    for (guint i = 0; i < list->len; i++)
        if (g_array_index(list, TokenKeyState, i).id == id)
            return TRUE;
    return FALSE;
}

/* The next one that no key has. A token of a key that went and whose id comes round again was signed by
 * another secret, and does not count. */
static guint next_id(const GArray *list)
{
    guint id = list->len > 0 ? g_array_index(list, TokenKeyState, 0).id : 0;
    for (guint tries = 0; tries < IDS_MOST; tries++) {
        id = id % IDS_MOST + 1;
        if (!has_id(list, id))
            return id;
    }
    return 0;
}

static gboolean add_event(Store *store, guint id, const char *what, const char *who, const char *words,
                          gint64 now_us, GError **error)
{
    g_autofree char *detail = g_strdup_printf("key %u%s", id, words);
    return store_add_event(store, 0, 0, now_us, what, who, detail, error);
}

static gboolean make_key(Store *store, const GArray *list, const char *who, gint64 now_us, GError **error)
{
    guint id = next_id(list);
    if (id == 0) {
        g_set_error(error, POSTERN_ERROR, ERROR_LIMIT,
                    "there are %d token keys already; retire old ones first ('postern keys retire ID')",
                    IDS_MOST);
        return FALSE;
    }
    guint8 secret[sizeof((TokenKey){0}.secret)];
    random_bytes(secret, sizeof secret);
    /* The newest by whatever the clock says: it is the one that signs. */
    gint64 created_us = now_us;
    if (list->len > 0)
        created_us = MAX(created_us, g_array_index(list, TokenKeyState, 0).created_us + 1);
    return db_run(store->db, error, "INSERT INTO token_keys (id, secret, created_us) VALUES ($1, $2, $3)",
                  "ibi", (gint64)id, secret, sizeof secret, created_us) &&
           add_event(store, id, "token key made", who, "; it signs from now on", now_us, error);
}

static gboolean drop_key(Store *store, guint id, const char *who, const char *words, gint64 now_us,
                         GError **error)
{
    return db_run(store->db, error, "DELETE FROM token_keys WHERE id = $1", "i", (gint64)id) &&
           add_event(store, id, "token key retired", who, words, now_us, error);
}

static gboolean drop_old(Store *store, const GArray *list, gint64 now_us, GError **error)
{
    for (guint i = 0; i < list->len; i++) {
        const TokenKeyState *key = &g_array_index(list, TokenKeyState, i);
        if (key->until_us && key->until_us <= now_us &&
            !drop_key(store, key->id, "postern", "; its time as an old one is over", now_us, error))
            return FALSE;
    }
    return TRUE;
}

/* Ends the transaction. */
static gboolean finish(Store *store, gboolean ok, GError **error)
{
    if (ok && store_commit(store, error))
        return TRUE;
    store_rollback(store);
    return FALSE;
}

static gboolean is_due(const GArray *list, gint64 now_us, gint64 max_age_us)
{
    return list->len == 0 || max_age_us == 0 ||
           now_us - g_array_index(list, TokenKeyState, 0).created_us >= max_age_us;
}

static gboolean any_is_over(const GArray *list, gint64 now_us)
{
    for (guint i = 0; i < list->len; i++) {
        gint64 until_us = g_array_index(list, TokenKeyState, i).until_us;
        if (until_us && until_us <= now_us)
            return TRUE;
    }
    return FALSE;
}

gboolean store_token_keys_rotate(Store *store, const char *who, gint64 now_us, gint64 max_age_us,
                                 GError **error)
{
    /* Most of the time there is nothing to do, and nobody to wait for. */
    g_autoptr(GArray) before = store_token_key_list(store, error);
    if (!before || (!is_due(before, now_us, max_age_us) && !any_is_over(before, now_us)))
        return before != NULL;
    if (!store_begin(store, error))
        return FALSE;
    g_autoptr(GArray) list = store_token_key_list(store, error);
    gboolean ok = list && drop_old(store, list, now_us, error) &&
                  (!is_due(list, now_us, max_age_us) || make_key(store, list, who, now_us, error));
    return finish(store, ok, error);
}

static gboolean check_retire(const GArray *list, guint8 id, GError **error)
{
    if (!has_id(list, id)) {
        g_set_error(error, POSTERN_ERROR, ERROR_NOT_FOUND,
                    "there is no token key %u; 'postern keys list' shows them", (guint)id);
        return FALSE;
    }
    if (g_array_index(list, TokenKeyState, 0).id != id)
        return TRUE;
    g_set_error(error, POSTERN_ERROR, ERROR_CONFLICT,
                "key %u is the one that signs; 'postern keys rotate' makes its successor first", (guint)id);
    return FALSE;
}

gboolean store_token_key_retire(Store *store, guint8 id, const char *who, gint64 now_us, GError **error)
{
    if (!store_begin(store, error))
        return FALSE;
    g_autoptr(GArray) list = store_token_key_list(store, error);
    gboolean ok = list && check_retire(list, id, error) &&
                  drop_key(store, id, who, "; tokens that it signed count no longer", now_us, error);
    return finish(store, ok, error);
}
