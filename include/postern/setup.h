/* What a running gate works with: configuration, rules and notices, loaded from
 * the admin's files and checked as a whole. Immutable once loaded; shared by
 * counting references, so that a reload swaps one pointer. */
#pragma once

#include <postern/config.h>
#include <postern/notices.h>
#include <postern/rules.h>

typedef struct Setup {
    Config *config;
    RulesSource *source; /* of the rules */
    RuleSet *rules;
    NoticeSet *notices;
    struct Setup *of; /* whose configuration and notices these are; NULL: its own */
    gatomicrefcount references;
} Setup;

/* NULL when there is an error among `problems` (Problem); all files are looked at in any case. `path` must
 * exist (else a problem says so). */
Setup *setup_load(const char *path, GPtrArray *problems);
/* config_queue_of for an address as it comes from outside: its domain may be written in Unicode. */
const ConfigQueue *setup_queue_of(const Config *config, const char *recipient, char **out_detail);
/* Only the rules, for commands that need no more: the configured or, without a configuration, the starter
 * rules. */
RulesSource *setup_source(const char *config_path, GPtrArray *problems);
/* A rules file with the lists that it names, or the starter rules for NULL; NULL after a problem. */
RulesSource *setup_read_rules(const char *path, GPtrArray *problems);
/* The same configuration and notices with other rules; NULL when those do not compile. */
Setup *setup_with_rules(Setup *setup, const RulesSource *source, GPtrArray *problems);
/* Runs the examples of the rules; FALSE when one fails: each is a problem at its line. */
gboolean setup_examples_pass(const RulesSource *source, const RuleSet *rules, GPtrArray *problems);
/* What a set that compiles should still be warned of: it keeps nothing secret. */
void setup_warn_of_rules(const RulesSource *source, const RuleSet *rules, GPtrArray *problems);
/* Of a rules file with its lists: lower-case hex. The caller frees. */
char *setup_rules_digest(const RulesSource *source);
Setup *setup_ref(Setup *setup);
void setup_unref(Setup *setup);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Setup, setup_unref)
