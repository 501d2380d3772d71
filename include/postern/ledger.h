/* What was fetched from mailboxes, by folder, UIDVALIDITY and UID (RFC 3501 2.3.1.1), and how each mailbox
 * fares. Fetchers write it, but for the one thing that must be as durable as the mail itself: that a mail was
 * taken is written by the gate, in the transaction that takes it. */
#pragma once

#include <postern/raw.h>
#include <postern/store.h>

/* How a mailbox fares. */
typedef struct {
    char *name;
    char *state;       /* "starting", "waiting" (IDLE), "polling", "fetching", "stopped" */
    gint64 since_us;   /* of that state */
    gint64 begun_us;   /* when it was first known */
    gint64 contact_us; /* the last good word of its server; 0: never */
    gint64 mail_us;    /* the last mail that was taken; 0: never */
    gint64 waiting;    /* mails seen there that are not ours yet */
    gint64 oldest_us;  /* when the oldest of these came; 0: none waits */
    char *error;       /* the last one, with what to do; NULL: all is well */
    gint64 error_us;
    gint64 alerted_us; /* the admins were told that it has stopped; 0: not */
} MailboxStatus;
void mailbox_status_free(MailboxStatus *status);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MailboxStatus, mailbox_status_free)
/* By name. Array of MailboxStatus. */
GPtrArray *mailbox_status_list(Store *store, GError **error);
/* Everything but name, begun_us and alerted_us is written. */
gboolean mailbox_status_set(Store *store, const MailboxStatus *status, GError **error);
/* `at_us` 0: they know that it works again. */
gboolean mailbox_status_alerted(Store *store, const char *name, gint64 at_us, GError **error);

/* A mail that failed so often is stuck: it is still tried now and then, but the admins must know. */
#define LEDGER_ATTEMPTS 5u

/* A mail that stays on its server because it cannot be taken. */
typedef struct {
    gint64 folder_id;
    guint32 uidvalidity, uid;
    char *mailbox, *folder;
    gboolean is_too_large; /* else it failed again and again */
    guint64 size;
    char *detail; /* for people */
    gint64 at_us;
} StuckMail;
void stuck_mail_free(StuckMail *mail);
/* Those that the admins were not told of, oldest first. Array of StuckMail. */
GPtrArray *stuck_mail_untold(Store *store, guint most, GError **error);
gboolean stuck_mail_told(Store *store, const StuckMail *mail, GError **error);
/* All of a mailbox, for people. */
GPtrArray *stuck_mail_list(Store *store, const char *mailbox, GError **error);

/* The ledger itself. Below "folder" is a folder of a mailbox, and "row" what is known of one of its mails. */

/* One mail of a mailbox. As text, "mailbox:folder_id:uidvalidity:uid", it is the ENVID (RFC 3461 4.4) under
 * which a fetcher hands it over, which makes a repeat harmless. */
typedef struct {
    char *mailbox; /* a word of the configuration */
    gint64 folder_id;
    guint32 uidvalidity, uid;
} FetchKey;
char *fetch_key_format(const FetchKey *key);
/* FALSE when `text` (NULL is fine) is no key; nothing is to be cleared then. */
gboolean fetch_key_parse(const char *text, FetchKey *out);
void fetch_key_clear(FetchKey *key);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(FetchKey, fetch_key_clear)

/* For the gate, in its transaction. TRUE in `out_is_known`: the same bytes were taken under this key before.
 * Other bytes under a known key are another mail, whatever the server says. `out_peer` (owned): words for the
 * record. ERROR_NOT_FOUND when there is no such folder. */
gboolean ledger_meet(Store *store, const FetchKey *key, const Raw *raw, gboolean *out_is_known,
                     char **out_peer, GError **error);
/* The same; the mail became `intake_id`. */
gboolean ledger_take(Store *store, const FetchKey *key, const Raw *raw, gint64 intake_id, gint64 now_us,
                     GError **error);

typedef struct {
    gint64 id; /* 0: never seen */
    guint32 uidvalidity;
    gint64 begin_us; /* mail that came to the server before, with a UID below `begin_uid`, is not ours; 0: all
                        is */
    guint32 begin_uid; /* UIDs from here on came after we had come, and are ours whatever their date */
    guint32 done_uid;  /* every UID up to here has a row, is not ours, or is gone */
    guint64 modseq;    /* HIGHESTMODSEQ when nothing was beyond `done_uid`; 0: unknown */
} LedgerFolder;
gboolean ledger_folder_get(Store *store, const char *mailbox, const char *name, LedgerFolder *out,
                           GError **error);
/* All of it; a new one gets its id. */
gboolean ledger_folder_set(Store *store, const char *mailbox, const char *name, LedgerFolder *folder,
                           GError **error);

typedef enum { FETCHED_TAKEN, FETCHED_FAILED, FETCHED_TOO_LARGE } FetchedState;
typedef struct {
    guint32 uid;
    FetchedState state;
    guint64 size;
    guint attempts; /* failed: to take it; taken: to flag, move or delete it */
    gint64 next_us; /* not before */
} FetchedRow;
/* Rows of the folder (under its uidvalidity) that something is to be done for now: taken and not finished, or
 * failed, whose time has come, or too large and now within `message_bytes`. Lowest UID first. Array of
 * FetchedRow. */
GArray *ledger_due(Store *store, const LedgerFolder *folder, guint64 message_bytes, gint64 now_us, guint most,
                   GError **error);
/* When the next of these is due; G_MAXINT64: none. */
gboolean ledger_next_due(Store *store, const LedgerFolder *folder, gint64 *out_us, GError **error);
/* The UIDs from `first_uid` to `last_uid` that have a row. Array of guint32 in growing order. */
GArray *ledger_known(Store *store, const LedgerFolder *folder, guint32 first_uid, guint32 last_uid,
                     GError **error);
/* The row of one UID; FALSE in `out_found` when it has none, or is finished. */
gboolean ledger_row(Store *store, const LedgerFolder *folder, guint32 uid, FetchedRow *out,
                    gboolean *out_found, GError **error);
/* Nothing more is to be done for these. */
gboolean ledger_finish(Store *store, const LedgerFolder *folder, const guint32 *uids, gsize count,
                       GError **error);
/* A mail that could not be taken (or, `row->state` taken, not be moved): written as `row` says. `detail` is
 * one clean line. Nothing changes for a mail that was taken meanwhile. */
gboolean ledger_set_aside(Store *store, const LedgerFolder *folder, const FetchedRow *row, const char *detail,
                          gint64 now_us, GError **error);
