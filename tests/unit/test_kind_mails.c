/* Reads the mails of tests/kinds (its README tells their form); TESTS_KINDS=folder takes another. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <postern/reading.h>
#include <string.h>

#define STRANGER "From: Kim Berg <kim@example.net>\nTo: help@example.org\n"

/* "=== name | kind answer" */
typedef struct {
    char *name, *kind;
    gboolean may_answer;
    gboolean is_own; /* of a list that is the desk's own */
} Expected;

static void expected_clear(Expected *expected)
{
    g_free(expected->name);
    g_free(expected->kind);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Expected, expected_clear)

static Expected expected_read(const char *heading)
{
    g_auto(GStrv) parts = g_strsplit(heading + strlen("=== "), " | ", 2);
    assert_int_equal(g_strv_length(parts), 2);
    g_auto(GStrv) words = g_strsplit(parts[1], " ", 3);
    assert_true(g_strv_length(words) >= 2);
    return (Expected){g_strdup(parts[0]), g_strdup(words[0]), g_str_equal(words[1], "yes"), words[2] != NULL};
}

/* From, or To, begins a line of the header. */
static gboolean has_field(const char *mail, const char *name)
{
    const char *end = strstr(mail, "\n\n");
    g_autofree char *lines = g_strndup(mail, end ? (gsize)(end - mail) : strlen(mail));
    g_autofree char *header = g_strconcat("\n", lines, NULL);
    return strstr(header, name) != NULL;
}

static gboolean mail_fits(const Expected *expected, const char *text)
{
    g_autofree char *mail = has_field(text, "\nFrom:") && has_field(text, "\nTo:")
                                ? g_strdup(text)
                                : g_strconcat(has_field(text, "\nFrom:") ? "To: help@example.org\n"
                                              : has_field(text, "\nTo:") ? "From: Kim <kim@example.net>\n"
                                                                         : STRANGER,
                                              text, NULL);
    const ReadingSettings settings = {0};
    g_autoptr(Reading) reading = reading_make_bytes(mail, strlen(mail), &settings, NULL);
    assert_non_null(reading);
    MailKind found = expected->is_own ? reading->direct_kind : reading->kind;
    gboolean may_answer = expected->is_own ? reading->direct_may_answer : reading->may_answer;
    const char *kind = mail_kind_name(found);
    gboolean is_any = g_str_equal(expected->kind, "automatic");
    if ((is_any ? found != KIND_HUMAN : g_str_equal(kind, expected->kind)) &&
        may_answer == expected->may_answer)
        return TRUE;
    print_message("%s: %s, may answer %d\n", expected->name, kind, may_answer);
    for (guint i = 0; i < reading->kind_reasons->len; i++)
        print_message("    %s\n", (const char *)reading->kind_reasons->pdata[i]);
    return FALSE;
}

static guint check_text(const char *bytes, guint *total)
{
    guint wrong = 0;
    for (const char *at = bytes; (at = strstr(at, "=== "));) {
        (*total)++;
        const char *line = strchr(at, '\n'), *next = strstr(line, "\n=== ");
        g_autofree char *heading = g_strndup(at, (gsize)(line - at));
        g_autofree char *mail = next ? g_strndup(line + 1, (gsize)(next - line)) : g_strdup(line + 1);
        g_auto(Expected) expected = expected_read(heading);
        wrong += !mail_fits(&expected, mail);
        if (!next)
            break;
        at = next + 1;
    }
    return wrong;
}

static guint count_wrong(const char *folder, const char *file)
{
    g_autofree char *path = g_build_filename(folder, file, NULL), *bytes = NULL;
    assert_true(g_file_get_contents(path, &bytes, NULL, NULL));
    guint total = 0, wrong = check_text(bytes, &total);
    assert_true(total > 0);
    if (wrong > 0)
        print_message("%s: %u of %u are wrong\n", file, wrong, total);
    return wrong;
}

static void test_every_file(void **state)
{
    (void)state;
    const char *folder = g_getenv("TESTS_KINDS");
    folder = folder ? folder : "tests/kinds";
    g_autoptr(GDir) files = g_dir_open(folder, 0, NULL);
    assert_non_null(files);
    guint read = 0, wrong = 0;
    for (const char *file; (file = g_dir_read_name(files));) {
        if (!g_str_has_suffix(file, ".txt"))
            continue;
        wrong += count_wrong(folder, file);
        read++;
    }
    assert_true(read > 0);
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
