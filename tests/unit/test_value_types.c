/* Each type of value: what it takes and in which form, what it refuses and why. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <parsers/rules/value_type.h>
#include <parsers/rules/word_list.h>
#include <postern/rules.h>
#include <string.h>

typedef struct {
    const char *text;
    const char *value; /* NULL: refused */
    const char *why;   /* begins so; or NULL: not asked */
} Case;

static void assert_case(const TypeSpec *spec, const Case *one)
{
    gsize start = 0, end = strlen(one->text);
    const char *why = "unset";
    g_autofree char *value = value_normalise_why(spec, one->text, &start, &end, &why);
    if (g_strcmp0(value, one->value) != 0)
        fail_msg("%s '%s' gives '%s', not '%s' (%s)", value_type_name(spec->type), one->text,
                 value ? value : "nothing", one->value ? one->value : "nothing", why ? why : "no reason");
    assert_true(start <= end && end <= strlen(one->text));
    if ((why == NULL) != (value != NULL))
        fail_msg("%s '%s': %s", value_type_name(spec->type), one->text, why ? why : "no reason");
    if (!value && one->why && !g_str_has_prefix(why, one->why))
        fail_msg("%s '%s': '%s', not '%s'", value_type_name(spec->type), one->text, why, one->why);
    gsize from = 0, to = strlen(one->text);
    g_autofree char *same = value_normalise(spec, one->text, &from, &to);
    assert_int_equal(g_strcmp0(value, same), 0);
}

static void assert_cases(const TypeSpec *spec, const Case *cases)
{
    for (; cases->text; cases++)
        assert_case(spec, cases);
}

static void assert_type(ValueType type, const Case *cases)
{
    TypeSpec spec;
    type_spec_init(&spec, type);
    assert_cases(&spec, cases);
    type_spec_clear(&spec);
}

static void test_text(void **state)
{
    (void)state;
    assert_type(TYPE_TEXT, (Case[]){{"  two \n words ", "two words", NULL},
                                    {"\"quoted\"", "quoted", NULL},
                                    {"« cité »", "cité", NULL},
                                    {"   ", NULL, "too short"},
                                    {"", NULL, "empty"},
                                    {0}});
    TypeSpec spec;
    type_spec_init(&spec, TYPE_TEXT);
    spec.min_length = 3;
    spec.max_length = 5;
    assert_cases(
        &spec, (Case[]){{"äöü", "äöü", NULL}, {"ab", NULL, "too short"}, {"abcdef", NULL, "too long"}, {0}});
    type_spec_clear(&spec);
}

static void test_digits(void **state)
{
    (void)state;
    assert_type(TYPE_DIGITS, (Case[]){{"4821", "4821", NULL},
                                      {"007", "007", NULL},
                                      {"4,821", "4821", NULL},
                                      {"1.234.567", "1234567", NULL},
                                      {"1’234", "1234", NULL},
                                      {"1\xc2\xa0"
                                       "234",
                                       "1234", NULL},
                                      {"1.234,567", NULL, "not digits alone"},
                                      {"1,23", NULL, "not digits alone"},
                                      {"12-345", NULL, "not digits alone"},
                                      {"48x1", NULL, "not digits alone"},
                                      {"123456789012345678901", NULL, "too long"},
                                      {0}});
}

static void test_integer(void **state)
{
    (void)state;
    assert_type(TYPE_INTEGER, (Case[]){{"42", "42", NULL},
                                       {"+7", "7", NULL},
                                       {"-7", "-7", NULL},
                                       {"−1 234", "-1234", NULL},
                                       {"1_000_000", "1000000", NULL},
                                       {"1\xe2\x80\xaf"
                                        "234",
                                        "1234", NULL},
                                       {"007", "7", NULL},
                                       {"4.5", NULL, "no whole number"},
                                       {"--3", NULL, "no whole number"},
                                       {"99999999999999999999", NULL, "outside the range"},
                                       {0}});
    TypeSpec spec;
    type_spec_init(&spec, TYPE_INTEGER);
    spec.least = 10;
    spec.most = 1500;
    assert_cases(&spec, (Case[]){{"1,500", "1500", NULL},
                                 {"10", "10", NULL},
                                 {"9", NULL, "outside the range"},
                                 {"1,501", NULL, "outside the range"},
                                 {0}});
}

static void test_identifiers(void **state)
{
    (void)state;
    assert_type(TYPE_UUID, (Case[]){{"3F2504E0-4F89-11D3-9A0C-0305E82C3301",
                                     "3f2504e0-4f89-11d3-9a0c-0305e82c3301", NULL},
                                    {"3f2504e0-4f89-11d3-9a0c-0305e82c330g", NULL, "no UUID"},
                                    {"3f2504e04f8911d39a0c0305e82c3301", NULL, "a UUID has 36"},
                                    {0}});
    assert_type(TYPE_ZUID, (Case[]){{"8-F48CF3A682-7FTHVK", "8-f48cf3a682-7fthvk", NULL},
                                    {"8-f48cf3a682", NULL, "no ZUID"},
                                    {0}});
    TypeSpec spec;
    type_spec_init(&spec, TYPE_ZUID);
    spec.kinds = g_array_new(FALSE, FALSE, sizeof(guint));
    guint kind = 55;
    g_array_append_val(spec.kinds, kind);
    assert_cases(&spec, (Case[]){{"55-f48cf3a682-7fthvk", "55-f48cf3a682-7fthvk", NULL},
                                 {"8-f48cf3a682-7fthvk", NULL, "a ZUID of another kind"},
                                 {0}});
    type_spec_clear(&spec);
}

static void test_url(void **state)
{
    (void)state;
    assert_type(TYPE_URL, (Case[]){{"HTTPS://Example.COM/Path?Q=1.", "https://example.com/Path?Q=1", NULL},
                                   {"https://example.com/Foo_(bar))", "https://example.com/Foo_(bar)", NULL},
                                   {"http://localhost:3000/x", "http://localhost:3000/x", NULL},
                                   {"https://intranet/x", NULL, "no web address: the name"},
                                   {"://x", NULL, "no web address"},
                                   {0}});
}

static void test_email(void **state)
{
    (void)state;
    assert_type(TYPE_EMAIL, (Case[]){{"Kim@Example.COM", "Kim@example.com", NULL},
                                     {"<mailto:kim@example.org>.", "kim@example.org", NULL},
                                     {"kim+shop@bücher.example", "kim+shop@xn--bcher-kva.example", NULL},
                                     {"kim@", NULL, "no mail address"},
                                     {"kim@example..com", NULL, "no mail address"},
                                     {"kim at example.com", NULL, "no mail address"},
                                     {"kim@example.com, lee@example.com", NULL, "no mail address"},
                                     {0}});
}

static void test_ip(void **state)
{
    (void)state;
    assert_type(TYPE_IP, (Case[]){{"192.0.2.7", "192.0.2.7", NULL},
                                  {"192.0.2.0/24", "192.0.2.0/24", NULL},
                                  {"2001:DB8:0:0:8:800:200C:417A", "2001:db8::8:800:200c:417a", NULL},
                                  {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1", NULL},
                                  {"2001:db8::1:0:0:1", "2001:db8::1:0:0:1", NULL},
                                  {"[2001:db8::1]", "2001:db8::1", NULL},
                                  {"::ffff:192.0.2.1", "::ffff:192.0.2.1", NULL},
                                  {"2001:db8::/32", "2001:db8::/32", NULL},
                                  {"192.0.2.256", NULL, "no IP address"},
                                  {"192.0.2.007", NULL, "no IP address"},
                                  {"1.2.3", NULL, "no IP address"},
                                  {"2001:db8::1::2", NULL, "no IP address"},
                                  {"192.0.2.0/33", NULL, "no such prefix"},
                                  {"2001:db8::/129", NULL, "no such prefix"},
                                  {"192.0.2.0/", NULL, "no such prefix"},
                                  {0}});
}

static void test_date(void **state)
{
    (void)state;
    assert_type(TYPE_DATE, (Case[]){{"2026-11-22", "2026-11-22", NULL},
                                    {"2026/1/2", "2026-01-02", NULL},
                                    {"20261122", "2026-11-22", NULL},
                                    {"22.11.2026", "2026-11-22", NULL},
                                    {"3.4.26", "2026-04-03", NULL},
                                    {"11/22/2026", "2026-11-22", NULL},
                                    {"22/11/2026", "2026-11-22", NULL},
                                    {"5/5/2026", "2026-05-05", NULL},
                                    {"22 November 2026", "2026-11-22", NULL},
                                    {"November 22nd, 2026", "2026-11-22", NULL},
                                    {"the 1st of Aug. 2026", "2026-08-01", NULL},
                                    {"22-Nov-2026", "2026-11-22", NULL},
                                    {"2026 November 22", "2026-11-22", NULL},
                                    {"22. März 2026", "2026-03-22", NULL},
                                    {"1. Jänner 2026", "2026-01-01", NULL},
                                    {"1er février 2026", "2026-02-01", NULL},
                                    {"15 AOÛT 2026", "2026-08-15", NULL},
                                    {"22 de noviembre de 2026", "2026-11-22", NULL},
                                    {"3 de março de 2026", "2026-03-03", NULL},
                                    {"7 mei 2026", "2026-05-07", NULL},
                                    {"9 luglio 2026", "2026-07-09", NULL},
                                    {"2026年11月22日", "2026-11-22", NULL},
                                    {"29.2.2024", "2024-02-29", NULL},
                                    {"29.2.2026", NULL, "no such day"},
                                    {"31 April 2026", NULL, "no such day"},
                                    {"2026-13-01", NULL, "no such month"},
                                    {"22.13.2026", NULL, "no such month"},
                                    {"0.1.2026", NULL, "no such day"},
                                    {"11/12/2026", NULL, "day or month first?"},
                                    {"1.1.1850", NULL, "the year is not"},
                                    {"1.1.126", NULL, "a year has"},
                                    {"22 Nevember 2026", NULL, "no date"},
                                    {"22.11.", NULL, "no date"},
                                    {"1.2.3.4", NULL, "no date"},
                                    {"May June 2026", NULL, "no date"},
                                    {"next week", NULL, "no date"},
                                    {0}});
}

static void test_date_order(void **state)
{
    (void)state;
    TypeSpec spec;
    type_spec_init(&spec, TYPE_DATE);
    spec.order = ORDER_DMY;
    assert_cases(&spec,
                 (Case[]){{"11/12/2026", "2026-12-11", NULL}, {"2026-11-12", "2026-11-12", NULL}, {0}});
    spec.order = ORDER_MDY;
    assert_cases(&spec, (Case[]){{"11/12/2026", "2026-11-12", NULL},
                                 {"22/11/2026", "2026-11-22", NULL},
                                 {"11.12.2026", "2026-12-11", NULL},
                                 {0}});
    spec.order = ORDER_YMD;
    assert_cases(&spec, (Case[]){{"26/11/22", "2026-11-22", NULL}, {"11/22/2026", "2026-11-22", NULL}, {0}});
}

static void test_version_and_status(void **state)
{
    (void)state;
    assert_type(TYPE_VERSION, (Case[]){{"v2.1-rc.1", "2.1-rc.1", NULL},
                                       {"1.2.3,", "1.2.3", NULL},
                                       {"1.2visit", NULL, "no version"},
                                       {"abc", NULL, "no version"},
                                       {0}});
    assert_type(TYPE_HTTP_STATUS, (Case[]){{"404", "404", NULL},
                                           {"600", NULL, "outside the range"},
                                           {"1000", NULL, "a status has three digits"},
                                           {"4x4", NULL, "no whole number"},
                                           {0}});
}

static void test_phone(void **state)
{
    (void)state;
    assert_type(TYPE_PHONE, (Case[]){{"+49 (0)30 123456", "+4930123456", NULL},
                                     {"0044 20 7946 0000", "+442079460000", NULL},
                                     {"+1 (202) 555-0123", "+12025550123", NULL},
                                     {"030 123456", NULL, "no international number"},
                                     {"+12", NULL, "a telephone number has"},
                                     {"+1234567890123456", NULL, "a telephone number has"},
                                     {"+49 30 CALLME", NULL, "no telephone number"},
                                     {0}});
}

static void test_card(void **state)
{
    (void)state;
    assert_type(TYPE_CARD, (Case[]){{"4111 1111 1111 1111", "4111111111111111", NULL},
                                    {"4111-1111-1111-1111", "4111111111111111", NULL},
                                    {"4111\xc2\xa0"
                                     "1111\xc2\xa0"
                                     "1111\xc2\xa0"
                                     "1111",
                                     "4111111111111111", NULL},
                                    {"5555555555554444", "5555555555554444", NULL},
                                    {"2223 0031 2200 3222", "2223003122003222", NULL},
                                    {"3782 822463 10005", "378282246310005", NULL},
                                    {"3056 930902 5904", "30569309025904", NULL},
                                    {"6011111111111117", "6011111111111117", NULL},
                                    {"3530 1113 3330 0000", "3530111333300000", NULL},
                                    {"4111 1111 1111 1112", NULL, "check digit wrong"},
                                    {"4111 1111-1111 1111", NULL, "not digits"},
                                    {"41 11111111 111111", NULL, "no card has such groups"},
                                    {"9111 1111 1111 1111", NULL, "no issuer"},
                                    {"1763848123456780", NULL, "no issuer"},
                                    {"411111111111", NULL, "no issuer"},
                                    {"4111 1111 1111 1111 1111 1111", NULL, "not digits"},
                                    {0}});
}

static void test_check_digits(void **state)
{
    (void)state;
    static const struct {
        CheckDigit check;
        const char *good, *bad;
    } cases[] = {
        {CHECK_LUHN, "7992 7398 713", "79927398710"},
        {CHECK_MOD97, "5493001KJTIIGC8Y1R12", "5493001KJTIIGC8Y1R21"},
        {CHECK_IBAN, "DE89 3704 0044 0532 0130 00", "DE89 3704 0044 0532 0310 00"},
        {CHECK_IBAN, "gb82 west 1234 5698 7654 32", "GB82 WEST 1234 5698 7654 33"},
        {CHECK_MOD11, "2434-561X", "2434-5610"},
        {CHECK_EAN13, "4006381333931", "4006381333913"},
        {CHECK_EAN13, "4006381333931", "400638133393"},
        {CHECK_ISBN, "0-306-40615-2", "0-306-40615-3"},
        {CHECK_ISBN, "978-0-306-40615-7", "4006381333931"},
        {CHECK_VERHOEFF, "2363", "2633"},
        {CHECK_VERHOEFF, "123451", "123415"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        if (!check_digit_fits(cases[i].check, cases[i].good) ||
            check_digit_fits(cases[i].check, cases[i].bad))
            fail_msg("%s: %s, %s", CHECK_NAMES[cases[i].check], cases[i].good, cases[i].bad);
        assert_true(check_digit_fits(CHECK_NONE, cases[i].bad));
        assert_false(check_digit_fits(cases[i].check, "no number!"));
        assert_false(check_digit_fits(cases[i].check, ""));
    }
}

static void test_check_keys(void **state)
{
    (void)state;
    TypeSpec spec;
    type_spec_init(&spec, TYPE_TEXT);
    spec.check = CHECK_IBAN;
    assert_cases(&spec, (Case[]){{"DE89 3704 0044 0532 0130 00", "DE89 3704 0044 0532 0130 00", NULL},
                                 {"DE88 3704 0044 0532 0130 00", NULL, "check digit wrong"},
                                 {0}});
    type_spec_init(&spec, TYPE_DIGITS);
    spec.check = CHECK_LUHN;
    assert_cases(&spec, (Case[]){{"7992-7398-713", "79927398713", NULL},
                                 {"79927398714", NULL, "check digit wrong"},
                                 {"7992 x", NULL, "not digits alone"},
                                 {0}});
}

static void test_token(void **state)
{
    (void)state;
    assert_type(TYPE_TOKEN, (Case[]){{"\"a1b2c3d4e5\"", "a1b2c3d4e5", NULL},
                                     {"a1b2c3d4e5.", "a1b2c3d4e5", NULL},
                                     {"YOUR_API_KEY_1", NULL, "stands in place"},
                                     {"xxxxxxxxxxxx", NULL, "stands in place"},
                                     {"keyboardcat", NULL, "looks like a word"},
                                     {"a1b2", NULL, "too short"},
                                     {"a1b2 c3d4", NULL, "no word in one piece"},
                                     {0}});
}

static void test_block(void **state)
{
    (void)state;
    assert_type(TYPE_BLOCK,
                (Case[]){{"\n  one\n    two\n\n", "one\n  two", NULL}, {"\n \n", NULL, "too short"}, {0}});
    TypeSpec spec;
    type_spec_init(&spec, TYPE_BLOCK);
    spec.min_lines = 2;
    spec.max_lines = 3;
    assert_cases(&spec, (Case[]){{"a\nb", "a\nb", NULL},
                                 {"a\nb\nc\n\n", "a\nb\nc", NULL},
                                 {"a", NULL, "too few lines"},
                                 {"a\nb\nc\nd", NULL, "too many lines"},
                                 {0}});
}

static void test_word(void **state)
{
    (void)state;
    TypeSpec spec;
    type_spec_init(&spec, TYPE_WORD);
    spec.words = known_words_new();
    assert_null(known_words_add(spec.words, "Pro", "Pro"));
    assert_null(known_words_add(spec.words, "Pro", "professionnel agréé"));
    assert_null(known_words_add(spec.words, "basic", "basic"));
    assert_string_equal(known_words_add(spec.words, "basic", "PRO"), "Pro");
    assert_cases(&spec, (Case[]){{"PRO", "Pro", NULL},
                                 {"Professionnel  AGRÉÉ", "Pro", NULL},
                                 {"\"Basic\"", "basic", NULL},
                                 {"ｂａｓｉｃ", "basic", NULL},
                                 {"free", NULL, "none of the known words"},
                                 {0}});
    type_spec_clear(&spec);
}

/* A thousand mails of a hundred words each, over a list as long as one may be: slow only when each word is
 * compared with all. */
static void test_many_words(void **state)
{
    (void)state;
    enum { WORDS = 50000, LOOKS = 100000 };
    g_autoptr(GString) list = g_string_new("# of the shop\n");
    for (guint i = 0; i < WORDS; i++)
        g_string_append_printf(list, "plan-%u = Tarif %u\n", i, i);
    g_autoptr(GPtrArray) problems = problems_new();
    KnownWords *words = known_words_new();
    word_list_read("plans.txt", list->str, words, problems);
    assert_int_equal(problems->len, 0);
    assert_int_equal(known_words_count(words), WORDS);
    for (guint i = 0; i < LOOKS; i++) {
        g_autofree char *asked = g_strdup_printf("TARIF %u", i % WORDS);
        g_autofree char *expected = g_strdup_printf("plan-%u", i % WORDS);
        assert_string_equal(known_words_find(words, asked), expected);
    }
    known_words_free(words);
}

static void test_word_list(void **state)
{
    (void)state;
    static const char text[] = "# plans\r\n\r\n pro = professional , profi\r\nbasic\n= x\nfree = PROFI\n";
    g_autoptr(GPtrArray) problems = problems_new();
    KnownWords *words = known_words_new();
    word_list_read("plans.txt", text, words, problems);
    assert_string_equal(known_words_find(words, "Profi"), "pro");
    assert_string_equal(known_words_find(words, "BASIC"), "basic");
    assert_null(known_words_find(words, "# plans"));
    assert_int_equal(problems->len, 2);
    const Problem *empty = problems->pdata[0], *twice = problems->pdata[1];
    assert_int_equal(empty->line, 5);
    assert_int_equal(twice->line, 6);
    assert_string_equal(twice->message, "'PROFI' stands for 'pro' already");
    known_words_free(words);
}

#define RULE(keys) "fields:\n  f:\n    rules:\n      - name: r\n        pattern: '(?<value>[^|]+)'\n" keys

static void test_keys_of_rules(void **state)
{
    (void)state;
    static const struct {
        const char *text, *problem; /* NULL: good */
    } cases[] = {
        {RULE("        type: word\n        words: {pro: [professional, profi], basic: []}\n"), NULL},
        {RULE("        type: word\n        words: [pro, basic]\n        words_from: plans.txt\n"), NULL},
        {RULE("        type: word\n        words: {pro: [x], basic: [X]}\n"), "'X' stands for 'pro' already"},
        {RULE("        type: word\n        words_from: plan.txt\n"),
         "there is no list of known values 'plan.txt'"},
        {RULE("        type: word\n"), "a rule of type word needs 'words'"},
        {RULE("        type: digits\n        check: luhn\n"), NULL},
        {RULE("        type: digits\n        check: luhm\n"), "did you mean 'luhn'?"},
        {RULE("        type: date\n        order: dmy\n"), NULL},
        {RULE("        type: date\n        check: luhn\n"), "'check' is for the types digits and text"},
        {RULE("        type: digits\n        order: dmy\n"), "'order' is for the type date"},
        {RULE("        type: block\n        min_lines: 2\n        max_lines: 9\n"), NULL},
        {RULE("        type: block\n        min_lines: 5\n        max_lines: 3\n"), "3"},
        {RULE("        type: emial\n"), "did you mean 'email'?"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GPtrArray) problems = problems_new();
        g_autoptr(RulesSource) source = rules_source_new("r.yaml", cases[i].text);
        rules_source_add_list(source, "plans.txt", "gold = premium\n");
        g_autoptr(RuleSet) rules = rules_compile_source(source, problems);
        g_autofree char *said = problems_format(problems);
        if ((rules != NULL) != (cases[i].problem == NULL) || (!rules && !strstr(said, cases[i].problem)))
            fail_msg("case %zu: %s", i, said);
    }
}

/* What stands in an acknowledgement must not be worded by a stranger. */
static void test_echo(void **state)
{
    (void)state;
    static const ValueType never[] = {TYPE_TEXT,  TYPE_URL,  TYPE_EMAIL, TYPE_IP,
                                      TYPE_PHONE, TYPE_CARD, TYPE_TOKEN, TYPE_BLOCK};
    for (gsize i = 0; i < G_N_ELEMENTS(never); i++)
        assert_false(value_type_may_echo(never[i]));
    assert_true(value_type_may_echo(TYPE_DATE));
    for (guint type = 0; type < TYPE_COUNT; type++) {
        assert_string_equal(value_type_names()[type], value_type_name((ValueType)type));
        assert_int_equal(value_type_parse(value_type_name((ValueType)type)), type);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text),         cmocka_unit_test(test_digits),
        cmocka_unit_test(test_integer),      cmocka_unit_test(test_identifiers),
        cmocka_unit_test(test_url),          cmocka_unit_test(test_email),
        cmocka_unit_test(test_ip),           cmocka_unit_test(test_date),
        cmocka_unit_test(test_date_order),   cmocka_unit_test(test_version_and_status),
        cmocka_unit_test(test_phone),        cmocka_unit_test(test_card),
        cmocka_unit_test(test_check_digits), cmocka_unit_test(test_check_keys),
        cmocka_unit_test(test_token),        cmocka_unit_test(test_block),
        cmocka_unit_test(test_word),         cmocka_unit_test(test_many_words),
        cmocka_unit_test(test_word_list),    cmocka_unit_test(test_keys_of_rules),
        cmocka_unit_test(test_echo),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
