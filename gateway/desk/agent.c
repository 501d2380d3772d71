/* Who speaks: whether a mail is an agent's, and how far that is proven. */
#include "gateway/desk/agent.h"

#include <string.h>

#define DAY_US (24 * 3600 * (gint64)G_USEC_PER_SEC)

gint64 agent_token_age_us(const Token *token, gint64 now_us)
{
    return now_us - token->day * DAY_US;
}

/* The token of that role in the address that the mail came to; his own rather than another's. NULL: none. */
const Evidence *agent_address_token(const GPtrArray *evidence, TokenRole role)
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
    if (token && agent_token_age_us(&token->token, mail->now_us) > mail->config->agent_token_us + DAY_US)
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
    const Evidence *token = agent_address_token(mail->facts->evidence, ROLE_CUSTOMER);
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
    const Evidence *token = agent_address_token(mail->facts->evidence, ROLE_AGENT);
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
    return agent_address_token(mail->facts->evidence, ROLE_AGENT) != NULL;
}

gboolean desk_agent_is_proven(const DeskCase *mail)
{
    if (!mail->reading || !desk_agent(mail) || is_customer_here(mail))
        return FALSE;
    g_autofree char *doubt = find_doubt(mail, agent_address_token(mail->facts->evidence, ROLE_AGENT));
    return doubt == NULL;
}
