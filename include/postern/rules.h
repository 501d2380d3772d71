/* Extraction rules (PCRE2 lives only in parsers/rules): compile a rules file,
 * find fields in a mail. A compiled set is immutable; matching uses one
 * RulesScratch per thread. */
#pragma once

#include <postern/values.h>
#include <postern/yaml.h>

typedef struct RuleSet RuleSet;
typedef struct RulesScratch RulesScratch;

/* NULL when `problems` (Problem) holds an error. */
RuleSet *rules_compile(const char *file, const char *text, gsize length, GPtrArray *problems);
RuleSet *rules_ref(RuleSet *rules);
void rules_unref(RuleSet *rules);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RuleSet, rules_unref)
guint rules_count(const RuleSet *rules);

/* JIT stack and match data of one thread. */
RulesScratch *rules_scratch_new(const RuleSet *rules);
void rules_scratch_free(RulesScratch *scratch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RulesScratch, rules_scratch_free)

/* Places to look in; each at most LIMIT_RULE_TEXT_BYTES are looked at. */
typedef struct {
    const char *subject, *reply, *text;
    const GPtrArray *attachment_names; /* char *, text attachments; beside attachment_texts */
    const GPtrArray *attachment_texts;
    gint64 deadline_us;                /* clock_monotonic_us() value; 0: no deadline */
} RulesInput;

/* Appends Field to `fields` (distinct values, first is primary) and Finding to `findings`
 * ("rule-gave-up" with the rule's name: never read as "no match"). */
void rules_find(const RuleSet *rules, RulesScratch *scratch, const RulesInput *input, GPtrArray *fields,
                GPtrArray *findings);

/* Masks the secret values of `fields` wherever they stand in `text`: each byte of the secret but for
 * the first and last few becomes '*', so that offsets stay true. Changes `text` in place. */
void rules_mask(char *text, const char *where, const GPtrArray *fields);

/* The examples of a rules file, run as tests. */
typedef struct {
    char *rule;
    guint line;
    gboolean passed;
    char *text, *expected, *found;
} RulesExample;
GPtrArray *rules_run_examples(const RuleSet *rules); /* RulesExample */

/* One rule as `postern rules list` shows it. Borrowed from the set. */
typedef struct {
    const char *name, *field, *type, *help;
    const char *places;   /* "subject, reply" */
    guint line, examples;
    gboolean is_secret;
} RuleInfo;
void rules_info(const RuleSet *rules, guint index, RuleInfo *out);
