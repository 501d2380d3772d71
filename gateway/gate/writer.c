/* The one writer of the gate: takes all that waits and commits it at once. Under
 * load many mails share one sync; an idle gate commits each mail at once. */
#include "gateway/gate/pipeline_private.h"

#include <postern/base/clock.h>
#include <postern/base/error.h>
#include <postern/base/file.h>
#include <postern/base/log.h>
#include <postern/base/stop.h>
#include <postern/ledger.h>

#include <string.h>

#define BATCH_MOST 200u
#define GATHER_US 3000
#define LOOKS_A_LEASE 60u /* so often all waiting rows are looked at, whoever had them leased */

/* With the lock held. A commit costs as much as a mail or two, and for what is settled nobody waits: it goes
 * along with the next mail that is accepted, if one comes soon. */
static void let_gather(Pipeline *pipeline)
{
    gint64 until = clock_monotonic_us() + GATHER_US;
    pipeline->is_patient = TRUE;
    while (pipeline->urgent == 0 && pipeline->jobs.length < GATHER_MOST && !pipeline->writer_stops)
        if (!g_cond_wait_until(&pipeline->for_writer, &pipeline->lock, until))
            break;
    pipeline->is_patient = FALSE;
}

/* Waits for jobs or the next time to look around; FALSE when it is time to end. */
static gboolean take_batch(Pipeline *pipeline, GPtrArray *batch)
{
    gint64 until = clock_monotonic_us() + WRITER_LOOK_US;
    g_mutex_lock(&pipeline->lock);
    while (g_queue_is_empty(&pipeline->jobs) && !pipeline->writer_stops)
        if (!g_cond_wait_until(&pipeline->for_writer, &pipeline->lock, until))
            break;
    if (!g_queue_is_empty(&pipeline->jobs))
        let_gather(pipeline);
    while (batch->len < BATCH_MOST && !g_queue_is_empty(&pipeline->jobs)) {
        Job *job = g_queue_pop_head(&pipeline->jobs);
        pipeline->urgent -= job_is_urgent(job);
        g_ptr_array_add(batch, job);
    }
    gboolean goes_on = batch->len > 0 || !pipeline->writer_stops;
    g_mutex_unlock(&pipeline->lock);
    return goes_on;
}

/* The files of large mails have been synced; their names must be on the disk too before the rows that hold
 * them. */
static void sync_names(Pipeline *pipeline, GPtrArray *batch)
{
    gboolean any = FALSE;
    g_autoptr(GError) error = NULL;
    for (guint i = 0; i < batch->len; i++) {
        const Job *job = batch->pdata[i];
        any |= job->type == JOB_ACCEPT && job->mail->raw->file && !job->error;
    }
    gboolean ok = !any || file_sync_folder(pipeline->raw_folder, &error);
    if (any)
        stop_point("raw-synced");
    if (ok)
        return;
    for (guint i = 0; i < batch->len; i++) {
        Job *job = batch->pdata[i];
        if (job->type == JOB_ACCEPT && job->mail->raw->file && !job->error)
            job->error = g_error_copy(error);
    }
}

static gboolean add_rows(Pipeline *pipeline, Job *job, const char *peer)
{
    const IntakeMail *mail = job->mail;
    IntakeEnvelope envelope = {.source = mail->source,
                               .peer = peer,
                               .envelope_from = mail->envelope_from,
                               .envid = mail->envid,
                               .recipients = mail->recipients,
                               .is_quiet = mail->is_quiet,
                               .received_us = clock_now_us(),
                               .lease_us = mail->lease_us};
    return intake_add(pipeline->store, mail->raw, &envelope, job->rows, &job->error);
}

/* A mail out of a mailbox: that it was taken is as durable as the mail itself, and a fetcher that did not
 * hear the 250 may ask again without making it two. */
static gboolean run_accept_fetched(Pipeline *pipeline, Job *job)
{
    const IntakeMail *mail = job->mail;
    g_auto(FetchKey) key = {0};
    g_autofree char *peer = NULL;
    gboolean is_known = FALSE;
    if (!fetch_key_parse(mail->envid, &key)) {
        g_set_error(&job->error, POSTERN_ERROR, ERROR_MALFORMED, "its ENVID names no mail of a mailbox");
        return FALSE;
    }
    if (!ledger_meet(pipeline->store, &key, mail->raw, &is_known, &peer, &job->error))
        return FALSE;
    if (is_known)
        return TRUE;
    if (!add_rows(pipeline, job, peer))
        return FALSE;
    const IntakeRow *first = job->rows->pdata[0];
    return ledger_take(pipeline->store, &key, mail->raw, first->envelope.mail_id, first->envelope.received_us,
                       &job->error);
}

static gboolean run_accept(Pipeline *pipeline, Job *job)
{
    job->rows = g_ptr_array_new_with_free_func((GDestroyNotify)intake_row_free);
    if (strcmp(job->mail->source, "imap") == 0)
        return run_accept_fetched(pipeline, job);
    return add_rows(pipeline, job, job->mail->peer);
}

static gboolean run_job(Pipeline *pipeline, Job *job)
{
    switch (job->type) {
    case JOB_ACCEPT:
        return run_accept(pipeline, job);
    case JOB_ATTEMPT:
        return intake_count_attempt(pipeline->store, job->work->row->envelope.mail_id, 0, &job->error);
    case JOB_REREAD:
        return TRUE;
    default:
        return settling_run(pipeline, job);
    }
}

static void fail_rest(GPtrArray *batch, const GError *error)
{
    for (guint i = 0; i < batch->len; i++) {
        Job *job = batch->pdata[i];
        if (!job->error)
            job->error = g_error_copy(error);
    }
}

/* An answer of 250 and a counted attempt must outlast a power cut. What was settled need not: its mail waits
 * in the store and is settled again. Before the sender sends anything, it commits its claim, and all before
 * that lasts. */
static gboolean begin_batch(Pipeline *pipeline, const GPtrArray *batch, GError **error)
{
    for (guint i = 0; i < batch->len; i++) {
        const Job *job = batch->pdata[i];
        if (job_is_urgent(job))
            return store_begin(pipeline->store, error);
    }
    return store_begin_lazy(pipeline->store, error);
}

static void commit_batch(Pipeline *pipeline, GPtrArray *batch)
{
    g_autoptr(GError) error = NULL;
    gboolean ok = !pipeline->has_failed && begin_batch(pipeline, batch, &error);
    if (!ok && !error)
        g_set_error(&error, POSTERN_ERROR, ERROR_TEMPORARY, "the store is being checked");
    for (guint i = 0; ok && i < batch->len; i++) {
        Job *job = batch->pdata[i];
        if (job->error)
            continue;
        ok = store_part_begin(pipeline->store, &error);
        if (ok)
            ok = store_part_end(pipeline->store, run_job(pipeline, job), &error);
    }
    stop_point("before-commit");
    if (ok && store_commit(pipeline->store, &error)) {
        stop_point("after-commit");
        return;
    }
    store_rollback(pipeline->store);
    fail_rest(batch, error);
}

static void recover_jobs(Pipeline *pipeline)
{
    g_mutex_lock(&pipeline->lock);
    for (Job *job; (job = g_queue_pop_head(&pipeline->late_jobs));) {
        g_queue_push_tail(&pipeline->jobs, job);
        pipeline->urgent += job_is_urgent(job);
    }
    g_mutex_unlock(&pipeline->lock);
}

/* Rows that wait in the store and in nobody's memory: from before a crash, from another
 * process, or from a time when memory was full. */
static void take_waiting(Pipeline *pipeline, gboolean all)
{
    g_autoptr(GError) error = NULL;
    /* The end of a lease changes nothing in the store. */
    gboolean changed = store_changed_elsewhere(pipeline->store) || ++pipeline->looks % LOOKS_A_LEASE == 0;
    g_mutex_lock(&pipeline->lock);
    gboolean look = pipeline->works.length < WORK_MOST / 2 && (all || changed || pipeline->is_overfull);
    pipeline->is_overfull |= changed;
    g_mutex_unlock(&pipeline->lock);
    if (!look)
        return;
    g_autoptr(GPtrArray) rows =
        intake_waiting(pipeline->store, 0, all ? G_MAXINT64 : clock_now_us(), WORK_MOST, &error);
    if (!rows) {
        log_warning(0, "cannot look for waiting mail: %s", error->message);
        return;
    }
    g_mutex_lock(&pipeline->lock);
    pipeline->is_overfull = rows->len == WORK_MOST;
    g_ptr_array_set_free_func(rows, NULL);
    for (guint i = 0; i < rows->len; i++)
        pipeline_push_row(pipeline, rows->pdata[i], FALSE);
    g_cond_broadcast(&pipeline->for_idle);
    g_mutex_unlock(&pipeline->lock);
}

gpointer writer_run(gpointer user)
{
    Pipeline *pipeline = user;
    g_autoptr(GPtrArray) batch = g_ptr_array_new();
    if (pipeline->owner.takes_waiting)
        take_waiting(pipeline, TRUE);
    gint64 looked_us = clock_monotonic_us();
    while (take_batch(pipeline, batch)) {
        if (batch->len > 0) {
            sync_names(pipeline, batch);
            commit_batch(pipeline, batch);
            landing_finish(pipeline, batch);
        }
        if (clock_monotonic_us() - looked_us < WRITER_LOOK_US)
            continue;
        looked_us = clock_monotonic_us();
        key_ring_look(pipeline->keys, pipeline->store, clock_now_us(), looked_us);
        recover_jobs(pipeline);
        if (pipeline->owner.takes_waiting)
            take_waiting(pipeline, FALSE);
    }
    return NULL;
}
