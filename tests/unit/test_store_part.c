/* A part of a batch that fails: undone alone, or the whole transaction is known to be gone. */
#include "gateway/store/db.h"

#include <postern/base/error.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <glib/gstdio.h>

typedef struct {
    char *folder, *path;
    Db *db;
} Fixture;

static int set_up(void **state)
{
    Fixture *fixture = g_new0(Fixture, 1);
    fixture->folder = g_dir_make_tmp("postern-part-XXXXXX", NULL);
    fixture->path = g_build_filename(fixture->folder, "postern.db", NULL);
    fixture->db = db_open(fixture->path, TRUE, FALSE, NULL);
    assert_non_null(fixture->db);
    assert_true(
        db_script(fixture->db, "CREATE TABLE t (id INTEGER PRIMARY KEY, b BLOB NOT NULL) STRICT;", NULL));
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    Fixture *fixture = *state;
    db_close(fixture->db);
    g_unlink(fixture->path);
    g_rmdir(fixture->folder);
    g_free(fixture->path);
    g_free(fixture->folder);
    g_free(fixture);
    return 0;
}

static gboolean insert(Db *db, gint64 id, gsize size, GError **error)
{
    g_autofree char *bytes = g_malloc0(size);
    return db_run(db, error, "INSERT INTO t (id, b) VALUES ($1, $2)", "ib", id, bytes, size);
}

static gint64 rows(Db *db)
{
    return db_select_integer(db, -1, NULL, "SELECT count(*) FROM t", "");
}

static void test_constraint_undoes_its_part_alone(void **state)
{
    Db *db = ((Fixture *)*state)->db;
    g_autoptr(GError) error = NULL;
    g_auto(DbTransaction) transaction = {0};
    assert_true(db_begin(db, &transaction, NULL));
    assert_true(db_savepoint(db, NULL) && insert(db, 1, 10, NULL) && db_savepoint_release(db, NULL));
    assert_true(db_savepoint(db, NULL) && insert(db, 2, 10, NULL));
    assert_false(insert(db, 1, 10, &error));
    assert_true(error_is(error, ERROR_CONFLICT));
    assert_true(db_savepoint_rollback(db, NULL));
    assert_true(db_savepoint(db, NULL) && insert(db, 3, 10, NULL) && db_savepoint_release(db, NULL));
    assert_true(db_commit(&transaction, NULL));
    assert_int_equal(rows(db), 2);
}

/* SQLite ends the whole transaction when it finds no room: what follows must not become a transaction of its
 * own, and nobody may believe that what went before is kept. */
static void test_full_disk_ends_the_transaction_openly(void **state)
{
    Db *db = ((Fixture *)*state)->db;
    g_autoptr(GError) error = NULL;
    g_autoptr(GError) part_error = NULL;
    g_auto(DbTransaction) transaction = {0};
    assert_true(db_script(db, "PRAGMA max_page_count = 8;", NULL));
    assert_true(db_begin(db, &transaction, NULL));
    assert_true(db_savepoint(db, NULL) && insert(db, 1, 10, NULL) && db_savepoint_release(db, NULL));
    assert_true(db_savepoint(db, NULL));
    assert_false(insert(db, 2, 100000, &error));
    assert_true(error_is(error, ERROR_FULL));
    assert_false(db_savepoint_rollback(db, &part_error));
    assert_true(error_is(part_error, ERROR_FULL) || error_is(part_error, ERROR_TEMPORARY));
    db_transaction_clear(&transaction);
    assert_int_equal(rows(db), 0);
    assert_true(db_script(db, "PRAGMA max_page_count = 1000;", NULL));
    assert_true(db_begin(db, &transaction, NULL) && insert(db, 4, 10, NULL) && db_commit(&transaction, NULL));
    assert_int_equal(rows(db), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_constraint_undoes_its_part_alone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_full_disk_ends_the_transaction_openly, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
