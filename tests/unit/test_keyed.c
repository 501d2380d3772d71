#include "one_rule.h"

#define APP_ID                                                                                                                     \
    "        finder: key\n        key: [App ID, Application, 'アプリID', معرف التطبيق, 'ID приложения']\n" \
    "        type: digits\n"
#define SHOP "        finder: key\n        key: [Shop name]\n"

static void test_lines(void **state)
{
    (void)state;
    static const struct {
        const char *text, *values;
    } cases[] = {
        {"App ID: 4821", "4821"},
        {"Hello,\nApp ID: 4821\nThanks", "4821"},
        {"app_id=4821", "4821"},
        {"App ID = 4821", "4821"},
        {"APP-ID: 4821", "4821"},
        {"appId: 4821", "4821"},
        {"App-ID ......... 4821", "4821"},
        {"App ID . . . . . 4821", "4821"},
        {"App ID____________ 4821", "4821"},
        {"App ID \t 4821", "4821"},
        {"App ID        4821", "4821"},
        {"App ID - 4821", "4821"},
        {"App ID – 4821", "4821"},
        {"App ID => 4821", "4821"},
        {"App ID -> 4821", "4821"},
        {"App ID → 4821", "4821"},
        {"- App ID: 4821", "4821"},
        {"• App ID: 4821", "4821"},
        {"* App ID: 4821", "4821"},
        {"1. App ID: 4821", "4821"},
        {"2) App ID: 4821", "4821"},
        {"> App ID: 4821", "4821"},
        {"> > * App ID: 4821", "4821"},
        {"  [x] App ID: 4821", "4821"},
        {"**App ID:** 4821", "4821"},
        {"**App ID**: 4821", "4821"},
        {"*App ID*: `4821`", "4821"},
        {"\"App ID\": \"4821\"", "4821"},
        {"“App ID”: “4821”", "4821"},
        {"App ID: „4821“", "4821"},
        {"App ID: «4821»", "4821"},
        {"App ID: **4821**, please", "4821"},
        {"App ID: #4821", "4821"},
        {"App ID: (4821)", "4821"},
        {"App ID: 4821 (production)", "4821"},
        {"App ID: 4821.", "4821"},
        {"App ID: 4821; Version: 2", "4821"},
        {"Version: 2, App ID: 4821, Plan: Pro", "4821"},
        {"Version: 2. App ID: 4821. Plan: Pro", "4821"},
        {"Version: 2 | App ID: 4821 | Plan: Pro", "4821"},
        {"Version: 2\tApp ID: 4821\tPlan: Pro", "4821"},
        {"Version: 2 / App ID: 4821 / Plan: Pro", "4821"},
        {"Note: App ID: 4821", "4821"},
        {"We use version: 2 and our App ID: 4821", "4821"},
        {"Hallo, unsere App-ID: 4821 geht nicht", "4821"},
        {"Bonjour, notre App ID : 4821", "4821"},
        {"App ID\xc2\xa0: 4821", "4821"},
        {"App ID:\xc2\xa0\xc2\xa0"
         "4821",
         "4821"},
        {"App ID (see the dashboard): 4821", "4821"},
        {"App ID:\n4821", "4821"},
        {"App ID:\n\n   4821\n", "4821"},
        {"> App ID:\n> 4821\n", "4821"},
        {"**App ID:**\n4821", "4821"},
        {"App ID:\n- 4821\n", "4821"},
        {"App ID：４", ""},
        {"App ID：4821", "4821"},
        {"アプリID：4821です", ""},
        {"アプリID：4821", "4821"},
        {"アプリＩＤ： 4821", "4821"},
        {"アプリID：4821、バージョン：2", "4821"},
        {"ID приложения: 4821", "4821"},
        {"ID ПРИЛОЖЕНИЯ — 4821", "4821"},
        {"\u200fمعرف التطبيق\u200f: \u200e"
         "4821\u200e",
         "4821"},
        {"معرف التطبيق: \u2066"
         "4821\u2069، الإصدار: 2",
         "4821"},
        {"curl --app-id=4821 --verbose", "4821"},
        {"curl 'https://api.example.com/x?app_id=4821&v=2'", "4821"},
        {"see https://api.example.com/x?v=2&appId=4821 there", "4821"},
        {"APP_ID=4821\nexport APP_NAME=shop", "4821"},
        {"export APP_ID=4821", "4821"},
        {"[app]\napp_id = 4821 ; production", "4821"},
        {"app_id = 4821 # production", "4821"},
        {"app:\n  app_id: 4821\n  name: x", "4821"},
        {"X-App: 3\r\nApp ID: 4821\r\n", "4821"},
        {"App ID: 4821\nApplication: 5007", "4821|5007"},
        {"App ID:\t4821", "4821"},
        {"App ID\t:\t4821\nPlan\t:\tPro", "4821"},
        {"### App ID\n\n4821\n\n### Version\n\n2.1", "4821"},
        {"**App ID**\n4821\n**Version**\n2.1", "4821"},
        {"Name\nKim\n\nApp ID\n4821\n\nBye", "4821"},
        {"Hallo zusammen,\n\nseit gestern geht nichts mehr (App-ID: 4821, Region: EU).\n\nGruß", "4821"},
        {"Bonjour,\nvoici les infos :\n- Nom : Fleurs\n- App ID : 4821\n- Région : UE", "4821"},
        {"Hola, el App ID: 4821 y la región: UE", "4821"},
        {"Olá, nosso App ID: 4821, obrigado", "4821"},
        {"お世話になっております。\n\n・アプリID：4821\n・環境：本番", "4821"},
        {"【アプリID】4821", "4821"},
        {"【環境】本番【アプリID】\n4821", "4821"},
        {"您好，App ID：4821，版本：2", "4821"},
        {"Здравствуйте, наш App ID: 4821, версия: 2", "4821"},
        {"مرحبا،\nمعرف التطبيق: 4821\nشكرا", "4821"},
        /* Nothing of the kind. */
        {"We have a problem with our App ID: it does not load", ""},
        {"Name\nApp ID\nPlan\nShop\n4821\nPro", ""},
        {"App IDs: 4821", ""},
        {"Parent App ID: 4821", ""},
        {"App: 4821", ""},
        {"The App ID is broken since 12:30", ""},
        {"App ID:\nVersion:\n4821", ""},
        {"App ID:", ""},
        {"App ID: n/a", ""},
        {": 4821\n= 4821", ""},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        assert_found(APP_ID, cases[i].text, cases[i].values);
}

static void test_texts(void **state)
{
    (void)state;
    static const struct {
        const char *text, *values;
    } cases[] = {
        {"Shop name: Blumen & Co", "Blumen & Co"},
        {"Shop name: \"Blumen, Erde und mehr\" (Berlin)", "Blumen, Erde und mehr"},
        {"Shop name = Zoë's", "Zoë's"},
        {"shop_name='a b'", "a b"},
        {"shop_name=Blumen und mehr", "Blumen und mehr"},
        {"Shop name: Blumen, Version: 2", "Blumen"},
        {"Shop name:\n12. Allee\n", "12. Allee"},
        {"https://x.example.com/?shop_name=Blumen%20%26%20Co&x=1", "Blumen & Co"},
        {"{\"shopName\": \"Bl\\u00fcmen \\\"A\\\"\"}", "Blümen \"A\""},
        {"<shop-name>A &amp; B</shop-name>", "A & B"},
        {"<shopName><![CDATA[A & B]]></shopName>", "A & B"},
        {"Shop name: 花屋", "花屋"},
        {"?shop_name=flowers\u202fx=y", "flowers"},
        {"Shop name\tFlowers\nPlan\tPro", "Flowers"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        assert_found(SHOP, cases[i].text, cases[i].values);
}

static void test_trees(void **state)
{
    (void)state;
    static const struct {
        const char *text, *values;
    } cases[] = {
        {"{\"app_id\": 4821}", "4821"},
        {"we send {\"name\":\"x\",\"app_id\":\"4821\",} and get 500", "4821"},
        {"\"app_id\" : 4821 , \"x\": 1", "4821"},
        {"{'app_id': '4821'}", "4821"},
        {"{appId: 4821, name: 'x'}", "4821"},
        {"{ name: 'x', appId: 4821 }", "4821"},
        {"{\"app\": {\"id\": 4821, \"user\": {\"id\": 7}}}", "4821"},
        {"{\"user\": {\"id\": 7}, \"id\": 8}", ""},
        {"\"{\\\"app_id\\\": \\\"4821\\\"}\"", "4821"},
        {"body: \"{\\\"app_id\\\":4821}\"", "4821"},
        {"{\"app_id\":\n   4821\n}", "4821"},
        {"array('app_id' => '4821')", "4821"},
        {"{\"app_id\": null}", ""},
        {"{\\\"app_id\\\":\\\\\"x\\\\\":4821}", ""},
        {"{\"app_id\": [4821]}", "4821"},
        {"{\"other\": \"app_id: 7\"}", ""},
        {"<app_id>4821</app_id>", "4821"},
        {"<ns:AppId xmlns:ns='urn:x'> 4821 </ns:AppId>", "4821"},
        {"<app id=\"4821\"/>", "4821"},
        {"<user id=\"4821\"/>", ""},
        {"<config app_id='4821' mode=x>", "4821"},
        {"<add key=\"AppId\" value=\"4821\"/>", "4821"},
        {"<meta name=app-id content=4821>", "4821"},
        {"<app><id>4821</id></app>", "4821"},
        {"a < b and app_id > 4821", ""},
        {"&lt;app_id&gt;4821&lt;/app_id&gt;", ""},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        assert_found(APP_ID, cases[i].text, cases[i].values);
}

static void test_tables(void **state)
{
    (void)state;
    static const struct {
        const char *text, *values;
    } cases[] = {
        {"| Name | App ID |\n|------|:------:|\n| Shop | 4821 |\n| Blog | 5007 |", "4821|5007"},
        {"Name | App ID\n--- | ---\nShop | 4821", "4821"},
        {"| App ID | 4821 |\n| Version | 2.1 |", "4821"},
        {"| Field | Value |\n|---|---|\n| App ID | 4821 |", "4821"},
        {"Name\tApp ID\tPlan\nShop\t4821\tPro\nBlog\t5007\tPro\n\nRegards", "4821|5007"},
        {"App ID\t4821\nPlan\tPro", "4821"},
        {"App ID   Name      Version\n4821     Shop      2.1\n5007     Blog      2.0", "4821|5007"},
        {"Name     App ID   Version\n------   ------   -------\nShop     4821     2.1", "4821"},
        {"Name     App ID   Version\nShop     4821\n", "4821"},
        {"Name     App ID   Version\n         4821     2.1\n", "4821"},
        {"Name     Shop\nApp ID   4821", "4821"},
        {"> | App ID | Name |\n> |---|---|\n> | 4821 | x |", "4821"},
        {"app_id,name\n4821,shop\n5007,blog", "4821|5007"},
        {"name;app_id\nshop;4821", "4821"},
        {"Hi team, a question\nthe app 4821, Application: 5007", "5007"},
        {"App ID: 4821 | Version: 2\nApp ID: 5007 | Version: 3", "4821|5007"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        assert_found(APP_ID, cases[i].text, cases[i].values);
}

static void test_lists(void **state)
{
    (void)state;
    static const struct {
        const char *text, *values;
    } cases[] = {
        {"App ID: 4821, 5007 and 5011", "4821|5007|5011"},
        {"App ID: 4821 und 5007", "4821|5007"},
        {"App ID：4821、5007", "4821|5007"},
        {"App ID: 4821; 5007 / 5011", "4821|5007|5011"},
        {"{\"app_id\": [\"4821\", \"5007\"]}", "4821|5007"},
        {"App ID:\n- 4821\n- 5007\n- 5011\n\nBye", "4821|5007|5011"},
        {"App ID:\n1. 4821\n2. 5007\n", "4821|5007"},
        {"app_id:\n  - 4821\n  - 5007\nname: x", "4821|5007"},
        {"App ID: 4821, Version: 2", "4821"},
        {"App ID: 4821 و 5007", "4821|5007"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        assert_found(APP_ID "        list: yes\n", cases[i].text, cases[i].values);
    assert_found(APP_ID, "App ID: 4821, 5007", "4821");
    assert_found(APP_ID, "App ID:\n- 4821\n- 5007", "4821");
}

static void test_patterns(void **state)
{
    (void)state;
    assert_found(APP_ID "        pattern: '^\\d{4}$'\n", "App ID: 48210", "");
    assert_found(APP_ID "        pattern: '^\\d{4}$'\n", "App ID: 4821", "4821");
    assert_found(APP_ID "        pattern: 'v(?<value>\\d+)'\n", "App ID: x-v4821-y", "4821");
    assert_found(APP_ID "        except: '^48'\n", "App ID: 4821\nApplication: 5007", "5007");
    assert_found(APP_ID "        near: {words: [live], within: 20}\n", "live: App ID: 4821", "4821");
    assert_found(APP_ID "        near: {words: [live], within: 20}\n", "test: App ID: 4821", "");
}

static char *repeated(const char *piece, gsize bytes)
{
    GString *text = g_string_sized_new(bytes);
    while (text->len < bytes)
        g_string_append(text, piece);
    return g_string_free(text, FALSE);
}

/* None of them takes long: the time of all tests together would tell. The last value stands behind it all. */
static void test_hostile(void **state)
{
    (void)state;
    static const char *const pieces[] = {
        ":",       "=",        "a:",    "a: b, ", "\"",     "\"a\":",    "'",      "\\\"", "{",
        "}",       "{\"a\":{", "[[",    "<",      "<a ",    "<a b=",     "<a b='", "<a>",  "</a>",
        "|",       "|a",       "a|b\n", "\t",     "a\tb\n", "a  b  c\n", "a,b\n",  "\n",   "App ID:\n",
        "> ",      "- ",       ". ",    "...",    "…",      "\u200b",    "&amp;",  "ü",    "花",
        "?a=%41&", "\"a\":\"", "\"\\",  "App ID", "“",      "**",        "(",      "、",   "App ID: x, ",
        "a and ",  "1. ",      "-\n",   "#",      "<a><b>",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(pieces); i++) {
        g_autofree char *text = repeated(pieces[i], 100 * 1024);
        g_autofree char *values = found(APP_ID "        list: yes\n", text);
        /* Values of any length end at a character. */
        g_autofree char *quoted = g_strconcat("<x shop_name='ü", text, NULL), *named = found(SHOP, quoted);
        if (*values && !strstr(values, "rule-gave-up"))
            fail_msg("'%s' gives '%s'", pieces[i], values);
    }
}

static void test_gives_up(void **state)
{
    (void)state;
    /* Each is a key by its own name and below its parent's. */
    g_autofree char *text = repeated("\"a\":1,", 60000);
    g_autofree char *many = g_strconcat("{\"app_id\": 4821, \"b\": {", text, NULL);
    assert_found(APP_ID, many, "4821 !rule-gave-up");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),   cmocka_unit_test(test_texts),    cmocka_unit_test(test_trees),
        cmocka_unit_test(test_tables),  cmocka_unit_test(test_lists),    cmocka_unit_test(test_patterns),
        cmocka_unit_test(test_hostile), cmocka_unit_test(test_gives_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
