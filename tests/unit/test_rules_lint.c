#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <parsers/rules/sample.h>
#include <postern/base/starter.h>
#include <postern/rules_lint.h>
#include <string.h>

static GPtrArray *lint(const char *text)
{
    g_autoptr(RulesSource) source = rules_source_new("r.yaml", text);
    g_autoptr(GPtrArray) problems = problems_new();
    GPtrArray *lints = rules_lint(source, problems);
    g_autofree char *said = problems_format(problems);
    if (!lints)
        fail_msg("%s", said);
    return lints;
}

/* "line:column code rule" a line. */
static char *told(const GPtrArray *lints)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < lints->len; i++) {
        const RulesLint *one = lints->pdata[i];
        g_string_append_printf(text, "%u:%u %s %s\n", one->line, one->column, one->code,
                               one->rule ? one->rule : one->field);
    }
    return g_string_free(text, FALSE);
}

#define HEAD "fields:\n  order:\n    label: Order\n    rules:\n      - name: r\n"
#define PROOF                                                                                                \
    "        examples:\n          - {text: 'order 12345', finds: '12345'}\n          - {text: 'order', "     \
    "finds: nothing}\n"
#define NO_PROOF "        examples:\n          - {text: 'order', finds: nothing}\n"

static void test_faults(void **state)
{
    (void)state;
    static const struct {
        const char *text, *expected;
    } cases[] = {
        {HEAD "        pattern: 'order (?<value>\\d{5})\\b'\n" PROOF, ""},
        {"fields:\n  order:\n    rules:\n      - name: r\n        pattern: 'order (?<value>\\d{5})'\n" PROOF,
         "2:3 no-label order\n"},
        {HEAD "        pattern: 'order (?<value>\\d{5})'\n", "5:9 no-examples r\n"},
        {HEAD "        pattern: 'order (?<value>\\d{5})'\n        examples:\n          - {text: 'order "
              "12345', finds: '12345'}\n",
         "7:9 no-negative-example r\n"},
        {HEAD "        pattern: 'order (?<value>\\d{5})'\n" NO_PROOF, "7:9 no-positive-example r\n"},
        {HEAD "        pattern: 'order\\b(?<value>\\w{5})'\n" NO_PROOF,
         "6:9 cannot-match r\n7:9 no-positive-example r\n"},
        {HEAD "        needs: [parcel]\n        pattern: 'order (?<value>\\d{5})'\n" NO_PROOF,
         "6:9 needs-never r\n8:9 no-positive-example r\n"},
        {HEAD "        pattern: 'order (?<value>[a-z]{5,9})'\n        type: digits\n" NO_PROOF,
         "7:9 type-refuses r\n8:9 no-positive-example r\n"},
        {HEAD "        pattern: 'order (?<value>\\d{5})'\n        except: '^\\d'\n" NO_PROOF,
         "7:9 except-all r\n8:9 no-positive-example r\n"},
        {HEAD "        pattern: 'order (?<word>no )?(?<value>\\d{5})'\n" PROOF, "6:9 unused-capture r\n"},
        {HEAD "        pattern: '(?<value>\\d{1,5})'\n" PROOF, "6:9 too-wide r\n"},
        {HEAD "        pattern: 'order (?<value>\\d{5})'\n" PROOF
              "      - name: late\n        pattern: 'order (?<value>\\d{5})(?!\\d)'\n" PROOF,
         "10:9 shadowed late\n"},
        {HEAD
         "        pattern: 'order (?<value>\\d{5})'\n" PROOF
         "      - name: late\n        pattern: 'order (?<value>\\d{5})(?!\\d)'\n        priority: 1\n" PROOF,
         "5:9 shadowed r\n"},
        {HEAD "        pattern: 'order (?<value>(?:\\d+-?)+)(?![\\d-]|[a-z])'\n" PROOF, "6:9 slow r\n"},
        {HEAD "        pattern: '(?<value>[a-z]+)@[a-z]+\\.test'\n        examples:\n          - {text: "
              "'a@b.test', finds: 'a'}\n"
              "          - {text: 'a@b', finds: nothing}\n",
         ""},
        {HEAD
         "        pattern: 'order (?<value>\\d{5})\\s*[,;]*\\s*[.]'\n        examples:\n"
         "          - {text: 'order 12345.', finds: '12345'}\n          - {text: 'order', finds: nothing}\n",
         "6:9 slow r\n"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GPtrArray) lints = lint(cases[i].text);
        g_autofree char *text = told(lints);
        if (strcmp(text, cases[i].expected) != 0)
            fail_msg("%s\ngives:\n%s\nnot:\n%s", cases[i].text, text, cases[i].expected);
    }
}

/* What is said to be slow comes with a text that proves it. */
static void test_proof_of_slow(void **state)
{
    (void)state;
    g_autoptr(GPtrArray) lints = lint(HEAD "        pattern: 'order (?<value>(?:\\w+ ?)+):'\n" PROOF);
    assert_int_equal(lints->len, 1);
    const RulesLint *one = lints->pdata[0];
    assert_string_equal(one->code, "slow");
    assert_non_null(strstr(one->message, "each one more doubles them"));
    assert_true(g_str_has_prefix(one->input, "order aaaaaaaa"));
    g_autoptr(GPtrArray) square = lint(HEAD "        pattern: 'order (?<value>\\d+).*?[xy]\\d*[!]'\n" PROOF);
    assert_int_equal(square->len, 1);
    one = square->pdata[0];
    assert_non_null(strstr(one->message, "with the square of the text"));
    assert_non_null(strstr(one->message, "1,000 characters take "));
}

/* Samples match what they were made from. */
static void test_samples(void **state)
{
    (void)state;
    static const char *const patterns[] = {"abc",
                                           "a{3,5}[x-z]+",
                                           "(?:ab|cd)*ef",
                                           "(?i)Straße \\d{2}",
                                           "(\\w)\\1-",
                                           "[^a-z0-9]{4}",
                                           "\\p{Lu}\\p{Ll}+ \\N",
                                           "\\Qa+\\E+",
                                           "(?<a>x|y)\\k<a>?z",
                                           "(?>a+)b",
                                           "[[:punct:]]{2}\\R",
                                           "(?x) a b # c\n c"};
    Matcher *matcher = matcher_new(10);
    for (gsize i = 0; i < G_N_ELEMENTS(patterns); i++) {
        g_autofree char *message = NULL;
        gsize offset;
        Pattern *pattern = pattern_compile(patterns[i], strlen(patterns[i]), 0, &message, &offset);
        assert_non_null(pattern);
        g_autoptr(Sampler) sampler = sampler_new(pattern);
        assert_non_null(sampler);
        for (guint k = 0; k < 20; k++) {
            g_autofree char *text = sampler_text(sampler);
            matcher_begin(matcher, 0);
            if (pattern_match_at(pattern, matcher, text, strlen(text), 0) != SEARCH_FOUND)
                fail_msg("%s does not match '%s'", patterns[i], text);
        }
        pattern_unref(pattern);
    }
    matcher_free(matcher);
}

static void test_starter_rules_are_clean(void **state)
{
    (void)state;
    g_autoptr(GPtrArray) lints = lint(starter_text("rules.yaml"));
    for (guint i = 0; i < lints->len; i++)
        fail_msg("%s: %s", ((const RulesLint *)lints->pdata[i])->rule,
                 ((const RulesLint *)lints->pdata[i])->message);
}

static void test_does_not_compile(void **state)
{
    (void)state;
    g_autoptr(RulesSource) source = rules_source_new("r.yaml", HEAD "        pattern: '(?<value>'\n");
    g_autoptr(GPtrArray) problems = problems_new();
    assert_null(rules_lint(source, problems));
    assert_true(problems->len > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_faults),           cmocka_unit_test(test_proof_of_slow),
        cmocka_unit_test(test_samples),          cmocka_unit_test(test_starter_rules_are_clean),
        cmocka_unit_test(test_does_not_compile),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
