/* What a mail is about: topics (categories, kinds of request, severities), each with signs that add to its
 * score. Immutable once compiled. */
#pragma once

#include <parsers/rules/rule_set.h>
#include <postern/meanings.h>

/* Some words that stand for a sign, folded (fold.h). */
typedef struct {
    char *text;
    gsize length;
    gboolean is_open_before, is_open_after; /* written with '*': may be part of a longer word */
} Phrase;

typedef enum { SIGN_WORDS, SIGN_PATTERN, SIGN_FIELD } SignType;

typedef struct {
    char *name;
    SignType type;
    Places places; /* PLACE_SUBJECT, PLACE_REPLY */
    gint score;
    guint most;          /* so many occurrences count */
    GPtrArray *phrases;  /* Phrase: of SIGN_WORDS, in the order of their first bytes */
    guint first[257];    /* where those begin that begin with a byte */
    gboolean has_open;   /* one of them is_open_before */
    Pattern *pattern;    /* of SIGN_PATTERN */
    gboolean is_picky;   /* of SIGN_PATTERN: tried only where one of its `needs` occurs */
    char *field;         /* of SIGN_FIELD */
    GPtrArray *values;   /* char *: one of these; NULL: any */
    GPtrArray *not_near; /* Phrase; or NULL */
    gboolean is_unless_negated;
} Sign;
void sign_free(gpointer sign);
void phrase_free(gpointer phrase);

typedef struct {
    guint line;
    char *text;
    gboolean is_chosen; /* or must not be */
} MeaningExample;

typedef struct {
    MeaningType type;
    RulesCategory words; /* its lists are empty where it is no category */
    guint line;
    gint least;
    guint first_sign, sign_count;
    GPtrArray *examples; /* MeaningExample */
} Topic;

struct MeaningSet {       /* named in rule_set.h */
    GPtrArray *topics;    /* Topic: those of one type side by side, as in the file */
    GPtrArray *signs;     /* Sign, those of one topic side by side */
    GPtrArray *negations; /* Phrase */
    Needs *needs;         /* the words of each sign, by its number */
};
MeaningSet *meaning_set_new(void);
void meaning_set_free(MeaningSet *set);

/* Judges one mail by its places and the fields found in it; appends to `meanings`, and to `findings` what
 * gave up. Places show no secrets any more. */
void meanings_find(const MeaningSet *set, Matcher *matcher, const GPtrArray *places, const GPtrArray *fields,
                   gint64 deadline_us, GPtrArray *meanings, GPtrArray *findings);

/* Appends the examples of topics, run as tests (RulesExample). */
void meanings_run_examples(const RuleSet *rules, RulesScratch *scratch, GPtrArray *results);

/* So much of a text is looked at: what it is about stands at its beginning. */
#define MEANING_TEXT_BYTES (16u * 1024)
