#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <postern/base/limits.h>
#include <postern/mail.h>

#include <string.h>

/* "name type size|" of each file, "(bytes)" of each text, and the findings. */
static char *describe(const char *raw, gsize length)
{
    g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
    g_autoptr(Mail) mail = mail_open_bytes(raw, length, findings, NULL);
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < mail_part_count(mail); i++) {
        const MailPart *part = mail_part_measure(mail, i);
        if (!part->is_leaf)
            continue;
        gsize got;
        g_autofree char *bytes = mail_part_bytes(mail, i, 40, &got, NULL);
        g_autofree char *shown = g_strescape(bytes, NULL);
        if (part->is_unpacked)
            g_string_append_printf(out, "%s=", part->name ? part->name : "-");
        g_string_append_printf(out, "%s|", shown);
    }
    for (guint i = 0; i < findings->len; i++) {
        const Finding *finding = findings->pdata[i];
        g_string_append_printf(out, " %s: %s", finding->code, finding->detail);
    }
    return g_string_free(out, FALSE);
}

typedef struct {
    const char *raw, *expected;
} FileCase;

#define YENC(name, size, crc)                                                                                \
    "=ybegin line=128 size=" size " name=" name "\n\x8b\x8c\x8d\n=yend size=3 crc32=" crc "\n"
#define YENC_PART(number, begin, end, data)                                                                  \
    "=ybegin part=" number " total=2 line=128 size=6 name=a b.bin\n=ypart begin=" begin " end=" end          \
    "\n" data "\n=yend size=3 part=" number "\n"

static const FileCase cases[] = {
    /* Both forms of nothing: a grave accent and a blank. */
    {"S: x\n\na\nbegin 644 one two.bin\n$86)C9```\n`\nend\nb\n", "a\\n|one two.bin=abcd|b\\n|"},
    {"S: x\n\nbegin 0755 a.bin\r\n$86)C9   \r\n \r\nend\r\n", "a.bin=abcd|"},
    {"S: x\n\nbegin 644 a.bin\n$86)C9\n\nend\n", "a.bin=abcd|"},
    /* Two in one text, one without a name, empty lines between. */
    {"S: x\n\nbegin 644 a\n#86)C\n`\nend\n\n\nbegin 644 \n#86)C\n`\nend\n", "a=abc|-=abc|"},
    /* No end: two lines of data are a file, one may be words. */
    {"S: x\n\nbegin 644 a\n#86)C\n#86)C\n\nand then words\n",
     "a=abcabc|\\nand then words\\n| file-broken: a in the text has no end"},
    {"S: x\n\nbegin 644 a\n#86)C\nwords\n", "begin 644 a\\n#86)C\\nwords\\n|"},
    {"S: x\n\nbegin 644 a\n#86)C\n#86)C\nbegin 644 b\n#86)C\nend\n",
     "a=abcabc|b=abc| file-broken: a in the text has no end"},
    /* A gateway's line between the data. */
    {"S: x\n\nbegin 644 a\n#86)C\n-- cut here by the gateway --\n#86)C\n`\nend\n", "a=abcabc|"},
    /* Quoted, and words. */
    {"S: x\n\n> begin 644 a\n> #86)C\n> `\n> end\n", "> begin 644 a\\n> #86)C\\n> `\\n> end\\n|"},
    {"S: x\n\nbegin 6 months ago\nend\n", "begin 6 months ago\\nend\\n|"},
    {"S: x\n\nbegin 644 and so on\nwe go\nend\n", "begin 644 and so on\\nwe go\\nend\\n|"},
    /* In a transfer encoding; a text without files, and what looks like one and is none. */
    {"Content-Transfer-Encoding: base64\n\nd29yZHMgYW5kIHdvcmRzCg==\n", "words and words\\n|"},
    {"Content-Transfer-Encoding: base64\n\nYmVnaW4gNjQ0IGFuZCBzbyBvbgo=\n", "begin 644 and so on\\n|"},
    {"Content-Transfer-Encoding: quoted-printable\n\nbegin 644 a=\n.bin\n#86)C\n`\nend\n", "a.bin=abc|"},
    {"S: x\n\nbegin-base64 644 a\nYWJj\nZGVm\n====\nb\n", "a=abcdef|b\\n|"},
    /* yEnc. */
    {"S: x\n\na\n" YENC("n.bin", "3", "352441c2") "b\n", "a\\n|n.bin=abc|b\\n|"},
    {"S: x\n\n" YENC("\"n m.bin\"", "3", "352441c2"), "n m.bin=abc|"},
    {"S: x\n\n" YENC("n", "3", "352441c3"),
     "n=abc| file-broken: n in the text: its octets are others than those that were encoded"},
    {"S: x\n\n" YENC("n", "4", "352441c2"),
     "n=abc| file-broken: n in the text: its size is another than it says"},
    {"S: x\n\n=ybegin line=128 size=3 name=n\n\x8b\x8c\x8d\n",
     "n=abc| file-broken: n in the text: it has no end"},
    {"S: x\n\n=ybegin line=128 size=5 name=n\n=n=}=J=M\x8b\n=yend size=5\n", "n=\\004\\023\\340\\343a|"},
    {"S: x\n\n" YENC_PART("2", "4", "6", "\x8e\x8f\x90") "\n" YENC_PART("1", "1", "3", "\x8b\x8c\x8d"),
     "a b.bin=abcdef|"},
    {"S: x\n\n" YENC_PART("2", "4", "6", "\x8e\x8f\x90"),
     "a b.bin (part 2 of 2)=def| file-piece: a b.bin (part 2 of 2): the others are not in this mail"},
    {"S: x\n\n" YENC_PART("2", "4", "6", "\x8e\x8f\x90") YENC_PART("1", "1", "3", "\x8b\x8c\x8d")
         YENC_PART("2", "4", "6", "\x8e\x8f\x90"),
     "a b.bin=abcdef|a b.bin (part 2 of 2)=def| file-piece: a b.bin (part 2 of 2): the others are not in "
     "this "
     "mail"},
    {"S: x\n\n=ybegin part=2 total=2 line=128 size=0 name=n\n=ypart begin=1 end=0\n=yend size=0\n",
     "n (part 2 of 2)=| file-piece: n (part 2 of 2): the others are not in this mail"},
    /* In several parts of the mail, in any order; and one of them missing. */
    {"Content-Type: multipart/mixed; boundary=i\n\n--i\n\n" YENC_PART(
         "2", "4", "6", "\x8e\x8f\x90") "--i\n\n" YENC_PART("1", "1", "3", "\x8b\x8c\x8d") "--i--\n",
     "a b.bin=abcdef|"},
    {"Content-Type: multipart/mixed; boundary=i\n\n--i\n\n" YENC_PART(
         "2", "4", "6", "\x8e\x8f\x90") "--i\n\n" YENC_PART("2", "4", "6", "\x8e\x8f\x90") "--i--\n",
     "a b.bin (part 2 of 2)=def|a b.bin (part 2 of 2)=def| file-piece: a b.bin (part 2 of 2): the others are "
     "not in this mail file-piece: a b.bin (part 2 of 2): the others are not in this mail"},
    {"S: x\n\n=ybegin is what yEnc begins with\n", "=ybegin is what yEnc begins with\\n|"},
    /* The text behind the parts is looked for in the mail, not in what was unpacked. */
    {"Content-Type: multipart/mixed; boundary=i\n\n--i\nContent-Transfer-Encoding: "
     "base64\n\nYmVnaW4gNjQ0IGEKIzg2KUMKYAplbmQK\n--i--\nlost words\n",
     "a=abc|lost words\\n| text-beside-parts: after-end.txt"},
};

static void test_cases(void **state G_GNUC_UNUSED)
{
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *found = describe(cases[i].raw, strlen(cases[i].raw));
        if (strcmp(found, cases[i].expected) != 0)
            fail_msg("%s\n%s", cases[i].raw, found);
    }
}

/* A thousand parts that never become whole, and lines that look like beginnings. */
static void test_many(void **state G_GNUC_UNUSED)
{
    g_autoptr(GString) raw = g_string_new("S: x\n\n");
    for (guint i = 1; i < 2 * LIMIT_PARTS; i++)
        g_string_append_printf(
            raw,
            "=ybegin part=%u line=128 size=100000 name=n\n=ypart begin=%u end=%u\nx\n=yend "
            "size=1\n",
            i, i, i);
    g_autofree char *found = describe(raw->str, raw->len);
    assert_non_null(strstr(found, "n (part 9)="));
    g_string_assign(raw, "S: x\n\n");
    for (guint i = 0; i < 100000; i++)
        g_string_append(raw, "begin 644 n\n");
    g_autofree char *none = describe(raw->str, raw->len);
    assert_null(strchr(none, '='));
}

/* The name and what we say of it fit where names must fit. */
static void test_long_name(void **state G_GNUC_UNUSED)
{
    g_autofree char *name = g_strnfill(1000, 'n');
    g_autofree char *raw =
        g_strdup_printf("S: x\n\n=ybegin part=2 total=9 line=128 size=9 name=%s\nx\n=yend size=1\n", name);
    g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
    g_autoptr(Mail) mail = mail_open_bytes(raw, strlen(raw), findings, NULL);
    assert_true(strlen(mail_part(mail, 1)->name) <= LIMIT_NAME_BYTES);
    assert_true(g_str_has_suffix(mail_part(mail, 1)->name, "n (part 2 of 9)"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_many),
        cmocka_unit_test(test_long_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
