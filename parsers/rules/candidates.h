/* What rules looked at closely and did not take, for explaining. */
#pragma once

#include <parsers/rules/rule_set.h>

/* Keeps what `look` owns: in `looks`, or freed when that is NULL or full (LIMIT_CANDIDATES). A missing `why`
 * is worded here. */
void look_take(GPtrArray *looks, const Rule *rule, Look *look);
/* What a person may see of `start` to `end` of a place: masked when the rule is of a secret field. */
char *candidate_raw(const RuleSet *set, guint rule, const Place *place, gsize start, gsize end);
/* Takes `why` over. */
Candidate *candidate_new(const RuleSet *set, const Look *look, const Place *place, char *why);
