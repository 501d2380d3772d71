#include "gateway/desk/desk_private.h"

#include <postern/address.h>

#include <string.h>

gboolean desk_id_token(const char *id, const TokenKey *keys, gsize key_count, Token *out)
{
    const char *at = strrchr(id, '@');
    const char *dot = memchr(id, '.', at ? (gsize)(at - id) : 0);
    if (!at || !dot)
        return FALSE;
    g_autofree char *text = g_strndup(dot + 1, (gsize)(at - dot - 1));
    return token_check(text, keys, key_count, out);
}

/* A list names the writer, and the border server does not vouch for it. What it checks is the From (DMARC),
 * so anybody with a list of his own could write as a customer whose domain is protected. Of our own groups we
 * know that they tell the truth, if it is they. */
static gboolean is_hearsay(const DeskCase *mail)
{
    const Reading *reading = mail->reading;
    if (!reading || !reading->passed_on_by || reading->from_authentic)
        return FALSE;
    gboolean is_checked = !mail->config->authserv_id || reading->passed_on_authentic;
    return !is_checked || !config_is_ours(mail->config, reading->passed_on_by->address);
}

/* A mail to more people is no conversation, and each of them is compared with each piece. */
#define ADDRESSED_MOST 50u
/* Of the pieces in one mail, what people are told: who sends hundreds wants no answer. */
#define EXPLAINED_MOST 20u
#define RELATED_MOST 20u

static gboolean is_among(const GPtrArray *mailboxes, const char *lines)
{
    for (guint i = 0; i < MIN(mailboxes->len, ADDRESSED_MOST); i++) {
        g_autofree char *key = address_fold(((const Mailbox *)mailboxes->pdata[i])->address);
        g_autofree char *line = key ? g_strdup_printf("\n%s\n", key) : NULL;
        if (line && strstr(lines, line))
            return TRUE;
    }
    return FALSE;
}

/* He got the mail that names the id, and he writes to its writer, too. Otherwise anybody could name an id
 * that he expects in the mail of another, put that address into Cc, and draw the mail into his own ticket. */
static gboolean is_mutual(const Reading *reading, const Evidence *piece)
{
    return reading && piece->writers &&
           (is_among(reading->to, piece->writers) || is_among(reading->cc, piece->writers));
}

static gboolean is_refuted(const DeskCase *mail)
{
    return mail->reading && mail->reading->from_refuted;
}

/* Who belongs, but not who only bears his name, as the border server says. */
static gboolean belongs(const DeskCase *mail, const Evidence *piece)
{
    if (is_refuted(mail))
        return FALSE;
    gboolean is_brought = !piece->is_unproven && is_mutual(mail->reading, piece);
    return (piece->sender_belongs || is_brought) && !is_hearsay(mail);
}

/* He got a mail of somebody who perhaps belongs. */
static gboolean may_be_guest(const DeskCase *mail, const Evidence *piece)
{
    return piece->is_unproven && !is_hearsay(mail) &&
           (piece->type == EVIDENCE_KNOWN_ID || is_mutual(mail->reading, piece));
}

/* A subject is easily guessed, so the name of who belongs must be his own as far as can be known. */
static gboolean is_proven_enough(const DeskCase *mail, const Evidence *piece)
{
    return piece->type != EVIDENCE_SAME_SUBJECT || !mail->config->authserv_id ||
           mail->reading->from_authentic;
}

static gboolean is_token(const Evidence *piece)
{
    return piece->type == EVIDENCE_TOKEN_ADDRESS || piece->type == EVIDENCE_TOKEN_ID;
}

/* Whether this piece alone may let the mail into its ticket. */
static gboolean is_enough(const DeskCase *mail, const Evidence *piece)
{
    if (!piece->ticket_id)
        return FALSE;
    return is_token(piece) || (may_be_guest(mail, piece) && !is_refuted(mail)) ||
           (belongs(mail, piece) && is_proven_enough(mail, piece));
}

/* Reasons stand in notices, and mail clients quote those to customers: no token may stand in them. */
static void explain(const DeskCase *mail, const Evidence *piece, Decision *decision)
{
    gboolean is_ref =
        piece->type == EVIDENCE_SUBJECT_REF && piece->ref && strcmp(piece->found, piece->ref) == 0;
    gboolean is_plain = is_token(piece) || is_ref;
    g_autofree char *what = g_strdup_printf("%s%s%s", evidence_type_name(piece->type), is_plain ? "" : ": ",
                                            is_plain ? "" : piece->found);
    if (!piece->ticket_id) {
        /* Unknown ids and subjects are the rule, not worth a line; a token or a reference to nothing is. */
        if (is_token(piece) || piece->type == EVIDENCE_SUBJECT_REF)
            decision_why(decision, "%s leads to no ticket", what);
        return;
    }
    const char *whose =
        belongs(mail, piece) ? is_proven_enough(mail, piece)
                                   ? "; the sender belongs to the ticket"
                                   : "; the sender belongs to the ticket, but nothing proves that he wrote it"
        : piece->sender_belongs && is_refuted(mail)
            ? "; the sender belongs to the ticket, but the border server says that somebody else wrote it"
        : piece->sender_belongs ? "; the sender belongs to the ticket, but only a list says that he wrote it"
        : may_be_guest(mail, piece) ? "; the sender got that mail, but nothing proves who wrote it"
        : piece->token_is_senders   ? "; it was made for this sender"
                                    : "; the sender does not belong to the ticket";
    decision_why(decision, "%s leads to %s%s", what, piece->ref, whose);
}

static void relate(Decision *decision, gint64 ticket_id, const char *how)
{
    for (guint i = 0; i < decision->related->len; i++)
        if (((const Related *)decision->related->pdata[i])->ticket_id == ticket_id)
            return;
    if (decision->related->len >= RELATED_MOST)
        return;
    Related *related = g_new0(Related, 1);
    related->ticket_id = ticket_id;
    related->how = g_strdup(how);
    g_ptr_array_add(decision->related, related);
}

static gboolean belongs_anywhere(const DeskCase *mail, gint64 ticket_id)
{
    const GPtrArray *evidence = mail->facts->evidence;
    for (guint i = 0; i < evidence->len; i++) {
        const Evidence *piece = evidence->pdata[i];
        if (piece->ticket_id == ticket_id && belongs(mail, piece))
            return TRUE;
    }
    return FALSE;
}

static const Evidence *strongest(const GPtrArray *pieces, gint64 ticket_id)
{
    const Evidence *best = NULL;
    for (guint i = 0; i < pieces->len; i++) {
        const Evidence *piece = pieces->pdata[i];
        if ((!ticket_id || piece->ticket_id == ticket_id) && (!best || piece->type < best->type))
            best = piece;
    }
    return best;
}

static gboolean do_disagree(const GPtrArray *pieces)
{
    for (guint i = 1; i < pieces->len; i++)
        if (((const Evidence *)pieces->pdata[i])->ticket_id !=
            ((const Evidence *)pieces->pdata[0])->ticket_id)
            return TRUE;
    return FALSE;
}

/* A subject alone is only enough where nothing at all leads elsewhere. */
static gboolean is_contradicted(const DeskCase *mail, const Evidence *best)
{
    const GPtrArray *evidence = mail->facts->evidence;
    for (guint i = 0; best->type == EVIDENCE_SAME_SUBJECT && i < evidence->len; i++) {
        const Evidence *piece = evidence->pdata[i];
        if (piece->ticket_id && piece->ticket_id != best->ticket_id)
            return TRUE;
    }
    return FALSE;
}

/* An agent belongs wherever a notice of his leads. */
static gboolean has_agents_token(const DeskCase *mail, const GPtrArray *pieces)
{
    for (guint i = 0; desk_agent(mail) && i < pieces->len; i++) {
        const Evidence *piece = pieces->pdata[i];
        if (piece->type == EVIDENCE_TOKEN_ADDRESS && piece->token.role == ROLE_AGENT &&
            piece->token_is_senders)
            return TRUE;
    }
    return FALSE;
}

/* The piece that decides, or NULL. Pieces that lead to different tickets decide nothing: a new
 * ticket too many is a nuisance, a stranger in somebody's ticket is a breach. */
static const Evidence *choose(const DeskCase *mail, Decision *decision)
{
    const GPtrArray *evidence = mail->facts->evidence;
    g_autoptr(GPtrArray) enough = g_ptr_array_new();
    for (guint i = 0; i < evidence->len; i++) {
        if (decision->why->len < EXPLAINED_MOST)
            explain(mail, evidence->pdata[i], decision);
        else if (i + 1 == evidence->len)
            decision_why(decision, "it names many more mails");
        if (is_enough(mail, evidence->pdata[i]))
            g_ptr_array_add(enough, evidence->pdata[i]);
    }
    const Evidence *best = strongest(enough, 0);
    if (best && do_disagree(enough)) {
        const Evidence *meant = mail->reading ? desk_nearest_kin(mail->reading, enough) : NULL;
        if (meant && !belongs_anywhere(mail, meant->ticket_id) && !has_agents_token(mail, enough))
            meant = NULL;
        best = meant ? strongest(enough, meant->ticket_id) : NULL;
        if (meant)
            decision_why(decision, "of tickets that were one, the mail that it answers is in %s", meant->ref);
    } else if (best && is_contradicted(mail, best)) {
        best = NULL;
    } else {
        return best;
    }
    if (!best)
        decision_why(decision, "the evidence leads to different tickets, so a new one is opened");
    return best;
}

static void open_new(const DeskCase *mail, const Evidence *continued, Decision *decision)
{
    decision->is_new_ticket = TRUE;
    decision->ticket_id = mail->envelope->mail_id;
    decision->ref = g_strdup(mail->new_ref);
    decision->queue = g_strdup(mail->queue->name);
    decision->sender_role = g_strdup("requester");
    if (continued) {
        gboolean is_his = belongs_anywhere(mail, continued->ticket_id);
        relate(decision, continued->ticket_id, is_his ? "continues" : "perhaps belongs to");
        decision_why(decision, "%s was closed too long ago to be opened again", continued->ref);
    }
    for (guint i = 0; i < mail->facts->evidence->len; i++) {
        const Evidence *piece = mail->facts->evidence->pdata[i];
        if (piece->ticket_id)
            relate(decision, piece->ticket_id, "perhaps belongs to");
    }
    decision_why(decision, "new ticket %s in queue %s", decision->ref, decision->queue);
}

/* That a token was made for this sender is not enough to belong: a token has room for 32 bits of the address
 * only, and whoever has one can look for an address of his own that fits. */
static const char *role_of(const DeskCase *mail, const Evidence *best)
{
    if (desk_agent_is_proven(mail))
        return "agent";
    return belongs_anywhere(mail, best->ticket_id) ? "participant" : "guest";
}

/* Who writes on a ticket takes part in it. What agents answer goes only to those who belong and whose name is
 * proven: else anybody could have it sent wherever he likes. */
static void judge_participant(const DeskCase *mail, const Evidence *best, Decision *decision)
{
    const char *sender = desk_sender(mail->reading);
    gboolean is_person = *sender && !desk_is_automatic(mail->reading);
    gboolean is_known = best->requester && address_equal(best->requester, sender);
    gboolean is_agent = strcmp(decision->sender_role, "agent") == 0;
    decision->add_participant = is_person && !is_known && !is_agent;
    decision->gets_copies = decision->add_participant && mail->reading->from_authentic && !desk_agent(mail) &&
                            strcmp(decision->sender_role, "participant") == 0;
}

static void join(const DeskCase *mail, const Evidence *best, Decision *decision)
{
    const char *role = role_of(mail, best);
    decision->ticket_id = best->ticket_id;
    decision->ref = g_strdup(best->ref);
    decision->queue = g_strdup(best->queue);
    decision->status = g_strdup(best->status);
    decision->requester = g_strdup(best->requester);
    decision->sender_role = g_strdup(role);
    judge_participant(mail, best, decision);
    decision_why(decision, "joined %s by %s", best->ref, evidence_type_name(best->type));
    if (strcmp(role, "guest") == 0)
        decision_why(decision, "the sender is not known on this ticket and takes part as a guest");
}

static gboolean opens_anew(const DeskCase *mail, const Evidence *best)
{
    return desk_opens_anew(mail, best, belongs_anywhere(mail, best->ticket_id));
}

gint64 desk_ticket_of(const DeskCase *mail)
{
    g_autoptr(Decision) scratch = decision_new(FATE_TICKETED);
    const Evidence *best = choose(mail, scratch);
    return best && mail->reading && !opens_anew(mail, best) ? best->ticket_id : 0;
}

/* Where there is no border server, nobody gets copies by what he writes. Old mail that is taken in at once
 * was never looked at by one. */
static Brings brings_whom(const DeskCase *mail, const Decision *decision)
{
    if (!mail->reading || strcmp(decision->sender_role, "guest") == 0 || is_hearsay(mail))
        return BRINGS_NOBODY;
    gboolean is_proven =
        !mail->config->authserv_id || mail->reading->from_authentic || mail->envelope->is_quiet;
    return is_proven ? BRINGS_OTHERS : BRINGS_GUESTS;
}

void desk_find_ticket(const DeskCase *mail, Decision *decision)
{
    const Evidence *best = choose(mail, decision);
    /* What could not be read may only be looked at: it changes nobody's ticket. */
    if (!best || !mail->reading)
        open_new(mail, NULL, decision);
    else if (opens_anew(mail, best))
        open_new(mail, best, decision);
    else
        join(mail, best, decision);
    decision->brings = brings_whom(mail, decision);
    desk_hear(mail, decision);
}
