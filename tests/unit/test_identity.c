/* Evidence of who wrote: results of the border server, domains, and fields that do not agree. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <postern/address.h>
#include <postern/organisation.h>
#include <postern/reading.h>
#include <string.h>

#define US "mx.example.org"

static Reading *read_with(const char *header, const char *text)
{
    static const ReadingSettings settings = {.authserv_id = US};
    g_autofree char *raw = g_strconcat(header, "\n", text, "\n", NULL);
    Reading *reading = reading_make_bytes(raw, strlen(raw), &settings, NULL);
    assert_non_null(reading);
    return reading;
}

/* "spf pass corp.example +" per line; "+" is aligned. */
static char *shown(const Reading *reading)
{
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < reading->authentication->len; i++) {
        const AuthenticationResult *result = reading->authentication->pdata[i];
        g_string_append_printf(out, "%s %s %s%s\n", result->method, result->result,
                               result->domain ? result->domain : "-", result->is_aligned ? " +" : "");
    }
    return g_string_free(out, FALSE);
}

static void test_results(void **state)
{
    (void)state;
    static const struct {
        const char *value, *expected;
    } cases[] = {
        {US " 1; spf=pass (ok) smtp.mailfrom=bounce@news.corp.example;\n dkim=pass reason=\"a;b\" "
            "header.d=corp.example header.s=x; dmarc=pass (p=none) header.from=mail.corp.example; arc=none",
         "spf pass news.corp.example +\ndkim pass corp.example +\ndmarc pass mail.corp.example +\narc none "
         "-\n"},
        {US "; dkim=fail header.i=@other.example; SPF=SoftFail smtp.helo=mx.other.example; iprev=pass",
         "dkim fail other.example\nspf softfail mx.other.example\n"},
        {US "; spf=none; dkim=none", "spf none -\ndkim none -\n"},
        {US "; none", ""},
        {US "; dkim=pass header.d=corp.example; dkim=pass header.d=\"other.example\"",
         "dkim pass corp.example +\ndkim pass other.example\n"},
        /* A field that breaks the grammar, of a later version or of another server says nothing. */
        {US "; dkim=pass header.d=corp.example; junk", ""},
        {US " 2; dkim=pass header.d=corp.example", ""},
        {"other.example; dkim=pass header.d=corp.example", ""},
        {US "; dkim=pass header.d=corp.example header.d=other.example", ""},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *header = g_strdup_printf("Authentication-Results: %s\nAuthentication-Results: " US
                                                  "; dmarc=fail header.from=x.example\n"
                                                  "From: kim@mail.corp.example\n",
                                                  cases[i].value);
        g_autoptr(Reading) reading = read_with(header, "Hi");
        g_autofree char *got = shown(reading);
        if (i != 7)
            assert_string_equal(got, cases[i].expected);
        else
            assert_string_equal(got, "dmarc fail x.example\n");
    }
}

/* What attackers write, where words of ours or of his domain stand without being what they look like. */
static void test_results_of_attackers(void **state)
{
    (void)state;
    static const struct {
        const char *value;
        gboolean is_authentic;
    } cases[] = {
        {"(a) " US
         " (b) 1 (c); (d) dkim (e) = (f) pass (g) reason = \"good; yes\" header . d = corp.example (h)",
         TRUE},
        {"\"" US "\"; DKIM/1=Pass HEADER.D=Corp.Example", TRUE},
        {US "; dkim=fail header.d=corp.example; dkim=pass header.i=kim@corp.example", TRUE},
        {US "; spf=pass smtp.mailfrom=corp.example", TRUE},
        {US ".evil.example; dkim=pass header.d=corp.example", FALSE},
        {"evil.example (" US "); dkim=pass header.d=corp.example", FALSE},
        {"\"" US "; dkim=pass header.d=corp.example\"; none", FALSE},
        {US "; dkim=fail (dkim=pass header.d=corp.example) header.d=corp.example", FALSE},
        {US "; dkim=fail reason=\"; dkim=pass header.d=corp.example\" header.d=corp.example", FALSE},
        {US "; spf=pass smtp.mailfrom=\"x; dkim=pass header.d=corp.example\"@evil.example", FALSE},
        {US "; spf=pass smtp.helo=corp.example", FALSE},
        {US "; dmarc=pass header.from=evil.example", FALSE},
        {US "; x-own=pass policy.domain=corp.example", FALSE},
        {US "; dkim=pass header.d=evilcorp.example", FALSE},
        {US "; dkim=pass header.d=example", FALSE},
        {US "; dkim=pass (oops header.d=corp.example", FALSE},
        {US "; dkim=pass reason=\"x header.d=corp.example", FALSE},
        {US "; dkim=temperror header.d=corp.example", FALSE},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *header =
            g_strdup_printf("Authentication-Results: %s\nFrom: kim@corp.example\n", cases[i].value);
        g_autoptr(Reading) reading = read_with(header, "Hi");
        if (reading->from_authentic != cases[i].is_authentic)
            fail_msg("%s", cases[i].value);
    }
    g_autoptr(Reading) arc =
        read_with("ARC-Authentication-Results: i=1; " US "; dkim=pass header.d=corp.example\n"
                  "From: kim@corp.example\n",
                  "Hi");
    assert_false(arc->from_authentic);
}

static void test_results_limit(void **state)
{
    (void)state;
    g_autoptr(GString) header = g_string_new("Authentication-Results: " US);
    for (guint i = 0; i < 100; i++)
        g_string_append(header, ";\n dkim=pass header.d=corp.example");
    g_string_append(header, "\nFrom: kim@corp.example\n");
    g_autoptr(Reading) reading = read_with(header->str, "Hi");
    assert_int_equal(reading->authentication->len, 30);
}

static void test_organisations(void **state)
{
    (void)state;
    static const struct {
        gboolean one;
        const char *a, *b;
    } cases[] = {
        {TRUE, "corp.example", "mail.corp.example"},
        {TRUE, "a.corp.example", "b.corp.example"},
        {FALSE, "corp.example", "other.example"},
        {FALSE, "a.co.uk", "b.co.uk"},
        {TRUE, "x.a.co.uk", "a.co.uk"},
        {FALSE, "a.com.au", "b.com.au"},
        {FALSE, "a.github.io", "b.github.io"},
        {FALSE, "a-example.20230601.gappssmtp.com", "b-example.20230601.gappssmtp.com"},
        {FALSE, "example", "corp.example"},
        {FALSE, "[192.0.2.1]", "[192.0.2.2]"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
        if (domain_is_one_organisation(cases[i].a, cases[i].b) != cases[i].one)
            fail_msg("%s %s", cases[i].a, cases[i].b);
}

static void test_lookalikes(void **state)
{
    (void)state;
    static const struct {
        gboolean alike;
        const char *a, *b;
    } cases[] = {
        {TRUE, "exarnple.org", "example.org"},       {TRUE, "examp1e.org", "example.org"},
        {TRUE, "exmaple.org", "example.org"},        {TRUE, "examples.org", "example.org"},
        {TRUE, "xn--xample-2of.org", "example.org"}, {FALSE, "mail.example.org", "example.org"},
        {FALSE, "example.org", "example.net"},       {FALSE, "abc.org", "abd.org"},
        {FALSE, "server12.org", "server13.org"},     {FALSE, "corporate.org", "example.org"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
        if (domain_looks_like(cases[i].a, cases[i].b) != cases[i].alike)
            fail_msg("%s %s", cases[i].a, cases[i].b);
    assert_true(domain_is_disguised("xn--xample-2of.org"));
    assert_false(domain_is_disguised("xn--bcher-kva.example"));
}

typedef struct {
    const char *header, *text;
    const char *loud;  /* begins a line of sender_findings; NULL: there is none */
    const char *quiet; /* code of a finding; NULL: no such finding */
} Conflict;

static const Conflict conflicts[] = {
    {"From: kim@corp.example\nReply-To: kim@mail.corp.example\nReturn-Path: <kim@corp.example>\n", "Hi", NULL,
     NULL},
    {"From: kim@corp.example\nReply-To: kim@other.example\n", "Hi", NULL, "reply-to-differs"},
    {"From: kim@corp.example\nReply-To: boss.corp@gmail.com\n", "Pay this", "Reply-To leads to a free mail",
     NULL},
    {"From: kim@gmail.com\nReply-To: kim@gmx.de\n", "Hi", NULL, "reply-to-differs"},
    /* the form of a web site */
    {"From: wordpress@corp.example\nReply-To: kim@gmail.com\n", "Email: kim@gmail.com\nHelp!", NULL,
     "reply-to-differs"},
    {"From: kim@example.org\nReply-To: kim@exarnple.org\n", "Hi", "Reply-To leads to exarnple.org", NULL},
    {"From: kim@exmaple.org\nTo: support@example.org\n", "Hi", "From is of exmaple.org", NULL},
    {"From: kim@xn--xample-2of.org\n", "Hi", "the domain of From", NULL},
    {"From: kim@corp.example\nSender: office@other.example\n", "Hi", NULL, "sender-differs"},
    {"From: kim@corp.example\nSender: office@c0rp.example\n", "Hi", "Sender is of c0rp.example", NULL},
    {"From: kim@corp.example\nReturn-Path: <kim@other.example>\n", "Hi", NULL, "return-path-differs"},
    {"From: kim@corp.example\nReturn-Path: <SRS0=a=b=corp.example=kim@fwd.example>\n", "Hi", NULL, NULL},
    {"From: kim@corp.example\nReturn-Path: <bounces+1-a=b.example@esp.example>\n", "Hi", NULL, NULL},
    {"From: kim@corp.example\nReturn-Path: <>\n", "Hi", NULL, NULL},
    /* lists and services differ as a matter of course */
    {"From: kim@corp.example\nList-Post: <mailto:l@list.example>\nList-Id: <l.list.example>\n"
     "Sender: l-owner@list.example\nReply-To: l@list.example\nReturn-Path: <l-admin@list.example>\n",
     "Hi", NULL, NULL},
    {"From: shop@corp.example\nList-Unsubscribe: <https://esp.example/u>\nReply-To: reply@esp.example\n"
     "Sender: out@esp.example\nReturn-Path: <x@esp.example>\n",
     "Buy", NULL, NULL},
    {"From: \"ceo@corp.example\" <kim@other.example>\n", "Hi", "display name shows another address", NULL},
    {"From: kim@corp.example\nReply-To: Kim <kim@corp.example>, kim.corp@gmail.com\n", "Hi",
     "Reply-To leads to a free mail", NULL},
    {"From: kim@corp.co.uk\nReply-To: kim@other.co.uk\n", "Hi", NULL, "reply-to-differs"},
    {"From: kim@one.github.io\nReply-To: kim@two.github.io\n", "Hi", NULL, "reply-to-differs"},
    {"From: kim@corp.example\nReply-To: KIM@CORP.EXAMPLE\n", "Hi", NULL, NULL},
    {"From: kim@xn--mnchen-3ya.example\nReply-To: kim@m\xc3\xbcnchen.example\n", "Hi", NULL, NULL},
    {"From: kim@corp.example\nReply-To: undisclosed-recipients:;\n", "Hi", NULL, NULL},
    {"From: kim@googlemail.com\nReply-To: kim@gmail.com\n", "Hi", NULL, NULL},
    {"From: kim@corp.example\nReturn-Path: <kim@c0rp.example>\n", "Hi", "Return-Path is of c0rp.example",
     NULL},
    {"From: kim@corp.example\nReturn-Path: <prvs=1234=kim@relay.example>\n", "Hi", NULL, NULL},
    {"Authentication-Results: " US "; dmarc=pass header.from=corp.example\nFrom: kim@corp.example\n"
     "Return-Path: <kim@relay.example>\n",
     "Hi", NULL, NULL},
    {"Authentication-Results: mx.evil.example; dmarc=pass header.from=corp.example\nFrom: kim@corp.example\n"
     "Return-Path: <kim@relay.example>\n",
     "Hi", NULL, "return-path-differs"},
    {"From: kim@corp.example\nSender: kim@mail.corp.example\n", "Hi", NULL, NULL},
    {"From: Kim <kim@corp.example>\nSender: (none)\n", "Hi", NULL, NULL},
    {"From: \"Kim (kim@corp.example)\" <kim@corp.example>\n", "Hi", NULL, NULL},
    {"From: \"kim@corp.example via Forms\" <forms@other.example>\n", "Hi",
     "display name shows another address", NULL},
};

static const char *conflict_code(const Reading *reading)
{
    static const char *const codes[] = {"reply-to-differs", "sender-differs", "return-path-differs", NULL};
    for (guint i = 0; i < reading->findings->len; i++) {
        const Finding *finding = reading->findings->pdata[i];
        if (g_strv_contains(codes, finding->code))
            return finding->code;
    }
    return NULL;
}

static void test_conflicts(void **state)
{
    (void)state;
    guint wrong = 0;
    for (guint i = 0; i < G_N_ELEMENTS(conflicts); i++) {
        const Conflict *known = &conflicts[i];
        g_autoptr(Reading) reading = read_with(known->header, known->text);
        const char *loud = reading->sender_findings->len > 0 ? reading->sender_findings->pdata[0] : NULL;
        const char *quiet = conflict_code(reading);
        gboolean is_loud_right = known->loud ? loud && g_str_has_prefix(loud, known->loud) : !loud;
        if (is_loud_right && g_strcmp0(quiet, known->quiet) == 0)
            continue;
        wrong++;
        print_message("%s: %s, %s\n", known->header, loud ? loud : "-", quiet ? quiet : "-");
    }
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_results),       cmocka_unit_test(test_results_of_attackers),
        cmocka_unit_test(test_results_limit), cmocka_unit_test(test_organisations),
        cmocka_unit_test(test_lookalikes),    cmocka_unit_test(test_conflicts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
