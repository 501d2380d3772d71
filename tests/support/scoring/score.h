/* Measures the reading of mail against a folder of mails with known results. Each file takes one index. */
#pragma once

#include <postern/reading.h>

#include <stdio.h>

typedef struct {
    const char *folder;
    gboolean is_verbose;
    GPtrArray *columns; /* of the row at hand; char * */
    GPtrArray *names;
    GBytes *mail;      /* the mail at hand, where no file holds it as it is; else NULL */
    gboolean is_below; /* a figure is below its aim, or an index is missing */
} Score;

typedef struct {
    guint right, total;
} Tally;

/* Of the row at hand; "" when there is no such column. */
const char *column(const Score *score, const char *name);
/* A file of the folder; NULL for "-" or when it is not there. */
char *read_named(const Score *score, const char *name, gsize *out_length);
/* A descriptor of the mail at hand: `mail`, or the file of the row. -1 when there is none. */
int open_mail(const Score *score);
/* NULL when it is refused. */
Reading *read_mail(const Score *score);

/* An index that is missing or has no row is told, and counts as below every aim. */
typedef void (*Row)(Score *score, gpointer user);
void each_row(Score *score, const char *index, Row row, gpointer user);

/* Every mail is read in a process of its own, so that a crash is one number more and not the end. */
typedef void (*Work)(const Score *score, FILE *out);
typedef enum { CHILD_FINE, CHILD_DIED, CHILD_HUNG } ChildEnd;
ChildEnd in_child(const Score *score, Work work, char **out_text);

/* Forms of text that are compared. The callers free. */
char *without_chars(const char *text, const char *unwanted);
gboolean equal_without(const char *a, const char *b, const char *unwanted);
gboolean equal_nows(const char *a, const char *b);
gboolean equal_exact(const char *a, const char *b);
char *squeezed(const char *text);
/* Share of the words of three letters and more of `expected` that `text` has. */
double word_share(const char *expected, const char *text);

/* A figure with its aim in percent (0: none): "  name  right of total  99.1 %  (aim 98 %: ok)". Nothing to
 * count reaches no aim. */
void figure_print(Score *score, const char *name, Tally tally, double aim);
void tally_count(Tally *tally, gboolean is_right);
/* The same figure for each source of an index: counts the row at hand, and prints a line a source. */
typedef struct {
    GHashTable *by_source; /* char *: Tally */
} SourceTable;
SourceTable source_table_new(void);
void source_table_count(const Score *score, SourceTable *table, gboolean is_right);
/* Frees it, too. */
void source_table_print(SourceTable *table, const char *title);

void score_parse(Score *score);
void score_torture(Score *score);
void score_labels(Score *score);
void score_replies(Score *score);
void score_speed(Score *score);
void score_charsets(Score *score);
