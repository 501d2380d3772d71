#include <postern/address.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define US "mx.example.org"

static gboolean vouches(const char *value, const char *from)
{
    g_autoptr(Headers) headers = headers_new();
    headers_add(headers, "Authentication-Results", value);
    return address_is_authentic(headers, US, from);
}

static void test_results(void **state)
{
    (void)state;
    static const struct {
        gboolean authentic;
        const char *value;
    } cases[] = {
        {TRUE, US "; dmarc=pass header.from=corp.example"},
        {TRUE, " " US " 1; dmarc=pass header.from=corp.example;"},
        {TRUE, "MX.Example.ORG; DMARC=Pass Header.From=Corp.Example"},
        {TRUE, "\"mx.example.org\"; dmarc=pass header.from=\"corp.example\""},
        {TRUE, US " (our (border) server);\r\n\tdmarc (v1) = (good) pass (p=REJECT sp=NONE dis=NONE)\r\n\t"
                  "header.from=corp.example"},
        {TRUE, US "; dmarc/1=pass reason=\"as; it (was)\" header.from=corp.example"},
        {TRUE, US "; dmarc=pass action=none header.from=corp.example;compauth=pass reason=100"},
        {TRUE, US ";dmarc=pass header . from = corp.example"},
        {FALSE, US "; dmarc=pass header.from=other.example"},
        {FALSE, US "; dmarc=pass header.from=mail.corp.example"},
        {FALSE, US "; dmarc=pass"},
        {FALSE, US "; dmarc=pass policy.from=corp.example"},
        {FALSE, US "; dmarc=none header.from=corp.example"},
        {FALSE, US "; dmarc=fail header.from=corp.example"},
        {FALSE, US "; dkim=pass header.d=corp.example; dmarc=fail header.from=corp.example"},
        {FALSE, US "; dmarc=pass header.from=corp.example; dmarc=FAIL (x) header.from=other.example"},
        {FALSE, US "; dmarc=fail; dmarc=pass header.from=corp.example"},
        {TRUE, US "; dkim=pass header.d=corp.example"},
        {TRUE,
         US "; dkim=pass (2048-bit key) header.d=corp.example header.i=@corp.example header.b=\"ab/c+=\""},
        {TRUE, US "; dkim=pass header.i=@corp.example header.s=s1 header.b=Ab/+cd=="},
        {TRUE, US "; dkim=pass header.i=kim@mail.corp.example"},
        {TRUE, US "; dkim=pass header.d=mail.corp.example"},
        {TRUE, US "; dkim=fail header.d=corp.example; dkim=pass header.d=corp.example"},
        {TRUE, US "; dkim=pass header.d=list.example; spf=pass smtp.mailfrom=kim@corp.example"},
        {FALSE, US "; dkim=pass header.d=evilcorp.example"},
        {FALSE, US "; dkim=pass header.d=corp.example.evil.example"},
        {FALSE, US "; dkim=pass header.d=example"},
        {FALSE, US "; dkim=pass header.d=rp.example"},
        {FALSE, US "; dkim=pass header.d=other.example"},
        {FALSE, US "; dkim=pass header.d=other.example header.d=corp.example"},
        {FALSE, US "; dkim=pass header.d=corp.example header.d=other.example"},
        {FALSE, US "; dkim=pass header.d=other.example header.i=@corp.example"},
        {FALSE, US "; dkim=fail header.d=corp.example"},
        {FALSE, US "; dkim=pass reason=\"header.d=corp.example\""},
        {FALSE, US "; dkim=pass (header.d=corp.example)"},
        {FALSE, US "; dkim=pass header.s=\"x header.d=corp.example\""},
        {FALSE, US "; dkim=pass header.s=\"; dmarc=pass header.from=corp.example\""},
        {FALSE, US "; dkim=neutral (dkim=pass header.d=corp.example) header.d=corp.example"},
        {TRUE, US "; spf=pass smtp.mailfrom=kim@corp.example"},
        {TRUE, US "; spf=pass smtp.mailfrom=corp.example"},
        {TRUE, US "; spf=pass smtp.mailfrom=\"a b\"@bounce.corp.example"},
        {FALSE, US "; spf=pass smtp.mailfrom=corp.example@other.example"},
        {FALSE, US "; spf=pass smtp.helo=corp.example"},
        {FALSE, US "; spf=softfail smtp.mailfrom=corp.example"},
        {FALSE, US "; x-spf=pass smtp.mailfrom=corp.example"},
        {FALSE, US "; none"},
        {FALSE, US},
        {FALSE, ""},
        {FALSE, US " 2; dmarc=pass header.from=corp.example"},
        {FALSE, US ".evil.example; dmarc=pass header.from=corp.example"},
        {FALSE, "x." US "; dmarc=pass header.from=corp.example"},
        {FALSE, US "=x; dmarc=pass header.from=corp.example"},
        {FALSE, "(" US ") other.example; dmarc=pass header.from=corp.example"},
        {FALSE, "dmarc=pass header.from=corp.example"},
        /* A field that breaks the grammar says nothing. */
        {FALSE, US "; dmarc=pass header.from=corp.example; \"open"},
        {FALSE, US "; dmarc=pass header.from=corp.example (open"},
        {FALSE, US "; dmarc=pass header.from=corp.example junk"},
        {FALSE, US "; dmarc=pass header.from="},
        {FALSE, US "; dmarc=pass header.from=corp.example; none junk"},
        {FALSE, US "; dmarc="},
        {FALSE, US "; =pass header.from=corp.example"},
        {FALSE, US " dmarc=pass header.from=corp.example"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
        if (vouches(cases[i].value, "Kim@Corp.Example") != cases[i].authentic)
            fail_msg("%s", cases[i].value);
}

static void test_domains(void **state)
{
    (void)state;
    assert_true(vouches(US "; dkim=pass header.d=corp.example", "kim@mail.corp.example"));
    assert_false(vouches(US "; dmarc=pass header.from=corp.example", "kim@mail.corp.example"));
    assert_true(vouches(US "; dmarc=pass header.from=xn--bcher-kva.example", "kim@b\xc3\xbc"
                                                                             "cher.example"));
    assert_true(vouches(US "; dmarc=pass header.from=b\xc3\xbc"
                           "cher.example",
                        "kim@xn--bcher-kva.example"));
    /* Below a domain of one label lies everybody. */
    assert_false(vouches(US "; dkim=pass header.d=corp.example", "kim@example"));
    assert_true(vouches(US "; dkim=pass header.d=example", "kim@example"));
    assert_false(vouches(US "; dkim=pass header.d=corp.example", "kim"));
}

/* Whatever stands below our own field may have come with the mail. */
static void test_topmost(void **state)
{
    (void)state;
    g_autoptr(Headers) headers = headers_new();
    headers_add(headers, "Authentication-Results", "other.example; dmarc=pass header.from=corp.example");
    headers_add(headers, "X-Authentication-Results", US "; dmarc=pass header.from=corp.example");
    assert_false(address_is_authentic(headers, US, "kim@corp.example"));
    headers_add(headers, "authentication-results", US "; dkim=none");
    headers_add(headers, "Authentication-Results", US "; dmarc=pass header.from=corp.example");
    assert_false(address_is_authentic(headers, US, "kim@corp.example"));
    assert_true(address_is_authentic(headers, "other.example", "kim@corp.example"));
}

static void test_nothing_known(void **state)
{
    (void)state;
    g_autoptr(Headers) headers = headers_new();
    assert_false(address_is_authentic(headers, US, "kim@corp.example"));
    headers_add(headers, "Authentication-Results", US "; dmarc=pass header.from=corp.example");
    assert_true(address_is_authentic(headers, US, "kim@corp.example"));
    assert_false(address_is_authentic(headers, NULL, "kim@corp.example"));
    assert_false(address_is_authentic(headers, "", "kim@corp.example"));
    assert_false(address_is_authentic(headers, US, NULL));
    assert_false(address_is_authentic(headers, US, ""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_results),
        cmocka_unit_test(test_domains),
        cmocka_unit_test(test_topmost),
        cmocka_unit_test(test_nothing_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
