/* What a mail is about: signs, scores, choices, and the reasons given for them. */
#include <postern/meanings.h>
#include <postern/rules.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define HEAD                                                                                                 \
    "fields:\n"                                                                                              \
    "  app_id:\n"                                                                                            \
    "    rules:\n"                                                                                           \
    "      - {name: id, pattern: 'id (?<value>\\d+)', type: digits}\n"                                       \
    "  token:\n"                                                                                             \
    "    secret: yes\n"                                                                                      \
    "    rules:\n"                                                                                           \
    "      - {name: tok, pattern: 'tok (?<value>\\w+)', type: token}\n"                                      \
    "negations: [not, nicht, \"isn't\"]\n"

typedef struct {
    RuleSet *rules;
    GPtrArray *fields, *findings, *meanings;
} Run;

static Run run(const char *tail, const char *subject, const char *reply, const char *quoted)
{
    g_autofree char *file = g_strconcat(HEAD, tail, NULL);
    g_autoptr(GPtrArray) problems = problems_new();
    Run out = {.rules = rules_compile("rules.yaml", file, strlen(file), problems)};
    g_autofree char *said = problems_format(problems);
    assert_string_equal(said, "");
    assert_non_null(out.rules);
    out.fields = g_ptr_array_new_with_free_func((GDestroyNotify)field_free);
    out.findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
    out.meanings = g_ptr_array_new_with_free_func((GDestroyNotify)meaning_free);
    g_autoptr(RulesScratch) scratch = rules_scratch_new(out.rules);
    const RulesInput input = {.subject = subject, .reply = reply, .text = reply, .quoted = quoted};
    rules_find(
        out.rules, scratch, &input,
        &(const RulesOutput){.fields = out.fields, .findings = out.findings, .meanings = out.meanings});
    return out;
}

static void run_clear(Run *out)
{
    g_ptr_array_unref(out->fields);
    g_ptr_array_unref(out->findings);
    g_ptr_array_unref(out->meanings);
    rules_unref(out->rules);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Run, run_clear)

/* "category connecting 3*: +3 a: "x" in reply 0-1 | …", a line for each meaning; a star on what is chosen. */
static char *told(const Run *out)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < out->meanings->len; i++) {
        const Meaning *meaning = out->meanings->pdata[i];
        g_string_append_printf(text, "%s%s %s %d%s:", i ? "\n" : "", meaning_type_name(meaning->type),
                               meaning->name, meaning->score, meaning->is_chosen ? "*" : "");
        for (guint r = 0; r < meaning->reasons->len; r++)
            g_string_append_printf(text, "%s %s", r ? " |" : "", (const char *)meaning->reasons->pdata[r]);
    }
    return g_string_free(text, FALSE);
}

static void assert_told(const char *tail, const char *subject, const char *reply, const char *expected)
{
    g_auto(Run) out = run(tail, subject, reply, NULL);
    g_autofree char *found = told(&out);
    assert_string_equal(found, expected);
}

#define ONE(sign) "categories:\n  a:\n    least: 2\n    signs:\n      - " sign "\n"

static void test_words(void **state)
{
    (void)state;
    static const struct {
        const char *sign, *subject, *reply, *expected;
    } cases[] = {
        {ONE("{name: s, words: [\"can't connect\"], score: 3}"), "We CAN’T  connect", "no",
         "category a 3*: +3 s: \"CAN’T  connect\" in subject 3-19"},
        {ONE("{name: s, words: [\"can't connect\"], score: 3}"), NULL, "it can't\nconnect now",
         "category a 3*: +3 s: \"can't connect\" in reply 3-16"},
        /* An empty line ends a thought. */
        {ONE("{name: s, words: [\"can't connect\"], score: 3}"), NULL, "it can't\n\nconnect now", ""},
        {ONE("{name: s, words: [connect], score: 3}"), NULL, "it disconnects and reconnects", ""},
        {ONE("{name: s, words: ['connect*'], score: 3}"), NULL, "connecting",
         "category a 3*: +3 s: \"connect\" in reply 0-7"},
        {ONE("{name: s, words: ['*rechnung'], score: 3}"), NULL, "Monatsrechnung",
         "category a 3*: +3 s: \"rechnung\" in reply 6-14"},
        /* Accents and capitals of any script do not matter. */
        {ONE("{name: s, words: [conexión], score: 3}"), NULL, "La CONEXION",
         "category a 3*: +3 s: \"CONEXION\" in reply 3-11"},
        {ONE("{name: s, words: [conexion], score: 3}"), NULL, "La conexio\xcc\x81n",
         "category a 3*: +3 s: \"conexio\xcc\x81n\" in reply 3-13"},
        {ONE("{name: s, words: [ошибка], score: 3}"), NULL, "Ошибка!",
         "category a 3*: +3 s: \"Ошибка\" in reply 0-12"},
        {ONE("{name: s, words: [接続], score: 3}"), NULL, "サーバーに接続できません",
         "category a 3*: +3 s: \"接続\" in reply 15-21"},
        /* Once, unless `most` says more; then so often and no oftener. */
        {ONE("{name: s, words: [x, y], score: 1}"), NULL, "x y x", "category a 1: +1 s: \"x\" in reply 0-1"},
        {ONE("{name: s, words: [x, y], score: 1, most: 2}"), NULL, "x y x",
         "category a 2*: +1 s: \"x\" in reply 0-1 | +1 s: \"y\" in reply 2-3"},
        {ONE("{name: s, words: [x, y], score: 1, most: 2}"), "y", "x",
         "category a 2*: +1 s: \"y\" in subject 0-1 | +1 s: \"x\" in reply 0-1"},
        {ONE("{name: s, words: [x], look_in: [reply]}"), "x", "y", ""},
        /* The longer phrase counts as one. */
        {ONE("{name: s, words: [log, log in now], most: 5, score: 2}"), NULL, "log in now",
         "category a 2*: +2 s: \"log in now\" in reply 0-10"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
        assert_told(cases[i].sign, cases[i].subject, cases[i].reply, cases[i].expected);
}

static void test_against(void **state)
{
    (void)state;
    static const struct {
        const char *sign, *reply, *expected;
    } cases[] = {
        {ONE("{name: s, words: [urgent], score: 3, unless_negated: yes}"), "It is not so urgent.", ""},
        {ONE("{name: s, words: [urgent], score: 3, unless_negated: yes}"), "Das ist NICHT urgent", ""},
        {ONE("{name: s, words: [urgent], score: 3, unless_negated: yes}"), "I can not. It is urgent",
         "category a 3*: +3 s: \"urgent\" in reply 17-23"},
        {ONE("{name: s, words: [urgent], score: 3, unless_negated: yes}"), "Why not, it is urgent",
         "category a 3*: +3 s: \"urgent\" in reply 15-21"},
        /* A word that only begins like one. */
        {ONE("{name: s, words: [urgent], score: 3, unless_negated: yes}"), "note: urgent",
         "category a 3*: +3 s: \"urgent\" in reply 6-12"},
        /* The second one counts. */
        {ONE("{name: s, words: [urgent], score: 3, unless_negated: yes}"), "not urgent. Sorry: urgent!",
         "category a 3*: +3 s: \"urgent\" in reply 19-25"},
        {ONE("{name: s, words: [plan], score: 3, not_near: [floor]}"), "the plan of the second floor", ""},
        {ONE("{name: s, words: [plan], score: 3, not_near: [floor]}"), "our plan. The floor is wet",
         "category a 3*: +3 s: \"plan\" in reply 4-8"},
        {ONE("{name: s, words: [plan], score: 3, not_near: [floor]}"), "floor 4.2 plan", ""},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
        assert_told(cases[i].sign, NULL, cases[i].reply, cases[i].expected);
}

static void test_patterns_and_fields(void **state)
{
    (void)state;
    assert_told(ONE("{name: s, pattern: 'E\\d\\d', score: 2, most: 2}"), NULL, "E12 E1 E34 E56",
                "category a 4*: +2 s: \"E12\" in reply 0-3 | +2 s: \"E34\" in reply 7-10");
    assert_told(ONE("{name: s, pattern: 'E\\d\\d', flags: [caseless], needs: [error], score: 2}"), NULL,
                "e12", "");
    assert_told(ONE("{name: s, pattern: 'E\\d\\d', flags: [caseless], needs: [error], score: 2}"), NULL,
                "an Error e12", "category a 2*: +2 s: \"e12\" in reply 9-12");
    assert_told(ONE("{name: s, pattern: 'E\\d\\d', unless_negated: yes, score: 2}"), NULL,
                "not E12, but É: E34", "category a 2*: +2 s: \"E34\" in reply 17-20");
    assert_told(ONE("{name: s, field: app_id, score: 2}"), NULL, "id 4821 id 5007",
                "category a 2*: +2 s: app_id \"4821\" in reply 3-7");
    assert_told(ONE("{name: s, field: app_id, values: ['5007'], score: 2}"), NULL, "id 4821 id 5007",
                "category a 2*: +2 s: app_id \"5007\" in reply 11-15");
    assert_told(ONE("{name: s, field: app_id, score: 2}"), NULL, "nothing", "");
}

static const char TWO[] = "categories:\n"
                          "  first:\n    least: 4\n    signs: [{name: a, words: [alpha], score: 4}, {name: "
                          "n, words: [nay], score: -2}]\n"
                          "  second:\n    least: 4\n    signs: [{name: b, words: [beta], score: 4}, {name: "
                          "c, words: [gamma], score: 1}]\n"
                          "severities:\n"
                          "  critical: {least: 6, signs: [{name: d, words: [down], score: 4}]}\n"
                          "  high: {least: 2, signs: [{name: e, words: [down], score: 3}]}\n";

static void test_choice(void **state)
{
    (void)state;
    /* Equal: the first in the file. */
    assert_told(
        TWO, NULL, "beta alpha",
        "category first 4*: +4 a: \"alpha\" in reply 5-10\ncategory second 4: +4 b: \"beta\" in reply 0-4");
    assert_told(TWO, NULL, "beta alpha gamma",
                "category second 5*: +4 b: \"beta\" in reply 0-4 | +1 c: \"gamma\" in reply 11-16\n"
                "category first 4: +4 a: \"alpha\" in reply 5-10");
    /* What is below its own threshold gives way to a lower one that reached its own. */
    assert_told(
        TWO, NULL, "down",
        "severity critical 4: +4 d: \"down\" in reply 0-4\nseverity high 3*: +3 e: \"down\" in reply 0-4");
    assert_told(TWO, NULL, "alpha, nay",
                "category first 2: +4 a: \"alpha\" in reply 0-5 | -2 n: \"nay\" in reply 7-10");
    assert_told(TWO, NULL, "nay", "category first -2: -2 n: \"nay\" in reply 0-3");
}

static void test_no_news(void **state)
{
    (void)state;
    g_auto(Run) out = run(ONE("{name: s, words: [x], score: 3}"), "y", "y", "x");
    assert_int_equal(out.meanings->len, 0);
}

static void test_secrets_stay_covered(void **state)
{
    (void)state;
    g_auto(Run) out =
        run(ONE("{name: s, pattern: 'tok \\S+', score: 3}"), NULL, "my tok a1b2c3d4e5f6a7b8", NULL);
    g_autofree char *found = told(&out);
    assert_null(strstr(found, "b2c3d4"));
    assert_non_null(strstr(found, "category a 3*"));
}

static void test_limits(void **state)
{
    (void)state;
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < 5000; i++)
        g_string_append(text, "x\xe3\x80\x82 ");
    g_auto(Run) out = run(ONE("{name: s, words: [x], score: 1, most: 20}"), NULL, text->str, NULL);
    assert_int_equal(out.meanings->len, 1);
    assert_int_equal(((const Meaning *)out.meanings->pdata[0])->score, 20);
    /* A long text is looked at to a point, and never in the middle of a character. */
    g_autoptr(GString) late = g_string_new(NULL);
    for (guint i = 0; i < 40000; i++)
        g_string_append(late, "\xc3\xa9");
    g_string_append(late, " x x");
    g_auto(Run) none = run(ONE("{name: s, words: [x], score: 3}"), NULL, late->str, NULL);
    assert_int_equal(none.meanings->len, 0);
}

static void test_category(void **state)
{
    (void)state;
    g_auto(Run) out = run("categories:\n"
                          "  billing: {label: Billing, signs: [{name: s, words: [x]}], required: [app_id]}\n"
                          "  plain: {signs: [{name: s, words: [y]}]}\n"
                          "requests:\n"
                          "  fix: {signs: [{name: s, words: [z]}]}\n",
                          NULL, "y", NULL);
    assert_int_equal(rules_category_count(out.rules), 2);
    const RulesCategory *billing = rules_category(out.rules, "billing");
    assert_string_equal(billing->label, "Billing");
    assert_int_equal(billing->required->len, 1);
    assert_string_equal(billing->required->pdata[0], "app_id");
    assert_int_equal(billing->nice->len, 0);
    assert_string_equal(rules_category_at(out.rules, 1)->label, "plain");
    assert_null(rules_category_at(out.rules, 2));
    assert_null(rules_category(out.rules, "fix"));
    assert_null(rules_category(out.rules, NULL));
}

static void test_problems(void **state)
{
    (void)state;
    static const struct {
        const char *tail, *problem;
    } cases[] = {
        {"categories: [a]\n", "'categories:' holds names, each with its 'signs'"},
        {"categories:\n  A b: {signs: [{name: s, words: [x]}]}\n", "'A b' is no name of a category"},
        {"categories:\n  a: {}\n", "'a' needs 'signs:'"},
        {"categories:\n  a: {signs: [{words: [x]}]}\n", "a sign needs a 'name'"},
        {"categories:\n  a: {signs: [{name: s}]}\n",
         "one of 'words' (a list of phrases), 'pattern' and 'field'"},
        {"categories:\n  a: {signs: [{name: s, words: [x], field: app_id}]}\n", "one of 'words'"},
        {"categories:\n  a: {signs: [{name: s, field: app_idd}]}\n",
         "there is no field 'app_idd'; did you mean 'app_id'?"},
        {"categories:\n  a: {signs: [{name: s, words: [x]}], required: [ap_id]}\n",
         "there is no field 'ap_id'; did you mean 'app_id'?"},
        {"categories:\n  a: {signs: [{name: s, words: [x]}], required: [token]}\n", "'token' is a secret"},
        {"categories:\n  a: {signs: [{name: s, words: ['a*b']}]}\n", "'a*b' is no phrase"},
        {"categories:\n  a: {signs: [{name: s, words: ['*']}]}\n", "'*' is no phrase"},
        {"categories:\n  a: {signs: [{name: s, words: [x], score: 0}]}\n", "says nothing"},
        {"categories:\n  a: {signs: [{name: s, words: [x], scores: 1}]}\n", "did you mean 'score'?"},
        {"categories:\n  a: {signs: [{name: s, words: [x], values: [y]}]}\n", "'values' belongs to 'field'"},
        {"categories:\n  a: {signs: [{name: s, words: [x], look_in: [quoted]}]}\n",
         "unknown place of a sign 'quoted'"},
        {"categories:\n  a: {signs: [{name: s, pattern: '('}]}\n", "does not compile"},
        {"requests:\n  fixx: {signs: [{name: s, words: [x]}]}\n",
         "unknown request 'fixx'; did you mean 'fix'?"},
        {"requests:\n  fix: {required: [app_id], signs: [{name: s, words: [x]}]}\n",
         "unknown key 'required'"},
        {"severities:\n  worst: {signs: [{name: s, words: [x]}]}\n",
         "unknown severity 'worst'; there are: low, medium"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *file = g_strconcat(HEAD, cases[i].tail, NULL);
        g_autoptr(GPtrArray) problems = problems_new();
        assert_null(rules_compile("rules.yaml", file, strlen(file), problems));
        g_autofree char *said = problems_format(problems);
        if (!strstr(said, cases[i].problem))
            fail_msg("expected \"%s\" in: %s", cases[i].problem, said);
    }
}

static void test_examples(void **state)
{
    (void)state;
    g_auto(Run) out = run("categories:\n"
                          "  a:\n"
                          "    signs: [{name: s, words: [x], score: 3}]\n"
                          "    examples: [x, y]\n"
                          "    never: [y, x x]\n",
                          NULL, "y", NULL);
    g_autoptr(GPtrArray) results = rules_run_examples(out.rules);
    static const gboolean passed[] = {TRUE, FALSE, TRUE, FALSE};
    assert_int_equal(results->len, 4);
    for (guint i = 0; i < 4; i++)
        assert_int_equal(((const RulesExample *)results->pdata[i])->passed, passed[i]);
    const RulesExample *missed = results->pdata[1], *wrong = results->pdata[3];
    assert_string_equal(missed->rule, "category a");
    assert_string_equal(missed->found, "nothing");
    assert_string_equal(wrong->expected, "anything but a");
    assert_string_equal(wrong->found, "a, +3 s: \"x\" in reply 0-1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_against),
        cmocka_unit_test(test_patterns_and_fields),
        cmocka_unit_test(test_choice),
        cmocka_unit_test(test_no_news),
        cmocka_unit_test(test_secrets_stay_covered),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_category),
        cmocka_unit_test(test_problems),
        cmocka_unit_test(test_examples),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
