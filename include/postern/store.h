/* The store: everything that must last. SQL lives only in gateway/store.
 *
 * A Store is one connection to the database and belongs to one thread at a time.
 * Several processes may have one each (gate, sender, commands); SQLite lets one write at
 * a time, the others wait up to some seconds and then get ERROR_TEMPORARY.
 * Errors: ERROR_TEMPORARY busy, ERROR_FULL no room on the disk, ERROR_CORRUPT damaged or failed to sync (stop
 * and reopen), ERROR_CONFIG not there or not writable. */
#pragma once

#include <postern/ids.h>
#include <postern/values.h>

typedef struct Store Store;

typedef enum {
    STORE_OPEN,   /* must exist; migrations are run when needed */
    STORE_CREATE, /* made when absent */
    STORE_READ    /* no writing at all */
} StoreMode;

/* `folder` holds postern.db and raw/. */
Store *store_open(const char *folder, StoreMode mode, GError **error);
void store_close(Store *store);
/* FALSE with ERROR_CONFIG when a store that is only read (STORE_READ runs no migration) is of an older or
 * newer schema than this program asks for. */
gboolean store_is_current(Store *store, GError **error);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Store, store_close)
/* The folder of large raw mails. Borrowed. */
const char *store_raw_folder(const Store *store);

/* Looks at every page and index, and whether every original is there; ERROR_CORRUPT with the first trouble.
 */
gboolean store_check(Store *store, GError **error);
/* The next opening looks at every page first: for after a failed sync. */
void store_mark_for_check(const char *folder);

/* One write transaction around several calls of intake_rows.h and settle.h (those that say "in a
 * transaction"). A part that fails is undone alone, the rest goes on; when store_part_end fails, nothing of
 * the transaction can be kept. */
gboolean store_begin(Store *store, GError **error);
/* The same for what can be done again: a power cut can undo its commit (the death of a process cannot) until
 * anybody has committed after a store_begin. Whoever acts outside the store on what was committed must commit
 * something first; the sender's claims do. */
gboolean store_begin_lazy(Store *store, GError **error);
gboolean store_commit(Store *store, GError **error);
void store_rollback(Store *store);
gboolean store_part_begin(Store *store, GError **error);
gboolean store_part_end(Store *store, gboolean keep, GError **error);

/* The keys of tokens, newest first: that one signs, all of them count. */
TokenKey *store_token_keys(Store *store, gsize *out_count, GError **error);
typedef struct {
    guint8 id;
    gint64 created_us;
    gint64 until_us; /* when it goes; 0: it signs, and has no successor yet */
} TokenKeyState;
/* Newest first. Array of TokenKeyState. */
GArray *store_token_key_list(Store *store, GError **error);
/* Makes a new key when the newest is `max_age_us` old or older (0: in any case), and lets those go whose time
 * as an old one is over (base/limits.h). `who` is for the trail. Its own transaction. */
gboolean store_token_keys_rotate(Store *store, const char *who, gint64 now_us, gint64 max_age_us,
                                 GError **error);
/* A key that leaked counts no longer. ERROR_NOT_FOUND; ERROR_CONFLICT for the one that signs: it needs a
 * successor first. Its own transaction. */
gboolean store_token_key_retire(Store *store, guint8 id, const char *who, gint64 now_us, GError **error);

/* The figures behind the first promise: received = ticketed + held + copies. */
typedef struct {
    gint64 accepted; /* answered 250, or taken from a pipe or a file */
    gint64 waiting;  /* of these, not yet read */
    gint64 received; /* of these, at the end of their way: accepted - waiting */
    gint64 ticketed; /* mails in tickets, of customers and agents */
    gint64 held;     /* wait for a person, or a person dropped them */
    gint64 copies;
    gint64 tickets, tickets_open;
    gint64 outbox_waiting, outbox_sent, outbox_failed, outbox_uncertain;
} StoreFigures;
gboolean store_figures(Store *store, StoreFigures *out, GError **error);

/* TRUE when another connection has committed since the last call. */
gboolean store_changed_elsewhere(Store *store);
