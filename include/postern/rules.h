/* Extraction rules (PCRE2 lives only in parsers/rules): compile a rules file,
 * find fields in a mail. A compiled set is immutable; matching uses one
 * RulesScratch per thread. */
#pragma once

#include <postern/rules_source.h>
#include <postern/values.h>
#include <postern/yaml.h>

typedef struct RuleSet RuleSet;
typedef struct RulesScratch RulesScratch;

/* NULL when `problems` (Problem) holds an error. */
RuleSet *rules_compile_source(const RulesSource *source, GPtrArray *problems);
/* The same for a file that names no lists of known values. */
RuleSet *rules_compile(const char *file, const char *text, gsize length, GPtrArray *problems);
RuleSet *rules_ref(RuleSet *rules);
void rules_unref(RuleSet *rules);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RuleSet, rules_unref)
guint rules_count(const RuleSet *rules);
/* The name of the file it comes from. Borrowed. */
const char *rules_file(const RuleSet *rules);
/* What notices call a field: "App ID". The field's own name when it has no label or is unknown. Borrowed. */
const char *rules_label(const RuleSet *rules, const char *field);

/* Match data and JIT stack of one thread, and the secrets of the mail at hand: those are wiped by the
 * next rules_find and by rules_scratch_free. Not longer than its set. */
RulesScratch *rules_scratch_new(const RuleSet *rules);
void rules_scratch_free(RulesScratch *scratch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RulesScratch, rules_scratch_free)

/* Places to look in, and their names in Field.where; of each at most LIMIT_RULE_TEXT_BYTES are looked at.
 * Quoted history is no news: only rules that name it in `look_in` see `quoted`. Beside `subject`, `reply`,
 * `text` and `quoted` there are "attachment:NAME", the text of an attachment, "attachment-name:NAME", the
 * name itself, and "from-domain". */
typedef struct {
    const char *subject, *reply, *text, *quoted; /* each may be NULL */
    const GPtrArray *attachment_names;           /* char *, text attachments; beside attachment_texts */
    const GPtrArray *attachment_texts;
    const GPtrArray *attachments; /* Attachment: all of them, for their types; or NULL */
    const char *from_domain;      /* of the sender, lower case; or NULL */
    gint64 deadline_us;           /* clock_monotonic_us() value; 0: no deadline */
} RulesInput;

/* What rules found; each array may be NULL: then that is not asked for. */
typedef struct {
    GPtrArray *fields;   /* Field: distinct values, the first of a name is the primary one */
    GPtrArray *losers;   /* Field with `lost_to` and `why`: a rule with more priority, or an earlier one, has
                            the place; or the field is single and has its value. At most LIMIT_FIELDS */
    GPtrArray *meanings; /* Meaning */
    GPtrArray *findings; /* Finding: "rule-gave-up" with the rule's name: never read as "no match" */
    GPtrArray *candidates; /* Candidate: what each rule looked at; at most LIMIT_CANDIDATES; costs time */
    gint64 *costs_ns;      /* rules_count() of them: what each rule took is added; or NULL */
} RulesOutput;

/* Appends to what `output` names. `fields` and `findings` must be there. */
void rules_find(const RuleSet *rules, RulesScratch *scratch, const RulesInput *input,
                const RulesOutput *output);

/* Masks secrets in one text of the mail, in place: whatever the secret rules find in it (also
 * where they give no fields: quoted history), and every other occurrence of a secret that the last
 * rules_find with this scratch met. A byte becomes '*', so length and offsets stay true; the first and
 * last few of a long secret stay. The whole text is masked, however long. Call it after
 * rules_find of the same mail, for each text that is kept. Where a rule gives up, whatever may be a secret is
 * covered and a finding says so. `text` is valid UTF-8; one that was also given to rules_find, by the same
 * pointer, must not have changed since. */
void rules_mask(const RuleSet *rules, RulesScratch *scratch, char *text, gint64 deadline_us,
                GPtrArray *findings);
/* Before the texts of the last rules_find are freed: another text may come to stand at the address of one,
 * and would be taken for it. */
void rules_forget_texts(RulesScratch *scratch);

/* Masks every occurrence of the secrets that the last rules_find with this scratch met, without looking for
 * others: for short texts that only repeat what is in the mail. TRUE when there was one. */
gboolean rules_cover(RulesScratch *scratch, char *text);
/* TRUE when the last rules_find, or any masking since, came upon a secret. */
gboolean rules_met_secret(const RulesScratch *scratch);

/* TRUE for a field of that name whose values are never shown. */
gboolean rules_is_secret(const RuleSet *rules, const char *field);
/* What people may see of a value of such a field: "55-…vk". The caller frees. */
char *rules_secret_shown(const char *value);

/* The examples of a rules file, run as tests. */
typedef struct {
    char *rule;  /* of a meaning: "category connecting" */
    char *field; /* NULL: of a meaning */
    guint line;  /* of the example in the file */
    gboolean passed;
    char *text, *expected, *found;
    GPtrArray
        *candidates; /* Candidate: of a failed one, what the rule looked at and did not take; else empty */
} RulesExample;
GPtrArray *rules_run_examples(const RuleSet *rules); /* RulesExample */

/* One rule as `postern rules list` shows it. Borrowed from the set. */
typedef struct {
    const char *name, *field, *type, *help;
    const char *places; /* "subject, reply" */
    gint priority;
    guint line, examples;
    gboolean is_secret;
} RuleInfo;
void rules_info(const RuleSet *rules, guint index, RuleInfo *out);
