/* Tickets, read from the store: lists and whole ones. */
#pragma once

#include <postern/store.h>
#include <postern/ticket.h>

/* Newest first, at most `most`; status and queue may be NULL (all). With fields, participants and links,
 * without messages and events. */
GPtrArray *ticket_list(Store *store, const char *status, const char *queue, guint most, GError **error);
/* Any case of `ref`. ERROR_NOT_FOUND. */
Ticket *ticket_get(Store *store, const char *ref, GError **error);
/* What a list has of a ticket, at most `most` each of fields (the newest), participants and links; and of its
 * messages the one that this mail became (0: none). ERROR_NOT_FOUND. */
Ticket *ticket_get_with(Store *store, gint64 ticket_id, gint64 mail_id, guint most, GError **error);
/* The same with its newest messages, at most `messages`. */
Ticket *ticket_get_latest(Store *store, gint64 ticket_id, guint messages, guint most, GError **error);
/* The id of the ticket with this reference (any case), after merges the one that has its messages now; 0 and
 * no error when there is none. */
gint64 ticket_find_ref(Store *store, const char *ref, GError **error);
/* Tickets that `words` stand in (all of them, the longest five; any case): reference, subject, requester,
 * fields, and the text of the newest messages. Newest first, at most `most`, as ticket_list gives them. */
GPtrArray *ticket_search(Store *store, const char *words, guint most, GError **error);
/* Tickets of a requester but `but_id`: the newest `most`, as ticket_list gives them; `out_count` gets how
 * many there are. */
GPtrArray *ticket_list_of(Store *store, const char *requester, gint64 but_id, guint most, guint *out_count,
                          GError **error);
/* Events that name one mail. */
GPtrArray *ticket_events_of_mail(Store *store, gint64 mail_id, GError **error);
