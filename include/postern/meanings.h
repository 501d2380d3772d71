/* What a rule set says about categories, and about asking customers for what is missing. */
#pragma once

#include <postern/rules.h>

typedef struct {
    char *name, *label;  /* "connecting", "Connecting" */
    GPtrArray *required; /* char *: fields without which nobody can help */
    GPtrArray *nice;     /* char *: fields that help */
} RulesCategory;

/* NULL when there is none of that name. Borrowed. */
const RulesCategory *rules_category(const RuleSet *rules, const char *name);
guint rules_category_count(const RuleSet *rules);
const RulesCategory *rules_category_at(const RuleSet *rules, guint index);
/* How to ask for a field in plain words ("the number of your app; it stands in the dashboard, under Apps"), and
 * why it is needed; NULL where the rules do not say. Borrowed. */
const char *rules_ask(const RuleSet *rules, const char *field);
const char *rules_ask_why(const RuleSet *rules, const char *field);
