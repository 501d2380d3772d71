/* What a fetcher does next, as values: no connection, no store, no clock. */
#pragma once

#include "imap_session.h"

#include <postern/ledger.h>

/* A folder that was never seen before: where its mail begins to be ours. */
LedgerFolder fetch_plan_first(const ConfigMailbox *mailbox, const ImapFolder *found, gint64 now_us);
/* A folder whose UIDVALIDITY has changed: it was made anew or restored, and all its UIDs are unknown. What
 * came to the server before we began stays not ours; all else comes again, and the gate knows a copy by its
 * bytes. */
LedgerFolder fetch_plan_renewed(const LedgerFolder *known, const ImapFolder *found);

/* Where new mail is to be looked for. */
typedef struct {
    gboolean is_needed; /* FALSE: nothing can have come */
    guint32 first_uid;
    gint64 since_us;  /* 0: any date */
    guint32 last_uid; /* what is beyond is looked for without `since_us` */
} FetchSearch;
FetchSearch fetch_plan_search(const LedgerFolder *folder, const ImapFolder *found);
/* TRUE when a mail with this UID and date is to be taken. */
gboolean fetch_plan_is_ours(const LedgerFolder *folder, const ImapMail *mail);
/* `uids` without those in `known`, both in growing order. Array of guint32. */
GArray *fetch_plan_unknown(const GArray *uids, const GArray *known);
/* Of `uids`, in growing order: how many lie within what a search for at most `most` UIDs has listed. Of those
 * behind its end nobody knows whether they are there. */
guint fetch_plan_seen(const GArray *uids, const GArray *listed, guint most);

/* `noise` is any random number: pauses differ by a quarter, so that what failed together comes back apart. */

/* When a mail that failed `attempts` times is tried again: the first time at once, since it was most likely
 * the connection; in the end once a day. */
gint64 fetch_plan_retry_us(guint attempts, guint32 noise);
typedef enum {
    FETCH_PAUSE_NETWORK, /* 5 s to 15 min */
    FETCH_PAUSE_LOGIN,   /* refused, or nothing that time will mend: 5 min to an hour, as servers slow down */
    FETCH_PAUSE_GATE     /* our own gate: 1 s to 1 min */
} FetchPause;
gint64 fetch_plan_pause_us(FetchPause pause, guint failures, guint32 noise);
