/* Answers to digests of held mail: whose they are, and what they ask for. What is proven counts as with
 * agents: his address alone in From, his own token, and the border server's word; where there is none, only
 * what harms nobody else. Anything less does nothing and waits for a person. */
#include "gateway/desk/desk_private.h"

#include <postern/address.h>
#include <postern/alerts.h>
#include <postern/base/clean.h>
#include <postern/base/mail_id.h>

#include <string.h>

#define DAY_US (24 * 3600 * (gint64)G_USEC_PER_SEC)

/* Where our token stands among what the mail shows; a token in the address before one in an id. */
static const Evidence *find_token(const DeskCase *mail)
{
    const Evidence *found = NULL;
    for (guint i = 0; i < mail->facts->evidence->len; i++) {
        const Evidence *piece = mail->facts->evidence->pdata[i];
        gboolean is_token = piece->type == EVIDENCE_TOKEN_ADDRESS || piece->type == EVIDENCE_TOKEN_ID;
        if (is_token && piece->token.role == ROLE_ADMIN && (!found || piece->type < found->type))
            found = piece;
    }
    return found;
}

/* Whoever writes on in a ticket can have a digest among the references of his mail, if it was forwarded to
 * him. */
static gboolean is_about_a_ticket(const DeskCase *mail)
{
    for (guint i = 0; i < mail->facts->evidence->len; i++)
        if (((const Evidence *)mail->facts->evidence->pdata[i])->ticket_id)
            return TRUE;
    return FALSE;
}

static const char *admin_of(const DeskCase *mail)
{
    const GPtrArray *admins = mail->config->admins;
    const char *sender = desk_sender(mail->reading);
    for (guint i = 0; i < admins->len && *sender; i++)
        if (address_equal(admins->pdata[i], sender))
            return admins->pdata[i];
    return NULL;
}

/* Why it is not sure that this admin wrote it, in words; NULL: it is. */
static const char *find_doubt(const DeskCase *mail, const Evidence *token)
{
    const Reading *reading = mail->reading;
    if (!admin_of(mail))
        return "it answers a list of held mail, but its From is no admin's address";
    if (!token->token_is_senders)
        return "it answers a list of held mail that another admin got";
    if (reading->passed_on_by)
        return "it answers a list of held mail, but somebody passed it on: who wrote it is not known";
    if (mail->config->authserv_id && !reading->from_authentic)
        return "it answers a list of held mail in an admin's name, but the border server does not vouch for "
               "its From";
    if (!mail->config->authserv_id && token->type != EVIDENCE_TOKEN_ADDRESS)
        return "it answers a list of held mail in an admin's name, but it did not come to the address for "
               "answers";
    return NULL;
}

static void add_problem(CommandSheet *sheet, guint line, const char *written, char *words)
{
    ActProblem *problem = g_new0(ActProblem, 1);
    *problem = (ActProblem){.line = line, .written = g_strdup(written), .words = words};
    g_ptr_array_add(sheet->problems, problem);
}

char *desk_refuse_block(const Config *config, const char *address)
{
    if (!address || !address_is_envelope(address))
        return g_strdup("that is no mail address; it must be like name@example.com");
    if (config_is_ours(config, address))
        return g_strdup("that is one of our own addresses");
    if (config_agent_by_address(config, address))
        return g_strdup("that is an agent's address; take him out of the configuration instead");
    for (guint i = 0; i < config->admins->len; i++)
        if (address_equal(config->admins->pdata[i], address))
            return g_strdup("that is an admin's address; take it out of the configuration instead");
    return NULL;
}

static char *refuse_mail_act(const CommandSheet *sheet, guint at)
{
    const Act *act = sheet->acts->pdata[at];
    gint64 id = act->word ? mail_id_parse(act->word) : 0;
    if (!id)
        return g_strdup("that is no id of a held mail; it has 13 letters and digits, as the list shows it");
    for (guint i = 0; i < at; i++) {
        const Act *other = sheet->acts->pdata[i];
        if (other->type != ACT_BLOCK && other->word && mail_id_parse(other->word) == id)
            return g_strdup_printf("line %u is about this mail, too", other->line);
    }
    return NULL;
}

static char *refuse_act(const DeskCase *mail, const CommandSheet *sheet, guint at)
{
    const Act *act = sheet->acts->pdata[at];
    switch (act->type) {
    case ACT_RELEASE:
    case ACT_DROP:
        return refuse_mail_act(sheet, at);
    case ACT_BLOCK:
        if (!mail->config->authserv_id)
            return g_strdup("without a border server that proves who writes (trusted_authserv_id) this is "
                            "not done by mail; 'postern held block ADDRESS' does it");
        return desk_refuse_block(mail->config, act->word);
    default:
        return g_strdup("an answer to a list of held mail knows /release ID, /drop ID and /block ADDRESS");
    }
}

/* The line as he wrote it. The caller frees. */
static char *line_of(const char *text, guint number)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", (int)number + 1);
    return number > 0 && g_strv_length(lines) >= number ? clean_line(lines[number - 1], -1, ACT_WRITTEN_BYTES)
                                                        : g_strdup("");
}

static void check_acts(const DeskCase *mail, CommandSheet *sheet)
{
    for (guint i = 0; i < sheet->acts->len; i++) {
        const Act *act = sheet->acts->pdata[i];
        char *refusal = refuse_act(mail, sheet, i);
        g_autofree char *written = line_of(mail->reading->reply, act->line);
        if (refusal)
            add_problem(sheet, act->line, written, refusal);
    }
    if (sheet->acts->len + sheet->problems->len == 0)
        add_problem(sheet, 1, "",
                    g_strdup("no command stands at the top of the mail: /release ID, /drop ID or /block "
                             "ADDRESS, each on a line of its own"));
}

static CommandSheet *read_sheet(const DeskCase *mail, const Evidence *token)
{
    g_autoptr(GPtrArray) prefixes = g_ptr_array_new();
    for (guint i = 0; i < mail->config->queues->len; i++)
        g_ptr_array_add(prefixes, ((const ConfigQueue *)mail->config->queues->pdata[i])->prefix);
    g_ptr_array_add(prefixes, NULL);
    CommandSheet *sheet = sheet_read(mail->reading->reply, (const char *const *)prefixes->pdata);
    gint64 age_us = mail->now_us - token->token.day * DAY_US;
    if (age_us > (ALERT_ANSWER_DAYS + 1) * DAY_US)
        add_problem(sheet, 1, "",
                    g_strdup_printf("the list that this answers is older than %u days; answer a newer one",
                                    ALERT_ANSWER_DAYS));
    else
        check_acts(mail, sheet);
    return sheet;
}

Decision *desk_judge_admin(const DeskCase *mail)
{
    const Evidence *token = mail->envelope->is_released ? NULL : find_token(mail);
    if (!token || (token->type == EVIDENCE_TOKEN_ID && is_about_a_ticket(mail)))
        return NULL;
    if (desk_is_automatic(mail->reading)) {
        Decision *decision = desk_hold("admin's answer", "a machine answers a list of held mail", NULL);
        decision->is_done = TRUE;
        return decision;
    }
    const char *doubt = find_doubt(mail, token);
    if (doubt)
        return desk_hold("doubtful admin", doubt, NULL);
    const char *admin = admin_of(mail);
    Decision *decision = desk_hold("admin's commands", "by mail of ", admin);
    decision->is_done = TRUE;
    decision->held_sheet = read_sheet(mail, token);
    /* A machine that answers receipts does not say anything that can be done. */
    gboolean is_round = decision->held_sheet->problems->len > 0 &&
                        mail->facts->acks_to_sender >= mail->config->acks_per_sender_hour;
    decision->admin = is_round ? NULL : g_strdup(admin);
    return decision;
}
