/* `rules score`: how much of what is right is found, and how much of what is found is right. */
#include "gateway/app/rules_archive.h"
#include "gateway/app/table.h"

#include <stdio.h>
#include <sysexits.h>

typedef struct {
    Score *score;
    const LabelBook *book;
} Visit;

static gboolean visit(gpointer user, const RereadMail *mail)
{
    const Visit *visit = user;
    score_add_labels(visit->score, mail, visit->book);
    return TRUE;
}

static gboolean is_below(const ScoreField *field)
{
    return score_precision(field) < SCORE_PRECISION_LEAST || score_recall(field) < SCORE_RECALL_LEAST;
}

static void add_row(Table *table, const ScoreField *field)
{
    char numbers[7][16];
    const guint counts[] = {field->expected, field->right, field->wrong, field->missed, field->not_first};
    for (guint i = 0; i < G_N_ELEMENTS(counts); i++)
        g_snprintf(numbers[i], sizeof numbers[i], "%u", counts[i]);
    g_snprintf(numbers[5], sizeof numbers[5], "%.3f", score_precision(field));
    g_snprintf(numbers[6], sizeof numbers[6], "%.3f", score_recall(field));
    const char *cells[] = {field->field, numbers[0], numbers[1],
                           numbers[2],   numbers[3], numbers[4],
                           numbers[5],   numbers[6], is_below(field) ? "below the aim" : ""};
    table_add(table, cells);
}

/* On one line, with a sign where a line ends: often that is the whole difference. */
static void print_value(const char *label, const char *value)
{
    g_auto(GStrv) lines = g_strsplit(rules_value_words(value), "\n", -1);
    g_autofree char *line = g_strjoinv("⏎", lines);
    command_print(label, line);
}

static void print_misses(const Score *score)
{
    for (guint i = 0; i < score->misses->len; i++) {
        const ScoreMiss *miss = score->misses->pdata[i];
        g_autofree char *head = g_strdup_printf("%s  %s  %s", miss->mail, miss->field, miss->what);
        putchar('\n');
        command_print("", head);
        print_value("  expected  ", miss->expected);
        print_value("  found     ", miss->found);
    }
}

static void print_text(const Score *score, gboolean verbose)
{
    static const char *const columns[] = {"FIELD",     "EXPECTED",  "RIGHT",  "WRONG", "MISSED",
                                          "NOT FIRST", "PRECISION", "RECALL", "",      NULL};
    printf("%u mails", score->mails);
    if (score->unreadable > 0)
        printf(", %u could not be read", score->unreadable);
    printf("; the aim for each field is precision %.2f, recall %.2f\n\n", SCORE_PRECISION_LEAST,
           SCORE_RECALL_LEAST);
    Table *table = table_new(columns, NULL);
    for (guint i = 0; i < score->fields->len; i++)
        add_row(table, score->fields->pdata[i]);
    table_print(table);
    for (guint type = 0; type < MEANING_COUNT; type++)
        if (score->meanings[type] > 0)
            printf("%s%-9s right in %u of %u (%.3f)\n", type == 0 ? "\n" : "", meaning_type_name(type),
                   score->meanings_right[type], score->meanings[type],
                   (double)score->meanings_right[type] / score->meanings[type]);
    if (verbose)
        print_misses(score);
    else if (score->misses->len > 0)
        printf("\n%u misses; -v shows them\n", score->misses->len);
}

static Json *field_json(const ScoreField *field)
{
    Json *object = json_make_object();
    g_autofree char *precision = g_strdup_printf("%.4f", score_precision(field));
    g_autofree char *recall = g_strdup_printf("%.4f", score_recall(field));
    json_put_text(object, "field", field->field);
    json_put_integer(object, "expected", field->expected);
    json_put_integer(object, "right", field->right);
    json_put_integer(object, "wrong", field->wrong);
    json_put_integer(object, "missed", field->missed);
    json_put_integer(object, "not_first", field->not_first);
    json_put(object, "precision", json_parse(precision));
    json_put(object, "recall", json_parse(recall));
    json_put_boolean(object, "below_aim", is_below(field));
    return object;
}

static Json *miss_json(const ScoreMiss *miss)
{
    Json *object = json_make_object();
    json_put_text(object, "mail", miss->mail);
    json_put_text(object, "field", miss->field);
    json_put_text(object, "what", miss->what);
    json_put_text(object, "expected", miss->expected);
    json_put_text(object, "found", miss->found);
    return object;
}

static void print_json(const Score *score)
{
    Json *object = json_make_object(), *fields = json_make_array(), *misses = json_make_array();
    json_put_integer(object, "mails", score->mails);
    json_put_integer(object, "unreadable", score->unreadable);
    for (guint i = 0; i < score->fields->len; i++)
        json_add(fields, field_json(score->fields->pdata[i]));
    json_put(object, "fields", fields);
    for (guint type = 0; type < MEANING_COUNT; type++) {
        Json *meaning = json_make_object();
        json_put_integer(meaning, "expected", score->meanings[type]);
        json_put_integer(meaning, "right", score->meanings_right[type]);
        json_put(object, meaning_type_name(type), meaning);
    }
    for (guint i = 0; i < score->misses->len; i++)
        json_add(misses, miss_json(score->misses->pdata[i]));
    json_put(object, "misses", misses);
    command_print_json(object, FALSE);
}

/* A folder needs no configuration and no store. */
static int score_files(Command *command, Score *score)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(RulesSource) source = NULL;
    g_autoptr(RuleSet) rules = NULL;
    if (!rules_archive_set(command, rules_options_given.rules, &source, &rules))
        return EX_CONFIG;
    if (!score_folder(score, command->argv[0], source, rules, NULL, &error))
        return command_fail_error(error);
    if (score->mails + score->unreadable == 0)
        return command_fail(EX_NOINPUT,
                            "%s: no mail is in this folder; it takes NAME.eml with NAME.json beside it",
                            command->argv[0]);
    return EX_OK;
}

static int score_store(Command *command, Score *score)
{
    int code = EX_OK;
    const char *file = rules_options_given.rules;
    g_auto(RulesArchive) archive = {0};
    g_autoptr(RulesSource) source = NULL;
    g_autoptr(RuleSet) compiled = NULL;
    if (file && !rules_archive_set(command, file, &source, &compiled))
        return EX_CONFIG;
    if (!rules_archive_open(command, &archive, &code))
        return code;
    if (archive.labels->len == 0)
        return command_fail(1,
                            "there are no labels yet: they come from /field, and from 'postern rules label';"
                            " or name a folder of mails with what is right in them");
    if (source)
        archive.wish.rules = source;
    Visit visit_data = {.score = score, .book = archive.book};
    return rules_archive_run(&archive, visit, &visit_data);
}

int rules_score(Command *command)
{
    g_autoptr(Score) score = score_new();
    int code = command->argc > 0 ? score_files(command, score) : score_store(command, score);
    if (code != EX_OK)
        return code;
    if (command->json)
        print_json(score);
    else
        print_text(score, command->verbose);
    return EX_OK;
}
