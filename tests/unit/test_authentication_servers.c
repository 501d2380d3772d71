/* Authentication-Results as border servers and filters write them (RFC 8601): whose word counts, and for
 * which domain. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <postern/address.h>
#include <string.h>

#define US "mx.example.org"
#define KIM "kim@corp.example"

typedef enum { SILENT, VOUCHES, REFUTES } Says;

typedef struct {
    Says says;
    const char *from, *fields; /* fields one below the other, set apart by "\n" without a blank behind */
} Case;

static const Case cases[] = {
    /* Servers and filters */
    {VOUCHES, KIM,
     US
     "; dkim=pass header.i=@corp.example header.s=s1 header.b=aBc/12+=; arc=pass (i=1 spf=pass "
     "spfdomain=corp.example dkim=pass dkdomain=corp.example dmarc=pass fromdomain=corp.example); spf=pass "
     "(" US ": domain of kim@corp.example designates 192.0.2.1 as permitted sender) "
     "smtp.mailfrom=kim@corp.example; dmarc=pass (p=REJECT sp=REJECT dis=NONE) header.from=corp.example"},
    {SILENT, KIM,
     "spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=corp.example; dkim=pass (signature was verified) "
     "header.d=corp.example;dmarc=pass action=none header.from=corp.example;compauth=pass reason=100"},
    {VOUCHES, KIM,
     US
     "; x-csa=none; x-me-sender=none; x-ptr=pass smtp.helo=mail.corp.example policy.ptr=mail.corp.example; "
     "bimi=skipped (DMARC Policy is not at enforcement); arc=none (no signatures found); dkim=pass "
     "(2048-bit rsa key sha256) header.d=corp.example header.i=@corp.example header.b=Abc/+1 "
     "header.a=rsa-sha256 header.s=s1 x-bits=2048; dmarc=pass policy.published-domain-policy=none "
     "policy.applied-disposition=none (p=none,d=none,d.eval=none) policy.policy-from=p "
     "header.from=corp.example; iprev=pass smtp.remote-ip=192.0.2.1 (mail.corp.example); spf=pass "
     "smtp.mailfrom=kim@corp.example smtp.helo=mail.corp.example; x-tls=pass smtp.version=TLSv1.3 "
     "smtp.cipher=TLS_AES_256_GCM_SHA384 smtp.bits=256/256"},
    {VOUCHES, KIM,
     US "; dkim=pass header.i=@corp.example header.s=s1; dmarc=pass(p=REJECT) header.from=corp.example;"},
    {VOUCHES, KIM,
     US "; spf=pass (mx1: domain of corp.example designates 192.0.2.1 as permitted sender) "
        "smtp.mailfrom=kim@corp.example smtp.helo=mail.corp.example"},
    {VOUCHES, KIM, US "; dmarc=pass header.from=kim@corp.example"},
    {SILENT, KIM, US "; dmarc=pass header.from=kim@other.example"},
    {VOUCHES, KIM, US " (amavisd-new); dkim=pass (2048-bit key) header.d=corp.example"},
    {VOUCHES, KIM, US "; spf=none smtp.mailfrom=; dkim=pass header.d=corp.example"},
    {VOUCHES, KIM, US "; spf=none smtp.mailfrom=<>; dmarc=pass header.from=corp.example"},
    {SILENT, KIM, US "; spf=pass (mailfrom) smtp.mailfrom=<UNKNOWN>"},
    {VOUCHES, KIM,
     US "; spf=pass (sender SPF authorized) smtp.mailfrom=corp.example (client-ip=192.0.2.1; "
        "helo=mail.corp.example; envelope-from=kim@corp.example; receiver=help@example.org)"},
    {VOUCHES, KIM,
     US "; dnswl=pass dns.zone=list.dnswl.example policy.ip=127.0.9.2 "
        "policy.txt=\"corp.example https://x.example/s?s=1\" dns.sec=no; dkim=pass header.d=corp.example"},
    {VOUCHES, KIM, US "; iprev=pass policy.iprev=2001:db8::1; spf=pass smtp.mailfrom=corp.example"},
    {SILENT, KIM, US "; auth=pass (plain) smtp.auth=kim@corp.example"},
    {SILENT, KIM, US "; sender-id=pass header.from=kim@corp.example"},
    {SILENT, KIM, US "; smime=pass body.smime-identifier=kim@corp.example body.smime-part=1.2"},
    {SILENT, KIM, US "; dkim-adsp=pass header.from=kim@corp.example; vbr=pass header.md=corp.example"},
    {SILENT, KIM, US "; dmarc=bestguesspass action=none header.from=corp.example"},
    {SILENT, KIM, US "; dmarc=permerror header.from=corp.example; dkim=policy header.d=corp.example"},
    /* Grammar */
    {VOUCHES, KIM,
     " (first) " US " (second) 1 (third) ; (fourth) dmarc (a) / (b) 1 (c) = (d) pass (e) header (f) . "
     "(g) from (h) = (i) corp.example (j)"},
    {VOUCHES, KIM, US ";\r\n dkim=pass (a \\) b; dkim=fail)\r\n\theader.d=corp.example\r\n\t"},
    {SILENT, KIM, US "; dkim=pass (open header.d=corp.example"},
    {SILENT, KIM, US "; dkim=pass header.d=\"corp.example"},
    {SILENT, KIM, US " 3; dkim=pass header.d=corp.example"},
    {VOUCHES, KIM, US "; dkim=pass header.i=\"kim berg\"@corp.example"},
    {VOUCHES, KIM, US "; DKIM=PASS HEADER.D=CORP.EXAMPLE"},
    {SILENT, KIM, US "; dkim=pass header.d=corp.example; dkim=\xff\xfe\x01 ; ="},
    {VOUCHES, KIM, US "; dkim=pass header.d=corp.example."},
    /* Names in other scripts */
    {VOUCHES, "kim@xn--mnchen-3ya.example", US "; dmarc=pass header.from=m\u00fcnchen.example"},
    {VOUCHES, "kim@m\u00fcnchen.example", US "; dkim=pass header.d=xn--mnchen-3ya.example"},
    {SILENT, "kim@munchen.example", US "; dmarc=pass header.from=m\u00fcnchen.example"},
    /* Alignment: organisations */
    {VOUCHES, "kim@corp.co.uk", US "; dkim=pass header.d=mail.corp.co.uk"},
    {SILENT, "kim@corp.co.uk", US "; dkim=pass header.d=co.uk"},
    {SILENT, "kim@uk.com", US "; dkim=pass header.d=evil.uk.com"},
    {SILENT, "kim@firm.uk.com", US "; dkim=pass header.d=uk.com"},
    {VOUCHES, "kim@firm.uk.com", US "; dkim=pass header.d=mail.firm.uk.com"},
    {SILENT, "kim@shop.myshopify.com", US "; spf=pass smtp.mailfrom=evil.myshopify.com"},
    /* Several fields */
    {SILENT, KIM, US "; dmarc=none header.from=corp.example\n" US "; dmarc=pass header.from=corp.example"},
    {REFUTES, KIM, US "; dmarc=fail header.from=corp.example\n" US "; dmarc=pass header.from=corp.example"},
    {SILENT, KIM, "mx.other.example; dmarc=pass header.from=corp.example"},
    {SILENT, KIM, "mx.example.org.evil.example; dmarc=pass header.from=corp.example"},
    {REFUTES, KIM, US "; spf=fail smtp.mailfrom=corp.example; dkim=none"},
    {SILENT, KIM, US "; spf=fail smtp.mailfrom=corp.example; dkim=pass (broken"},
};

static Says said(const Case *one)
{
    g_autoptr(Headers) headers = headers_new();
    for (const char *at = one->fields; at;) {
        const char *end = at;
        while ((end = strchr(end, '\n')) && strchr(" \t", end[1]))
            end++;
        g_autofree char *value = end ? g_strndup(at, (gsize)(end - at)) : g_strdup(at);
        headers_add(headers, "Authentication-Results", value);
        at = end ? end + 1 : NULL;
    }
    if (address_is_refuted(headers, US, one->from))
        return REFUTES;
    return address_is_authentic(headers, US, one->from) ? VOUCHES : SILENT;
}

static void test_servers(void **state)
{
    (void)state;
    static const char *const names[] = {"silent", "vouches", "refutes"};
    guint wrong = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Says says = said(&cases[i]);
        if (says == cases[i].says)
            continue;
        wrong++;
        print_message("%s: %s, not %s: %s\n", cases[i].from, names[says], names[cases[i].says],
                      cases[i].fields);
    }
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_servers)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
