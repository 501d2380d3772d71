/* What is to be sent: rows with final bytes, one recipient each. The gate puts
 * them in, the sender takes them out; they meet only here. */
#pragma once

#include <postern/decision.h>
#include <postern/store.h>

typedef enum {
    OUTBOX_QUEUED, /* waits for its time */
    OUTBOX_SENT,
    OUTBOX_FAILED,    /* refused for good, or given up */
    OUTBOX_HELD,      /* waits for a person */
    OUTBOX_UNCERTAIN, /* the line broke after the final dot: sent again with the same Message-ID at its time
                       */
    OUTBOX_STATE_COUNT
} OutboxState;
const char *outbox_state_name(OutboxState state);

typedef struct {
    gint64 id;
    gint64 ticket_id;      /* 0: it is about Postern itself */
    char *ref;             /* of the ticket, or "" */
    char *queue;           /* whose routes it may take, or "" */
    char *route;           /* whose sender has it now */
    char *kind;            /* "acknowledgement", "notice" … */
    gboolean is_automatic; /* no person wrote it */
    char *to;
    char *from;          /* header From address */
    char *envelope_from; /* "" is the null sender */
    char *subject;
    char *message_id;
    OutboxState state;
    guint attempts;
    guint uncertain; /* how often the other side left the outcome unknown */
    guint lost;      /* how often a sender stopped while it had the row in hand */
    gint64 created_us, next_us;
    char *last_error; /* the last answer of the other side, or NULL */
    char *status;     /* its enhanced status code (RFC 3463), or NULL */
    char *dialogue;   /* what was said at the last try, a line each, or NULL; only from outbox_get */
    GBytes *bytes;    /* only from outbox_claim and outbox_get */
} OutboxRow;
void outbox_row_free(OutboxRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OutboxRow, outbox_row_free)

/* In a transaction. `ticket_id` and `mail_id` may be 0. Due at once. */
gboolean outbox_add(Store *store, const Outgoing *mail, gint64 ticket_id, gint64 mail_id, gint64 now_us,
                    GError **error);

/* Takes at most `most` due rows of `route`, and no more than some MiB unless it is one mail (queued or
 * uncertain, next_us <= now) and leases them until now + lease_us. A row whose lease ran out without a mark
 * comes again, as uncertain, and alone. `attempts` of a row does not count this claim yet. Array of
 * OutboxRow, oldest first. */
GPtrArray *outbox_claim(Store *store, const char *route, gint64 now_us, gint64 lease_us, guint most,
                        GError **error);

/* For a sender that starts and knows that it is the only one of its route: ends the leases of the one before
 * it. */
gboolean outbox_recover(Store *store, const char *route, gint64 now_us, GError **error);

typedef struct {
    gint64 id;
    OutboxState state; /* QUEUED and UNCERTAIN: again at next_us */
    gint64 next_us;
    const char *answer;   /* one line, or NULL */
    const char *status;   /* enhanced status code, or NULL */
    const char *dialogue; /* or NULL: the earlier one stays */
    const char *route;    /* whose sender has it from now on; NULL: as before */
    const char *block;    /* an address that gets no automatic mail until block_until_us, or whose block ends
                             (0); NULL: no change */
    gint64 block_until_us;
} OutboxResult;
/* One transaction for all results. What is sent, failed or held becomes an event of its ticket. */
gboolean outbox_mark(Store *store, const OutboxResult *results, gsize count, gint64 now_us, GError **error);
/* The same, and outbox_claim in the same transaction: one wait for the disk instead of two. */
GPtrArray *outbox_mark_and_claim(Store *store, const OutboxResult *results, gsize count, const char *route,
                                 gint64 now_us, gint64 lease_us, guint most, GError **error);
/* When the next row of the route is due; G_MAXINT64 when none waits. */
gint64 outbox_next_due_us(Store *store, const char *route, GError **error);

/* Rows that may take the same routes. */
typedef struct {
    char *queue, *from;
} OutboxGroup;
void outbox_group_free(OutboxGroup *group);
/* The groups among the rows of `route` that are due at `now_us` and that nobody has in hand. Array of
 * OutboxGroup. */
GPtrArray *outbox_groups(Store *store, const char *route, gint64 now_us, GError **error);
/* Gives those rows of the group to another route; nobody ever has a row twice, as a row in hand stays. */
gboolean outbox_hand_over(Store *store, const char *route, const OutboxGroup *group, const char *to,
                          gint64 now_us, gint64 *out_count, GError **error);
/* The names of the routes at which anything waits. Array of char *. */
GPtrArray *outbox_routes(Store *store, GError **error);

/* For people. Newest first, at most `most`. */
GPtrArray *outbox_list(Store *store, guint most, GError **error);
/* The same, of this state or queue alone; NULL: of all. */
GPtrArray *outbox_list_of(Store *store, const char *state, const char *queue, guint most, GError **error);
OutboxRow *outbox_get(Store *store, gint64 id, GError **error);
/* ERROR_NOT_FOUND, or ERROR_CONFLICT when it was sent already. What is retried and fails again is news again.
 */
gboolean outbox_retry(Store *store, gint64 id, gint64 now_us, GError **error);
/* What waits for a later try to this address, in whatever case, is due now: it works again, as a person says.
 * In a transaction. */
gboolean outbox_hasten(Store *store, const char *to, gint64 now_us, gint64 *out_count, GError **error);
/* Fails it; who drops knows, so nobody is told. Errors as outbox_retry. */
gboolean outbox_drop(Store *store, gint64 id, const char *who, gint64 now_us, GError **error);

/* Every mail made since `since_us` that no person wrote, newest first; webhooks are no mail. */
gboolean outbox_each_automatic(Store *store, gint64 since_us, void (*each)(gpointer user, gint64 created_us),
                               gpointer user, GError **error);
/* Every acknowledgement made since `since_us`, oldest first. */
gboolean outbox_each_ack(Store *store, gint64 since_us,
                         void (*each)(gpointer user, const char *to, gint64 created_us), gpointer user,
                         GError **error);
