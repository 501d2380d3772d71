/* What is written down about a ticket: harmless, so everybody may. */
#include "gateway/acts/acts_private.h"

#include <postern/aside.h>
#include <postern/base/mail_id.h>
#include <postern/labels.h>
#include <postern/ticket_change.h>

#include <string.h>

gboolean act_severity(Acts *acts, const Act *act, Ticket *ticket, GError **error)
{
    g_autoptr(GError) inner = NULL;
    if (!ticket_set_severity(acts->desk->store, ticket->id, act->word, acts->desk->now_us, &inner))
        return acts_refuse_error(acts, act, g_steal_pointer(&inner), error);
    acts_say(acts, "The severity of %s is %s.", ticket->ref, act->word);
    gboolean was_hint = g_strcmp0(ticket->severity_by, "rules") == 0;
    return acts_event(acts, ticket, error, "severity", "%s, was %s%s", act->word,
                      ticket->severity ? ticket->severity : "not set",
                      was_hint ? ", a hint of the rules" : "");
}

gboolean act_category(Acts *acts, const Act *act, Ticket *ticket, GError **error)
{
    acts_say(acts, "The category of %s is %s.", ticket->ref, act->word);
    return ticket_set_category(acts->desk->store, ticket->id, act->word, acts->desk->now_us, error) &&
           acts_event(acts, ticket, error, "category", "%s, was %s", act->word,
                      ticket->category ? ticket->category : "not set");
}

/* What agents correct, rules are measured by; but never a secret. */
static gboolean label_field(Acts *acts, const Ticket *ticket, const char *field, const char *value,
                            gboolean is_secret, GError **error)
{
    return is_secret || label_correct(acts->desk->store, ticket->id, field, value, acts->order->who,
                                      acts->desk->now_us, error);
}

gboolean act_field(Acts *acts, const Act *act, Ticket *ticket, GError **error)
{
    const char *written = act->text ? act->text : "";
    if (!*written)
        return acts_refuse(acts, act, "say what the value is: %s", act_usage(ACT_FIELD));
    gboolean is_secret = acts->desk->rules && rules_is_secret(acts->desk->rules, act->word);
    g_autofree char *value = is_secret ? rules_secret_shown(written) : g_strdup(written);
    acts_say(acts, "%s of %s is %s.", act->word, ticket->ref, value);
    return label_field(acts, ticket, act->word, value, is_secret, error) &&
           ticket_set_field(acts->desk->store, ticket->id, act->word, value, is_secret, acts->order->who,
                            acts->desk->now_us, error) &&
           acts_event(acts, ticket, error, "field", "%s: %s", act->word, value);
}

/* A mail that stands in the ticket is the note itself. */
static gboolean keep_note(Acts *acts, const Act *act, const Ticket *ticket, GError **error)
{
    if (acts_is_message(acts, ticket))
        return ticket_mark_message(acts->desk->store, acts->order->mail_id, "note", act->text, error);
    return ticket_add_note(acts->desk->store, ticket->id, mail_id_new(), acts_who(acts), act->text,
                           acts->desk->now_us, error);
}

gboolean act_note_down(Acts *acts, const Act *act, Ticket *ticket, GError **error)
{
    guint told = 0;
    if (!act->text || !*act->text)
        return acts_refuse(acts, act, "the note is empty; write it behind /note or below");
    if (!keep_note(acts, act, ticket, error) ||
        !aside_tell(acts->desk, ticket->id, acts_who(acts), acts->order->agent, "wrote a note:", act->text,
                    &told, error))
        return FALSE;
    acts->out->outgoing += told;
    acts_say(acts, "Your note stands in %s; the customer does not see it.", ticket->ref);
    return acts_event(acts, ticket, error, "note", "%s", act->text);
}

gboolean act_customer(Acts *acts, const Act *act, Ticket *ticket, GError **error)
{
    (void)act, (void)error;
    acts_say(acts, "%s was opened for %s.", ticket->ref, ticket->requester_address);
    return TRUE;
}
