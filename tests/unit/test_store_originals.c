/* Originals of mails: small ones in the database, large ones in files beside it. */
#include "store_shop.h"

#include <postern/base/file.h>

#include <glib/gstdio.h>
#include <utime.h>

static void test_originals(void **state)
{
    Fixture *fixture = *state;
    static const gsize sizes[] = {0, 1, LIMIT_RAW_IN_ROW - 1, LIMIT_RAW_IN_ROW, LIMIT_RAW_IN_ROW + 1, 200000};
    for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
        g_autofree char *bytes = g_malloc(sizes[i] + 1);
        for (gsize at = 0; at < sizes[i]; at++)
            bytes[at] = (char)(at * 7 + i);
        Raw *raw = raw_new(fixture, bytes, sizes[i]);
        guint8 sum[DIGEST_BYTES];
        digest_of(bytes, sizes[i], sum);
        assert_int_equal(raw->size, sizes[i]);
        assert_memory_equal(raw->sha256, sum, sizeof sum);
        assert_true((raw->file != NULL) == (sizes[i] > LIMIT_RAW_IN_ROW));
        assert_true((raw->bytes != NULL) == (raw->file == NULL));
        g_autoptr(GPtrArray) rows = accept_raw(fixture, raw, one_recipient, 0);
        check_raw(fixture, ((IntakeRow *)rows->pdata[0])->envelope.mail_id, bytes, sizes[i]);
    }
}

static guint count_files(Fixture *fixture)
{
    guint count = 0;
    g_autoptr(GDir) folder = g_dir_open(store_raw_folder(fixture->store), 0, NULL);
    while (g_dir_read_name(folder))
        count++;
    return count;
}

/* Whoever does not keep a mail leaves nothing behind. */
static void test_unkept_files(void **state)
{
    Fixture *fixture = *state;
    g_autofree char *bytes = g_malloc0(50000);
    raw_free(raw_new(fixture, bytes, 50000), store_raw_folder(fixture->store));
    assert_int_equal(count_files(fixture), 0);
    RawWriter *writer = raw_writer_new(store_raw_folder(fixture->store));
    assert_true(raw_writer_add(writer, bytes, 50000, NULL));
    assert_int_equal(count_files(fixture), 1);
    raw_writer_free(writer);
    assert_int_equal(count_files(fixture), 0);
    raw_free(NULL, NULL);
    raw_writer_free(NULL);
}

static void test_raw_folder_away(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *bytes = g_malloc0(50000);
    g_autoptr(RawWriter) writer = raw_writer_new("/nonexistent/raw");
    assert_true(raw_writer_add(writer, bytes, 100, NULL));
    assert_false(raw_writer_add(writer, bytes, 50000, &error));
    assert_non_null(error);
    assert_int_equal(raw_open(store_raw_folder(fixture->store), "none.eml", NULL), -1);
}

static void make_old_file(Fixture *fixture, const char *name, gint64 at_us)
{
    g_autofree char *path = g_build_filename(store_raw_folder(fixture->store), name, NULL);
    struct utimbuf times = {at_us / G_USEC_PER_SEC, at_us / G_USEC_PER_SEC};
    if (!g_file_test(path, G_FILE_TEST_EXISTS))
        assert_true(file_replace(path, "x", 1, 0600, NULL));
    assert_int_equal(utime(path, &times), 0);
}

static void test_sweep(void **state)
{
    Fixture *fixture = *state;
    g_autofree char *bytes = g_malloc0(50000);
    Raw *raw = raw_new(fixture, bytes, 50000);
    g_autofree char *named = g_strdup(raw->file);
    g_autoptr(GPtrArray) rows = accept_raw(fixture, raw, one_recipient, 0);
    make_old_file(fixture, named, NOW_US - 2 * MINUTE_US);
    make_old_file(fixture, "stray.eml", NOW_US - 2 * MINUTE_US);
    make_old_file(fixture, "young.eml", NOW_US);
    assert_int_equal(intake_sweep(fixture->store, NOW_US - MINUTE_US, NULL), 1);
    assert_int_equal(count_files(fixture), 2);
    check_raw(fixture, ((IntakeRow *)rows->pdata[0])->envelope.mail_id, bytes, 50000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(test_originals),
        STORE_TEST(test_unkept_files),
        STORE_TEST(test_raw_folder_away),
        STORE_TEST(test_sweep),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
