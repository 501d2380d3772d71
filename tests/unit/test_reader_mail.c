/* The real child: a mail read behind the lock must read as it does without. */
#include "gateway/reader/sanitized.h"

#include <postern/base/error.h>
#include <postern/base/limits.h>
#include <postern/reader.h>
#include <postern/reading.h>

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

static const char rules_text[] = "fields:\n"
                                 "  app_id:\n"
                                 "    label: App ID\n"
                                 "    rules:\n"
                                 "      - name: app-id\n"
                                 "        look_in: [subject, reply, attachments]\n"
                                 "        pattern: 'app id (?<value>\\d+)'\n"
                                 "        type: digits\n";

static Reader *mail_reader(void)
{
    g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
    g_autofree char *unit = g_path_get_dirname(self);
    g_autofree char *tests = g_path_get_dirname(unit);
    g_autofree char *program = g_build_filename(tests, "support", "reader_child", NULL);
    g_autoptr(RulesSource) rules = rules_source_new("rules.yaml", rules_text);
    const ReaderSettings settings = {
        .program = program,
        .rules = rules,
        .authserv_id = "mx.example.com",
    };
    return reader_new(&settings);
}

static char *to_json(Reading *reading, GError *error)
{
    if (!reading)
        fail_msg("%s", error->message);
    g_autoptr(Json) json = reading_to_json(reading, NULL);
    return json_print_pretty(json);
}

/* The same mail read in this process. */
static Reading *read_here(GBytes *mail, GError **error)
{
    g_autoptr(GPtrArray) problems = problems_new();
    g_autoptr(RuleSet) rules = rules_compile("rules.yaml", rules_text, strlen(rules_text), problems);
    g_autofree char *told = problems_format(problems);
    if (!rules)
        fail_msg("%s", told);
    g_autoptr(RulesScratch) scratch = rules_scratch_new(rules);
    const ReadingSettings settings = {.rules = rules,
                                      .scratch = scratch,
                                      .authserv_id = "mx.example.com",
                                      .envelope_from = "bounce@example.org"};
    gsize length;
    const char *bytes = g_bytes_get_data(mail, &length);
    return reading_make_bytes(bytes, length, &settings, error);
}

static void assert_same(Reader *reader, GBytes *mail)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Reading) there = reader_read(reader, mail, -1, "bounce@example.org", &error);
    g_autofree char *there_json = to_json(there, error);
    g_autoptr(Reading) here = read_here(mail, &error);
    g_autofree char *here_json = to_json(here, error);
    assert_string_equal(there_json, here_json);
    assert_int_equal(there->from_authentic, here->from_authentic);
    assert_int_equal(there->hops, here->hops);
}

static const char plain[] =
    "From: Ada <ada@example.org>\r\nTo: support@example.com\r\nSubject: app id 4711\r\n"
    "Authentication-Results: mx.example.com; dmarc=pass header.from=example.org\r\n"
    "Message-ID: <one@example.org>\r\nDate: Sun, 22 Nov 2026 09:30:00 +0100\r\n\r\n"
    "Hello,\r\nmy app id 4712 is broken.\r\n\r\n-- \r\nAda\r\n";
static const char rich[] =
    "From: =?ISO-8859-1?Q?J=FCrgen?= <j@xn--bcher-kva.example>\r\nTo: B <b@b\xc3\xbc"
    "cher.example>\r\nSubject: =?koi8-r?B?8NLJ18XU?=\r\nDate: Sun, 22 Nov 2026 09:30:00 +0100\r\n"
    "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    "<p>Gr&uuml;&szlig;e, app id 17</p><blockquote>old</blockquote>\r\n"
    "--x\r\nContent-Type: text/plain; name*=koi8-r''%F0.log; charset=koi8-r\r\n"
    "Content-Disposition: attachment\r\nContent-Transfer-Encoding: "
    "base64\r\n\r\nYXBwIGlkIDk5Cg==\r\n--x--\r\n";
static const char bounce[] =
    "From: mailer-daemon@example.net\r\nTo: support@example.com\r\nSubject: failed\r\n"
    "Content-Type: multipart/report; report-type=delivery-status; boundary=x\r\n\r\n--x\r\n\r\nSorry.\r\n"
    "--x\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; example.net\r\n\r\n"
    "Final-Recipient: rfc822; gone@example.net\r\nAction: failed\r\nStatus: 5.1.1\r\n--x--\r\n";

static void reads_as_without_the_lock(void **state)
{
    (void)state;
    const char *const mails[] = {plain, rich, bounce, "", "\n", "no mail at all"};
    g_autoptr(Reader) reader = mail_reader();
    for (guint i = 0; i < G_N_ELEMENTS(mails); i++) {
        g_autoptr(GBytes) mail = g_bytes_new_static(mails[i], strlen(mails[i]));
        assert_same(reader, mail);
    }
    assert_int_equal(reader_generation(reader), 1);
}

static void settings_reach_the_child(void **state)
{
    (void)state;
    g_autoptr(Reader) reader = mail_reader();
    g_autoptr(GBytes) mail = g_bytes_new_static(plain, strlen(plain));
    g_autoptr(Reading) reading = reader_read(reader, mail, -1, "ada@example.org", NULL);
    assert_non_null(reading);
    assert_string_equal(reading->from->address, "ada@example.org");
    assert_true(reading->from_authentic);
    assert_int_equal(reading->fields->len, 2);
    assert_string_equal(((Field *)reading->fields->pdata[0])->value, "4711");
    assert_string_equal(((Field *)reading->fields->pdata[1])->value, "4712");
}

/* A null sender is evidence of its own. */
static void envelope_reaches_the_child(void **state)
{
    (void)state;
    g_autoptr(Reader) reader = mail_reader();
    g_autoptr(GBytes) mail = g_bytes_new_static(plain, strlen(plain));
    g_autoptr(Reading) known = reader_read(reader, mail, -1, "ada@example.org", NULL);
    g_autoptr(Reading) null = reader_read(reader, mail, -1, "", NULL);
    assert_true(known->may_answer);
    assert_false(null->may_answer);
}

static const struct {
    const char *label, *iconv_name, *text;
} charsets[] = {
    {"iso-8859-1", "ISO-8859-1", "Grüße aus Köln"},
    {"iso-8859-2", "ISO-8859-2", "Dobrý den, žádost o pomoc"},
    {"iso-8859-5", "ISO-8859-5", "Привет из Москвы"},
    {"iso-8859-7", "ISO-8859-7", "Καλημέρα σας"},
    {"iso-8859-9", "ISO-8859-9", "Merhaba, şifre çalışmıyor"},
    {"iso-8859-15", "ISO-8859-15", "Das kostet 5 €"},
    {"windows-1250", "WINDOWS-1250", "Dobrý den, žádost o pomoc"},
    {"windows-1251", "WINDOWS-1251", "Привет из Москвы"},
    {"windows-1252", "WINDOWS-1252", "“Grüße” für 5 €"},
    {"windows-1253", "WINDOWS-1253", "Καλημέρα σας"},
    {"windows-1255", "WINDOWS-1255", "שלום רב"},
    {"windows-1256", "WINDOWS-1256", "مرحبا بكم"},
    {"windows-1257", "WINDOWS-1257", "Labas rytas, ačiū"},
    {"koi8-r", "KOI8-R", "Привет из Москвы"},
    {"koi8-u", "KOI8-U", "Привіт з Києва"},
    {"cp850", "CP850", "Grüße aus Köln"},
    {"ibm866", "CP866", "Привет из Москвы"},
    {"macintosh", "MACINTOSH", "Grüße aus Köln"},
    {"tis-620", "TIS-620", "สวัสดีครับ"},
    {"windows-874", "CP874", "สวัสดีครับ"},
    {"gb2312", "GB2312", "您好，我需要帮助"},
    {"gbk", "GBK", "您好，我需要帮助"},
    {"gb18030", "GB18030", "您好，我需要帮助"},
    {"big5", "BIG5", "您好，我需要幫助"},
    {"euc-jp", "EUC-JP", "こんにちは、助けてください"},
    {"shift_jis", "SHIFT_JIS", "こんにちは、助けてください"},
    {"iso-2022-jp", "ISO-2022-JP", "こんにちは、助けてください"},
    {"euc-kr", "EUC-KR", "안녕하세요 도와주세요"},
    {"ks_c_5601-1987", "CP949", "안녕하세요 도와주세요"},
    {"iso-2022-kr", "ISO-2022-KR", "안녕하세요 도와주세요"},
    {"utf-7", "UTF-7", "Grüße aus Köln"},
    {"unicode-1-1-utf-7", "UTF-7", "Grüße aus Köln"},
    {"utf-16le", "UTF-16LE", "Grüße aus Köln"},
    {"utf-16", "UTF-16", "Grüße aus Köln"},
    {"utf-8", "UTF-8", "Grüße aus Köln"},
};

static GBytes *charset_mail(const char *label, const char *iconv_name, const char *text)
{
    gsize length;
    g_autofree char *body = g_convert(text, -1, iconv_name, "UTF-8", NULL, &length, NULL);
    assert_non_null(body);
    g_autofree char *encoded = g_base64_encode((const guchar *)body, length);
    char *mail =
        g_strdup_printf("From: ada@example.org\r\nSubject: =?%s?B?%s?=\r\n"
                        "Content-Type: text/plain; charset=%s\r\nContent-Transfer-Encoding: base64\r\n"
                        "\r\n%s\r\n",
                        label, encoded, label, encoded);
    return g_bytes_new_take(mail, strlen(mail));
}

/* Converters are files, which the child can only open before the lock. */
static void charsets_behind_the_lock(void **state)
{
    (void)state;
    g_autoptr(Reader) reader = mail_reader();
    for (guint i = 0; i < G_N_ELEMENTS(charsets); i++) {
        g_autoptr(GBytes) mail = charset_mail(charsets[i].label, charsets[i].iconv_name, charsets[i].text);
        g_autoptr(GError) error = NULL;
        g_autoptr(Reading) reading = reader_read(reader, mail, -1, NULL, &error);
        if (!reading)
            fail_msg("%s: %s", charsets[i].label, error->message);
        if (!strstr(reading->text, charsets[i].text) || strcmp(reading->subject, charsets[i].text) != 0)
            fail_msg("%s: \"%s\", \"%s\"", charsets[i].label, reading->subject, reading->text);
    }
    assert_int_equal(reader_generation(reader), 1);
}

/* A set out of reach goes the way of an unknown one: read by guessing, with a finding, and the child lives.
 */
static void charset_out_of_reach(void **state)
{
    (void)state;
    g_autoptr(Reader) reader = mail_reader();
    const char mail_text[] =
        "From: ada@example.org\r\nContent-Type: text/plain; charset=ibm037\r\n\r\nGr\xfc\xdf"
        "e\r\n";
    g_autoptr(GBytes) mail = g_bytes_new_static(mail_text, strlen(mail_text));
    g_autoptr(Reading) reading = reader_read(reader, mail, -1, NULL, NULL);
    assert_non_null(reading);
    assert_non_null(strstr(reading->text, "Grüße"));
    assert_true(reading->findings->len > 0);
    assert_int_equal(reader_generation(reader), 1);
}

static GBytes *large_mail(gsize attachment_bytes)
{
    g_autoptr(GString) mail = g_string_new(
        "From: ada@example.org\r\nSubject: app id 1\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"
        "--x\r\nContent-Type: text/plain\r\n\r\nSee the file.\r\n"
        "--x\r\nContent-Type: application/octet-stream; name=a.bin\r\nContent-Transfer-Encoding: "
        "base64\r\n\r\n");
    for (gsize done = 0; done < attachment_bytes; done += 54)
        g_string_append(mail, "YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXowMTIzNDU2Nzg5YWJjZGVmZ2hpamtsbW5vcHFy\r\n");
    g_string_append(mail, "--x--\r\n");
    gsize length = mail->len;
    return g_bytes_new_take(g_string_free(g_steal_pointer(&mail), FALSE), length);
}

static int file_of(GBytes *mail)
{
    int fd = memfd_create("mail", MFD_CLOEXEC);
    gsize length;
    gconstpointer bytes = g_bytes_get_data(mail, &length);
    assert_int_equal(write(fd, bytes, length), length);
    return fd;
}

static void large_mail_comes_as_a_file(void **state)
{
    (void)state;
    const gsize sizes[] = {100, 200 * 1024, 3 * 1024 * 1024};
    g_autoptr(Reader) reader = mail_reader();
    for (guint i = 0; i < G_N_ELEMENTS(sizes); i++) {
        g_autoptr(GBytes) mail = large_mail(sizes[i]);
        assert_same(reader, mail);
        int fd = file_of(mail);
        g_autoptr(Reading) there = reader_read(reader, NULL, fd, "bounce@example.org", NULL);
        g_autoptr(Reading) here = read_here(mail, NULL);
        assert_non_null(there);
        g_autofree char *there_json = to_json(there, NULL), *here_json = to_json(here, NULL);
        assert_string_equal(there_json, here_json);
        close(fd);
    }
    assert_int_equal(reader_generation(reader), 1);
}

static void over_the_limit_is_told(void **state)
{
    (void)state;
    g_autoptr(GString) header = g_string_new(NULL);
    for (guint i = 0; i <= LIMIT_HEADER_FIELDS; i++)
        g_string_append(header, "X-Filler: a\r\n");
    g_string_append(header, "\r\nbody\r\n");
    g_autoptr(Reader) reader = mail_reader();
    g_autoptr(GBytes) mail = g_bytes_new(header->str, header->len);
    g_autoptr(GError) error = NULL;
    assert_null(reader_read(reader, mail, -1, NULL, &error));
    assert_true(error_is(error, ERROR_LIMIT));
    g_autoptr(GBytes) next = g_bytes_new_static(plain, strlen(plain));
    assert_same(reader, next);
    assert_int_equal(reader_generation(reader), 1);
}

/* The address header that ends a process which hands it to GMime 3.2.13, over and under our own limit. */
static void nested_groups(void **state)
{
    (void)state;
    const gsize sizes[] = {LIMIT_ADDRESS_HEADER_BYTES - 100, 2 * LIMIT_ADDRESS_HEADER_BYTES - 1000, 80000};
    g_autoptr(Reader) reader = mail_reader();
    for (guint i = 0; i < G_N_ELEMENTS(sizes); i++) {
        g_autoptr(GString) text = g_string_new("From: ada@example.org\r\nTo: ");
        while (text->len < sizes[i])
            g_string_append(text, "g:");
        g_string_append(text, "\r\n\r\nbody\r\n");
        g_autoptr(GBytes) mail = g_bytes_new(text->str, text->len);
        g_autoptr(GError) error = NULL;
        g_autoptr(Reading) reading = reader_read(reader, mail, -1, NULL, &error);
        assert_true(reading || error_is(error, ERROR_LIMIT));
        g_autoptr(GBytes) next = g_bytes_new_static(plain, strlen(plain));
        assert_same(reader, next);
    }
    assert_int_equal(reader_generation(reader), 1);
}

static void assert_same_content(const Content *there, const Content *here)
{
    g_autoptr(GBytes) there_packed = content_pack(there), here_packed = NULL;
    here_packed = content_pack(here);
    assert_true(g_bytes_equal(there_packed, here_packed));
}

static Content *content_here(GBytes *mail, const ContentWish *wish)
{
    gsize length;
    const char *bytes = g_bytes_get_data(mail, &length);
    Content *content = content_make_bytes(bytes, length, wish, NULL);
    assert_non_null(content);
    return content;
}

static void content_is_as_without_the_lock(void **state)
{
    (void)state;
    const char *const mails[] = {plain, rich, bounce, "", "\n", "no mail at all"};
    const char *const own_texts[] = {NULL, "Grüße, app id 17", "something else"};
    g_autoptr(Reader) reader = mail_reader();
    for (guint i = 0; i < G_N_ELEMENTS(mails) * G_N_ELEMENTS(own_texts); i++) {
        const char *text = mails[i % G_N_ELEMENTS(mails)];
        const ContentWish wish = {.own_text = own_texts[i / G_N_ELEMENTS(mails)], .attachment_bytes = 100};
        g_autoptr(GBytes) mail = g_bytes_new_static(text, strlen(text));
        g_autoptr(GError) error = NULL;
        g_autoptr(Content) there = reader_content(reader, mail, -1, &wish, &error);
        if (!there)
            fail_msg("%s", error->message);
        g_autoptr(Content) here = content_here(mail, &wish);
        assert_same_content(there, here);
        assert_true(text != rich || !wish.own_text || (here->html != NULL) == (wish.own_text[0] == 'G'));
    }
    assert_int_equal(reader_generation(reader), 1);
}

/* The largest mail that is taken, one attachment in it, and the usual memory. */
static void large_content(void **state)
{
    (void)state;
    g_autoptr(Reader) reader = mail_reader();
    g_autoptr(GBytes) mail = large_mail(18 * 1024 * 1024);
    assert_in_range(g_bytes_get_size(mail), LIMIT_MESSAGE_BYTES - 3 * 1024 * 1024, LIMIT_MESSAGE_BYTES);
    int fd = file_of(mail);
    const ContentWish all = {.own_text = "See the file.", .attachment_bytes = LIMIT_MESSAGE_BYTES};
    const ContentWish none = {.own_text = "See the file.", .attachment_bytes = 1024 * 1024};
    for (guint i = 0; i < 3; i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(Content) content = reader_content(reader, NULL, fd, &all, &error);
        if (!content)
            fail_msg("%s", error->message);
        assert_int_equal(content->parts->len, 1);
        const ContentPart *part = content->parts->pdata[0];
        assert_in_range(g_bytes_get_size(part->bytes), 18 * 1024 * 1024, 19 * 1024 * 1024);
        g_autoptr(Content) less = reader_content(reader, NULL, fd, &none, &error);
        assert_int_equal(less->parts->len, 0);
        assert_int_equal(less->left_out, 1);
    }
    close(fd);
    assert_int_equal(reader_generation(reader), 1);
}

/* Pages in memory. */
static guint resident(const Reader *reader)
{
    g_autofree char *path = g_strdup_printf("/proc/%d/statm", reader_pid(reader));
    g_autofree char *text = NULL;
    guint size, pages;
    assert_true(g_file_get_contents(path, &text, NULL, NULL));
    assert_int_equal(sscanf(text, "%u %u", &size, &pages), 2);
    return pages;
}

static void read_many(Reader *reader, guint rounds)
{
    const char *const mails[] = {plain, rich, bounce};
    for (guint i = 0; i < rounds; i++) {
        g_autoptr(GBytes) mail = g_bytes_new_static(mails[i % 3], strlen(mails[i % 3]));
        g_autoptr(Reading) reading = reader_read(reader, mail, -1, NULL, NULL);
        assert_non_null(reading);
    }
}

static void child_does_not_grow(void **state)
{
    (void)state;
    g_autoptr(Reader) reader = mail_reader();
    read_many(reader, 150);
    guint before = resident(reader);
    read_many(reader, 1500);
    /* AddressSanitizer holds freed blocks back. Else less than 400 bytes a mail. */
    if (!IS_SANITIZED)
        assert_in_range(resident(reader), 0, before + 150);
    assert_int_equal(reader_generation(reader), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_as_without_the_lock),
        cmocka_unit_test(settings_reach_the_child),
        cmocka_unit_test(envelope_reaches_the_child),
        cmocka_unit_test(charsets_behind_the_lock),
        cmocka_unit_test(charset_out_of_reach),
        cmocka_unit_test(large_mail_comes_as_a_file),
        cmocka_unit_test(over_the_limit_is_told),
        cmocka_unit_test(nested_groups),
        cmocka_unit_test(child_does_not_grow),
        cmocka_unit_test(content_is_as_without_the_lock),
        cmocka_unit_test(large_content),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
