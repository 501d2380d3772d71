/* The desk judges, and only judges: a Reading, the envelope and the facts of
 * the store go in, a Decision comes out. Pure: no store, no clock, no sockets. */
#pragma once

#include <postern/config.h>
#include <postern/content.h>
#include <postern/decision.h>
#include <postern/notices.h>
#include <postern/rules.h>

typedef struct {
    const Config *config;
    const ConfigQueue *queue; /* that the recipient belongs to */
    const Envelope *envelope;
    const Reading *reading; /* NULL: it could not be read */
    const char *unreadable; /* then: why, in words */
    const Content *content; /* for whom it is passed on to; NULL: nothing is */
    const Facts *facts;
    const char *new_ref; /* free reference for a new ticket */
    gint64 now_us;
    const TokenKey *keys; /* newest first */
    gsize key_count;
    const NoticeSet *notices;
    const RuleSet *rules; /* for the labels of fields */
} DeskCase;

/* Whose mail it is, before anything else is asked: a mail that a group of ours, an alias or another desk
 * passed on gets its writer back into `from` (`passed_on_by` is then who passed it on), and a group of ours
 * makes no list mail of it. Nothing is proven by that but what the border server vouched for; the From that
 * it takes the place of could have been forged as well. Doing it twice changes nothing. */
void desk_name_writer(const Config *config, Reading *reading);

/* A customer's mail that a proven agent passes on to an address of a queue (not to one with a token: that is
 * an answer) gets the customer as its writer; `passed_on_by` is then the agent. */
void desk_name_forwarded(const Config *config, const Envelope *envelope, Reading *reading);

/* Of a mail out of a mailbox, the queue and the recipient: the first address of ours among those that it was
 * delivered to, To and Cc; where there is none, the mailbox's queue stays. Of all other mail nothing is
 * changed. `reading` may be NULL. */
void desk_name_recipient(const Config *config, const Reading *reading, Envelope *envelope);

/* The pieces of evidence in a mail, for the store to look up. Array of Evidence. */
GPtrArray *desk_gather(const Reading *reading, const Envelope *envelope, const Config *config,
                       const TokenKey *keys, gsize key_count);

/* Of a delivery report: the mail of ours that it may be about, for the store to look up; NULL when no valid
 * token of ours stands in it, or tokens that contradict each other. The caller frees. */
ReturnedMail *desk_trace_report(const Reading *reading, const GPtrArray *evidence, const TokenKey *keys,
                                gsize key_count);

/* Who writes, for looking up facts: the From address, or "" when there is none to trust. Borrowed. */
const char *desk_sender(const Reading *reading);

/* Whether the mail's content is wanted beside its reading: an agent's words for the customer, attachments for
 * a notice. `out_sheet` (free it after use; `out` borrows its text) is what an agent asks for, or NULL. */
gboolean desk_wants_content(const Config *config, const Reading *reading, const Envelope *envelope,
                            const TokenKey *keys, gsize key_count, ContentWish *out,
                            CommandSheet **out_sheet);

/* The ticket that desk_judge will find: for the store to look up what stands in it. 0: a new one. */
gint64 desk_ticket_of(const DeskCase *mail);

/* Never NULL. `outgoing` is written already: final bytes. */
Decision *desk_judge(const DeskCase *mail);

/* NULL when an admin may refuse mail of this address; else why not, in words. The caller frees. */
char *desk_refuse_block(const Config *config, const char *address);

/* Takes automatic mail that strangers cause out of the decision where the budget of the hour is spent, and
 * says so. */
void desk_keep_budget(const DeskCase *mail, Decision *decision);
