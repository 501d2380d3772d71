#include "one_rule.h"

#define NUMBER "        pattern: '(?<![\\w-])(?<value>\\d{4,})(?!\\w)'\n        type: digits\n"
#define NEAR(keys)                                                                                                   \
    NUMBER "        near: {words: [order, 'order number', bestellung, größe, заказ, 注文, طلب, 'n° de " \
           "commande', straße], " keys "}\n"

static void test_near(void **state)
{
    (void)state;
    static const struct {
        const char *rule, *text, *values;
    } cases[] = {
        {NEAR("within: 10"), "my order 4821", "4821"},
        {NEAR("within: 7"), "4821 is the order", ""},
        {NEAR("within: 8"), "4821 is the order", "4821"},
        {NEAR("within: 10"), "ORDER 4821", "4821"},
        {NEAR("within: 10"), "Order-4821x order/4821", "4821"},
        {NEAR("within: 10"), "reorder 4821", ""},
        {NEAR("within: 10"), "orders 4821", ""},
        {NEAR("within: 10"), "order_4821: 4821", "4821"},
        {NEAR("within: 3"), "order number   4821", "4821"},
        {NEAR("within: 1"), "order\n  NUMBER 4821", "4821"},
        {NEAR("within: 10"), "Bestellung: 4821", "4821"},
        {NEAR("within: 10"), "GRÖSSE 4821, GRÖßE 4822, gro\u0308ße 4823", "4821|4822|4823"},
        {NEAR("within: 10"), "STRASSE 4821", "4821"},
        {NEAR("within: 10"), "ЗАКАЗ № 4821, Заказ 4822", "4821|4822"},
        {NEAR("within: 10"), "заказы 4821", ""},
        {NEAR("within: 10"), "ご注文番号：4821（本日）", "4821"},
        {NEAR("within: 10"),
         "رقم طلب: \u200e"
         "4821\u200e",
         "4821"},
        {NEAR("within: 10"), "طلبات: 4821", ""},
        {NEAR("within: 10"), "N° de\u00a0commande 4821", "4821"},
        {NEAR("within: 10, side: before"), "order 4821", "4821"},
        {NEAR("within: 10, side: before"), "4821 order", ""},
        {NEAR("within: 10, side: behind"), "4821 order", "4821"},
        {NEAR("within: 10, side: behind"), "order 4821", ""},
        {NEAR("within: 10, side: either"), "order 4821 and 5007 order", "4821|5007"},
        {NEAR("within: 10"), "order\n4821", "4821"},
        {NEAR("within: 10, same_line: yes"), "order\n4821", ""},
        {NEAR("within: 10, same_line: yes"), "order 4821", "4821"},
        {NEAR("within: 3"), "order äöü4821 äöü 4821", ""},
        {NEAR("within: 5"), "order äöü 4821", "4821"},
        {NEAR("within: 4"), "order äöü 4821", ""},
        {NEAR("within: 1, side: before"), "order  4821 注文「4822」", "4822"},
        {NUMBER "        near: {words: Order}\n", "the order, as I said before, is this one: 4821", "4821"},
        {NEAR("within: 5"), "4821 order 5007 x 5011", "4821|5007"},
        {NEAR("within: 5") "        more: ', (?<value>\\d+)'\n", "order 4821, 5007, 5011", "4821|5007|5011"},
        {"        finder: zuid\n        near: {words: [instance], within: 20}\n",
         "instance 8-f48cf3a682-7fthvk, item 7-f48cf3a682-7fthvk", "8-f48cf3a682-7fthvk"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        assert_found(cases[i].rule, cases[i].text, cases[i].values);
}

/* Words far off the value, and values at both ends of a long text: what makes a rule cheap must not make it
 * blind. */
static void test_near_in_long_texts(void **state)
{
    (void)state;
    g_autoptr(GString) text = g_string_new("4821 order ");
    for (guint i = 0; i < 6000; i++)
        g_string_append(text, i % 97 ? "words " : "lines\n");
    g_string_append(text, "order ");
    for (guint i = 0; i < 1990 / 5; i++)
        g_string_append(text, "äöüß ");
    g_string_append(text, "5007");
    assert_found(NEAR("within: 2000, side: before"), text->str, "5007");
    assert_found(NEAR("within: 10, side: behind"), text->str, "4821");
}

#define UNDER NUMBER "        under: [Environment, 'Order details', 環境]\n"

static void test_under(void **state)
{
    (void)state;
    static const struct {
        const char *text, *values;
    } cases[] = {
        {"# Environment\n4821\n# Steps\n5007", "4821"},
        {"5007\n## Environment\n4821\n### Sub\n4822\n## Steps\n5008", "4821|4822"},
        {"Environment:\n4821\n\nSteps:\n5007", "4821"},
        {"Environment\n-----------\n4821\n\nSteps\n-----\n5007", "4821"},
        {"Environment\n===========\n4821", "4821"},
        {"**Environment**\n4821\n**Steps**\n5007", "4821"},
        {"**Environment:**\n4821\n\n**Steps:**\n5007", "4821"},
        {"ENVIRONMENT\n4821\n\nSTEPS TO REPRODUCE\n5007", "4821"},
        {"1. Environment:\n4821\n2. Steps:\n5007", "4821"},
        {"[Environment]\n4821\n[Steps]\n5007", "4821"},
        {"Environment\n4821", "4821"},
        {"> Environment:\n> 4821\n> Steps:\n> 5007", "4821"},
        {"Environment:\nApp ID: 4821\nOS: Linux 5007", "4821|5007"},
        {"Here are the order details:\n4821", "4821"},
        {"Order details: 4821\nPhone: 5007", "4821"},
        {"環境：\n4821\n手順：\n5007", "4821"},
        {"【環境】\n4821\n【手順】\n5007", "4821"},
        {"■環境\n4821\n■手順\n5007", "4821"},
        {"4821", ""},
        {"The environment is broken since 4821 days", ""},
        {"Environmental:\n4821", ""},
        {"Steps:\n4821\n\nEnvironment:", ""},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        assert_found(UNDER, cases[i].text, cases[i].values);
}

#define UUID                                                                                                 \
    "        pattern: '(?<![\\w-])(?<value>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?![\\w-])'\n       " \
    " type: uuid\n        joins_lines: yes\n"
#define JOINS NUMBER "        joins_lines: yes\n"
#define ID "0f8fad5b-d9cb-469f-a165-70867728950e"

static void test_joins(void **state)
{
    (void)state;
    static const struct {
        const char *rule, *text, *values;
    } cases[] = {
        {UUID, "my id " ID " x", ID},
        {UUID, "my id 0f8fad5b-d9cb-\n469f-a165-70867728950e x", ID},
        {UUID, "my id 0f8fad5b-d9\ncb-469f-a165-70867728950e x", ID},
        {UUID, "my id 0f8fad5b-d9-\ncb-469f-a165-70867728950e x", ID},
        {UUID, "> my id 0f8fad5b-d9cb-\n> 469f-a165-70867728950e x", ID},
        {UUID, "> > id 0f8fad5b-d9cb-\n> >   469f-a165-\n> > 70867728950e x", ID},
        {UUID, "my id 0f8fad5b-d9cb-\n      469f-a165-70867728950e x", ID},
        {UUID, "my id 0f8fad5b-d9cb=\n-469f-a165-70867728950e x", ID},
        {UUID, "id=3D0f8fad5b=2Dd9cb-469f-a165=\n-70867728950e x", ID},
        {UUID, "my id 0f8fad5b-d9cb\u200b-469f-a165-70867728950e x", ID},
        {UUID, "my id 0f8fad5b-d9cb\u2011\n469f-a165-70867728950e x", ""},
        {UUID, "my id 0f8fad5b-d9\u00ad\ncb-469f-a165-70867728950e x", ID},
        {UUID, "0f8fad5b-d9cb-\n\n469f-a165-70867728950e x", ""},
        {UUID, "0f8fad5b-d9cb- 469f-a165-70867728950e x", ""},
        /* What stands whole in the text goes before a guess. */
        {JOINS, "ID 4821\n5 apples", "4821"},
        {JOINS, "ID 48\n21 x", "4821"},
        {JOINS, "ID 48=\n21 x", "4821"},
        {JOINS, "4821\n5007", "4821|5007"},
        {JOINS, "4821\n5007-\n5008", "4821|5007|5008"},
        {NUMBER, "ID 48\n21 x", ""},
        {JOINS "        near: {words: [order], within: 10}\n", "order 48\n21 and many words more 50\n07 x",
         "4821"},
        {"        finder: zuid\n        joins_lines: yes\n", "instance 8-f48cf3a682-\n7fthvk",
         "8-f48cf3a682-7fthvk"},
        {"        finder: key\n        key: App ID\n        type: digits\n        joins_lines: yes\n",
         "App ID=3D48=\n21", "4821"},
        {JOINS "        more: ', ?(?<value>\\d{4})'\n", "x 4821, 50\n07", "4821|5007"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        assert_found(cases[i].rule, cases[i].text, cases[i].values);
}

/* Places and raw text are those of the mail as it is. */
static void test_joined_places(void **state)
{
    (void)state;
    static const char file[] = "fields:\n  f:\n    rules:\n      - name: r\n" UUID;
    static const char text[] = "ü id=3D 0f8fad5b-d9cb-\n> 469f-a165-7086=\n7728950e x";
    g_autoptr(GPtrArray) problems = problems_new();
    g_autoptr(RuleSet) rules = rules_compile("r.yaml", file, strlen(file), problems);
    g_autoptr(RulesScratch) scratch = rules_scratch_new(rules);
    g_autoptr(GPtrArray) fields = g_ptr_array_new_with_free_func((GDestroyNotify)field_free);
    g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
    rules_find(rules, scratch, &(const RulesInput){.reply = text},
               &(const RulesOutput){.fields = fields, .findings = findings});
    assert_int_equal(fields->len, 1);
    const Field *field = fields->pdata[0];
    assert_string_equal(field->value, ID);
    assert_string_equal(field->raw, "0f8fad5b-d9cb-\n> 469f-a165-7086=\n7728950e");
    assert_int_equal(field->start, 9);
    assert_int_equal(field->end, strlen(text) - 2);
}

/* What another reading has of the same place is no find of its own that lost. */
static void test_joined_alone(void **state)
{
    (void)state;
    static const char file[] = "fields:\n  f:\n    rules:\n      - name: r\n" JOINS;
    g_autoptr(GPtrArray) problems = problems_new();
    g_autoptr(RuleSet) rules = rules_compile("r.yaml", file, strlen(file), problems);
    g_autoptr(RulesScratch) scratch = rules_scratch_new(rules);
    g_autoptr(GPtrArray) fields = g_ptr_array_new_with_free_func((GDestroyNotify)field_free);
    g_autoptr(GPtrArray) losers = g_ptr_array_new_with_free_func((GDestroyNotify)field_free);
    g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
    rules_find(rules, scratch, &(const RulesInput){.reply = "ID 4821\n5 apples, 5007-\n1"},
               &(const RulesOutput){.fields = fields, .losers = losers, .findings = findings});
    assert_int_equal(fields->len, 2);
    assert_int_equal(losers->len, 0);
}

static void test_why(void **state)
{
    (void)state;
    static const struct {
        const char *rule, *text, *why;
    } cases[] = {
        {NUMBER "        near: {words: [order, bestellung], within: 10, side: before}\n",
         "order, as is well known, 4821",
         "none of the words 'order', 'bestellung' within 10 characters before it"},
        {NUMBER "        near: {words: [order], within: 10, same_line: yes}\n", "order\n4821",
         "no word 'order' within 10 characters of it on the same line"},
        {NUMBER "        near: {words: [a, b, c, d, e, f, g], within: 1, side: behind}\n", "a 4821",
         "none of the words 'a', 'b', 'c', 'd', 'e' and 2 more within 1 characters behind it"},
        {NUMBER "        under: [Environment]\n", "4821", "it is not below the heading 'Environment'"},
        {NUMBER "        under: [Environment, Order]\n", "4821",
         "it is not below one of the headings 'Environment', 'Order'"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *file =
            g_strconcat("fields:\n  f:\n    rules:\n      - name: r\n", cases[i].rule, NULL);
        g_autoptr(GPtrArray) problems = problems_new();
        g_autoptr(RuleSet) rules = rules_compile("r.yaml", file, strlen(file), problems);
        g_autoptr(RulesScratch) scratch = rules_scratch_new(rules);
        g_autoptr(GPtrArray) fields = g_ptr_array_new_with_free_func((GDestroyNotify)field_free);
        g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
        g_autoptr(GPtrArray) candidates = g_ptr_array_new_with_free_func((GDestroyNotify)candidate_free);
        rules_find(rules, scratch, &(const RulesInput){.reply = cases[i].text},
                   &(const RulesOutput){.fields = fields, .findings = findings, .candidates = candidates});
        assert_int_equal(candidates->len, 1);
        const Candidate *candidate = candidates->pdata[0];
        assert_int_equal(candidate->fate, CANDIDATE_NO_CONTEXT);
        assert_string_equal(candidate->why, cases[i].why);
    }
}

static void test_problems(void **state)
{
    (void)state;
    static const struct {
        const char *rule, *places; /* "line:column words of the message" a line */
    } cases[] = {
        {NUMBER "        near: [order]\n", "7:15 'near' has keys: {words: [order, invoice]"},
        {NUMBER "        near: {word: [order]}\n",
         "7:15 'near' needs 'words'\n7:16 unknown key 'word'; did you mean 'words'?"},
        {NUMBER "        near: {words: []}\n", "7:15 'near' needs 'words'"},
        {NUMBER "        near: {words: ['']}\n", "7:15 'near' needs 'words'\n7:24 'words' has an empty item"},
        {NUMBER "        near: {words: [a], within: 9999}\n", "7:36 "},
        {NUMBER "        near: {words: [a], side: behnd}\n",
         "7:34 unknown side 'behnd'; did you mean 'behind'?"},
        {NUMBER "        near: {words: [a], same_line: maybe}\n", "7:39 "},
        {NUMBER "        under: []\n", "7:16 'under' is empty"},
        {NUMBER "        under: {a: b}\n", "7:16 'under' must be a list"},
        {NUMBER "        joins_lines: maybe\n", "7:22 "},
        {NUMBER "        key: [App ID]\n", "7:9 'key' belongs to rules with 'finder: key'"},
        {NUMBER "        list: yes\n", "7:9 'list' belongs to rules with 'finder: key'"},
        {NUMBER "        url: {query: id}\n", "7:9 'url' belongs to rules with 'finder: url'"},
        {NUMBER "        kye: [App ID]\n", "7:9 unknown key 'kye'; did you mean 'key'?"},
        {"        finder: key\n", "4:9 a rule with 'finder: key' needs 'key'"},
        {"        finder: key\n        key: ['---']\n", "6:15 '---' has no letter or digit"},
        {"        finder: key\n        key: [a]\n        more: '(?<value>x)'\n",
         "7:9 'more' belongs to rules without a 'finder'"},
        {"        finder: key\n        key: [a]\n        pattern: '(x'\n",
         "7:21 the pattern does not compile"},
        {"        finder: url\n", "4:9 a rule with 'finder: url' needs 'url'"},
        {"        finder: url\n        url: {host: a.example.com}\n",
         "6:14 'url' must say where the value is, once"},
        {"        finder: url\n        url: {path: '/{value}', query: id}\n",
         "6:14 'url' must say where the value is, once"},
        {"        finder: url\n        url: {path: '/{id}'}\n",
         "6:21 '/{id}': only {value} may stand in braces"},
        {"        finder: url\n        url: {path: '/a*/{value}'}\n",
         "6:21 '/a*/{value}': '*' stands for a whole piece"},
        {"        finder: url\n        url: {host: 'https://{value}.example.com'}\n",
         "6:21 'https://{value}.example.com': a host is names"},
        {"        finder: url\n        url: {qery: id}\n",
         "6:14 'url' must say where the value is, once\n6:15 unknown key 'qery'; did you mean 'query'?"},
        {"        finder: urls\n", "5:17 unknown finder 'urls'; did you mean 'url'?"},
        {"        finder: error-block\n        joins_lines: yes\n",
         "6:22 'joins_lines' is for values inside a line"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *file =
            g_strconcat("fields:\n  f:\n    rules:\n      - name: r\n", cases[i].rule, NULL);
        g_autoptr(GPtrArray) problems = problems_new();
        g_autoptr(RuleSet) rules = rules_compile("r.yaml", file, strlen(file), problems);
        g_autofree char *said = problems_format(problems);
        if (rules)
            fail_msg("taken:\n%s", file);
        g_auto(GStrv) places = g_strsplit(cases[i].places, "\n", -1);
        if (problems->len != g_strv_length(places))
            fail_msg("in:\n%ssaid:\n%s", file, said);
        for (char **place = places; *place; place++) {
            char *words = strchr(*place, ' ');
            g_autofree char *wanted =
                g_strdup_printf("r.yaml:%.*s: error: %s", (int)(words - *place), *place, words + 1);
            if (!strstr(said, wanted))
                fail_msg("in:\n%swanted: %s\nsaid:\n%s", file, wanted, said);
        }
    }
}

static void test_hostile(void **state)
{
    (void)state;
    static const char *const pieces[] = {"order ",
                                         "4821 ",
                                         "order 4821 ",
                                         "4821\n",
                                         "-\n",
                                         "=\n",
                                         "=3D",
                                         "=C3=BC",
                                         "=ff",
                                         "a\n> ",
                                         ">",
                                         "#",
                                         "# Environment\n",
                                         "Environment:\n4821\n",
                                         "**",
                                         "A\n-\n",
                                         "注文",
                                         "\u0308",
                                         "ß",
                                         "1111-\n",
                                         "\u200b",
                                         "Environment: 4821\n"};
    static const char *const rules[] = {NEAR("within: 60"), UNDER, JOINS, UUID};
    for (gsize i = 0; i < G_N_ELEMENTS(pieces); i++) {
        GString *text = g_string_new(NULL);
        while (text->len < 100 * 1024)
            g_string_append(text, pieces[i]);
        for (gsize k = 0; k < G_N_ELEMENTS(rules); k++) {
            g_autofree char *values = found(rules[k], text->str);
            assert_null(strstr(values, "!"));
        }
        g_string_free(text, TRUE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_near),          cmocka_unit_test(test_near_in_long_texts),
        cmocka_unit_test(test_under),         cmocka_unit_test(test_joins),
        cmocka_unit_test(test_joined_places), cmocka_unit_test(test_joined_alone),
        cmocka_unit_test(test_why),           cmocka_unit_test(test_problems),
        cmocka_unit_test(test_hostile),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
