/* A compiled rules file, as the files of this room share it. Immutable once
 * rules_compile has returned it. */
#pragma once

#include <parsers/rules/literals.h>
#include <parsers/rules/needs.h>
#include <parsers/rules/pattern.h>
#include <parsers/rules/value_type.h>
#include <postern/rules.h>

typedef enum {
    PLACE_SUBJECT = 1 << 0,
    PLACE_REPLY = 1 << 1,
    PLACE_TEXT = 1 << 2,
    PLACE_ATTACHMENTS = 1 << 3,
    PLACE_QUOTED = 1 << 4,
    PLACE_ATTACHMENT_NAMES = 1 << 5,
    PLACE_FROM_DOMAIN = 1 << 6,
} Places;
#define PLACE_KINDS 7u
extern const char *const PLACE_NAMES[PLACE_KINDS + 1]; /* beside the bits; NULL-terminated */

typedef struct Context Context;           /* context.h */
typedef struct ContextNotes ContextNotes; /* context.h */
typedef struct MeaningSet MeaningSet;

typedef enum {
    FINDER_PATTERN,
    FINDER_ZUID,
    FINDER_ERROR_BLOCK,
    FINDER_SECTION,
    FINDER_KEY,
    FINDER_URL,
    FINDER_COUNT
} Finder;
extern const char *const FINDER_NAMES[FINDER_COUNT + 1]; /* NULL-terminated */

typedef struct {
    guint line;
    char *text;
    GPtrArray *finds; /* char *: empty for "nothing" */
} Example;

typedef struct {
    char *name;
    guint line;
    guint field;   /* index into the fields */
    gint priority; /* higher goes first; among equal ones the order of the file */
    Places places;
    char *places_text;     /* "subject, reply" */
    GPtrArray *file_names; /* GPatternSpec, of lower-case names: the attachments it looks at; NULL: all */
    GPtrArray *file_types; /* the same for their types */
    Finder finder;
    Pattern *pattern; /* of FINDER_PATTERN */
    guint group;      /* the capture that holds the value */
    gint source;      /* the rule whose accepted matches this one takes another capture of, or -1 */
    gboolean is_source;
    Pattern *more; /* what may follow a value to give one more, or NULL */
    guint more_group;
    Pattern *except;     /* a value it matches is none; or NULL */
    GPtrArray *headings; /* char *, folded: of FINDER_SECTION */
    char *as;            /* how the value is put together from captures: "{platform} SDK", or NULL */
    gboolean is_picky;   /* has `needs`: tried only around its words */
    guint odd;           /* LiteralsOdd: in a place with any of these those words do not count */
    gboolean is_derived; /* the words it is tried around were read out of its pattern */
    gboolean is_far;     /* if one of them occurs, a match may begin anywhere */
    guint within;        /* bytes from the beginning of a match to the word it needs */
    guint reach;         /* bytes from the word to the beginning of a match behind it; 0: a few */
    Context *context;    /* what a value must stand at; or NULL */
    TypeSpec type;
    GPtrArray *examples; /* Example */
} Rule;

typedef struct {
    char *name, *label, *help;
    char *ask, *ask_why; /* how to ask a customer for it, and why it is needed; or NULL */
    gboolean is_secret;
    gboolean is_single;       /* a ticket has one value of it */
    gboolean has_fingerprint; /* its values are error texts */
    GPtrArray *unless_in;     /* guint: earlier fields whose places are taken */
    guint first_rule, rule_count;
    GArray *order; /* guint: its rules as they go first: by priority, then as in the file */
} RuleField;

struct RuleSet {
    gatomicrefcount references;
    char *file;        /* name for messages */
    GPtrArray *fields; /* RuleField */
    GPtrArray *rules;  /* Rule, those of one field side by side */
    Needs *needs;
    GArray *free_rules;   /* guint: that are tried whatever words occur */
    GArray *secret_rules; /* guint */
    Places places;        /* where any rule looks */
    guint groups_most;
    MeaningSet *meanings; /* meaning.h */
};

/* The secrets of one mail, as written and normalised: wiped when freed. */
GPtrArray *secrets_new(void);

struct RulesScratch {
    Matcher *matcher;
    GPtrArray *secrets;  /* char * */
    gboolean met_secret; /* since the last rules_find began */
    GPtrArray *quiet; /* const char *: texts of the last rules_find, as passed, in which no secret rule found
                         anything, to their ends */
    GPtrArray *looks; /* Look: what rules turn down is added, where it is to be explained; else NULL */
};

/* One text that rules look at. */
typedef struct {
    const RuleSet *rules;
    Places kind;
    char *where;      /* "reply", "attachment:log.txt" */
    const char *name; /* of an attachment; borrowed; else NULL */
    const char *type; /* of an attachment, where it is known; borrowed; else NULL */
    const char *text; /* valid UTF-8 */
    gsize length;
    char *masked; /* a copy without secrets, that `text` points to; or NULL */
    NeedsMap words;
    guint odd;           /* LiteralsOdd: what patterns need does not all count here */
    GHashTable *matches; /* rule index → GArray of gsize: spans of the accepted matches of a source */
    GArray *zuids;       /* Zuid; NULL: not looked for yet */
    ContextNotes *notes; /* what was read out of it; NULL: nothing yet */
    gboolean is_loud;    /* a secret rule has found something, or gave up */
    gboolean is_unsure;  /* a secret rule gave up */
} Place;

Place *place_new(Places kind, const char *where, const char *text, gsize limit_bytes, const RuleSet *rules);
void place_free(Place *place);
/* Lets the place be read through `text`, a copy of the same length that it takes. */
void place_cover(Place *place, char *text);

/* What one rule found at one place, checked and normalised. */
typedef struct {
    guint rule, place;
    gsize start, end;
    char *value;
} Hit;
void hit_free(Hit *hit);
Hit *hit_copy(const Hit *hit);
#define HITS_PER_PLACE 64u /* of one rule: a log of a thousand addresses needs no thousand fields */

/* What one rule looked at and did not take. Of a secret rule, too: `value` is not masked. */
typedef struct {
    guint rule, place;
    gsize start, end;
    char *value; /* or NULL */
    CandidateFate fate;
    char *why;
} Look;
void look_free(Look *look);

/* Appends at most `most` Hits of rule `index` at `place`, which is place `number` of its mail; what it turns
 * down goes to scratch->looks. FALSE when it gave up: then why is in matcher_reason(). */
gboolean rule_find(const RuleSet *set, guint index, RulesScratch *scratch, Place *place, guint number,
                   guint most, gint64 deadline_us, GPtrArray *hits);
/* FALSE when `place` is an attachment that the rule does not look at, or no place of the rule. */
gboolean rule_looks_at(const Rule *rule, const Place *place);

/* What a person may see of a secret: "55-…k9". The caller frees. */
char *secret_shown(const char *value);
/* Stars over the inner bytes of a secret. `length` bytes at `bytes`. */
void secret_cover(char *bytes, gsize length);
/* Covers whatever may be a secret, where it could not be looked for. */
void suspects_cover(char *text, gsize length);
/* Adds the finding that a rule gave up, `where`: of each rule once, of very many rules not each, and however many other
 * findings there are. */
void rule_report(GPtrArray *findings, const Rule *rule, const char *reason, const char *where);
/* Covers every occurrence of each of `secrets` in `text`. TRUE when there was one. */
gboolean secrets_cover(const GPtrArray *secrets, char *text, gsize length);
