/* Names of files, from all the places where programs write one. */
#include <postern/mail.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static char *name_in(const char *fields, const char *type)
{
    g_autofree char *text = g_strconcat(
        "From: a@example.org\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: ",
        type, fields, "\r\n\r\nwords\r\n--b--\r\n", NULL);
    g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
    g_autoptr(Mail) mail = mail_open_bytes(text, strlen(text), findings, NULL);
    assert_non_null(mail);
    return g_strdup(mail_part(mail, 1)->name);
}

#define ATTACHED "\r\nContent-Disposition: attachment"

static const struct {
    const char *fields, *name;
} cases[] = {
    {"\r\nContent-Disposition: filename=\"offer.pdf\"", "offer.pdf"},
    {"\r\nContent-Disposition: filename=offer.pdf; size=12", "offer.pdf"},
    {ATTACHED "; filename*=utf-8''%3D%3Futf-8%3FB%3Fw5xiZXJzaWNodC5wZGY%3D%3F%3D", "\u00dcbersicht.pdf"},
    {ATTACHED "; filename=\"Pr%C3%BCfung%20Teil%201.pdf\"", "Pr\u00fcfung Teil 1.pdf"},
    {ATTACHED "; filename=\"..%2F..%2Fa%20b.pdf\"", "%2F..%2Fa%20b.pdf"},
    {ATTACHED "; filename=\"100%25 and 50%.pdf\"", "100%25 and 50%.pdf"},
    {ATTACHED "; filename=\"a%41b.pdf\"", "a%41b.pdf"},
    {ATTACHED "; filename='offer 1.pdf'", "offer 1.pdf"},
    {ATTACHED "; filename=\"...\"", NULL},
    {ATTACHED "; filename=\"../\"; name=\"b.pdf\"", NULL},
    {"; name=\"b.pdf\"" ATTACHED "; filename=\"..\"", "b.pdf"},
    {"; name=\"b.pdf\"" ATTACHED "; filename=\"a.pdf\"", "a.pdf"},
    {"\r\nContent-Description: offer 2026.pdf" ATTACHED, "offer 2026.pdf"},
    {"\r\nContent-Description: The offer of version 1.2" ATTACHED, NULL},
    {"\r\nContent-Description: =?utf-8?Q?Gr=C3=B6=C3=9Fe.pdf?=", "Gr\u00f6\u00dfe.pdf"},
    {"\r\nContent-Location: http://example.net/files/my%20offer.pdf?x=1#2", "my offer.pdf"},
    {"\r\nContent-Location: http://example.net", NULL},
    {"\r\nContent-Location: offer.pdf", "offer.pdf"},
    {"\r\nContent-Id: <image003.png@01DC5B11.4EE2B6A0>", "image003.png"},
    {"\r\nContent-Id: <part1.4ee2@example.net>", NULL},
    {"\r\nContent-Id: <d41d8cd9@mail.example.net>", NULL},
};

static void test_places(void **state)
{
    (void)state;
    guint failed = 0;
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *name = name_in(cases[i].fields, "application/pdf");
        if (g_strcmp0(name, cases[i].name) != 0) {
            print_message("%s: '%s'\n", cases[i].fields, name ? name : "(none)");
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

/* A text with such a field is still a text of the mail. */
static void test_text_is_no_file(void **state)
{
    (void)state;
    g_autofree char *text = name_in("\r\nContent-Description: Read me.txt", "text/plain");
    g_autofree char *file = name_in(ATTACHED "\r\nContent-Description: Read me.txt", "text/plain");
    assert_null(text);
    assert_string_equal(file, "Read me.txt");
}

static void test_length(void **state)
{
    (void)state;
    g_autofree char *stem = g_strnfill(600, 'x');
    g_autofree char *fields = g_strconcat(ATTACHED "; filename=", stem, ".pdf", NULL);
    g_autofree char *name = name_in(fields, "application/pdf");
    assert_int_equal(strlen(name), 255);
    assert_true(g_str_has_suffix(name, "x.pdf"));
}

static void test_endings(void **state)
{
    (void)state;
    assert_string_equal(file_ending("application/json"), "json");
    assert_string_equal(file_ending("image/jpeg"), "jpg");
    assert_string_equal(file_ending("text/plain"), "txt");
    assert_null(file_ending("application/octet-stream"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_text_is_no_file),
        cmocka_unit_test(test_length),
        cmocka_unit_test(test_endings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
