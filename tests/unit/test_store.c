/* The store: its schema, keys, damage, and mails that are accepted. */
#include "store_shop.h"

#include <postern/base/clock.h>
#include <postern/base/file.h>

#include <fcntl.h>
#include <glib/gstdio.h>

static void test_migrations(void **state)
{
    Fixture *fixture = *state;
    gint64 steps = integer(fixture, "SELECT count(*) FROM migrations");
    assert_true(steps >= 1);
    assert_int_equal(integer(fixture, "SELECT max(number) FROM migrations"), steps);
    assert_int_equal(integer(fixture, "SELECT min(number) FROM migrations"), 1);
    assert_int_equal(integer(fixture,
                             "SELECT count(*) FROM pragma_table_list WHERE type = 'table' AND schema = 'main'"
                             " AND name NOT LIKE 'sqlite_%' AND NOT strict"),
                     0);
    reopen(fixture, STORE_CREATE);
    assert_int_equal(integer(fixture, "SELECT count(*) FROM migrations"), steps);
    /* A commit must be on the disk, and links must lead somewhere. */
    assert_int_equal(integer(fixture, "PRAGMA synchronous"), 2);
    assert_int_equal(integer(fixture, "PRAGMA foreign_keys"), 1);
}

static void test_newer_schema(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    make_ticket(fixture, "one", "1@x", "anna@customer.test", NULL);
    assert_true(db_script(fixture->store->db, "INSERT INTO migrations VALUES (999, 0)", NULL));
    assert_null(store_open(fixture->folder, STORE_OPEN, &error));
    assert_true(error_is(error, ERROR_CONFIG));
    assert_non_null(strstr(error->message, "newer"));
    assert_int_equal(integer(fixture, "SELECT count(*) FROM tickets"), 1);
}

static void test_failed_migration(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = g_build_filename(fixture->folder, "other", NULL);
    g_autofree char *path = g_build_filename(folder, "postern.db", NULL);
    assert_int_equal(g_mkdir(folder, 0700), 0);
    g_autoptr(Db) db = db_open(path, TRUE, FALSE, NULL);
    assert_true(db_script(db, "CREATE TABLE outbox (mine TEXT); INSERT INTO outbox VALUES ('kept')", NULL));
    assert_null(store_open(folder, STORE_CREATE, &error));
    assert_non_null(strstr(error->message, "migration 1 failed, nothing was changed"));
    assert_int_equal(db_select_integer(db, -1, NULL, "SELECT count(*) FROM outbox WHERE mine = 'kept'", ""),
                     1);
    assert_int_equal(
        db_select_integer(db, -1, NULL, "SELECT count(*) FROM sqlite_schema WHERE name = 'intake'", ""), 0);
    assert_int_equal(db_select_integer(db, -1, NULL, "SELECT count(*) FROM migrations", ""), 0);
}

static void test_events_are_append_only(void **state)
{
    Fixture *fixture = *state;
    static const char *const writes[] = {"UPDATE events SET detail = 'nothing happened'",
                                         "DELETE FROM events", "UPDATE events SET at_us = 0 WHERE id = 1"};
    make_ticket(fixture, "one", "1@x", "anna@customer.test", NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(writes); i++) {
        g_autoptr(GError) error = NULL;
        assert_false(db_script(fixture->store->db, writes[i], &error));
        assert_non_null(strstr(error->message, "append-only"));
    }
    assert_int_equal(integer(fixture, "SELECT count(*) FROM events WHERE detail = 'by mail'"), 1);
    assert_true(store_add_event(fixture->store, 1, 1, NOW_US, "what", "who", NULL, NULL));
}

static void test_modes(void **state)
{
    Fixture *fixture = *state;
    g_autofree char *nowhere = g_build_filename(fixture->folder, "none", NULL);
    const StoreMode modes[] = {STORE_OPEN, STORE_READ};
    for (gsize i = 0; i < G_N_ELEMENTS(modes); i++) {
        g_autoptr(GError) error = NULL;
        assert_null(store_open(nowhere, modes[i], &error));
        assert_true(error_is(error, ERROR_CONFIG));
        assert_false(g_file_test(nowhere, G_FILE_TEST_EXISTS));
    }
    reopen(fixture, STORE_READ);
    assert_false(store_begin(fixture->store, NULL) &&
                 store_add_event(fixture->store, 1, 1, NOW_US, "what", "who", NULL, NULL));
}

static void test_token_keys(void **state)
{
    Fixture *fixture = *state;
    gsize before = 0, after = 0;
    g_autofree TokenKey *keys = store_token_keys(fixture->store, &before, NULL);
    reopen(fixture, STORE_OPEN);
    g_autofree TokenKey *again = store_token_keys(fixture->store, &after, NULL);
    const guint8 nothing[32] = {0};
    assert_int_equal(before, 1);
    assert_int_equal(after, 1);
    assert_memory_equal(keys, again, sizeof *keys);
    assert_memory_not_equal(keys->secret, nothing, sizeof nothing);
    assert_true(db_script(fixture->store->db,
                          "INSERT INTO token_keys SELECT 2, zeroblob(32), created_us + 1 FROM token_keys",
                          NULL));
    g_autofree TokenKey *rotated = store_token_keys(fixture->store, &after, NULL);
    assert_int_equal(after, 2);
    assert_int_equal(rotated[0].id, 2);
}

static void test_damage(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL, other = NULL;
    g_autofree char *path = g_build_filename(fixture->folder, "postern.db", NULL);
    g_autofree char *mark = g_build_filename(fixture->folder, "check-needed", NULL);
    assert_true(store_check(fixture->store, NULL));
    store_mark_for_check(fixture->folder);
    assert_true(g_file_test(mark, G_FILE_TEST_EXISTS));
    reopen(fixture, STORE_OPEN);
    assert_false(g_file_test(mark, G_FILE_TEST_EXISTS));
    store_close(g_steal_pointer(&fixture->store));
    assert_true(file_replace(path, "this is no database, whatever it says", 37, 0600, NULL));
    assert_null(store_open(fixture->folder, STORE_OPEN, &error));
    assert_true(error_is(error, ERROR_CORRUPT));
    g_autoptr(Store) read = store_open(fixture->folder, STORE_READ, &other);
    assert_false(read && store_check(read, &other));
    assert_true(error_is(other, ERROR_CORRUPT));
}

/* After a failed sync nobody trusts the pages until they were looked at. */
static void test_damage_behind_a_mark(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *path = g_build_filename(fixture->folder, "postern.db", NULL);
    g_autofree char *mark = g_build_filename(fixture->folder, "check-needed", NULL);
    gint64 page = integer(fixture, "SELECT rootpage FROM sqlite_schema WHERE name = 'links'");
    gint64 page_bytes = integer(fixture, "PRAGMA page_size");
    store_close(g_steal_pointer(&fixture->store));
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    assert_int_equal(pwrite(fd, "\xff\xff\xff\xff\xff\xff\xff\xff", 8, (page - 1) * page_bytes), 8);
    close(fd);
    Store *unmarked = store_open(fixture->folder, STORE_OPEN, NULL);
    assert_non_null(unmarked);
    assert_false(store_check(unmarked, NULL));
    store_close(unmarked);
    store_mark_for_check(fixture->folder);
    assert_null(store_open(fixture->folder, STORE_OPEN, &error));
    assert_true(error_is(error, ERROR_CORRUPT));
    assert_true(g_file_test(mark, G_FILE_TEST_EXISTS));
}

static void test_accept(void **state)
{
    Fixture *fixture = *state;
    static const char *const two[] = {"support@desk.test", "billing+detail@desk.test", NULL};
    g_autoptr(GPtrArray) rows = accept_raw(fixture, raw_new(fixture, "mail", 4), two, 0);
    g_autoptr(GPtrArray) waiting = intake_waiting(fixture->store, 0, NOW_US, 10, NULL);
    assert_int_equal(rows->len, 2);
    assert_int_equal(waiting->len, 2);
    assert_int_equal(integer(fixture, "SELECT count(*) FROM raw"), 1);
    for (guint i = 0; i < 2; i++) {
        const IntakeRow *given = rows->pdata[i], *found = waiting->pdata[i];
        assert_true(given->envelope.mail_id == found->envelope.mail_id);
        assert_string_equal(found->envelope.recipient, two[i]);
        assert_string_equal(found->envelope.envelope_from, "anna@customer.test");
        assert_string_equal(found->envelope.source, "lmtp");
        assert_string_equal(found->envelope.peer, "127.0.0.1:4711");
        assert_true(found->envelope.received_us == NOW_US);
        assert_true(g_bytes_equal(found->bytes, given->bytes));
        assert_int_equal(given->attempts, 1);
        assert_int_equal(found->attempts, 1);
    }
    gint64 first = ((IntakeRow *)rows->pdata[0])->envelope.mail_id;
    g_autoptr(GPtrArray) rest = intake_waiting(fixture->store, first, NOW_US, 10, NULL);
    g_autoptr(GPtrArray) few = intake_waiting(fixture->store, 0, NOW_US, 1, NULL);
    assert_int_equal(rest->len, 1);
    assert_int_equal(few->len, 1);
    assert_true(equation_holds(fixture, 0));
}

static void test_leases(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GPtrArray) rows =
        accept_raw(fixture, raw_new(fixture, "mail", 4), one_recipient, NOW_US + MINUTE_US);
    gint64 id = ((IntakeRow *)rows->pdata[0])->envelope.mail_id;
    g_autoptr(GPtrArray) now = intake_waiting(fixture->store, 0, NOW_US, 10, NULL);
    g_autoptr(GPtrArray) later = intake_waiting(fixture->store, 0, NOW_US + MINUTE_US, 10, NULL);
    g_autoptr(GPtrArray) all = intake_waiting(fixture->store, 0, G_MAXINT64, 10, NULL);
    assert_int_equal(now->len, 0);
    assert_int_equal(later->len, 1);
    assert_int_equal(all->len, 1);
    assert_true(intake_count_attempt(fixture->store, id, 0, NULL));
    g_autoptr(GPtrArray) counted = intake_waiting(fixture->store, 0, NOW_US, 10, NULL);
    assert_int_equal(((IntakeRow *)counted->pdata[0])->attempts, 2);
}

/* What is begun and not committed is not there. */
static void test_rollback(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify)intake_row_free);
    g_autoptr(GPtrArray) recipients = g_ptr_array_new();
    g_ptr_array_add(recipients, (gpointer) "support@desk.test");
    IntakeEnvelope envelope = {.source = "lmtp", .peer = "", .envelope_from = "", .recipients = recipients};
    Raw *raw = raw_new(fixture, "mail", 4);
    assert_true(store_begin(fixture->store, NULL));
    assert_true(intake_add(fixture->store, raw, &envelope, rows, NULL));
    store_rollback(fixture->store);
    assert_int_equal(integer(fixture, "SELECT count(*) FROM intake"), 0);
    assert_int_equal(integer(fixture, "SELECT count(*) FROM raw"), 0);

    /* A part alone. */
    assert_true(store_begin(fixture->store, NULL));
    assert_true(store_part_begin(fixture->store, NULL));
    assert_true(intake_add(fixture->store, raw, &envelope, rows, NULL));
    assert_true(store_part_end(fixture->store, FALSE, NULL));
    assert_true(store_part_begin(fixture->store, NULL));
    assert_true(intake_add(fixture->store, raw, &envelope, rows, NULL));
    assert_true(store_part_end(fixture->store, TRUE, NULL));
    assert_true(store_commit(fixture->store, NULL));
    assert_int_equal(integer(fixture, "SELECT count(*) FROM intake"), 1);
    raw_free(raw, store_raw_folder(fixture->store));
}

static void test_changed_elsewhere(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(Store) other = store_open(fixture->folder, STORE_OPEN, NULL);
    store_changed_elsewhere(fixture->store);
    assert_true(store_add_event(fixture->store, 1, 1, NOW_US, "own", "who", NULL, NULL));
    assert_false(store_changed_elsewhere(fixture->store));
    assert_true(store_add_event(other, 1, 1, NOW_US, "other", "who", NULL, NULL));
    assert_true(store_changed_elsewhere(fixture->store));
    assert_false(store_changed_elsewhere(fixture->store));
}

static void test_figures(void **state)
{
    Fixture *fixture = *state;
    StoreFigures figures;
    make_ticket(fixture, "one", "1@x", "anna@customer.test", "anna@customer.test");
    make_held(fixture, "two");
    intake_row_free(accept_text(fixture, "three"));
    assert_true(store_figures(fixture->store, &figures, NULL));
    assert_int_equal(figures.accepted, 3);
    assert_int_equal(figures.waiting, 1);
    assert_int_equal(figures.received, 2);
    assert_int_equal(figures.ticketed, 1);
    assert_int_equal(figures.held, 1);
    assert_int_equal(figures.copies, 0);
    assert_int_equal(figures.tickets, 1);
    assert_int_equal(figures.tickets_open, 1);
    assert_int_equal(figures.outbox_waiting, 1);
    assert_int_equal(figures.outbox_sent + figures.outbox_failed + figures.outbox_uncertain, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(test_migrations),
        STORE_TEST(test_newer_schema),
        STORE_TEST(test_failed_migration),
        STORE_TEST(test_events_are_append_only),
        STORE_TEST(test_modes),
        STORE_TEST(test_token_keys),
        STORE_TEST(test_damage),
        STORE_TEST(test_damage_behind_a_mark),
        STORE_TEST(test_accept),
        STORE_TEST(test_leases),
        STORE_TEST(test_rollback),
        STORE_TEST(test_changed_elsewhere),
        STORE_TEST(test_figures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
