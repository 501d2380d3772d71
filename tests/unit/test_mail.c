#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <postern/address.h>
#include <postern/base/digest.h>
#include <postern/base/error.h>
#include <postern/base/limits.h>
#include <postern/mail.h>

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define findings_new() g_ptr_array_new_with_free_func((GDestroyNotify)finding_free)

static gboolean has_finding(const GPtrArray *findings, const char *code)
{
    for (guint i = 0; i < findings->len; i++)
        if (strcmp(((const Finding *)findings->pdata[i])->code, code) == 0)
            return TRUE;
    return FALSE;
}

static int memory_file(const char *bytes, gsize length)
{
    int fd = memfd_create("mail", MFD_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, length), (gssize)length);
    return fd;
}

/* One line a part: "index parent level type [flags] name size text". */
static char *describe(Mail *mail)
{
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < mail_part_count(mail); i++) {
        const MailPart *part = mail_part_measure(mail, i);
        g_string_append_printf(out, "%u<%u %u %s%s%s", part->index, part->parent, part->level, part->type,
                               part->is_message ? " message" : "", part->is_raw ? " raw" : "");
        if (part->charset)
            g_string_append_printf(out, " charset=%s", part->charset);
        if (part->disposition)
            g_string_append_printf(out, " %s", part->disposition);
        if (part->name)
            g_string_append_printf(out, " name=%s", part->name);
        if (part->is_leaf) {
            gsize length;
            g_autofree char *bytes = mail_part_bytes(mail, i, 60, &length, NULL);
            g_autofree char *shown = g_strescape(bytes, NULL);
            g_string_append_printf(out, " %" G_GUINT64_FORMAT " \"%s\"", part->size, shown);
        }
        g_string_append_c(out, '\n');
    }
    return g_string_free(out, FALSE);
}

typedef struct {
    const char *name, *raw, *expected, *finding;
} TreeCase;

static const TreeCase trees[] = {
    {"plain", "Subject: x\r\n\r\nhello\r\n", "0<0 0 text/plain 7 \"hello\\r\\n\"\n", NULL},
    {"empty", "", "0<0 0 text/plain 0 \"\"\n", "no-header"},
    {"no header", "just a text\nof two lines\n", "0<0 0 text/plain 25 \"just a text\\nof two lines\\n\"\n",
     "no-header"},
    {"only a header", "Subject: x\r\n", "0<0 0 text/plain 0 \"\"\n", "mail-cut"},
    {"mbox envelope line", "From a@b Mon Jan 1 00:00:00 2024\nSubject: x\n\nhi\n",
     "0<0 0 text/plain 3 \"hi\\n\"\n", NULL},
    {"broken line first", "rubbish\nSubject: x\nFrom: a@b\n\nhi\n", "0<0 0 text/plain 3 \"hi\\n\"\n",
     "header-broken"},
    {"a text with a colon is no header", "Hello\nmy note: x\n\nhi\n",
     "0<0 0 text/plain 21 \"Hello\\nmy note: x\\n\\nhi\\n\"\n", "no-header"},
    {"broken type", "Content-Type: text\n\nhi\n", "0<0 0 text/plain 3 \"hi\\n\"\n", NULL},
    {"upper case type", "Content-Type: TEXT/HTML; CHARSET=\"UTF-8\"\n\nhi\n",
     "0<0 0 text/html charset=utf-8 3 \"hi\\n\"\n", NULL},
    {"base64 goes on behind padding", "Content-Transfer-Encoding: base64\n\nR3LDvMOfZQ==\nIGF1cyBLw7Zsbg==\n",
     "0<0 0 text/plain 17 \"Gr\\303\\274\\303\\237e aus K\\303\\266ln\"\n", NULL},
    {"base64 on one line behind padding", "Content-Transfer-Encoding: BASE64\n\nYQ==YmI=Y2Nj\n",
     "0<0 0 text/plain 6 \"abbccc\"\n", NULL},
    {"base64 with a footer", "Content-Transfer-Encoding: base64\n\nYWJj\nZA==\n\n____\nA footer\n",
     "0<0 0 text/plain 4 \"abcd\"\n", NULL},
    {"base64 without its padding", "Content-Transfer-Encoding: base64\n\nYWJjZA",
     "0<0 0 text/plain 4 \"abcd\"\n", NULL},
    {"quoted-printable", "Content-Transfer-Encoding: Quoted-Printable\n\na=3Db=\nc=E4\n",
     "0<0 0 text/plain 6 \"a=bc\\344\\n\"\n", NULL},
    {"uuencode", "Content-Transfer-Encoding: x-uuencode\n\nbegin 644 a\n#86)C\n`\nend\n",
     "0<0 0 text/plain 3 \"abc\"\n", NULL},
    {"plain words labelled base64", "Content-Transfer-Encoding: base64\n\nIt fails, again and again.\n",
     "0<0 0 text/plain 27 \"It fails, again and again.\\n\"\n", "encoding-broken"},
    {"unknown encoding", "Content-Transfer-Encoding: rot13\n\nuryyb\n", "0<0 0 text/plain 6 \"uryyb\\n\"\n",
     "encoding-unknown"},
    {"multipart",
     "Content-Type: multipart/mixed; boundary=\"b\"\n\npro\n--b\n\none\n--b\nContent-Type: image/png\n"
     "Content-Disposition: attachment; filename=\"../../x.png\"\n\ntwo\n--b--\n\n",
     "0<0 0 multipart/mixed\n1<0 1 text/plain 3 \"one\"\n2<0 1 image/png attachment name=x.png 3 \"two\"\n",
     NULL},
    {"multipart without a boundary", "Content-Type: multipart/mixed\n\n--b\n\none\n--b--\n",
     "0<0 0 multipart/mixed raw 15 \"--b\\n\\none\\n--b--\\n\"\n", "multipart-broken"},
    {"multipart with another boundary",
     "Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/alternative; boundary=x\n\n"
     "--y\n\none\n--a\n\ntwo\n--a--\n",
     "0<0 0 multipart/mixed\n1<0 1 multipart/alternative raw 8 \"--y\\n\\none\"\n2<0 1 text/plain 3 "
     "\"two\"\n",
     "multipart-broken"},
    {"enclosed message stays whole",
     "Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\nContent-Type: message/rfc822\r\n\r\n"
     "Subject: in\r\nContent-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\n\r\nx\r\n--i--\r\n--a--\r\n",
     "0<0 0 multipart/mixed\n1<0 1 message/rfc822 message 73 \"Subject: in\\r\\nContent-Type: "
     "multipart/mixed; boundary=i\\r\\n\\r\\n--\"\n",
     NULL},
    {"digest",
     "Content-Type: multipart/digest; boundary=a\n\n--a\n\nSubject: x\n\none\n--a\n\nno "
     "header\n\ntwo\n--a--\n",
     "0<0 0 multipart/digest\n1<0 1 message/rfc822 message 15 \"Subject: x\\n\\none\"\n2<0 1 message/rfc822 "
     "message 3 \"two\"\n",
     NULL},
    {"enclosed message behind an envelope line",
     "From a@b Mon Jan 1 00:00:00 2024\nContent-Type: message/rfc822\n\nSubject: in\n\nx\n",
     "0<0 0 message/rfc822 message 15 \"Subject: in\\n\\nx\\n\"\n", NULL},
    {"text behind the end",
     "Content-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: multipart/mixed; boundary=i\n\n"
     "--i\n\none\n--i--\nlost words\n--o\n\ntwo\n--o--\n\n",
     "0<0 0 multipart/mixed\n1<0 1 multipart/mixed\n2<1 2 text/plain 3 \"one\"\n"
     "3<1 2 text/plain attachment name=after-end.txt 10 \"lost words\"\n4<0 1 text/plain 3 \"two\"\n",
     "text-beside-parts"},
    {"uuencoded file in the text", "Subject: x\n\nbegin with this\nbegin 644 ../a.txt\n#86)C\n`\nend\nbye\n",
     "0<0 0 text/plain\n1<0 1 text/plain 16 \"begin with this\\n\"\n"
     "2<0 1 text/plain attachment name=a.txt 3 \"abc\"\n3<0 1 text/plain 4 \"bye\\n\"\n",
     NULL},
    {"no uuencoded file", "Subject: x\n\nbegin 644 a.txt\nand so on\nend\n",
     "0<0 0 text/plain 30 \"begin 644 a.txt\\nand so on\\nend\\n\"\n", NULL},
    {"name by RFC 2231",
     "Content-Type: text/plain; name=x.txt\nContent-Disposition: attachment;\n "
     "filename*0*=utf-8'de'Gr%C3%BC;\n"
     " filename*1=\"n.txt\"\n\nx\n",
     "0<0 0 text/plain attachment name=Gr\xc3\xbcn.txt 2 \"x\\n\"\n", NULL},
    {"name by RFC 2047",
     "Content-Type: text/plain; name=\"=?utf-8?B?R3LDvA==?= =?utf-8?B?bi50eHQ=?=\"\n\nx\n",
     "0<0 0 text/plain name=Gr\xc3\xbcn.txt 2 \"x\\n\"\n", NULL},
    {"name in raw Latin-1", "Content-Type: text/plain; name=Gr\xfcn file.txt; x=y\n\nx\n",
     "0<0 0 text/plain name=Gr\xc3\xbcn file.txt 2 \"x\\n\"\n", NULL},
    {"the mail ends in a part", "Content-Type: multipart/mixed; boundary=a\n\n--a\n\none\n",
     "0<0 0 multipart/mixed\n1<0 1 text/plain 4 \"one\\n\"\n", "mail-cut"},
};

static void test_trees(void **state)
{
    (void)state;
    for (guint i = 0; i < G_N_ELEMENTS(trees); i++) {
        g_autoptr(GPtrArray) findings = findings_new();
        g_autoptr(Mail) mail = mail_open_bytes(trees[i].raw, strlen(trees[i].raw), findings, NULL);
        assert_non_null(mail);
        g_autofree char *found = describe(mail);
        if (strcmp(found, trees[i].expected) != 0)
            fail_msg("%s:\n%s", trees[i].name, found);
        if (trees[i].finding && !has_finding(findings, trees[i].finding))
            fail_msg("%s: no finding %s", trees[i].name, trees[i].finding);
        if (!trees[i].finding && findings->len > 0)
            fail_msg("%s: finding %s", trees[i].name, ((Finding *)findings->pdata[0])->code);
        int fd = memory_file(trees[i].raw, strlen(trees[i].raw));
        g_autoptr(Mail) same = mail_open_fd(fd, findings, NULL);
        g_autofree char *again = describe(same);
        assert_string_equal(again, trees[i].expected);
        close(fd);
    }
}

static void test_headers_are_raw(void **state)
{
    (void)state;
    const char raw[] =
        "Subject: a\r\n\tb \r\nX:\r\nsubject:  =?utf-8?q?x?=\r\nBroken\x00 y\r\nZ: a\x00z\r\n\r\nBody: x\r\n";
    g_autoptr(GPtrArray) findings = findings_new();
    g_autoptr(Mail) mail = mail_open_bytes(raw, sizeof raw - 1, findings, NULL);
    const Headers *headers = mail_headers(mail);
    assert_int_equal(headers->fields->len, 4);
    assert_string_equal(headers_get(headers, "Subject", 0), "a\r\n\tb ");
    assert_string_equal(headers_get(headers, "Subject", 1), "=?utf-8?q?x?=");
    assert_string_equal(headers_get(headers, "x", 0), "");
    assert_string_equal(headers_get(headers, "Z", 0), "a\1z");
    assert_null(headers_get(headers, "Body", 0));
    assert_true(has_finding(findings, "header-broken"));
}

typedef struct {
    const char *name, *start, *unit;
    guint fits, too_many;
    const char *end;
    gboolean is_refused; /* else it is read up to there */
} LimitCase;

static const LimitCase limits[] = {
    {"header lines", "Subject: x\n", "A: b\n", 900, LIMIT_HEADER_FIELDS, "\nx\n", TRUE},
    {"header line", "X: ", "12345678", 8000, LIMIT_HEADER_LINE_BYTES / 8, "\n\nx\n", TRUE},
    {"folded header", "X: ", "12345678901234567890123456789012345678901234567890123456789\n ", 4000, 5000,
     "\n\nx\n", TRUE},
    {"header bytes", "",
     "A: 12345678901234567890123456789012345678901234567890123456789012345678901234567890"
     "12345678901234567890123456789012345678901234567890123456789012345678901234567890"
     "12345678901234567890123456789012345678901234567890123456789012345678901234567890"
     "12345678901234567890123456789012345678901234567890123456789012345678901234567890\n",
     700, 900, "\nx\n", TRUE},
    {"address header", "To: ", "g:", 30000, 40000, "\n\nx\n", TRUE},
    {"enclosed address header", "Content-Type: message/rfc822\n\nTo: ", "g:", 7000, 9000, "\n\nx\n", FALSE},
    {"enclosed, folded", "Content-Type: message/rfc822\n\nSubject: x\nCC : a\n", " g:\n", 700, 9000,
     "\n\nx\n", FALSE},
    {"parts", "Content-Type: multipart/mixed; boundary=b\n\n", "--b\n\n", 1900, LIMIT_BOUNDARY_LINES + 1,
     "--b--\n", FALSE},
    {"parts, encoded boundary", "Content-Type: multipart/mixed; boundary*0=b;\n boundary*1=c\n\n", "--bc\n\n",
     1900, LIMIT_BOUNDARY_LINES + 1, "--b--\n", FALSE},
    {"header of a part", "Content-Type: multipart/mixed; boundary=b\n\n--b\n", "A: b\n", 900, 1100,
     "\nx\n--b--\n", FALSE},
    {"header of an enclosed message",
     "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type:\n message/rfc822\n\n", "A: b\n", 900,
     1100, "\nx\n--b--\n", FALSE},
    {"no end of the last part, so a header",
     "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nhi\n--b\nX: a\n--bb--\n", "A: b\n", 900, 1100, "\n",
     FALSE},
    {"no end, as another boundary says",
     "Content-Type: multipart/mixed; boundary=\"b--\"\n\n--b--\nContent-Type: multipart/mixed; "
     "boundary=b\n\n--b--\n",
     "A: b\n", 900, 1100, "\n", FALSE},
};

static char *repeat(const LimitCase *limit, guint count)
{
    GString *out = g_string_new(limit->start);
    for (guint i = 0; i < count; i++)
        g_string_append(out, limit->unit);
    g_string_append(out, limit->end);
    return g_string_free(out, FALSE);
}

static void test_limits(void **state)
{
    (void)state;
    for (guint i = 0; i < G_N_ELEMENTS(limits); i++) {
        g_autoptr(GPtrArray) findings = findings_new();
        g_autofree char *fits = repeat(&limits[i], limits[i].fits);
        g_autoptr(Mail) mail = mail_open_bytes(fits, strlen(fits), findings, NULL);
        if (!mail)
            fail_msg("%s: %u are refused", limits[i].name, limits[i].fits);
        g_autofree char *too_many = repeat(&limits[i], limits[i].too_many);
        g_autoptr(GError) error = NULL;
        assert_true(findings->len < 10);
        if (has_finding(findings, "rest-unread"))
            fail_msg("%s: %u are too many", limits[i].name, limits[i].fits);
        g_autoptr(Mail) cut = mail_open_bytes(too_many, strlen(too_many), findings, &error);
        if ((cut == NULL) != limits[i].is_refused || (cut != NULL) != has_finding(findings, "rest-unread"))
            fail_msg("%s: %u are taken", limits[i].name, limits[i].too_many);
        assert_true(cut || error_is(error, ERROR_LIMIT));
        int fd = memory_file(too_many, strlen(too_many));
        g_autoptr(Mail) again = mail_open_fd(fd, findings, NULL);
        assert_true((again != NULL) == (cut != NULL));
        assert_true(!cut || mail_part_count(again) == mail_part_count(cut));
        close(fd);
    }
}

/* To each of a thousand people by name: long, and no reason to refuse it. */
static void test_mail_to_many(void **state)
{
    (void)state;
    g_autoptr(GString) raw = g_string_new("From: a@example.org\nTo: first@example.org");
    for (guint i = 0; i < 2000; i++)
        g_string_append_printf(raw, ",\n \"Somebody of Department %u\" <somebody%u@example.net>", i, i);
    g_string_append(raw, "\n\nHello\n");
    g_autoptr(GPtrArray) findings = findings_new();
    g_autoptr(Mail) mail = mail_open_bytes(raw->str, raw->len, findings, NULL);
    assert_non_null(mail);
    g_autoptr(GPtrArray) to = address_parse_list(headers_get(mail_headers(mail), "To", 0));
    assert_int_equal(to->len, LIMIT_ADDRESSES);
}

/* The first of two fields counts, for whoever else reads the mail as well. */
static void test_repeated_content_type(void **state)
{
    (void)state;
    static const char raw[] =
        "Content-Type: multipart/mixed; boundary=b\nSubject: x\n"
        "content-type: text/plain\n\n--b\n\none\n--b\nContent-Type: image/png\n\ntwo\n--b--\n";
    g_autoptr(GPtrArray) findings = findings_new();
    g_autoptr(Mail) mail = mail_open_bytes(raw, strlen(raw), findings, NULL);
    assert_int_equal(mail_part_count(mail), 3);
    gsize length;
    g_autofree char *one = mail_part_bytes(mail, 1, 100, &length, NULL);
    assert_string_equal(one, "one");
    assert_string_equal(mail_part(mail, 2)->type, "image/png");
    int fd = memory_file(raw, strlen(raw));
    g_autoptr(Mail) of_file = mail_open_fd(fd, findings, NULL);
    assert_int_equal(mail_part_count(of_file), 3);
    close(fd);
}

/* Behind the last part stands text, not a header that could be too long. */
static void test_text_behind_parts(void **state)
{
    (void)state;
    const LimitCase behind = {.start = "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nhi\n--b-- \r\n",
                              .unit = "A line of a list.\n",
                              .end = ""};
    g_autofree char *raw = repeat(&behind, 3 * LIMIT_HEADER_FIELDS);
    g_autoptr(GPtrArray) findings = findings_new();
    g_autoptr(Mail) mail = mail_open_bytes(raw, strlen(raw), findings, NULL);
    assert_false(has_finding(findings, "rest-unread"));
    assert_int_equal(mail_part_count(mail), 3);
}

/* Lines of dashes in a text, or SQL comments, are no parts. */
static void test_dashes_are_no_parts(void **state)
{
    (void)state;
    LimitCase dashes = {.start = "Content-Type: multipart/mixed; boundary=b\n\n--b\n\n",
                        .unit = "-- a comment\n",
                        .end = "--b--\n"};
    g_autofree char *raw = repeat(&dashes, 3 * LIMIT_BOUNDARY_LINES);
    g_autoptr(GPtrArray) findings = findings_new();
    g_autoptr(Mail) mail = mail_open_bytes(raw, strlen(raw), findings, NULL);
    assert_non_null(mail);
    assert_int_equal(mail_part_count(mail), 2);
}

static void test_deep_nests(void **state)
{
    (void)state;
    g_autoptr(GString) raw = g_string_new(NULL);
    for (guint i = 0; i < 90; i++)
        g_string_append_printf(raw, "Content-Type: multipart/mixed; boundary=b%u\n\n--b%u\n", i, i);
    g_string_append(raw, "\ninnermost\n");
    g_autoptr(GPtrArray) findings = findings_new();
    g_autoptr(Mail) mail = mail_open_bytes(raw->str, raw->len, findings, NULL);
    assert_int_equal(mail_part_count(mail), LIMIT_LEVELS + 1);
    assert_true(has_finding(findings, "too-deep"));
    gsize length;
    g_autofree char *bytes = mail_part_bytes(mail, LIMIT_LEVELS, 100000, &length, NULL);
    assert_non_null(strstr(bytes, "innermost"));

    g_autoptr(GString) messages = g_string_new(NULL);
    for (guint i = 0; i < 100000; i++)
        g_string_append(messages, "Content-Type: message/rfc822\n\n");
    g_autoptr(Mail) nested = mail_open_bytes(messages->str, messages->len, findings, NULL);
    assert_int_equal(mail_part_count(nested), 1);
    assert_true(mail_part(nested, 0)->is_message);
}

static guint64 resident_bytes(void)
{
    g_autofree char *status = NULL;
    assert_true(g_file_get_contents("/proc/self/status", &status, NULL, NULL));
    const char *at = strstr(status, "VmHWM:");
    return at ? g_ascii_strtoull(at + 6, NULL, 10) * 1024 : 0;
}

/* 48 MB of attachment behind a descriptor must not be held in memory. */
static void test_large_mail_is_lean(void **state)
{
    (void)state;
    static const char head[] = "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhi\r\n--b\r\n"
                               "Content-Type: application/zip\r\nContent-Transfer-Encoding: base64\r\n\r\n";
    int fd = memory_file(head, sizeof head - 1);
    g_autoptr(GString) block = g_string_new(NULL);
    for (guint i = 0; i < 1000; i++)
        g_string_append(block,
                        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\n");
    for (guint i = 0; i < 600; i++)
        assert_int_equal(write(fd, block->str, block->len), (gssize)block->len);
    guint64 before = resident_bytes();
    g_autoptr(GPtrArray) findings = findings_new();
    g_autoptr(Mail) mail = mail_open_fd(fd, findings, NULL);
    assert_int_equal(mail_part_count(mail), 3);
    assert_null(mail_part(mail, 2)->sha256);
    const MailPart *part = mail_part_measure(mail, 2);
    assert_int_equal(part->size, 600 * 1000 * 57);
    assert_int_equal(strlen(part->sha256), 64);
#if !defined(__SANITIZE_ADDRESS__)
    assert_true(resident_bytes() - before < 10 * 1024 * 1024);
#endif
    (void)before;
    gsize length;
    gboolean is_cut;
    g_free(mail_part_bytes(mail, 2, 1000, &length, &is_cut));
    assert_int_equal(length, 1000);
    assert_true(is_cut);
    close(fd);
}

static void test_parts_are_measured(void **state)
{
    (void)state;
    static const char raw[] = "Content-Transfer-Encoding: base64\n\nYWJj\n";
    g_autoptr(GPtrArray) findings = findings_new();
    g_autoptr(Mail) mail = mail_open_bytes(raw, sizeof raw - 1, findings, NULL);
    guint8 sum[DIGEST_BYTES];
    digest_of("abc", 3, sum);
    g_autofree char *hex = digest_hex(sum, sizeof sum);
    assert_string_equal(mail_part_measure(mail, 0)->sha256, hex);
    assert_int_equal(mail_part(mail, 0)->size, 3);
}

static void test_file_names(void **state)
{
    (void)state;
    static const struct {
        const char *in, *out;
    } cases[] = {
        {"a.txt", "a.txt"},
        {"../../etc/passwd", "passwd"},
        {"C:\\temp\\x.log", "x.log"},
        {"", "attachment"},
        {"...", "attachment"},
        {".profile", "profile"},
        {"/", "_"},
        {"a\r\nBcc: x@y", "a Bcc_ x@y"},
        {"x\xe2\x80\xaegpj.exe", "x_gpj.exe"},
        {"a\"b<c>|d?.txt", "a_b_c__d_.txt"},
        {"\xff\xfe", "__"},
        {"Gr\xc3\xbc\xc3\x9f"
         "e.pdf ",
         "Gr\xc3\xbc\xc3\x9f"
         "e.pdf"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *name = file_name_clean(cases[i].in);
        assert_string_equal(name, cases[i].out);
    }
    g_autofree char *stem = g_strnfill(1000, 'x');
    g_autofree char *name = g_strconcat(stem, ".tar.gz", NULL);
    g_autofree char *shown = file_name_clean(name);
    assert_int_equal(strlen(shown), 255);
    assert_true(g_str_has_suffix(shown, "xx.tar.gz"));
}

static void test_dates(void **state)
{
    (void)state;
    static const struct {
        const char *raw;
        gint64 seconds; /* 0: not known */
    } cases[] = {
        {"Sun, 22 Nov 2026 09:30:00 +0000", 1795339800},
        {" Sun, 22 Nov 2026\r\n\t10:30:00 +0100 (CET)", 1795339800},
        {"22 Nov 2026 09:30 GMT", 1795339800},
        {"Sun, 22 Nov 26 04:30:00 EST", 1795339800},
        {"Fri, 21 Nov 97 09(comment):   55  :  06 -0600", 880127706},
        {"Sun, 22 Nov 2026 09:30:00 Z", 1795339800},
        {"garbage", 0},
        {"", 0},
        {"Mon, 31 Feb 2024 10:00:00 +0000", 0},
        {"Mon, 1 Jan 1900 10:00:00 +0000", 0},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        gint64 expected = cases[i].seconds ? cases[i].seconds * G_USEC_PER_SEC : DATE_UNKNOWN;
        if (mail_date_parse(cases[i].raw) != expected)
            fail_msg("%s: %" G_GINT64_FORMAT, cases[i].raw, mail_date_parse(cases[i].raw));
    }
    assert_true(mail_date_parse(NULL) == DATE_UNKNOWN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_trees),
        cmocka_unit_test(test_headers_are_raw),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_mail_to_many),
        cmocka_unit_test(test_repeated_content_type),
        cmocka_unit_test(test_text_behind_parts),
        cmocka_unit_test(test_dashes_are_no_parts),
        cmocka_unit_test(test_deep_nests),
        cmocka_unit_test(test_large_mail_is_lean),
        cmocka_unit_test(test_parts_are_measured),
        cmocka_unit_test(test_file_names),
        cmocka_unit_test(test_dates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
