/* Tickets as people see them: lists and whole tickets, read from the store. */
#pragma once

#include <postern/store.h>

typedef struct {
    char *address, *role;
} Participant;

typedef struct {
    char *name, *value, *raw, *rule, *place, *by;
    gint64 message_id, start, end;
} TicketField;

typedef struct {
    gint64 id;
    char *direction; /* "in", "out", "note" */
    char *from_name, *from_address, *to, *subject, *kind, *reply;
    gint64 date_us; /* as its writer says, or 0 */
    gint64 at_us;
    char *raw_sha256;  /* hex, or NULL (outgoing) */
    char *attachments; /* JSON array */
    char *findings;    /* JSON array */
    char *why;         /* JSON array of texts */
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
    gint64 created_us, updated_us, due_us;
    GPtrArray *participants; /* Participant; the requester is not in it */
    GPtrArray *fields;       /* TicketField */
    GPtrArray *messages;     /* TicketMessage; empty in lists */
    GPtrArray *links;        /* TicketLink */
    GPtrArray *events;       /* StoredEvent; empty in lists */
} Ticket;
void ticket_free(Ticket *ticket);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Ticket, ticket_free)

/* Newest first, at most `most`; status and queue may be NULL (all). With fields, participants and links,
 * without messages and events. */
GPtrArray *ticket_list(Store *store, const char *status, const char *queue, guint most, GError **error);
/* Any case of `ref`. ERROR_NOT_FOUND. */
Ticket *ticket_get(Store *store, const char *ref, GError **error);
/* What a list has of a ticket, at most `most` each of fields (the newest), participants and links; and of its
 * messages the one that this mail became (0: none). ERROR_NOT_FOUND. */
Ticket *ticket_get_with(Store *store, gint64 ticket_id, gint64 mail_id, guint most, GError **error);
/* Events that name one mail. */
GPtrArray *ticket_events_of_mail(Store *store, gint64 mail_id, GError **error);
