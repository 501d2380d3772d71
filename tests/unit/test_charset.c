#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <postern/mail.h>

#include <string.h>

#define BYTES(text) text, sizeof(text) - 1
#define HELLO_RU "\xd0\x9f\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82"

static const struct {
    const char *label, *bytes;
    gsize length;
    const char *expected;
    const char *finding; /* or NULL: none at all */
} cases[] = {
    {NULL, BYTES(""), "", NULL},
    {NULL, BYTES("ascii"), "ascii", NULL},
    {"utf-8", BYTES("\xef\xbb\xbfGr\xc3\xbcn"), "Gr\xc3\xbcn", NULL},
    {"utf8", BYTES("Gr\xc3\xbcn"), "Gr\xc3\xbcn", NULL},
    {"utf-8", BYTES("Gr\xc3\xbcn \xe2\x80"), "Gr\xc3\xbcn \xef\xbf\xbd\xef\xbf\xbd", "charset-broken"},
    {"iso-8859-1", BYTES("Gr\xc3\xbcn"), "Gr\xc3\xbcn", NULL},
    {"iso-8859-1", BYTES("\x93x\x94 \x80"), "\xe2\x80\x9cx\xe2\x80\x9d \xe2\x82\xac", NULL},
    {"ISO_8859-1", BYTES("Gr\xfcn"), "Gr\xc3\xbcn", NULL},
    {"us-ascii",
     BYTES("Gr\xfc\xdf"
           "e"),
     "Gr\xc3\xbc\xc3\x9f"
     "e",
     "charset-guessed"},
    {NULL,
     BYTES("Gr\xfc\xdf"
           "e"),
     "Gr\xc3\xbc\xc3\x9f"
     "e",
     "charset-guessed"},
    {"cp-850", BYTES("Gr\x81n"), "Gr\xc3\xbcn", NULL},
    {"iso-8859-15", BYTES("\xa4"), "\xe2\x82\xac", NULL},
    {"windows-1251", BYTES("\xcf\xf0\xe8\xe2\xe5\xf2"), HELLO_RU, NULL},
    {"iso-8859-2", BYTES("\x8elu\x9d \x84x\x94"), "\xc5\xbdlu\xc5\xa5 \xe2\x80\x9ex\xe2\x80\x9d", NULL},
    {"iso-8859-2", BYTES("\xb9\xbb"), "\xc5\xa1\xc5\xa5", NULL},
    {"iso-8859-7", BYTES("\xea\x96"), "\xce\xba\xe2\x80\x93", NULL},
    {"viscii", BYTES("Vi\xaet"), "Vi\xe1\xbb\x87t", NULL},
    {"koi8-r", BYTES("\xd0\xd2\xc9\xd7\xa6\xd4"), "\xd0\xbf\xd1\x80\xd0\xb8\xd0\xb2\xd1\x96\xd1\x82", NULL},
    {"koi8-r", BYTES("\xf0\xd2\xc9\xd7\xc5\xd4"), HELLO_RU, NULL},
    {"gb2312", BYTES("\xc4\xe3\xba\xc3"), "\xe4\xbd\xa0\xe5\xa5\xbd", NULL},
    {"big5", BYTES("\xa7\x41\xa6\x6e"), "\xe4\xbd\xa0\xe5\xa5\xbd", NULL},
    {"shift_jis", BYTES("\x93\xfa\x96\x7b"), "\xe6\x97\xa5\xe6\x9c\xac", NULL},
    {"euc-kr", BYTES("\xc7\xd1\xb1\xb9"), "\xed\x95\x9c\xea\xb5\xad", NULL},
    {"iso-2022-jp", BYTES("\x1b$BF|K\\\x1b(B!"), "\xe6\x97\xa5\xe6\x9c\xac!", NULL},
    {"iso-2022-jp", BYTES("\x1b$B-!\x1b(B \x1b$BF|-j\nx"), "\xe2\x91\xa0 \xe6\x97\xa5\xe3\x88\xb1\nx", NULL},
    {"iso-2022-jp", BYTES("\x1b$B-!\x1b(I12\x1b(B"), "\xe2\x91\xa0\xef\xbd\xb1\xef\xbd\xb2", NULL},
    {"iso-2022-jp", BYTES("plain"), "plain", NULL},
    {"iso-2022-jp", BYTES("Gr\xc3\xbcn"), "Gr\xc3\xbcn", NULL},
    {NULL, BYTES("\x1b$BF|K\\\x1b(B!"), "\xe6\x97\xa5\xe6\x9c\xac!", NULL},
    {"utf-7", BYTES("Gr+APw-n 1+-1"), "Gr\xc3\xbcn 1+1", NULL},
    {"unicode-1-1-utf-7", BYTES("Gr+APw-n"), "Gr\xc3\xbcn", NULL},
    {"hz-gb-2312", BYTES("~{Dc:C~}!~~"), "\xe4\xbd\xa0\xe5\xa5\xbd!~", NULL},
    {"utf-16", BYTES("\xff\xfeG\0r\0\xfc\0"), "Gr\xc3\xbc", NULL},
    {"utf-16", BYTES("\0G\0r\0\xfc"), "Gr\xc3\xbc", NULL},
    {"utf-16le", BYTES("G\0r\0\xfc\0"), "Gr\xc3\xbc", NULL},
    {"utf-16", BYTES("not at all"), "not at all", NULL},
    {NULL, BYTES("\xff\xfeG\0r\0\xfc\0"), "Gr\xc3\xbc", "charset-guessed"},
    {"utf-8", BYTES("a\0b"), "ab", NULL},
    {"nonsense", BYTES("Gr\xc3\xbcn"), "Gr\xc3\xbcn", NULL},
    {"nonsense", BYTES("Gr\xfcn"), "Gr\xc3\xbcn", "charset-guessed"},
    {"utf-8//TRANSLIT", BYTES("Gr\xfcn"), "Gr\xc3\xbcn", "charset-guessed"},
    {"iso-8859-5", BYTES("\xbf\xe0\xd8\xd2\xd5\xe2"), HELLO_RU, NULL},
    {"utf-8", BYTES("\xc3\xbc\xc3\xbc\xc3\xbc \xff \xc3\xbc"),
     "\xc3\xbc\xc3\xbc\xc3\xbc \xef\xbf\xbd \xc3\xbc", "charset-broken"},
    {"gb18030", BYTES("\xc4\xe3\xba\xc3 abc \xff abc \xc4\xe3\xba\xc3"),
     "\xe4\xbd\xa0\xe5\xa5\xbd abc \xef\xbf\xbd abc \xe4\xbd\xa0\xe5\xa5\xbd", "charset-broken"},
};

static void test_ladder(void **state)
{
    (void)state;
    guint wrong = 0;
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
        g_autofree char *text = charset_to_utf8(cases[i].bytes, cases[i].length, cases[i].label, findings);
        const char *finding = findings->len > 0 ? ((const Finding *)findings->pdata[0])->code : NULL;
        if (strcmp(text, cases[i].expected) == 0 && g_strcmp0(finding, cases[i].finding) == 0)
            continue;
        print_error("%u %s: \"%s\" (%s)\n", i, cases[i].label, text, finding);
        wrong++;
    }
    assert_int_equal(wrong, 0);
}

/* A long text without a label, or with a wrong one. */
static void test_guess(void **state)
{
    (void)state;
    static const char word[] = "\xcf\xf0\xe8\xe2\xe5\xf2, \xea\xe0\xea \xf2\xe2\xee\xe8 \xe4\xe5\xeb\xe0? ";
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < 20; i++)
        g_string_append(text, word);
    g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
    g_autofree char *utf8 = charset_to_utf8(text->str, text->len, NULL, findings);
    assert_true(g_str_has_prefix(utf8, HELLO_RU ", "));
    assert_int_equal(findings->len, 1);
}

/* Whatever comes in, valid UTF-8 comes out. */
static void test_any_bytes(void **state)
{
    (void)state;
    static const char *const labels[] = {NULL,         "utf-8",  "iso-2022-jp", "utf-7", "utf-16",
                                         "hz-gb-2312", "gb2312", "big5",        "x",     "iso-8859-1"};
    guint32 noise = 1;
    for (guint round = 0; round < 300; round++) {
        char bytes[40];
        for (guint i = 0; i < sizeof bytes; i++) {
            noise = noise * 1664525u + 1013904223u;
            bytes[i] = (char)(noise >> 24);
        }
        const char *label = labels[round % G_N_ELEMENTS(labels)];
        g_autofree char *text = charset_to_utf8(bytes, sizeof bytes, label, NULL);
        assert_true(g_utf8_validate(text, -1, NULL));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ladder),
        cmocka_unit_test(test_guess),
        cmocka_unit_test(test_any_bytes),
    };
    mail_prepare();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
