/* Intake rows: a mail is here, byte for byte, before anybody reads it. One row
 * for each recipient that gets a 250; all rows of a mail share its raw bytes. */
#pragma once

#include <postern/decision.h>
#include <postern/raw.h>
#include <postern/store.h>

/* One waiting mail, with all that the pipeline needs. */
typedef struct {
    Envelope envelope; /* queue and detail are not filled: configuration, not store */
    guint attempts;    /* readings begun, this one counted */
    guint64 size;
    GBytes *bytes; /* small mail, or NULL */
    char *file;    /* large mail, within the raw folder */
} IntakeRow;
void intake_row_free(IntakeRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(IntakeRow, intake_row_free)

typedef struct {
    const char *source, *peer, *envelope_from, *envid; /* envid may be NULL */
    const GPtrArray *recipients;                       /* char *, at least one */
    gboolean is_quiet;
    gint64 received_us;
    gint64 lease_us; /* 0: whoever comes first reads it */
} IntakeEnvelope;

/* In a transaction. Adds the rows; their first attempt counts as begun. `out_rows` gets IntakeRow
 * with borrowed nothing: each shares the bytes. Large raw files must be synced already. */
gboolean intake_add(Store *store, const Raw *raw, const IntakeEnvelope *envelope, GPtrArray *out_rows,
                    GError **error);

/* Waiting rows with id > `after_id`, oldest first, whose lease is over at `now_us` (G_MAXINT64: all); their
 * attempt is not counted yet. Array of IntakeRow. */
GPtrArray *intake_waiting(Store *store, gint64 after_id, gint64 now_us, guint most, GError **error);
/* In a transaction. Counts one more attempt and leases the row. FALSE with ERROR_CONFLICT when it is settled
 * already. */
gboolean intake_count_attempt(Store *store, gint64 mail_id, gint64 lease_us, GError **error);
/* TRUE while nobody has settled it. */
gboolean intake_is_waiting(Store *store, gint64 mail_id, GError **error);

/* Held mail, for people. */
typedef struct {
    gint64 id;
    char *reason, *detail, *from, *subject, *recipient;
    gint64 received_us;
    gint64 size;
    gboolean is_dropped; /* a person is done with it, or nothing was left to do */
} HeldMail;
void held_mail_free(HeldMail *mail);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(HeldMail, held_mail_free)
GPtrArray *held_list(Store *store, GError **error);
HeldMail *held_get(Store *store, gint64 id, GError **error);
/* Back on its way; a running gate picks it up within a second. */
gboolean held_release(Store *store, gint64 id, const char *who, gint64 now_us, GError **error);
/* In a transaction: the same, of a mail of `address` that waits for this agent's word ("unconfirmed"); of any
 * other, and the second time, nothing is changed, and `out_waited` is FALSE. */
gboolean held_confirm(Store *store, gint64 id, const char *agent, const char *address, gint64 now_us,
                      gboolean *out_waited, GError **error);
/* Stays in the store, but out of the list. It still counts as held in the equation. */
gboolean held_drop(Store *store, gint64 id, const char *who, gint64 now_us, GError **error);

/* The same in the caller's transaction. */
gboolean held_release_within(Store *store, gint64 id, const char *who, gint64 now_us, GError **error);
gboolean held_drop_within(Store *store, gint64 id, const char *who, gint64 now_us, GError **error);

/* Why mail of a refused sender is held: nobody is told of it, it only stands in the list. */
#define HELD_REFUSED "refused sender"
/* An agent's commands that wait for his own word: he was asked, so the admins' list leaves them out. */
#define HELD_UNCONFIRMED "unconfirmed"
/* For a digest. TRUE when mail is held that no digest told of. */
gboolean held_is_news(Store *store, GError **error);
/* Newest first, at most `most`, without refused senders. `out_total`: how many there are; `out_refused`: how
 * many of refused senders besides. Array of HeldMail. */
GPtrArray *held_newest(Store *store, guint most, guint *out_total, guint *out_refused, GError **error);
/* In a transaction. A digest told of all that is held. */
gboolean held_told(Store *store, GError **error);

/* Somebody looks at the original, in which nothing is masked: an event ("original") of the mail, and of its
 * ticket if it is in one. ERROR_NOT_FOUND. */
gboolean intake_note_look(Store *store, gint64 mail_id, const char *who, gint64 now_us, GError **error);
/* The original bytes of any mail by its id: written to `fd` in blocks. ERROR_NOT_FOUND. */
gboolean intake_copy_raw(Store *store, gint64 mail_id, int fd, GError **error);

/* Why a mail ended where it did: fate, ticket, reasons. */
typedef struct {
    gint64 id;
    char *fate; /* "waiting", "ticketed", "held", "copy" */
    char *ref;  /* ticket, or NULL */
    gint64 copy_of;
    char *reason, *detail;
    char *recipient, *envelope_from, *source, *peer;
    gint64 received_us;
    guint attempts;
    GPtrArray *why;    /* char * */
    GPtrArray *events; /* StoredEvent of tickets.h that name this mail */
} MailFate;
void mail_fate_free(MailFate *fate);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MailFate, mail_fate_free)
MailFate *intake_fate(Store *store, gint64 mail_id, GError **error);

/* Removes files of the raw folder that no row names and that are older than `before_us` (a crash between
 * file and row). Returns how many. */
guint intake_sweep(Store *store, gint64 before_us, GError **error);
