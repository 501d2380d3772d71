#include "gateway/desk/desk_private.h"

#include <postern/address.h>
#include <postern/base/clean.h>

#include <string.h>

Decision *desk_hold(const char *reason, const char *words, const char *argument)
{
    Decision *decision = decision_new(FATE_HELD);
    decision->reason = g_strdup(reason);
    decision->detail = g_strdup_printf("%s%s", words, argument ? argument : "");
    decision_event(decision, "held", "postern", "%s: %s", reason, decision->detail);
    return decision;
}

/* The trail is read over shoulders: a token is shown as "support+…@example.com". */
static char *shown_recipient(const Envelope *envelope)
{
    const char *plus = envelope->detail ? strchr(envelope->recipient, '+') : NULL;
    const char *at = plus ? strrchr(plus, '@') : NULL;
    return at ? g_strdup_printf("%.*s+…%s", (int)(plus - envelope->recipient), envelope->recipient, at)
              : g_strdup(envelope->recipient);
}

/* The agents of the other queue see by it that the mail is theirs, too. */
static void tell_other_way(const DeskCase *mail, Decision *decision)
{
    const Facts *facts = mail->facts;
    const Envelope *envelope = mail->envelope;
    if (!facts->copy_of_ticket || address_equal(facts->copy_to, envelope->recipient))
        return;
    g_autofree char *recipient = shown_recipient(envelope);
    decision->ticket_id = facts->copy_of_ticket;
    decision_event(decision, "also came to", "postern", "%s, queue %s", recipient, envelope->queue);
}

static Decision *judge_copy(const DeskCase *mail)
{
    Decision *decision = decision_new(FATE_COPY);
    decision->copy_of = mail->facts->copy_of;
    decision->detail =
        g_strdup_printf("the same mail came before%s%s", mail->facts->copy_of_ref ? " and is in " : "",
                        mail->facts->copy_of_ref ? mail->facts->copy_of_ref : "");
    decision_event(decision, "copy", "postern", "%s", decision->detail);
    tell_other_way(mail, decision);
    return decision;
}

static gboolean has_evidence(const DeskCase *mail)
{
    for (guint i = 0; i < mail->facts->evidence->len; i++)
        if (((const Evidence *)mail->facts->evidence->pdata[i])->ticket_id)
            return TRUE;
    return FALSE;
}

/* Mail that must wait for a person; NULL for all other. */
static Decision *judge_hold(const DeskCase *mail)
{
    const Reading *reading = mail->reading;
    if (mail->envelope->is_released)
        return NULL;
    Decision *loop = desk_hold_loop(mail);
    if (loop)
        return loop;
    gboolean report = reading->kind == KIND_BOUNCE || reading->kind == KIND_FEEDBACK ||
                      reading->kind == KIND_RECEIPT || reading->kind == KIND_CHALLENGE;
    if (report && !has_evidence(mail))
        return desk_hold("report without a ticket",
                         "no mail of ours could be found that it is about; it is a ",
                         mail_kind_name(reading->kind));
    if (reading->kind == KIND_BOUNCE && !desk_report_is_proven(mail))
        return desk_hold(
            "doubtful report",
            "it says that a mail of ours did not arrive, but it did not come to the return path of that "
            "mail, or it names another recipient",
            NULL);
    return NULL;
}

static void name_sender(const DeskCase *mail, Decision *decision)
{
    const Reading *reading = mail->reading;
    if (reading && reading->from) {
        decision->sender_name = g_strdup(reading->from->name);
        decision->sender_address = g_strdup(reading->from->address);
        return;
    }
    /* Unproven as it is, the envelope sender is all that is known. */
    const char *envelope_from = mail->envelope->envelope_from;
    gboolean usable = !reading && address_is_envelope(envelope_from);
    decision->sender_name = g_strdup("");
    decision->sender_address = usable ? clean_line(envelope_from, -1, LIMIT_NAME_BYTES) : g_strdup("");
}

static void set_subject(const DeskCase *mail, Decision *decision)
{
    if (!mail->reading)
        decision->subject = g_strdup("(could not be read)");
    else
        decision->subject = g_strdup(*mail->reading->subject ? mail->reading->subject : "(no subject)");
}

static void set_status(const DeskCase *mail, Decision *decision)
{
    if (decision->is_new_ticket) {
        decision->status = g_strdup("new");
        return;
    }
    /* What is kept inside is no word of a customer. */
    if (strcmp(decision->direction, "in") == 0)
        desk_judge_status(mail, decision);
}

static void tell_passed_on(const Reading *reading, Decision *decision)
{
    g_autofree char *words = g_strdup_printf(
        "by %s, which names %s as the writer; %s", reading->passed_on_by->address, reading->from->address,
        reading->from_authentic ? "the border server saw the mail before and vouches for it" : "not proven");
    decision_event(decision, "passed on", reading->passed_on_by->address, "%s", words);
    decision_why(decision, "passed on %s", words);
}

static void tell_arrival(const DeskCase *mail, Decision *decision)
{
    const char *who = *decision->sender_address ? decision->sender_address : "unknown sender";
    g_autofree char *recipient = shown_recipient(mail->envelope);
    decision_event(decision, decision->is_new_ticket ? "opened" : "joined", who, "by mail from %s to %s",
                   mail->envelope->peer, recipient);
    if (decision->unreadable)
        decision_event(decision, "could not be read", "postern", "%s; the original is kept",
                       mail->unreadable);
    for (guint i = 0; mail->reading && i < mail->reading->sender_findings->len; i++)
        decision_event(decision, "doubtful sender", "postern", "%s",
                       (const char *)mail->reading->sender_findings->pdata[i]);
    if (mail->reading && mail->reading->passed_on_by)
        tell_passed_on(mail->reading, decision);
}

/* A word to the customer about the end of his ticket: he said that it is solved, or it stays closed. It is as
 * automatic as an acknowledgement, and has the same limits. */
static void write_closing(const DeskCase *mail, Decision *decision)
{
    const Facts *facts = mail->facts;
    if ((!decision->says_solved && !decision->refuse_closed) || !mail->reading->may_answer || facts->block ||
        mail->envelope->is_quiet || facts->acks_to_sender >= mail->config->acks_per_sender_hour ||
        facts->acks_all >= mail->config->acks_per_hour)
        return;
    g_autoptr(Mailbox) to = mailbox_new(decision->sender_name, decision->sender_address);
    LetterCase letter = desk_letter_case(mail, decision);
    Outgoing *outgoing = decision->says_solved ? letter_solved(&letter, to) : letter_refused(&letter, to);
    if (outgoing)
        g_ptr_array_add(decision->outgoing, outgoing);
}

/* Mail that is decided on without looking for its ticket; NULL for all other. */
static Decision *judge_apart(const DeskCase *mail)
{
    if (mail->facts->copy_of && !mail->envelope->is_released)
        return judge_copy(mail);
    Decision *decision = mail->reading ? desk_judge_admin(mail) : NULL;
    if (!decision && mail->reading)
        decision = judge_hold(mail);
    return decision ? decision : desk_judge_confirmation(mail);
}

Decision *desk_judge(const DeskCase *mail)
{
    Decision *decision = judge_apart(mail);
    if (decision)
        return decision;
    decision = decision_new(FATE_TICKETED);
    decision->unreadable = !mail->reading;
    if (decision->unreadable) {
        decision->detail = g_strdup(mail->unreadable);
        decision_why(decision, "could not be read: %s", mail->unreadable);
    }
    name_sender(mail, decision);
    set_subject(mail, decision);
    desk_name_agent(mail, decision);
    desk_find_ticket(mail, decision);
    Decision *other = desk_judge_agent(mail, decision, !decision->is_new_ticket);
    if (other) {
        decision_free(decision);
        return other;
    }
    tell_arrival(mail, decision);
    desk_place_agent(mail, decision);
    set_status(mail, decision);
    if (mail->reading && mail->reading->kind == KIND_BOUNCE && desk_report_is_proven(mail))
        desk_judge_report(mail, decision);
    desk_understand(mail, decision);
    desk_compare_fields(mail, decision);
    desk_judge_answers(mail, decision);
    desk_judge_asking(mail, decision);
    /* What an agent does others hear of by his acts. */
    if (decision->sheet && !decision->is_new_ticket)
        decision->notify = FALSE;
    write_closing(mail, decision);
    desk_write_outgoing(mail, decision);
    return decision;
}
