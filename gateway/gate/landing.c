/* What becomes of the jobs of a batch once it is committed, or could not be. */
#include "gateway/gate/pipeline_private.h"

#include <postern/base/clock.h>
#include <postern/base/error.h>
#include <postern/base/log.h>
#include <postern/base/stop.h>

#include <unistd.h>

#define STORE_TROUBLE_MOST 3u /* refusals of what was read, before the mail goes on unread */

/* With the lock held. */
static void land(Pipeline *pipeline, Work *work)
{
    pipeline_end_counting(pipeline, work);
    g_hash_table_remove(pipeline->in_flight, &work->row->envelope.mail_id);
}

static void done_accept(Pipeline *pipeline, Job *job)
{
    /* After a failed sync the row may be there all the same when the store is opened again; what no row names
     * is swept away later. A mail that was known gets no row, and its file goes. */
    if (job->error ? error_is(job->error, ERROR_CORRUPT) : job->rows->len > 0)
        job->mail->raw->keep = TRUE;
    stop_point("before-250");
    pipeline->owner.accepted(pipeline->owner.user, job->mail, job->error);
    g_mutex_lock(&pipeline->lock);
    pipeline->accepting--;
    while (!job->error && job->rows->len > 0)
        pipeline_push_row(pipeline, g_ptr_array_steal_index(job->rows, 0), TRUE);
    g_mutex_unlock(&pipeline->lock);
}

static void wake_sender(Pipeline *pipeline)
{
    guint64 one = 1;
    if (pipeline->owner.wake_sender_fd >= 0 && write(pipeline->owner.wake_sender_fd, &one, sizeof one) < 0)
        log_debug(0, "the sender could not be woken; it looks by itself within seconds");
}

static void done_settle(Pipeline *pipeline, Job *job)
{
    gint64 id = job->work->row->envelope.mail_id;
    if (job->decision && !job->error) {
        const char *ref = job->decision->ref, *reason = job->decision->reason;
        log_info(id, "%s%s%s%s%s%s", fate_name(job->decision->fate), ref ? " " : "", ref ? ref : "",
                 reason ? " (" : "", reason ? reason : "", reason ? ")" : "");
        if (pipeline->owner.settled)
            pipeline->owner.settled(pipeline->owner.user, job->work->row, job->decision);
    }
    g_mutex_lock(&pipeline->lock);
    land(pipeline, job->work);
    g_mutex_unlock(&pipeline->lock);
}

/* Back to the workers, first in line. */
static void done_attempt(Pipeline *pipeline, Job *job)
{
    Work *work = g_steal_pointer(&job->work);
    if (job->type == JOB_ATTEMPT) {
        work->row->attempts++;
        work->is_counted = TRUE;
    }
    g_mutex_lock(&pipeline->lock);
    g_queue_push_head(&pipeline->works, work);
    g_cond_signal(&pipeline->for_workers);
    g_mutex_unlock(&pipeline->lock);
}

/* A mail that cannot be stored as it was read is stored unread: it must not come round for ever. */
static void give_up_reading(Job *job)
{
    Work *work = job->work;
    if (++work->store_trouble < STORE_TROUBLE_MOST || work->unreadable)
        return;
    work->unreadable = g_strdup_printf("what was read could not be stored: %s", job->error->message);
    g_clear_pointer(&work->reading, reading_free);
}

/* What is wrong with the store, and not with this mail: however long it lasts, the mail waits. */
static gboolean is_trouble_of_store(const GError *error)
{
    return error_is(error, ERROR_TEMPORARY) || error_is(error, ERROR_FULL) || error_is(error, ERROR_CONFIG) ||
           error_is(error, ERROR_CORRUPT);
}

static void put_off(Pipeline *pipeline, Job *job)
{
    gint64 id = job->work->row->envelope.mail_id;
    if (is_trouble_of_store(job->error)) {
        log_debug(id, "%s; tried again in a second", job->error->message);
    } else {
        log_warning(id, "%s; tried again in a second", job->error->message);
        give_up_reading(job);
    }
    g_clear_error(&job->error);
    g_clear_pointer(&job->decision, decision_free);
    g_mutex_lock(&pipeline->lock);
    g_queue_push_tail(&pipeline->late_jobs, job);
    g_mutex_unlock(&pipeline->lock);
}

static void done_job(Pipeline *pipeline, Job *job)
{
    gboolean settled_elsewhere = error_is(job->error, ERROR_CONFLICT) && job->type != JOB_ACCEPT &&
                                 !intake_is_waiting(pipeline->store, job->work->row->envelope.mail_id, NULL);
    if (job->type == JOB_ACCEPT)
        done_accept(pipeline, job);
    else if (!job->error && (job->type == JOB_ATTEMPT || job->type == JOB_REREAD))
        done_attempt(pipeline, job);
    else if (!job->error || settled_elsewhere)
        done_settle(pipeline, job);
    else {
        put_off(pipeline, job);
        return;
    }
    job_free(job);
}

static void report_corruption(Pipeline *pipeline, const GPtrArray *batch)
{
    for (guint i = 0; i < batch->len && !pipeline->has_failed; i++) {
        const Job *job = batch->pdata[i];
        if (!error_is(job->error, ERROR_CORRUPT))
            continue;
        g_mutex_lock(&pipeline->lock);
        pipeline->has_failed = TRUE;
        g_mutex_unlock(&pipeline->lock);
        pipeline->owner.failed(pipeline->owner.user, job->error);
    }
}

/* One line a second for all that wait: a full disk must not be filled with lines that say so. */
static void report_waiting(Pipeline *pipeline, const GPtrArray *batch)
{
    const GError *error = NULL;
    guint count = 0;
    for (guint i = 0; i < batch->len; i++) {
        const Job *job = batch->pdata[i];
        if (job->type == JOB_ACCEPT || !is_trouble_of_store(job->error))
            continue;
        error = error ? error : job->error;
        count++;
    }
    gint64 now_us = clock_monotonic_us();
    if (count == 0 || now_us - pipeline->told_us < WRITER_LOOK_US)
        return;
    pipeline->told_us = now_us;
    log_warning(0, "%s; %u accepted mails wait and are tried again in a second", error->message, count);
}

void landing_finish(Pipeline *pipeline, GPtrArray *batch)
{
    gboolean any_outgoing = FALSE;
    report_corruption(pipeline, batch);
    report_waiting(pipeline, batch);
    for (guint i = 0; i < batch->len; i++) {
        const Job *job = batch->pdata[i];
        any_outgoing |=
            !job->error && job->decision && (job->decision->outgoing->len > 0 || job->announced > 0);
        done_job(pipeline, batch->pdata[i]);
    }
    if (any_outgoing)
        wake_sender(pipeline);
    g_ptr_array_set_size(batch, 0);
    g_mutex_lock(&pipeline->lock);
    g_cond_broadcast(&pipeline->for_idle);
    g_mutex_unlock(&pipeline->lock);
}
