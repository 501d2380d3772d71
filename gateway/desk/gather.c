/* The pieces of evidence in a mail, and those that it leaves for mails to come. */
#include "gateway/desk/desk_private.h"

#include <postern/address.h>
#include <postern/base/mail_id.h>
#include <postern/reply.h>

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

/* What a report is about is one of ours, or nothing that we know. */
static void gather_ids(GPtrArray *evidence, const GPtrArray *ids, const Reading *reading,
                       const TokenKey *keys, gsize key_count)
{
    const char *sender = desk_sender(reading);
    for (guint i = 0; i < ids->len; i++) {
        Token token;
        const char *id = ids->pdata[i];
        if (has_found(evidence, id))
            continue;
        if (desk_id_token(id, keys, key_count, &token)) {
            add(evidence, EVIDENCE_TOKEN_ID, id, &token, sender);
        } else {
            add(evidence, EVIDENCE_KNOWN_ID, id, NULL, sender);
            if (!desk_is_report(reading))
                add(evidence, EVIDENCE_HEARD_ID, id, NULL, sender);
        }
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

/* A mail that names no other, and yet answers one: only its subject tells which. Whatever else it has leads
 * better, or against it. */
static void gather_subject(GPtrArray *evidence, const Reading *reading)
{
    gboolean is_reply = FALSE;
    g_autofree char *base = reply_subject_base(reading->subject, &is_reply);
    if (evidence->len == 0 && is_reply && reading->in_reply_to->len == 0 && reading->references->len == 0 &&
        reading->kind == KIND_HUMAN && reply_subject_is_telling(base))
        add(evidence, EVIDENCE_SAME_SUBJECT, base, NULL, "");
}

GPtrArray *desk_gather(const Reading *reading, const Envelope *envelope, const Config *config,
                       const TokenKey *keys, gsize key_count)
{
    GPtrArray *evidence = g_ptr_array_new_with_free_func((GDestroyNotify)evidence_free);
    const char *sender = desk_sender(reading);
    gather_addresses(evidence, reading, envelope, config, keys, key_count);
    if (!reading)
        return evidence;
    gather_ids(evidence, reading->in_reply_to, reading, keys, key_count);
    gather_ids(evidence, reading->references, reading, keys, key_count);
    if (reading->bounce && reading->bounce->original_message_id) {
        g_autoptr(GPtrArray) original = g_ptr_array_new();
        g_ptr_array_add(original, reading->bounce->original_message_id);
        gather_ids(evidence, original, reading, keys, key_count);
    }
    gather_refs(evidence, reading->subject, config);
    gather_subject(evidence, reading);
    /* Newest first: an answer that names this mail was here before it. */
    if (reading->message_id && !desk_is_report(reading))
        add(evidence, EVIDENCE_OWN_ID, reading->message_id, NULL, sender);
    return evidence;
}

/* Ids with our domain are ours, whether a token stands in them or not: the roots of threads, and forged ones.
 */
static gboolean is_ours(const Config *config, const char *id)
{
    const char *at = strrchr(id, '@');
    return at && g_ascii_strcasecmp(at + 1, config->domain) == 0;
}

static void hear(const Config *config, const Reading *reading, const char *id, Decision *decision)
{
    gboolean is_own = reading->message_id && strcmp(id, reading->message_id) == 0;
    if (!is_own && !is_ours(config, id) && decision->heard->len < LIMIT_HEARD_IDS &&
        !g_ptr_array_find_with_equal_func(decision->heard, id, g_str_equal, NULL))
        g_ptr_array_add(decision->heard, g_strdup(id));
}

void desk_hear(const DeskCase *mail, Decision *decision)
{
    const Reading *reading = mail->reading;
    if (!reading || desk_is_report(reading) || strcmp(decision->sender_role, "guest") == 0)
        return;
    for (guint i = 0; i < reading->in_reply_to->len; i++)
        hear(mail->config, reading, reading->in_reply_to->pdata[i], decision);
    for (guint i = reading->references->len; i-- > 0;)
        hear(mail->config, reading, reading->references->pdata[i], decision);
}
