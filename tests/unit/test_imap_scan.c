/* Answers of an IMAP server before libetpan sees them, and names of folders. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <gateway/intake/imap_name.h>
#include <gateway/intake/imap_scan.h>
#include <postern/base/error.h>
#include <postern/base/limits.h>

#include <string.h>

static gboolean scan_text(ImapScan *scan, const char *line, GError **error)
{
    g_autofree char *copy = g_strdup(line);
    return imap_scan_line(scan, copy, strlen(copy), error);
}

/* What libetpan may see as one response is counted as one, whatever it looks like. */
static void test_parentheses_over_literals(void **state)
{
    (void)state;
    static const char *const ends[] = {"{0}\r\n", "{0+}\r\n", "{ 0 }\r\n", "{0} \r\n", "{}\n"};
    for (gsize index = 0; index < G_N_ELEMENTS(ends); index++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *line = g_strdup_printf("* 1 FETCH (((((((((( %s", ends[index]);
        ImapScan scan = {0};
        imap_scan_begin(&scan, "FETCH", 1000);
        guint lines = 0;
        while (lines < 100 && scan_text(&scan, line, &error))
            lines++;
        assert_true(error_is(error, ERROR_LIMIT));
        assert_int_equal(lines, LIMIT_IMAP_PARENTHESES / 10);
    }
}

/* Only what is certainly the text of the mail may be free of these limits. */
static void test_body_literals(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        gboolean is_body;
    } lines[] = {
        {"* 3 FETCH (UID 7 BODY[] {5}\r\n", TRUE},
        {"* 3 FETCH (FLAGS (\\Seen) body[] {5}\r\n", TRUE},
        {"* OK BODY[] {5}\r\n", FALSE},
        {"* 3 FETCH (UID 7 BODY[HEADER] {5}\r\n", FALSE},
        {"* 3 FETCH (X \"BODY[] {5}\r\n", FALSE},
        {"* 3 FETCHED (BODY[] {5}\r\n", FALSE},
        {"3 FETCH (BODY[] {5}\r\n", FALSE},
        {"+ FETCH (BODY[] {5}\r\n", FALSE},
        {"* 3 EXISTS {5}\r\n", FALSE},
    };
    for (gsize index = 0; index < G_N_ELEMENTS(lines); index++) {
        g_autoptr(GError) error = NULL;
        ImapScan scan = {0};
        imap_scan_begin(&scan, "FETCH", 1000);
        assert_true(scan_text(&scan, lines[index].line, &error));
        assert_int_equal(scan.literal_left, 5);
        assert_int_equal(scan.literal_is_body, lines[index].is_body);
        ImapScan other = {0};
        imap_scan_begin(&other, "FETCH", 0);
        assert_true(scan_text(&other, lines[index].line, &error));
        assert_false(other.literal_is_body);
    }
}

static void test_codes(void **state)
{
    (void)state;
    static const char *const lines[][2] = {
        {"* OK [UIDNEXT 9] x [y\r\n", "* OK .UIDNEXT 9] x .y\r\n"},
        {"* OK [BADCHARSET (a)] x\r\n", "* OK .BADCHARSET (a)] x\r\n"},
        {"* OK  [UIDNEXT 9] x\r\n", "* OK  .UIDNEXT 9] x\r\n"},
        {"4 NO [TRYCREATE] x\r\n", "4 NO .TRYCREATE] x\r\n"},
        {"+ [X y] z\r\n", "+ .X y] z\r\n"},
        {"* LIST () \"/\" [Gmail]\r\n", "* LIST () \"/\" [Gmail]\r\n"},
        {"* 3 FETCH (BODY[] NIL)\r\n", "* 3 FETCH (BODY[] NIL)\r\n"},
    };
    for (gsize index = 0; index < G_N_ELEMENTS(lines); index++) {
        ImapScan scan = {0};
        g_autofree char *line = g_strdup(lines[index][0]);
        assert_true(imap_scan_line(&scan, line, strlen(line), NULL));
        assert_string_equal(line, lines[index][1]);
    }
}

static void test_nul_byte(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    ImapScan scan = {0};
    imap_scan_begin(&scan, NULL, 0);
    char line[] = "* OK\0 x\r\n";
    assert_false(imap_scan_line(&scan, line, sizeof line - 1, &error));
    assert_true(error_is(error, ERROR_MALFORMED));
}

static void test_folder_names(void **state)
{
    (void)state;
    static const struct {
        const char *name, *word;
    } names[] = {
        {"INBOX", "\"INBOX\""},
        {"Sales & Co", "\"Sales &- Co\""},
        {"Entwürfe", "\"Entw&APw-rfe\""},
        {"日本語", "\"&ZeVnLIqe-\""},
        {"a\"b\\c", "\"a\\\"b\\\\c\""},
        {"台北/~peter", "\"&U,BTFw-/~peter\""}, /* RFC 3501 5.1.3 */
        {"😀", "\"&2D3eAA-\""},
    };
    for (gsize index = 0; index < G_N_ELEMENTS(names); index++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *word = imap_folder_word(names[index].name, &error);
        assert_string_equal(word, names[index].word);
    }
    static const char *const bad[] = {"a\r\nb", "a\x01", "\xff"};
    for (gsize index = 0; index < G_N_ELEMENTS(bad); index++) {
        g_autoptr(GError) error = NULL;
        assert_null(imap_folder_word(bad[index], &error));
        assert_true(error_is(error, ERROR_CONFIG));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parentheses_over_literals),
        cmocka_unit_test(test_body_literals),
        cmocka_unit_test(test_codes),
        cmocka_unit_test(test_nul_byte),
        cmocka_unit_test(test_folder_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
