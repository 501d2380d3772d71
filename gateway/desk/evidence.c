#include "gateway/desk/desk_private.h"

#include <postern/address.h>
#include <postern/base/mail_id.h>

#include <string.h>

static void add(GPtrArray *evidence, EvidenceType type, const char *found, const Token *token,
                const char *sender)
{
    Evidence *piece = evidence_new(type, found);
    if (token) {
        piece->token = *token;
        piece->token_is_senders = *sender && token->person == token_person(sender);
    }
    g_ptr_array_add(evidence, piece);
}

gboolean desk_id_token(const char *id, const TokenKey *keys, gsize key_count, Token *out)
{
    const char *at = strrchr(id, '@');
    const char *dot = memchr(id, '.', at ? (gsize)(at - id) : 0);
    if (!at || !dot)
        return FALSE;
    g_autofree char *text = g_strndup(dot + 1, (gsize)(at - dot - 1));
    return token_check(text, keys, key_count, out);
}

gint64 desk_id_cause(const char *id)
{
    g_autofree char *head = g_strndup(id, MAIL_ID_DIGITS);
    return mail_id_parse(head);
}

/* Mail clients repeat In-Reply-To at the end of References. */
static gboolean has_found(const GPtrArray *evidence, const char *found)
{
    for (guint i = 0; i < evidence->len; i++)
        if (strcmp(((const Evidence *)evidence->pdata[i])->found, found) == 0)
            return TRUE;
    return FALSE;
}

static void gather_ids(GPtrArray *evidence, const GPtrArray *ids, const char *sender, const TokenKey *keys,
                       gsize key_count)
{
    for (guint i = 0; i < ids->len; i++) {
        Token token;
        const char *id = ids->pdata[i];
        if (has_found(evidence, id))
            continue;
        if (desk_id_token(id, keys, key_count, &token))
            add(evidence, EVIDENCE_TOKEN_ID, id, &token, sender);
        else
            add(evidence, EVIDENCE_KNOWN_ID, id, NULL, sender);
    }
}

static void gather_refs(GPtrArray *evidence, const char *subject, const Config *config)
{
    g_autoptr(GPtrArray) prefixes = g_ptr_array_new();
    for (guint i = 0; i < config->queues->len; i++)
        g_ptr_array_add(prefixes, ((const ConfigQueue *)config->queues->pdata[i])->prefix);
    g_ptr_array_add(prefixes, NULL);
    g_autoptr(GPtrArray) refs = ticket_ref_scan(subject, (const char *const *)prefixes->pdata);
    for (guint i = 0; i < refs->len; i++)
        add(evidence, EVIDENCE_SUBJECT_REF, refs->pdata[i], NULL, "");
}

/* A mail out of a mailbox names its recipients itself, and more than one of them may be ours. */
static void gather_address(GPtrArray *evidence, const char *address, const char *detail, const char *sender,
                           const TokenKey *keys, gsize key_count)
{
    Token token;
    if (detail && !has_found(evidence, address) && token_check(detail, keys, key_count, &token))
        add(evidence, EVIDENCE_TOKEN_ADDRESS, address, &token, sender);
}

static void gather_addresses(GPtrArray *evidence, const Reading *reading, const Envelope *envelope,
                             const Config *config, const TokenKey *keys, gsize key_count)
{
    const char *sender = desk_sender(reading);
    gather_address(evidence, envelope->recipient, envelope->detail, sender, keys, key_count);
    if (!reading || !envelope_is_fetched(envelope))
        return;
    g_autoptr(GPtrArray) ours = desk_our_addresses(config, reading);
    for (guint i = 0; i < ours->len; i++) {
        g_autofree char *detail = NULL;
        config_queue_of(config, ours->pdata[i], &detail);
        gather_address(evidence, ours->pdata[i], detail, sender, keys, key_count);
    }
}

GPtrArray *desk_gather(const Reading *reading, const Envelope *envelope, const Config *config,
                       const TokenKey *keys, gsize key_count)
{
    GPtrArray *evidence = g_ptr_array_new_with_free_func((GDestroyNotify)evidence_free);
    const char *sender = desk_sender(reading);
    gather_addresses(evidence, reading, envelope, config, keys, key_count);
    if (!reading)
        return evidence;
    gather_ids(evidence, reading->in_reply_to, sender, keys, key_count);
    gather_ids(evidence, reading->references, sender, keys, key_count);
    if (reading->bounce && reading->bounce->original_message_id) {
        g_autoptr(GPtrArray) original = g_ptr_array_new();
        g_ptr_array_add(original, reading->bounce->original_message_id);
        gather_ids(evidence, original, sender, keys, key_count);
    }
    gather_refs(evidence, reading->subject, config);
    return evidence;
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

static gboolean belongs(const DeskCase *mail, const Evidence *piece)
{
    return piece->sender_belongs && !is_hearsay(mail);
}

/* Whether this piece alone may let the mail into its ticket. */
static gboolean is_enough(const DeskCase *mail, const Evidence *piece)
{
    if (!piece->ticket_id)
        return FALSE;
    return piece->type == EVIDENCE_TOKEN_ADDRESS || piece->type == EVIDENCE_TOKEN_ID || belongs(mail, piece);
}

/* Reasons stand in notices, and mail clients quote those to customers: no token may stand in them. */
static void explain(const DeskCase *mail, const Evidence *piece, Decision *decision)
{
    gboolean is_token = piece->type == EVIDENCE_TOKEN_ADDRESS || piece->type == EVIDENCE_TOKEN_ID;
    gboolean is_ref =
        piece->type == EVIDENCE_SUBJECT_REF && piece->ref && strcmp(piece->found, piece->ref) == 0;
    g_autofree char *what =
        g_strdup_printf("%s%s%s", evidence_type_name(piece->type), is_token || is_ref ? "" : ": ",
                        is_token || is_ref ? "" : piece->found);
    if (!piece->ticket_id) {
        /* Unknown ids are the rule, not worth a line; a token or a reference to nothing is. */
        if (piece->type != EVIDENCE_KNOWN_ID)
            decision_why(decision, "%s leads to no ticket", what);
        return;
    }
    const char *whose = belongs(mail, piece) ? "; the sender belongs to the ticket"
                        : piece->sender_belongs
                            ? "; the sender belongs to the ticket, but only a list says that he wrote it"
                        : piece->token_is_senders ? "; it was made for this sender"
                                                  : "; the sender does not belong to the ticket";
    decision_why(decision, "%s leads to %s%s", what, piece->ref, whose);
}

static void relate(Decision *decision, const Evidence *piece)
{
    for (guint i = 0; i < decision->related->len; i++)
        if (((const Related *)decision->related->pdata[i])->ticket_id == piece->ticket_id)
            return;
    Related *related = g_new0(Related, 1);
    related->ticket_id = piece->ticket_id;
    related->how = g_strdup("perhaps belongs to");
    g_ptr_array_add(decision->related, related);
}

/* The piece that decides, or NULL. Pieces that lead to different tickets decide nothing: a new
 * ticket too many is a nuisance, a stranger in somebody's ticket is a breach. */
static const Evidence *choose(const DeskCase *mail, Decision *decision)
{
    const GPtrArray *evidence = mail->facts->evidence;
    const Evidence *best = NULL;
    gboolean conflict = FALSE;
    for (guint i = 0; i < evidence->len; i++) {
        const Evidence *piece = evidence->pdata[i];
        explain(mail, piece, decision);
        if (!is_enough(mail, piece))
            continue;
        conflict |= best && best->ticket_id != piece->ticket_id;
        if (!best || piece->type < best->type)
            best = piece;
    }
    if (conflict)
        decision_why(decision, "the evidence leads to different tickets, so a new one is opened");
    return conflict ? NULL : best;
}

static void open_new(const DeskCase *mail, Decision *decision)
{
    decision->is_new_ticket = TRUE;
    decision->ticket_id = mail->envelope->mail_id;
    decision->ref = g_strdup(mail->new_ref);
    decision->queue = g_strdup(mail->queue->name);
    decision->sender_role = g_strdup("requester");
    for (guint i = 0; i < mail->facts->evidence->len; i++) {
        const Evidence *piece = mail->facts->evidence->pdata[i];
        if (piece->ticket_id)
            relate(decision, piece);
    }
    decision_why(decision, "new ticket %s in queue %s", decision->ref, decision->queue);
}

static gboolean belongs_anywhere(const DeskCase *mail, const Evidence *best)
{
    const GPtrArray *evidence = mail->facts->evidence;
    for (guint i = 0; i < evidence->len; i++) {
        const Evidence *piece = evidence->pdata[i];
        if (piece->ticket_id == best->ticket_id && belongs(mail, piece))
            return TRUE;
    }
    return FALSE;
}

/* That a token was made for this sender is not enough to belong: a token has room for 32 bits of the address
 * only, and whoever has one can look for an address of his own that fits. */
static const char *role_of(const DeskCase *mail, const Evidence *best)
{
    if (desk_agent_is_proven(mail))
        return "agent";
    return belongs_anywhere(mail, best) ? "participant" : "guest";
}

static void join(const DeskCase *mail, const Evidence *best, Decision *decision)
{
    gboolean is_person = *desk_sender(mail->reading) != '\0' && !desk_is_automatic(mail->reading);
    const char *role = role_of(mail, best);
    decision->ticket_id = best->ticket_id;
    decision->ref = g_strdup(best->ref);
    decision->queue = g_strdup(best->queue);
    decision->status = g_strdup(best->status);
    decision->requester = g_strdup(best->requester);
    decision->sender_role = g_strdup(role);
    decision->add_participant = is_person && !best->sender_belongs;
    decision_why(decision, "joined %s by %s", best->ref, evidence_type_name(best->type));
    if (strcmp(role, "guest") == 0)
        decision_why(decision, "the sender is not known on this ticket and takes part as a guest");
}

gint64 desk_ticket_of(const DeskCase *mail)
{
    g_autoptr(Decision) scratch = decision_new(FATE_TICKETED);
    const Evidence *best = choose(mail, scratch);
    return best && mail->reading ? best->ticket_id : 0;
}

void desk_find_ticket(const DeskCase *mail, Decision *decision)
{
    const Evidence *best = choose(mail, decision);
    /* What could not be read may only be looked at: it changes nobody's ticket. */
    if (best && mail->reading)
        join(mail, best, decision);
    else
        open_new(mail, decision);
}
