/* What people do to tickets, as rows: each function is one change, in a transaction. Merge, split and wake
 * write their events themselves, into every ticket that they touch; for the others the caller does
 * (ticket_add_event). Who may do what, and what is sent because of it, is decided above (acts.h). `who` is
 * the name of an agent or admin. ERROR_NOT_FOUND where the ticket or message is not there, ERROR_CONFLICT for
 * a ticket that was merged into another (ticket_find_ref follows), ERROR_MALFORMED for a word that the
 * contract does not know. */
#pragma once

#include <postern/store.h>

/* One of the contract's words. Closing notes the time; any other status clears it. Snooze ends by it. */
gboolean ticket_set_status(Store *store, gint64 ticket_id, const char *status, gint64 now_us, GError **error);
/* `agent` NULL: nobody. */
gboolean ticket_set_owner(Store *store, gint64 ticket_id, const char *agent, gint64 lease_us, gint64 now_us,
                          GError **error);
/* The agent whom the customer has heard last. */
gboolean ticket_set_voice(Store *store, gint64 ticket_id, const char *agent, GError **error);
gboolean ticket_set_severity(Store *store, gint64 ticket_id, const char *severity, gint64 now_us,
                             GError **error);
gboolean ticket_set_category(Store *store, gint64 ticket_id, const char *category, gint64 now_us,
                             GError **error);
gboolean ticket_set_snooze(Store *store, gint64 ticket_id, gint64 until_us, gint64 now_us, GError **error);
/* What a person says counts before what the rules found: it becomes the first value of that name, in the
 * place of what a person said before, and of a single field in that of all; those stay as history. */
gboolean ticket_set_field(Store *store, gint64 ticket_id, const char *name, const char *value,
                          gboolean is_secret, const char *who, gint64 now_us, GError **error);
/* Adds, or changes role and copies of who is there; without copies, no word of his own brings them back. The
 * requester stays what he is. */
gboolean ticket_set_participant(Store *store, gint64 ticket_id, const char *address, const char *name,
                                const char *role, gboolean copies, GError **error);
/* ERROR_NOT_FOUND when the address is none of the ticket's. */
gboolean ticket_drop_participant(Store *store, gint64 ticket_id, const char *address, GError **error);
/* A note that came by no mail; `note_id` is a new mail id. */
gboolean ticket_add_note(Store *store, gint64 ticket_id, gint64 note_id, const char *who, const char *text,
                         gint64 now_us, GError **error);
/* What an agent's mail became: "out" with the text that the customer got, or "note" with his words. */
gboolean ticket_mark_message(Store *store, gint64 message_id, const char *direction, const char *text,
                             GError **error);
gboolean ticket_add_event(Store *store, gint64 ticket_id, gint64 mail_id, const char *what, const char *who,
                          const char *detail, gint64 now_us, GError **error);

/* All messages and their fields go to `into` (or the ticket that has its messages), and what was in `from`
 * leads there from now on (tokens, ids, reference). `from` is closed and keeps its trail. Participants come
 * along with their role, the requester as a participant; who gets copies is taken along only between tickets
 * of one requester. What was open stays open, who had `from` has `into` if nobody did. Where each message was
 * is kept. ERROR_REFUSED into itself or spam, ERROR_CONFLICT when it was merged before. */
gboolean ticket_merge(Store *store, gint64 from, gint64 into, const char *who, gint64 now_us, GError **error);
/* The messages, all of `ticket_id`, become a ticket of their own, `new_ref`, opened by the writer of the
 * first that is not an agent's; answers to them lead there. ERROR_REFUSED when no message would stay, or none
 * of them is of a customer. */
gboolean ticket_split(Store *store, gint64 ticket_id, const gint64 *message_ids, gsize count,
                      const char *new_ref, const char *who, gint64 now_us, gint64 *out_ticket_id,
                      GError **error);
/* To another queue, with reference and tokens as they are. */
gboolean ticket_set_queue(Store *store, gint64 ticket_id, const char *queue, gint64 now_us, GError **error);

/* What an agent wrote and the customer did not get, because somebody else has the ticket. */
typedef struct {
    gint64 mail_id, at_us;
    char *agent, *text;
} Draft;
void draft_free(Draft *draft);
gboolean draft_add(Store *store, gint64 ticket_id, gint64 mail_id, const char *agent, const char *text,
                   gint64 now_us, GError **error);
/* Oldest first. Array of Draft. */
GPtrArray *draft_list(Store *store, gint64 ticket_id, GError **error);
/* They were handed on; they stay as notes. */
gboolean draft_clear(Store *store, gint64 ticket_id, GError **error);

/* When the first snooze is over; G_MAXINT64 when no ticket sleeps. */
gint64 ticket_next_wake_us(Store *store, GError **error);
/* Some of the tickets whose snooze is over at `now_us`: they wake up (open). Array of gint64 ids (GArray). */
GArray *ticket_wake(Store *store, gint64 now_us, GError **error);
