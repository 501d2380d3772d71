/* The ladder against loops and floods: two machines that answer each other through us, and strangers who make
 * us write to others. In this order, from the surest sign to what stops everything else:
 *
 *   1. a mail that we sent comes back, or its From is ours               held
 *   2. it went through more servers than any honest mail does             held
 *   3. its sender is refused by an admin                                  held, nobody is told
 *   4. one sender writes one text again and again, numbers aside          quiet; held when it answers us
 *   5. it bears a mark of automatic mail                                  no acknowledgement
 *   6. the border server says that somebody else wrote it                 no acknowledgement
 *   7. it answers or quotes mail of ours                                  no acknowledgement
 *   8. caps: acknowledgements to one address and to all, notices of one ticket
 *   9. the budget of the hour for all that no person wrote; beyond it the admins are told
 *
 * Each step alone ends the loops of its kind; the later ones are for machines that hide all signs. */
#include "gateway/desk/desk_private.h"

#include <postern/base/clean.h>

#include <string.h>

static gboolean is_our_own_id(const DeskCase *mail)
{
    const char *id = mail->reading->message_id;
    const char *at = id ? strrchr(id, '@') : NULL;
    if (!at || g_ascii_strcasecmp(at + 1, mail->config->domain) != 0)
        return FALSE;
    Token token;
    return desk_id_token(id, mail->keys, mail->key_count, &token);
}

/* Whoever may speak as an agent may say one thing to many customers. */
static gboolean is_same_again(const DeskCase *mail, guint least)
{
    return mail->facts->same_text + 1 >= least && !mail->envelope->is_quiet && !desk_agent_is_proven(mail);
}

/* Automatic answers of other desks carry the reference of what they answer, or quote it with our address in
 * it, and come back under a new number of theirs. */
static gboolean shows_our_mail(const DeskCase *mail, const char *text)
{
    g_autoptr(GPtrArray) prefixes = g_ptr_array_new();
    for (guint i = 0; i < mail->config->queues->len; i++)
        g_ptr_array_add(prefixes, ((const ConfigQueue *)mail->config->queues->pdata[i])->prefix);
    g_ptr_array_add(prefixes, NULL);
    g_autoptr(GPtrArray) refs = ticket_ref_scan(text, (const char *const *)prefixes->pdata);
    g_autofree char *hidden = token_hide(text);
    return refs->len > 0 || strcmp(hidden, text) != 0;
}

static gboolean answers_us(const DeskCase *mail)
{
    const Reading *reading = mail->reading;
    for (guint i = 0; i < mail->facts->evidence->len; i++) {
        EvidenceType type = ((const Evidence *)mail->facts->evidence->pdata[i])->type;
        if (type == EVIDENCE_TOKEN_ADDRESS || type == EVIDENCE_TOKEN_ID)
            return TRUE;
    }
    g_autofree char *text = g_strndup(reading->text ? reading->text : "", LIMIT_RULE_TEXT_BYTES);
    return shows_our_mail(mail, reading->subject) || shows_our_mail(mail, text);
}

/* A loop goes through us. A monitor that reports one trouble again and again does not, and its mail is not
 * held. */
static gboolean leads_to_us(const DeskCase *mail)
{
    for (guint i = 0; i < mail->facts->evidence->len; i++)
        if (((const Evidence *)mail->facts->evidence->pdata[i])->ticket_id)
            return TRUE;
    return answers_us(mail);
}

Decision *desk_hold_loop(const DeskCase *mail)
{
    const Reading *reading = mail->reading;
    if (reading->hops > LIMIT_HOPS)
        return desk_hold("loop", "it went through more servers than any honest mail does", NULL);
    if (is_our_own_id(mail))
        return desk_hold("our own mail", "a mail that we sent came back to us", NULL);
    if (reading->from && config_is_ours(mail->config, reading->from->address))
        return desk_hold("from ourselves", "its From is one of our own addresses: ", reading->from->address);
    if (mail->facts->is_refused && !mail->envelope->is_quiet)
        return desk_hold("refused sender",
                         "an admin wants no mail from this sender: ", reading->from->address);
    if (is_same_again(mail, LIMIT_SAME_TEXT_HELD) && leads_to_us(mail))
        return desk_hold("loop", "this sender wrote the same text again and again within the hour: ",
                         reading->from->address);
    return NULL;
}

/* Who comes back to a ticket that was closed long ago has not been answered yet: his new ticket is. A machine
 * that answers at once cannot be so late. */
static gboolean comes_back_late(const DeskCase *mail)
{
    for (guint i = 0; i < mail->facts->evidence->len; i++) {
        const Evidence *piece = mail->facts->evidence->pdata[i];
        if (piece->ticket_id && piece->closed_us && piece->sender_belongs)
            return TRUE;
    }
    return FALSE;
}

static char *join_reasons(const GPtrArray *reasons)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < reasons->len; i++)
        g_string_append_printf(text, "%s%s", i ? ", " : "", (const char *)reasons->pdata[i]);
    return g_string_free(text, FALSE);
}

static const char BUDGET_WORDS[] = "the automatic mail of this hour is spent (limits.automatic_per_hour)";

/* Nothing that no person wrote may be written any more in this hour. */
static gboolean budget_is_spent(const DeskCase *mail)
{
    return mail->facts->automatic_hour >= mail->config->automatic_per_hour;
}

static char *refuse_by_caps(const DeskCase *mail)
{
    const Facts *facts = mail->facts;
    if (facts->acks_to_sender >= mail->config->acks_per_sender_hour)
        return g_strdup_printf("%u acknowledgements went to this sender within the last hour",
                               facts->acks_to_sender);
    if (facts->acks_all >= mail->config->acks_per_hour)
        return g_strdup_printf("%u acknowledgements went out within the last hour", facts->acks_all);
    if (budget_is_spent(mail))
        return g_strdup(BUDGET_WORDS);
    return NULL;
}

char *desk_refuse_machine(const DeskCase *mail)
{
    const Reading *reading = mail->reading;
    if (reading->may_answer)
        return NULL;
    g_autofree char *reasons = join_reasons(reading->kind_reasons);
    return g_strdup_printf("automatic mail is never answered (%s: %s)", mail_kind_name(reading->kind),
                           reasons);
}

char *desk_refuse_loop(const DeskCase *mail)
{
    if (mail->reading->from_refuted)
        return g_strdup("the border server says that somebody else wrote it in this sender's name");
    if (answers_us(mail) && !comes_back_late(mail))
        return g_strdup("it names or quotes mail of ours, as automatic answers do");
    if (is_same_again(mail, LIMIT_SAME_TEXT_QUIET))
        return g_strdup_printf("this sender wrote the same text %u times within the hour",
                               mail->facts->same_text + 1);
    /* A desk with an address for each ticket, perhaps; or people with numbers for names, so nothing is held.
     */
    if (mail->facts->same_text_alike + 1 >= LIMIT_SAME_TEXT_QUIET)
        return g_strdup_printf(
            "senders whose addresses differ by a number wrote the same text %u times within "
            "the hour",
            mail->facts->same_text_alike + 1);
    return refuse_by_caps(mail);
}

void desk_warn_of_loop(const DeskCase *mail, Decision *decision)
{
    if (mail->reading && mail->facts->same_text + 1 == LIMIT_SAME_TEXT_QUIET &&
        is_same_again(mail, LIMIT_SAME_TEXT_QUIET))
        decision_why(
            decision,
            "the sender wrote the same text %u times within the hour; of more of them nobody is told",
            LIMIT_SAME_TEXT_QUIET);
}

static gboolean is_flooded(const DeskCase *mail, const Decision *decision)
{
    for (guint i = 0; i < mail->facts->evidence->len; i++) {
        const Evidence *piece = mail->facts->evidence->pdata[i];
        if (piece->ticket_id == decision->ticket_id && piece->mails_lately >= NOTICES_PER_TICKET_HOUR)
            return TRUE;
    }
    return FALSE;
}

char *desk_refuse_notice(const DeskCase *mail, const Decision *decision)
{
    if (is_flooded(mail, decision))
        return g_strdup_printf("%u mails came to this ticket within the last hour", NOTICES_PER_TICKET_HOUR);
    if (mail->reading && is_same_again(mail, LIMIT_SAME_TEXT_QUIET + 1))
        return g_strdup_printf("the sender wrote the same text %u times within the hour",
                               mail->facts->same_text + 1);
    return budget_is_spent(mail) ? g_strdup(BUDGET_WORDS) : NULL;
}

/* What strangers can make us write. An agent at work still hears what became of his commands. */
static gboolean is_cut(const Outgoing *outgoing)
{
    static const char *const kinds[] = {"acknowledgement", "notice", "solved", "refused", NULL};
    return !outgoing->is_personal && g_strv_contains(kinds, outgoing->kind);
}

void desk_keep_budget(const DeskCase *mail, Decision *decision)
{
    for (guint i = decision->outgoing->len; i-- > 0 && budget_is_spent(mail);) {
        const Outgoing *outgoing = decision->outgoing->pdata[i];
        if (!is_cut(outgoing))
            continue;
        decision_event(decision, "not written", "postern", "%s to %s: %s", outgoing->kind, outgoing->to,
                       BUDGET_WORDS);
        g_ptr_array_remove_index(decision->outgoing, i);
    }
}
