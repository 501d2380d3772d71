/* The search through one mail, as it is shared by those who look (find.c), decide between rules
 * (conflict.c) and give out what was found (outcome.c). */
#pragma once

#include <parsers/rules/rule_set.h>

typedef struct {
    const RuleSet *rules;
    RulesScratch *scratch;
    const RulesInput *input;
    const RulesOutput *output;
    GPtrArray *places;   /* Place, in the order of the contract */
    GPtrArray *accepted; /* per field: GPtrArray of Hit, or NULL */
    GHashTable *taken; /* field and place → GPtrArray of accepted Hit, borrowed, in the order of the text */
    GPtrArray *lost;   /* Lost; NULL when nobody asks */
    GPtrArray *gave_up; /* Look; NULL when nobody asks */
} Search;

/* What another rule won over. */
typedef struct {
    Hit *hit;
    const Hit *winner; /* of an array in `accepted` */
    gboolean is_same;  /* it says what the winner says */
} Lost;

const RuleField *search_field_of(const Search *search, guint field);
const Rule *search_rule(const Search *search, guint rule);
const Place *search_place(const Search *search, guint place);
/* As a person may see it. The caller frees. */
char *search_shown(const Search *search, const Hit *hit);

/* What has the place of `hit`, a find for `field`, already: of the field itself, or of one whose places it
 * leaves alone. NULL when it is free. */
const Hit *conflict_winner(const Search *search, guint field, const Hit *hit);
/* `hit`, which nobody won over, has its place from now on. Borrowed until the search ends. */
void conflict_take(Search *search, guint field, Hit *hit);
/* Takes `hit` over, which lost to `winner`. */
void conflict_lose(Search *search, Hit *hit, const Hit *winner);
/* Why: "overlaps 'app-id-after-key-word' at 12-16, which stands first". The caller frees. */
char *conflict_why(const Search *search, const Lost *lost);
void lost_free(Lost *lost);
/* How early a rule of a field goes: 0 is first. */
guint conflict_rank(const RuleField *field, guint rule);

/* Everything that was found, to what `search->output` names. */
void outcome_give(Search *search);
