/* What agents correct becomes labels: of the right mail, with what rules found there as wrong, and never a
 * secret. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stored_mail.h"

#include "gateway/store/store_private.h"

#include <postern/labels.h>
#include <postern/workbench.h>

#define NOW_US (G_GINT64_CONSTANT(1795339800) * G_USEC_PER_SEC)

typedef struct {
    char *folder;
    Store *store;
    GPtrArray *labels;
} Fixture;

static int set_up(void **state)
{
    Fixture *fixture = g_new0(Fixture, 1);
    fixture->folder = g_dir_make_tmp("postern-labels-XXXXXX", NULL);
    fixture->store = store_open(fixture->folder, STORE_CREATE, NULL);
    *state = fixture;
    return fixture->store ? 0 : -1;
}

static int tear_down(void **state)
{
    Fixture *fixture = *state;
    g_clear_pointer(&fixture->labels, g_ptr_array_unref);
    store_close(fixture->store);
    scratch_remove(fixture->folder);
    g_free(fixture->folder);
    g_free(fixture);
    return 0;
}

static void put_field(Reading *reading, const char *name, const char *value, gboolean is_secret)
{
    Field *field = g_new0(Field, 1);
    field->name = g_strdup(name);
    field->value = g_strdup(value);
    field->raw = g_strdup(value);
    field->rule = g_strdup_printf("%s-rule", name);
    field->where = g_strdup("reply");
    field->is_secret = is_secret;
    g_ptr_array_add(reading->fields, field);
}

/* A customer's mail with this reply; `found`: the app id that rules found in it, or NULL. */
static gint64 add(Fixture *fixture, gint64 ticket, const char *reply, const char *found)
{
    static guint count;
    g_autoptr(Reading) reading = reading_new();
    char **texts[] = {&reading->subject, &reading->text, &reading->quoted, &reading->signature};
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        *texts[i] = g_strdup("");
    reading->reply = g_strdup(reply);
    if (found)
        put_field(reading, "app_id", found, FALSE);
    g_autofree char *raw = g_strdup_printf("Subject: %u\r\n\r\n%s\r\n", ++count, reply);
    return stored_mail(fixture->store, raw,
                       &(StoredHow){.joins = ticket, .received_us = NOW_US, .reading = reading});
}

static void correct(Fixture *fixture, gint64 ticket, const char *field, const char *value)
{
    g_autoptr(GError) error = NULL;
    assert_true(store_begin(fixture->store, NULL));
    if (!label_correct(fixture->store, ticket, field, value, "kim", NOW_US, &error))
        fail_msg("%s", error->message);
    assert_true(store_commit(fixture->store, NULL));
    g_clear_pointer(&fixture->labels, g_ptr_array_unref);
    fixture->labels = label_list(fixture->store, NULL);
    assert_non_null(fixture->labels);
}

static void assert_label(const Fixture *fixture, guint index, gint64 mail, const char *value,
                         gboolean is_right, gboolean is_seen)
{
    assert_true(index < fixture->labels->len);
    const Label *label = fixture->labels->pdata[index];
    assert_int_equal(label->mail_id, mail);
    assert_string_equal(label->field, "app_id");
    assert_string_equal(label->value, value);
    assert_int_equal(label->is_right, is_right);
    assert_int_equal(label->is_seen, is_seen);
    assert_string_equal(label->rule, is_right ? "" : "app_id-rule");
    assert_string_equal(label->who, "kim");
}

static void test_newest_mail_that_says_it(void **state)
{
    Fixture *fixture = *state;
    gint64 first = add(fixture, 0, "it is 4821", NULL);
    gint64 second = add(fixture, first, "as I said: 4821, and not 999", "999");
    add(fixture, first, "thanks; 148213 is another thing", NULL);
    correct(fixture, first, "app_id", "4821");
    assert_int_equal(fixture->labels->len, 2);
    assert_label(fixture, 0, second, "999", FALSE, TRUE);
    assert_label(fixture, 1, second, "4821", TRUE, TRUE);
}

static void test_case_and_line_breaks(void **state)
{
    Fixture *fixture = *state;
    gint64 mail = add(fixture, 0, "the name is Big\nAPP (new)", NULL);
    correct(fixture, mail, "app_id", "big app");
    assert_int_equal(fixture->labels->len, 1);
    assert_label(fixture, 0, mail, "big app", TRUE, TRUE);
}

/* It may stand in an attachment, or the agent knows it from elsewhere. */
static void test_said_nowhere(void **state)
{
    Fixture *fixture = *state;
    gint64 first = add(fixture, 0, "hello", NULL);
    gint64 second = add(fixture, first, "number 17", "17");
    add(fixture, first, "thanks", NULL);
    correct(fixture, first, "app_id", "4821");
    assert_int_equal(fixture->labels->len, 2);
    assert_label(fixture, 0, second, "17", FALSE, TRUE);
    assert_label(fixture, 1, second, "4821", TRUE, FALSE);
    gint64 other = add(fixture, 0, "nothing here", NULL);
    add(fixture, other, "nor here", NULL);
    correct(fixture, other, "app_id", "4821");
    assert_int_equal(fixture->labels->len, 3);
    assert_label(fixture, 2, other, "4821", TRUE, FALSE);
}

static void test_rule_was_right(void **state)
{
    Fixture *fixture = *state;
    gint64 mail = add(fixture, 0, "the ID in question", "4821");
    correct(fixture, mail, "app_id", "4821");
    assert_int_equal(fixture->labels->len, 1);
    assert_label(fixture, 0, mail, "4821", TRUE, TRUE);
}

static void test_secrets_are_not_labelled(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(Reading) reading = reading_new();
    char **texts[] = {&reading->subject, &reading->text, &reading->reply, &reading->quoted,
                      &reading->signature};
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        *texts[i] = g_strdup("");
    put_field(reading, "api_token", "55-\xe2\x80\xa6vk", TRUE);
    gint64 mail = stored_mail(fixture->store, "Subject: s\r\n\r\nx\r\n",
                              &(StoredHow){.received_us = NOW_US, .reading = reading});
    correct(fixture, mail, "api_token", "55-f48cf3a682-7fthvk");
    assert_int_equal(fixture->labels->len, 0);
    correct(fixture, mail, "app_id", "55-\xe2\x80\xa6vk");
    correct(fixture, mail, "app_id", "5******k");
    correct(fixture, mail, "app_id", "");
    assert_int_equal(fixture->labels->len, 0);
}

static void test_ticket_without_customer(void **state)
{
    Fixture *fixture = *state;
    gint64 mail = stored_mail(fixture->store, "Subject: s\r\n\r\n4821\r\n",
                              &(StoredHow){.received_us = NOW_US, .role = "agent", .direction = "note"});
    correct(fixture, mail, "app_id", "4821");
    assert_int_equal(fixture->labels->len, 0);
}

static void test_only_added_to(void **state)
{
    Fixture *fixture = *state;
    gint64 mail = add(fixture, 0, "4821", NULL);
    correct(fixture, mail, "app_id", "4821");
    assert_false(db_script(fixture->store->db, "UPDATE labels SET value = '1'", NULL));
    assert_false(db_script(fixture->store->db, "DELETE FROM labels", NULL));
}

/* ---- the book ---- */

static void put(GPtrArray *labels, gint64 mail, const char *value, gboolean is_right)
{
    Label *label = g_new0(Label, 1);
    label->mail_id = mail;
    label->field = g_strdup("app_id");
    label->value = g_strdup(value);
    label->is_right = is_right;
    label->rule = g_strdup(is_right ? "" : "guess");
    label->how = g_strdup("label");
    label->who = g_strdup("kim");
    g_ptr_array_add(labels, label);
}

static void test_last_word_counts(void **state)
{
    (void)state;
    g_autoptr(GPtrArray) labels = g_ptr_array_new_with_free_func((GDestroyNotify)label_free);
    put(labels, 1, "17", TRUE);
    put(labels, 1, "17", FALSE);
    put(labels, 1, "18", TRUE);
    put(labels, 2, "20", FALSE);
    put(labels, 2, "20", TRUE);
    put(labels, 3, "30", TRUE);
    put(labels, 3, "", TRUE);
    g_autoptr(LabelBook) book = label_book_new(labels);
    assert_int_equal(label_book_of(book, 1)->len, 1);
    assert_string_equal(((const Label *)label_book_of(book, 1)->pdata[0])->value, "18");
    assert_true(label_book_is_wrong(book, 1, "app_id", "17"));
    assert_false(label_book_is_wrong(book, 1, "app_id", "18"));
    assert_false(label_book_is_wrong(book, 1, "app_id", "19"));
    assert_false(label_book_is_wrong(book, 1, "library", "17"));
    assert_false(label_book_is_wrong(book, 2, "app_id", "20"));
    assert_true(label_book_is_wrong(book, 3, "app_id", "30"));
    assert_null(label_book_of(book, 4));
    assert_int_equal(label_book_corrections(book, "guess"), 2);
    assert_int_equal(label_book_corrections(book, "other"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_newest_mail_that_says_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_case_and_line_breaks, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_said_nowhere, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_rule_was_right, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_secrets_are_not_labelled, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_ticket_without_customer, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_only_added_to, set_up, tear_down),
        cmocka_unit_test(test_last_word_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
