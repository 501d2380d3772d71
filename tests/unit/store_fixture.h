/* A store of its own for each test. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gateway/store/store_private.h"
#include "scratch.h"

typedef struct {
    char *folder;
    Store *store;
    guint made; /* whatever a test counts */
} Fixture;

G_GNUC_UNUSED static int set_up(void **state)
{
    Fixture *fixture = g_new0(Fixture, 1);
    fixture->folder = g_dir_make_tmp("postern-store-XXXXXX", NULL);
    fixture->store = store_open(fixture->folder, STORE_CREATE, NULL);
    *state = fixture;
    return fixture->store ? 0 : -1;
}

G_GNUC_UNUSED static int tear_down(void **state)
{
    Fixture *fixture = *state;
    store_close(fixture->store);
    scratch_remove(fixture->folder);
    g_free(fixture->folder);
    g_free(fixture);
    return 0;
}

G_GNUC_UNUSED static gint64 integer(Fixture *fixture, const char *sql)
{
    g_autoptr(GError) error = NULL;
    gint64 value = db_select_integer(fixture->store->db, -1, &error, sql, "");
    assert_null(error);
    return value;
}

#define STORE_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
