/* The way of a mail inside the gate: accept (one writer, group commit), read
 * (reader children), judge and settle (the same writer). Threads: the writer, one a
 * reader. All functions may be called from any thread. */
#pragma once

#include <postern/intake.h>
#include <postern/intake_rows.h>
#include <postern/setup.h>

typedef struct Pipeline Pipeline;

typedef struct {
    const char *program; /* with the "reader" role; NULL: this program */
    guint readers;       /* 0: as configured */
    /* Rows that wait in the store are taken up too, at start and whenever another process adds some. */
    gboolean takes_waiting;
    int wake_sender_fd; /* eventfd to write to when there is something to send, or -1 */
    /* After the commit (error NULL) or its failure; the callee owns nothing. On the writer's thread. */
    void (*accepted)(gpointer user, IntakeMail *mail, const GError *error);
    /* One mail has ended its way. On the writer's thread; may be NULL. */
    void (*settled)(gpointer user, const IntakeRow *row, const Decision *decision);
    /* The store can no longer be trusted: stop the process. On the writer's thread. */
    void (*failed)(gpointer user, const GError *error);
    gpointer user;
} PipelineOwner;

/* Takes over `store`. */
Pipeline *pipeline_start(Setup *setup, Store *store, const PipelineOwner *owner, GError **error);
/* Takes over `mail`; `accepted` is called with it, then it is freed. */
void pipeline_accept(Pipeline *pipeline, IntakeMail *mail);
/* From its return on: before, mail goes its way with the old setup, while readers for the new one are made
 * (for some seconds at most), so that none has to wait for rules to be compiled. Takes its own reference. For
 * one thread. */
void pipeline_reload(Pipeline *pipeline, Setup *setup);
Setup *pipeline_setup(Pipeline *pipeline); /* a new reference */
/* Waits until nothing is under way, or until `deadline_us` (clock_monotonic_us). TRUE when idle. */
gboolean pipeline_wait_idle(Pipeline *pipeline, gint64 deadline_us);
/* Commits what was handed over, leaves the unread for the next start, ends the threads, closes the store,
 * frees. */
void pipeline_stop(Pipeline *pipeline);
