#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <postern/base/clean.h>
#include <postern/base/error.h>
#include <postern/base/limits.h>
#include <postern/reading.h>

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static Reading *read_text(const char *raw)
{
    ReadingSettings settings = {0};
    Reading *reading = reading_make_bytes(raw, strlen(raw), &settings, NULL);
    assert_non_null(reading);
    return reading;
}

static gboolean has_finding(const Reading *reading, const char *code)
{
    for (guint i = 0; i < reading->findings->len; i++)
        if (strcmp(((const Finding *)reading->findings->pdata[i])->code, code) == 0)
            return TRUE;
    return FALSE;
}

/* Names and types of the attachments, one a line, "i" before those in line. */
static char *attachment_names(const Reading *reading)
{
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < reading->attachments->len; i++) {
        const Attachment *attachment = reading->attachments->pdata[i];
        g_string_append_printf(out, "%s%s%s %s", i ? "\n" : "", attachment->is_inline ? "i " : "",
                               attachment->name, attachment->type);
    }
    return g_string_free(out, FALSE);
}

#define MIXED "Content-Type: multipart/mixed; boundary=b\n\n"
#define ALTERNATIVE "Content-Type: multipart/alternative; boundary=b\n\n"
#define HTML "--b\nContent-Type: text/html\n\n"
#define PLAIN "--b\nContent-Type: text/plain\n\n"
#define END "\n--b--\n"
#define LONG "The export of our report has failed since this morning and nobody here knows why it does that. "

typedef struct {
    const char *name, *raw, *text, *attachments;
} BodyCase;

static const BodyCase bodies[] = {
    {"plain", "Subject: x\n\nhello\n", "hello\n", ""},
    {"nothing", "", "", ""},
    {"binary rubbish", "\x01\x02\xff\x80rubbish\x03", "\xc3\xbf\xe2\x82\xacrubbish", ""},
    {"HTML only", "Content-Type: text/html\n\n<p>hello<br>you</p>", "hello\nyou", ""},
    {"HTML names its charset", "Content-Type: text/html\n\n<meta charset=windows-1251><p>\xcf\xf0\xe8</p>",
     "\xd0\x9f\xd1\x80\xd0\xb8", ""},
    {"plain before HTML", ALTERNATIVE PLAIN LONG "\n" HTML "<p>" LONG "</p>" END, LONG, ""},
    {"HTML first", ALTERNATIVE HTML "<p>" LONG "</p>\n" PLAIN LONG END, LONG, ""},
    {"plain is empty", ALTERNATIVE PLAIN " \n" HTML "<p>hello</p>" END, "hello", ""},
    {"plain is a teaser", ALTERNATIVE PLAIN "View this in a browser.\n" HTML "<p>" LONG LONG "End.</p>" END,
     LONG LONG "End.\n\nView this in a browser.", ""},
    {"plain speaks of HTML",
     ALTERNATIVE PLAIN "Your reader cannot show HTML mail, take another.\n" HTML "<p>Printing fails.</p>" END,
     "Printing fails.\n\nYour reader cannot show HTML mail, take another.", ""},
    {"style is no text",
     ALTERNATIVE PLAIN
     "Printing fails today\n" HTML
     "<style>p { margin: 0; padding: 0; border: 1px solid black; font-family: sans-serif; color: black }"
     "p { margin: 0; padding: 0; border: 1px solid black; font-family: sans-serif; color: black }</style>"
     "<p>Printing fails today</p>" END,
     "Printing fails today\n", ""},
    {"forms that differ",
     ALTERNATIVE PLAIN "Printing fails today\n" HTML "<p>Something else entirely</p>" END,
     "Printing fails today\n", "part.html text/html"},
    {"two plain forms", ALTERNATIVE PLAIN "Section one\n" PLAIN "Section two\n" END, "Section one\n",
     "part.txt text/plain"},
    {"calendar beside", ALTERNATIVE PLAIN LONG "\n--b\nContent-Type: text/calendar\n\nBEGIN:VCALENDAR" END,
     LONG, "invite.ics text/calendar"},
    {"mixed texts are joined",
     MIXED PLAIN "one"
                 "\n" PLAIN "two" END,
     "one\ntwo", ""},
    {"text with a name is a file", MIXED PLAIN "one\n--b\nContent-Type: text/plain; name=a.log\n\nlog" END,
     "one", "a.log text/plain"},
    {"attached text is a file", MIXED PLAIN "one\n--b\nContent-Disposition: attachment\n\nlog" END, "one",
     "part.txt text/plain"},
    {"nothing but a named text",
     MIXED "--b\nContent-Type: text/plain; name=a.txt\nContent-Disposition: inline\n\nhello" END, "hello",
     "a.txt text/plain"},
    {"nothing but an attached text",
     MIXED "--b\nContent-Type: text/plain; name=a.txt\nContent-Disposition: attachment\n\nhello" END, "",
     "a.txt text/plain"},
    {"same name twice",
     MIXED "--b\nContent-Type: a/b; name=X.png\n\n1\n--b\nContent-Type: a/b; name=x.png\n\n2\n"
           "--b\nContent-Type: a/b; name=x-2.png\n\n3" END,
     "", "X.png a/b\nx-2.png a/b\nx-2-2.png a/b"},
    {"picture in line",
     "Content-Type: multipart/related; boundary=b\n\n" HTML "<p>hi</p>\n--b\nContent-Type: image/png\n"
     "Content-ID: <a@b>\n\nx" END,
     "hi", "i image.png image/png"},
    {"enclosed message",
     MIXED PLAIN "see\n--b\nContent-Type: message/rfc822\n\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe/x?=\n\nin" END,
     "see",
     "Gr\xc3\xbc\xc3\x9f"
     "e_x.eml message/rfc822"},
    {"enclosed without a subject", MIXED "--b\nContent-Type: message/rfc822\n\nFrom: a@b\n\nin" END, "",
     "message.eml message/rfc822"},
    {"flowed", "Content-Type: text/plain; format=flowed\n\nso it \ngoes on\n", "so it goes on\n", ""},
    {"no boundary", "Content-Type: multipart/mixed\n\n--b\n\none\n--b--\n", "--b\n\none\n--b--\n", ""},
    {"picture labelled as text",
     MIXED PLAIN "one\n" PLAIN "\x89PNG\r\n\x1a\n\x01\x02\x03\x04\x05\x06\x07" END, "one",
     "part.txt text/plain"},
    {"empty part", MIXED PLAIN "one\n" PLAIN "\n" END, "one", ""},
};

static void test_bodies(void **state)
{
    (void)state;
    guint wrong = 0;
    for (guint i = 0; i < G_N_ELEMENTS(bodies); i++) {
        g_autoptr(Reading) reading = read_text(bodies[i].raw);
        g_autofree char *names = attachment_names(reading);
        g_autofree char *ours = g_strchomp(g_strdup(reading->text)),
                        *wanted = g_strchomp(g_strdup(bodies[i].text));
        if (strcmp(ours, wanted) == 0 && strcmp(names, bodies[i].attachments) == 0)
            continue;
        print_error("%s: \"%s\" [%s]\n", bodies[i].name, reading->text, names);
        wrong++;
    }
    assert_int_equal(wrong, 0);
}

static void test_headers(void **state)
{
    (void)state;
    g_autoptr(Reading) reading = read_text(
        "Received: a\nReceived: b\nMessage-ID: <1@x>\nIn-Reply-To: <2@x>\nReferences: <3@x>\n <2@x>\n"
        "Date: Sun, 22 Nov 2026 09:30:00 +0000\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\n"
        "From: Kim <kim@example.org>\nTo: a@x, b@x\nTo: c@x\nCc: d@x\nReply-To: e@x\n\nhi\n");
    assert_string_equal(reading->message_id, "1@x");
    assert_int_equal(reading->date_us / G_USEC_PER_SEC, 1795339800);
    assert_string_equal(reading->subject, "Gr\xc3\xbc\xc3\x9f"
                                          "e");
    assert_string_equal(reading->from->address, "kim@example.org");
    assert_int_equal(reading->to->len, 3);
    assert_int_equal(reading->cc->len, 1);
    assert_int_equal(reading->reply_to->len, 1);
    assert_int_equal(reading->in_reply_to->len, 1);
    assert_int_equal(reading->references->len, 2);
    assert_int_equal(reading->hops, 2);
    assert_true(has_finding(reading, "header-repeated"));
    assert_false(reading->from_authentic);
}

static void test_broken_headers(void **state)
{
    (void)state;
    g_autoptr(Reading) reading = read_text("Date: yesterday\nMessage-ID: none\nFrom: a@x\nFrom: b@x\n\nhi\n");
    assert_null(reading->message_id);
    assert_true(reading->date_us == DATE_UNKNOWN);
    assert_null(reading->from);
    assert_true(reading->sender_findings->len > 0);
    assert_true(has_finding(reading, "date-broken"));
    assert_true(has_finding(reading, "message-id-broken"));
}

static void test_authenticity_needs_a_server(void **state)
{
    (void)state;
    static const char raw[] = "Authentication-Results: mx.example.com; dmarc=pass header.from=example.org\n"
                              "From: kim@example.org\n\nhi\n";
    ReadingSettings settings = {.authserv_id = "mx.example.com"};
    g_autoptr(Reading) reading = reading_make_bytes(raw, sizeof raw - 1, &settings, NULL);
    assert_true(reading->from_authentic);
    settings.authserv_id = "other.example.com";
    g_autoptr(Reading) other = reading_make_bytes(raw, sizeof raw - 1, &settings, NULL);
    assert_false(other->from_authentic);
}

static void test_report(void **state)
{
    (void)state;
    g_autoptr(Reading) reading = read_text(
        "From: MAILER-DAEMON@x.example\nContent-Type: multipart/report; report-type=delivery-status; "
        "boundary=b\n\n" PLAIN
        "It failed.\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x.example\n\n"
        "Final-Recipient: rfc822; a@y.example\nAction: failed\nStatus: 5.1.1\n\n"
        "--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: <orig@z.example>\nSubject: x\n" END);
    assert_int_equal(reading->kind, KIND_BOUNCE);
    assert_false(reading->may_answer);
    assert_non_null(reading->bounce);
    assert_string_equal(reading->bounce->original_message_id, "orig@z.example");
    g_autofree char *names = attachment_names(reading);
    assert_string_equal(names,
                        "delivery-status.txt message/delivery-status\nheaders.txt text/rfc822-headers");
}

static void test_reply_is_split(void **state)
{
    (void)state;
    g_autoptr(Reading) reading = read_text(
        "From: a@x\n\nIt works now.\n\nOn Mon, 1 Jan 2024 at 10:00, Kim <k@x> wrote:\n> Did you try?\n");
    assert_string_equal(reading->reply, "It works now.");
    assert_non_null(strstr(reading->quoted, "Did you try?"));
}

static void test_limit_is_an_error(void **state)
{
    (void)state;
    g_autoptr(GString) raw = g_string_new("To: ");
    for (guint i = 0; i < 40000; i++)
        g_string_append(raw, "g:");
    g_string_append(raw, "\n\nhi\n");
    ReadingSettings settings = {0};
    g_autoptr(GError) error = NULL;
    assert_null(reading_make_bytes(raw->str, raw->len, &settings, &error));
    assert_true(error_is(error, ERROR_LIMIT));
}

static void test_long_text_is_cut_and_listed(void **state)
{
    (void)state;
    g_autoptr(GString) raw = g_string_new("Subject: x\n\n");
    while (raw->len < LIMIT_TEXT_BYTES + 5000)
        g_string_append(raw, "words of a very long text\n");
    g_autoptr(Reading) reading = read_text(raw->str);
    assert_true(strlen(reading->text) <= LIMIT_TEXT_BYTES);
    assert_true(has_finding(reading, "text-cut"));
    assert_int_equal(reading->attachments->len, 1);
}

static void test_descriptor_gives_the_same(void **state)
{
    (void)state;
    for (guint i = 0; i < G_N_ELEMENTS(bodies); i++) {
        g_autoptr(Reading) reading = read_text(bodies[i].raw);
        ReadingSettings settings = {0};
        int fd = memfd_create("mail", MFD_CLOEXEC);
        assert_int_equal(write(fd, bodies[i].raw, strlen(bodies[i].raw)), (gssize)strlen(bodies[i].raw));
        g_autoptr(Reading) same = reading_make_fd(fd, &settings, NULL);
        close(fd);
        g_autoptr(GBytes) a = reading_pack(reading), b = reading_pack(same);
        assert_true(g_bytes_equal(a, b));
    }
}

/* A Reading may travel: everything in it is clean and within its limits. */
static void test_every_reading_unpacks(void **state)
{
    (void)state;
    for (guint i = 0; i < G_N_ELEMENTS(bodies); i++) {
        g_autoptr(Reading) reading = read_text(bodies[i].raw);
        g_autoptr(GBytes) packed = reading_pack(reading);
        g_autoptr(GError) error = NULL;
        g_autoptr(Reading) again = reading_unpack(packed, &error);
        if (!again)
            fail_msg("%s: %s", bodies[i].name, error->message);
    }
}

static const char rules_text[] = "fields:\n"
                                 "  app_id:\n"
                                 "    rules:\n"
                                 "      - name: app-id\n"
                                 "        look_in: [subject, reply, attachments]\n"
                                 "        pattern: 'app id (?<value>[0-9]+)'\n"
                                 "        type: digits\n"
                                 "        examples:\n"
                                 "          - text: 'app id 5'\n"
                                 "            finds: '5'\n"
                                 "  token:\n"
                                 "    secret: yes\n"
                                 "    rules:\n"
                                 "      - name: token\n"
                                 "        pattern: 'token (?<value>[0-9a-f]{20})'\n"
                                 "        type: token\n"
                                 "        examples:\n"
                                 "          - text: 'token 0123456789abcdef0123'\n"
                                 "            finds: '01…23'\n";

/* Offsets are those of the texts in the Reading; a value of the quoted history is none of this mail. */
static void test_fields(void **state)
{
    (void)state;
    g_autoptr(GPtrArray) problems = problems_new();
    g_autoptr(RuleSet) rules = rules_compile("rules.yaml", rules_text, sizeof rules_text - 1, problems);
    if (!rules) {
        g_autofree char *all = problems_format(problems);
        fail_msg("%s", all);
        return;
    }
    g_autoptr(RulesScratch) scratch = rules_scratch_new(rules);
    ReadingSettings settings = {.rules = rules, .scratch = scratch};
    static const char raw[] = "Subject: app id 1\n" MIXED PLAIN "My app id 22 fails.\n\n"
                              "On Mon, 1 Jan 2024 at 10:00, Kim <k@x> wrote:\n> your app id 333 is old\n"
                              "--b\nContent-Type: text/plain; name=a.log\n\nstart app id 4444 end" END;
    g_autoptr(Reading) reading = reading_make_bytes(raw, sizeof raw - 1, &settings, NULL);
    static const struct {
        const char *value, *where;
    } expected[] = {{"1", "subject"}, {"22", "reply"}, {"4444", "attachment:a.log"}};
    assert_int_equal(reading->fields->len, G_N_ELEMENTS(expected));
    for (guint i = 0; i < G_N_ELEMENTS(expected); i++) {
        const Field *field = reading->fields->pdata[i];
        assert_string_equal(field->value, expected[i].value);
        assert_string_equal(field->where, expected[i].where);
    }
    const Field *field = reading->fields->pdata[1];
    g_autofree char *there = g_strndup(reading->reply + field->start, field->end - field->start);
    assert_non_null(strstr(there, "22"));
}

/* Neither in a field nor in any text, quoted or not. */
static void test_secrets_are_masked(void **state)
{
    (void)state;
    g_autoptr(GPtrArray) problems = problems_new();
    g_autoptr(RuleSet) rules = rules_compile("rules.yaml", rules_text, sizeof rules_text - 1, problems);
    g_autoptr(RulesScratch) scratch = rules_scratch_new(rules);
    ReadingSettings settings = {.rules = rules, .scratch = scratch};
    static const char raw[] =
        "Subject: token aaaaa22222ccccc33333\nFrom: a@x\n\nUse token aaaaa22222ccccc33333 please.\n\n"
        "On Mon, 1 Jan 2024 at 10:00, Kim <k@x> wrote:\n> my token eeeeefffff0000011111 fails\n";
    g_autoptr(Reading) reading = reading_make_bytes(raw, sizeof raw - 1, &settings, NULL);
    g_autoptr(Json) json = reading_to_json(reading, NULL);
    g_autofree char *all = json_print(json);
    assert_null(strstr(all, "22222ccccc"));
    assert_null(strstr(all, "fffff00000"));
    assert_non_null(strstr(reading->quoted, "my token"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bodies),
        cmocka_unit_test(test_headers),
        cmocka_unit_test(test_broken_headers),
        cmocka_unit_test(test_authenticity_needs_a_server),
        cmocka_unit_test(test_report),
        cmocka_unit_test(test_reply_is_split),
        cmocka_unit_test(test_limit_is_an_error),
        cmocka_unit_test(test_long_text_is_cut_and_listed),
        cmocka_unit_test(test_descriptor_gives_the_same),
        cmocka_unit_test(test_every_reading_unpacks),
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_secrets_are_masked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
