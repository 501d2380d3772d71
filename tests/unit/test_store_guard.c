/* What the store must not let happen: files that others can read, keys that anybody can guess, a dropped mail
 * that goes out after all, an audit trail that is edited. */
#include "gateway/store/store_private.h"

#include <postern/base/error.h>
#include <postern/outbox.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scratch.h"

#include <glib/gstdio.h>
#include <sys/stat.h>

static const char *const files[] = {"postern.db", "postern.db-wal", "postern.db-shm"};

typedef struct {
    char *folder;
    Store *store;
} Fixture;

static int set_up(void **state)
{
    Fixture *fixture = g_new0(Fixture, 1);
    fixture->folder = g_dir_make_tmp("postern-guard-XXXXXX", NULL);
    /* An admin has made the folder, for all to look into. */
    assert_int_equal(g_chmod(fixture->folder, 0755), 0);
    mode_t before = umask(022);
    fixture->store = store_open(fixture->folder, STORE_CREATE, NULL);
    umask(before);
    assert_non_null(fixture->store);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    Fixture *fixture = *state;
    store_close(fixture->store);
    for (guint i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autofree char *path = g_build_filename(fixture->folder, files[i], NULL);
        g_unlink(path);
    }
    g_autofree char *raw = g_build_filename(fixture->folder, "raw", NULL);
    g_rmdir(raw);
    g_rmdir(fixture->folder);
    g_free(fixture->folder);
    g_free(fixture);
    return 0;
}

static void test_files_are_for_their_owner_alone(void **state)
{
    const Fixture *fixture = *state;
    for (guint i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autofree char *path = g_build_filename(fixture->folder, files[i], NULL);
        struct stat status;
        assert_int_equal(stat(path, &status), 0);
        assert_int_equal(status.st_mode & 0777, 0600);
    }
}

static void test_a_short_key_is_no_key(void **state)
{
    Store *store = ((Fixture *)*state)->store;
    g_autoptr(GError) error = NULL;
    gsize count = 0;
    g_autofree TokenKey *keys = store_token_keys(store, &count, NULL);
    assert_non_null(keys);
    assert_int_equal(count, 1);
    assert_true(db_script(store->db, "UPDATE token_keys SET secret = x'00';", NULL));
    assert_null(store_token_keys(store, &count, &error));
    assert_true(error_is(error, ERROR_CORRUPT));
}

static void add_outbox_row(Store *store)
{
    assert_true(db_script(
        store->db,
        "INSERT INTO tickets (id, ref, queue, status, subject, requester_name, requester_address,"
        " created_us, updated_us) VALUES (1, 'SUP-222222', 'support', 'new', '', '', '', 1, 1);"
        "INSERT INTO outbox (id, ticket_id, mail_id, kind, queue, route, is_automatic, to_address, "
        "from_address, envelope_from,"
        " subject, message_id, bytes, state, attempts, uncertain, lease_us, created_us, next_us)"
        " VALUES (1, 1, 1, 'notice', '', '', 1, 'a@b.test', '', '', '', '', x'00', 'queued', 0, 0, 0, 1, 1);",
        NULL));
}

static OutboxState state_of(Store *store)
{
    g_autoptr(OutboxRow) row = outbox_get(store, 1, NULL);
    assert_non_null(row);
    return row->state;
}

static void test_a_dropped_mail_stays_dropped(void **state)
{
    Store *store = ((Fixture *)*state)->store;
    const OutboxResult later = {.id = 1, .state = OUTBOX_QUEUED, .next_us = 20, .answer = "451 later"};
    const OutboxResult unknown = {.id = 1, .state = OUTBOX_UNCERTAIN, .next_us = 20, .answer = "gone"};
    const OutboxResult sent = {.id = 1, .state = OUTBOX_SENT, .next_us = 20, .answer = "250 ok"};
    add_outbox_row(store);
    g_autoptr(GPtrArray) claimed = outbox_claim(store, "", 10, 100, 5, NULL);
    assert_int_equal(claimed->len, 1);
    assert_true(outbox_drop(store, 1, "kim", 11, NULL));
    assert_int_equal(state_of(store), OUTBOX_FAILED);
    assert_true(outbox_mark(store, &later, 1, 12, NULL));
    assert_int_equal(state_of(store), OUTBOX_FAILED);
    assert_true(outbox_mark(store, &unknown, 1, 12, NULL));
    assert_int_equal(state_of(store), OUTBOX_FAILED);
    /* What went out went out, and the store must say so. */
    assert_true(outbox_mark(store, &sent, 1, 13, NULL));
    assert_int_equal(state_of(store), OUTBOX_SENT);
}

static void test_events_cannot_be_edited(void **state)
{
    Store *store = ((Fixture *)*state)->store;
    assert_true(store_add_event(store, 1, 1, 1, "opened", "a@b.test", "x", NULL));
    assert_false(db_script(store->db, "UPDATE events SET who = 'somebody else';", NULL));
    assert_false(db_script(store->db, "DELETE FROM events;", NULL));
    assert_int_equal(
        db_select_integer(store->db, 0, NULL, "SELECT count(*) FROM events WHERE who = 'a@b.test'", ""), 1);
}

static gpointer open_one(gpointer folder)
{
    g_autoptr(Store) store = store_open(folder, STORE_CREATE, NULL);
    return GINT_TO_POINTER(store != NULL);
}

/* Gate, senders and fetchers start together on a store that is not there yet. */
static void test_a_new_store_is_opened_by_many(void **state)
{
    (void)state;
    for (guint round = 0; round < 20; round++) {
        g_autofree char *folder = g_dir_make_tmp("postern-many-XXXXXX", NULL);
        GThread *threads[6];
        for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
            threads[i] = g_thread_new("open", open_one, folder);
        guint opened = 0;
        for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
            opened += GPOINTER_TO_INT(g_thread_join(threads[i])) != 0;
        scratch_remove(folder);
        assert_int_equal(opened, G_N_ELEMENTS(threads));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_files_are_for_their_owner_alone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_short_key_is_no_key, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_dropped_mail_stays_dropped, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_events_cannot_be_edited, set_up, tear_down),
        cmocka_unit_test(test_a_new_store_is_opened_by_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
