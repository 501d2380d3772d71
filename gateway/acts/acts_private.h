/* What one order is worked with; the acts, in files by what they are about. */
#pragma once

#include <postern/acts.h>
#include <postern/tickets.h>

typedef struct {
    const ActsDesk *desk;
    const ActsOrder *order;
    ActsResult *out;
    guint number;        /* LetterCase.number of the next letter */
    GPtrArray *problems; /* ActProblem: with the first one it ends, and nothing of it was done */
    GArray *touched;     /* gint64: tickets that something was done to */
    gboolean is_told;    /* there is more to say than that his answer was sent: he gets a receipt */
    gboolean with_help;
    GPtrArray *found; /* Ticket, of a search, or NULL */
    char *kept_back;  /* text that the customer did not get */
} Acts;

/* Each does its act to `ticket`. FALSE: refused (with a problem and no error), or trouble with the store. */
typedef gboolean (*ActDoer)(Acts *acts, const Act *act, Ticket *ticket, GError **error);

/* owner.c */
gboolean act_take(Acts *acts, const Act *act, Ticket *ticket, GError **error);
gboolean act_take_over(Acts *acts, const Act *act, Ticket *ticket, GError **error);
gboolean act_hand_off(Acts *acts, const Act *act, Ticket *ticket, GError **error);
gboolean act_assign(Acts *acts, const Act *act, Ticket *ticket, GError **error);
gboolean act_release(Acts *acts, const Act *act, Ticket *ticket, GError **error);
/* turn.c: the ticket goes to `to`: customers are told when they heard another voice, and both agents.
 * `from` is who had it, or NULL. */
gboolean turn_to(Acts *acts, Ticket *ticket, const ConfigAgent *from, const ConfigAgent *to, const char *open,
                 gboolean is_takeover, GError **error);
/* fate.c */
gboolean act_close(Acts *acts, const Act *act, Ticket *ticket, GError **error);
gboolean act_reopen(Acts *acts, const Act *act, Ticket *ticket, GError **error);
gboolean act_wait(Acts *acts, const Act *act, Ticket *ticket, GError **error);
gboolean act_spam(Acts *acts, const Act *act, Ticket *ticket, GError **error);
gboolean act_snooze(Acts *acts, const Act *act, Ticket *ticket, GError **error);
/* facts.c */
gboolean act_severity(Acts *acts, const Act *act, Ticket *ticket, GError **error);
gboolean act_category(Acts *acts, const Act *act, Ticket *ticket, GError **error);
gboolean act_field(Acts *acts, const Act *act, Ticket *ticket, GError **error);
gboolean act_note_down(Acts *acts, const Act *act, Ticket *ticket, GError **error);
gboolean act_customer(Acts *acts, const Act *act, Ticket *ticket, GError **error);
/* hint.c */
gboolean act_hint(Acts *acts, const Act *act, Ticket *ticket, GError **error);
/* The act names the error, and no ticket is meant. */
gboolean act_hint_by_name(Acts *acts, const Act *act, GError **error);
/* people.c */
gboolean act_cc(Acts *acts, const Act *act, Ticket *ticket, GError **error);
gboolean act_uncc(Acts *acts, const Act *act, Ticket *ticket, GError **error);
/* moves.c */
gboolean act_merge(Acts *acts, const Act *act, Ticket *ticket, GError **error);
gboolean act_split(Acts *acts, const Act *act, Ticket *ticket, GError **error);

/* speak.c: what of the mail is for the customer. */
gboolean speak(Acts *acts, GError **error);
/* TRUE when it says something to the customer. */
gboolean speak_is_due(const Acts *acts);

/* work.c: what all need. */

/* The ticket as it is now, after merges the one that has its messages. */
Ticket *acts_ticket(const Acts *acts, gint64 ticket_id, GError **error);
/* Both return FALSE. `act` NULL: it is about no line. The second takes over `trouble`: what the store has
 * against the act is a refusal, anything else an error. */
gboolean acts_refuse(Acts *acts, const Act *act, const char *format, ...) G_GNUC_PRINTF(3, 4);
gboolean acts_refuse_error(Acts *acts, const Act *act, GError *trouble, GError **error);
void acts_say(Acts *acts, const char *format, ...) G_GNUC_PRINTF(2, 3);
gboolean acts_event(Acts *acts, const Ticket *ticket, GError **error, const char *what, const char *format,
                    ...) G_GNUC_PRINTF(5, 6);
gboolean acts_announce(Acts *acts, const Ticket *ticket, const char *event, GError **error);
/* TRUE when his mail is a message of this ticket. */
gboolean acts_is_message(const Acts *acts, const Ticket *ticket);

LetterCase acts_letter(const Acts *acts, const Ticket *ticket);
/* After letters were written: into the outbox. Takes over the mails; NULL is fine. */
gboolean acts_post(Acts *acts, LetterCase *letter, Outgoing *mail, GError **error);
gboolean acts_post_all(Acts *acts, LetterCase *letter, GPtrArray *mails, GError **error);

/* Who has the ticket: NULL when nobody has, or nobody whom the configuration still knows. */
const ConfigAgent *acts_owner(const Acts *acts, const Ticket *ticket);
/* The same, when that is somebody else than who orders. */
const ConfigAgent *acts_other(const Acts *acts, const Ticket *ticket);
const ConfigAgent *acts_agent_named(const Acts *acts, const char *name);
gint64 acts_lease(const Acts *acts, const Ticket *ticket);
/* "2026-11-22 09:30 UTC". The caller frees. */
char *acts_moment(gint64 time_us);
/* What people read of an agent: his display name; an admin is named as he names himself. */
const char *acts_who(const Acts *acts);

/* TRUE when `text` is no more than a closing ("Best regards, Kim"). */
gboolean sign_off_is_all(const ConfigAgent *agent, const char *text);
