#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <postern/kind.h>
#include <string.h>

/* "Name: value\n" lines, a value may be folded. */
static Headers *headers_of(const char *text)
{
    Headers *headers = headers_new();
    while (*text) {
        const char *colon = strchr(text, ':'), *end = strchr(colon, '\n');
        while (end[1] == ' ' || end[1] == '\t')
            end = strchr(end + 1, '\n');
        g_autofree char *name = g_strndup(text, (gsize)(colon - text));
        g_autofree char *value = g_strndup(colon + 1, (gsize)(end - colon - 1));
        headers_add(headers, name, value);
        text = end + 1;
    }
    return headers;
}

typedef struct {
    const char *headers, *subject, *text;
    MailKind kind;
    gboolean may_answer;
    const char *reason; /* part of one of the reasons, or NULL */
} Case;

static const Case cases[] = {
    {"From: a@example.com\n", "Trouble", "Hello", KIND_HUMAN, TRUE, NULL},
    {"", NULL, NULL, KIND_HUMAN, TRUE, NULL},
    /* RFC 3834 */
    {"Auto-Submitted: auto-replied\n", NULL, NULL, KIND_AUTO_REPLY, FALSE, "Auto-Submitted: auto-replied"},
    {"Auto-Submitted: auto-generated\n", NULL, NULL, KIND_MACHINE, FALSE, "Auto-Submitted: auto-generated"},
    {"Auto-Submitted: auto-notified; owner-email=\"a@example.com\"\n", NULL, NULL, KIND_MACHINE, FALSE,
     "auto-notified"},
    {"Auto-Submitted: no\n", NULL, NULL, KIND_HUMAN, TRUE, NULL},
    {"Auto-Submitted: No (really (truly) not)\n", NULL, NULL, KIND_HUMAN, TRUE, NULL},
    {"Auto-Submitted: (x) NO; p=1\n", NULL, NULL, KIND_HUMAN, TRUE, NULL},
    {"Auto-Submitted:\n (folded)\n auto-replied (vacation)\n", NULL, NULL, KIND_AUTO_REPLY, FALSE, NULL},
    {"Auto-Submitted: notable\n", NULL, NULL, KIND_MACHINE, FALSE, NULL},
    {"Auto-Submitted: \n", NULL, NULL, KIND_HUMAN, TRUE, NULL},
    {"Auto-Submitted: no\nAuto-Submitted: auto-replied\n", NULL, NULL, KIND_AUTO_REPLY, FALSE, NULL},
    /* other header fields */
    {"Precedence: bulk\n", NULL, NULL, KIND_BULK, FALSE, "Precedence: bulk"},
    {"Precedence: junk\n", NULL, NULL, KIND_BULK, FALSE, NULL},
    {"Precedence: list\n", NULL, NULL, KIND_LIST, FALSE, NULL},
    {"Precedence: first-class\n", NULL, NULL, KIND_HUMAN, TRUE, NULL},
    {"Precedence: auto_reply\n", NULL, NULL, KIND_AUTO_REPLY, FALSE, NULL},
    {"X-Autoreply: yes\n", NULL, NULL, KIND_AUTO_REPLY, FALSE, NULL},
    {"X-Autoreply: no\n", NULL, NULL, KIND_HUMAN, TRUE, NULL},
    {"X-Autorespond: x\n", NULL, NULL, KIND_AUTO_REPLY, FALSE, NULL},
    {"X-Auto-Response-Suppress: All\n", NULL, NULL, KIND_HUMAN, FALSE, "X-Auto-Response-Suppress"},
    {"X-Auto-Response-Suppress: DR, OOF, AutoReply\n", NULL, NULL, KIND_HUMAN, FALSE, NULL},
    {"X-Auto-Response-Suppress: RN, NRN\n", NULL, NULL, KIND_HUMAN, TRUE, NULL},
    {"X-Loop: a@example.com\n", NULL, NULL, KIND_HUMAN, FALSE, "X-Loop"},
    {"List-Id: <a.example.com>\n", NULL, NULL, KIND_LIST, FALSE, "List-Id"},
    {"List-Unsubscribe: <https://example.com/u>\n", NULL, NULL, KIND_BULK, FALSE, NULL},
    {"List-Id: <a.example.com>\nList-Unsubscribe: <https://example.com/u>\nPrecedence: bulk\n", NULL, NULL,
     KIND_LIST, FALSE, NULL},
    {"Feedback-ID: 1:2:3:x\n", NULL, NULL, KIND_HUMAN, TRUE, "Feedback-ID"},
    {"Feedback-ID: 1:2:3:x\nX-SG-EID: y\n", NULL, NULL, KIND_BULK, FALSE, NULL},
    {"X-Mailer: OTRS Mail Service (6.0)\n", NULL, NULL, KIND_HUMAN, FALSE, "otrs"},
    {"X-Mailer: vacation 1.2\n", NULL, NULL, KIND_AUTO_REPLY, FALSE, NULL},
    {"X-Cron-Env: <SHELL=/bin/sh>\n", NULL, NULL, KIND_MACHINE, FALSE, NULL},
    {"X-Mailer: Nagios 4\n", NULL, NULL, KIND_MACHINE, FALSE, NULL},
    {"X-Mailer: Apple Mail\n", NULL, NULL, KIND_HUMAN, TRUE, NULL},
    {"Return-Path: <>\n", NULL, NULL, KIND_MACHINE, FALSE, "null sender"},
    {"Return-Path: <a@example.com>\n", NULL, NULL, KIND_HUMAN, TRUE, NULL},
    /* who writes */
    {"From: No Reply <no-reply@example.com>\n", NULL, NULL, KIND_MACHINE, FALSE, "no-reply@example.com"},
    {"From: noreply+5@example.com\n", NULL, NULL, KIND_MACHINE, FALSE, NULL},
    {"From: billing-donotreply@example.com\n", NULL, NULL, KIND_MACHINE, FALSE, NULL},
    {"From: postmaster@example.com\n", "Your question", "Hello", KIND_HUMAN, FALSE, NULL},
    {"From: noreen@example.com\n", NULL, NULL, KIND_HUMAN, TRUE, NULL},
    /* vacations: words alone prove nothing */
    {"From: a@example.com\n", "Out of office", "How do I set my out of office message?", KIND_HUMAN, TRUE,
     NULL},
    {"From: a@example.com\nIn-Reply-To: <x@y>\n", "Automatic reply: Trouble", "I am away.", KIND_AUTO_REPLY,
     FALSE, "Subject: Automatic reply"},
    {"Return-Path: <>\n", "Abwesenheitsnotiz", "Ich bin im Urlaub.", KIND_AUTO_REPLY, FALSE, NULL},
    {"X-Auto-Response-Suppress: All\nAuto-Submitted: auto-generated\n", "Automatische Antwort: x", "",
     KIND_AUTO_REPLY, FALSE, NULL},
    {"In-Reply-To: <x@y>\n", "Re: Automatic reply: Trouble", "Still there?", KIND_HUMAN, TRUE, NULL},
    /* challenges */
    {"Return-Path: <>\n", "Please confirm your message", "Prove that you are a human by a click.",
     KIND_CHALLENGE, FALSE, NULL},
    /* bounces in prose */
    {"From: MAILER-DAEMON@example.com\nReturn-Path: <>\n", "failure notice", "x", KIND_BOUNCE, FALSE, NULL},
    {"From: Mail Delivery System <>\n", "Undelivered Mail Returned to Sender", "could not be delivered",
     KIND_BOUNCE, FALSE, NULL},
    {"From: MAILER-DAEMON <>\n", "Mail delivery failed", "There was an error", KIND_BOUNCE, FALSE, NULL},
    {"From: a@example.com\n", "Undelivered mail", "My mails do not arrive: user unknown", KIND_HUMAN, TRUE,
     NULL},
    {"X-Failed-Recipients: b@example.com\n", "x", "y", KIND_BOUNCE, FALSE, NULL},
};

static Reading *judged(KindEvidence evidence, const char *headers)
{
    g_autoptr(Headers) fields = headers_of(headers);
    evidence.headers = fields;
    Reading *reading = reading_new();
    kind_judge(&evidence, reading);
    return reading;
}

static gboolean has_reason(const Reading *reading, const char *words)
{
    for (guint i = 0; i < reading->kind_reasons->len; i++)
        if (strstr(reading->kind_reasons->pdata[i], words))
            return TRUE;
    return FALSE;
}

static void test_cases(void **state)
{
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Reading) reading =
            judged((KindEvidence){.subject = cases[i].subject, .text = cases[i].text}, cases[i].headers);
        if (reading->kind != cases[i].kind || reading->may_answer != cases[i].may_answer)
            fail_msg("case %zu [%s] [%s]: %s, may answer %d", i, cases[i].headers,
                     cases[i].subject ? cases[i].subject : "", mail_kind_name(reading->kind),
                     reading->may_answer);
        if (cases[i].reason && !has_reason(reading, cases[i].reason))
            fail_msg("case %zu lacks the reason %s", i, cases[i].reason);
        assert_true(reading->kind == KIND_BOUNCE ? reading->bounce != NULL : reading->bounce == NULL);
    }
}

static void test_envelope(void **state)
{
    (void)state;
    g_autoptr(Reading) null = judged((KindEvidence){.envelope_from = ""}, "Return-Path: <a@example.com>\n");
    assert_false(null->may_answer);
    /* What the envelope said counts more than what a header claims. */
    g_autoptr(Reading) known = judged((KindEvidence){.envelope_from = "a@example.com"}, "Return-Path: <>\n");
    assert_true(known->may_answer);
}

static void test_report_types(void **state)
{
    (void)state;
    g_autoptr(Reading) bounce =
        judged((KindEvidence){.type = "multipart/report", .report_type = "delivery-status"}, "");
    assert_int_equal(bounce->kind, KIND_BOUNCE);
    g_autoptr(Reading) receipt =
        judged((KindEvidence){.type = "multipart/report", .report_type = "disposition-notification"}, "");
    assert_int_equal(receipt->kind, KIND_RECEIPT);
    g_autoptr(Reading) feedback =
        judged((KindEvidence){.feedback = "Feedback-Type: abuse\n"}, "List-Id: <x>\n");
    assert_int_equal(feedback->kind, KIND_FEEDBACK);
    assert_false(bounce->may_answer || receipt->may_answer || feedback->may_answer);
}

static const BounceRecipient *only(const Reading *reading)
{
    assert_non_null(reading->bounce);
    assert_int_equal(reading->bounce->recipients->len, 1);
    return reading->bounce->recipients->pdata[0];
}

static void test_fields(void **state)
{
    (void)state;
    g_autoptr(Reading) reading = judged(
        (KindEvidence){
            .delivery_status =
                "Reporting-MTA: dns; mx.example.com\r\n\r\n"
                "Original-Recipient: rfc822;bob@example.com\r\n"
                "Final-Recipient: RFC822; <bob.miller@example.net>\r\n"
                "Action: Failed (for good)\r\nStatus: 5.1.1 (bad mailbox)\r\n"
                "Diagnostic-Code: smtp; 550 5.1.1 No\r\n such user\r\n\r\n"
                "Final-Recipient: rfc822; eve@example.com\r\nAction: delayed\r\nStatus: 4.4.1\r\n"},
        "");
    assert_int_equal(reading->bounce->recipients->len, 2);
    const BounceRecipient *bob = reading->bounce->recipients->pdata[0],
                          *eve = reading->bounce->recipients->pdata[1];
    assert_string_equal(bob->address, "bob@example.com");
    assert_string_equal(bob->action, "failed");
    assert_string_equal(bob->status, "5.1.1");
    assert_string_equal(bob->smtp_code, "550");
    assert_string_equal(bob->reason, "550 5.1.1 No such user");
    assert_string_equal(eve->address, "eve@example.com");
    assert_string_equal(eve->action, "delayed");
    assert_string_equal(eve->status, "4.4.1");
    assert_null(eve->smtp_code);
}

/* The remote server's word counts more than that of the system that reports. */
static void test_fields_and_words(void **state)
{
    (void)state;
    g_autoptr(Reading) said =
        judged((KindEvidence){.delivery_status =
                                  "Final-Recipient: rfc822; a@example.com\nAction: failed\nStatus: 5.0.0\n"
                                  "Diagnostic-Code: smtp; 552 5.2.2 Over quota\n"},
               "");
    assert_string_equal(only(said)->status, "5.2.2");
    g_autoptr(Reading) told =
        judged((KindEvidence){.delivery_status =
                                  "Final-Recipient: rfc822; a@example.com\nAction: failed\nStatus: 5.0.0\n",
                              .text = "The mail system\n\na@example.com: 550 5.1.1 User unknown\n"},
               "");
    assert_string_equal(only(told)->status, "5.1.1");
    assert_string_equal(only(told)->smtp_code, "550");
    g_autoptr(Reading) broken = judged(
        (KindEvidence){
            .report_type = "delivery-status",
            .text = "Sorry\n\nFinal-Recipient: rfc822; a@example.com\nAction: failed\nStatus: 5.4.4\n"},
        "");
    assert_string_equal(only(broken)->address, "a@example.com");
    assert_string_equal(only(broken)->status, "5.4.4");
}

typedef struct {
    const char *text, *address, *status, *smtp_code, *action;
} Prose;

static const Prose proses[] = {
    {"Hi. This is the qmail-send program at example.com.\nI've given up.\n\n<bob@example.net>:\n192.0.2.1 "
     "does not like recipient.\n"
     "Remote host said: 550 5.1.1 no such user\n\n--- Below this line is a copy of the message.\n\nTo: "
     "<x@example.org>\n",
     "bob@example.net", "5.1.1", "550", "failed"},
    {"This message was created automatically by mail delivery software.\n\n  bob@example.net\n    SMTP error "
     "from remote mail server after "
     "RCPT TO:<bob@example.net>:\n    host mx.example.net [192.0.2.1]: 550 unknown user\n\n------ This is a "
     "copy of the message ------\n\n",
     "bob@example.net", "5.1.1", "550", "failed"},
    {"This is the mail system.\n\n<bob@example.net>: host mx.example.net[192.0.2.1] said: 452\n    4.2.2 "
     "Mailbox full (in reply to RCPT TO command)\n",
     "bob@example.net", "4.2.2", "452", "delayed"},
    {"   ----- The following addresses had permanent fatal errors -----\n<bob@example.net>\n\n   ----- "
     "Transcript of session follows -----\n"
     "550 5.1.1 <bob@example.net>... User unknown\n",
     "bob@example.net", "5.1.1", "550", "failed"},
    {"Delivery to the following recipient failed permanently:\n\n     bob@example.net\n\nTechnical details "
     "of permanent failure:\n"
     "The error that the other server returned was: 550 550 5.7.1 blocked (state 14).\n\n   ----- Original "
     "message -----\n\nReceived: by x\n",
     "bob@example.net", "5.7.1", "550", "failed"},
    {"There was an error delivering your mail to <bob@example.net>.\n\nmx.example.net did not like our final "
     "DATA:\n554 5.7.1 rejected\n\nMessage headers follow.\n",
     "bob@example.net", "5.7.1", "554", "failed"},
    {"Your message did not reach the following recipient(s):\n\nbob@example.net on Mon, 3 May 2021 10:00:00 "
     "+0200\n    The recipient name is not recognized: user unknown\n",
     "bob@example.net", "5.1.1", NULL, "failed"},
    {"I could not deliver your mail.\n\n<bob@example.net>: mailbox is full\n", "bob@example.net", "5.2.2",
     NULL, "failed"},
};

static void test_prose(void **state)
{
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(proses); i++) {
        g_autoptr(Reading) reading =
            judged((KindEvidence){.text = proses[i].text, .from = "mailer-daemon@example.com"},
                   "To: me@example.com\nReturn-Path: <>\n");
        const BounceRecipient *got = only(reading);
        if (strcmp(got->address, proses[i].address) || g_strcmp0(got->status, proses[i].status) ||
            g_strcmp0(got->smtp_code, proses[i].smtp_code) || g_strcmp0(got->action, proses[i].action))
            fail_msg("prose %zu: %s %s %s %s [%s]", i, got->address, got->status, got->smtp_code, got->action,
                     got->reason);
        assert_non_null(got->reason);
    }
}

static void test_original_id(void **state)
{
    (void)state;
    KindEvidence evidence = {
        .report_type = "delivery-status",
        .returned = "From: a@b\nMESSAGE-ID :\n <one@example.com>\nMessage-ID: <two@example.com>\n"};
    g_autoptr(Reading) reading = judged(evidence, "");
    assert_string_equal(reading->bounce->original_message_id, "one@example.com");
    evidence.returned = "Message-ID: <one=\n-and-more@example.com>\n";
    g_autoptr(Reading) cut = judged(evidence, "");
    assert_string_equal(cut->bounce->original_message_id, "one-and-more@example.com");
    evidence.returned = "In-Reply-To: <x@y>\n";
    g_autoptr(Reading) none = judged(evidence, "");
    assert_null(none->bounce->original_message_id);
    /* Something to hurt a log or a terminal. */
    evidence.returned = "Message-ID: <a\033[31m@b>\n";
    g_autoptr(Reading) dirty = judged(evidence, "");
    assert_null(strchr(dirty->bounce->original_message_id, '\033'));
}

static void test_recipient_limit(void **state)
{
    (void)state;
    g_autoptr(GString) fields = g_string_new(NULL);
    for (guint i = 0; i < 1000; i++)
        g_string_append_printf(fields, "Final-Recipient: rfc822; a%u@example.com\nStatus: 5.1.1\n\n", i);
    g_autoptr(Reading) reading = judged((KindEvidence){.delivery_status = fields->str}, "");
    assert_int_equal(reading->bounce->recipients->len, 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_envelope),
        cmocka_unit_test(test_report_types),
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_fields_and_words),
        cmocka_unit_test(test_prose),
        cmocka_unit_test(test_original_id),
        cmocka_unit_test(test_recipient_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
