#include "gateway/gate/key_ring.h"

#include <postern/base/limits.h>
#include <postern/base/log.h>

#include <string.h>

#define ROTATE_EVERY_US (3600 * (gint64)G_USEC_PER_SEC)
#define KEY_AGE_US (LIMIT_TOKEN_KEY_DAYS * (24 * 3600 * (gint64)G_USEC_PER_SEC))

typedef struct {
    gsize count;
    TokenKey *keys;
} KeySet;

struct KeyRing {
    KeySet *now; /* read and replaced as one */
    /* Those before it: somebody may still be reading. They change some times a year. */
    GPtrArray *before;
    gint64 rotated_us; /* monotonic; 0: not yet */
    gboolean is_in_trouble;
};

static void key_set_free(gpointer data)
{
    KeySet *set = data;
    g_free(set->keys);
    g_free(set);
}

static KeySet *read_keys(Store *store, GError **error)
{
    gsize count = 0;
    TokenKey *keys = store_token_keys(store, &count, error);
    if (!keys)
        return NULL;
    KeySet *set = g_new0(KeySet, 1);
    *set = (KeySet){count, keys};
    return set;
}

KeyRing *key_ring_new(Store *store, GError **error)
{
    KeySet *set = read_keys(store, error);
    if (!set)
        return NULL;
    KeyRing *ring = g_new0(KeyRing, 1);
    ring->now = set;
    ring->before = g_ptr_array_new_with_free_func(key_set_free);
    return ring;
}

void key_ring_free(KeyRing *ring)
{
    if (!ring)
        return;
    key_set_free(ring->now);
    g_ptr_array_unref(ring->before);
    g_free(ring);
}

const TokenKey *key_ring_keys(KeyRing *ring, gsize *out_count)
{
    const KeySet *set = g_atomic_pointer_get(&ring->now);
    *out_count = set->count;
    return set->keys;
}

static gboolean are_equal(const KeySet *a, const KeySet *b)
{
    return a->count == b->count && memcmp(a->keys, b->keys, a->count * sizeof *a->keys) == 0;
}

static gboolean look(KeyRing *ring, Store *store, gint64 now_us, gint64 monotonic_us, GError **error)
{
    if (!ring->rotated_us || monotonic_us - ring->rotated_us >= ROTATE_EVERY_US) {
        ring->rotated_us = monotonic_us;
        if (!store_token_keys_rotate(store, "postern", now_us, KEY_AGE_US, error))
            return FALSE;
    }
    KeySet *set = read_keys(store, error);
    if (!set)
        return FALSE;
    if (are_equal(set, ring->now)) {
        key_set_free(set);
        return TRUE;
    }
    g_ptr_array_add(ring->before, ring->now);
    g_atomic_pointer_set(&ring->now, set);
    log_info(0, "token keys have changed: key %u signs now, %u count", (guint)set->keys[0].id,
             (guint)set->count);
    return TRUE;
}

void key_ring_look(KeyRing *ring, Store *store, gint64 now_us, gint64 monotonic_us)
{
    g_autoptr(GError) error = NULL;
    gboolean ok = look(ring, store, now_us, monotonic_us, &error);
    if (!ok && !ring->is_in_trouble)
        log_warning(0, "cannot look after the token keys, trying again: %s", error->message);
    ring->is_in_trouble = !ok;
}
