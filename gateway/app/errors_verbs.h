/* The verbs of `postern errors`, each in a file by what it does. Each returns an exit code. */
#pragma once

#include "gateway/app/command.h"

#include <postern/known_errors.h>

typedef struct {
    char *until; /* --until: of a hint */
    char *tell;  /* --tell: words for all who wrote */
    gboolean yes;
} ErrorsOptions;
extern ErrorsOptions errors_options_given;

int errors_list(Command *command);
int errors_show(Command *command);
int errors_hint(Command *command);
int errors_merge(Command *command);
int errors_split(Command *command);
int errors_resolve(Command *command);

/* 0 after a message. */
gint64 errors_id(const char *word);
/* The store with the configuration's privileges, for a change; NULL after a message. */
Store *errors_open(Command *command, int *out_code);
/* Ends the transaction and says `line`, or as JSON the group as it is now. */
int errors_end(Command *command, Store *store, gint64 id, gboolean ok, const char *line, GError *error);
Json *known_error_json(const KnownError *known);
