#include <postern/ids.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static char *joined(GPtrArray *words)
{
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < words->len; i++)
        g_string_append_printf(out, "%s%s", i ? "|" : "", (const char *)words->pdata[i]);
    g_ptr_array_unref(words);
    return g_string_free(out, FALSE);
}

static void test_scan(void **state)
{
    (void)state;
    static const struct {
        const char *raw, *ids;
    } cases[] = {
        {NULL, ""},
        {"", ""},
        {"<a@b>", "a@b"},
        {" <a@b>\r\n\t<c@d> ", "a@b|c@d"},
        {"<a@b><c@d>", "a@b|c@d"},
        {"<a@b>,<c@d>;", "a@b|c@d"},
        {"<a@b> <a@b> <c@d> <a@b>", "a@b|c@d"},
        {"Your message of \"Mon, 1 Jan\" <a@b> (Kim's message)", "a@b"},
        {"<a.very.long.one\r\n .goes.on@example.org>", "a.very.long.one.goes.on@example.org"},
        {"< a@b >", "a@b"},
        {"<a@b", ""},
        {"a@b>", ""},
        {"<a@b <c@d>", "c@d"},
        {"<<a@b>>", "a@b"},
        {"<> <@> <a@> <@b> <ab> <a@b>", "a@b"},
        {"<\"a>b\"@c> <d@e>", "\"a>b\"@c|d@e"},
        {"<\"a@b> <c@d>", "\"a@b|c@d"},
        {"<a@[192.0.2.1]>", "a@[192.0.2.1]"},
        {"<a@b@c>", "a@b@c"},
        {"<j\xc3\xbcrgen@example.org>", "j\xc3\xbcrgen@example.org"},
        {"<a\x01@b> <a\xff@b> <c\xe2\x80\xa8@d> <e@f>", "e@f"},
        {"a@b", "a@b"},
        {" a@b\r\n", "a@b"},
        {"a@b c@d", ""},
        {"kim wrote", ""},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *ids = joined(ids_scan(cases[i].raw));
        assert_string_equal(ids, cases[i].ids);
    }
}

static void test_scan_limits(void **state)
{
    (void)state;
    GString *raw = g_string_new(NULL);
    for (guint i = 0; i < 150; i++)
        g_string_append_printf(raw, "<%u@x> ", i);
    g_autoptr(GPtrArray) ids = ids_scan(raw->str);
    assert_int_equal(ids->len, 100);
    assert_string_equal(ids->pdata[0], "0@x");
    assert_string_equal(ids->pdata[1], "51@x");
    assert_string_equal(ids->pdata[99], "149@x");
    g_string_free(raw, TRUE);

    for (guint length = 512; length <= 513; length++) {
        g_autofree char *left = g_strnfill(length - 2, 'x');
        g_autofree char *field = g_strdup_printf("<%s@y>", left);
        g_autoptr(GPtrArray) found = ids_scan(field);
        assert_int_equal(found->len, length == 512);
    }
}

/* Shapes whose cost would grow with the square are done at once. */
static void test_scan_is_linear(void **state)
{
    (void)state;
    static const char *const units[] = {"<", "<\"", "<\"\\", "<a@b", "<a@b\"", "<a@"};
    for (guint i = 0; i < G_N_ELEMENTS(units); i++) {
        GString *raw = g_string_new(NULL);
        while (raw->len < 1024 * 1024)
            g_string_append(raw, units[i]);
        g_autoptr(GPtrArray) ids = ids_scan(raw->str);
        assert_true(ids->len <= 1);
        g_string_free(raw, TRUE);
    }
}

static void test_hash(void **state)
{
    (void)state;
    /* First 64 bits of SHA-256. */
    assert_true((guint64)ids_hash("a@b") == G_GUINT64_CONSTANT(0x7508d8b5018ea640));
    assert_true(ids_hash("a@b") != ids_hash("A@b"));
    assert_true(ids_hash("") != 0);
}

static void test_ref_make(void **state)
{
    (void)state;
    static const char *const prefixes[] = {"SUP", NULL};
    guint8 random[TICKET_REF_LENGTH * 2] = {0};
    g_autofree char *first = ticket_ref_make("SUP", random);
    assert_string_equal(first, "SUP-222222");
    for (guint value = 0; value < 65536; value += 7) {
        for (guint i = 0; i < TICKET_REF_LENGTH; i++) {
            random[2 * i] = (guint8)((value + i) >> 8);
            random[2 * i + 1] = (guint8)(value + i);
        }
        g_autofree char *ref = ticket_ref_make("SUP", random);
        assert_int_equal(strlen(ref), 10);
        assert_int_equal(strspn(ref + 4, "23456789CDFGHJKMNPQRTVWXY"), 6);
        g_autofree char *found = joined(ticket_ref_scan(ref, prefixes));
        assert_string_equal(found, ref);
    }
}

static void test_ref_scan(void **state)
{
    (void)state;
    static const char *const prefixes[] = {"SUP", "T2", "SUPX", NULL};
    static const struct {
        const char *text, *refs;
    } cases[] = {
        {"", ""},
        {NULL, ""},
        {"SUP-7K3QW2", "SUP-7K3QW2"},
        {"Re: [SUP-7K3QW2] hello", "SUP-7K3QW2"},
        {"re:sup-7k3qw2", "SUP-7K3QW2"},
        {"AW: SUP 7K3QW2", "SUP-7K3QW2"},
        {"sup 7k3qw2.", "SUP-7K3QW2"},
        {"SUP7K3QW2", "SUP-7K3QW2"},
        {"SUP - 7K3QW2", "SUP-7K3QW2"},
        {"SUP\xe2\x80\x93"
         "7K3QW2",
         "SUP-7K3QW2"},
        {"#SUP-7K3QW2!", "SUP-7K3QW2"},
        {"(SUP-7K3QW2)(SUP-7K3QW3)", "SUP-7K3QW2|SUP-7K3QW3"},
        {"SUP-7K3QW2 sup-7k3qw2", "SUP-7K3QW2"},
        {"SUP-7K3QW2-", "SUP-7K3QW2"},
        {"T2-7K3QW2 supx-7K3QW2", "T2-7K3QW2|SUPX-7K3QW2"},
        {"SUP-7K3QW", ""},
        {"SUP-7K3QW22", ""},
        {"SUP-7K3QW2a", ""},
        {"SUP-7K3QW2-9", ""},
        {"SUP-7K3QW2_x", ""},
        {"SUP-7K3QW2\xc3\xa4", ""},
        {"XSUP-7K3QW2", ""},
        {"X-SUP-7K3QW2", ""},
        {"\xc3\xa4SUP-7K3QW2", ""},
        {"_SUP-7K3QW2", ""},
        {"\xffSUP-7K3QW2", ""},
        {"SUP-7K3QWO", ""},
        {"SUP-7K3QWA", ""},
        {"SUP--7K3QW2", ""},
        {"SUPPORT", ""},
        {"SUP", ""},
        {"SUP-", ""},
        {"ABC-7K3QW2", ""},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *refs = joined(ticket_ref_scan(cases[i].text, prefixes));
        assert_string_equal(refs, cases[i].refs);
    }
}

static void test_ref_scan_limit(void **state)
{
    (void)state;
    static const char *const prefixes[] = {"SUP", NULL};
    GString *text = g_string_new(NULL);
    for (guint8 i = 0; i < 100; i++) {
        guint8 random[TICKET_REF_LENGTH * 2] = {0, i, 0, (guint8)(i / 25)};
        g_autofree char *ref = ticket_ref_make("SUP", random);
        g_string_append_printf(text, "%s ", ref);
    }
    g_autoptr(GPtrArray) refs = ticket_ref_scan(text->str, prefixes);
    assert_int_equal(refs->len, 20);
    g_string_free(text, TRUE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scan),           cmocka_unit_test(test_scan_limits),
        cmocka_unit_test(test_scan_is_linear), cmocka_unit_test(test_hash),
        cmocka_unit_test(test_ref_make),       cmocka_unit_test(test_ref_scan),
        cmocka_unit_test(test_ref_scan_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
