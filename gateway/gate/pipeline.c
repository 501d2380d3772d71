#include "gateway/gate/pipeline_private.h"

#include <postern/base/clock.h>
#include <postern/base/error.h>

/* A reload waits so long for readers to be ready; a mail that takes longer to read must not hold it up. */
#define RELOAD_WAIT_US (10 * G_USEC_PER_SEC)
#define SYNCERS 4 /* a sync is waiting: some at a time take hardly longer than one */

void work_free(Work *work)
{
    if (!work)
        return;
    intake_row_free(work->row);
    setup_unref(work->setup);
    reading_free(work->reading);
    g_free(work->unreadable);
    content_free(work->content);
    g_free(work);
}

void job_free(Job *job)
{
    if (!job)
        return;
    intake_mail_free(job->mail);
    g_clear_pointer(&job->rows, g_ptr_array_unref);
    work_free(job->work);
    decision_free(job->decision);
    g_clear_error(&job->error);
    g_free(job);
}

gboolean job_is_urgent(const Job *job)
{
    return job->type == JOB_ACCEPT || job->type == JOB_ATTEMPT;
}

static Job *job_new(JobType type, IntakeMail *mail, Work *work)
{
    Job *job = g_new0(Job, 1);
    job->type = type;
    job->mail = mail;
    job->work = work;
    return job;
}

/* With the lock held. */
static void enqueue(Pipeline *pipeline, Job *job)
{
    g_queue_push_tail(&pipeline->jobs, job);
    pipeline->urgent += job_is_urgent(job);
    if (!pipeline->is_patient || pipeline->urgent > 0 || pipeline->jobs.length >= GATHER_MOST)
        g_cond_signal(&pipeline->for_writer);
}

void pipeline_push_job(Pipeline *pipeline, JobType type, Work *work)
{
    enqueue(pipeline, job_new(type, NULL, work));
}

gboolean pipeline_push_row(Pipeline *pipeline, IntakeRow *row, gboolean is_counted)
{
    if (g_hash_table_contains(pipeline->in_flight, &row->envelope.mail_id)) {
        intake_row_free(row);
        return FALSE;
    }
    if (pipeline->works.length >= WORK_MOST) {
        pipeline->is_overfull = TRUE;
        intake_row_free(row);
        return FALSE;
    }
    Work *work = g_new0(Work, 1);
    work->row = row;
    work->is_counted = is_counted;
    g_hash_table_add(pipeline->in_flight, g_memdup2(&row->envelope.mail_id, sizeof(gint64)));
    g_queue_push_tail(&pipeline->works, work);
    g_cond_signal(&pipeline->for_workers);
    return TRUE;
}

void pipeline_end_counting(Pipeline *pipeline, Work *work)
{
    if (!work->is_counting)
        return;
    work->is_counting = FALSE;
    pipeline->counting--;
    g_cond_signal(&pipeline->for_workers);
}

/* On a syncer's thread. */
static void sync_file(gpointer data, gpointer user)
{
    Job *job = data;
    Pipeline *pipeline = user;
    raw_sync(job->mail->raw, pipeline->raw_folder, &job->error);
    g_mutex_lock(&pipeline->lock);
    enqueue(pipeline, job);
    g_mutex_unlock(&pipeline->lock);
}

static void start_workers(Pipeline *pipeline)
{
    guint count = pipeline->owner.readers ? pipeline->owner.readers : pipeline->setup->config->readers;
    pipeline->worker_count = count ? count : g_get_num_processors();
    pipeline->workers = g_ptr_array_new();
    for (guint i = 0; i < pipeline->worker_count; i++)
        g_ptr_array_add(pipeline->workers, g_thread_new("worker", worker_run, pipeline));
}

Pipeline *pipeline_start(Setup *setup, Store *store, const PipelineOwner *owner, GError **error)
{
    g_autoptr(Store) owned = store;
    g_autoptr(AckLedger) acks = ack_ledger_new(store, clock_now_us(), error);
    g_autoptr(KeyRing) keys = acks ? key_ring_new(store, error) : NULL;
    if (!keys)
        return NULL;
    Pipeline *pipeline = g_new0(Pipeline, 1);
    pipeline->store = g_steal_pointer(&owned);
    pipeline->raw_folder = g_strdup(store_raw_folder(store));
    pipeline->owner = *owner;
    pipeline->acks = g_steal_pointer(&acks);
    pipeline->keys = g_steal_pointer(&keys);
    pipeline->setup = setup_ref(setup);
    pipeline->in_flight = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    pipeline->is_overfull = owner->takes_waiting;
    g_mutex_init(&pipeline->lock);
    g_cond_init(&pipeline->for_writer);
    g_cond_init(&pipeline->for_workers);
    g_cond_init(&pipeline->for_idle);
    g_cond_init(&pipeline->for_reload);
    pipeline->syncers = g_thread_pool_new(sync_file, pipeline, SYNCERS, FALSE, NULL);
    pipeline->writer = g_thread_new("writer", writer_run, pipeline);
    start_workers(pipeline);
    return pipeline;
}

void pipeline_accept(Pipeline *pipeline, IntakeMail *mail)
{
    Job *job = job_new(JOB_ACCEPT, mail, NULL);
    gboolean has_file = mail->raw->file != NULL;
    g_mutex_lock(&pipeline->lock);
    pipeline->accepting++;
    if (!has_file)
        enqueue(pipeline, job);
    g_mutex_unlock(&pipeline->lock);
    if (has_file)
        g_thread_pool_push(pipeline->syncers, job, NULL);
}

void pipeline_reload(Pipeline *pipeline, Setup *setup)
{
    gint64 deadline_us = clock_monotonic_us() + RELOAD_WAIT_US;
    g_mutex_lock(&pipeline->lock);
    pipeline->coming = setup_ref(setup);
    pipeline->prepared = 0;
    g_cond_broadcast(&pipeline->for_workers);
    while (pipeline->prepared < pipeline->worker_count && !pipeline->stops &&
           g_cond_wait_until(&pipeline->for_reload, &pipeline->lock, deadline_us))
        continue;
    Setup *old = pipeline->setup;
    pipeline->setup = g_steal_pointer(&pipeline->coming);
    g_cond_broadcast(&pipeline->for_workers);
    g_mutex_unlock(&pipeline->lock);
    setup_unref(old);
}

Setup *pipeline_setup(Pipeline *pipeline)
{
    g_mutex_lock(&pipeline->lock);
    Setup *setup = setup_ref(pipeline->setup);
    g_mutex_unlock(&pipeline->lock);
    return setup;
}

static gboolean is_idle(const Pipeline *pipeline)
{
    return pipeline->accepting == 0 && pipeline->jobs.length == 0 && pipeline->late_jobs.length == 0 &&
           g_hash_table_size(pipeline->in_flight) == 0 && !pipeline->is_overfull;
}

gboolean pipeline_wait_idle(Pipeline *pipeline, gint64 deadline_us)
{
    g_mutex_lock(&pipeline->lock);
    while (!is_idle(pipeline) && !pipeline->has_failed)
        if (!g_cond_wait_until(&pipeline->for_idle, &pipeline->lock, deadline_us))
            break;
    gboolean idle = is_idle(pipeline);
    g_mutex_unlock(&pipeline->lock);
    return idle;
}

static void end_workers(Pipeline *pipeline)
{
    g_mutex_lock(&pipeline->lock);
    pipeline->stops = TRUE;
    g_cond_broadcast(&pipeline->for_workers);
    g_mutex_unlock(&pipeline->lock);
    for (guint i = 0; i < pipeline->workers->len; i++)
        g_thread_join(pipeline->workers->pdata[i]);
}

static void end_writer(Pipeline *pipeline)
{
    g_mutex_lock(&pipeline->lock);
    pipeline->writer_stops = TRUE;
    g_cond_broadcast(&pipeline->for_writer);
    g_mutex_unlock(&pipeline->lock);
    g_thread_join(pipeline->writer);
}

void pipeline_stop(Pipeline *pipeline)
{
    if (!pipeline)
        return;
    end_workers(pipeline);
    g_thread_pool_free(pipeline->syncers, FALSE, TRUE);
    end_writer(pipeline);
    for (Work *work; (work = g_queue_pop_head(&pipeline->works));)
        work_free(work);
    for (Job *job; (job = g_queue_pop_head(&pipeline->late_jobs));)
        job_free(job);
    g_hash_table_unref(pipeline->in_flight);
    g_ptr_array_unref(pipeline->workers);
    ack_ledger_free(pipeline->acks);
    store_close(pipeline->store);
    setup_unref(pipeline->setup);
    g_mutex_clear(&pipeline->lock);
    g_cond_clear(&pipeline->for_writer);
    g_cond_clear(&pipeline->for_workers);
    g_cond_clear(&pipeline->for_idle);
    g_cond_clear(&pipeline->for_reload);
    key_ring_free(pipeline->keys);
    g_free(pipeline->raw_folder);
    g_free(pipeline);
}
