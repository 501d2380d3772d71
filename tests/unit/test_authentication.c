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

/* ARC: fields from the top, "name: value" each. */
static gboolean arc_vouches(const char *text)
{
    g_autoptr(Headers) headers = headers_new();
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (guint i = 0; lines[i] && *lines[i]; i++) {
        char *colon = strchr(lines[i], ':');
        *colon = '\0';
        headers_add(headers, lines[i], colon + 1);
    }
    return address_arc_vouches(headers, US, "kim@corp.example");
}

#define PASSED "Authentication-Results: " US "; arc=pass (i=2); dmarc=pass header.from=group.example\n"
#define SEAL(number, domain) "ARC-Seal: i=" number "; a=rsa-sha256; d=" domain "; s=k; cv=pass; b=ab/c+==\n"
#define SET(number, results) "ARC-Authentication-Results: i=" number "; " results "\n"
#define OURS US "; dmarc=pass header.from=corp.example"

static void test_arc(void **state)
{
    (void)state;
    static const struct {
        gboolean vouches;
        const char *fields;
    } cases[] = {
        {TRUE, PASSED SEAL("1", "example.org") SET("1", OURS)},
        {TRUE, PASSED SEAL("1", "mx.example.org") SET("1", OURS)},
        {TRUE, PASSED SEAL("1", "example.org") SET("1", US "; dkim=pass header.d=corp.example")},
        {TRUE,
         PASSED SEAL("2", "example.org") SEAL("1", "example.org") SET("2", US "; dmarc=none") SET("1", OURS)},
        /* Who had it before our server saw it may be anybody. */
        {TRUE, PASSED SEAL("2", "example.org") SEAL("1", "evil.example") SET("2", OURS)
                   SET("1", "x.example; none")},
        /* The chain is not whole, or nobody of ours says so. */
        {FALSE, SEAL("1", "example.org") SET("1", OURS)},
        {FALSE, "Authentication-Results: " US "; arc=fail\n" SEAL("1", "example.org") SET("1", OURS)},
        {FALSE,
         "Authentication-Results: " US "; arc=pass; arc=fail\n" SEAL("1", "example.org") SET("1", OURS)},
        {FALSE, "Authentication-Results: evil.example; arc=pass\n" SEAL("1", "example.org") SET("1", OURS)},
        {FALSE, "Authentication-Results: " US "; arc=none\n" PASSED SEAL("1", "example.org") SET("1", OURS)},
        /* A chain of somebody else's that carries our name. */
        {FALSE, PASSED SEAL("1", "evil.example") SET("1", OURS)},
        {FALSE, PASSED SEAL("1", "evilexample.org") SET("1", OURS)},
        {FALSE, PASSED SET("1", OURS)},
        {FALSE, PASSED SEAL("2", "example.org") SET("1", OURS)},
        {FALSE, PASSED SEAL("1", "example.org") SEAL("1", "example.org") SET("1", OURS)},
        {FALSE, PASSED "ARC-Seal: i=1; d=evil.example; d=example.org; b=x\n" SET("1", OURS)},
        {FALSE, PASSED SEAL("1", "example.org") SET("1", OURS) SET("1", US "; none")},
        /* Somebody else sealed it later: the text may be another than our server saw. */
        {FALSE, PASSED SEAL("2", "group.example") SEAL("1", "example.org") SET("2", "group.example; none")
                    SET("1", OURS)},
        {FALSE, PASSED SEAL("3", "example.org") SEAL("1", "example.org") SET("1", OURS)},
        /* Another server, another domain, another proof. */
        {FALSE,
         PASSED SEAL("1", "example.org") SET("1", "mx.other.example; dmarc=pass header.from=corp.example")},
        {FALSE, PASSED SEAL("1", "example.org") SET("1", US "; dmarc=pass header.from=other.example")},
        {FALSE, PASSED SEAL("1", "example.org") SET("1", US "; spf=pass smtp.mailfrom=kim@corp.example")},
        {FALSE, PASSED SEAL("1", "example.org") SET("1", US "; dkim=pass header.d=corp.example; dmarc=fail")},
        /* No instance that can be. */
        {FALSE, PASSED SEAL("0", "example.org") SET("0", OURS)},
        {FALSE, PASSED SEAL("51", "example.org") SET("51", OURS)},
        {FALSE, PASSED SEAL("1", "example.org") SET("one", OURS)},
        {FALSE, PASSED SEAL("1", "example.org") "ARC-Authentication-Results: " OURS "\n"},
        {FALSE, ""},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        if (arc_vouches(cases[i].fields) != cases[i].vouches)
            print_message("%s\n", cases[i].fields);
        assert_int_equal(arc_vouches(cases[i].fields), cases[i].vouches);
    }
}

/* A word against the sender, not the lack of one. */
static void test_refuted(void **state)
{
    (void)state;
    static const struct {
        gboolean refuted;
        const char *value;
    } cases[] = {
        {TRUE, US "; dmarc=fail header.from=corp.example"},
        {TRUE, US "; spf=pass smtp.mailfrom=other.example; DMARC=Fail (p=reject) header.from=corp.example"},
        {TRUE, US "; dkim=pass header.d=corp.example; dmarc=fail header.from=corp.example"},
        {TRUE, US "; spf=fail smtp.mailfrom=kim@corp.example"},
        {TRUE, US "; spf=fail smtp.mailfrom=kim@other.example; dkim=pass header.d=other.example"},
        {FALSE, US "; spf=fail smtp.mailfrom=kim@corp.example; dkim=pass header.d=corp.example"},
        {FALSE, US "; spf=fail smtp.mailfrom=kim@corp.example; dmarc=pass header.from=corp.example"},
        {FALSE, US "; spf=softfail smtp.mailfrom=kim@corp.example; dmarc=none header.from=corp.example"},
        {FALSE, US "; dkim=fail header.d=corp.example"},
        {FALSE, US "; dmarc=none header.from=corp.example"},
        {FALSE, US "; dmarc=pass header.from=corp.example"},
        {FALSE, US "; dmarc=none (dmarc=fail) header.from=corp.example reason=\"dmarc=fail\""},
        {FALSE, US "; none"},
        {FALSE, "mx.evil.example; dmarc=fail header.from=corp.example"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Headers) headers = headers_new();
        headers_add(headers, "Authentication-Results", cases[i].value);
        print_message("  %s\n", cases[i].value);
        assert_int_equal(address_is_refuted(headers, US, "kim@corp.example"), cases[i].refuted);
    }
    g_autoptr(Headers) none = headers_new();
    assert_false(address_is_refuted(none, US, "kim@corp.example"));
    assert_false(address_is_refuted(none, NULL, "kim@corp.example"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_results), cmocka_unit_test(test_refuted), cmocka_unit_test(test_arc),
        cmocka_unit_test(test_domains), cmocka_unit_test(test_topmost), cmocka_unit_test(test_nothing_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
