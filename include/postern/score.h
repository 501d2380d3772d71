/* Rules measured against what is known to be right: precision (of what they find, how much is right) and
 * recall (of what is there, how much they find). */
#pragma once

#include <postern/workbench.h>

/* The aim, for each field. */
#define SCORE_PRECISION_LEAST 0.99
#define SCORE_RECALL_LEAST 0.97

typedef struct {
    char *field;
    guint expected, right, wrong, missed; /* values */
    guint not_first;                      /* mails in which another value than the primary one came first */
} ScoreField;
/* 1 where nothing was found, or nothing is there. */
double score_precision(const ScoreField *field);
double score_recall(const ScoreField *field);

typedef struct {
    char *mail;             /* file, or id of the message */
    char *field;            /* or "category", "request", "severity" */
    char *what;             /* "missed", "wrong", "not first", "unreadable", or of a meaning "other" */
    char *expected, *found; /* or NULL */
} ScoreMiss;

typedef struct {
    guint mails, unreadable;
    GPtrArray *fields; /* ScoreField, by name */
    guint meanings[MEANING_COUNT], meanings_right[MEANING_COUNT];
    GPtrArray *misses; /* ScoreMiss */
} Score;
Score *score_new(void);
void score_free(Score *score);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Score, score_free)

/* What is right in one mail. */
typedef struct {
    GHashTable *fields; /* name → GPtrArray of char *, the primary value first; others: none */
    gboolean has_meaning[MEANING_COUNT];
    char *meanings[MEANING_COUNT]; /* NULL: none is to be chosen */
} Expected;
void expected_clear(Expected *expected);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Expected, expected_clear)
/* {"about": "…", "fields": {"app_id": ["4821"], …}, "category": "connecting"|null, "request": …, "severity":
 * …}. Secret values as they are shown. A field that `rules` (or NULL) do not have is a mistake.
 * ERROR_MALFORMED. */
gboolean expected_parse(const char *json, const RuleSet *rules, Expected *out, GError **error);

/* `reading` NULL: it could not be read. */
void score_add(Score *score, const char *mail, const Reading *reading, const Expected *expected);
/* Against labels: only what they speak of counts. A right value that stands nowhere in the text cannot be
 * missed. */
void score_add_labels(Score *score, const RereadMail *mail, const LabelBook *book);

/* Every X.eml of the folder with its X.json, read in a confined child. `program` as in ReaderSettings.
 * ERROR_NOT_FOUND where one of a pair is missing, ERROR_MALFORMED with the file. */
gboolean score_folder(Score *score, const char *folder, const RulesSource *source, const RuleSet *rules,
                      const char *program, GError **error);
