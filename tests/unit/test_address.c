#include <postern/address.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "parsers/address/scan.h"

/* "name|address" or "-", then ";" and the findings. */
static char *sender_of(const Headers *headers)
{
    g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(Mailbox) mailbox = address_parse_sender(headers, findings);
    GString *out = g_string_new(NULL);
    if (mailbox)
        g_string_append_printf(out, "%s|%s", mailbox->name, mailbox->address);
    else
        g_string_append(out, "-");
    for (guint i = 0; i < findings->len; i++)
        g_string_append_printf(out, ";%s", (const char *)findings->pdata[i]);
    /* Whoever is refused is told why. */
    assert_true(mailbox || findings->len > 0);
    return g_string_free(out, FALSE);
}

static void expect_sender(const char *raw, const char *expected)
{
    g_autoptr(Headers) headers = headers_new();
    headers_add(headers, "from", raw);
    g_autofree char *sender = sender_of(headers);
    assert_string_equal(sender, expected);
}

static void test_sender_accepted(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {" kim@example.org", "|kim@example.org"},
        {"kim@EXAMPLE.Org", "|kim@example.org"},
        {"<kim@example.org>", "|kim@example.org"},
        {" < kim@example.org > ", "|kim@example.org"},
        {"Kim Lee <kim@example.org>", "Kim Lee|kim@example.org"},
        {"Kim<kim@example.org>", "Kim|kim@example.org"},
        {"Kim\r\n Lee\r\n\t<kim@example.org>", "Kim Lee|kim@example.org"},
        {"Kim\n Lee <kim@example.org>", "Kim Lee|kim@example.org"},
        {"\"Lee, Kim\" <kim@example.org>", "Lee, Kim|kim@example.org"},
        {"\"Kim \\\"K\\\" Lee\" <kim@example.org>", "Kim \"K\" Lee|kim@example.org"},
        {"\"a <b@c.d> e\" <kim@example.org>",
         "a <b@c.d> e|kim@example.org;display name shows another address: b@c.d"},
        {"Kim K. Lee <kim@example.org>", "Kim K. Lee|kim@example.org"},
        {"Kim [Acme] <kim@example.org>", "Kim [Acme]|kim@example.org"},
        {"Dr. Lee <kim@example.org>", "Dr. Lee|kim@example.org"},
        {"J\xc3\xbcrgen M\xc3\xbcller <j@example.org>", "J\xc3\xbcrgen M\xc3\xbcller|j@example.org"},
        {"Kim (at work) <kim@example.org>", "Kim|kim@example.org"},
        {"kim@example.org (Kim Lee)", "Kim Lee|kim@example.org"},
        {"<kim@example.org> (Kim \\(K\\) Lee)", "Kim (K) Lee|kim@example.org"},
        {"kim@example.org (a \\) b)", "a ) b|kim@example.org"},
        {"(a (nested) comment) kim@example.org", "a (nested) comment|kim@example.org"},
        {"kim (x) @ (y) example.org", "y|kim@example.org"},
        {"kim @ example.org", "|kim@example.org"},
        {"kim@example.org <kim@example.org>", "|kim@example.org"},
        {"Kim@Example.org <kim@example.org>", "|kim@example.org"},
        {"\"kim@example.org\" <kim@example.org>", "|kim@example.org"},
        {"\"Kim (kim@example.org)\" <kim@example.org>", "Kim (kim@example.org)|kim@example.org"},
        {"\"kim lee\"@example.org", "|\"kim lee\"@example.org"},
        {"\"kim\"@example.org", "|kim@example.org"},
        {"\"a@b\"@example.org", "|\"a@b\"@example.org"},
        {"kim+tag=x@example.org", "|kim+tag=x@example.org"},
        {"kim@[192.0.2.1]", "|kim@[192.0.2.1]"},
        {"kim@[IPv6:2001:db8::1]", "|kim@[ipv6:2001:db8::1]"},
        {"kim@b\xc3\xbc"
         "cher.example",
         "|kim@xn--bcher-kva.example"},
        {"kim@B\xc3\x9c"
         "CHER.example",
         "|kim@xn--bcher-kva.example"},
        {"j\xc3\xbcrgen@example.org", "|j\xc3\xbcrgen@example.org"},
        {"kim@localhost", "|kim@localhost"},
        {"\"\" <kim@example.org>", "|kim@example.org"},
        {"=?utf-8?q?J=C3=BCrgen_M=C3=BCller?= <j@example.org>", "J\xc3\xbcrgen M\xc3\xbcller|j@example.org"},
        {"\"=?iso-8859-1?Q?J=FCrgen?=\" <j@example.org>", "J\xc3\xbcrgen|j@example.org"},
        {"=?utf-8?q?Lee,_Kim?= <kim@example.org>", "Lee, Kim|kim@example.org"},
        {"=?utf-8?B?S2lt?=\r\n =?utf-8?B?IExlZQ==?= <kim@example.org>", "Kim Lee|kim@example.org"},
        {"=?utf-8?b?Ym9zc0Bjb3JwLmV4YW1wbGU=?= <kim@example.org>",
         "boss@corp.example|kim@example.org;display name shows another address: boss@corp.example"},
        {"kim@example.org (=?utf-8?q?J=C3=BCrgen?=)", "J\xc3\xbcrgen|kim@example.org"},
        {"'kim@example.org' <kim@example.org>", "|kim@example.org"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
        expect_sender(cases[i][0], cases[i][1]);
}

static void test_sender_refused(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"", "-;From field is empty"},
        {"   ", "-;From field is empty"},
        {"(only a comment)", "-;From field is empty"},
        {"kim", "-;no domain in From"},
        {"Kim <>", "-;no domain in From"},
        {"Kim <kim>", "-;no domain in From"},
        {"a@b.example, c@d.example", "-;several addresses in From"},
        {"a@b.example <c@d.example>", "-;several addresses in From"},
        {"Kim <a@b.example>, <c@d.example>", "-;several addresses in From"},
        {"Lee, Kim <kim@example.org>", "-;comma outside quotes in From"},
        {"kim@example.org,", "-;comma outside quotes in From"},
        {"friends: a@b.example;", "-;group instead of an address"},
        {"undisclosed-recipients:;", "-;group instead of an address"},
        {"mailto:kim@example.org", "-;group instead of an address"},
        {"<@a.example:kim@example.org>", "-;group instead of an address"},
        {"a@b.example; c@d.example", "-;group instead of an address"},
        {"<a@b.example> <c@d.example>", "-;text after the address in From"},
        {"<a@b.example> x", "-;text after the address in From"},
        {"<a@b.example>>", "-;text after the address in From"},
        {"<<a@b.example>>", "-;text after the address in From"},
        {"<<a@b.example>", "-;the address in From is not valid"},
        {"Kim <a@b.example", "-;angle brackets in From do not match"},
        {"Kim a@b.example>", "-;the address in From is not valid"},
        {"Kim > a@b.example <", "-;angle brackets in From do not match"},
        {"Kim a@b.example", "-;the address in From is not valid"},
        {"a@b.example c", "-;the address in From is not valid"},
        {"a b@c.example", "-;the address in From is not valid"},
        {"a@b@c.example", "-;the address in From is not valid"},
        {"a@b .example", "-;the address in From is not valid"},
        {"a.(x)b@c.example", "-;the address in From is not valid"},
        {"a@b(x)c.example", "-;the address in From is not valid"},
        {"a..b@c.example", "-;the address in From is not valid"},
        {".a@c.example", "-;the address in From is not valid"},
        {"a.@c.example", "-;the address in From is not valid"},
        {"a@.c.example", "-;the address in From is not valid"},
        {"a@c.example.", "-;the address in From is not valid"},
        {"a@-c.example", "-;the address in From is not valid"},
        {"a@c!d.example", "-;the address in From is not valid"},
        {"a@[not an address]", "-;the address in From is not valid"},
        {"a@[192.0.2.1]x", "-;the address in From is not valid"},
        {"\"\"@example.org", "-;the address in From is not valid"},
        {"\"a\".b@example.org", "-;the address in From is not valid"},
        {"a\\@b@example.org", "-;the address in From is not valid"},
        {"a@exa\xe3\x80\x82mple.org", "-;the address in From is not valid"},
        {"a@exa\xe2\x80\x8bmple.org", "-;the address in From is not valid"},
        {"a\xe2\x80\xae"
         "b@example.org",
         "-;the address in From is not valid"},
        {"a\xff@example.org", "-;the address in From is not valid"},
        {"a@ex\xff"
         "ample.org",
         "-;the address in From is not valid"},
        {"\"Kim <kim@example.org>", "-;the display name in From has special characters outside quotes"},
        {"Kim (work <kim@example.org>", "-;the display name in From has special characters outside quotes"},
        {"Kim) <kim@example.org>", "-;the display name in From has special characters outside quotes"},
        {"[Kim <kim@example.org>", "-;the display name in From has special characters outside quotes"},
        {"Kim\\ Lee <kim@example.org>", "-;the display name in From has special characters outside quotes"},
        {"=?utf-8?q?kim?=@example.org", "-;encoded word inside the address"},
        {"Kim <=?utf-8?q?kim?=@example.org>", "-;encoded word inside the address"},
        {"=?utf-8?B?S2ltIDxraW1AZXhhbXBsZS5vcmc+?=", "-;no domain in From"},
        {"=?utf-8?q?boss@corp.example,?= <kim@example.org>",
         "-;encoded word with special characters in From"},
        {"=?utf-8?q?<boss@corp.example>?= <kim@example.org>",
         "-;encoded word with special characters in From"},
        {"a@b.example\r\nBcc: c@d.example", "-;control characters in From"},
        {"a@b.example\r\n", "-;control characters in From"},
        {"a@b.example\n", "-;control characters in From"},
        {"a@b.example\r x", "-;control characters in From"},
        {"a\x01@b.example", "-;control characters in From"},
        {"a@b.example\x7f", "-;control characters in From"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
        expect_sender(cases[i][0], cases[i][1]);
}

static void test_sender_fields(void **state)
{
    (void)state;
    g_autoptr(Headers) headers = headers_new();
    headers_add(headers, "Sender", "kim@example.org");
    headers_add(headers, "X-From", "kim@example.org");
    g_autofree char *none = sender_of(headers);
    assert_string_equal(none, "-;no From field");
    headers_add(headers, "FROM", "kim@example.org");
    g_autofree char *one = sender_of(headers);
    assert_string_equal(one, "|kim@example.org");
    headers_add(headers, "From \t", "kim@example.org");
    g_autofree char *two = sender_of(headers);
    assert_string_equal(two, "-;2 From fields");
}

static void test_sender_length(void **state)
{
    (void)state;
    GString *raw = g_string_new("kim@example.org (");
    while (raw->len < 32 * 1024 - 1)
        g_string_append_c(raw, 'x');
    g_string_append_c(raw, ')');
    g_autoptr(Headers) headers = headers_new();
    headers_add(headers, "From", raw->str);
    g_autofree char *fits = sender_of(headers);
    assert_true(g_str_has_suffix(fits, "|kim@example.org"));
    g_autoptr(Headers) longer = headers_new();
    g_string_append_c(raw, ' ');
    headers_add(longer, "From", raw->str);
    g_autofree char *refused = sender_of(longer);
    assert_string_equal(refused, "-;From field is longer than 32768 bytes");
    g_string_free(raw, TRUE);
}

static void test_shown_address(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"\"boss@corp.example\" <kim@example.org>", ";display name shows another address: boss@corp.example"},
        {"\"Boss boss@corp.example.\" <kim@example.org>",
         ";display name shows another address: boss@corp.example"},
        {"\"kim@example.org boss@corp.example\" <kim@example.org>",
         ";display name shows another address: boss@corp.example"},
        {"\"boss\xef\xbc\xa0"
         "corp.example\" <kim@example.org>",
         ";display name shows another address: boss@corp.example"},
        {"\"boss@\xe2\x80\x8b"
         "corp.example\" <kim@example.org>",
         ";display name shows another address: boss@corp.example"},
        {"kim@example.org (boss@corp.example)", ";display name shows another address: boss@corp.example"},
        {"\"Kim @ Corp\" <kim@example.org>", ""},
        {"\"@kim\" <kim@example.org>", ""},
        {"\"kim@home\" <kim@example.org>", ""},
        {"\"KIM@example.ORG\" <kim@example.org>", ""},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Headers) headers = headers_new();
        headers_add(headers, "From", cases[i][0]);
        g_autofree char *sender = sender_of(headers);
        const char *finding = strchr(sender, ';');
        assert_true(g_strrstr(sender, "|kim@example.org") != NULL);
        assert_string_equal(finding ? finding : "", cases[i][1]);
    }
}

static char *list_of(const char *raw)
{
    g_autoptr(GPtrArray) list = address_parse_list(raw);
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < list->len; i++) {
        const Mailbox *mailbox = list->pdata[i];
        g_string_append_printf(out, "%s%s|%s", i ? "/" : "", mailbox->name, mailbox->address);
    }
    return g_string_free(out, FALSE);
}

static void test_list(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {NULL, ""},
        {"", ""},
        {"a@b.example", "|a@b.example"},
        {"a@b.example, c@d.example", "|a@b.example/|c@d.example"},
        {"a@b.example; c@d.example;", "|a@b.example/|c@d.example"},
        {"a@b.example c@d.example", "|a@b.example"},
        {",, a@b.example,,c@d.example,", "|a@b.example/|c@d.example"},
        {"A B <a@b.example>,\r\n \"C, D\" <c@d.example>", "A B|a@b.example/C, D|c@d.example"},
        {"Lee, Kim <kim@example.org>, a@b.example", "Lee, Kim|kim@example.org/|a@b.example"},
        {"Lee; Kim <kim@example.org>", "Kim|kim@example.org"},
        {"friends: a@b.example, C <c@d.example>;, e@f.example", "|a@b.example/C|c@d.example/|e@f.example"},
        {"undisclosed-recipients:;", ""},
        {"=?utf-8?q?J=C3=BCrgen,_x?= <a@b.example>, c@d.example",
         "J\xc3\xbcrgen, x|a@b.example/|c@d.example"},
        {"mailto:a@b.example", "|a@b.example"},
        {"<mailto:a@b.example>", "|a@b.example"},
        {"<@x.example,@y.example:a@b.example>", "|a@b.example"},
        {"a@b.example (Kim), c@d.example (Lee), e@f.example", "Kim|a@b.example/Lee|c@d.example/|e@f.example"},
        {"Kim a@b.example", "Kim|a@b.example"},
        {"a @ b.example", "|a@b.example"},
        {"\"Kim <a@b.example>, c@d.example", "\"Kim|a@b.example/|c@d.example"},
        {"Kim (x <a@b.example>, c@d.example", "Kim (x|a@b.example/|c@d.example"},
        {"Kim <a@b.example, Lee <c@d.example>", "Kim|a@b.example/Lee|c@d.example"},
        {"<<a@b.example>>", "|a@b.example"},
        {"root, postmaster", ""},
        {"a..b@c.example, d@e.example", "|d@e.example"},
        {"a@b\xc3\xbc"
         "cher.example",
         "|a@xn--bcher-kva.example"},
        {"a@b.example\r\nBcc: c@d.example", "|a@b.example/|c@d.example"},
        {"a\xff@b.example, c@d.example", "|c@d.example"},
        {"\"a b\"@c.example", "|\"a b\"@c.example"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *list = list_of(cases[i][0]);
        assert_string_equal(list, cases[i][1]);
    }
}

static void test_list_limits(void **state)
{
    (void)state;
    GString *raw = g_string_new(NULL);
    for (guint i = 0; i < 600; i++)
        g_string_append_printf(raw, "a%u@b.example,", i);
    g_autoptr(GPtrArray) list = address_parse_list(raw->str);
    assert_int_equal(list->len, 500);
    /* What lies behind 32 KiB is not looked at. */
    g_string_assign(raw, "a@b.example,");
    while (raw->len < 32 * 1024)
        g_string_append_c(raw, ' ');
    g_string_append(raw, "c@d.example");
    g_autofree char *cut = list_of(raw->str);
    assert_string_equal(cut, "|a@b.example");
    g_string_free(raw, TRUE);
}

/* Shapes at the largest size that either say nothing or do so badly. */
static void test_hostile_shapes(void **state)
{
    (void)state;
    static const char *const units[] = {"(",  "\"", "\\\"", "[",  "=?a?q?", "<",
                                        "a:", "a,", "()",   "a(", "((\\",   "@"};
    for (guint i = 0; i < G_N_ELEMENTS(units); i++) {
        GString *raw = g_string_new(NULL);
        while (raw->len + strlen(units[i]) <= 32 * 1024)
            g_string_append(raw, units[i]);
        g_autofree char *list = list_of(raw->str);
        assert_string_equal(list, "");
        g_autoptr(Headers) headers = headers_new();
        headers_add(headers, "From", raw->str);
        g_autofree char *sender = sender_of(headers);
        assert_true(g_str_has_prefix(sender, "-;"));
        g_string_free(raw, TRUE);
    }
}

/* Far beyond the limits, where looking again for what is never closed would take minutes. */
static void test_scanner_is_linear(void **state)
{
    (void)state;
    static const char *const units[] = {"(", "\"", "[", "=?a?q?", "\\\"", "(\"["};
    for (guint i = 0; i < G_N_ELEMENTS(units); i++) {
        GString *raw = g_string_new(NULL);
        while (raw->len < 1024 * 1024)
            g_string_append(raw, units[i]);
        Scanner scanner;
        scanner_start(&scanner, raw->str, raw->len);
        for (Lexeme next; scanner_next(&scanner, &next), next.type != LEXEME_END;)
            assert_true(next.length > 0);
        g_string_free(raw, TRUE);
    }
}

static void test_normalise(void **state)
{
    (void)state;
    g_autofree char *label_63 = g_strnfill(63, 'x'), *label_64 = g_strnfill(64, 'x');
    g_autofree char *good_label = g_strdup_printf("a@%s.example", label_63);
    g_autofree char *bad_label = g_strdup_printf("a@%s.example", label_64);
    g_autofree char *long_local = g_strnfill(400, 'x');
    g_autofree char *too_long = g_strdup_printf("%s@example.org", long_local);
    const char *const cases[][2] = {
        {"Kim@Example.ORG", "Kim@example.org"},
        {"\"Kim\"@example.org", "Kim@example.org"},
        {"\"K\\im\"@example.org", "Kim@example.org"},
        {"\"a b\"@example.org", "\"a b\"@example.org"},
        {"\"a\\\"b\\\\c\"@example.org", "\"a\\\"b\\\\c\"@example.org"},
        {"a@faß.example", "a@xn--fa-hia.example"},
        {"a@FA\xc3\x9f.example", "a@xn--fa-hia.example"},
        {"a@XN--BCHER-KVA.example", "a@xn--bcher-kva.example"},
        {"a@under_score.example", "a@under_score.example"},
        {good_label, good_label},
        {bad_label, NULL},
        {too_long, NULL},
        {NULL, NULL},
        {"", NULL},
        {"@", NULL},
        {"a@", NULL},
        {"@b", NULL},
        {"a", NULL},
        {" a@b", NULL},
        {"a@b ", NULL},
        {"a@b\r\n", NULL},
        {"a@b\xc3\xbc\r\nc.example", NULL},
        {"a\r\n@b", NULL},
        {"\"a\r\n b\"@c", NULL},
        {"\"a\tb\"@c", NULL},
        {"<a@b>", NULL},
        {"a@b@c", NULL},
        {"\"a\"b@c", NULL},
        {"\"a@c", NULL},
        {"a@b..c", NULL},
        {"a@b/c", NULL},
        {"a\xe2\x80\xa8@b", NULL},
        {"\"a\xe2\x80\xa9\"@b", NULL},
        {"\"a\xc2\x85\"@b", NULL},
        {"\"a\xc2\xa0\"@b", NULL},
        {"a@b\xef\xbc\x8f"
         "c",
         NULL},
        {"a@b\xef\xbc\x8e"
         "c",
         NULL},
        {"a@[1.2.3]", NULL},
        {"a@[::1]", NULL},
        {"a@[IPv6:fe80::1%eth0]", NULL},
        {"a@[192.0.2.1", NULL},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *normal = address_normalise(cases[i][0]);
        if (!cases[i][1]) {
            assert_null(normal);
            continue;
        }
        assert_non_null(normal);
        assert_string_equal(normal, cases[i][1]);
        g_autofree char *again = address_normalise(normal);
        assert_string_equal(again, normal);
    }
}

static void test_equal(void **state)
{
    (void)state;
    assert_true(address_equal("Kim@Example.org", "kim@example.ORG"));
    assert_true(address_equal("\"kim\"@example.org", "kim@example.org"));
    assert_true(address_equal("kim@b\xc3\xbc"
                              "cher.example",
                              "kim@xn--bcher-kva.example"));
    assert_false(address_equal("kim@example.org", "kim@example.com"));
    assert_false(address_equal("kim@example.org", "kim.@example.org"));
    assert_false(address_equal("no address", "no address"));
    assert_false(address_equal(NULL, NULL));
    /* The kelvin sign folds to "k" in Unicode; the two are two mailboxes. */
    assert_false(address_equal("\xe2\x84\xaaim@example.org", "kim@example.org"));
    g_autofree char *folded = address_fold("\"Kim Lee\"@Example.org");
    assert_string_equal(folded, "\"kim lee\"@example.org");
}

static void test_domain(void **state)
{
    (void)state;
    assert_string_equal(address_domain("a@b.example"), "b.example");
    assert_string_equal(address_domain("\"a@x\"@b.example"), "b.example");
    assert_string_equal(address_domain("a"), "");
    assert_string_equal(address_domain(""), "");
}

static void test_envelope(void **state)
{
    (void)state;
    static const char *const good[] = {
        "a@b",
        "a.b+c=d@example.org",
        "\"a b\"@example.org",
        "a@[192.0.2.1]",
        "a@[IPv6:2001:db8::1]",
        "jürgen@bücher.example",
        "a.return.path.that.carries.more.than.the.sixty-four.octets=of.a.local.part@example.org",
    };
    static const char *const bad[] = {
        NULL,      "",      "a",       "<a@b>", "a@b>",    "a@b c", "a@b\r\nRCPT TO:<c@d>", "a\n@b", "@x:a@b",
        "a@b,c@d", "a b@c", "a@b\x01", "a@b.",  "a\x80@b", "a@",
    };
    for (guint i = 0; i < G_N_ELEMENTS(good); i++)
        assert_true(address_is_envelope(good[i]));
    for (guint i = 0; i < G_N_ELEMENTS(bad); i++)
        assert_false(address_is_envelope(bad[i]));
    for (guint length = 254; length <= 255; length++) {
        g_autofree char *local = g_strnfill(length - strlen("@example.org"), 'x');
        g_autofree char *address = g_strconcat(local, "@example.org", NULL);
        assert_int_equal(address_is_envelope(address), length == 254);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sender_accepted),
        cmocka_unit_test(test_sender_refused),
        cmocka_unit_test(test_sender_fields),
        cmocka_unit_test(test_sender_length),
        cmocka_unit_test(test_shown_address),
        cmocka_unit_test(test_list),
        cmocka_unit_test(test_list_limits),
        cmocka_unit_test(test_hostile_shapes),
        cmocka_unit_test(test_scanner_is_linear),
        cmocka_unit_test(test_normalise),
        cmocka_unit_test(test_equal),
        cmocka_unit_test(test_domain),
        cmocka_unit_test(test_envelope),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
