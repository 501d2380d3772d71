/* An agent's mail that opens and joins no ticket: commands alone, a question back, and the answer to one. */
#include "gateway/desk/agent.h"

#include <postern/reply.h>

#include <string.h>

#define DAY_US (24 * 3600 * (gint64)G_USEC_PER_SEC)
/* A day begins at midnight, so what was made "on day n" may be a day older than it looks. */
#define CONFIRM_DAYS 2
/* Of an answer to a question: further down nobody says yes or no. */
#define ANSWER_BYTES 300u

static gboolean is_risky(const CommandSheet *sheet)
{
    for (guint i = 0; i < sheet->acts->len; i++)
        if (act_is_risky(((const Act *)sheet->acts->pdata[i])->type))
            return TRUE;
    return FALSE;
}

/* The message of his notice: its Message-ID begins with the id of the mail that it was about. */
static gint64 answered_message(const DeskCase *mail)
{
    for (guint i = 0; i < mail->facts->evidence->len; i++) {
        const Evidence *piece = mail->facts->evidence->pdata[i];
        gint64 id = piece->type == EVIDENCE_TOKEN_ID ? desk_id_cause(piece->found) : 0;
        if (id && piece->token.role == ROLE_AGENT)
            return id;
    }
    return 0;
}

static Decision *hold_done(const char *reason, const char *detail)
{
    Decision *decision = decision_new(FATE_HELD);
    decision->reason = g_strdup(reason);
    decision->detail = g_strdup(detail);
    decision->is_done = TRUE;
    return decision;
}

/* Keeps who speaks when a mail is decided on anew. */
static Decision *keep_agent(Decision *from, Decision *decision)
{
    decision->agent = g_steal_pointer(&from->agent);
    decision->doubt = g_steal_pointer(&from->doubt);
    decision->proof = from->proof;
    decision->sheet = g_steal_pointer(&from->sheet);
    return decision;
}

/* "No, that was not me": whoever says so has not read that any answer is a yes. */
static gboolean says_no(const Reading *reading)
{
    static const char *const words[] = {"no",   "nope", "not", "never", "wasnt", "didnt", "dont",
                                        "stop", "nein", "nie", "nicht", "kein",  "non",   "pas",
                                        "niet", "nee",  "não", "nej",   "inte",  "ikke",  NULL};
    g_autofree char *low = g_utf8_strdown(reading->reply, (gssize)MIN(strlen(reading->reply), ANSWER_BYTES));
    g_auto(GStrv) pieces = g_strsplit_set(low, " \n\t.,;:!?*>()\"", -1);
    for (guint i = 0; pieces[i]; i++) {
        g_auto(GStrv) halves = g_regex_split_simple("['’]", pieces[i], 0, 0);
        g_autofree char *word = g_strjoinv("", halves);
        if (g_strv_contains(words, word))
            return TRUE;
    }
    return FALSE;
}

/* Who answers so late, or says no, hears that nothing was done. */
static void write_not_done(const DeskCase *mail, const ConfigAgent *agent, const char *trouble,
                           Decision *decision)
{
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(lines,
                    g_strdup_printf("Nothing was sent or done: your answer should say whether you meant your "
                                    "commands, but %s.",
                                    trouble));
    Receipt receipt = {.is_refused = TRUE, .lines = lines, .own_text = mail->reading->reply};
    LetterCase letter = desk_letter_case(mail, decision);
    g_ptr_array_add(decision->outgoing, letter_receipt(&letter, agent, &receipt));
}

Decision *desk_judge_confirmation(const DeskCase *mail)
{
    const Evidence *token = agent_address_token(mail->facts->evidence, ROLE_CONFIRM);
    if (!token || !mail->reading)
        return NULL;
    const ConfigAgent *agent = desk_agent(mail);
    gboolean is_late = agent_token_age_us(&token->token, mail->now_us) > (CONFIRM_DAYS + 1) * DAY_US;
    const char *trouble = !agent || !token->token_is_senders ? "it is not from the agent who was asked"
                          : desk_is_automatic(mail->reading) ? "it is automatic mail"
                          : mail->config->authserv_id && !mail->reading->from_authentic
                              ? "the border server does not vouch for its From"
                              : NULL;
    const char *refusal = trouble   ? NULL
                          : is_late ? "it came too late; send the commands again"
                          : says_no(mail->reading)
                              ? "it holds a no; if you mean them, answer the question once more "
                                "with yes"
                              : NULL;
    if (trouble || refusal) {
        Decision *decision = decision_new(FATE_HELD);
        decision->reason = g_strdup("doubtful confirmation");
        decision->detail = g_strdup_printf("it answers a question whether commands are meant, but %s",
                                           trouble ? trouble : refusal);
        if (refusal)
            write_not_done(mail, agent, refusal, decision);
        decision_event(decision, "held", "postern", "%s", decision->detail);
        return decision;
    }
    Decision *decision = hold_done("confirmation", "an agent confirmed what he had asked for");
    decision->agent = g_strdup(agent->name);
    decision->release_id = token->token.ticket_id;
    return decision;
}

/* Thin proof is good for an answer, but not for what cannot be taken back or reaches strangers. */
static Decision *ask_back(const DeskCase *mail, Decision *decision)
{
    const ConfigAgent *agent = desk_agent(mail);
    Decision *held = keep_agent(decision, decision_new(FATE_HELD));
    held->reason = g_strdup("unconfirmed");
    held->detail = g_strdup_printf(
        "%s asks for something risky, and his mail proves too little; he was asked whether he means it",
        agent->name);
    decision_event(held, "asked back", "postern", "%s", held->detail);
    LetterCase letter = desk_letter_case(mail, held);
    g_ptr_array_add(held->outgoing, letter_confirm(&letter, agent, mail->envelope->mail_id, held->sheet));
    return held;
}

/* An agent's commands that are about no ticket of this mail: nothing is opened for them. */
static Decision *answer_only(Decision *decision)
{
    Decision *done =
        keep_agent(decision, hold_done("agent's commands", "they were carried out, or refused by a receipt"));
    decision_event(done, "commands", done->agent, "by mail");
    return done;
}

/* Whether all that he wants stands in the commands, so that the mail opens no ticket. */
static gboolean opens_nothing(CommandSheet *sheet)
{
    if (desk_act(sheet, ACT_CUSTOMER))
        return FALSE;
    if (agent_names_tickets(sheet) && *sheet->text && !sheet->is_note)
        sheet_add_problem(
            sheet, 0, "",
            "there is text below the commands, and nobody whom it is for; to answer a customer, reply "
            "to a notice");
    return sheet->problems->len > 0 || agent_names_tickets(sheet);
}

static gboolean leads_to(const DeskCase *mail, const Evidence *token, gint64 ticket_id)
{
    for (guint i = 0; token->ticket_id && i < mail->facts->evidence->len; i++) {
        const Evidence *piece = mail->facts->evidence->pdata[i];
        if (piece->ticket_id == ticket_id && desk_are_kin(token, piece))
            return TRUE;
    }
    return FALSE;
}

/* A token is for its own ticket alone, and for what was split off from it. */
static void doubt_other_ticket(const DeskCase *mail, Decision *decision)
{
    const Evidence *token = agent_address_token(mail->facts->evidence, ROLE_AGENT);
    if ((decision->proof != PROOF_FULL && decision->proof != PROOF_TOKEN) ||
        leads_to(mail, token, decision->ticket_id))
        return;
    decision->proof = PROOF_DOUBTED;
    decision->doubt =
        g_strdup("it came to the address of a notice of another ticket than the one that it answers");
}

/* Nothing is against its being him but that nothing is for it. */
static gboolean may_be_asked(const DeskCase *mail)
{
    return !mail->config->authserv_id && !mail->envelope->is_quiet && !desk_is_automatic(mail->reading) &&
           !desk_came_to_agents_token(mail);
}

Decision *desk_judge_agent(const DeskCase *mail, Decision *decision, gboolean has_ticket)
{
    if (!decision->agent)
        return NULL;
    doubt_other_ticket(mail, decision);
    /* That an admin let a mail pass proves nothing about who wrote it. */
    gboolean is_confirmed = mail->envelope->is_confirmed;
    decision->is_confirmed = is_confirmed;
    /* Only then is a long text read that perhaps a stranger wrote. */
    if (decision->proof == PROOF_DOUBTED && (has_ticket || !may_be_asked(mail)))
        return NULL;
    g_autoptr(CommandSheet) sheet = agent_read_sheet(mail->config, mail->reading);
    if (decision->proof == PROOF_DOUBTED && is_confirmed) {
        g_clear_pointer(&decision->doubt, g_free);
        decision->proof = PROOF_DOMAIN;
    } else if (decision->proof == PROOF_DOUBTED && sheet->acts->len > 0) {
        decision->sheet = g_steal_pointer(&sheet);
        return ask_back(mail, decision);
    } else if (decision->proof == PROOF_DOUBTED) {
        return NULL;
    }
    if (decision->proof == PROOF_TOKEN && is_risky(sheet) && sheet->problems->len == 0 && !is_confirmed) {
        decision->sheet = g_steal_pointer(&sheet);
        return ask_back(mail, decision);
    }
    decision->about_id = answered_message(mail);
    decision->sheet = g_steal_pointer(&sheet);
    if (decision->proof == PROOF_DOMAIN && !has_ticket && opens_nothing(decision->sheet))
        return answer_only(decision);
    return NULL;
}
