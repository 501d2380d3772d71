/* Reads the texts of tests/bounces (its README tells their form); TESTS_BOUNCES=folder takes another. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <postern/reading.h>
#include <string.h>

typedef struct {
    char *name, *form; /* form: "", "report" or "whole" */
    char *subject;
    GPtrArray *recipients; /* char *: "address action status code cause" */
    GPtrArray *reasons;    /* char * */
    char *id;              /* "-" for none; NULL: anything */
    char *text;
} Case;

static void case_free(gpointer pointer)
{
    Case *one = pointer;
    g_free(one->name);
    g_free(one->form);
    g_free(one->subject);
    g_free(one->id);
    g_free(one->text);
    g_ptr_array_unref(one->recipients);
    g_ptr_array_unref(one->reasons);
    g_free(one);
}

/* "to …", "id …" up to an empty line. */
static char **take_expected(Case *one, char **line)
{
    for (; *line && **line; line++) {
        const char *blank = strchr(*line, ' '), *value = blank ? blank + 1 : "";
        if (g_str_has_prefix(*line, "to "))
            g_ptr_array_add(one->recipients, g_strdup(value));
        else if (g_str_has_prefix(*line, "reason "))
            g_ptr_array_add(one->reasons, g_strdup(value));
        else if (g_str_has_prefix(*line, "id ") && !one->id)
            one->id = g_strdup(value);
        else if (g_str_has_prefix(*line, "subject ") && !one->subject)
            one->subject = g_strdup(value);
        else
            fail_msg("%s: what is \"%s\"?", one->name, *line);
    }
    return *line ? line + 1 : line;
}

static Case *case_new(const char *heading)
{
    Case *one = g_new0(Case, 1);
    const char *comma = strrchr(heading, ',');
    gboolean has_form = comma && (g_str_equal(comma, ", report") || g_str_equal(comma, ", whole"));
    one->name = has_form ? g_strndup(heading, (gsize)(comma - heading)) : g_strdup(heading);
    one->form = g_strdup(has_form ? comma + 2 : "");
    one->recipients = g_ptr_array_new_with_free_func(g_free);
    one->reasons = g_ptr_array_new_with_free_func(g_free);
    return one;
}

static GPtrArray *read_cases(const char *path)
{
    GPtrArray *cases = g_ptr_array_new_with_free_func(case_free);
    g_autofree char *bytes = NULL;
    assert_true(g_file_get_contents(path, &bytes, NULL, NULL));
    g_auto(GStrv) lines = g_strsplit(bytes, "\n", -1);
    for (char **line = lines; *line;) {
        if (!g_str_has_prefix(*line, "=== ")) {
            line++;
            continue;
        }
        Case *one = case_new(*line + 4);
        g_ptr_array_add(cases, one);
        g_autoptr(GString) text = g_string_new(NULL);
        for (line = take_expected(one, line + 1); *line && !g_str_has_prefix(*line, "=== "); line++)
            g_string_append_printf(text, "%s\n", *line);
        one->text = g_strdup(text->str);
    }
    return cases;
}

static char *report_mail(const Case *one)
{
    g_auto(GStrv) parts = g_strsplit(one->text, "\n---\n", 3);
    assert_int_equal(g_strv_length(parts), 3);
    return g_strdup_printf(
        "From: Mail Delivery System <MAILER-DAEMON@mx.example.com>\nReturn-Path: <>\nTo: desk@example.org\n"
        "Subject: %s\nMIME-Version: 1.0\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=\"bb\"\n\n"
        "--bb\nContent-Type: text/plain; charset=utf-8\n\n%s\n"
        "--bb\nContent-Type: message/delivery-status; charset=utf-8\n\n%s\n"
        "--bb\nContent-Type: text/rfc822-headers\n\n%s\n--bb--\n",
        one->subject ? one->subject : "Undelivered Mail Returned to Sender", parts[0], parts[1], parts[2]);
}

static char *mail_of(const Case *one)
{
    if (g_str_equal(one->form, "whole"))
        return g_strdup(one->text);
    if (g_str_equal(one->form, "report"))
        return report_mail(one);
    return g_strdup_printf("From: Mail Delivery System <MAILER-DAEMON@mx.example.com>\nReturn-Path: <>\n"
                           "To: desk@example.org\nSubject: %s\n"
                           "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n%s",
                           one->subject ? one->subject : "Undelivered Mail Returned to Sender", one->text);
}

static const char *or_dash(const char *text)
{
    return text ? text : "-";
}

static char *shown_recipient(const BounceRecipient *recipient)
{
    return g_strdup_printf("%s %s %s %s %s", or_dash(recipient->address), or_dash(recipient->action),
                           or_dash(recipient->status), or_dash(recipient->smtp_code),
                           or_dash(recipient->cause));
}

/* The cause may be left out. */
static gboolean recipient_fits(const char *expected, const char *shown)
{
    gsize length = strlen(expected);
    return g_str_has_prefix(shown, expected) && (shown[length] == '\0' || shown[length] == ' ');
}

static gboolean recipients_fit(const char *file, const Case *one, const Bounce *bounce)
{
    gboolean fits = bounce->recipients->len == one->recipients->len;
    g_autoptr(GString) got = g_string_new(NULL);
    for (guint i = 0; i < bounce->recipients->len; i++) {
        const BounceRecipient *recipient = bounce->recipients->pdata[i];
        g_autofree char *shown = shown_recipient(recipient);
        fits &= i < one->recipients->len && recipient_fits(one->recipients->pdata[i], shown);
        g_string_append_printf(got, "\n   %s [%s]", shown, or_dash(recipient->reason));
    }
    if (!fits)
        print_message("%s, %s: got%s\n", file, one->name, got->str);
    return fits;
}

static gboolean reasons_fit(const char *file, const Case *one, const Bounce *bounce)
{
    const BounceRecipient *first = bounce->recipients->len > 0 ? bounce->recipients->pdata[0] : NULL;
    for (guint i = 0; i < one->reasons->len; i++)
        if (!first || !first->reason || !strstr(first->reason, one->reasons->pdata[i])) {
            print_message("%s, %s: reason [%s]\n", file, one->name, or_dash(first ? first->reason : NULL));
            return FALSE;
        }
    return TRUE;
}

static gboolean case_fits(const char *file, const Case *one)
{
    g_autofree char *mail = mail_of(one);
    ReadingSettings settings = {.envelope_from = ""};
    g_autoptr(Reading) reading = reading_make_bytes(mail, strlen(mail), &settings, NULL);
    assert_non_null(reading);
    if (!reading->bounce) {
        print_message("%s, %s: is %s\n", file, one->name, mail_kind_name(reading->kind));
        return FALSE;
    }
    gboolean fits = recipients_fit(file, one, reading->bounce) & reasons_fit(file, one, reading->bounce);
    if (one->id && !g_str_equal(or_dash(reading->bounce->original_message_id), one->id)) {
        print_message("%s, %s: id %s\n", file, one->name, or_dash(reading->bounce->original_message_id));
        return FALSE;
    }
    return fits;
}

static guint count_wrong(const char *folder, const char *file)
{
    g_autofree char *path = g_build_filename(folder, file, NULL);
    g_autoptr(GPtrArray) cases = read_cases(path);
    guint wrong = 0;
    assert_true(cases->len > 0);
    for (guint i = 0; i < cases->len; i++)
        wrong += !case_fits(file, cases->pdata[i]);
    if (wrong > 0)
        print_message("%s: %u of %u are wrong\n", file, wrong, cases->len);
    return wrong;
}

static void test_every_file(void **state)
{
    (void)state;
    const char *folder = g_getenv("TESTS_BOUNCES");
    folder = folder ? folder : "tests/bounces";
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
