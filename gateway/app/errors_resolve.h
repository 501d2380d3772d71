/* `errors resolve --tell`: what its two files share. */
#pragma once

#include "gateway/app/errors_verbs.h"

#include <postern/error_acts.h>

/* What one run works with. */
typedef struct {
    Command *command;
    gint64 id;
    Setup *setup;
    Store *store;
    TokenKey *keys;
    gsize key_count;
    char *words, *who;
} ErrorsRun;

/* How many tickets and mails the letters (ErrorLetter) are. */
void errors_count(const GPtrArray *letters, guint *out_tickets, guint *out_mails);
/* Shows them, and sends nothing; exit code. */
int errors_preview(const ErrorsRun *run, const GPtrArray *letters);
