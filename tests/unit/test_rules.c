#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <postern/base/clock.h>
#include <postern/base/limits.h>
#include <postern/rules.h>
#include <string.h>

static RuleSet *compile(const char *text)
{
    g_autoptr(GPtrArray) problems = problems_new();
    RuleSet *rules = rules_compile("r.yaml", text, strlen(text), problems);
    g_autofree char *said = problems_format(problems);
    if (!rules)
        fail_msg("%s", said);
    return rules;
}

/* A mail of one part, and what came of it. */
typedef struct {
    RuleSet *rules;
    RulesScratch *scratch;
    GPtrArray *fields, *findings;
} Run;

static Run run_input(const char *file, const RulesInput *input)
{
    Run run = {.rules = compile(file)};
    run.scratch = rules_scratch_new(run.rules);
    run.fields = g_ptr_array_new_with_free_func((GDestroyNotify)field_free);
    run.findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
    rules_find(run.rules, run.scratch, input,
               &(const RulesOutput){.fields = run.fields, .findings = run.findings});
    return run;
}

static void run_clear(Run *run)
{
    rules_scratch_free(run->scratch);
    rules_unref(run->rules);
    g_ptr_array_unref(run->fields);
    g_ptr_array_unref(run->findings);
}

/* "name=value where start-end" a line. */
static char *listed(const GPtrArray *fields)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < fields->len; i++) {
        const Field *field = fields->pdata[i];
        g_string_append_printf(text, "%s=%s %s %zu-%zu\n", field->name, field->value, field->where,
                               field->start, field->end);
    }
    return g_string_free(text, FALSE);
}

static void assert_found(const char *file, const RulesInput *input, const char *expected)
{
    Run run = run_input(file, input);
    g_autofree char *found = listed(run.fields);
    assert_string_equal(found, expected);
    assert_int_equal(run.findings->len, 0);
    run_clear(&run);
}

#define ONE_RULE "fields:\n  f:\n    rules:\n      - name: r\n"

static void test_problems(void **state)
{
    (void)state;
    static const struct {
        const char *text, *places; /* "line:column words of the message" a line */
    } cases[] = {
        {"", "1:1 a rules file has the key 'fields:'"},
        {"rules: []\n", "1:1 unknown key 'rules'\n1:1 'fields:' is missing"},
        {"fields:\n  App: {rules: []}\n", "2:3 'App' is no name of a field"},
        {"fields:\n  app: {}\n", "2:3 field 'app' needs 'rules:'"},
        {"fields:\n  app:\n    lable: x\n    rules:\n      - {name: a, pattern: '(?<value>x)'}\n",
         "3:5 unknown key 'lable'; did you mean 'label'?"},
        {"fields:\n  app:\n    secret: maybe\n    rules:\n      - {name: a, pattern: '(?<value>x)'}\n",
         "3:13 "},
        {"fields:\n  app:\n    unless_in: [url]\n    rules:\n      - {name: a, pattern: '(?<value>x)'}\n",
         "3:16 there is no field 'url' above this one"},
        {ONE_RULE, "4:9 rule 'r' needs 'pattern'"},
        {ONE_RULE "        patern: x\n",
         "4:9 rule 'r' needs 'pattern'\n5:9 unknown key 'patern'; did you mean 'pattern'?"},
        /* The place of the mistake inside the pattern: in single quotes ('' counts twice), plain, in a block.
         */
        {ONE_RULE "        pattern: '(?<value>a'\n", "5:29 the pattern does not compile"},
        {ONE_RULE "        pattern: 'it''s ü [z-a]'\n", "5:30 the pattern does not compile"},
        {ONE_RULE "        pattern: a*?(?<value>x)(\n", "5:33 the pattern does not compile"},
        {ONE_RULE "        pattern: |\n          (?<value>x)\n          ü [z-a]\n        flags: extended\n",
         "7:16 the pattern does not compile"},
        {ONE_RULE "        pattern: '\\C(?<value>x)'\n", "5:21 the pattern does not compile"},
        {ONE_RULE "        pattern: '(x)'\n", "5:18 the pattern has no group (?<value>…)"},
        {ONE_RULE "        pattern: '(?<value>x)'\n        more: '(x)'\n", "6:15 the pattern has no group"},
        {ONE_RULE "        pattern: '(?<value>x)'\n        capture: v\n",
         "6:18 the pattern has no group (?<v>…)"},
        {ONE_RULE "        pattern: '(?<value>x)'\n        as: '{y}'\n", "6:13 '{y}' is no group"},
        {ONE_RULE "        pattern: '(?<value>x)'\n        flags: [caseles]\n",
         "6:17 unknown flag 'caseles'; did you mean 'caseless'?"},
        {ONE_RULE "        pattern: '(?<value>x)'\n        look_in: [subject, body]\n",
         "6:28 unknown place 'body'"},
        {ONE_RULE "        pattern: '(?<value>x)'\n        type: number\n", "6:15 unknown type 'number'"},
        {ONE_RULE "        pattern: '(?<value>x)'\n        type: digits\n        kinds: [8]\n",
         "7:9 'kinds' is for the type zuid"},
        {ONE_RULE "        pattern: '(?<value>x)'\n        type: zuid\n        kinds: [x]\n", "7:17 "},
        {ONE_RULE "        pattern: '(?<value>x)'\n        type: digits\n        min_length: 5\n        "
                  "max_length: 2\n",
         "8:21 "},
        {ONE_RULE "        pattern: '(?<value>x)'\n        type: word\n",
         "4:9 a rule of type word needs 'words'"},
        {ONE_RULE "        pattern: '(?<value>x)'\n        within: 3\n", "6:17 'within' belongs to 'needs'"},
        {ONE_RULE "        finder: zuids\n", "5:17 unknown finder 'zuids'; did you mean 'zuid'?"},
        {ONE_RULE "        finder: zuid\n        pattern: x\n",
         "6:9 'pattern' belongs to rules with a pattern"},
        {ONE_RULE "        finder: section\n", "4:9 a rule with 'finder: section' needs 'headings'"},
        {ONE_RULE "        pattern: '(?<value>x)'\n        headings: [a]\n",
         "6:9 'headings' belongs to rules with 'finder: section'"},
        {ONE_RULE "        pattern_of: q\n", "5:21 there is no rule 'q' above this one"},
        {ONE_RULE "        pattern: '(?<value>x)'\n      - name: r\n        pattern: '(?<value>y)'\n",
         "6:15 the name 'r' is taken by the rule on line 4"},
        {ONE_RULE "        pattern: '(?<value>x)'\n      - name: A b\n        pattern: '(?<value>y)'\n",
         "6:15 'A b' is no name of a rule"},
        {ONE_RULE "        pattern: '(?<value>x)'\n      - pattern: '(?<value>y)'\n",
         "6:9 a rule needs a 'name'"},
        {ONE_RULE "        pattern: '(?<value>x)'\n        examples:\n          - {text: x}\n          - "
                  "{txt: x, finds: x}\n",
         "7:13 an example needs 'finds'\n8:13 an example needs 'text'\n8:14 unknown key 'txt'; did you mean "
         "'text'?"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GPtrArray) problems = problems_new();
        assert_null(rules_compile("r.yaml", cases[i].text, strlen(cases[i].text), problems));
        g_autofree char *said = problems_format(problems);
        g_auto(GStrv) expected = g_strsplit(cases[i].places, "\n", -1);
        for (guint k = 0; expected[k]; k++) {
            g_auto(GStrv) parts = g_strsplit(expected[k], " ", 2);
            g_autofree char *line = g_strdup_printf("r.yaml:%s: error: %s", parts[0], parts[1]);
            if (!strstr(said, line))
                fail_msg("case %zu: '%s' is not in\n%s", i, line, said);
        }
        assert_int_equal(problems->len, g_strv_length(expected));
    }
}

#define DIGITS                                                                                               \
    "fields:\n  id:\n    rules:\n      - name: r\n        pattern: 'id (?<value>\\d+)'\n        type: "      \
    "digits\n"

static void test_places_and_order(void **state)
{
    (void)state;
    g_autoptr(GPtrArray) names = g_ptr_array_new(), texts = g_ptr_array_new();
    char name[] = "a.log", text[] = "id 4 id 1";
    g_ptr_array_add(names, name);
    g_ptr_array_add(texts, text);
    const RulesInput input = {.subject = "Re: id 1",
                              .reply = "id 2 id 1 id 3",
                              .text = "id 9",
                              .attachment_names = names,
                              .attachment_texts = texts};
    assert_found(DIGITS, &input,
                 "id=1 subject 7-8\nid=2 reply 3-4\nid=3 reply 13-14\nid=4 attachment:a.log 3-4\n");
    assert_found(DIGITS "        look_in: text\n", &input, "id=9 text 3-4\n");
    assert_found(DIGITS "        look_in: [text, subject]\n", &input, "id=1 subject 7-8\nid=9 text 3-4\n");
}

static void test_first_rule_keeps_the_place(void **state)
{
    (void)state;
    const RulesInput input = {.reply = "b12 a34 12"};
    assert_found("fields:\n"
                 "  f:\n"
                 "    rules:\n"
                 "      - {name: letters, pattern: '(?<value>[ab]\\d+)'}\n"
                 "      - {name: numbers, pattern: '(?<value>\\d+)'}\n"
                 "  g:\n"
                 "    unless_in: [f]\n"
                 "    rules:\n"
                 "      - {name: again, pattern: '(?<value>.\\d+)'}\n"
                 "  h:\n"
                 "    rules:\n"
                 "      - {name: free, pattern: '(?<value>.\\d+)'}\n",
                 &input,
                 "f=b12 reply 0-3\nf=a34 reply 4-7\nf=12 reply 8-10\n"
                 "h=b12 reply 0-3\nh=a34 reply 4-7\nh=12 reply 8-10\n");
}

static void test_keys_of_rules(void **state)
{
    (void)state;
    static const struct {
        const char *rule, *text, *found;
    } cases[] = {
        {"pattern: 'ids (?<value>\\d+)'\n        more: '(?:,| and) (?<value>\\d+)'\n", "ids 1, 2 and 3, x 4",
         "f=1 reply 4-5\nf=2 reply 7-8\nf=3 reply 13-14\n"},
        {"pattern: '(?<value>\\w+)'\n        except: '^the$'\n        flags: caseless\n", "The cat",
         "f=cat reply 4-7\n"},
        {"pattern: '(?<value>(?<os>[a-z]+) kit)'\n        as: 'Kit of {os}'\n", "ios kit",
         "f=Kit of ios reply 0-7\n"},
        {"pattern: '(?<a>\\d)(?<b>\\d)'\n        capture: b\n", "47", "f=7 reply 1-2\n"},
        {"pattern: '(?<value>^b)'\n        flags: [multiline, caseless]\n", "a\nB", "f=B reply 2-3\n"},
        {"pattern: '(?<value>a.b)'\n        flags: dotall\n", "a\nb", "f=a b reply 0-3\n"},
        {"pattern: '(?<value>\\w+)'\n        type: word\n        words: [Grün, rot]\n", "ROT blau GRÜN",
         "f=rot reply 0-3\nf=Grün reply 9-14\n"},
        {"pattern: '(?<value>\\S+)'\n        type: digits\n        min_length: 3\n        max_length: 7\n",
         "12 123 1,234 1.234.567 1,23 12345678 1,234.567",
         "f=123 reply 3-6\nf=1234 reply 7-12\nf=1234567 reply 13-22\n"},
        {"pattern: '(?<value>\\S+)'\n        type: integer\n        least: -5\n        most: 10\n",
         "-6 -5 +7 010 11 x", "f=-5 reply 3-5\nf=7 reply 6-8\nf=10 reply 9-12\n"},
        {"pattern: '(?<value>\\S+)'\n        type: http-status\n        least: 400\n", "200 404 599 600 0404",
         "f=404 reply 4-7\nf=599 reply 8-11\n"},
        {"pattern: '(?<value>\\S+)'\n        type: version\n",
         "v2.1 7.0.3-rc.1 1.0b2 1.2.3-evil.com x2 1.x 3.",
         "f=2.1 reply 1-4\nf=7.0.3-rc.1 reply 5-15\nf=1.0b2 reply 16-21\nf=1.2.3 reply 22-27\nf=1.x reply "
         "40-43\nf=3 reply 44-45\n"},
        {"pattern: '(?<value>\\S+)'\n        type: uuid\n",
         "3F2504E0-4F89-11D3-9A0C-0305E82C3301 3f2504e0-4f89-11d3-9a0c-0305e82c330",
         "f=3f2504e0-4f89-11d3-9a0c-0305e82c3301 reply 0-36\n"},
        {"pattern: '(?<value>\\S+)'\n        type: url\n",
         "HTTPS://Ex.ORG/A_(b)). http://x <http://a.b/?q=1>", "f=https://ex.org/A_(b) reply 0-20\n"},
        {"pattern: '(?<value>\\S+)'\n        type: token\n", "abcdefgh abc12345. YOUR_KEY_1 aaaaaaaaa",
         "f=abc12345 reply 9-17\n"},
        {"pattern: '(?<value> .*)'\n        flags: dotall\n        type: block\n",
         "x\n  a\n\n    b  \n  c\n\n", "f=a\n\n  b\nc reply 4-18\n"},
        {"pattern: '(?<value>.+)'\n", "  «a   b»  ", "f=a b reply 4-9\n"},
        {"finder: section\n        headings: [Schritte]\n", "x\n*SCHRITTE:*\n1. a\n2. b\nc d\n",
         "f=1. a\n2. b\nc d reply 14-27\n"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *file =
            g_strconcat("fields:\n  f:\n    rules:\n      - name: r\n        ", cases[i].rule, NULL);
        const RulesInput input = {.reply = cases[i].text};
        assert_found(file, &input, cases[i].found);
    }
}

#define PICKY                                                                                                \
    "fields:\n  f:\n    rules:\n      - name: r\n        needs: [key, über]\n        within: 10\n        "  \
    "pattern: '(?<value>[a-z]\\d)'\n"

/* Around each word a rule is tried, elsewhere it is not. */
static void test_needs(void **state)
{
    (void)state;
    GString *text = g_string_new("a1");
    for (guint i = 0; i < 300; i++)
        g_string_append(text, "..");
    g_string_append(text, "b2 KEY c3");
    for (guint i = 0; i < 300; i++)
        g_string_append(text, "ü.");
    g_string_append(text, "d4 ÜBER e5");
    const RulesInput input = {.reply = text->str};
    Run run = run_input(PICKY, &input);
    g_autofree char *found = listed(run.fields);
    assert_string_equal(
        found, "f=b2 reply 602-604\nf=c3 reply 609-611\nf=d4 reply 1511-1513\nf=e5 reply 1520-1522\n");
    run_clear(&run);
    const RulesInput without = {.reply = "a1 b2"};
    assert_found(PICKY, &without, "");
    g_string_free(text, TRUE);
}

/* A match counts wherever its window begins, also behind characters of several bytes. */
static void test_windows(void **state)
{
    (void)state;
    for (guint at = 240; at < 530; at++) {
        GString *text = g_string_new(NULL);
        while (text->len < at)
            g_string_append(text, at % 2 ? "€" : "x");
        gsize start = text->len;
        g_string_append(text, "id 7");
        const RulesInput input = {.reply = text->str};
        g_autofree char *expected = g_strdup_printf("id=7 reply %zu-%zu\n", start + 3, start + 4);
        assert_found(DIGITS, &input, expected);
        g_string_free(text, TRUE);
    }
}

#define SLOW "fields:\n  f:\n    rules:\n      - {name: slow, pattern: '(?<value>(?:[a-z]+ )*\\d)'}\n"

static const char *only_finding(const Run *run)
{
    assert_int_equal(run->findings->len, 1);
    const Finding *finding = run->findings->pdata[0];
    assert_string_equal(finding->code, "rule-gave-up");
    return finding->detail;
}

static void test_gives_up(void **state)
{
    (void)state;
    GString *text = g_string_new(NULL);
    while (text->len < LIMIT_RULE_TEXT_BYTES)
        g_string_append(text, "ab ");
    /* Long past: the first look at the clock ends it. */
    RulesInput input = {.reply = text->str, .deadline_us = 1};
    Run run = run_input(SLOW, &input);
    assert_string_equal(only_finding(&run), "slow: out of time in reply");
    run_clear(&run);
    /* Each start alone costs more steps than one may. */
    input.deadline_us = 0;
    input.reply = "ab ab ab ab ab ab ab ab ab ab ab ab ab ab ab ab";
    run = run_input(
        "fields:\n  f:\n    rules:\n      - {name: slow, pattern: '(?<value>(?:a|b| |ab|b )+[x-z])'}\n",
        &input);
    assert_string_equal(only_finding(&run), "slow: too many steps at one place in reply");
    assert_int_equal(run.fields->len, 0);
    run_clear(&run);
    g_string_free(text, TRUE);
}

/* A pattern that needs a deep stack on harmless text is tried without JIT before it gives up. */
static void test_deep_stack(void **state)
{
    (void)state;
    g_autofree char *text = g_strnfill(3000, 'a');
    const RulesInput input = {.reply = text};
    Run run = run_input(
        "fields:\n  f:\n    rules:\n      - {name: deep, type: block, pattern: '(?<value>(?:(a)|b)+)'}\n",
        &input);
    assert_true(run.fields->len + run.findings->len == 1);
    run_clear(&run);
}

#define SECRETS                                                                                              \
    "fields:\n"                                                                                              \
    "  token:\n"                                                                                             \
    "    secret: yes\n"                                                                                      \
    "    rules:\n"                                                                                           \
    "      - {name: z, finder: zuid, kinds: [55]}\n"                                                         \
    "      - {name: k, pattern: 'key=(?<value>\\w+)'}\n"                                                     \
    "  line:\n"                                                                                              \
    "    rules:\n"                                                                                           \
    "      - {name: l, pattern: '(?<value>[^\\n]+)', look_in: [subject, reply]}\n"

static void test_secrets_stay_inside(void **state)
{
    (void)state;
    const RulesInput input = {.subject = "s3cretvalue1 again",
                              .reply = "key=s3cretvalue1\n55-f48cf3a682-7fthk9 key=abc",
                              .text = "x\n> key=quotedsecret9 abc xabcx"};
    Run run = run_input(SECRETS, &input);
    g_autofree char *found = listed(run.fields);
    assert_string_equal(found, "token=s3…e1 reply 4-16\ntoken=55-…k9 reply 17-37\ntoken=… reply 42-45\n"
                               "line=s3********e1 again subject 0-18\nline=key=s3********e1 reply 0-16\n"
                               "line=55-***************k9 key=*** reply 17-45\n");
    for (guint i = 0; i < run.fields->len; i++) {
        const Field *field = run.fields->pdata[i];
        assert_null(strstr(field->raw, "cretval"));
        assert_int_equal(field->is_secret, strcmp(field->name, "token") == 0);
        assert_false(field->may_echo);
    }
    /* Every other text of the mail: with secrets of its own, and with those met before. */
    char text[] = "> key=quotedsecret9 abc xabcx s3cretvalue1, 55-F48CF3A682-7FTHK9 ü key=ünïcödesecret";
    gsize length = strlen(text);
    rules_mask(run.rules, run.scratch, text, 0, run.findings);
    assert_int_equal(strlen(text), length);
    assert_string_equal(
        text, "> key=qu*********t9 *** xabcx s3********e1, 55-***************K9 ü key=****************");
    assert_int_equal(run.findings->len, 0);
    run_clear(&run);
}

/* Longer than rules look at: masked to its end all the same. */
static void test_mask_of_long_text(void **state)
{
    (void)state;
    const RulesInput input = {.reply = "hello"};
    Run run = run_input(SECRETS, &input);
    GString *text = g_string_new(NULL);
    while (text->len < 200 * 1024)
        g_string_append(text,
                        "ü words and more words, 55-f48cf3a682-7fthk9 in a line with key=abcdefghijkl\n");
    gsize length = text->len;
    rules_mask(run.rules, run.scratch, text->str, 0, run.findings);
    assert_int_equal(strlen(text->str), length);
    assert_null(strstr(text->str, "f48cf3a682"));
    assert_null(strstr(text->str, "bcdefghijk"));
    run_clear(&run);
    g_string_free(text, TRUE);
}

/* The texts that were searched, masked where they are: with nothing of their own, with a secret, and with one
 * beyond what rules look at. */
static void test_mask_of_searched_texts(void **state)
{
    (void)state;
    char subject[] = "about s3cretvalue1, no more", reply[] = "key=s3cretvalue1", quiet[] = "nothing";
    g_autoptr(GString) text = g_string_new(NULL);
    while (text->len < LIMIT_RULE_TEXT_BYTES)
        g_string_append(text, "many words and no end of them\n");
    g_string_append(text, "key=behindthelimit9");
    const RulesInput input = {.subject = subject, .reply = reply, .text = text->str};
    Run run = run_input(SECRETS, &input);
    char *texts[] = {subject, reply, text->str, quiet};
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        rules_mask(run.rules, run.scratch, texts[i], 0, run.findings);
    assert_string_equal(subject, "about s3********e1, no more");
    assert_string_equal(reply, "key=s3********e1");
    assert_string_equal(text->str + text->len - 19, "key=be***********t9");
    assert_string_equal(quiet, "nothing");
    run_clear(&run);
}

static void test_limits(void **state)
{
    (void)state;
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < 100; i++)
        g_string_append_printf(text, "id %u ", 1000 + i);
    const RulesInput many = {.reply = text->str};
    Run run = run_input(DIGITS, &many);
    assert_int_equal(run.fields->len, 64);
    run_clear(&run);
    g_string_truncate(text, 0);
    while (text->len < LIMIT_RULE_TEXT_BYTES)
        g_string_append(text, "€");
    g_string_append(text, " id 7");
    const RulesInput far = {.reply = text->str};
    assert_found(DIGITS, &far, "");
    g_string_free(text, TRUE);
    const RulesInput broken = {.reply = "id 1 \xff id 2"};
    assert_found(DIGITS, &broken, "id=1 reply 3-4\n");
    const RulesInput nothing = {.subject = ""};
    assert_found(DIGITS, &nothing, "");
}

static void test_zuids(void **state)
{
    (void)state;
    static const struct {
        const char *text, *found; /* values, one a line */
    } cases[] = {
        {"8-f48cf3a682-7fthvk", "8-f48cf3a682-7fthvk"},
        {"7-b939a4-457q19 6-556370-8sh47g", "7-b939a4-457q19 6-556370-8sh47g"},
        {"(8-f48cf3a682-7fthvk)", "8-f48cf3a682-7fthvk"},
        {"id:8-f48cf3a682-7fthvk.", "8-f48cf3a682-7fthvk"},
        {"8-F48CF3A682-7FTHVK", "8-f48cf3a682-7fthvk"},
        {"https://8-f48cf3a682-7fthvk.api.zesty.io/v1/items/7-b939a4-457q19?x=1",
         "8-f48cf3a682-7fthvk 7-b939a4-457q19"},
        {"?next=%2Fcontent%2F8-f48cf3a682-7fthvk%228-f48cf3a683-7fthvk",
         "8-f48cf3a682-7fthvk 8-f48cf3a683-7fthvk"},
        {"{\"zuid\":\"5-c2a5c791e3-krq7ts\"}", "5-c2a5c791e3-krq7ts"},
        {"log\\n8-f48cf3a682-7fthvk\\n", "8-f48cf3a682-7fthvk"},
        {"shot_8-f48cf3a682-7fthvk_2.png", "8-f48cf3a682-7fthvk"},
        {"实例8-f48cf3a682-7fthvk的", "8-f48cf3a682-7fthvk"},
        {"id--8-f48cf3a682-7fthvk--", "8-f48cf3a682-7fthvk"},
        {"8\xe2\x80\x91"
         "f48cf3a682\xe2\x80\x91"
         "7fthvk",
         "8-f48cf3a682-7fthvk"},
        /* Broken over two lines. */
        {"8-f48cf3a682-\n7fthvk", "8-f48cf3a682-7fthvk"},
        {"8-f48cf3a682-\r\n> 7fthvk and", "8-f48cf3a682-7fthvk"},
        {"8-f48cf3\na682-7fthvk", "8-f48cf3a682-7fthvk"},
        {"8-f48cf3a682-7ft=\nhvk.", "8-f48cf3a682-7fthvk"},
        {"8-f48cf3a682- 7fthvk", "8-f48cf3a682-7fthvk"},
        {"8-f48cf3a682-7fthvk\nand more", "8-f48cf3a682-7fthvk"},
        {"this is a line that is long enough to be broken by a program: 7-b939a4-\n457q19",
         "7-b939a4-457q19"},
        {"7-b939a4-\n457q19", ""},
        /* What looks like one. */
        {"8-2024-11", ""},
        {"8-800555-123456", ""},
        {"+49-176555-123456", ""},
        {"a1-8-f48cf3a682-7fthvk", ""},
        {"8-f48cf3a682-7fthvk-96", ""},
        {"x8-f48cf3a682-7fthvk", ""},
        {"1.8-f48cf3a682-7fthvk", ""},
        {"08-f48cf3a682-7fthvk", ""},
        {"123456-f48cf3a682-7fthvk", ""},
        {"8-f48cf3a682-7fthvka", ""},
        {"8-f48cf3a682-7fthvy", ""},
        {"8-f48cf-7fthvk", ""},
        {"8-f48cf3a6821-7fthvk", ""},
        {"8-f48cf3a682-7fthv", ""},
        {"8-f48cg3a682-7fthvk", ""},
        {"8-f48cf3a682-bcdfghjklmnpqrstvwxz0123456789bcdfgh", ""},
        {"550e8400-e29b-41d4-a716-446655440000", ""},
        {"version range 1-2 and 3-4, 2024-11-22", ""},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const RulesInput input = {.reply = cases[i].text};
        Run run = run_input("fields:\n  z:\n    rules:\n      - {name: z, finder: zuid}\n", &input);
        GString *found = g_string_new(NULL);
        for (guint k = 0; k < run.fields->len; k++)
            g_string_append_printf(found, "%s%s", k ? " " : "", ((const Field *)run.fields->pdata[k])->value);
        if (strcmp(found->str, cases[i].found) != 0)
            fail_msg("'%s': found '%s'", cases[i].text, found->str);
        g_string_free(found, TRUE);
        run_clear(&run);
    }
}

static void test_info_and_examples(void **state)
{
    (void)state;
    g_autoptr(RuleSet) rules = compile("fields:\n"
                                       "  id:\n"
                                       "    label: The ID\n"
                                       "    help: What it is\n"
                                       "    rules:\n"
                                       "      - name: a\n"
                                       "        look_in: [reply, subject]\n"
                                       "        pattern: 'id (?<value>\\d+)'\n"
                                       "        type: digits\n"
                                       "        examples:\n"
                                       "          - {text: id 7, finds: '7'}\n"
                                       "          - {text: id 8 id 9, finds: ['8', '9']}\n"
                                       "          - {text: id, finds: nothing}\n"
                                       "          - text: id 10\n"
                                       "            finds: nothing\n"
                                       "          - {text: nothing, finds: 'nothing'}\n"
                                       "      - {name: b, pattern: '(?<value>x)'}\n");
    RuleInfo info;
    assert_int_equal(rules_count(rules), 2);
    rules_info(rules, 0, &info);
    assert_string_equal(info.name, "a");
    assert_string_equal(info.field, "id");
    assert_string_equal(info.type, "digits");
    assert_string_equal(info.help, "What it is");
    assert_string_equal(info.places, "subject, reply");
    assert_int_equal(info.line, 6);
    assert_int_equal(info.examples, 5);
    rules_info(rules, 1, &info);
    assert_string_equal(info.places, "subject, reply, attachments");
    assert_string_equal(rules_label(rules, "id"), "The ID");
    assert_string_equal(rules_label(rules, "other"), "other");
    g_autoptr(GPtrArray) results = rules_run_examples(rules);
    static const struct {
        guint line;
        gboolean passed;
        const char *expected, *found;
    } expected[] = {
        {11, TRUE, "7", "7"},         {12, TRUE, "8\n9", "8\n9"},        {13, TRUE, "nothing", "nothing"},
        {14, FALSE, "nothing", "10"}, {16, FALSE, "nothing", "nothing"},
    };
    assert_int_equal(results->len, G_N_ELEMENTS(expected));
    for (guint i = 0; i < results->len; i++) {
        const RulesExample *result = results->pdata[i];
        assert_string_equal(result->rule, "a");
        assert_int_equal(result->line, expected[i].line);
        assert_int_equal(result->passed, expected[i].passed);
        assert_string_equal(result->expected, expected[i].expected);
        assert_string_equal(result->found, expected[i].found);
    }
}

static void test_shared_matches(void **state)
{
    (void)state;
    const RulesInput input = {.reply = "kit 1.0, lib 2.0, tool 3.0"};
    assert_found(
        "fields:\n"
        "  name:\n"
        "    rules:\n"
        "      - {name: a, pattern: '(?<value>[a-z]+) (?<version>[\\d.]+)', except: '^lib$'}\n"
        "  version:\n"
        "    rules:\n"
        "      - {name: b, pattern_of: a, capture: version, type: version}\n",
        &input,
        "name=kit reply 0-3\nname=tool reply 18-22\nversion=1.0 reply 4-7\nversion=3.0 reply 23-26\n");
}

static void test_echo(void **state)
{
    (void)state;
    static const struct {
        const char *type, *text;
        gboolean may_echo;
    } cases[] = {
        {"text", "abc", FALSE},
        {"digits", "12", TRUE},
        {"integer", "12", TRUE},
        {"uuid", "3f2504e0-4f89-11d3-9a0c-0305e82c3301", TRUE},
        {"zuid", "8-f48cf3a682-7fthvk", TRUE},
        {"url", "https://a.b/c", FALSE},
        {"version", "1.2", TRUE},
        {"http-status", "404", TRUE},
        {"token", "abc12345", FALSE},
        {"block", "x", FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *file = g_strdup_printf(
            "fields:\n  f:\n    rules:\n      - {name: r, pattern: '(?<value>\\S+)', type: %s}\n",
            cases[i].type);
        const RulesInput input = {.reply = cases[i].text};
        Run run = run_input(file, &input);
        assert_int_equal(run.fields->len, 1);
        assert_int_equal(((const Field *)run.fields->pdata[0])->may_echo, cases[i].may_echo);
        run_clear(&run);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_problems),
        cmocka_unit_test(test_places_and_order),
        cmocka_unit_test(test_first_rule_keeps_the_place),
        cmocka_unit_test(test_keys_of_rules),
        cmocka_unit_test(test_needs),
        cmocka_unit_test(test_windows),
        cmocka_unit_test(test_gives_up),
        cmocka_unit_test(test_deep_stack),
        cmocka_unit_test(test_secrets_stay_inside),
        cmocka_unit_test(test_mask_of_long_text),
        cmocka_unit_test(test_mask_of_searched_texts),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_zuids),
        cmocka_unit_test(test_info_and_examples),
        cmocka_unit_test(test_shared_matches),
        cmocka_unit_test(test_echo),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
