#include "plan.h"

#include <postern/base/clock.h>
#include <postern/ids.h>
#include <postern/kind.h>

#include <string.h>

static const char *const outcome_names[] = {
    [DELIVERY_SENT] = "sent",
    [DELIVERY_REFUSED] = "refused",
    [DELIVERY_LATER] = "later",
    [DELIVERY_UNKNOWN] = "unknown",
};
_Static_assert(G_N_ELEMENTS(outcome_names) == DELIVERY_UNKNOWN + 1, "every outcome has a name");

const char *delivery_outcome_name(DeliveryOutcome outcome)
{
    return outcome_names[outcome];
}

/* A program knows by the idempotency key what it was told already; a customer would get two mails. */
static gboolean may_repeat(const OutboxRow *row)
{
    return g_strcmp0(row->kind, "webhook") == 0;
}

const char *deliver_obstacle(const OutboxRow *row)
{
    return !may_repeat(row) && row->state == OUTBOX_UNCERTAIN && row->uncertain >= DELIVER_UNCERTAIN_MOST
               ? "not tried again: it may have arrived already, the outcome of earlier tries is unknown"
               : NULL;
}

static void prefix_answer(DeliveryResult *result, char *prefix)
{
    char *answer = g_strconcat(prefix, result->answer ? result->answer : "no answer", NULL);
    g_free(prefix);
    g_free(result->answer);
    result->answer = answer;
}

/* A row that may have arrived is never called failed: whoever reads that would send it again. */
static void give_up(const OutboxRow *row, DeliveryResult *result, OutboxResult *plan)
{
    gboolean may_be_there = row->uncertain > 0 || result->outcome == DELIVERY_UNKNOWN;
    plan->state = may_be_there && !may_repeat(row) ? OUTBOX_HELD : OUTBOX_FAILED;
    guint tries = row->attempts + 1;
    prefix_answer(result, g_strdup_printf("gave up after %u %s%s: ", tries, tries == 1 ? "try" : "tries",
                                          may_be_there ? ", one of which may have arrived" : ""));
}

static void plan_unknown(const OutboxRow *row, DeliveryResult *result, OutboxResult *plan)
{
    if (row->uncertain + 1 >= DELIVER_UNCERTAIN_MOST && !may_repeat(row)) {
        plan->state = OUTBOX_HELD;
        prefix_answer(result, g_strdup_printf("unknown %u times whether it arrived, a person must look: ",
                                              row->uncertain + 1));
    } else if (plan->next_us == 0) {
        give_up(row, result, plan);
    } else {
        plan->state = OUTBOX_UNCERTAIN;
    }
}

/* What this says about the address: a refusal keeps automatic mail from it for a time; an answer that a
 * person wrote and that was taken opens it again. */
static void plan_block(const OutboxRow *row, const DeliveryResult *result, gint64 now_us, OutboxResult *plan)
{
    gint64 block_us = result->is_bad_address ? kind_block_us(result->status) : 0;
    if (result->outcome == DELIVERY_REFUSED && block_us > 0) {
        plan->block = row->to;
        plan->block_until_us = now_us + block_us;
    } else if (result->outcome == DELIVERY_SENT && !row->is_automatic) {
        plan->block = row->to;
    }
}

char *deliver_block_words(const Block *block, gboolean waits)
{
    g_autofree char *at = clock_rfc3339(block->at_us), *until = clock_rfc3339(block->until_us);
    gboolean says_status = strstr(block->reason, block->status) != NULL;
    g_autofree char *end = waits
                               ? g_strdup("as it is an agent's or admin's, this is tried again an hour later")
                               : g_strdup_printf("it gets no automatic mail until %.10s", until);
    return g_strdup_printf("not sent: mail to this address failed on %.10s (%s%s%s); %s", at,
                           says_status ? "" : block->status, says_status ? "" : " ", block->reason, end);
}

/* Servers repeat whom a mail is from (Postfix) and its Message-ID (Exchange). Both hold a token, and answers
 * stand in the log, on the ticket and in notices, which mail clients quote to customers. */
static void hide_tokens(DeliveryResult *result)
{
    char *answer = result->answer ? token_hide(result->answer) : NULL;
    g_free(result->answer);
    result->answer = answer;
}

OutboxResult deliver_plan(const OutboxRow *row, DeliveryResult *result, gint64 now_us, gint64 give_up_us,
                          guint32 noise)
{
    OutboxResult plan = {.id = row->id};
    hide_tokens(result);
    /* A row that was not even asked about has not earned a longer wait. */
    guint attempts = result->is_untried ? 1 : row->attempts + 1;
    plan.next_us = deliver_next_try_us(row->created_us, now_us, attempts, result->kind, give_up_us, noise);
    if (plan.next_us > 0 && result->wait_us > 0)
        plan.next_us = MIN(MAX(plan.next_us, now_us + result->wait_us), row->created_us + give_up_us);
    switch (result->outcome) {
    case DELIVERY_SENT:
        plan.state = OUTBOX_SENT;
        break;
    case DELIVERY_REFUSED:
        plan.state = OUTBOX_FAILED;
        if (row->uncertain > 0)
            prefix_answer(result, g_strdup("refused now, but an earlier try may have arrived: "));
        break;
    case DELIVERY_LATER:
        plan.state = OUTBOX_QUEUED;
        if (plan.next_us == 0)
            give_up(row, result, &plan);
        break;
    case DELIVERY_UNKNOWN:
        plan_unknown(row, result, &plan);
        break;
    }
    if (plan.state != OUTBOX_QUEUED && plan.state != OUTBOX_UNCERTAIN)
        plan.next_us = 0;
    plan_block(row, result, now_us, &plan);
    plan.answer = result->answer;
    plan.status = result->status;
    plan.dialogue = result->dialogue;
    return plan;
}
