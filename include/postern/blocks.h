/* Addresses to which mail failed for good: they get no automatic mail for a time. What a person
 * writes is still tried. */
#pragma once

#include <postern/store.h>

typedef struct {
    char *address; /* folded */
    char *status;  /* enhanced status code (RFC 3463), or "" */
    char *reason;  /* the other side's words, one clean line */
    gint64 at_us, until_us;
} Block;
void block_free(Block *block);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Block, block_free)
/* In a transaction. The later end counts. */
gboolean block_set(Store *store, const char *address, const char *status, const char *reason, gint64 until_us,
                   gint64 now_us, GError **error);
/* The block of this address that counts now; NULL without an error when there is none. */
Block *block_find(Store *store, const char *address, gint64 now_us, GError **error);
/* A person says that the address works. */
gboolean block_clear(Store *store, const char *address, GError **error);
/* Those that count now, newest first. Array of Block. */
GPtrArray *block_list(Store *store, gint64 now_us, GError **error);
