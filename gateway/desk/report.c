/* Delivery reports: a mail of ours came back. Anybody can write such a report, and it would switch off the
 * mail to somebody else: so it must show that it knows what only the way of that very mail knew. */
#include "gateway/desk/desk_private.h"

#include <postern/base/clean.h>
#include <postern/base/limits.h>
#include <postern/kind.h>

#include <string.h>

#define REASON_BYTES 400u

static gboolean is_same_mail(const Token *a, const Token *b)
{
    return a->ticket_id == b->ticket_id && a->person == b->person;
}

/* FALSE when it came to return paths of several mails. */
static gboolean take_return_path(const GPtrArray *evidence, ReturnedMail *returned)
{
    for (guint i = 0; i < evidence->len; i++) {
        const Evidence *piece = evidence->pdata[i];
        if (piece->type != EVIDENCE_TOKEN_ADDRESS || piece->token.role != ROLE_RETURN_PATH)
            continue;
        if (returned->is_return_path && !is_same_mail(&returned->token, &piece->token))
            return FALSE;
        returned->token = piece->token;
        returned->is_return_path = TRUE;
    }
    return TRUE;
}

/* The id that came back; else, when that is none of ours, one that the report answers. Borrowed. */
static const char *find_own_id(const Reading *reading, const GPtrArray *evidence, const TokenKey *keys,
                               gsize key_count, Token *out)
{
    const char *id = reading->bounce->original_message_id;
    if (id && desk_id_token(id, keys, key_count, out))
        return id;
    for (guint i = 0; i < evidence->len; i++) {
        const Evidence *piece = evidence->pdata[i];
        if (piece->type == EVIDENCE_TOKEN_ID && desk_id_token(piece->found, keys, key_count, out))
            return piece->found;
    }
    return NULL;
}

ReturnedMail *desk_trace_report(const Reading *reading, const GPtrArray *evidence, const TokenKey *keys,
                                gsize key_count)
{
    if (!reading || !reading->bounce)
        return NULL;
    Token of_id;
    const char *id = find_own_id(reading, evidence, keys, key_count, &of_id);
    gboolean has_id = id != NULL;
    ReturnedMail *returned = g_new0(ReturnedMail, 1);
    gboolean fits = take_return_path(evidence, returned);
    if (has_id && returned->is_return_path)
        fits &= is_same_mail(&returned->token, &of_id);
    if (!fits || (!has_id && !returned->is_return_path)) {
        returned_mail_free(returned);
        return NULL;
    }
    if (!returned->is_return_path)
        returned->token = of_id;
    if (has_id)
        returned->message_id = g_strdup(id);
    return returned;
}

/* What the report says about the address that we sent to; NULL when it names only others. */
static const BounceRecipient *find_recipient(const DeskCase *mail)
{
    const GPtrArray *recipients = mail->reading->bounce->recipients;
    for (guint i = 0; i < recipients->len; i++) {
        const BounceRecipient *recipient = recipients->pdata[i];
        if (recipient->address && token_person(recipient->address) == mail->facts->returned->token.person)
            return recipient;
    }
    return NULL;
}

/* A forward can lead to an address that we never heard of. Who knows both the return path and the Message-ID
 * of the mail had it in hand. */
gboolean desk_report_is_proven(const DeskCase *mail)
{
    const ReturnedMail *returned = mail->facts->returned;
    if (!returned || !returned->outbox_id || (returned->has_return_path && !returned->is_return_path))
        return FALSE;
    if (find_recipient(mail))
        return TRUE;
    return returned->is_return_path && (returned->is_by_id || mail->reading->bounce->recipients->len == 0);
}

static char *words_of(const BounceRecipient *said)
{
    const char *status = said && said->status ? said->status : "";
    const char *reason = said && said->reason ? said->reason : "";
    g_autofree char *all = *status || *reason
                               ? g_strdup_printf("%s%s%s", status, *status && *reason ? " " : "", reason)
                               : g_strdup("no reason was given");
    g_autofree char *shown = token_hide(all), *line = clean_line(shown, -1, REASON_BYTES);
    const char *meaning = said && said->cause ? kind_cause_meaning(said->cause) : NULL;
    return meaning ? g_strdup_printf("%s (%s)", line, meaning) : g_steal_pointer(&line);
}

/* A Message-ID stands in the References of every answer, for all who get a copy: whoever knows no more than
 * that may not switch off the mail to its recipient. True reports about mail without a return path are rare
 * (RFC 5321 4.5.5), so little is lost. */
static gint64 block_us_of(const ReturnedMail *returned, const BounceRecipient *named)
{
    gboolean has_failed = named && named->status && g_strcmp0(named->action, "failed") == 0;
    return has_failed && returned->is_return_path ? kind_block_us(named->status) : 0;
}

static void judge_failure(const ReturnedMail *returned, const BounceRecipient *named,
                          const BounceRecipient *said, const char *words, Decision *decision)
{
    decision->returned_id = returned->is_failed ? 0 : returned->outbox_id;
    decision->returned_status = said ? g_strdup(said->status) : NULL;
    decision->returned_words = g_strdup_printf("it came back: %s", words);
    gint64 block_us = block_us_of(returned, named);
    if (block_us <= 0)
        return;
    decision->block_address = g_strdup(returned->to);
    decision->block_us = block_us;
    decision_event(decision, "blocked", "postern", "%s gets no automatic mail for %d days", returned->to,
                   (int)(block_us / (24 * 3600 * (gint64)G_USEC_PER_SEC)));
}

/* What nobody calls a delay is one of the mails that did not arrive. */
static const char *action_of(const DeskCase *mail, const BounceRecipient *said)
{
    if (said && said->action)
        return said->action;
    return !said && kind_report_is_late(mail->reading->subject, mail->reading->text) ? "delayed" : "failed";
}

void desk_judge_report(const DeskCase *mail, Decision *decision)
{
    const ReturnedMail *returned = mail->facts->returned;
    const GPtrArray *recipients = mail->reading->bounce->recipients;
    const BounceRecipient *named = find_recipient(mail);
    const BounceRecipient *said = named ? named : recipients->len > 0 ? recipients->pdata[0] : NULL;
    const char *action = action_of(mail, said);
    gboolean has_failed = strcmp(action, "failed") == 0;
    g_autofree char *words = words_of(said);
    decision_event(decision, has_failed ? "not delivered" : action, "postern", "%s to %s%s: %s",
                   returned->kind, returned->to, has_failed ? " came back" : "", words);
    decision_why(decision, "a report about our %s to %s: %s", returned->kind, returned->to, action);
    if (has_failed)
        judge_failure(returned, named, said, words, decision);
}
