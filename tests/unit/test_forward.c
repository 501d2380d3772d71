#include <postern/reply.h>

#include <postern/reading.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* The mail that a Gmail forward with this From line passes on. */
static Reading *forward_from(const char *from)
{
    g_autofree char *mail = g_strdup_printf(
        "From: kim@agents.example\nSubject: Fwd: a\nContent-Type: text/plain; charset=utf-8\n\n"
        "---------- Forwarded message ---------\nFrom: %s\nDate: Mon, 16 Nov 2026 at 09:12\n"
        "Subject: a\nTo: <kim@agents.example>\n\nWords\n",
        from);
    ReadingSettings settings = {0};
    return reading_make_bytes(mail, strlen(mail), &settings, NULL);
}

static void test_who_wrote(void **state)
{
    (void)state;
    static const struct {
        const char *shown, *name, *address; /* NULL: nobody */
    } cases[] = {
        {"dora@customer.example", "", "dora@customer.example"},
        {"<dora@customer.example>", "", "dora@customer.example"},
        {"Dora Lee <Dora@Customer.Example>", "Dora Lee", "Dora@customer.example"},
        {"*Dora Lee* <dora@customer.example>", "Dora Lee", "dora@customer.example"},
        {"\"Lee, Dora\" <dora@customer.example>", "Lee, Dora", "dora@customer.example"},
        {"Lee, Dora (Sales) <dora@customer.example>", "Lee, Dora (Sales)", "dora@customer.example"},
        {"Dörte Lee <dora@customer.example>", "Dörte Lee", "dora@customer.example"},
        {"Do\\ra <dora@customer.example>", "Do\\ra", "dora@customer.example"},
        {"Dora Lee <dora@customer.example<mailto:dora@customer.example>>", "Dora Lee",
         "dora@customer.example"},
        {"Dora Lee [mailto:dora@customer.example]", "Dora Lee", "dora@customer.example"},
        {"Dora Lee <mailto:dora@customer.example>", "Dora Lee", "dora@customer.example"},
        {"dora@customer.example [mailto:Dora@customer.example?subject=a]", "", "dora@customer.example"},
        {"Dora Lee\n <dora@customer.example>", "Dora Lee", "dora@customer.example"},
        {"dora@customer.example (Dora Lee)", "Dora Lee", "dora@customer.example"},
        {"'Dora Lee' <dora@customer.example>", "'Dora Lee'", "dora@customer.example"},
        /* Another address in the name is not repeated. */
        {"eve@other.example <dora@customer.example>", "", "dora@customer.example"},
        {"Dora Lee", NULL, NULL},
        {"", NULL, NULL},
        {"Dora <dora@customer.example<mailto:eve@other.example>>", NULL, NULL},
        {"dora@customer.example [mailto:eve@other.example]", NULL, NULL},
        {"dora@customer.example, eve@other.example", NULL, NULL},
        {"dora@customer.example, Eve <eve@other.example>", NULL, NULL},
        {"Dora <dora@customer.example>, Eve <eve@other.example>", NULL, NULL},
        {"Dora <dora@customer.example> Eve", NULL, NULL},
        {"Dora <dora@customer>x", NULL, NULL},
        {"dora@customer.example\nFrom: eve@other.example", NULL, NULL},
        {"[mailto:]", NULL, NULL},
        {"Dora <mailto:dora@customer.example", NULL, NULL},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Reading) reading = forward_from(cases[i].shown);
        const Forwarded *forwarded = reading->forwarded;
        if (!forwarded != !cases[i].address)
            fail_msg("“%s”: %s", cases[i].shown, forwarded ? forwarded->from->address : "nobody");
        if (!forwarded)
            continue;
        if (strcmp(forwarded->from->address, cases[i].address) ||
            strcmp(forwarded->from->name, cases[i].name))
            fail_msg("“%s”: “%s” <%s>", cases[i].shown, forwarded->from->name, forwarded->from->address);
        assert_string_equal(forwarded->text, "Words");
    }
}

static void test_what_is_no_forward(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        gboolean is_forward;
    } cases[] = {
        {"", TRUE},
        {"Words\n", TRUE},
        {"Begin forwarded message:\n\nWords without any headers\n", TRUE},
        {"See below.\n\nFrom: Dora <dora@customer.example>\nSent: Monday\nTo: Kim\nSubject: a\n\nWords\n",
         FALSE},
        {"-----Original Message-----\nFrom: Dora <dora@customer.example>\nSent: Monday\nSubject: a\n\nb\n",
         FALSE},
        {"Ok\n\nOn 3 May 2021, Dora <dora@customer.example> wrote:\n> Begin forwarded message:\n>\n"
         "> From: Anna <anna@customer.example>\n> Subject: a\n>\n> Words\n",
         TRUE},
        {"> ---------- Forwarded message ---------\n> From: Dora <dora@customer.example>\n> Subject: a\n",
         TRUE},
        {"From: Berlin\nTo: Paris\nWhen: tomorrow\n", TRUE},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(ForwardParts) parts = {0};
        if (reply_find_forward(cases[i].text, cases[i].is_forward, &parts))
            fail_msg("“%s” passes on “%s”", cases[i].text, parts.text);
        assert_null(parts.from);
    }
}

static void test_words_below_a_quote_are_the_senders(void **state)
{
    (void)state;
    g_auto(ForwardParts) parts = {0};
    assert_true(
        reply_find_forward("Above\n\nBegin forwarded message:\n\n> From: Dora <dora@customer.example>\n"
                           "> Subject: a\n>\n> One\n>\n> Two\n\nBelow\n",
                           FALSE, &parts));
    assert_string_equal(parts.comment, "Above\n\nBelow");
    assert_string_equal(parts.text, "One\n\nTwo");
    assert_string_equal(parts.subject, "a");
    assert_null(parts.date);
}

/* A report encloses a mail, and nobody passes it on. */
static void test_a_returned_mail_is_none(void **state)
{
    (void)state;
    static const char mail[] =
        "From: MAILER-DAEMON@mx.example\nSubject: Returned mail\nAuto-Submitted: auto-replied\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: "
        "text/plain\n\nIt did not go.\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; "
        "mx.example\n\nFinal-Recipient: rfc822; dora@customer.example\nAction: failed\nStatus: 5.1.1\n\n--b\n"
        "Content-Type: message/rfc822\n\nFrom: kim@agents.example\nSubject: a\n\nWords\n--b--\n";
    ReadingSettings settings = {0};
    g_autoptr(Reading) reading = reading_make_bytes(mail, strlen(mail), &settings, NULL);
    assert_int_equal(reading->kind, KIND_BOUNCE);
    assert_null(reading->forwarded);
}

/* An attached mail that cannot be read, or by nobody, is only an attachment. */
static void test_attached_by_nobody(void **state)
{
    (void)state;
    static const char *const within[] = {"", "Words\n", "Subject: a\n\nWords\n",
                                         "From: a@b.example, c@d.example\n\nWords\n",
                                         "From: a@b.example\nFrom: c@d.example\n\nWords\n"};
    for (guint i = 0; i < G_N_ELEMENTS(within); i++) {
        g_autofree char *mail = g_strdup_printf("From: kim@agents.example\nContent-Type: multipart/mixed; "
                                                "boundary=b\n\n--b\n\nSee this.\n--b\nContent-Type: "
                                                "message/rfc822\n\n%s\n--b--\n",
                                                within[i]);
        ReadingSettings settings = {0};
        g_autoptr(Reading) reading = reading_make_bytes(mail, strlen(mail), &settings, NULL);
        assert_null(reading->forwarded);
    }
}

/* An answer that has a mail attached is an answer: its comment is the reply, without the history that only
 * the page tells. */
static void test_an_answer_with_a_mail(void **state)
{
    (void)state;
    static const char *const subjects[] = {"Re: a", "Fwd: a"};
    for (guint i = 0; i < G_N_ELEMENTS(subjects); i++) {
        g_autofree char *mail = g_strdup_printf(
            "From: kim@agents.example\nSubject: %s\nContent-Type: multipart/mixed; boundary=b\n\n--b\n"
            "Content-Type: text/html\n\n<p>See the mail.</p><div id=\"divRplyFwdMsg\">inside the "
            "team</div>\n--b\nContent-Type: message/rfc822\n\nFrom: dora@customer.example\n\nWords\n"
            "--b--\n",
            subjects[i]);
        ReadingSettings settings = {0};
        g_autoptr(Reading) reading = reading_make_bytes(mail, strlen(mail), &settings, NULL);
        assert_non_null(reading->forwarded);
        assert_string_equal(reading->forwarded->comment, "See the mail.");
        assert_string_equal(reading->forwarded->text, "Words");
    }
}

/* A file is a mail by its name when its type says nothing; of two nobody knows which is meant; of mails
 * within mails the outermost is offered. */
static void test_attached_files(void **state)
{
    (void)state;
#define FILE_OF(name, mail)                                                                                  \
    "--b\nContent-Type: application/octet-stream; name=\"" name                                              \
    "\"\nContent-Disposition: attachment\n\n" mail "\n"
#define MAIL "From: dora@customer.example\nSubject: a\n\nWords"
    static const struct {
        const char *files, *address;
    } cases[] = {
        {FILE_OF("mail.eml", MAIL), "dora@customer.example"},
        {FILE_OF("mail.dat", MAIL), NULL},
        {FILE_OF("mail.eml", "no mail at all"), NULL},
        {FILE_OF("one.eml", MAIL) FILE_OF("two.eml", MAIL), NULL},
        {FILE_OF("mail.eml",
                 "From: anna@customer.example\nContent-Type: multipart/mixed; boundary=c\n\n--c\n\nSee"
                 "\n--c\nContent-Type: message/rfc822\n\n" MAIL "\n--c--\n"),
         "anna@customer.example"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *mail = g_strdup_printf("From: kim@agents.example\nContent-Type: multipart/mixed; "
                                                "boundary=b\n\n--b\n\nSee this.\n%s--b--\n",
                                                cases[i].files);
        ReadingSettings settings = {0};
        g_autoptr(Reading) reading = reading_make_bytes(mail, strlen(mail), &settings, NULL);
        const char *found = reading->forwarded ? reading->forwarded->from->address : NULL;
        if (g_strcmp0(found, cases[i].address) != 0)
            fail_msg("%u: %s", i, found ? found : "nobody");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_who_wrote),
        cmocka_unit_test(test_what_is_no_forward),
        cmocka_unit_test(test_words_below_a_quote_are_the_senders),
        cmocka_unit_test(test_a_returned_mail_is_none),
        cmocka_unit_test(test_attached_by_nobody),
        cmocka_unit_test(test_an_answer_with_a_mail),
        cmocka_unit_test(test_attached_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
