/* Stored mail, read again: which mails, by which rules, and that nothing is written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stored_mail.h"

#include <postern/base/error.h>
#include <postern/base/limits.h>
#include <postern/reread.h>

#define NOW_US (G_GINT64_CONSTANT(1795339800) * G_USEC_PER_SEC)

typedef struct {
    char *folder, *program;
    Store *store;
    RulesSource *rules, *other;
    GHashTable *seen; /* subject → app id, "" none, "unreadable" */
    guint others, stop_after, told;
} Fixture;

static const char rules_text[] = "fields:\n  app_id:\n    rules:\n      - name: app-id\n"
                                 "        pattern: 'app id (?<value>\\d+)'\n        type: digits\n";
static const char other_text[] = "fields:\n  app_id:\n    rules:\n      - name: any-number\n"
                                 "        pattern: '(?<value>\\d+)'\n        type: digits\n";

static int set_up(void **state)
{
    Fixture *fixture = g_new0(Fixture, 1);
    fixture->folder = g_dir_make_tmp("postern-reread-XXXXXX", NULL);
    fixture->store = store_open(fixture->folder, STORE_CREATE, NULL);
    fixture->program = support_program("reader_child");
    fixture->rules = rules_source_new("rules", rules_text);
    fixture->other = rules_source_new("other", other_text);
    fixture->seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    *state = fixture;
    return fixture->store ? 0 : -1;
}

static int tear_down(void **state)
{
    Fixture *fixture = *state;
    store_close(fixture->store);
    scratch_remove(fixture->folder);
    g_hash_table_unref(fixture->seen);
    rules_source_unref(fixture->rules);
    rules_source_unref(fixture->other);
    g_free(fixture->program);
    g_free(fixture->folder);
    g_free(fixture);
    return 0;
}

static gint64 add(Fixture *fixture, const char *subject, const char *text, const StoredHow *how)
{
    g_autofree char *mail = g_strdup_printf(
        "From: anna@customer.test\r\nTo: support@desk.test\r\nSubject: %s\r\n\r\n%s\r\n", subject, text);
    return stored_mail(fixture->store, mail, how);
}

static void add_some(Fixture *fixture, guint count, gint64 first_us)
{
    for (guint i = 0; i < count; i++) {
        g_autofree char *subject = g_strdup_printf("mail %u", i);
        g_autofree char *text = g_strdup_printf("my app id %u", 1000 + i);
        add(fixture, subject, text, &(StoredHow){.received_us = first_us + i});
    }
}

static gboolean see(gpointer user, const RereadMail *mail)
{
    Fixture *fixture = user;
    const Reading *reading = mail->reading;
    const Field *field = reading && reading->fields->len > 0 ? reading->fields->pdata[0] : NULL;
    assert_true(g_str_has_prefix(mail->ref, "SUP-"));
    assert_true(mail->ticket_id > 0 && mail->mail_id > 0 && mail->at_us > 0);
    assert_true((reading == NULL) == (mail->unreadable != NULL));
    char *subject =
        reading ? g_strdup(reading->subject) : g_strdup_printf("%" G_GINT64_FORMAT, mail->mail_id);
    assert_true(g_hash_table_insert(fixture->seen, subject,
                                    g_strdup(!reading ? "unreadable"
                                             : field  ? field->value
                                                      : "")));
    fixture->others += reading ? reading->other_fields->len : 0;
    return fixture->stop_after == 0 || g_hash_table_size(fixture->seen) < fixture->stop_after;
}

static void tell(gpointer user, guint done, guint total)
{
    Fixture *fixture = user;
    assert_true(done <= total);
    fixture->told = done;
}

static RereadWish wish_of(const Fixture *fixture)
{
    return (RereadWish){.store = fixture->folder, .program = fixture->program, .rules = fixture->rules};
}

static void run(Fixture *fixture, const RereadWish *wish)
{
    g_autoptr(GError) error = NULL;
    g_hash_table_remove_all(fixture->seen);
    fixture->others = 0;
    if (!reread_run(wish, see, fixture, &error))
        fail_msg("%s", error->message);
}

static const char *seen(const Fixture *fixture, const char *subject)
{
    const char *value = g_hash_table_lookup(fixture->seen, subject);
    return value ? value : "not seen";
}

static void test_each_mail_once(void **state)
{
    Fixture *fixture = *state;
    add_some(fixture, 700, NOW_US);
    RereadWish wish = wish_of(fixture);
    wish.progress = tell;
    wish.user = fixture;
    const guint readers[] = {0, 1, 3};
    for (guint i = 0; i < G_N_ELEMENTS(readers); i++) {
        wish.readers = readers[i];
        run(fixture, &wish);
        assert_int_equal(g_hash_table_size(fixture->seen), 700);
        assert_string_equal(seen(fixture, "mail 0"), "1000");
        assert_string_equal(seen(fixture, "mail 699"), "1699");
        assert_int_equal(fixture->told, 700);
        assert_int_equal(fixture->others, 0);
    }
}

static void test_small_and_large(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GString) text = g_string_new("app id 4711\r\n");
    while (text->len < 3 * LIMIT_RAW_IN_ROW)
        g_string_append(text, "words and more words\r\n");
    add(fixture, "large", text->str, &(StoredHow){.received_us = NOW_US});
    add(fixture, "small", "app id 12", &(StoredHow){.received_us = NOW_US});
    RereadWish wish = wish_of(fixture);
    wish.other_rules = fixture->other;
    run(fixture, &wish);
    assert_string_equal(seen(fixture, "large"), "4711");
    assert_string_equal(seen(fixture, "small"), "12");
    assert_int_equal(fixture->others, 2);
}

static void test_only_customers_mail(void **state)
{
    Fixture *fixture = *state;
    gint64 ticket = add(fixture, "asks", "app id 1", &(StoredHow){.received_us = NOW_US});
    add(fixture, "guest", "app id 2", &(StoredHow){ticket, NOW_US, "guest", NULL, NULL});
    add(fixture, "agent", "app id 3", &(StoredHow){ticket, NOW_US, "agent", NULL, NULL});
    add(fixture, "note", "app id 4", &(StoredHow){ticket, NOW_US, "agent", "note", NULL});
    intake_row_free(stored_accept(fixture->store, "Subject: waits\r\n\r\nx", NOW_US));
    RereadWish wish = wish_of(fixture);
    run(fixture, &wish);
    assert_int_equal(g_hash_table_size(fixture->seen), 2);
    assert_string_equal(seen(fixture, "asks"), "1");
    assert_string_equal(seen(fixture, "guest"), "2");
}

static void test_since_and_most(void **state)
{
    Fixture *fixture = *state;
    add_some(fixture, 20, NOW_US);
    RereadWish wish = wish_of(fixture);
    wish.since_us = NOW_US + 15;
    run(fixture, &wish);
    assert_int_equal(g_hash_table_size(fixture->seen), 5);
    assert_string_equal(seen(fixture, "mail 15"), "1015");
    wish.since_us = 0;
    wish.most = 3;
    run(fixture, &wish);
    assert_int_equal(g_hash_table_size(fixture->seen), 3);
    assert_string_equal(seen(fixture, "mail 17"), "1017");
    wish.since_us = NOW_US + 1000;
    run(fixture, &wish);
    assert_int_equal(g_hash_table_size(fixture->seen), 0);
}

static void test_visitor_stops(void **state)
{
    Fixture *fixture = *state;
    add_some(fixture, 400, NOW_US);
    RereadWish wish = wish_of(fixture);
    fixture->stop_after = 7;
    run(fixture, &wish);
    assert_int_equal(g_hash_table_size(fixture->seen), 7);
}

/* What a mail does to a child costs that mail alone, and is told. */
static void test_unreadable(void **state)
{
    Fixture *fixture = *state;
    g_autofree char *trouble = support_program("reader_trouble");
    gint64 bad = stored_mail(fixture->store, "crash", &(StoredHow){.received_us = NOW_US});
    stored_mail(fixture->store, "fine", &(StoredHow){.received_us = NOW_US});
    RereadWish wish = wish_of(fixture);
    wish.program = trouble;
    run(fixture, &wish);
    g_autofree char *name = g_strdup_printf("%" G_GINT64_FORMAT, bad);
    assert_string_equal(seen(fixture, name), "unreadable");
    assert_int_equal(g_hash_table_size(fixture->seen), 2);
}

static void test_errors(void **state)
{
    Fixture *fixture = *state;
    add_some(fixture, 5, NOW_US);
    g_autoptr(RulesSource) broken = rules_source_new("broken", "fields: 7\n");
    RereadWish wishes[] = {wish_of(fixture), wish_of(fixture), wish_of(fixture)};
    wishes[0].rules = broken;
    wishes[1].program = "/nowhere/postern";
    wishes[2].store = "/nowhere/store";
    const ErrorCode codes[] = {ERROR_TEMPORARY, ERROR_TEMPORARY, ERROR_CONFIG};
    for (guint i = 0; i < G_N_ELEMENTS(wishes); i++) {
        g_autoptr(GError) error = NULL;
        assert_false(reread_run(&wishes[i], see, fixture, &error));
        assert_true(error_is(error, codes[i]));
    }
    assert_int_equal(g_hash_table_size(fixture->seen), 0);
}

/* Not a byte: neither rows nor files. */
static void test_writes_nothing(void **state)
{
    Fixture *fixture = *state;
    add_some(fixture, 50, NOW_US);
    store_close(fixture->store);
    fixture->store = NULL;
    g_autofree char *path = g_build_filename(fixture->folder, "postern.db", NULL);
    g_autofree char *before = NULL, *after = NULL;
    gsize before_length = 0, after_length = 0;
    assert_true(g_file_get_contents(path, &before, &before_length, NULL));
    RereadWish wish = wish_of(fixture);
    run(fixture, &wish);
    assert_int_equal(g_hash_table_size(fixture->seen), 50);
    assert_true(g_file_get_contents(path, &after, &after_length, NULL));
    assert_int_equal(before_length, after_length);
    assert_memory_equal(before, after, before_length);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_each_mail_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_small_and_large, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_only_customers_mail, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_since_and_most, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_visitor_stops, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_unreadable, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_errors, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_writes_nothing, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
