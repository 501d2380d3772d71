/* What `postern doctor` tries. Nothing is changed, nothing is sent, and everything ends in its time. */
#pragma once

#include "gateway/app/command.h"

#include <postern/values.h>

/* ProbeSteps about one thing. */
typedef struct {
    char *where; /* "this machine", "mailbox help", "route main", "webhook crm", … */
    GPtrArray *steps;
} Examination;
/* Takes `where`. */
Examination *examination_new(char *where);
void examination_free(gpointer examination);

/* User, clock, store, folders: what this machine gives. */
Examination *doctor_machine(const Config *config);
/* Whether the gate listens. Arrays of Examination below. */
GPtrArray *doctor_listeners(const Config *config);

/* Servers of other people; each call tries one. */
Examination *doctor_sign_in(const Config *config, const ConfigSignIn *sign_in);
Examination *doctor_route(const Config *config, const ConfigRoute *route);
Examination *doctor_mailbox(const Config *config, const ConfigMailbox *mailbox);
Examination *doctor_webhook(const ConfigWebhook *webhook);
