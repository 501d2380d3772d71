/* What the writer and the workers share. Everything below `lock` is guarded by it. */
#pragma once

#include "gateway/gate/ack_ledger.h"
#include "gateway/gate/key_ring.h"

#include <postern/content.h>
#include <postern/pipeline.h>

/* Jobs that nobody waits for are committed when so many have gathered, if nothing urgent takes them along. */
#define GATHER_MOST 32u

/* Memory for mails between accept and settle; what is over stays in the store until there is room. */
#define WORK_MOST 2000u

/* How often the writer looks for rows of other processes, and tries again what the store refused. */
#define WRITER_LOOK_US G_USEC_PER_SEC

/* Readings of one mail that were begun and never ended, because the gate died. That is rarely the mail's
 * fault, whose reader is another process: a machine that goes down again and again must cost nobody's mail
 * its reading. But a mail that kills the gate must not do so for ever. */
#define UNFINISHED_MOST 10u

/* One mail on its way after accept. */
typedef struct {
    IntakeRow *row;
    Setup *setup;     /* that it was read with */
    Reading *reading; /* or NULL with `unreadable` */
    char *unreadable;
    Content *content;     /* what is passed on of it, or NULL */
    gboolean is_counted;  /* this attempt is in the store already */
    gboolean is_counting; /* part of Pipeline.counting */
    guint reader_deaths;  /* over this mail, since the gate lives */
    guint put_offs;       /* by trouble that is not the mail's */
    guint store_trouble;  /* settling failed so often for a reason that waiting will not cure */
} Work;
void work_free(Work *work);

typedef enum {
    JOB_ACCEPT,
    JOB_ATTEMPT, /* count it, then read */
    JOB_REREAD,  /* wait a little, then go on: no child could be started, and nothing was begun */
    JOB_SETTLE
} JobType;

/* One thing for the writer. */
typedef struct {
    JobType type;
    IntakeMail *mail;   /* JOB_ACCEPT */
    GPtrArray *rows;    /* IntakeRow made by it */
    Work *work;         /* the other two */
    Decision *decision; /* JOB_SETTLE: after it ran */
    guint announced;    /* JOB_SETTLE: rows for webhooks */
    GError *error;
} Job;
void job_free(Job *job);
/* Whether a peer or a worker can do nothing until it is committed. */
gboolean job_is_urgent(const Job *job);

struct Pipeline {
    Store *store; /* the writer's, but for start and stop */
    char *raw_folder;
    PipelineOwner owner;
    AckLedger *acks;       /* the writer's */
    gint64 budget_told_us; /* the writer's: when it last noted that the budget of the hour is spent */
    guint looks;           /* the writer's: for waiting rows */
    KeyRing *keys;
    gint64 told_us; /* the writer's: when it last told of trouble with the store */
    GThread *writer;
    GPtrArray *workers;   /* GThread */
    GThreadPool *syncers; /* bring files of large mails to the disk while the writer commits others */

    GMutex lock;
    GCond for_writer, for_workers, for_idle, for_reload;
    Setup *setup;
    Setup *coming;         /* workers make readers for it; then it takes the place of `setup`; or NULL */
    guint prepared;        /* workers that have one */
    GQueue jobs;           /* Job, for the writer */
    guint urgent;          /* of these, somebody waits for */
    gboolean is_patient;   /* the writer lets jobs gather until one is urgent */
    GQueue late_jobs;      /* Job that the store refused for now */
    GQueue works;          /* Work, for the workers */
    GHashTable *in_flight; /* mail id → itself: in `works`, at a worker, or in a settle job */
    guint worker_count;
    guint counting;        /* works whose attempt is being counted and that no worker has taken up again */
    guint accepting;       /* accept jobs not answered yet */
    gboolean is_overfull;  /* rows in the store wait for room in memory */
    gboolean stops;        /* no more reading */
    gboolean writer_stops; /* after the jobs that are there */
    gboolean has_failed;
};

/* All with the lock held. */
void pipeline_push_job(Pipeline *pipeline, JobType type, Work *work);
/* FALSE (and the row is freed) when it is in flight already or memory is full. */
gboolean pipeline_push_row(Pipeline *pipeline, IntakeRow *row, gboolean is_counted);
/* `work` is taken up again, or ended. */
void pipeline_end_counting(Pipeline *pipeline, Work *work);

/* JOB_SETTLE, in the writer's transaction; FALSE with `job->error`. */
gboolean settling_run(Pipeline *pipeline, Job *job);
/* After the commit of a batch (Job), or when it failed: answers, hands on, puts off, tells people, and
 * empties it. */
void landing_finish(Pipeline *pipeline, GPtrArray *batch);
/* Threads. */
gpointer writer_run(gpointer pipeline);
gpointer worker_run(gpointer pipeline);
