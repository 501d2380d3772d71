/* What could be better in a rules file: rules that cannot find anything or never get a turn, that fire on
 * ordinary mail, that are slow, or that nothing proves. None of it keeps the rules from being used. */
#pragma once

#include <postern/rules_source.h>
#include <postern/yaml.h>

typedef struct {
    guint line, column; /* in the file */
    char *field, *rule; /* `rule` is NULL: of the field */
    const char *code;   /* "slow" */
    char *message;      /* what is the matter, and what to do */
    char *input;        /* a text that proves it, shortened; or NULL */
} RulesLint;

/* By place in the file. NULL when the rules do not compile: then `problems` (Problem) say why. Takes seconds
 * for hundreds of rules. */
GPtrArray *rules_lint(const RulesSource *source, GPtrArray *problems);
