/* What people do to tickets, by mail or by command: one way for both. Each order is done wholly or not at
 * all, in the caller's transaction, with its events, its mails in the outbox and its webhooks. */
#pragma once

#include <postern/letters.h>
#include <postern/store.h>

typedef struct {
    Store *store;
    const Config *config;
    const NoticeSet *notices;
    const RuleSet *rules;
    const TokenKey *keys; /* newest first */
    gsize key_count;
    gint64 now_us;
} ActsDesk;

typedef struct {
    const char *who;          /* agent's name, or whom --as names */
    const ConfigAgent *agent; /* NULL: an admin who is no agent */
    gint64 mail_id;           /* that asks for it; by command a new mail id */
    gint64 ticket_id;         /* that it is about; 0: each act names its own */
    gint64 about_id;          /* the message that is answered, for /split; 0: not known */
    const CommandSheet *sheet;
    const Content *content; /* what the customer is to get; NULL: nothing */
    guint number;           /* mails that were written because of it already (LetterCase.number) */
    gboolean is_by_mail;    /* he gets a receipt by mail */
} ActsOrder;

typedef struct {
    gboolean is_refused; /* nothing was done or sent */
    GPtrArray *lines;    /* char *: what was done, or why not */
    guint outgoing;      /* rows of the outbox that came of it */
    guint automatic;     /* of these, mails that no person wrote */
} ActsResult;
void acts_result_clear(ActsResult *result);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ActsResult, acts_result_clear)

/* In a transaction. FALSE only for trouble with the store; a refusal is an answer, not an error. */
gboolean acts_perform(const ActsDesk *desk, const ActsOrder *order, ActsResult *out, GError **error);
