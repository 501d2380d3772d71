/* What rules looked at closely and did not take, for explaining. */
#pragma once

#include <parsers/rules/rule_set.h>

/* Keeps what `look` owns: in `looks`, or freed when that is NULL or full (LIMIT_CANDIDATES). A missing `why`
 * is worded here. */
void look_take(GPtrArray *looks, const Rule *rule, Look *look);
