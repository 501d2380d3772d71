/* Which rules are worth trying on a mail: those whose words occur in it (needs.h, written by the admin or
 * read out of the pattern by literals.h), and the few that need none. */
#pragma once

#include <parsers/rules/rule_set.h>

/* Reads what each rule needs out of its pattern, where the admin has not said it, and builds the automaton.
 * When all rules are there. FALSE: the words in the file are too many. */
gboolean prefilter_build(RuleSet *set);
/* Told of each rule whether it may find something in one of `places` (Place). */
typedef struct {
    guint64 *bits;
} Wanted;
void prefilter_ask(const RuleSet *set, const GPtrArray *places, Wanted *out);
void prefilter_clear(Wanted *wanted);
gboolean prefilter_wants(const Wanted *wanted, guint rule);
/* Whether any of `count` rules from `first` on may. */
gboolean prefilter_wants_any(const Wanted *wanted, guint first, guint count);
/* FALSE: the rule finds nothing in this text. */
gboolean prefilter_may(const RuleSet *set, guint rule, const Place *place);
