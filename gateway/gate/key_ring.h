/* The token keys of the gate. The writer makes new ones and looks for what others have changed; workers read
 * while it does. */
#pragma once

#include <postern/store.h>

typedef struct KeyRing KeyRing;

/* Reads them. */
KeyRing *key_ring_new(Store *store, GError **error);
void key_ring_free(KeyRing *ring);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(KeyRing, key_ring_free)

/* Newest first; good until key_ring_free, whatever happens to the keys meanwhile. From any thread. */
const TokenKey *key_ring_keys(KeyRing *ring, gsize *out_count);

/* On the thread that owns `store`, outside of transactions: as often as you like. Once an hour the newest key
 * gets a successor when it is old enough. Trouble is logged, and the keys stay. */
void key_ring_look(KeyRing *ring, Store *store, gint64 now_us, gint64 monotonic_us);
