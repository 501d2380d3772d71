#include <postern/base/file.h>
#include <postern/notices.h>
#include <postern/reply.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define FOLDER "templates/notices"

/* Files by name; those in `files` go before the starter's. */
typedef struct {
    GHashTable *files;
} Library;

static const char *library_text(gpointer user, const char *name)
{
    Library *library = user;
    const char *text = g_hash_table_lookup(library->files, name);
    if (text || g_hash_table_contains(library->files, name))
        return text;
    g_autofree char *path = g_build_filename(FOLDER, name, NULL);
    char *read = file_read(path, 1024 * 1024, NULL, NULL);
    g_hash_table_insert(library->files, g_strdup(name), read);
    return read;
}

static Library library_new(void)
{
    return (Library){g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free)};
}

static NoticeSet *starter(void)
{
    Library library = library_new();
    g_autoptr(GPtrArray) problems = problems_new();
    NoticeSet *set = notice_set_compile(FOLDER, library_text, &library, problems);
    g_autofree char *told = problems_format(problems);
    assert_string_equal(told, "");
    g_hash_table_unref(library.files);
    return set;
}

static void add(TemplateValues *values, const char *list, const char *name, const char *text)
{
    template_set(template_add_item(values, list), name, text);
}

static TemplateValues *acknowledgement_values(void)
{
    TemplateValues *values = template_values_new();
    template_set(values, "queue.name", "Acme Support");
    template_set(values, "queue.address", "support@example.org");
    template_set(values, "customer.name", "Kim");
    template_set(values, "ticket.ref", "SUP-7K3QW2");
    template_set(values, "subject", "Cannot log in");
    template_set(values, "answer_within", "within 4 working hours");
    TemplateValues *field = template_add_item(values, "fields");
    template_set(field, "label", "Application");
    template_set(field, "value", "1234");
    add(values, "kinds_read", "label", "an error message");
    template_set(values, "attachments_count", "2");
    return values;
}

static TemplateValues *notice_values(void)
{
    TemplateValues *values = template_values_new();
    template_set(values, "queue.name", "Acme Support");
    template_set(values, "agent.name", "Lee");
    template_set(values, "ticket.ref", "SUP-7K3QW2");
    template_set(values, "customer.name", "Kim <b>");
    template_set(values, "customer.address", "kim@example.com");
    template_set(values, "subject", "Cannot log in");
    template_set(values, "text", "Hello,\n\n<script>alert(1)</script> & more\n");
    TemplateValues *field = template_add_item(values, "fields");
    template_set(field, "label", "Application");
    template_set(field, "value", "1234");
    TemplateValues *attachment = template_add_item(values, "attachments");
    template_set(attachment, "name", "log.txt");
    template_set(attachment, "size", "12 kB");
    template_set(attachment, "why_not", "it is too large");
    template_set(values, "ticket.status", "new");
    template_set(values, "ticket.severity", "high");
    template_set(values, "ticket.category", "publishing");
    template_set(values, "customer.plan", "Gold");
    add(values, "answered", "address", "kim@example.com");
    add(values, "others", "address", "bert@example.com");
    TemplateValues *related = template_add_item(values, "related");
    template_set(related, "ref", "SUP-222222");
    template_set(related, "status", "open");
    template_set(related, "how", "perhaps belongs to");
    template_set(related, "subject", "Something like it");
    TemplateValues *past = template_add_item(values, "history");
    template_set(past, "when", "2026-11-22 09:30 UTC");
    template_set(past, "who", "Lee");
    template_set(past, "is_note", "yes");
    template_set(past, "text", "(inside) careful");
    template_set(past, "indented", "    (inside) careful");
    add(values, "warnings", "text", "The display name shows another address.");
    add(values, "why", "text", "The mail came to the address of this ticket.");
    template_set(values, "message_id_short", "0123456789abc");
    return values;
}

static void test_acknowledgement_text(void **state)
{
    (void)state;
    g_autoptr(NoticeSet) set = starter();
    g_autoptr(TemplateValues) values = acknowledgement_values();
    g_autofree char *subject = NULL, *text = NULL, *html = NULL;
    assert_true(notice_render(set, "acknowledgement", values, &subject, &text, &html));
    assert_string_equal(subject, "Re: Cannot log in [SUP-7K3QW2]");
    assert_string_equal(text, "Hello Kim,\n"
                              "\n"
                              "thank you for writing to us. Your message has arrived.\n"
                              "\n"
                              "What happens next: one of us reads it and answers you\n"
                              "within 4 working hours.\n"
                              "\n"
                              "Your reference: SUP-7K3QW2\n"
                              "\n"
                              "We read these details in it:\n"
                              "\n"
                              "  Application: 1234\n"
                              "\n"
                              "We also saw:\n"
                              "\n"
                              "  - an error message\n"
                              "\n"
                              "Attachments that came with it: 2\n"
                              "\n"
                              "Something to add, or something wrong above? Just reply to this mail: it\n"
                              "reaches the same people.\n"
                              "\n"
                              "Our mail system wrote these lines so that you need not wonder whether\n"
                              "your message arrived. The answer comes from one of us.\n"
                              "\n"
                              "Acme Support\n"
                              "support@example.org\n");
}

static void test_acknowledgement_when_little_is_known(void **state)
{
    (void)state;
    g_autoptr(NoticeSet) set = starter();
    g_autoptr(TemplateValues) values = template_values_new();
    template_set(values, "ticket.ref", "SUP-7K3QW2");
    template_set(values, "queue.name", "Acme Support");
    template_set(values, "queue.address", "support@example.org");
    template_set(values, "is_follow_up", "yes");
    g_autofree char *subject = NULL, *text = NULL, *html = NULL;
    assert_true(notice_render(set, "acknowledgement", values, &subject, &text, &html));
    assert_string_equal(subject, "We have your message [SUP-7K3QW2]");
    assert_true(
        g_str_has_prefix(text, "Hello,\n\nthank you for your message. It has arrived and stands beside"));
    assert_non_null(strstr(text, "answers you.\n\nYour reference: SUP-7K3QW2\n\nSomething to add"));
    assert_non_null(strstr(html, ">Hello,</p>"));
}

static void test_acknowledgement_asks_and_warns(void **state)
{
    (void)state;
    g_autoptr(NoticeSet) set = starter();
    g_autoptr(TemplateValues) values = template_values_new();
    template_set(values, "has_secrets", "yes");
    template_set(template_add_item(values, "secrets"), "label", "Payment card");
    template_set(values, "has_no_details", "yes");
    g_autofree char *subject = NULL, *text = NULL, *html = NULL;
    assert_true(notice_render(set, "acknowledgement", values, &subject, &text, &html));
    static const char *const parts[] = {"revoke it, or change it", "Payment card", "what you did, what"};
    for (guint i = 0; i < G_N_ELEMENTS(parts); i++) {
        assert_non_null(strstr(text, parts[i]));
        assert_non_null(strstr(html, parts[i]));
    }
}

static void test_notice_text(void **state)
{
    (void)state;
    g_autoptr(NoticeSet) set = starter();
    g_autoptr(TemplateValues) values = notice_values();
    template_set(values, "ticket.is_new", "yes");
    TemplateValues *steps = template_add_item(values, "fields");
    template_set(steps, "label", "Steps");
    template_set(steps, "value", "1. a\n2. b");
    template_set(steps, "indented", "    1. a\n    2. b");
    g_autofree char *subject = NULL, *text = NULL, *html = NULL;
    assert_true(notice_render(set, "notice", values, &subject, &text, &html));
    assert_string_equal(subject, "[SUP-7K3QW2] Cannot log in");
    assert_string_equal(text, "-- Write your answer above this line. What is below stays inside. --\n"
                              "\n"
                              "SUP-7K3QW2: a new request to Acme Support\n"
                              "\n"
                              "Who writes:       Kim <b> <kim@example.com>\n"
                              "Their plan:       Gold\n"
                              "Identity:         NOT PROVEN, the name and address may be forged\n"
                              "Ticket state:     new, severity high, publishing\n"
                              "Ticket owner:     nobody; whoever answers first, or writes /take, has it\n"
                              "Answers go to:    kim@example.com\n"
                              "Gets no copy:     bert@example.com\n"
                              "                  (named in the mail; \"/cc ADDRESS\" adds one)\n"
                              "\n"
                              "Take care with it:\n"
                              "  ! The display name shows another address.\n"
                              "\n"
                              "Details read:\n"
                              "  Application: 1234\n"
                              "  Steps:\n"
                              "    1. a\n"
                              "    2. b\n"
                              "\n"
                              "Related tickets:\n"
                              "  SUP-222222, open, perhaps belongs to: Something like it\n"
                              "\n"
                              "Attached here:\n"
                              "  - log.txt (12 kB): not attached, it is too large\n"
                              "\n"
                              "--------------------------- the new message ---------------------------\n"
                              "\n"
                              "Hello,\n\n<script>alert(1)</script> & more\n"
                              "\n\n"
                              "-------------------- ticket history, newest first ---------------------\n"
                              "\n"
                              "2026-11-22 09:30 UTC, Lee: internal note, not seen by the customer\n"
                              "    (inside) careful\n"
                              "\n"
                              "Why it is in this ticket:\n"
                              "  - The mail came to the address of this ticket.\n"
                              "\n"
                              "Commands, in the first lines of your answer: /note /take /wait /close and\n"
                              "    /severity high, /handoff NAME what is open, /help (all of them)\n"
                              "postern ticket show SUP-7K3QW2; postern ticket why 0123456789abc\n"
                              "\n"
                              "-- End of this page. Nothing of it goes to the customer. --\n");
}

static void test_notice_variants(void **state)
{
    (void)state;
    g_autoptr(NoticeSet) set = starter();
    g_autoptr(TemplateValues) values = notice_values();
    template_set(values, "customer.proven", "yes");
    template_set(values, "customer.is_guest", "yes");
    template_set(values, "customer.name", "");
    template_set(values, "ticket.is_yours", "yes");
    template_set(values, "text", "");
    g_autofree char *subject = NULL, *text = NULL, *html = NULL;
    assert_true(notice_render(set, "notice", values, &subject, &text, &html));
    static const char *const lines[] = {
        ": a new message to ",         "Who writes:       <kim@example.com>\n",
        "Identity:         proven by", "Guest here:       yes",
        "Ticket owner:     you\n",     "(no text)"};
    for (guint i = 0; i < G_N_ELEMENTS(lines); i++)
        assert_non_null(strstr(text, lines[i]));
    assert_null(strstr(text, "NOT PROVEN"));
    assert_null(strstr(html, "NOT PROVEN"));
}

static void test_html_is_escaped(void **state)
{
    (void)state;
    g_autoptr(NoticeSet) set = starter();
    g_autoptr(TemplateValues) values = notice_values();
    g_autofree char *subject = NULL, *text = NULL, *html = NULL;
    assert_true(notice_render(set, "notice", values, &subject, &text, &html));
    assert_null(strstr(html, "<script"));
    assert_non_null(strstr(html, "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more"));
    assert_non_null(strstr(html, "Kim &lt;b&gt;"));
}

/* Every start tag has its end tag, in order. */
static void check_nesting(const char *html)
{
    g_autoptr(GPtrArray) open = g_ptr_array_new_with_free_func(g_free);
    for (const char *at = strchr(html, '<'); at; at = strchr(at + 1, '<')) {
        gboolean is_end = at[1] == '/';
        const char *start = at + 1 + is_end;
        g_autofree char *name = g_strndup(start, strspn(start, "abcdefghijklmnopqrstuvwxyz"));
        if (at[1] == '!' || strcmp(name, "br") == 0 || strcmp(name, "meta") == 0)
            continue;
        if (!is_end) {
            g_ptr_array_add(open, g_steal_pointer(&name));
            continue;
        }
        assert_true(open->len > 0);
        assert_string_equal(open->pdata[open->len - 1], name);
        g_ptr_array_remove_index(open, open->len - 1);
    }
    assert_int_equal(open->len, 0);
}

/* What holds for both, with all values and with none. */
static void check_page(const char *text, const char *html)
{
    static const char *const nowhere[] = {"{{",   "}}",    "http",    "src=",   "url(",
                                          "<img", "<link", "<script", "@import"};
    for (guint i = 0; i < G_N_ELEMENTS(nowhere); i++) {
        assert_null(strstr(text, nowhere[i]));
        assert_null(strstr(html, nowhere[i]));
    }
    for (const char *line = text; *line; line += strcspn(line, "\n") + 1)
        assert_true(strcspn(line, "\n") < 76);
    assert_null(strstr(text, "\n\n\n"));
    check_nesting(html);
}

static void test_pages(void **state)
{
    (void)state;
    g_autoptr(NoticeSet) set = starter();
    static const char *const which[] = {"acknowledgement", "notice"};
    for (guint i = 0; i < G_N_ELEMENTS(which); i++)
        for (guint filled = 0; filled < 2; filled++) {
            g_autoptr(TemplateValues) values = !filled  ? template_values_new()
                                               : i == 0 ? acknowledgement_values()
                                                        : notice_values();
            if (filled && i == 1)
                template_set(values, "text", "Hello");
            /* Every mail has these. */
            template_set(values, "queue.name", "Acme Support");
            template_set(values, "ticket.ref", "SUP-7K3QW2");
            g_autofree char *subject = NULL, *text = NULL, *html = NULL;
            assert_true(notice_render(set, which[i], values, &subject, &text, &html));
            check_page(text, html);
        }
}

/* The starter notices show everything that is known: in both forms, or in the subject. */
static void test_every_name_is_used(void **state)
{
    (void)state;
    static const char *const which[] = {"acknowledgement", "notice"};
    for (guint i = 0; i < G_N_ELEMENTS(which); i++) {
        for (guint form = 0; form < 2; form++) {
            g_autofree char *path = g_strconcat(FOLDER "/", which[i], form ? ".html" : ".txt", NULL);
            g_autofree char *text = file_read(path, 1024 * 1024, NULL, NULL);
            g_autofree char *subject_path = g_strconcat(FOLDER "/", which[i], ".subject", NULL);
            g_autofree char *subject = file_read(subject_path, 1024 * 1024, NULL, NULL);
            for (TemplateNames names = notice_names(which[i]); *names; names++) {
                const char *last = strrchr(*names, '.');
                g_autofree char *value = g_strdup_printf("%s}}", *names);
                g_autofree char *item = g_strdup_printf("{{%s}}", last ? last + 1 : *names);
                if (!strstr(text, value) && !strstr(text, item) && !strstr(subject, value))
                    fail_msg("%s does not show %s", path, *names);
            }
        }
    }
}

static void test_names(void **state)
{
    (void)state;
    assert_null(notice_names("nothing"));
    assert_true(g_strv_contains(notice_names("acknowledgement"), "kinds_read.label"));
    /* What an acknowledgement must never repeat is not even known to it. */
    assert_false(g_strv_contains(notice_names("acknowledgement"), "text"));
    assert_false(g_strv_contains(notice_names("acknowledgement"), "customer.address"));
    g_autoptr(NoticeSet) set = starter();
    g_autoptr(TemplateValues) values = template_values_new();
    char *subject = NULL, *text = NULL, *html = NULL;
    assert_false(notice_render(set, "nothing", values, &subject, &text, &html));
    assert_null(subject);
}

static void test_own_files(void **state)
{
    (void)state;
    Library library = library_new();
    g_hash_table_insert(library.files, g_strdup("notice.html"), NULL);
    g_hash_table_insert(library.files, g_strdup("notice.txt"), g_strdup("{{cut_line}}\n{{>footer.txt}}"));
    g_hash_table_insert(library.files, g_strdup("footer.txt"), g_strdup("-- {{queue.name}}\n"));
    g_autoptr(GPtrArray) problems = problems_new();
    g_autoptr(NoticeSet) set = notice_set_compile("own", library_text, &library, problems);
    assert_non_null(set);
    g_autoptr(TemplateValues) values = notice_values();
    g_autofree char *subject = NULL, *text = NULL, *html = NULL;
    assert_true(notice_render(set, "notice", values, &subject, &text, &html));
    assert_string_equal(text, REPLY_CUT_LINE "\n-- Acme Support\n");
    assert_null(html);
    g_hash_table_unref(library.files);
}

/* A page for agents without the line that divides it from their answers is refused, whatever form it has. */
static void test_cut_line_is_missed(void **state)
{
    (void)state;
    static const struct {
        const char *file, *text;
        gboolean is_good;
    } cases[] = {
        {"notice.txt", "{{cut_line}}\n{{text}}", TRUE},
        {"notice.txt", " {{! first }}\n{{cut_line}} {{text}}", TRUE},
        {"notice.txt", "{{text}}", FALSE},
        {"notice.txt", "Hello\n{{cut_line}}\n{{text}}", FALSE},
        {"notice.txt", "{{text}}{{cut_line}}", FALSE},
        {"notice.txt", "{{#text}}{{cut_line}}{{/text}}{{text}}", FALSE},
        {"notice.html", "<p>{{cut_line}}</p>{{text}}", TRUE},
        {"notice.html", "<p>{{text}}</p>", FALSE},
        {"notice.html", "<h1>{{ticket.ref}}</h1>{{cut_line}}", FALSE},
        {"undelivered.txt", "{{ticket.ref}}", FALSE},
        {"acknowledgement.txt", "Hello", TRUE},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        Library library = library_new();
        g_hash_table_insert(library.files, g_strdup(cases[i].file), g_strdup(cases[i].text));
        g_autoptr(GPtrArray) problems = problems_new();
        g_autoptr(NoticeSet) set = notice_set_compile("own", library_text, &library, problems);
        assert_int_equal(set != NULL, cases[i].is_good);
        g_autofree char *told = problems_format(problems);
        assert_int_equal(strstr(told, "it must begin with {{cut_line}}") != NULL, !cases[i].is_good);
        assert_int_equal(strstr(told, cases[i].file) != NULL, !cases[i].is_good);
        g_hash_table_unref(library.files);
    }
}

static void test_problems_all_at_once(void **state)
{
    (void)state;
    Library library = library_new();
    g_hash_table_insert(library.files, g_strdup("acknowledgement.txt"), g_strdup("Hello\n {{text}}"));
    g_hash_table_insert(library.files, g_strdup("notice.subject"), NULL);
    g_hash_table_insert(library.files, g_strdup("notice.html"), g_strdup("{{>footer.html}}"));
    g_hash_table_insert(library.files, g_strdup("footer.html"), g_strdup("{{queue.nmae}}"));
    g_autoptr(GPtrArray) problems = problems_new();
    g_autoptr(NoticeSet) set = notice_set_compile("own", library_text, &library, problems);
    assert_null(set);
    assert_int_equal(problems->len, 3);
    static const struct {
        const char *file, *message;
        guint line, column;
    } expected[] = {
        {"own/acknowledgement.txt", "unknown name 'text'", 2, 2},
        {"own/notice.subject", "the file is missing", 1, 1},
        {"own/footer.html", "unknown name 'queue.nmae'; did you mean 'queue.name'?", 1, 1},
    };
    for (guint i = 0; i < G_N_ELEMENTS(expected); i++) {
        const Problem *problem = problems->pdata[i];
        assert_string_equal(problem->file, expected[i].file);
        assert_string_equal(problem->message, expected[i].message);
        assert_int_equal(problem->line, expected[i].line);
        assert_int_equal(problem->column, expected[i].column);
    }
    g_hash_table_unref(library.files);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_acknowledgement_text),
        cmocka_unit_test(test_acknowledgement_when_little_is_known),
        cmocka_unit_test(test_acknowledgement_asks_and_warns),
        cmocka_unit_test(test_notice_text),
        cmocka_unit_test(test_notice_variants),
        cmocka_unit_test(test_html_is_escaped),
        cmocka_unit_test(test_pages),
        cmocka_unit_test(test_every_name_is_used),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_own_files),
        cmocka_unit_test(test_cut_line_is_missed),
        cmocka_unit_test(test_problems_all_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
