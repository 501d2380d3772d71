/* The workbench of the admin: `postern rules VERB`. Each verb has a file of its own, rules_VERB.c. */
#pragma once

#include "gateway/app/command.h"

/* What the options of `rules` say; a verb takes what it knows. */
typedef struct {
    char *rules;   /* --rules FILE: a changed set */
    char *since;   /* --since 2026-10-01 | 30d */
    char *html;    /* --html FILE */
    char *note;    /* --note WORDS */
    char **values; /* --value MAIL=VALUE …, NULL-terminated, or NULL */
    int limit;     /* --limit N: samples, mails; 0: the verb's own */
} RulesOptions;
extern RulesOptions rules_options_given;

typedef struct {
    const char *name, *operands, *summary;
    const char *example; /* "postern rules test rules.yaml" */
    int operands_most;
    int (*run)(Command *command); /* argv[0] is the first operand behind the verb */
} RulesVerb;

int rules_list(Command *command);
int rules_test(Command *command);
int rules_explain(Command *command);
int rules_publish(Command *command);
int rules_history(Command *command);
int rules_show(Command *command);
int rules_undo(Command *command);
int rules_suggest_verb(Command *command);
int rules_replay(Command *command);
int rules_coverage(Command *command);
int rules_score(Command *command);
int rules_mark(Command *command);
int rules_try(Command *command);
int rules_lint_verb(Command *command);
int rules_bench(Command *command);

/* The set of `file` (NULL: the configured, else the starter rules); NULL after messages on stderr. */
RulesSource *rules_verb_source(Command *command, const char *file);
RuleSet *rules_verb_set(Command *command, const char *file);
/* What the gate works with: the newest version in the store, else the configured file. NULL after messages,
 * with the exit code. */
Setup *rules_verb_live(Command *command, int *out_code);
/* "2026-10-01", "30d", "12h" of --since as a time; 0 for NULL. FALSE after a message. */
gboolean rules_verb_since(const char *text, gint64 *out_us);
