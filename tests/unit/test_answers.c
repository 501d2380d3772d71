/* What the words of other servers mean: reads tests/bounces/answers.tsv (TESTS_ANSWERS=file takes another), a
 * line "STATUS CODE words" each, "-" where no reply code is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <postern/reading.h>
#include <string.h>

/* The report of a system that tells only what the other server said. */
static Reading *read_report(const char *answer)
{
    g_autofree char *mail =
        g_strdup_printf("From: MAILER-DAEMON@mx.example.com\nReturn-Path: <>\nTo: desk@example.org\n"
                        "Subject: failure notice\nMIME-Version: 1.0\n"
                        "Content-Type: text/plain; charset=utf-8\n\n<bob@example.net>:\n%s\n",
                        answer);
    const ReadingSettings settings = {.envelope_from = ""};
    return reading_make_bytes(mail, strlen(mail), &settings, NULL);
}

static gboolean answer_fits(const char *status, const char *code, const char *answer)
{
    g_autoptr(Reading) reading = read_report(answer);
    assert_non_null(reading);
    assert_non_null(reading->bounce);
    assert_int_equal(reading->bounce->recipients->len, 1);
    const BounceRecipient *recipient = reading->bounce->recipients->pdata[0];
    if (g_strcmp0(recipient->status, status) == 0 &&
        g_str_equal(recipient->smtp_code ? recipient->smtp_code : "-", code))
        return TRUE;
    print_message("%s: got %s %s, not %s %s\n", answer, recipient->status,
                  recipient->smtp_code ? recipient->smtp_code : "-", status, code);
    return FALSE;
}

static void test_answers(void **state)
{
    (void)state;
    const char *path = g_getenv("TESTS_ANSWERS");
    g_autofree char *bytes = NULL;
    assert_true(g_file_get_contents(path ? path : "tests/bounces/answers.tsv", &bytes, NULL, NULL));
    g_auto(GStrv) lines = g_strsplit(bytes, "\n", -1);
    guint total = 0, wrong = 0;
    for (char **line = lines; *line; line++) {
        g_auto(GStrv) parts = g_strsplit(*line, " ", 3);
        if (g_strv_length(parts) < 3)
            continue;
        total++;
        wrong += !answer_fits(parts[0], parts[1], parts[2]);
    }
    assert_true(total > 0);
    if (wrong > 0)
        fail_msg("%u of %u are wrong", wrong, total);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_answers)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
