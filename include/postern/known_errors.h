/* Error texts that several customers have, grouped by their fingerprints (error_print.h), with what is known
 * about each group. `who` is the name of an agent or admin; every change leaves a line in a trail that is
 * only added to. ERROR_NOT_FOUND where there is no such group, ERROR_CONFLICT for one that was merged into
 * another.
 */
#pragma once

#include <postern/decision.h>
#include <postern/store.h>

#define KNOWN_ERROR_HINT_BYTES 2000u
#define KNOWN_ERROR_HINT_US (30 * 24 * 3600 * (gint64)G_USEC_PER_SEC) /* of a hint without an end */
#define KNOWN_ERROR_HINT_MOST_US (365 * 24 * 3600 * (gint64)G_USEC_PER_SEC)

typedef struct {
    gint64 id;
    char *title; /* the first line of the normalised text: nothing of one customer is in it */
    gint64 first_us, last_us;
    gint64 tickets, open_tickets, customers, prints;
    char *hint_state, *hint, *hint_by; /* NULL: there is none; it may be over */
    gint64 hint_us, hint_until_us;
    gint64 resolved_us; /* 0: it is not */
    char *resolved_by;
    gint64 incident_us;      /* many customers have it since; 0: no */
    gint64 incident_over_us; /* the last incident ended then; 0: there was none */
    gint64 merged_into;      /* 0: it is not */
} KnownError;
void known_error_free(KnownError *known);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(KnownError, known_error_free)
/* "open", "investigating", "workaround", "fixed" (while such a hint counts) or "resolved". */
const char *known_error_state(const KnownError *known, gint64 now_us);
gboolean known_error_hint_counts(const KnownError *known, gint64 now_us);
/* "E12". The caller frees. */
char *known_error_name(gint64 id);
/* "E12", "e12", "12"; 0 when it is none. */
gint64 known_error_parse(const char *name);

/* In the transaction of settle_decision, after its rows: what error texts the mail has. A group that was
 * resolved is open again, unless a hint tells its customers what to do. */
gboolean known_errors_note(Store *store, gint64 mail_id, const Reading *reading, const Decision *decision,
                           gint64 now_us, GError **error);
/* What is known about the error texts of a mail that is to be judged. Array of ErrorHint (decision.h), also
 * of groups without a hint. */
GPtrArray *known_errors_of_mail(Store *store, const Reading *reading, gint64 now_us, GError **error);

/* Newest first, at most `most`, without those that were merged. Array of KnownError. */
GPtrArray *known_error_list(Store *store, guint most, GError **error);
KnownError *known_error_get(Store *store, gint64 id, GError **error);
/* The groups of the errors in a ticket, the newest first. Array of KnownError. */
GPtrArray *known_errors_of_ticket(Store *store, gint64 ticket_id, GError **error);

typedef struct {
    char *print, *title;
    gint64 mails;
} KnownErrorPrint;
/* Array of KnownErrorPrint. */
GPtrArray *known_error_prints(Store *store, gint64 id, GError **error);
/* Error texts as they were written, masked: the newest of each print, at most `most`. Array of char *. */
GPtrArray *known_error_samples(Store *store, gint64 id, guint most, GError **error);
typedef struct {
    char *who, *what, *detail;
    gint64 at_us;
} KnownErrorEvent;
/* Oldest first. Array of KnownErrorEvent. */
GPtrArray *known_error_trail(Store *store, gint64 id, GError **error);

typedef struct {
    gint64 ticket_id, first_us;
    char *ref, *queue, *status, *subject, *requester;
    gboolean is_person; /* a person wrote of it, no machine */
    gboolean is_proven; /* a border server vouched for a mail of the requester */
    gint64 told_us;     /* its people were told of the present solution; 0: not */
} KnownErrorTicket;
void known_error_ticket_free(KnownErrorTicket *ticket);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(KnownErrorTicket, known_error_ticket_free)
/* Tickets with a mail that has it since `since_us`, oldest first, at most `most`. Array of KnownErrorTicket.
 */
GPtrArray *known_error_tickets(Store *store, gint64 id, gint64 since_us, guint most, GError **error);
/* One of them. ERROR_NOT_FOUND. */
KnownErrorTicket *known_error_ticket(Store *store, gint64 id, gint64 ticket_id, GError **error);

/* All in a transaction. `state`: "investigating", "workaround", "fixed", or NULL: takes the hint away.
 * ERROR_MALFORMED for another word, no words, or an end that is past or too far. */
gboolean known_error_set_hint(Store *store, gint64 id, const char *state, const char *words, gint64 until_us,
                              const char *who, gint64 now_us, GError **error);
/* The prints of `id` go to `into`, and its hint where `into` has none. */
gboolean known_error_merge(Store *store, gint64 id, gint64 into, const char *who, gint64 now_us,
                           GError **error);
/* These prints (char *) of the group become one of their own; at least one must stay. */
gboolean known_error_split(Store *store, gint64 id, const GPtrArray *prints, const char *who, gint64 now_us,
                           gint64 *out_id, GError **error);
/* A hint that says how it was fixed stays until its end, another one goes. Twice is once. */
gboolean known_error_resolve(Store *store, gint64 id, const char *who, gint64 now_us, GError **error);
/* The people of this ticket are told of the present solution. `out_is_new` FALSE: they were told before. */
gboolean known_error_note_told(Store *store, gint64 id, gint64 ticket_id, const char *who, gint64 now_us,
                               gboolean *out_is_new, GError **error);

/* Incidents. Groups that got a mail behind the one with number `after` (0: since `since_us`), that are no
 * incident yet, and that at least `least` customers wrote of since `since_us`, machines not counted.
 * `out_last` gets the number of the newest. Array of gint64 (GArray). */
GArray *known_errors_crowded(Store *store, gint64 after, gint64 since_us, guint least, gint64 *out_last,
                             GError **error);
/* How many customers wrote of it since then, and since its last incident, and from how many domains. */
gboolean known_error_crowd(Store *store, gint64 id, gint64 since_us, guint *out_customers, guint *out_domains,
                           GError **error);
/* TRUE when each ticket that had the error since then is one of another incident since then: who reads of
 * that one knows them all. */
gboolean known_error_is_told(Store *store, gint64 id, gint64 since_us, gboolean *out_is_told, GError **error);
/* In a transaction: it is an incident from now on. */
gboolean known_error_begin_incident(Store *store, gint64 id, const char *words, gint64 now_us,
                                    GError **error);
/* Whether there are such incidents as the next one ends. FALSE also for an error. */
gboolean known_errors_is_quiet(Store *store, gint64 quiet_since_us, GError **error);
/* In a transaction: incidents of which nobody wrote since `quiet_since_us` are over. */
gboolean known_errors_end_incidents(Store *store, gint64 quiet_since_us, gint64 now_us, GError **error);
