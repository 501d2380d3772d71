#include "parsers/mail/sniff.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#define BYTES(text) text, sizeof(text) - 1

static void test_types(void **state)
{
    (void)state;
    static const struct {
        const char *head;
        gsize length;
        const char *type;
    } cases[] = {
        {BYTES("%PDF-1.7\n"), "application/pdf"},
        {BYTES("\x89PNG\r\n\x1a\n\0\0"), "image/png"},
        {BYTES("\xff\xd8\xff\xe0"), "image/jpeg"},
        {BYTES("RIFF\0\0\0\0WEBPVP8 "), "image/webp"},
        {BYTES("\0\0\0\x18"
               "ftypmp42"),
         "video/mp4"},
        {BYTES("PK\3\4\x14\0"), "application/zip"},
        {BYTES("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "application/x-ole-storage"},
        {BYTES("MZ\x90\0\3\0"), "application/vnd.microsoft.portable-executable"},
        {BYTES("MZ is what the file begins with"), "text/plain"},
        {BYTES("BM"), "text/plain"},
        {BYTES("BM\x36\0\0\0\0\0"), "image/bmp"},
        {BYTES("\x1f\x8b\x08\0"), "application/gzip"},
        {BYTES("  <!DOCTYPE HTML>"), "text/html"},
        {BYTES("\xef\xbb\xbf<?xml version"), "application/xml"},
        {BYTES("2026-11-22 error\n\tat x\n"), "text/plain"},
        {BYTES("gr\xc3\xbc\xc3"), "text/plain"}, /* cut in a character */
        {BYTES("gr\xfc\xdf aus der Stadt"), NULL},
        {BYTES("a\0b"), NULL},
        {BYTES(""), NULL},
        {BYTES("%PD"), "text/plain"},
        {BYTES("PK\3\4....................\4\0\0\0word/document.xml"),
         "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
        {BYTES("PK\3\4....................\4\0\0\0META-INF/MANIFEST.MF"), "application/java-archive"},
        {BYTES("\xca\xfe\xba\xbe\0\0\0\x34"), "application/java-vm"},
        {BYTES("\xca\xfe\xba\xbe\0\0\0\2"), "application/x-mach-binary"},
        {BYTES("ID3;name;value\n1;2;3\n"), "text/plain"},
        {BYTES("BZh9 is how it begins"), "text/plain"},
        {BYTES("\xff\xfe"
               "a\0b\0"),
         "text/plain"},
        {BYTES("2026-11-22 Fehler: die Gr\xf6\xdf"
               "e passt nicht zum Muster\n"),
         "text/plain"},
    };
    guint failed = 0;
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        const char *type = sniff_type(cases[i].head, cases[i].length);
        if (g_strcmp0(type, cases[i].type) != 0) {
            print_message("%u: %s instead of %s\n", i, type, cases[i].type);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

static void test_agreement(void **state)
{
    (void)state;
    assert_true(sniff_agrees("application/zip",
                             "application/vnd.openxmlformats-officedocument.wordprocessingml.document"));
    assert_true(sniff_agrees("application/zip", "application/x-zip-compressed"));
    assert_true(sniff_agrees("image/jpeg", "image/pjpeg"));
    assert_true(sniff_agrees("text/plain", "application/json"));
    assert_true(sniff_agrees("text/html", "text/plain"));
    assert_true(sniff_agrees("application/x-ole-storage", "application/msword"));
    assert_false(sniff_agrees("image/png", "image/jpeg"));
    assert_false(sniff_agrees("text/plain", "application/octet-stream"));
    assert_false(sniff_agrees("text/plain", "image/png"));
    assert_false(sniff_agrees("application/vnd.microsoft.portable-executable", "application/pdf"));
    assert_true(sniff_agrees("application/vnd.microsoft.portable-executable", "application/x-msdownload"));
}

static void test_programs(void **state)
{
    (void)state;
    assert_true(sniff_is_program("application/x-elf"));
    assert_false(sniff_is_program("application/pdf"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_types),
        cmocka_unit_test(test_agreement),
        cmocka_unit_test(test_programs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
