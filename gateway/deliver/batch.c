#include "batch.h"

#include "failover.h"
#include "plan.h"

#include <postern/base/clean.h>
#include <postern/base/clock.h>
#include <postern/base/digest.h>
#include <postern/base/log.h>
#include <postern/base/stop.h>

#include <poll.h>
#include <string.h>

/* That nobody was asked is no news of a row: the state of the way out says why, once for all. */
static LogLevel level_of(const DeliveryResult *result, const OutboxResult *plan)
{
    if (plan->state == OUTBOX_SENT)
        return LOG_LEVEL_INFO;
    return result->is_untried && plan->state == OUTBOX_QUEUED ? LOG_LEVEL_DEBUG : LOG_LEVEL_WARNING;
}

static void log_delivery(const OutboxRow *row, const DeliveryResult *result, const OutboxResult *plan)
{
    g_autofree char *ref = clean_terminal(row->ref && *row->ref ? row->ref : "-");
    g_autofree char *to = clean_terminal(row->to);
    g_autofree char *answer = clean_terminal(plan->answer ? plan->answer : "");
    const char *outcome = delivery_outcome_name(result->outcome), *state = outbox_state_name(plan->state);
    gboolean same = strcmp(outcome, state) == 0;
    log_line(level_of(result, plan), 0, "%s to %s: %s%s%s%s: %s", ref, to, outcome, same ? "" : " (",
             same ? "" : state, same ? "" : ")", answer);
}

/* What is written to those who work with us must not get lost by a failure that lasts an hour: it waits, and
 * now and then some of it asks whether the address works again. */
#define COLLEAGUE_PAUSE_US ((gint64)3600 * G_USEC_PER_SEC)
static gboolean is_colleague(const Config *config, const char *address)
{
    return config_agent_by_address(config, address) ||
           g_ptr_array_find_with_equal_func(config->admins, address, g_str_equal, NULL);
}

/* Why the row is not even tried, or NULL; what it is then. Owned by `end`. */
static const char *find_obstacle(const Batch *batch, const OutboxRow *row, BatchEnd *end, OutboxResult *plan)
{
    const char *obstacle = deliver_obstacle(row);
    plan->state = OUTBOX_HELD;
    if (obstacle || !row->is_automatic || !batch->channel->route)
        return obstacle;
    g_autoptr(Block) block = block_find(batch->store, row->to, clock_now_us(), NULL);
    if (!block)
        return NULL;
    gboolean waits = is_colleague(batch->config, row->to);
    plan->next_us = waits ? block->at_us + COLLEAGUE_PAUSE_US : 0;
    if (waits && plan->next_us <= clock_now_us())
        return NULL;
    char *words = deliver_block_words(block, waits), *status = g_strdup(block->status);
    g_ptr_array_add(end->texts, words);
    g_ptr_array_add(end->texts, status);
    if (waits)
        plan->state = row->state;
    else
        plan->state = row->uncertain > 0 ? OUTBOX_HELD : OUTBOX_FAILED;
    plan->status = status;
    return words;
}

/* Rows that may not be sent are settled at once and leave `rows`. */
static void take_out_obstructed(const Batch *batch, GPtrArray *rows, BatchEnd *end)
{
    for (guint i = rows->len; i-- > 0;) {
        const OutboxRow *row = g_ptr_array_index(rows, i);
        OutboxResult plan = {.id = row->id};
        plan.answer = find_obstacle(batch, row, end, &plan);
        if (!plan.answer)
            continue;
        DeliveryResult result = {.outcome = plan.state == OUTBOX_HELD     ? DELIVERY_UNKNOWN
                                            : plan.state == OUTBOX_FAILED ? DELIVERY_REFUSED
                                                                          : DELIVERY_LATER};
        log_delivery(row, &result, &plan);
        g_array_append_val(end->plans, plan);
        g_ptr_array_remove_index(rows, i);
    }
}

/* A row that nobody was asked about because this way is down takes the next way that works, at once. */
static gboolean hand_over(const Batch *batch, const GPtrArray *statuses, const OutboxRow *row,
                          const DeliveryResult *result, OutboxResult *plan)
{
    const char *next =
        statuses && result->is_untried
            ? failover_next(batch->config, statuses, batch->channel->name, row->queue, row->from)
            : NULL;
    if (!next)
        return FALSE;
    *plan = (OutboxResult){.id = row->id,
                           .state = OUTBOX_QUEUED,
                           .next_us = clock_now_us(),
                           .answer = result->answer,
                           .dialogue = result->dialogue,
                           .route = next};
    return TRUE;
}

/* What nobody was asked about because nobody was there, or because we stop, stays due: it goes at once when
 * that is over. Until then its sender does not hurry. */
static void keep_due(const DeliveryResult *result, OutboxResult *plan)
{
    if (result->is_untried && result->wait_us == 0 && plan->next_us > 0)
        plan->next_us = clock_now_us();
}

static void plan_row(const Batch *batch, const GPtrArray *statuses, const OutboxRow *row,
                     DeliveryResult *result, BatchEnd *end)
{
    guint32 noise;
    OutboxResult plan;
    random_bytes(&noise, sizeof noise);
    if (hand_over(batch, statuses, row, result, &plan))
        end->is_handed = TRUE;
    else
        plan = deliver_plan(row, result, clock_now_us(), batch->channel->give_up_us, noise);
    if (end->is_away || end->is_stopped)
        keep_due(result, &plan);
    end->tried += !result->is_untried;
    log_delivery(row, result, &plan);
    g_array_append_val(end->plans, plan);
}

static void look_around(const Batch *batch, BatchEnd *end)
{
    struct pollfd stop = {.fd = batch->stop_fd, .events = POLLIN};
    end->is_away = transport_away_words(batch->channel->transport) != NULL;
    end->is_stopped = poll(&stop, 1, 0) > 0;
}

BatchEnd *batch_send(const Batch *batch, GPtrArray *rows)
{
    BatchEnd *end = g_new0(BatchEnd, 1);
    end->plans = g_array_new(FALSE, TRUE, sizeof(OutboxResult));
    end->texts = g_ptr_array_new_with_free_func(g_free);
    end->results = g_array_new(FALSE, TRUE, sizeof(DeliveryResult));
    take_out_obstructed(batch, rows, end);
    g_array_set_size(end->results, rows->len);
    DeliveryResult *results = (DeliveryResult *)(void *)end->results->data;
    stop_point("sender-before-send");
    if (rows->len > 0)
        transport_send(batch->channel->transport, rows, results);
    stop_point("sender-after-answer");
    look_around(batch, end);
    g_autoptr(GPtrArray) statuses =
        end->is_away && batch->channel->route ? route_status_list(batch->store, NULL) : NULL;
    for (guint i = 0; i < rows->len; i++)
        plan_row(batch, statuses, rows->pdata[i], &results[i], end);
    return end;
}

void batch_end_free(BatchEnd *end)
{
    if (!end)
        return;
    for (guint i = 0; i < end->results->len; i++)
        delivery_result_clear(&g_array_index(end->results, DeliveryResult, i));
    g_array_free(end->results, TRUE);
    g_array_free(end->plans, TRUE);
    g_ptr_array_unref(end->texts);
    g_free(end);
}
