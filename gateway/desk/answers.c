#include "gateway/desk/desk_private.h"

#include <postern/address.h>

#include <string.h>

/* Why nobody may be acknowledged for this mail, in words; NULL: go ahead. The caller frees. */
static char *refuse_acknowledgement(const DeskCase *mail, const Decision *decision)
{
    const Reading *reading = mail->reading;
    if (!reading)
        return g_strdup("the mail could not be read, so nobody knows who wrote it");
    char *machine = desk_refuse_machine(mail);
    if (machine)
        return machine;
    if (!decision->is_new_ticket)
        return g_strdup("it continues a conversation that was acknowledged before");
    if (!mail->queue->acknowledge)
        return g_strdup_printf("queue %s sends no acknowledgements", mail->queue->name);
    if (mail->envelope->is_quiet)
        return g_strdup("it was imported");
    if (envelope_is_null_sender(mail->envelope))
        return g_strdup("its envelope sender is empty");
    if (!reading->from)
        return g_strdup("its From names nobody that can be answered");
    if (desk_agent(mail))
        return g_strdup("it comes from an agent");
    if (config_is_ours(mail->config, reading->from->address))
        return g_strdup("it comes from one of our own addresses");
    if (mail->facts->block)
        return g_strdup(mail->facts->block);
    return desk_refuse_loop(mail);
}

/* Automatic mail in a known conversation is kept, but it is not news for the agents, and a notice
 * that a machine answers would come round for ever. */
static gboolean is_worth_a_notice(const DeskCase *mail, const Decision *decision)
{
    if (mail->envelope->is_quiet)
        return FALSE;
    if (!mail->reading)
        return TRUE;
    switch (mail->reading->kind) {
    case KIND_AUTO_REPLY:
    case KIND_BOUNCE:
    case KIND_RECEIPT:
    case KIND_FEEDBACK:
    case KIND_CHALLENGE:
        return decision->is_new_ticket && !desk_agent(mail);
    default:
        return TRUE;
    }
}

void desk_judge_answers(const DeskCase *mail, Decision *decision)
{
    g_autofree char *refusal = refuse_acknowledgement(mail, decision);
    decision->acknowledge = refusal == NULL;
    if (refusal) {
        decision_event(decision, "not acknowledged", "postern", "%s", refusal);
        decision_why(decision, "not acknowledged: %s", refusal);
    } else {
        decision_event(decision, "acknowledged", "postern", "to %s", decision->sender_address);
        decision_why(decision, "acknowledged to %s", decision->sender_address);
    }
    desk_warn_of_loop(mail, decision);
    gboolean is_news = is_worth_a_notice(mail, decision);
    g_autofree char *silence = is_news ? desk_refuse_notice(mail, decision) : NULL;
    decision->notify = is_news && !silence;
    if (silence)
        decision_event(decision, "agents not told", "postern", "%s", silence);
}
