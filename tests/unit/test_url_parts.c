#include "one_rule.h"

#define PATH "        finder: url\n        url: {host: '*.example.com', path: '/content/{value}/…'}\n"
#define QUERY "        finder: url\n        url: {host: '*.example.com', query: app_id}\n"
#define HOST "        finder: url\n        url: {host: '{value}.shop.example.com'}\n"

static void test_parts(void **state)
{
    (void)state;
    static const struct {
        const char *rule, *text, *values;
    } cases[] = {
        {PATH, "see https://a.example.com/content/6-abc/7-def there", "6-abc"},
        {PATH, "https://a.b.example.com/content/6-abc", "6-abc"},
        {PATH, "HTTPS://A.EXAMPLE.COM/content/6-abc/", "6-abc"},
        {PATH, "(https://a.example.com/content/6-abc).", "6-abc"},
        {PATH, "https://a.example.com:8443/content/6-abc?x=1#y", "6-abc"},
        {PATH, "https://kim@a.example.com/content/6-abc", "6-abc"},
        {PATH, "a.example.com/content/6-abc, please", "6-abc"},
        {PATH, "https://a.example.com/content/6%2Dabc%20d/x", "6-abc d"},
        {PATH, "https://a.example.com/content/%ff%00/x", "%ff%00"},
        {PATH, "https://a.example.com/content/6-abcを見て", "6-abc"},
        {PATH, "[link](https://a.example.com/content/6-abc)", "6-abc"},
        {PATH, "<a href=\"https://a.example.com/content/6-abc\">", "6-abc"},
        {PATH, "https://a.example.com/content/1/ https://a.example.com/content/2", "1|2"},
        {PATH, "https://example.com/content/6-abc", ""},
        {PATH, "https://a.example.com.evil.example/content/6-abc", ""},
        {PATH, "https://a.example.com/contents/6-abc", ""},
        {PATH, "https://a.example.com/x/content/6-abc", ""},
        {PATH, "https://a.example.com/content/", ""},
        {PATH, "kim@a.example.com", ""},
        {QUERY, "https://a.example.com/?app_id=4821", "4821"},
        {QUERY, "https://a.example.com/x?v=1&appId=4821&w", "4821"},
        {QUERY, "https://a.example.com/x?v=1;app-id=4821#top", "4821"},
        {QUERY, "https://a.example.com/#!/apps?app_id=4821", "4821"},
        {QUERY, "https://a.example.com/?app_id=a+b%2Bc", "a b+c"},
        {QUERY, "https://a.example.com/?xapp_id=4821", ""},
        {QUERY, "https://a.example.com/?app_id=", ""},
        {QUERY, "https://b.example.org/?app_id=4821", ""},
        {HOST, "our shop flowers.shop.example.com is down.", "flowers"},
        {HOST, "https://flowers.shop.example.com/", "flowers"},
        {HOST, "https://shop.example.com/", ""},
        {HOST, "https://a.flowers.shop.example.com/", ""},
        {HOST, "kim@flowers.shop.example.com", ""},
        {"        finder: url\n        url: {path: '/items/item-{value}.html'}\n",
         "https://x.example/items/item-17.html", "17"},
        {"        finder: url\n        url: {path: '/items/*/{value}'}\n", "https://x.example/items/a/17",
         "17"},
        {"        finder: url\n        url: {path: '/items/*/{value}'}\n", "https://x.example/items/a/17/b",
         ""},
        {"        finder: url\n        url: {fragment: '/content/{value}/…'}\n",
         "https://x.example/a#!/content/7-x/8", "7-x"},
        {"        finder: url\n        url: {query: [id, item]}\n        type: digits\n",
         "https://x.example/a?item=17&z=1", "17"},
        {"        finder: url\n        url: {query: id}\n        type: digits\n",
         "https://x.example/a?id=x17", ""},
        {"        finder: url\n        url: {query: id}\n        pattern: '\\d+$'\n",
         "https://x.example/a?id=x17", "17"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        assert_found(cases[i].rule, cases[i].text, cases[i].values);
}

static void test_broken(void **state)
{
    (void)state;
    static const struct {
        const char *rule, *text, *values;
    } cases[] = {
        {PATH, "<https://a.example.com/content/6-\nabc/7-def>", "6-abc"},
        {PATH, "> <https://a.example.com/content/6-a\n> bc/7-def>", "6-abc"},
        {QUERY, "https://a.example.com/x?v=1&app_id=\n4821 is it", "4821"},
        {QUERY, "https://a.example.com/x?v=3D1&app_id=3D48=\n21", "4821"},
        {PATH, "https://a.example.com/content/6-abcdefghijklmnopqrstuvwxyz0123456789\n0123456789/7-def and",
         "6-abcdefghijklmnopqrstuvwxyz01234567890123456789"},
        {PATH, "https://a.example.com/content/6-abcdefghijklmnopqrstuvwxyz0123456789\nThanks a lot",
         "6-abcdefghijklmnopqrstuvwxyz0123456789"},
        {PATH,
         "https://a.example.com/content/6-a\u200b"
         "bc/x",
         "6-abc"},
        {PATH, "https://a.example.com/content/6-abc\nThanks", "6-abc"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        assert_found(cases[i].rule, cases[i].text, cases[i].values);
}

static void test_wrapped(void **state)
{
    (void)state;
    static const struct {
        const char *rule, *text, *values;
    } cases[] = {
        {PATH,
         "https://eur01.safelinks.protection.outlook.com/"
         "?url=https%3A%2F%2Fa.example.com%2Fcontent%2F6-abc%2F7&data=05%7C01",
         "6-abc"},
        {PATH,
         "https://eur01.safelinks.protection.outlook.com/"
         "?url=https%3A%2F%2Fa.example.com%2Fcontent%2F6%252Dabc%2F7&data=1",
         "6-abc"},
        {QUERY,
         "https://nam02.safelinks.protection.outlook.com/"
         "?data=x&url=https%3A%2F%2Fa.example.com%2F%3Fapp_id%3D4821%26v%3D1",
         "4821"},
        {PATH, "https://www.google.com/url?q=https://a.example.com/content/6-abc/7&sa=D", "6-abc"},
        {PATH, "https://www.google.co.uk/url?sa=t&url=https%3A%2F%2Fa.example.com%2Fcontent%2F6-abc",
         "6-abc"},
        {PATH, "https://urldefense.proofpoint.com/v2/url?u=https-3A__a.example.com_content_6-2Dabc_7&d=DwMF",
         "6-abc"},
        {PATH, "https://urldefense.com/v3/__https://a.example.com/content/6-abc/7__;!!N11eV2iwtfs!x$",
         "6-abc"},
        {QUERY, "https://urldefense.com/v3/__https://a.example.com/?v=1&app_id=48*21__;IA!!N11eV2iwtfs!x$",
         "48 21"},
        {PATH,
         "https://urldefense.com/v3/__https://eur01.safelinks.protection.outlook.com/"
         "?url=https*3A*2F*2Fa.example.com*2Fcontent*2F6-abc__;JSUlJSU!!x!y$",
         "6-abc"},
        {PATH, "https://l.facebook.com/l.php?u=https%3A%2F%2Fa.example.com%2Fcontent%2F6-abc&h=x", "6-abc"},
        {PATH,
         "https://evilsafelinks.protection.outlook.com.example/"
         "?url=https%3A%2F%2Fa.example.com%2Fcontent%2F6-abc",
         ""},
        {PATH, "https://eur01.safelinks.protection.outlook.com/?url=%ff%fe", ""},
        {PATH, "https://evilurldefense.com/v3/__https://a.example.com/content/6-abc__;!!x", ""},
        {PATH, "https://urldefense.com/v3/__https://a.example.com/content/6-**", ""},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        assert_found(cases[i].rule, cases[i].text, cases[i].values);
}

static void test_hostile(void **state)
{
    (void)state;
    static const char *const pieces[] = {
        "https://",
        "https://a.example.com/content/x ",
        "http://a.b/?",
        "a.b ",
        "www.",
        "a.",
        "<https://a\n",
        "https://a?b=\n",
        "https://www.google.com/url?q=",
        "https://urldefense.com/v3/__",
        "**A",
        "%41",
        "/",
        "https://a/?&&&&",
        "xhttps:",
        "=3D=\n",
        "https://a.example.com/?app_id=1&",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n1",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(pieces); i++) {
        GString *text = g_string_new(NULL);
        while (text->len < 100 * 1024)
            g_string_append(text, pieces[i]);
        g_autofree char *paths = found(PATH, text->str), *queries = found(QUERY, text->str);
        g_string_free(text, TRUE);
    }
}

/* Thousands of addresses: what is beyond the limit is said, and not passed over. */
static void test_gives_up(void **state)
{
    (void)state;
    g_autoptr(GString) text = g_string_new("https://a.example.com/content/6-abc/7\n");
    for (guint i = 0; i < 4000; i++)
        g_string_append(text, "http://a.b/c\n");
    assert_found(PATH, text->str, "6-abc !rule-gave-up");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parts),   cmocka_unit_test(test_broken),   cmocka_unit_test(test_wrapped),
        cmocka_unit_test(test_hostile), cmocka_unit_test(test_gives_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
