/* What becomes of an agent's mail in its ticket, believed or not. */
#include "gateway/desk/agent.h"

#include <string.h>

static void keep_inside(Decision *decision)
{
    g_free(decision->direction);
    decision->direction = g_strdup("note");
}

/* His words were not sent: he has to know it, whoever wrote in his name. */
static void write_refusal(const DeskCase *mail, Decision *decision)
{
    const ConfigAgent *agent = config_agent(mail->config, decision->agent);
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(lines, g_strdup_printf("Nothing was sent or done, because %s.", decision->doubt));
    g_ptr_array_add(
        lines,
        g_strdup_printf("It is kept %s. To answer the customer, reply to a notice of your own.",
                        decision->is_new_ticket ? "as a ticket of its own" : "with the ticket as a note"));
    Receipt receipt = {.is_refused = TRUE, .lines = lines, .own_text = mail->reading->reply};
    LetterCase letter = desk_letter_case(mail, decision);
    g_ptr_array_add(decision->outgoing, letter_receipt(&letter, agent, &receipt));
}

static void disbelieve(const DeskCase *mail, Decision *decision)
{
    decision_event(decision, "agent not believed", decision->agent, "nothing was done or sent: %s",
                   decision->doubt);
    decision_why(decision, "it carries the address of agent %s, but has no agent powers: %s", decision->agent,
                 decision->doubt);
    /* Whoever forges his address makes us write to him no more than a notice would. */
    const Evidence *token = agent_address_token(mail->facts->evidence, ROLE_AGENT);
    if (!decision->is_new_ticket)
        keep_inside(decision);
    else if (!token || !token->token_is_senders)
        return;
    if (!desk_is_automatic(mail->reading) && !mail->envelope->is_quiet)
        write_refusal(mail, decision);
}

static void open_for_customer(const DeskCase *mail, Decision *decision, const Act *act)
{
    decision->customer = mailbox_new(act->text, act->word);
    decision_event(decision, "opened for", decision->agent, "%s", act->word);
    g_free(decision->sender_role);
    decision->sender_role = g_strdup("agent");
    keep_inside(decision);
    (void)mail;
}

/* What he writes beside a customer's mail that he passes on, and into a ticket of his own, stands in it
 * already. */
static void drop_text(CommandSheet *sheet)
{
    g_free(sheet->text);
    sheet->text = g_strdup("");
}

void desk_place_agent(const DeskCase *mail, Decision *decision)
{
    gboolean is_forward = decision->agent && !desk_agent(mail);
    gboolean has_ticket = !decision->is_new_ticket;
    const Act *customer = desk_act(decision->sheet, ACT_CUSTOMER);
    if (!decision->agent) {
        if (has_ticket && desk_came_to_agents_token(mail) && strcmp(decision->sender_role, "guest") == 0) {
            keep_inside(decision);
            decision_event(
                decision, "agent's token", "postern",
                "it came to the address of an agent's notice, and not from that agent; it is kept inside");
        }
        return;
    }
    if (decision->proof == PROOF_DOMAIN && has_ticket && !is_forward && decision->sheet &&
        !agent_names_tickets(decision->sheet)) {
        decision->proof = PROOF_DOUBTED;
        decision->doubt =
            g_strdup("it came to no address of a notice of yours, and its commands name no ticket");
    }
    if (decision->doubt) {
        g_clear_pointer(&decision->sheet, command_sheet_free);
        disbelieve(mail, decision);
        return;
    }
    decision_event(decision, "agent", decision->agent, "by mail%s",
                   decision->proof == PROOF_FULL    ? ", to his own token, and his domain is proven"
                   : decision->proof == PROOF_TOKEN ? ", to his own token; no border server vouches for it"
                                                    : ", his domain is proven");
    if (customer && has_ticket)
        sheet_add_problem(
            decision->sheet, customer->line, "/customer",
            "/customer opens a ticket, and this mail is about one that is there; write a new mail to "
            "the address of the queue");
    if (is_forward || (!has_ticket && !customer))
        drop_text(decision->sheet);
    else if (customer && !has_ticket)
        open_for_customer(mail, decision, customer);
    else
        keep_inside(decision);
}
