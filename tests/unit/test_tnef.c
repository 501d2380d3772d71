#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tnef_builder.h"

#include <postern/base/limits.h>
#include <postern/mail.h>
#include <postern/reading.h>

#define HEAD                                                                                                 \
    "Subject: x\nContent-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: binary\n\n"
#define FINDINGS() g_ptr_array_new_with_free_func((GDestroyNotify)finding_free)

/* A mail that is nothing but this file. */
static GByteArray *mail_of(const GByteArray *tnef)
{
    GByteArray *mail = g_byte_array_new();
    put_bytes(mail, HEAD, strlen(HEAD));
    put_bytes(mail, tnef->data, tnef->len);
    return mail;
}

/* One line a part: "level type name [leaf] text", and the findings behind them. */
static char *describe(const GByteArray *tnef)
{
    g_autoptr(GByteArray) raw = mail_of(tnef);
    g_autoptr(GPtrArray) findings = FINDINGS();
    g_autoptr(Mail) mail = mail_open_bytes((const char *)raw->data, raw->len, findings, NULL);
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < mail_part_count(mail); i++) {
        const MailPart *part = mail_part_measure(mail, i);
        gsize length;
        g_autofree char *bytes = mail_part_bytes(mail, i, 100, &length, NULL);
        g_autofree char *shown = g_strescape(bytes, NULL);
        g_string_append_printf(out, "%u %s %s%s%s%s", part->level, part->type, part->name ? part->name : "-",
                               part->is_leaf ? " leaf" : "", part->is_unpacked ? " unpacked" : "",
                               part->content_id ? " " : "");
        g_string_append(out, part->content_id ? part->content_id : "");
        if (part->is_leaf && i > 0)
            g_string_append_printf(out, " \"%s\"", shown);
        g_string_append_c(out, '\n');
    }
    for (guint i = 0; i < findings->len; i++) {
        const Finding *finding = findings->pdata[i];
        g_string_append_printf(out, "%s: %s\n", finding->code, finding->detail);
    }
    return g_string_free(out, FALSE);
}

static void check(GByteArray *tnef, const char *expected)
{
    g_autofree char *found = describe(tnef);
    assert_string_equal(found, expected);
    g_byte_array_unref(tnef);
}

#define OPENED "0 application/ms-tnef winmail.dat\n"
#define KEPT "0 application/ms-tnef winmail.dat leaf\n"

static void test_files(void **state G_GNUC_UNUSED)
{
    GByteArray *tnef = tnef_new();
    tnef_put_file(tnef, "..\\log.txt", "one");
    GByteArray *list = mapi_new();
    mapi_put_text(list, 0x3704, "SHORT~1.PNG");
    mapi_put_unicode(list, 0x3707, "gr\xc3\xbcn.png");
    mapi_put_text(list, 0x370e, "IMAGE/png");
    mapi_put_text(list, 0x3712, "<a@example.org>");
    mapi_put_bytes(list, 0x102, 0x3701, "two", 3);
    tnef_put_rendering(tnef);
    tnef_put_properties(tnef, TNEF_FILE_LEVEL, list);
    check(tnef, OPENED "1 text/plain log.txt leaf unpacked \"one\"\n"
                       "1 image/png gr\xc3\xbcn.png leaf unpacked a@example.org \"two\"\n");
}

static void test_data_before_the_name(void **state G_GNUC_UNUSED)
{
    GByteArray *tnef = tnef_new();
    tnef_put_rendering(tnef);
    tnef_put(tnef, TNEF_FILE_LEVEL, 0x0006800f, "one", 3, 0);
    tnef_put(tnef, TNEF_FILE_LEVEL, 0x00018010, "a.bin", 6, 0);
    tnef_put_rendering(tnef);
    tnef_put(tnef, TNEF_FILE_LEVEL, 0x00069001, "b.pdf", 6, 0);
    tnef_put(tnef, TNEF_FILE_LEVEL, 0x0006800f, "two", 3, 0);
    check(tnef, OPENED "1 application/octet-stream a.bin leaf unpacked \"one\"\n"
                       "1 application/pdf b.pdf leaf unpacked \"two\"\n");
}

static void test_damage_is_told(void **state G_GNUC_UNUSED)
{
    GByteArray *tnef = tnef_new();
    tnef_put(tnef, TNEF_MESSAGE_LEVEL, 0x00078008, "IPM.Note", 9, 1);
    tnef_put_file(tnef, "a.txt", "one");
    check(tnef, KEPT "1 text/plain a.txt leaf unpacked \"one\"\n"
                     "tnef-broken: winmail.dat: a check sum is wrong\n");
    tnef = tnef_new();
    tnef_put_file(tnef, "a.txt", "one");
    put_bytes(tnef, "rubbish", 7);
    check(tnef, KEPT "1 text/plain a.txt leaf unpacked \"one\"\n"
                     "tnef-broken: winmail.dat: something else stands behind what could be read\n");
    tnef = tnef_new();
    tnef_put_file(tnef, "a.txt", "one and two");
    g_byte_array_set_size(tnef, tnef->len - 6);
    check(tnef, KEPT "1 text/plain a.txt leaf unpacked \"one and\"\n"
                     "tnef-broken: winmail.dat: it ends too early\n");
    tnef = g_byte_array_new();
    put_bytes(tnef, "none at all", 11);
    check(tnef, KEPT "tnef-broken: winmail.dat: it has no beginning\n");
}

static void put_nested(GByteArray *tnef, const GByteArray *inner)
{
    static const guint8 message[16] = {0x07, 0x03, 0x02, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0x46};
    g_autoptr(GByteArray) object = g_byte_array_new();
    put_bytes(object, message, sizeof message);
    put_bytes(object, inner->data, inner->len);
    GByteArray *list = mapi_new();
    mapi_begin(list, 0x03, 0x3705);
    put_u32(list, 5);
    mapi_put_text(list, 0x3001, "their mail");
    mapi_put_bytes(list, 0x0d, 0x3701, object->data, object->len);
    tnef_put_rendering(tnef);
    tnef_put_properties(tnef, TNEF_FILE_LEVEL, list);
}

static void test_message_within(void **state G_GNUC_UNUSED)
{
    g_autoptr(GByteArray) inner = tnef_new();
    GByteArray *list = mapi_new();
    mapi_put_unicode(list, 0x0c1a, "Lee \"K\"");
    mapi_put_unicode(list, 0x5d01, "k@example.org");
    tnef_put_properties(inner, TNEF_MESSAGE_LEVEL, list);
    tnef_put(inner, TNEF_MESSAGE_LEVEL, 0x00018004, "re: a/b", 8, 0);
    tnef_put(inner, TNEF_MESSAGE_LEVEL, 0x00038005, "\xea\x07\x0b\0\x17\0\x09\0\x1e\0\0\0\x01\0", 14, 0);
    tnef_put(inner, TNEF_MESSAGE_LEVEL, 0x0002800c, "words", 6, 0);
    tnef_put_file(inner, "a.txt", "one");
    g_autoptr(GByteArray) tnef = tnef_new();
    put_nested(tnef, inner);
    g_autofree char *found = describe(tnef);
    assert_true(g_str_has_prefix(found, OPENED "1 application/ms-tnef their mail unpacked\n"
                                               "2 message/rfc822 re_ a_b.eml leaf unpacked \"From: "));
    assert_non_null(strstr(found, "\n2 text/plain a.txt leaf unpacked \"one\"\n"));
    g_autoptr(GByteArray) raw = mail_of(tnef);
    const ReadingSettings settings = {0};
    g_autoptr(Reading) reading = reading_make_bytes((const char *)raw->data, raw->len, &settings, NULL);
    assert_non_null(reading->forwarded);
    assert_string_equal(reading->forwarded->from->address, "k@example.org");
    assert_string_equal(reading->forwarded->from->name, "Lee \"K\"");
    assert_string_equal(reading->forwarded->subject, "re: a/b");
    assert_int_equal(reading->forwarded->date_us / G_USEC_PER_SEC, 1795426200);
    assert_string_equal(reading->forwarded->text, "words");
}

static void test_depth_is_bounded(void **state G_GNUC_UNUSED)
{
    GByteArray *tnef = tnef_new();
    for (guint i = 0; i < 3 * LIMIT_TNEF_LEVELS; i++) {
        g_autoptr(GByteArray) inner = tnef;
        tnef = tnef_new();
        put_nested(tnef, inner);
    }
    g_autofree char *found = describe(tnef);
    assert_non_null(strstr(found, "tnef-broken: winmail.dat: messages within messages\n"));
    assert_null(strstr(found, "20 application"));
    g_byte_array_unref(tnef);
}

static GByteArray *with_properties(GByteArray *list)
{
    GByteArray *tnef = tnef_new();
    tnef_put_properties(tnef, TNEF_MESSAGE_LEVEL, list);
    return tnef;
}

static void test_meeting(void **state G_GNUC_UNUSED)
{
    GByteArray *list = mapi_new();
    mapi_put_text(list, 0x001a, "IPM.Schedule.Meeting.Request");
    mapi_put_unicode(list, 0x0037, "Talk, short");
    mapi_begin_appointment(list, 0x1f, 0x8208);
    g_autofree gunichar2 *room = g_utf8_to_utf16("Room 7", -1, NULL, NULL, NULL);
    mapi_value(list, room, 14);
    /* 2026-11-23 10:00 in tenths of microseconds from 1601. */
    mapi_begin_appointment(list, 0x40, 0x820d);
    guint64 ticks = (1795428000ull + 11644473600ull) * 10000000;
    put_u32(list, (guint32)ticks);
    put_u32(list, (guint32)(ticks >> 32));
    g_autoptr(GByteArray) tnef = with_properties(list);
    g_autoptr(GByteArray) raw = mail_of(tnef);
    g_autoptr(GPtrArray) findings = FINDINGS();
    g_autoptr(Mail) mail = mail_open_bytes((const char *)raw->data, raw->len, findings, NULL);
    assert_int_equal(mail_part_count(mail), 2);
    assert_string_equal(mail_part(mail, 1)->type, "text/calendar");
    gsize length;
    g_autofree char *bytes = mail_part_bytes(mail, 1, 1000, &length, NULL);
    assert_non_null(strstr(bytes, "METHOD:REQUEST\r\nBEGIN:VEVENT\r\nDTSTART:20261123T100000Z\r\n"
                                  "SUMMARY:Talk\\, short\r\nLOCATION:Room 7\r\nEND:VEVENT"));
}

/* What such a mail shows. */
static char *shown(GByteArray *list)
{
    g_autoptr(GByteArray) tnef = with_properties(list);
    g_autoptr(GByteArray) raw = mail_of(tnef);
    const ReadingSettings settings = {0};
    g_autoptr(Reading) reading = reading_make_bytes((const char *)raw->data, raw->len, &settings, NULL);
    return g_strchomp(g_strdup(reading->text));
}

typedef struct {
    const char *rtf, *expected;
} RtfCase;

static const RtfCase rtfs[] = {
    {"{\\rtf1\\ansi Hello\\par world}", "Hello\nworld"},
    {"{\\rtf1\\ansi{\\fonttbl{\\f0 Arial;}}{\\*\\generator Some 1;}{\\info{\\title no}}yes}", "yes"},
    {"{\\rtf1\\ansi\\ansicpg1251 \\'cf\\'f0\\'e8\\'e2\\'e5\\'f2}",
     "\xd0\x9f\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82"},
    {"{\\rtf1\\ansi{\\fonttbl{\\f0\\fcharset0 A;}{\\f1\\fcharset204 B;}}\\f0 \\'e9 {\\f1 \\'e9} \\'e9}",
     "\xc3\xa9 \xd0\xb9 \xc3\xa9"},
    {"{\\rtf1\\ansi\\ansicpg932 \\'93\\'fa\\'96{\\'7b}", "\xe6\x97\xa5\xe6\x9c\xac"},
    {"{\\rtf1\\ansi\\uc1 a\\u8364?b{\\uc2\\u8364??c}\\u8364\\'80d\\uc0\\u8364 e}", "a\xe2\x82\xac"
                                                                                   "b\xe2\x82\xac"
                                                                                   "c\xe2\x82\xac"
                                                                                   "d\xe2\x82\xac"
                                                                                   "e"},
    {"{\\rtf1\\uc1 \\u-10179?\\u-8704?}", "\xf0\x9f\x98\x80"},
    {"{\\rtf1 a\\tab b\\~c \\{d\\} \\\\e \\ldblquote f\\rdblquote}", "a\tb\xc2\xa0"
                                                                     "c {d} \\e \xe2\x80\x9c"
                                                                     "f\xe2\x80\x9d"},
    {"{\\rtf1 seen{\\v  unseen} too\\bin3 {{{ far}", "seen too far"},
    {"{\\rtf1{\\field{\\*\\fldinst HYPERLINK \"https://example.org/\"}{\\fldrslt here}}", "here"},
    {"{\\rtf1\\ansi\\fromhtml1 {\\*\\htmltag64 <p>}\\htmlrtf {\\htmlrtf0 one {\\*\\htmltag84 <b>}"
     "\\htmlrtf {\\b\\htmlrtf0 two{\\*\\htmltag92 </b>}\\htmlrtf }\\htmlrtf0 {\\*\\mhtmltag84 <i>}"
     "{\\*\\htmltag84 &amp;}\\htmlrtf &\\htmlrtf0  three{\\*\\htmltag72 </p>}\\htmlrtf\\par}\\htmlrtf0 }",
     "one two& three"},
};

static void test_rtf(void **state G_GNUC_UNUSED)
{
    for (guint i = 0; i < G_N_ELEMENTS(rtfs); i++) {
        GByteArray *list = mapi_new();
        mapi_put_rtf_text(list, rtfs[i].rtf);
        g_autofree char *found = shown(list);
        if (strcmp(found, rtfs[i].expected) != 0)
            print_error("%s\n%s\n", rtfs[i].rtf, found);
        assert_string_equal(found, rtfs[i].expected);
    }
}

/* The example of MS-OXRTFCP 3.2.1 as far as its words go: literals and references into the ring's beginning.
 */
static void test_back_references(void **state G_GNUC_UNUSED)
{
    static const guint8 body[] = {
        0x03, 0x00, 0x0a, 0x00, 0x72, 0x63, 0x70, 0x67, 0x31, 0x32, 0x35, 0x42, 0x32, 0x0a, 0xf3, 0x20, 0x68,
        0x65, 0x6c, 0x09, 0x00, 0x20, 0x62, 0x77, 0x05, 0xb0, 0x6c, 0x64, 0x7d, 0x0a, 0x80, 0x0f, 0xa0,
    };
    GByteArray *list = mapi_new();
    mapi_put_rtf(list, body, sizeof body, 43, 0);
    g_autofree char *found = shown(list);
    assert_string_equal(found, "hello world");
    list = mapi_new();
    mapi_put_rtf(list, body, sizeof body, 43, 1);
    check(with_properties(list),
          KEPT "1 text/plain - leaf unpacked \"hello world\"\n"
               "tnef-broken: winmail.dat: the check sum of its formatted text is wrong\n");
}

static void test_best_text(void **state G_GNUC_UNUSED)
{
    GByteArray *list = mapi_new();
    mapi_put_unicode(list, 0x1000, "plain");
    mapi_put_rtf_text(list, "{\\rtf1 rich}");
    g_autofree char *found = shown(list);
    assert_string_equal(found, "plain");
    list = mapi_new();
    mapi_put_unicode(list, 0x1000, "plain");
    mapi_put_rtf_text(list, "{\\rtf1\\fromhtml1{\\*\\htmltag64 <p>}page}");
    g_autofree char *page = shown(list);
    assert_string_equal(page, "page");
    list = mapi_new();
    mapi_put_unicode(list, 0x1000, "plain");
    mapi_put_text(list, 0x1013, "<p>html</p>");
    g_autofree char *html = shown(list);
    assert_string_equal(html, "html");
}

static GByteArray *everything(void)
{
    g_autoptr(GByteArray) inner = tnef_new();
    tnef_put_file(inner, "a.txt", "one");
    GByteArray *list = mapi_new();
    mapi_put_unicode(list, 0x0037, "subject");
    mapi_put_rtf_text(list, rtfs[10].rtf);
    mapi_begin_appointment(list, 0x1f, 0x8208);
    mapi_value(list, "a\0\0", 4);
    GByteArray *tnef = with_properties(list);
    tnef_put(tnef, TNEF_MESSAGE_LEVEL, 0x00069007, "\xe3\x04\0\0\0\0\0", 8, 0);
    tnef_put_file(tnef, "b.txt", "two");
    put_nested(tnef, inner);
    return tnef;
}

static void test_every_prefix(void **state G_GNUC_UNUSED)
{
    g_autoptr(GByteArray) tnef = everything();
    g_autofree char *whole = describe(tnef);
    assert_null(strstr(whole, "tnef-broken"));
    for (guint length = 0; length < tnef->len; length++) {
        /* A copy of its own size, so that a look beyond its end is seen. */
        g_autoptr(GByteArray) cut = g_byte_array_sized_new(length);
        put_bytes(cut, tnef->data, length);
        g_autofree char *found = describe(cut);
        assert_true(g_str_has_prefix(found, "0 application/ms-tnef winmail.dat"));
    }
}

static void test_every_bit(void **state G_GNUC_UNUSED)
{
    g_autoptr(GByteArray) tnef = everything();
    for (guint bit = 0; bit < 8 * tnef->len; bit++) {
        tnef->data[bit / 8] ^= (guint8)(1u << bit % 8);
        g_autofree char *found = describe(tnef);
        assert_true(g_str_has_prefix(found, "0 application/ms-tnef winmail.dat"));
        tnef->data[bit / 8] ^= (guint8)(1u << bit % 8);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_files),
        cmocka_unit_test(test_data_before_the_name),
        cmocka_unit_test(test_damage_is_told),
        cmocka_unit_test(test_message_within),
        cmocka_unit_test(test_depth_is_bounded),
        cmocka_unit_test(test_meeting),
        cmocka_unit_test(test_rtf),
        cmocka_unit_test(test_back_references),
        cmocka_unit_test(test_best_text),
        cmocka_unit_test(test_every_prefix),
        cmocka_unit_test(test_every_bit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
