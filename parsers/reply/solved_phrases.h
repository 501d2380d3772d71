/* What people write when all is well, in a few languages: data. Words in small letters, without apostrophes.
 */
#pragma once

/* Phrases are slots, a blank between: "it|that works|runs fine?" is one word of the first, one of the second,
 * and perhaps "fine". "+" is at least one adverb; between slots any number of them may stand. */
extern const char *const solved_phrases[];   /* "the problem is solved" */
extern const char *const solved_fillers[];   /* thanks, greetings, wishes: they say nothing about it */
extern const char *const solved_greetings[]; /* begin a line; a name may follow */
extern const char *const solved_titles[];    /* and these may stand before or instead of it */
extern const char *const solved_adverbs[];   /* single words: "now", "again" */
extern const char *const solved_joints[];    /* single words between phrases: "and" */
/* Single words that are no names, though they begin with a capital. */
extern const char *const solved_no_names[];
