/* The store: everything that must last. SQL lives only in gateway/store.
 *
 * A Store is one connection to the database and belongs to one thread at a time.
 * Several processes may have one each (gate, sender, commands); SQLite lets one write at
 * a time, the others wait up to some seconds and then get ERROR_TEMPORARY.
 * Errors: ERROR_TEMPORARY busy or disk full, ERROR_CORRUPT damaged or failed to sync (stop and reopen),
 * ERROR_CONFIG not there or not writable. */
#pragma once

#include <postern/values.h>

typedef struct Store Store;

typedef enum {
    STORE_OPEN,    /* must exist; migrations are run when needed */
    STORE_CREATE,  /* made when absent */
    STORE_READ     /* no writing at all */
} StoreMode;

/* `folder` holds postern.db and raw/. */
Store *store_open(const char *folder, StoreMode mode, GError **error);
void store_close(Store *store);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Store, store_close)
/* The folder of large raw mails. Borrowed. */
const char *store_raw_folder(const Store *store);
