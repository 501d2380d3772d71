/* The Maildir transport: same bytes, one file a row however often it is repeated, no SENT without a file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scratch.h"

#include <gateway/deliver/folder.h>

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

static const char text[] = "Subject: x\r\n\r\n.dot\r\n\0nul\r\n";

static int make_folder(void **state)
{
    *state = g_dir_make_tmp("postern-folder-XXXXXX", NULL);
    return *state ? 0 : -1;
}

static int remove_folder(void **state)
{
    scratch_remove(*state);
    g_free(*state);
    return 0;
}

static OutboxRow row_of(gint64 id, char *message_id, GBytes *bytes)
{
    return (OutboxRow){.id = id,
                       .message_id = message_id,
                       .created_us = G_USEC_PER_SEC * (gint64)1700000000,
                       .bytes = bytes};
}

static DeliveryResult send_one(const char *folder, OutboxRow *row)
{
    g_autoptr(GPtrArray) rows = g_ptr_array_new();
    g_ptr_array_add(rows, row);
    DeliveryResult result = {.outcome = DELIVERY_UNKNOWN};
    folder_send(folder, rows, &result);
    return result;
}

static guint count_files(const char *folder, const char *name)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    guint count = 0;
    while (dir && g_dir_read_name(dir))
        count++;
    return count;
}

static void writes_the_bytes(void **state)
{
    g_autofree char *folder = g_build_filename(*state, "deep", "outgoing", NULL);
    g_autoptr(GBytes) bytes = g_bytes_new_static(text, sizeof text - 1);
    char message_id[] = "a@example.com";
    OutboxRow row = row_of(7, message_id, bytes);
    DeliveryResult result = send_one(folder, &row);
    assert_int_equal(result.outcome, DELIVERY_SENT);
    g_autofree char *name = folder_file_name(&row);
    assert_non_null(strstr(result.answer, name));
    g_autofree char *path = g_build_filename(folder, "new", name, NULL);
    g_autofree char *got = NULL;
    gsize length;
    assert_true(g_file_get_contents(path, &got, &length, NULL));
    assert_int_equal(length, sizeof text - 1);
    assert_memory_equal(got, text, length);
    assert_int_equal(count_files(folder, "tmp"), 0);
    struct stat info;
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    g_free(result.answer);
}

static void repeats_do_not_double(void **state)
{
    const char *folder = *state;
    g_autoptr(GBytes) bytes = g_bytes_new_static(text, sizeof text - 1);
    char one[] = "a@example.com", two[] = "b@example.com";
    OutboxRow rows[] = {row_of(7, one, bytes), row_of(7, one, bytes), row_of(8, one, bytes),
                        row_of(7, two, bytes)};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        DeliveryResult result = send_one(folder, &rows[i]);
        assert_int_equal(result.outcome, DELIVERY_SENT);
        g_free(result.answer);
    }
    assert_int_equal(count_files(folder, "new"), 3);
}

/* Between two tries somebody has read the mail: its file is in cur now, with flags. */
static void repeats_do_not_come_back(void **state)
{
    const char *folder = *state;
    g_autoptr(GBytes) bytes = g_bytes_new_static(text, sizeof text - 1);
    char message_id[] = "a@example.com";
    OutboxRow row = row_of(7, message_id, bytes);
    g_free(send_one(folder, &row).answer);
    g_autofree char *name = folder_file_name(&row);
    g_autofree char *flagged = g_strconcat(name, ":2,S", NULL);
    g_autofree char *new_path = g_build_filename(folder, "new", name, NULL);
    g_autofree char *cur_path = g_build_filename(folder, "cur", flagged, NULL);
    assert_int_equal(g_rename(new_path, cur_path), 0);
    row.attempts = 1;
    DeliveryResult result = send_one(folder, &row);
    assert_int_equal(result.outcome, DELIVERY_SENT);
    assert_int_equal(count_files(folder, "new"), 0);
    g_free(result.answer);
}

static void trouble_is_later(void **state)
{
    g_autofree char *folder = g_build_filename(*state, "outgoing", NULL);
    g_autoptr(GBytes) bytes = g_bytes_new_static(text, sizeof text - 1);
    char message_id[] = "a@example.com";
    OutboxRow row = row_of(7, message_id, bytes);
    assert_true(g_file_set_contents(folder, "a file in the way", -1, NULL));
    DeliveryResult result = send_one(folder, &row);
    assert_int_equal(result.outcome, DELIVERY_LATER);
    assert_non_null(strstr(result.answer, folder));
    g_free(result.answer);
    g_remove(folder);
    /* A folder where the file should go: the rename fails, and nothing is left in tmp. */
    g_autofree char *name = folder_file_name(&row);
    g_autofree char *in_the_way = g_build_filename(folder, "new", name, "x", NULL);
    assert_int_equal(g_mkdir_with_parents(in_the_way, 0700), 0);
    result = send_one(folder, &row);
    assert_int_equal(result.outcome, DELIVERY_LATER);
    assert_int_equal(count_files(folder, "tmp"), 0);
    g_free(result.answer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(writes_the_bytes, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(repeats_do_not_double, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(repeats_do_not_come_back, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(trouble_is_later, make_folder, remove_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
