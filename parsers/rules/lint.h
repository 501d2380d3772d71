/* What the parts of the linter share: lint.c goes through the rules, each lint_*.c knows one kind of fault.
 */
#pragma once

#include <parsers/rules/rule_set.h>
#include <parsers/rules/sample.h>
#include <postern/rules_lint.h>

typedef struct {
    const RulesSource *source;
    const RuleSet *rules;
    RulesScratch *scratch;
    GPtrArray *lints;   /* RulesLint */
    GPtrArray *samples; /* of the rule at hand: char *, that its pattern matches; NULL: it has no pattern of
                           its own */
} Linter;

/* Adds one, at the key of the rule (NULL: its beginning). `input` may be NULL. */
void lint_add(Linter *linter, guint rule, const char *key, const char *code, const char *input,
              const char *format, ...) G_GNUC_PRINTF(6, 7);
void lint_add_field(Linter *linter, guint field, const char *code, const char *format, ...)
    G_GNUC_PRINTF(4, 5);
const Rule *lint_rule(const Linter *linter, guint index);
/* What rule `index` by itself finds in a text, wherever it looks: Hit. */
GPtrArray *lint_find(Linter *linter, guint index, const char *text);

void lint_never(Linter *linter, guint index);    /* cannot match, or gives no value */
void lint_shadowed(Linter *linter, guint index); /* an earlier rule takes all of it */
void lint_slow(Linter *linter, guint index);
void lint_proof(Linter *linter, guint index); /* examples */
void lint_captures(Linter *linter);           /* groups that nobody uses */
void lint_wide(Linter *linter);               /* fire on ordinary mail */

/* Ordinary mails: subject and text. */
typedef struct {
    const char *subject, *text;
} LintMail;
extern const LintMail LINT_MAILS[];
extern const guint LINT_MAIL_COUNT;
