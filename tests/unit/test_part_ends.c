#include "parsers/reading/part_ends.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#define LIMIT 4096u

/* Of a file of these octets in a mail. */
static char *ends_of(const char *octets, gsize length)
{
    g_autofree char *encoded = g_base64_encode((const guchar *)octets, length);
    g_autofree char *raw = g_strconcat("From: a@example.org\r\nContent-Type: text/plain; name=a.log\r\n"
                                       "Content-Transfer-Encoding: base64\r\n\r\n",
                                       encoded, NULL);
    g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
    g_autoptr(Mail) mail = mail_open_bytes(raw, strlen(raw), findings, NULL);
    assert_non_null(mail);
    char *text = part_text_ends(mail, 0, LIMIT);
    assert_true(strlen(text) <= LIMIT);
    assert_true(g_utf8_validate(text, -1, NULL));
    return text;
}

static GString *long_log(const char *filler, guint lines)
{
    GString *log = g_string_new("first line\n");
    for (guint i = 0; i < lines; i++)
        g_string_append_printf(log, "%u %s\n", i, filler);
    return g_string_append(log, "last line\n");
}

/* The head and the tail, and nothing but whole lines. */
static void check(const char *text, const char *filler)
{
    assert_true(g_str_has_prefix(text, "first line\n0 "));
    assert_true(g_str_has_suffix(text, "last line\n"));
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    guint gaps = 0;
    for (guint i = 1; lines[i + 2]; i++) {
        gaps += *lines[i] == '\0';
        assert_true(*lines[i] == '\0' || g_str_has_suffix(lines[i], filler));
    }
    assert_int_equal(gaps, 1);
}

static void test_long(void **state)
{
    (void)state;
    g_autoptr(GString) log = long_log("nothing new", 5000);
    g_autofree char *text = ends_of(log->str, log->len);
    check(text, " nothing new");
    assert_true(strlen(text) > LIMIT - 200);
}

static void test_short(void **state)
{
    (void)state;
    g_autoptr(GString) log = long_log("nothing new", 20);
    g_autofree char *text = ends_of(log->str, log->len);
    assert_string_equal(text, log->str);
}

/* Characters of more octets than one are not torn, whatever the place of the cut. */
static void test_wide(void **state)
{
    (void)state;
    static const char *const charsets[] = {"UTF-16LE", "UTF-16BE"};
    for (guint i = 0; i < G_N_ELEMENTS(charsets); i++) {
        g_autoptr(GString) log = long_log("\u043d\u0438\u0447\u0435\u0433\u043e", 900);
        g_string_prepend(log, "\ufeff");
        gsize length;
        g_autofree char *wide = g_convert(log->str, -1, charsets[i], "UTF-8", NULL, &length, NULL);
        g_autofree char *text = ends_of(wide, length);
        check(text, " \u043d\u0438\u0447\u0435\u0433\u043e");
    }
}

static void test_without_lines(void **state)
{
    (void)state;
    g_autoptr(GString) json = g_string_new("{\"first\":1");
    while (json->len < 10 * LIMIT)
        g_string_append(json, ",\"\u20ac\":\"\u20ac\u20ac\"");
    g_string_append(json, ",\"last\":1}");
    g_autofree char *text = ends_of(json->str, json->len);
    assert_true(g_str_has_prefix(text, "{\"first\":1,"));
    assert_true(g_str_has_suffix(text, ",\"last\":1}"));
    assert_true(strlen(text) > LIMIT - 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_long),
        cmocka_unit_test(test_short),
        cmocka_unit_test(test_wide),
        cmocka_unit_test(test_without_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
