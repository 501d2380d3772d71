#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <postern/mail.h>

#include <string.h>

static const struct {
    const char *raw, *expected;
} cases[] = {
    {"plain", "plain"},
    {"", ""},
    {"  folded\r\n\tvalue ", "folded value"},
    {"=?UTF-8?B?R3LDvMOfZQ==?= =?UTF-8?B?IGF1cyBLw7Zsbg==?=", "Gr\xc3\xbc\xc3\x9f"
                                                              "e aus K\xc3\xb6ln"},
    {"=?utf-8?q?Gr=C3=BC=C3=9Fe_aus?=\r\n =?utf-8?q?_K=C3=B6ln?=", "Gr\xc3\xbc\xc3\x9f"
                                                                   "e aus K\xc3\xb6ln"},
    /* A character cut in two between words. */
    {"=?utf-8?q?Gr=C3?= =?utf-8?q?=BCn?=", "Gr\xc3\xbcn"},
    {"=?utf-8?B?R3LD?= =?UTF-8?B?vG4=?=", "Gr\xc3\xbcn"},
    /* A group of base64 cut in two. */
    {"=?utf-8?B?R3L?= =?utf-8?B?Dvg==?=", "Gr\xc3\xbe"},
    {"=?utf-8?B?YQ?= =?utf-8?B?Yg?=", "ab"},
    {"=?utf-8?B?YWI=?= =?utf-8?Q?cd?=", "abcd"},
    {"=?iso-8859-1?q?a=E4?= =?utf-8?q?=C3=A4b?=", "a\xc3\xa4\xc3\xa4"
                                                  "b"},
    {"a =?utf-8?q?b?= c =?utf-8?q?d?=", "a b c d"},
    {"Re:=?utf-8?q?b?=x", "Re:bx"},
    {"=?utf-8*en?q?hello?=", "hello"},
    {"=?iso-8859-1?q?=80_=93x=94?=", "\xe2\x82\xac \xe2\x80\x9cx\xe2\x80\x9d"},
    {"=?gb2312?B?xOO6ww==?=", "\xe4\xbd\xa0\xe5\xa5\xbd"},
    /* Two characters of GBK that are valid UTF-8 by chance. */
    {"=?gb2312?B?warNqA==?=", "\xe8\x81\x94\xe9\x80\x9a"},
    {"=?ISO-2022-JP?B?GyRCRnxLXBsoQg==?=", "\xe6\x97\xa5\xe6\x9c\xac"},
    {"=?ks_c_5601-1987?B?x9GxuQ==?=", "\xed\x95\x9c\xea\xb5\xad"},
    {"=?cp-850?q?Gr=81n?=", "Gr\xc3\xbcn"},
    {"=?koi8-r?B?8NLJ18XU?=", "\xd0\x9f\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82"},
    {"=?nonsense?q?Gr=C3=BCn?=", "Gr\xc3\xbcn"},
    {"=?us-ascii?q?Gr=FCn?=", "Gr\xc3\xbcn"},
    /* Broken words stay text. */
    {"=?utf-8?q?open", "=?utf-8?q?open"},
    {"=?utf-8?x?text?=", "=?utf-8?x?text?="},
    {"=?utf-8?B?###?= x", "=?utf-8?B?###?= x"},
    {"=??q?x?=", "=??q?x?="},
    {"=?utf-8?q?a =?utf-8?q?b?=", "=?utf-8?q?a b"},
    {"=?utf-8?q?"
     "?=",
     ""},
    {"=?utf-8?q?foo bar?=", "foo bar"},
    {"=?utf-8?q?100=25_=zz?=", "100% =zz"},
    {"=?utf-8?q?Why?"
     "?=",
     "Why?"},
    /* Raw bytes. */
    {"Gr\xc3\xbcn", "Gr\xc3\xbcn"},
    {"Gr\xfcn", "Gr\xc3\xbcn"},
    {"\x1b$BF|K\\\x1b(B", "\xe6\x97\xa5\xe6\x9c\xac"},
    /* Nothing gets in by way of an encoded word. */
    {"=?utf-8?q?a=0D=0ABcc:_x?=", "a Bcc: x"},
    {"=?utf-8?q?a=00b?=", "ab"},
};

static void test_words(void **state)
{
    (void)state;
    guint wrong = 0;
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = header_decode(cases[i].raw, 998);
        if (strcmp(text, cases[i].expected) != 0) {
            print_error("%s: \"%s\"\n", cases[i].raw, text);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
    g_autofree char *nothing = header_decode(NULL, 10);
    assert_string_equal(nothing, "");
}

static void test_limit_cuts_at_a_character(void **state)
{
    (void)state;
    g_autofree char *text = header_decode("=?utf-8?q?Gr=C3=BCn?=", 3);
    assert_string_equal(text, "Gr");
}

/* Openings without an end: a decoder that searches on from each takes minutes. */
static void test_time_is_linear(void **state)
{
    (void)state;
    static const char *const units[] = {"=?a?q?", "=?", "=?a?q?=?=", "=?utf-8?B?YQ?= "};
    for (guint i = 0; i < G_N_ELEMENTS(units); i++) {
        g_autoptr(GString) raw = g_string_new(NULL);
        while (raw->len < 64 * 1024)
            g_string_append(raw, units[i]);
        g_free(header_decode(raw->str, G_MAXSIZE));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_limit_cuts_at_a_character),
        cmocka_unit_test(test_time_is_linear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
