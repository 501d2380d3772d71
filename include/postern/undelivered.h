/* Rows of the outbox that failed or wait for a person, for whoever tells people of them. */
#pragma once

#include <postern/store.h>

typedef struct {
    gint64 id;
    gint64 ticket_id; /* 0: it was about Postern itself */
    char *ref;        /* of the ticket, or "" */
    char *queue;      /* of the ticket, or "" */
    char *owner;      /* of the ticket: name of an agent, or NULL */
    char *kind, *to;
    char *words; /* the last answer, one clean line, or "" */
    gboolean is_held;
    gboolean is_expected; /* mail to that address had failed for good before this one was made */
} Undelivered;
void undelivered_free(Undelivered *mail);
/* Those that nobody was told of, of one ticket after the other. Array of Undelivered. */
GPtrArray *undelivered_list(Store *store, guint most, GError **error);
/* In a transaction. */
gboolean undelivered_told(Store *store, gint64 id, GError **error);
/* Mails of that kind that were made for the ticket since then; not counted above 100. */
gboolean undelivered_count(Store *store, gint64 ticket_id, const char *kind, gint64 since_us,
                           guint *out_count, GError **error);
