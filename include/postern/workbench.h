/* What a rule set does on mail that is stored, counted: pure over readings, which reread.h brings. */
#pragma once

#include <postern/labels.h>
#include <postern/reread.h>
#include <postern/rules.h>

/* ---- what people said is right ---- */

typedef struct LabelBook LabelBook;
/* Of label_list; borrowed from it. */
LabelBook *label_book_new(const GPtrArray *labels);
void label_book_free(LabelBook *book);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LabelBook, label_book_free)
/* The right ones that count of a mail, one a field. Borrowed; NULL when there are none. Array of Label. */
const GPtrArray *label_book_of(const LabelBook *book, gint64 mail_id);
/* TRUE when the last word about this very value in this mail is that it is wrong. */
gboolean label_book_is_wrong(const LabelBook *book, gint64 mail_id, const char *field, const char *value);
/* Labels that say so of a value that `rule` found. */
guint label_book_corrections(const LabelBook *book, const char *rule);

/* ---- two sets compared ---- */

typedef enum { REPLAY_GAINED, REPLAY_LOST, REPLAY_CHANGED, REPLAY_TYPES } ReplayType;
const char *replay_type_name(ReplayType type);

typedef struct {
    ReplayType type;
    gint64 mail_id;
    char *ref;                   /* of the ticket */
    char *old_value, *new_value; /* NULL: there is none; masked when secret */
    char *old_rule, *new_rule;
    char *line; /* the text around it, secrets masked; "" when it is not at hand (an attachment) */
} ReplaySample;

/* Of one field and rule: of a loss the old rule, else the new one. */
typedef struct {
    char *field, *rule;
    guint counts[REPLAY_TYPES]; /* values */
    GPtrArray *samples;         /* ReplaySample, the first so many of each type */
} ReplayGroup;

/* A rule that gave up, in how many mails. */
typedef struct {
    char *rule;
    guint live, changed;
} ReplayGaveUp;

typedef struct {
    MeaningType type;
    char *old_name, *new_name; /* NULL: none is chosen */
    guint count;
    gint64 mail_id; /* one of them */
    char *ref;
} ReplayMeaning;

/* What people said about a mail, and the changed set goes against it. */
typedef struct {
    gint64 mail_id;
    char *ref, *field;
    char *label; /* the right value ("" nothing), or the wrong one */
    char *found; /* by the changed set: the first value of the field, or NULL */
    char *line;
} ReplayBreak;

typedef struct {
    guint mails, unreadable, differ; /* mails read; could not be read; not alike */
    GPtrArray *groups;               /* ReplayGroup */
    GPtrArray *gave_up;              /* ReplayGaveUp */
    GPtrArray *meanings;             /* ReplayMeaning */
    GPtrArray *lost_right;           /* ReplayBreak: live right, changed not */
    GPtrArray *wrong_gained;         /* ReplayBreak: labelled wrong, and only the changed set finds it */
    const LabelBook *book;
    guint samples; /* at most so many a group and type */
} Replay;
/* `book` may be NULL, and stays. */
Replay *replay_new(const LabelBook *book, guint samples);
void replay_free(Replay *replay);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Replay, replay_free)
void replay_add(Replay *replay, const RereadMail *mail);
/* What changes most comes first. */
void replay_sort(Replay *replay);

/* ---- one set ---- */

typedef struct {
    char *field, *rule;
    guint mails, values; /* that it found something in; that it found */
    guint lost;          /* values that another rule won over */
    guint gave_up;       /* mails */
    guint corrected;     /* values that people said are wrong */
    GHashTable *lost_to; /* rule → guint: how often */
} CoverageRule;

typedef struct {
    char *category; /* "" none */
    guint mails;
    GHashTable *have; /* field → guint: mails of the category with it */
} CoverageCategory;

typedef struct {
    guint mails, unreadable;
    GPtrArray *rules;      /* CoverageRule: those of the set, in its order */
    GPtrArray *categories; /* CoverageCategory, by name */
    GPtrArray *fields;     /* char *: of the set */
    GHashTable *by_rule;   /* name → CoverageRule, borrowed */
} Coverage;
Coverage *coverage_new(const RuleSet *rules, const LabelBook *book);
void coverage_free(Coverage *coverage);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Coverage, coverage_free)
void coverage_add(Coverage *coverage, const RereadMail *mail);

/* ---- a first look at a pattern ---- */

typedef struct {
    gint64 mail_id;
    char *ref, *value, *where;
    char *line;
    gsize start, end; /* of the match in `line`; 0, 0 when the text is not at hand */
} TrialHit;

typedef struct {
    guint mails, unreadable, matching, gave_up;
    guint values;       /* found in all, each once a mail */
    GPtrArray *hits;    /* TrialHit, at most `samples` */
    GHashTable *counts; /* value → guint: mails */
    guint samples;
} Trial;
/* A rules source in which nothing but the pattern is looked for: whole matches, or its group (?<value>…).
 * Without a capital letter in it, large and small are the same. */
RulesSource *trial_source(const char *pattern);
Trial *trial_new(guint samples);
void trial_free(Trial *trial);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Trial, trial_free)
/* Of mails that were read with trial_source as the other set. */
void trial_add(Trial *trial, const RereadMail *mail);
