/* What the files of the fetcher share. All of it belongs to its one thread. */
#pragma once

#include "fetch_plan.h"
#include "handover.h"

#include <postern/fetcher.h>
#include <postern/ledger.h>

#define FETCH_SEARCH_MOST 10000u /* UIDs of one search: more are found by the next */
#define FETCH_BATCH 200u         /* mails between two notes in the ledger */
#define FETCH_TURN 1000u         /* mails of one folder, then it is another folder's turn */
#define FETCH_LANES 16u          /* mails that the gate makes durable while the next is fetched */
#define FETCH_BUSY_MOST 3u       /* the gate puts off one mail so often in a row: then the next is tried */

/* A connection to the gate, and the mail whose answer it waits for. */
typedef struct {
    Handover *handover;
    guint32 uid; /* 0: none */
    guint64 size;
} FetchLane;

typedef struct {
    const char *name;
    LedgerFolder ledger;
    guint waiting;       /* mails seen that are not ours yet */
    gint64 oldest_us;    /* when the first of these came; 0: unknown */
    gboolean is_renewed; /* its UIDVALIDITY has changed, and not all was looked through since */
    guint renewed_taken, renewed_left;
} FetchFolder;

typedef struct {
    const Config *config;
    const ConfigMailbox *mailbox;
    Store *store;
    int stop_fd;
    int note_fd; /* of fetch_note.c */
    const char *recipient;
    ServerSecret *secret;
    ImapSession *session;
    gint64 opened_us;
    guint failures, gate_failures, idle_fails; /* each in a row */
    FetchFolder *folders;                      /* as many as the mailbox has */
    FetchLane lanes[FETCH_LANES];
    guint careful_mails; /* so many are asked for one at a time: the server may not bear more */
    guint accidents;     /* how often it came to that */
    guint steady_mails;  /* so many came well since, not one at a time */

    gboolean is_gate_busy;  /* the last error was our own gate's */
    gboolean is_over_mail;  /* it came while a mail was fetched, which the ledger has noted */
    gboolean is_store_gone; /* the store must be opened anew */
    guint32 busy_uid;       /* that the gate has put off last */
    guint busy_count;

    MailboxStatus status;
    gint64 written_us; /* when `status` was written */
    char *pity;        /* something is wrong, and the rest goes on; or NULL */
    gboolean was_told; /* the log tells that something is wrong */
} Fetcher;

gboolean fetcher_is_stopped(const Fetcher *fetcher);
/* FALSE, for `return`; notes that a store which is damaged must be opened anew. */
gboolean fetcher_store_error(Fetcher *fetcher, GError **error);
guint32 fetcher_noise(void);

/* --- fetch_folder.c --- */

/* One turn of a folder: what is due, then what is new, at most FETCH_TURN mails. `out_more`: there is more.
 * The folder stays selected. FALSE: the turn was cut short; the session may be dead. */
gboolean fetch_folder_turn(Fetcher *fetcher, FetchFolder *folder, gboolean *out_more, GError **error);

/* --- fetch_batch.c --- */

/* Mails of the selected folder on their way to the gate. */
typedef struct {
    Fetcher *fetcher;
    FetchFolder *folder;
    GArray *uids;    /* guint32 in growing order: what is to be taken */
    gsize begun;     /* of `uids`; those from here on were not touched */
    GArray *put_off; /* guint32: begun, and neither taken nor in the ledger */
    GArray *taken;   /* guint32: answered 250 */
    GArray *gone;    /* guint32: not there any more */
    GArray *mails;   /* ImapMail: those of `uids` that are to be fetched */
    guint at;        /* of `mails`: its turn is now */
    guint asked;     /* of `mails`: the server was asked for those before */
} FetchBatch;
/* Takes `uids`; those that are too large or fail go into the ledger. FALSE: cut short. */
gboolean fetch_batch_run(FetchBatch *batch, GError **error);
/* Every UID below is done with. */
guint32 fetch_batch_done_below(const FetchBatch *batch);

/* --- fetch_ahead.c --- */

/* What is to be fetched, out of the facts about `uids`; the gate hears of the first. */
void fetch_ahead_plan(FetchBatch *batch, const GArray *facts);
char *fetch_ahead_envid(const FetchBatch *batch, guint32 uid);
/* Of the mail with this index in `mails`: always the same one. */
FetchLane *fetch_ahead_lane(const FetchBatch *batch, guint at);
/* Tells the gate that this mail comes next on its lane, if it is one. */
void fetch_ahead_tell(const FetchBatch *batch, guint at);
/* Asks the server for the mail whose turn it is, and for some more. */
gboolean fetch_ahead_ask(FetchBatch *batch, GError **error);
/* The session broke, or a mail was not shown, while more than one mail was asked for; that may be why. */
void fetch_ahead_accident(Fetcher *fetcher);
void fetch_ahead_success(Fetcher *fetcher);

/* --- fetch_after.c --- */

/* Flags, moves or deletes these mails of the selected folder, which are taken, and notes it. What the server
 * refuses is tried again later and no error, but a pity. */
gboolean fetch_after(Fetcher *fetcher, FetchFolder *folder, const GArray *uids, GError **error);

/* --- fetch_note.c --- */

/* Counts a failure for the mail over which the last fetcher died, if any. */
void fetch_note_open(Fetcher *fetcher);
void fetch_note_close(Fetcher *fetcher);
/* `key` as of fetch_key_format. */
void fetch_note_begin(const Fetcher *fetcher, const char *key);
void fetch_note_end(const Fetcher *fetcher);

/* --- fetch_status.c --- */

/* Each is written at once when the state or the error changes, else once a while. */
void fetch_status_state(Fetcher *fetcher, const char *state);
/* The server said something good. */
void fetch_status_contact(Fetcher *fetcher);
/* All went well, but for `fetcher->pity`. */
void fetch_status_works(Fetcher *fetcher, const char *state);
void fetch_status_stopped(Fetcher *fetcher, const char *words, gint64 pause_us);
/* Remembers the first trouble of a round that stops nothing else. */
void fetch_status_pity(Fetcher *fetcher, const char *format, ...) G_GNUC_PRINTF(2, 3);
