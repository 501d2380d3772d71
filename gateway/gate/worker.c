/* A worker owns one reader child and takes mails to it, one after the other. */
#include "gateway/gate/pipeline_private.h"

#include <postern/base/clock.h>
#include <postern/base/error.h>
#include <postern/base/log.h>
#include <postern/desk.h>
#include <postern/reader.h>

#include <unistd.h>

typedef struct {
    Pipeline *pipeline;
    Setup *setup; /* that `reader` was made with */
    Reader *reader;
    Setup *next_setup;   /* that is to come, or has come since */
    Reader *next_reader; /* made for it; NULL when the old one does, or when it is in use */
    gboolean next_is_told;
} Worker;

#define NEXT_LOOK_US (10 * 1000)

/* An attempt is counted just before the mail is read, never for a whole backlog at once: three deaths of the
 * gate would else make "could not be read" of mails that nobody ever looked at. A worker is kept for each
 * mail that is being counted, so that younger ones do not overtake it. With the lock held. */
static gboolean may_take(Pipeline *pipeline)
{
    const Work *first = g_queue_peek_head(&pipeline->works);
    return first && (first->is_counting || pipeline->counting < pipeline->worker_count);
}

static Reader *make_reader(const Worker *worker, const Setup *setup)
{
    const char *program = worker->pipeline->owner.program;
    ReaderSettings settings = {.program = program ? program : "/proc/self/exe",
                               .rules = setup->source,
                               .authserv_id = setup->config->authserv_id,
                               .mails = setup->config->reader_mails};
    return reader_new(&settings);
}

/* A reader for one of them does for the other. `before` may be NULL: none. */
static gboolean is_read_alike(const Setup *before, const Setup *after)
{
    return before && rules_source_equal(before->source, after->source) &&
           g_strcmp0(before->config->authserv_id, after->config->authserv_id) == 0 &&
           before->config->reader_mails == after->config->reader_mails;
}

/* A reader with the setup that is to come, made while the old one goes on. Without the lock. */
static void begin_next(Worker *worker, Setup *coming)
{
    g_autoptr(GError) error = NULL;
    reader_free(worker->next_reader);
    setup_unref(worker->next_setup);
    worker->next_setup = coming;
    worker->next_is_told = FALSE;
    worker->next_reader = is_read_alike(worker->setup, coming) ? NULL : make_reader(worker, coming);
    /* Where it cannot be begun, it is tried again when it is needed. */
    if (worker->next_reader && !reader_begin(worker->next_reader, &error))
        log_warning(0, "%s", error->message);
}

static void use_setup(Worker *worker, Setup *setup)
{
    if (worker->setup == setup)
        return;
    if (!worker->setup || !is_read_alike(worker->setup, setup)) {
        gboolean is_next = worker->next_setup == setup && worker->next_reader;
        reader_free(worker->reader);
        worker->reader = is_next ? g_steal_pointer(&worker->next_reader) : make_reader(worker, setup);
    }
    setup_unref(worker->setup);
    worker->setup = setup_ref(setup);
}

/* Says, once, that mail would not have to wait for the new setup. With the lock held. */
static void tell_next(Worker *worker)
{
    Pipeline *pipeline = worker->pipeline;
    if (!pipeline->coming || worker->next_is_told || worker->next_setup != pipeline->coming ||
        (worker->next_reader && !reader_has_begun(worker->next_reader)))
        return;
    worker->next_is_told = TRUE;
    pipeline->prepared++;
    g_cond_broadcast(&pipeline->for_reload);
}

/* With the lock held, which is given back in between. */
static void prepare_next(Worker *worker)
{
    Pipeline *pipeline = worker->pipeline;
    while (pipeline->coming && worker->next_setup != pipeline->coming) {
        Setup *coming = setup_ref(pipeline->coming);
        g_mutex_unlock(&pipeline->lock);
        begin_next(worker, coming);
        g_mutex_lock(&pipeline->lock);
    }
    /* Who has nothing to do keeps no old one. */
    if (worker->next_setup && worker->next_setup == pipeline->setup && worker->setup != pipeline->setup) {
        g_mutex_unlock(&pipeline->lock);
        use_setup(worker, worker->next_setup);
        g_mutex_lock(&pipeline->lock);
    }
    tell_next(worker);
}

static void wait_for_work(Worker *worker)
{
    Pipeline *pipeline = worker->pipeline;
    if (pipeline->coming && !worker->next_is_told)
        g_cond_wait_until(&pipeline->for_workers, &pipeline->lock, clock_monotonic_us() + NEXT_LOOK_US);
    else
        g_cond_wait(&pipeline->for_workers, &pipeline->lock);
}

/* Waits for a mail; NULL when it is time to end. The setup of the moment goes with it. */
static Work *next_work(Worker *worker)
{
    Pipeline *pipeline = worker->pipeline;
    g_mutex_lock(&pipeline->lock);
    for (prepare_next(worker); !pipeline->stops && !may_take(pipeline); prepare_next(worker))
        wait_for_work(worker);
    Work *work = pipeline->stops ? NULL : g_queue_pop_head(&pipeline->works);
    if (work) {
        pipeline_end_counting(pipeline, work);
        setup_unref(work->setup);
        work->setup = setup_ref(pipeline->setup);
    }
    g_mutex_unlock(&pipeline->lock);
    return work;
}

static void hand_to_writer(Pipeline *pipeline, JobType type, Work *work)
{
    g_mutex_lock(&pipeline->lock);
    if (type == JOB_ATTEMPT && !work->is_counting) {
        work->is_counting = TRUE;
        pipeline->counting++;
    }
    pipeline_push_job(pipeline, type, work);
    g_mutex_unlock(&pipeline->lock);
}

static void put_off(Pipeline *pipeline, Work *work)
{
    Job *job = g_new0(Job, 1);
    job->type = JOB_REREAD;
    job->work = work;
    g_mutex_lock(&pipeline->lock);
    g_queue_push_tail(&pipeline->late_jobs, job);
    g_mutex_unlock(&pipeline->lock);
}

static void find_queue(Work *work)
{
    Envelope *envelope = &work->row->envelope;
    const Config *config = work->setup->config;
    g_clear_pointer(&envelope->detail, g_free);
    const ConfigQueue *queue = setup_queue_of(config, envelope->recipient, &envelope->detail);
    /* The address was ours when the mail was accepted; a mail never gets lost by a change of the
     * configuration. */
    if (!queue)
        queue = config->queues->pdata[0];
    g_free(envelope->queue);
    envelope->queue = g_strdup(queue->name);
}

static Reading *read_row(Worker *worker, const IntakeRow *row, GError **error)
{
    const Envelope *envelope = &row->envelope;
    const char *envelope_from = envelope_tells_sender(envelope) ? envelope->envelope_from : NULL;
    if (!row->file)
        return reader_read(worker->reader, row->bytes, -1, envelope_from, error);
    int fd = raw_open(worker->pipeline->raw_folder, row->file, error);
    if (fd < 0)
        return NULL;
    Reading *reading = reader_read(worker->reader, NULL, fd, envelope_from, error);
    close(fd);
    return reading;
}

/* What only the mail itself could tell about its envelope, and what only the configuration about its From. */
static void complete(Work *work)
{
    Envelope *envelope = &work->row->envelope;
    g_free(envelope->return_path);
    envelope->return_path = g_strdup(work->reading->return_path);
    desk_name_recipient(work->setup->config, work->reading, envelope);
    desk_name_writer(work->setup->config, work->reading);
    desk_name_forwarded(work->setup->config, envelope, work->reading);
}

static Content *content_of_row(Worker *worker, const IntakeRow *row, const ContentWish *wish, GError **error)
{
    if (!row->file)
        return reader_content(worker->reader, row->bytes, -1, wish, error);
    int fd = raw_open(worker->pipeline->raw_folder, row->file, error);
    if (fd < 0)
        return NULL;
    Content *content = reader_content(worker->reader, NULL, fd, wish, error);
    close(fd);
    return content;
}

/* What the desk wants to pass on of the mail. FALSE when that has to wait, as reading would have to. A mail
 * whose content cannot be had goes on without: then nothing of it is passed on, and the desk says so. */
static gboolean add_content(Worker *worker, Work *work, GError **error)
{
    const Pipeline *pipeline = worker->pipeline;
    const Config *config = work->setup->config;
    gsize key_count;
    const TokenKey *keys = key_ring_keys(pipeline->keys, &key_count);
    g_autoptr(CommandSheet) sheet = NULL;
    ContentWish wish = {0};
    if (!desk_wants_content(config, work->reading, &work->row->envelope, keys, key_count, &wish, &sheet))
        return TRUE;
    g_autoptr(GError) trouble = NULL;
    g_clear_pointer(&work->content, content_free);
    work->content = content_of_row(worker, work->row, &wish, &trouble);
    if (work->content)
        return TRUE;
    if (error_is(trouble, ERROR_TEMPORARY)) {
        g_propagate_error(error, g_steal_pointer(&trouble));
        return FALSE;
    }
    log_warning(work->row->envelope.mail_id, "nothing of it can be passed on: %s", trouble->message);
    return TRUE;
}

/* What the trouble means for this mail: try again later, read it once more, or keep it unread. */
static void judge_trouble(Worker *worker, Work *work, const GError *error)
{
    gint64 id = work->row->envelope.mail_id;
    gboolean is_late = error_is(error, ERROR_TEMPORARY);
    /* It is tried again each second: a line a minute is enough. */
    if (!is_late || work->put_offs++ % 60 == 0)
        log_warning(id, "reading attempt %u: %s%s", work->row->attempts, error->message,
                    is_late ? "; it waits, and is tried again each second" : "");
    if (is_late) {
        /* No fault of this mail: no child could be started, or its file not be opened just now. */
        put_off(worker->pipeline, work);
        return;
    }
    work->is_counted = FALSE;
    if (error_is(error, ERROR_LIMIT) || ++work->reader_deaths >= LIMIT_READER_ATTEMPTS) {
        work->unreadable = g_strdup(error->message);
        hand_to_writer(worker->pipeline, JOB_SETTLE, work);
    } else {
        hand_to_writer(worker->pipeline, JOB_ATTEMPT, work);
    }
}

static void read_work(Worker *worker, Work *work)
{
    g_autoptr(GError) error = NULL;
    find_queue(work);
    work->reading = read_row(worker, work->row, &error);
    if (!work->reading) {
        judge_trouble(worker, work, error);
        return;
    }
    complete(work);
    if (!add_content(worker, work, &error)) {
        g_clear_pointer(&work->reading, reading_free);
        judge_trouble(worker, work, error);
        return;
    }
    hand_to_writer(worker->pipeline, JOB_SETTLE, work);
}

/* The time that a child takes to start is no part of the attempt. */
static void begin_attempt(Worker *worker, Work *work)
{
    g_autoptr(GError) error = NULL;
    if (reader_prepare(worker->reader, &error))
        hand_to_writer(worker->pipeline, JOB_ATTEMPT, work);
    else
        judge_trouble(worker, work, error);
}

static void work_on(Worker *worker, Work *work)
{
    use_setup(worker, work->setup);
    /* The attempt must be in the store before the bytes are looked at. */
    if (work->is_counted) {
        read_work(worker, work);
    } else if (work->row->attempts < UNFINISHED_MOST) {
        begin_attempt(worker, work);
    } else {
        find_queue(work);
        work->unreadable = g_strdup_printf("reading was begun %u times and never ended", work->row->attempts);
        hand_to_writer(worker->pipeline, JOB_SETTLE, work);
    }
}

gpointer worker_run(gpointer pipeline)
{
    Worker worker = {.pipeline = pipeline};
    for (Work *work; (work = next_work(&worker));)
        work_on(&worker, work);
    reader_free(worker.reader);
    reader_free(worker.next_reader);
    setup_unref(worker.setup);
    setup_unref(worker.next_setup);
    return NULL;
}
