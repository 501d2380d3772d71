/* The keys of tokens: they change by themselves, old ones count on, leaked ones do not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gateway/gate/key_ring.h"
#include "gateway/store/store_private.h"
#include "scratch.h"

#include <postern/base/error.h>
#include <postern/base/limits.h>

#define DAY_US (24 * 3600 * (gint64)G_USEC_PER_SEC)
#define BEGIN_US (G_GINT64_CONSTANT(1795339800) * G_USEC_PER_SEC)
#define AGE_US (LIMIT_TOKEN_KEY_DAYS * DAY_US)
#define KEPT_US (LIMIT_TOKEN_KEY_KEPT_DAYS * DAY_US)

typedef struct {
    char *folder;
    Store *store;
} Fixture;

static int set_up(void **state)
{
    Fixture *fixture = g_new0(Fixture, 1);
    fixture->folder = g_dir_make_tmp("postern-keys-XXXXXX", NULL);
    fixture->store = store_open(fixture->folder, STORE_CREATE, NULL);
    *state = fixture;
    return db_run(fixture->store->db, NULL, "UPDATE token_keys SET created_us = $1", "i", BEGIN_US) ? 0 : -1;
}

static int tear_down(void **state)
{
    Fixture *fixture = *state;
    store_close(fixture->store);
    scratch_remove(fixture->folder);
    g_free(fixture->folder);
    g_free(fixture);
    return 0;
}

static void rotate(Fixture *fixture, gint64 now_us, gint64 max_age_us)
{
    g_autoptr(GError) error = NULL;
    assert_true(store_token_keys_rotate(fixture->store, "kim", now_us, max_age_us, &error));
    assert_null(error);
}

/* The ids, newest first: "2 1". */
static char *ids(Fixture *fixture)
{
    gsize count;
    g_autofree TokenKey *keys = store_token_keys(fixture->store, &count, NULL);
    GString *text = g_string_new(NULL);
    for (gsize i = 0; i < count; i++)
        g_string_append_printf(text, "%s%u", i ? " " : "", (guint)keys[i].id);
    return g_string_free(text, FALSE);
}

static void assert_ids(Fixture *fixture, const char *expected)
{
    g_autofree char *text = ids(fixture);
    assert_string_equal(text, expected);
}

static gint64 number(Fixture *fixture, const char *sql)
{
    return db_select_integer(fixture->store->db, -1, NULL, sql, "");
}

static char *sign(Fixture *fixture)
{
    gsize count;
    g_autofree TokenKey *keys = store_token_keys(fixture->store, &count, NULL);
    const Token token = {.ticket_id = 7, .role = ROLE_CUSTOMER};
    return token_make(&token, &keys[0]);
}

static gboolean counts(Fixture *fixture, const char *text)
{
    gsize count;
    Token token;
    g_autofree TokenKey *keys = store_token_keys(fixture->store, &count, NULL);
    return token_check(text, keys, count, &token);
}

static void test_age(void **state)
{
    Fixture *fixture = *state;
    g_autofree char *old = sign(fixture);
    rotate(fixture, BEGIN_US + AGE_US - 1, AGE_US);
    assert_ids(fixture, "1");
    rotate(fixture, BEGIN_US + AGE_US, AGE_US);
    assert_ids(fixture, "2 1");
    g_autofree char *young = sign(fixture);
    assert_true(counts(fixture, old) && counts(fixture, young));
    rotate(fixture, BEGIN_US + AGE_US, AGE_US);
    assert_ids(fixture, "2 1");
    /* An old key counts from the day on that it signed last. */
    rotate(fixture, BEGIN_US + AGE_US + KEPT_US - 1, G_MAXINT64);
    assert_true(counts(fixture, old));
    rotate(fixture, BEGIN_US + AGE_US + KEPT_US, G_MAXINT64);
    assert_ids(fixture, "2");
    assert_false(counts(fixture, old));
    assert_int_equal(
        number(fixture, "SELECT count(*) FROM events WHERE what = 'token key made' AND who = 'kim'"), 1);
    assert_int_equal(
        number(fixture, "SELECT count(*) FROM events WHERE what = 'token key retired' AND who = 'postern'"),
        1);
}

/* A clock that was years ahead for a while takes no key away from those who have a token of it. */
static void test_wrong_clock(void **state)
{
    Fixture *fixture = *state;
    rotate(fixture, BEGIN_US + 20 * KEPT_US, AGE_US);
    assert_ids(fixture, "2 1");
    /* The newest signs, though by the clock it is older. */
    rotate(fixture, BEGIN_US, AGE_US);
    assert_ids(fixture, "2 1");
    rotate(fixture, BEGIN_US, 0);
    assert_ids(fixture, "3 2 1");
}

static void test_retire(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) conflict = NULL, unknown = NULL;
    g_autofree char *leaked = sign(fixture);
    assert_false(store_token_key_retire(fixture->store, 1, "kim", BEGIN_US, &conflict));
    assert_true(error_is(conflict, ERROR_CONFLICT));
    assert_non_null(strstr(conflict->message, "'postern keys rotate'"));
    assert_false(store_token_key_retire(fixture->store, 9, "kim", BEGIN_US, &unknown));
    assert_true(error_is(unknown, ERROR_NOT_FOUND));
    assert_true(counts(fixture, leaked));
    rotate(fixture, BEGIN_US + 1, 0);
    assert_true(store_token_key_retire(fixture->store, 1, "kim", BEGIN_US, NULL));
    assert_ids(fixture, "2");
    assert_false(counts(fixture, leaked));
    assert_int_equal(
        number(fixture, "SELECT count(*) FROM events WHERE what = 'token key retired' AND who = 'kim'"), 1);
}

/* The id is a byte and comes round: an old token of the same id does not count, and no id is given twice. */
static void test_ids_come_round(void **state)
{
    Fixture *fixture = *state;
    g_autofree char *old = sign(fixture);
    for (guint i = 2; i <= 255; i++) {
        rotate(fixture, BEGIN_US + i, 0);
        assert_true(i < 4 || store_token_key_retire(fixture->store, (guint8)(i - 2), "kim", BEGIN_US, NULL));
    }
    assert_ids(fixture, "255 254 1");
    rotate(fixture, BEGIN_US + 300, 0);
    assert_ids(fixture, "2 255 254 1");
    assert_true(counts(fixture, old));
    assert_true(store_token_key_retire(fixture->store, 1, "kim", BEGIN_US, NULL));
    assert_false(counts(fixture, old));
    for (guint i = 3; i < 255; i++)
        rotate(fixture, BEGIN_US + 300 + i, 0);
    g_autofree char *all = ids(fixture);
    assert_true(g_str_has_prefix(all, "1 253 252"));
    g_autoptr(GError) full = NULL;
    assert_false(store_token_keys_rotate(fixture->store, "kim", BEGIN_US + 1000, 0, &full));
    assert_true(error_is(full, ERROR_LIMIT));
    assert_int_equal(number(fixture, "SELECT count(*) FROM token_keys"), 255);
    /* The old token has an id again that a key has, but not its secret. */
    assert_false(counts(fixture, old));
}

static void test_ring(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(KeyRing) ring = key_ring_new(fixture->store, NULL);
    gsize count = 0;
    const TokenKey *first = key_ring_keys(ring, &count);
    assert_int_equal(count, 1);
    key_ring_look(ring, fixture->store, BEGIN_US + AGE_US, 1);
    const TokenKey *second = key_ring_keys(ring, &count);
    assert_int_equal(count, 2);
    assert_int_equal(second[0].id, 2);
    /* Whoever still reads the former ones may. */
    assert_int_equal(first[0].id, 1);
    /* What another process does is seen at once; a new key is only looked for once an hour. */
    key_ring_look(ring, fixture->store, BEGIN_US + 3 * AGE_US, 2);
    key_ring_keys(ring, &count);
    assert_int_equal(count, 2);
    assert_true(store_token_key_retire(fixture->store, 1, "kim", BEGIN_US, NULL));
    key_ring_look(ring, fixture->store, BEGIN_US + 3 * AGE_US, 3);
    key_ring_keys(ring, &count);
    assert_int_equal(count, 1);
    key_ring_look(ring, fixture->store, BEGIN_US + 3 * AGE_US, 3601 * (gint64)G_USEC_PER_SEC);
    key_ring_keys(ring, &count);
    assert_int_equal(count, 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(test_age), TEST(test_wrong_clock), TEST(test_retire),
                                       TEST(test_ids_come_round), TEST(test_ring)};
    return cmocka_run_group_tests_name("token_keys", tests, NULL, NULL);
}
