/* A process under the supervisor: how it is started, ended and planned again. */
#pragma once

#include "gateway/app/command.h"

typedef struct {
    const char *name;      /* "gate", "sender", "fetcher" */
    char *of;              /* route or mailbox; NULL for the gate */
    gboolean is_vital;     /* without it the others have no work */
    gboolean leaves;       /* the configuration knows it no longer */
    pid_t pid;             /* 0: not running */
    int status_fd;         /* readable once it is ready */
    gboolean was_ready;    /* ever */
    gboolean restarts_now; /* it was asked to end so that it reads its files again */
    gint64 started_us, start_at_us, backoff_us;
} Role;

/* What every role gets from the process that starts it. */
typedef struct {
    const Command *command;
    pid_t pid;
    int wake_fd;
} RoleParent;

/* Not running yet. `name` must last. */
Role *role_new(const char *name, const char *of, gboolean is_vital);
void role_free(gpointer role);
/* Where no process can be had, a new try is planned. */
void role_start(Role *role, const RoleParent *parent);
/* Asks it to end, if it runs. */
void role_end(const Role *role);
/* After its death with that status of wait(): at once if it was asked to, else later each time. */
void role_plan_restart(Role *role, int status);
