/* Precision and recall: how they are counted, what a label file may say, and that the starter rules reach the
 * aim on the labelled mails of tests/mail/fields. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stored_mail.h"

#include <postern/base/error.h>
#include <postern/score.h>
#include <postern/setup.h>

#include <stdio.h>

#define FIELDS_FOLDER "tests/mail/fields"

static const char rules_text[] = "fields:\n  app_id:\n    rules:\n      - name: app-id\n"
                                 "        pattern: 'app (?<value>\\d+)'\n        type: digits\n"
                                 "  library:\n    rules:\n      - name: library\n"
                                 "        pattern: 'library (?<value>\\w+)'\n        type: text\n";

typedef struct {
    char *folder, *program;
    RulesSource *source;
    RuleSet *rules;
} Fixture;

static int set_up(void **state)
{
    Fixture *fixture = g_new0(Fixture, 1);
    g_autoptr(GPtrArray) problems = problems_new();
    fixture->folder = g_dir_make_tmp("postern-score-XXXXXX", NULL);
    fixture->program = support_program("reader_child");
    fixture->source = rules_source_new("rules", rules_text);
    fixture->rules = rules_compile_source(fixture->source, problems);
    *state = fixture;
    return fixture->rules ? 0 : -1;
}

static int tear_down(void **state)
{
    Fixture *fixture = *state;
    scratch_remove(fixture->folder);
    rules_unref(fixture->rules);
    rules_source_unref(fixture->source);
    g_free(fixture->program);
    g_free(fixture->folder);
    g_free(fixture);
    return 0;
}

static void write_file(const Fixture *fixture, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(fixture->folder, name, NULL);
    assert_true(g_file_set_contents(path, text, -1, NULL));
}

static void write_pair(const Fixture *fixture, const char *name, const char *body, const char *json)
{
    g_autofree char *mail = g_strdup_printf("From: a@customer.test\r\nSubject: s\r\n\r\n%s\r\n", body);
    g_autofree char *mail_name = g_strconcat(name, ".eml", NULL),
                    *json_name = g_strconcat(name, ".json", NULL);
    write_file(fixture, mail_name, mail);
    write_file(fixture, json_name, json);
}

static gboolean run(const Fixture *fixture, Score *score, GError **error)
{
    return score_folder(score, fixture->folder, fixture->source, fixture->rules, fixture->program, error);
}

static const ScoreField *field(const Score *score, const char *name)
{
    for (guint i = 0; i < score->fields->len; i++)
        if (strcmp(((const ScoreField *)score->fields->pdata[i])->field, name) == 0)
            return score->fields->pdata[i];
    fail_msg("no field %s", name);
    return NULL;
}

static void assert_miss(const Score *score, guint index, const char *expected)
{
    const ScoreMiss *miss = score->misses->pdata[index];
    g_autofree char *found =
        g_strdup_printf("%s %s %s %s/%s", miss->mail, miss->field, miss->what,
                        miss->expected ? miss->expected : "-", miss->found ? miss->found : "-");
    assert_string_equal(found, expected);
}

static void test_folder(void **state)
{
    const Fixture *fixture = *state;
    g_autoptr(Score) score = score_new();
    g_autoptr(GError) error = NULL;
    write_pair(fixture, "a", "app 17 and app 18",
               "{\"about\": \"two\", \"fields\": {\"app_id\": [\"17\", \"18\"]}}");
    write_pair(fixture, "b", "app 19, library x", "{\"fields\": {\"app_id\": [\"20\"]}, \"category\": null}");
    write_pair(fixture, "c", "app 21, app 22",
               "{\"fields\": {\"app_id\": [\"22\", \"21\"]}, \"category\": \"billing\"}");
    write_pair(fixture, "d", "hello", "{\"fields\": {}}");
    if (!run(fixture, score, &error))
        fail_msg("%s", error->message);
    assert_int_equal(score->mails, 4);
    const ScoreField *app = field(score, "app_id"), *library = field(score, "library");
    assert_int_equal(app->expected, 5);
    assert_int_equal(app->right, 4);
    assert_int_equal(app->wrong, 1);
    assert_int_equal(app->missed, 1);
    assert_int_equal(app->not_first, 1);
    assert_true(score_precision(app) == 0.8 && score_recall(app) == 0.8);
    assert_int_equal(library->expected, 0);
    assert_int_equal(library->wrong, 1);
    assert_true(score_precision(library) == 0.0 && score_recall(library) == 1.0);
    assert_int_equal(score->meanings[MEANING_CATEGORY], 2);
    assert_int_equal(score->meanings_right[MEANING_CATEGORY], 1);
    assert_int_equal(score->meanings[MEANING_REQUEST], 0);
    assert_int_equal(score->misses->len, 5);
    assert_miss(score, 0, "b.eml app_id missed 20/19");
    assert_miss(score, 1, "b.eml app_id wrong 20/19");
    assert_miss(score, 2, "b.eml library wrong -/x");
    assert_miss(score, 3, "c.eml app_id not first 22/21");
    assert_miss(score, 4, "c.eml category other billing/-");
}

static void test_mistakes(void **state)
{
    const Fixture *fixture = *state;
    static const struct {
        const char *json, *message;
    } cases[] = {
        {"{\"fields\": {\"app_di\": [\"1\"]}}", "the rules have no field 'app_di'; did you mean 'app_id'?"},
        {"{\"fields\": {\"app_id\": \"1\"}}", "expected a list of values"},
        {"{\"fields\": {\"app_id\": []}}", "expected a list of values"},
        {"{\"fields\": {}, \"catgory\": \"x\"}", "unknown member 'catgory'"},
        {"{\"about\": \"x\"}", "with a member 'fields'"},
        {"{\"fields\": {}, \"severity\": 7}", "severity: expected a name or null, not 7"},
        {"[]", "no JSON object"},
        {"{", "no JSON object"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Score) score = score_new();
        g_autoptr(GError) error = NULL;
        write_pair(fixture, "a", "app 17", cases[i].json);
        assert_false(run(fixture, score, &error));
        assert_true(error_is(error, ERROR_MALFORMED));
        if (!strstr(error->message, cases[i].message))
            fail_msg("%s: %s", cases[i].json, error->message);
        assert_non_null(strstr(error->message, "/a.json: "));
    }
}

static void test_lonely_files(void **state)
{
    const Fixture *fixture = *state;
    g_autoptr(Score) score = score_new();
    g_autoptr(GError) error = NULL;
    write_file(fixture, "x.json", "{\"fields\": {}}");
    assert_false(run(fixture, score, &error));
    assert_true(error_is(error, ERROR_NOT_FOUND));
    write_file(fixture, "x.eml", "Subject: s\r\n\r\nx");
    write_file(fixture, "y.eml", "Subject: s\r\n\r\nx");
    g_clear_error(&error);
    assert_false(run(fixture, score, &error));
    assert_true(error_is(error, ERROR_NOT_FOUND));
}

/* ---- labels ---- */

static void add_labelled(Score *score, const char *right, gboolean is_seen, const char *found)
{
    Label label = {.mail_id = 1,
                   .field = (char *)(gsize) "app_id",
                   .value = (char *)(gsize)right,
                   .is_right = TRUE,
                   .is_seen = is_seen,
                   .rule = (char *)(gsize) ""};
    g_autoptr(GPtrArray) labels = g_ptr_array_new();
    g_ptr_array_add(labels, &label);
    g_autoptr(LabelBook) book = label_book_new(labels);
    g_autoptr(Reading) reading = reading_new();
    reading->subject = g_strdup("");
    reading->text = g_strdup("");
    reading->reply = g_strdup("");
    if (found) {
        Field *one = g_new0(Field, 1);
        one->name = g_strdup("app_id");
        one->value = g_strdup(found);
        g_ptr_array_add(reading->fields, one);
    }
    score_add_labels(score, &(RereadMail){.mail_id = 1, .reading = reading}, book);
    score_add_labels(score, &(RereadMail){.mail_id = 2, .reading = reading}, book);
}

static void test_labels(void **state)
{
    (void)state;
    g_autoptr(Score) score = score_new();
    add_labelled(score, "17", TRUE, "17");
    add_labelled(score, "17", TRUE, NULL);
    add_labelled(score, "17", TRUE, "18");
    /* Said elsewhere: nobody can find it, but what is found instead is wrong. */
    add_labelled(score, "17", FALSE, "18");
    add_labelled(score, "17", FALSE, NULL);
    add_labelled(score, "", TRUE, NULL);
    add_labelled(score, "", TRUE, "18");
    const ScoreField *app = field(score, "app_id");
    assert_int_equal(score->mails, 7);
    assert_int_equal(app->expected, 3);
    assert_int_equal(app->right, 1);
    assert_int_equal(app->missed, 2);
    assert_int_equal(app->wrong, 3);
}

/* ---- the starter rules ---- */

static void test_starter_rules_reach_the_aim(void **state)
{
    const Fixture *fixture = *state;
    if (!g_file_test(FIELDS_FOLDER, G_FILE_TEST_IS_DIR))
        skip();
    g_autoptr(GPtrArray) problems = problems_new();
    g_autoptr(RulesSource) source = setup_read_rules("templates/rules.yaml", problems);
    g_autoptr(RuleSet) rules = source ? rules_compile_source(source, problems) : NULL;
    g_autoptr(Score) score = score_new();
    g_autoptr(GError) error = NULL;
    guint below = 0;
    assert_non_null(rules);
    if (!score_folder(score, FIELDS_FOLDER, source, rules, fixture->program, &error))
        fail_msg("%s", error->message);
    for (guint i = 0; i < score->fields->len; i++) {
        const ScoreField *one = score->fields->pdata[i];
        if (score_precision(one) >= SCORE_PRECISION_LEAST && score_recall(one) >= SCORE_RECALL_LEAST)
            continue;
        below++;
        printf("%s: precision %.3f, recall %.3f\n", one->field, score_precision(one), score_recall(one));
    }
    assert_int_equal(score->unreadable, 0);
    if (below > 0)
        fail_msg("%u fields are below the aim; postern rules score -v " FIELDS_FOLDER " shows where", below);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_folder, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_mistakes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_lonely_files, set_up, tear_down),
        cmocka_unit_test(test_labels),
        cmocka_unit_test_setup_teardown(test_starter_rules_reach_the_aim, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
