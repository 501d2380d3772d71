/* Who speaks: whether a mail is an agent's, how far that is proven, and what he may ask for because of it. */
#include "gateway/desk/desk_private.h"

#include <postern/reply.h>

#include <string.h>

#define DAY_US (24 * 3600 * (gint64)G_USEC_PER_SEC)
/* A day begins at midnight, so what was made "on day n" may be a day older than it looks. */
#define CONFIRM_DAYS 2
/* Of an answer to a question: further down nobody says yes or no. */
#define ANSWER_BYTES 300u

static gint64 token_age_us(const Token *token, gint64 now_us)
{
    return now_us - token->day * DAY_US;
}

/* The token of that role in the address that the mail came to; his own rather than another's. NULL: none. */
static const Evidence *address_token(const GPtrArray *evidence, TokenRole role)
{
    const Evidence *found = NULL;
    for (guint i = 0; i < evidence->len; i++) {
        const Evidence *piece = evidence->pdata[i];
        if (piece->type == EVIDENCE_TOKEN_ADDRESS && piece->token.role == role &&
            (!found || (piece->token_is_senders && !found->token_is_senders)))
            found = piece;
    }
    return found;
}

/* An agent passed a customer's mail on: then From is the customer's, and the agent is beside it. */
static const ConfigAgent *forwarding_agent(const DeskCase *mail)
{
    const Reading *reading = mail->reading;
    return reading && reading->forwarded && reading->passed_on_by && reading->passed_on_authentic
               ? config_agent_by_address(mail->config, reading->passed_on_by->address)
               : NULL;
}

/* Why he is not believed, in words; NULL: nothing speaks against it. The caller frees. */
static char *find_doubt(const DeskCase *mail, const Evidence *token)
{
    const Reading *reading = mail->reading;
    if (mail->envelope->is_quiet)
        return g_strdup("it was imported");
    if (desk_is_automatic(reading))
        return g_strdup_printf("it is automatic mail (%s)", mail_kind_name(reading->kind));
    if (reading->passed_on_by)
        return g_strdup("a list or group passed it on");
    if (mail->config->authserv_id && !reading->from_authentic)
        return g_strdup_printf("%s does not vouch for its From", mail->config->authserv_id);
    if (token && !token->token_is_senders)
        return g_strdup("it came to the address of another agent's notice");
    if (token && token_age_us(&token->token, mail->now_us) > mail->config->agent_token_us + DAY_US)
        return g_strdup_printf("the notice that it answers is older than %d days",
                               (int)(mail->config->agent_token_us / DAY_US));
    if (!token && !mail->config->authserv_id)
        return g_strdup("nothing proves its From: it came to no address of an agent's notice, and no "
                        "trusted_authserv_id is configured");
    return NULL;
}

/* He opened this ticket for himself, and answers as the customer that he is there. */
static gboolean is_customer_here(const DeskCase *mail)
{
    const Evidence *token = address_token(mail->facts->evidence, ROLE_CUSTOMER);
    return token && token->token_is_senders && token->sender_belongs;
}

void desk_name_agent(const DeskCase *mail, Decision *decision)
{
    const ConfigAgent *agent = mail->reading && !is_customer_here(mail) ? desk_agent(mail) : NULL;
    const ConfigAgent *forwarder = agent ? NULL : forwarding_agent(mail);
    if (forwarder) {
        decision->agent = g_strdup(forwarder->name);
        decision->proof = PROOF_DOMAIN;
    }
    if (!agent)
        return;
    const Evidence *token = address_token(mail->facts->evidence, ROLE_AGENT);
    decision->agent = g_strdup(agent->name);
    decision->doubt = find_doubt(mail, token);
    if (decision->doubt)
        decision->proof = PROOF_DOUBTED;
    else if (!token)
        decision->proof = PROOF_DOMAIN;
    else
        decision->proof = mail->config->authserv_id ? PROOF_FULL : PROOF_TOKEN;
}

gboolean desk_came_to_agents_token(const DeskCase *mail)
{
    return address_token(mail->facts->evidence, ROLE_AGENT) != NULL;
}

/* What he asks for. A page of ours that cannot be cut off cleanly stops all of it. */
static CommandSheet *read_sheet(const Config *config, const Reading *reading)
{
    g_autoptr(GPtrArray) prefixes = g_ptr_array_new();
    for (guint i = 0; i < config->queues->len; i++)
        g_ptr_array_add(prefixes, ((const ConfigQueue *)config->queues->pdata[i])->prefix);
    g_ptr_array_add(prefixes, NULL);
    /* The visible reply has lost the quoted page already, and with it the place where it stood. */
    gboolean is_torn = FALSE, is_whole_torn = FALSE;
    gboolean is_forward = reading->forwarded && reading->passed_on_by;
    if (!is_forward)
        g_free(reply_cut_notice(reading->text, &is_whole_torn));
    g_autofree char *own =
        reply_cut_notice(is_forward ? reading->forwarded->comment : reading->reply, &is_torn);
    CommandSheet *sheet = sheet_read(own, (const char *const *)prefixes->pdata);
    if (is_torn || is_whole_torn)
        sheet_add_problem(
            sheet, 0, "",
            "a part of our page stands in your text, and it would go to the customer; write above "
            "the page and leave it whole, or delete it all");
    return sheet;
}

const Act *desk_act(const CommandSheet *sheet, ActType type)
{
    for (guint i = 0; sheet && i < sheet->acts->len; i++)
        if (((const Act *)sheet->acts->pdata[i])->type == type)
            return sheet->acts->pdata[i];
    return NULL;
}

static gboolean is_risky(const CommandSheet *sheet)
{
    for (guint i = 0; i < sheet->acts->len; i++)
        if (act_is_risky(((const Act *)sheet->acts->pdata[i])->type))
            return TRUE;
    return FALSE;
}

/* Every act names its ticket, or needs none. */
static gboolean names_tickets(const CommandSheet *sheet)
{
    for (guint i = 0; i < sheet->acts->len; i++) {
        const Act *act = sheet->acts->pdata[i];
        if (!act->ref && act->type != ACT_FIND && act->type != ACT_HELP)
            return FALSE;
    }
    return sheet->acts->len > 0;
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
    const Evidence *token = address_token(mail->facts->evidence, ROLE_CONFIRM);
    if (!token || !mail->reading)
        return NULL;
    const ConfigAgent *agent = desk_agent(mail);
    gboolean is_late = token_age_us(&token->token, mail->now_us) > (CONFIRM_DAYS + 1) * DAY_US;
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
    if (names_tickets(sheet) && *sheet->text && !sheet->is_note)
        sheet_add_problem(
            sheet, 0, "",
            "there is text below the commands, and nobody whom it is for; to answer a customer, reply "
            "to a notice");
    return sheet->problems->len > 0 || names_tickets(sheet);
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
    const Evidence *token = address_token(mail->facts->evidence, ROLE_AGENT);
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
    g_autoptr(CommandSheet) sheet = read_sheet(mail->config, mail->reading);
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

/* An agent's words go to a customer when they came to his own token, or when he opens a ticket. */
static gboolean speaks_to_customers(const Config *config, const Reading *reading, const Envelope *envelope,
                                    const TokenKey *keys, gsize key_count, const CommandSheet *sheet)
{
    g_autoptr(GPtrArray) evidence = desk_gather(reading, envelope, config, keys, key_count);
    const Evidence *token = address_token(evidence, ROLE_AGENT);
    return (token && token->token_is_senders) || desk_act(sheet, ACT_CUSTOMER);
}

/* Somebody gets a notice, and files may go along in it. */
static gboolean is_for_notices(const Config *config, const Reading *reading, const Envelope *envelope)
{
    const ConfigQueue *queue = config_queue(config, envelope->queue);
    return queue && queue->agents->len > 0 && reading->attachments->len > 0 &&
           config->notice_attachment_bytes > 0 && !envelope->is_quiet;
}

gboolean desk_wants_content(const Config *config, const Reading *reading, const Envelope *envelope,
                            const TokenKey *keys, gsize key_count, ContentWish *out, CommandSheet **out_sheet)
{
    *out = (ContentWish){.attachment_bytes = config->notice_attachment_bytes};
    *out_sheet = NULL;
    if (reading->kind != KIND_HUMAN)
        return FALSE;
    const ConfigAgent *agent = reading->from ? config_agent_by_address(config, reading->from->address) : NULL;
    g_autoptr(CommandSheet) sheet = agent ? read_sheet(config, reading) : NULL;
    if (!agent || !speaks_to_customers(config, reading, envelope, keys, key_count, sheet))
        return is_for_notices(config, reading, envelope);
    *out_sheet = g_steal_pointer(&sheet);
    *out = (ContentWish){.own_text = (*out_sheet)->text, .attachment_bytes = config->message_bytes};
    return TRUE;
}

gboolean desk_agent_is_proven(const DeskCase *mail)
{
    if (!mail->reading || !desk_agent(mail) || is_customer_here(mail))
        return FALSE;
    g_autofree char *doubt = find_doubt(mail, address_token(mail->facts->evidence, ROLE_AGENT));
    return doubt == NULL;
}

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
    const Evidence *token = address_token(mail->facts->evidence, ROLE_AGENT);
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
        !names_tickets(decision->sheet)) {
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

/* What the agent says beside the mail that he passes on is for the team: its details go into no
 * acknowledgement. */
static void drop_details_of_comment(Reading *reading)
{
    const Forwarded *forwarded = reading->forwarded;
    const char *comment = *forwarded->comment ? strstr(reading->reply, forwarded->comment) : NULL;
    gsize end = comment ? (gsize)(comment - reading->reply) + strlen(forwarded->comment) : 0;
    for (guint i = reading->fields->len; i > 0; i--) {
        const Field *field = reading->fields->pdata[i - 1];
        gboolean is_within = strstr(forwarded->text, field->raw) != NULL;
        gboolean is_above = strcmp(field->where, "reply") == 0 && field->start < end;
        if (!is_within && (is_above || strstr(forwarded->comment, field->raw)))
            g_ptr_array_remove_index(reading->fields, i - 1);
    }
}

void desk_name_forwarded(const Config *config, const Envelope *envelope, Reading *reading)
{
    const Forwarded *forwarded = envelope->detail ? NULL : reading->forwarded;
    const ConfigAgent *agent =
        forwarded && reading->from ? config_agent_by_address(config, reading->from->address) : NULL;
    if (!agent || !reading->from_authentic || reading->kind != KIND_HUMAN || reading->passed_on_by ||
        config_is_ours(config, forwarded->from->address) ||
        config_agent_by_address(config, forwarded->from->address))
        return;
    reading->passed_on_by = reading->from;
    reading->passed_on_authentic = TRUE;
    /* The customer never saw the agent's mail: what is answered is his own, if its id is told. */
    g_free(reading->message_id);
    reading->message_id = g_strdup(forwarded->message_id);
    g_ptr_array_set_size(reading->references, 0);
    g_ptr_array_set_size(reading->in_reply_to, 0);
    reading->from = mailbox_new(forwarded->from->name, forwarded->from->address);
    reading->from_authentic = FALSE;
    drop_details_of_comment(reading);
    finding_add(reading->findings, "forwarded", "agent %s passed on this mail of %s", agent->name,
                reading->from->address);
}
