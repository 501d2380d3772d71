/* A ticket as people see it: plain values, read by the store (tickets.h), judged on by the desk, printed by
 * the commands. Free functions accept NULL. */
#pragma once

#include <glib.h>

typedef struct {
    char *address; /* address_fold */
    char *name;
    char *role; /* "participant": belongs; "guest": has only found the way in; "copy": an agent added him */
    gboolean copies; /* gets what agents answer. Nobody gets it by what strangers write about him: only who
                        wrote himself and was proven, and whom an agent added */
} Participant;

typedef struct {
    char *name, *value, *raw, *rule, *place, *by;
    char *lost_to, *lost_why; /* of a loser: the rule that won; else NULL */
    char *later, *later_by;   /* of history: the value in its place, and who gave it; else NULL */
    gint64 message_id, start, end;
    gint64 later_message_id; /* 0: it came by no mail */
    gboolean is_single;
} TicketField;

typedef struct {
    gint64 id;
    char *direction; /* "in", "out" (an agent to the customer), "note" (never leaves the team) */
    char *role;      /* of the writer: "requester", "participant", "guest", "agent", or "" */
    char *from_name, *from_address, *to, *subject, *kind, *reply;
    char *message_id; /* without angle brackets, or NULL */
    gint64 date_us;   /* as its writer says, or 0 */
    gint64 at_us;
    char *raw_sha256;  /* hex, or NULL (outgoing) */
    char *attachments; /* JSON array */
    char *findings;    /* JSON array */
    char *why;         /* JSON array of texts */
    char *meanings;    /* JSON array: what rules say that it is about */
    gint64 outbox_id;  /* of an outgoing one, else 0 */
} TicketMessage;

typedef struct {
    gint64 at_us, mail_id;
    char *what, *who, *detail;
} StoredEvent;
void stored_event_free(StoredEvent *event);

typedef struct {
    char *ref, *how;
} TicketLink;

typedef struct {
    gint64 id;
    char *ref, *status, *queue, *subject, *severity, *kind, *category, *owner; /* NULL where unset */
    char *requester_name, *requester_address;
    char *voice;        /* name of the agent whom the customer heard last, or NULL */
    gint64 lease_us;    /* the owner has it until then; 0: nobody has */
    gint64 closed_us;   /* when it was closed; 0: it is not */
    gint64 snooze_us;   /* sleeps until then; 0: it does not */
    gint64 merged_into; /* the ticket that has its messages now; 0: none */
    gint64 created_us, updated_us, due_us;
    char *severity_by;            /* "rules": a hint; NULL: somebody said it, or nobody */
    char *asked;                  /* names of fields that the customer was asked for, one a line */
    gint64 asked_us, complete_us; /* when; when nothing was missing any more without an agent; or 0 */
    GPtrArray *participants;      /* Participant; the requester is not in it */
    GPtrArray *fields;            /* TicketField: what stands */
    GPtrArray *history;           /* TicketField: what stood before; empty in lists */
    GPtrArray *lost;              /* TicketField: what a rule found and another won over; empty in lists */
    GPtrArray *messages;          /* TicketMessage, oldest first; empty in lists */
    GPtrArray *links;             /* TicketLink */
    GPtrArray *events;            /* StoredEvent; empty in lists */
} Ticket;
/* With empty arrays. */
Ticket *ticket_new(void);
void ticket_free(Ticket *ticket);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Ticket, ticket_free)

void participant_free(gpointer participant);
void ticket_field_free(gpointer field);
void ticket_message_free(gpointer message);
void ticket_link_free(gpointer link);

/* The agent who has the ticket at `now_us`; NULL when nobody has, or his lease ran out. Borrowed. */
const char *ticket_owner_at(const Ticket *ticket, gint64 now_us);
