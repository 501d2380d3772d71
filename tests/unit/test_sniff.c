#include "parsers/mail/locked.h"
#include "parsers/mail/ole_type.h"
#include "parsers/mail/sniff.h"

#include <postern/mail.h>

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
        {BYTES("\0\0\0\x18"
               "ftypM4A "),
         "audio/mp4"},
        {BYTES("#!AMR\n\x3c\0\1"), "audio/amr"},
        {BYTES("#!/bin/sh\necho\n"), "text/x-script"},
        {BYTES("%!PS-Adobe-3.0\n"), "application/postscript"},
        {BYTES("\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x80\x02\x01"),
         "application/pkcs7-mime"},
        {BYTES("\x30\x82\x01\x02\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03\xa0\x82"),
         "application/pkcs7-mime"},
        {BYTES("{\"log\":{\"version\":\"1.2\"}}"), "application/json"},
        {BYTES("\xef\xbb\xbf[ {\"a\": 1} ]"), "application/json"},
        {BYTES("[2026-11-23 10:00:00] error"), "text/plain"},
        {BYTES("{not json}"), "text/plain"},
        {BYTES("Received: from a\r\n\tby b\r\nFrom: a@example.org\r\nDate: today\r\n\r\nwords"),
         "message/rfc822"},
        {BYTES("From: a@example.org\nTo: b@example.org\n\nwords"), "text/plain"},
        {BYTES("From: a\nTo: b\nwords that are no field\nDate: c\nSubject: d\n"), "text/plain"},
        {BYTES("From a@example.org Mon Nov 23 10:00:00 2026\nFrom: a\nTo: b\nDate: c\n\nwords"),
         "application/mbox"},
        {BYTES("2026-11-22 Fehler: die Gr\xf6\xdf"
               "e passt nicht zum Muster\n"),
         "text/plain"},
    };
    guint failed = 0;
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        const char *type = sniff_type(cases[i].head, cases[i].length, NULL, 0);
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

/* A compound file of sectors of 512 octets; its directory is behind `before` sectors. */
static char *compound(guint before, const char *stream, guint32 code, gsize *out_length)
{
    gsize directory = 512u * (1 + before);
    char *file = g_malloc0(directory + 512);
    memcpy(file, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8);
    file[30] = 9;
    file[48] = (char)before;
    for (guint i = 0; i < 4; i++)
        file[directory + 80 + i] = (char)(code >> 8 * i);
    for (gsize i = 0; stream[i]; i++)
        file[directory + 128 + 2 * i] = stream[i];
    *out_length = directory + 512;
    return file;
}

/* Through a mail, where the octets come in small pieces. */
static char *type_in_mail(const char *file, gsize length)
{
    g_autofree char *encoded = g_base64_encode((const guchar *)file, length);
    g_autoptr(GString) text = g_string_new("From: a@example.org\r\nContent-Type: application/octet-stream\r\n"
                                           "Content-Transfer-Encoding: base64\r\n\r\n");
    for (gsize at = 0; at < strlen(encoded); at += 76)
        g_string_append_printf(text, "%.76s\r\n", encoded + at);
    g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
    g_autoptr(Mail) mail = mail_open_bytes(text->str, text->len, findings, NULL);
    assert_non_null(mail);
    return g_strdup(mail_part_measure(mail, 0)->found_type);
}

static void test_compound_files(void **state)
{
    (void)state;
    static const struct {
        const char *stream;
        guint32 code;
        guint before;
        const char *type;
    } cases[] = {
        {"WordDocument", 0, 1, "application/msword"},
        {"WordDocument", 0, 100, "application/msword"},
        {"Workbook", 0, 20, "application/vnd.ms-excel"},
        {"PowerPoint Document", 0, 3, "application/vnd.ms-powerpoint"},
        {"__nameid_version1.0", 0, 7, "application/vnd.ms-outlook"},
        {"x", 0x000c1084, 9, "application/x-msi"},
        {"x", 0x00020906, 60, "application/msword"},
        {"WordDocumentation", 0, 1, "application/x-ole-storage"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        gsize length;
        g_autofree char *file = compound(cases[i].before, cases[i].stream, cases[i].code, &length);
        g_autofree char *type = type_in_mail(file, length);
        assert_string_equal(type, cases[i].type);
    }
    assert_true(sniff_agrees("application/vnd.ms-outlook", "application/vnd.ms-outlook"));
    assert_true(sniff_agrees("application/vnd.ms-excel", "application/x-excel"));
    assert_false(sniff_agrees("application/vnd.ms-excel", "application/msword"));
    assert_true(sniff_is_program("application/x-msi"));
}

static void test_locked(void **state)
{
    (void)state;
    static const struct {
        const char *head;
        gsize length;
        gboolean is_locked;
    } archives[] = {
        {"Rar!\x1a\x07\x01\0\x11\x22\x33\x44\x21\x04\0\0", 16, TRUE},
        {"Rar!\x1a\x07\x01\0\x11\x22\x33\x44\x21\x01\0\0", 16, FALSE},
        {"Rar!\x1a\x07\0\x11\x22\x73\x80\0\0\0\0\0", 16, TRUE},
        {"Rar!\x1a\x07\0\x11\x22\x73\0\0\0\0\0\0", 16, FALSE},
        {"PK\3\4\x14\0\x01\0", 8, FALSE}, /* cut */
        {"PK\3\4\x14\0\x01\0\0\0\0\0\0\0\0\0\0\0\5\0\0\0\5\0\0\0\1\0\0\0a", 31, TRUE},
        {"PK\3\4\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\5\0\0\0\1\0\0\0a", 31, FALSE},
    };
    for (guint i = 0; i < G_N_ELEMENTS(archives); i++)
        assert_int_equal(locked_file(archives[i].head, archives[i].length, NULL, 0), archives[i].is_locked);
    static const char *const streams[] = {"EncryptedPackage", "WordDocument"};
    for (guint i = 0; i < G_N_ELEMENTS(streams); i++) {
        gsize length;
        g_autofree char *file = compound(3, streams[i], 0, &length);
        guint64 directory = ole_directory(file, length);
        assert_int_equal(locked_file(file, 512, file + directory, length - directory), i == 0);
    }
}

static void test_disc(void **state)
{
    (void)state;
    g_autofree char *disc = g_malloc0(40000);
    memcpy(disc + 32769, "CD001", 5);
    g_autofree char *type = type_in_mail(disc, 40000);
    assert_string_equal(type, "application/x-iso9660-image");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_compound_files), cmocka_unit_test(test_locked),
        cmocka_unit_test(test_disc),           cmocka_unit_test(test_types),
        cmocka_unit_test(test_agreement),      cmocka_unit_test(test_programs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
