/* Mail that Postern writes by itself when something is wrong: final bytes, from values. Pure: the caller (the
 * watch) looks what is wrong, and stores what is written in the transaction that notes that it was told. */
#pragma once

#include <postern/config.h>
#include <postern/decision.h>
#include <postern/notices.h>

typedef struct {
    const Config *config;
    const NoticeSet *notices;
    const TokenKey *keys; /* newest first */
    gint64 now_us;
    gint64 mail_id; /* a new one for each mail: what its Message-ID is made of */
} AlertCase;

typedef enum { OUTAGE_MAILBOX, OUTAGE_ROUTE, OUTAGE_WEBHOOK } OutageOf;

/* Something that cannot be reached, or could not. */
typedef struct {
    OutageOf of;
    const char *name;  /* in the configuration; of a webhook without "webhook:" */
    gint64 since_us;   /* when it began */
    gint64 contact_us; /* the last good word of the other side; 0: never */
    const char *error; /* the last one, in words; NULL: none */
} Outage;

/* "stopped" and "works-again", to one of the admins. They take another way than the one that is out, if there
 * is any: not through the server of the mailbox, not through the route itself. Never NULL. */
Outgoing *alert_stopped(const AlertCase *alert, const Outage *outage, const char *admin);
Outgoing *alert_works_again(const AlertCase *alert, const Outage *outage, const char *admin);

/* A mail that stays on its server. */
typedef struct {
    const char *mailbox, *folder;
    guint32 uid;
    guint64 size;
    gboolean is_too_large;
    const char *detail;
} AlertStuck;
/* "stuck-mail", to one of the admins: several at once. Never NULL. */
Outgoing *alert_stuck_mail(const AlertCase *alert, const AlertStuck *mails, gsize count, const char *admin);

typedef struct {
    gint64 id; /* of the outbox */
    const char *kind, *to, *words;
    gboolean is_held;
} AlertUndelivered;
/* "undelivered", about mails of one ticket. It has a signed return path. `name` may be NULL. Never NULL. */
Outgoing *alert_undelivered(const AlertCase *alert, gint64 ticket_id, const char *ref, const char *queue,
                            const AlertUndelivered *mails, gsize count, const char *name, const char *to);

/* Answers to a digest or receipt are an admin's for so long. */
#define ALERT_ANSWER_DAYS 14u

typedef struct {
    gint64 id;
    const char *reason, *from, *subject, *detail; /* any may be NULL */
    gint64 received_us, size;
} AlertHeld;
/* "held-digest", to one of the admins: `total` mails are held, of which `mails` are shown, and `refused` more
 * of refused senders. Its Reply-To is a token of his own: he answers with commands. Never NULL. */
Outgoing *alert_held_digest(const AlertCase *alert, const AlertHeld *mails, gsize count, guint total,
                            guint refused, const char *admin);
/* "admin-receipt", for what he answered: `lines` (char *) are what was done, or why nothing was. Never NULL.
 */
Outgoing *alert_admin_receipt(const AlertCase *alert, gboolean is_refused, const GPtrArray *lines,
                              const char *in_reply_to, const char *admin);
/* "budget": automatic mail is not written any more in this hour. Never NULL. */
Outgoing *alert_budget(const AlertCase *alert, gint64 spent_us, const char *admin);

/* Many customers write of one error. */
typedef struct {
    const char *ref, *status, *subject, *address;
} AlertIncidentTicket;
typedef struct {
    gint64 error_id;
    const char *title, *state;
    guint customers, domains; /* of the last `within_us` */
    gint64 within_us, first_us;
    const AlertIncidentTicket *tickets;
    gsize count, more; /* tickets that are shown, and others */
} AlertIncident;
/* "incident", to an agent (or an admin: `name` NULL). Never NULL. */
Outgoing *alert_incident(const AlertCase *alert, const AlertIncident *incident, const char *name,
                         const char *to);

/* TRUE for the kinds of mail above: that one of them was not delivered is told to nobody. */
gboolean alert_is_kind(const char *kind);

/* TRUE when no way out is left over for news that this mailbox or route is out. For 'check'. */
gboolean alert_has_no_other_way(const Config *config, OutageOf of, const char *name);
