/* The outbox between several senders: rows that change their way, what a claim may hold, blocks that come and
 * go with a result. */
#include "store_fixture.h"

#include <postern/blocks.h>
#include <postern/outbox.h>

#include <string.h>

#define NOW_US ((gint64)1700000000 * G_USEC_PER_SEC)
#define MINUTE_US ((gint64)60 * G_USEC_PER_SEC)

static void put(Fixture *fixture, const char *to, const char *queue, const char *route, gsize size)
{
    g_autofree char *text = g_strnfill(size, 'x');
    g_autoptr(GBytes) bytes = g_bytes_new(text, size);
    char kind[] = "notice", from[] = "support@desk.test", none[] = "", id[] = "1@desk.test";
    Outgoing mail = {.kind = kind,
                     .queue = (char *)(guintptr)queue,
                     .route = (char *)(guintptr)route,
                     .to = (char *)(guintptr)to,
                     .from = from,
                     .envelope_from = none,
                     .subject = none,
                     .message_id = id,
                     .bytes = bytes};
    assert_true(store_begin(fixture->store, NULL));
    assert_true(outbox_add(fixture->store, &mail, 0, 0, NOW_US, NULL));
    assert_true(store_commit(fixture->store, NULL));
}

static GPtrArray *claim(Fixture *fixture, const char *route, guint most)
{
    GPtrArray *rows = outbox_claim(fixture->store, route, NOW_US, 5 * MINUTE_US, most, NULL);
    assert_non_null(rows);
    return rows;
}

static gint64 hand_over(Fixture *fixture, const char *route, const char *queue, const char *to)
{
    g_autoptr(GPtrArray) groups = outbox_groups(fixture->store, route, NOW_US, NULL);
    assert_non_null(groups);
    gint64 count = 0;
    for (guint i = 0; i < groups->len; i++) {
        const OutboxGroup *group = groups->pdata[i];
        assert_string_equal(group->from, "support@desk.test");
        if (strcmp(group->queue, queue) == 0)
            assert_true(outbox_hand_over(fixture->store, route, group, to, NOW_US, &count, NULL));
    }
    return count;
}

/* What one sender has in hand stays with it, whatever happens to the rest; nobody has a row twice. */
static void rows_change_their_way(void **state)
{
    Fixture *fixture = *state;
    put(fixture, "a@x.test", "support", "one", 10);
    put(fixture, "b@x.test", "support", "one", 10);
    put(fixture, "c@x.test", "billing", "one", 10);
    g_autoptr(GPtrArray) in_hand = claim(fixture, "one", 1);
    const OutboxGroup support = {.queue = (char *)(guintptr) "support",
                                 .from = (char *)(guintptr) "support@desk.test"};
    gint64 count = 0;
    assert_true(outbox_hand_over(fixture->store, "one", &support, "two", G_MAXINT64, &count, NULL));
    assert_int_equal(count, 1);
    g_autoptr(GPtrArray) handed = claim(fixture, "two", 10);
    assert_int_equal(handed->len, 1);
    assert_string_equal(((const OutboxRow *)handed->pdata[0])->to, "b@x.test");
    assert_int_equal(hand_over(fixture, "two", "support", "one"), 0);
    assert_int_equal(hand_over(fixture, "one", "support", "two"), 0);
    /* The first one's result takes it elsewhere. */
    OutboxResult result = {.id = ((const OutboxRow *)in_hand->pdata[0])->id,
                           .state = OUTBOX_QUEUED,
                           .next_us = NOW_US,
                           .answer = "cannot connect",
                           .route = "three"};
    assert_true(outbox_mark(fixture->store, &result, 1, NOW_US, NULL));
    g_autoptr(GPtrArray) left = claim(fixture, "one", 10), third = claim(fixture, "three", 10);
    assert_int_equal(left->len, 1);
    assert_string_equal(((const OutboxRow *)left->pdata[0])->to, "c@x.test");
    assert_int_equal(third->len, 1);
    assert_string_equal(((const OutboxRow *)third->pdata[0])->to, "a@x.test");
}

static void routes_with_rows(void **state)
{
    Fixture *fixture = *state;
    static const char *const routes[] = {"b", "a", "", "b", "c"};
    for (guint i = 0; i < G_N_ELEMENTS(routes); i++)
        put(fixture, "a@x.test", "support", routes[i], 10);
    g_autoptr(GPtrArray) rows = claim(fixture, "c", 10);
    OutboxResult sent = {.id = ((const OutboxRow *)rows->pdata[0])->id, .state = OUTBOX_SENT};
    assert_true(outbox_mark(fixture->store, &sent, 1, NOW_US, NULL));
    g_autoptr(GPtrArray) names = outbox_routes(fixture->store, NULL);
    assert_int_equal(names->len, 3);
    assert_string_equal(names->pdata[0], "");
    assert_string_equal(names->pdata[1], "a");
    assert_string_equal(names->pdata[2], "b");
}

/* The bytes of a batch are in memory at once. */
static void claims_are_small(void **state)
{
    Fixture *fixture = *state;
    const gsize mib = 1024 * 1024;
    put(fixture, "a@x.test", "support", "one", 5 * mib);
    put(fixture, "b@x.test", "support", "one", 2 * mib);
    put(fixture, "c@x.test", "support", "one", 20 * mib);
    put(fixture, "d@x.test", "support", "one", 10);
    static const guint expected[] = {2, 1, 1, 0};
    for (guint i = 0; i < G_N_ELEMENTS(expected); i++) {
        g_autoptr(GPtrArray) rows = claim(fixture, "one", 10);
        assert_int_equal(rows->len, expected[i]);
    }
}

static gboolean is_blocked(Fixture *fixture, gint64 now_us)
{
    g_autoptr(Block) block = block_find(fixture->store, "ANNA@x.test", now_us, NULL);
    return block != NULL;
}

static void results_and_blocks(void **state)
{
    Fixture *fixture = *state;
    put(fixture, "anna@x.test", "support", "one", 10);
    g_autoptr(GPtrArray) rows = claim(fixture, "one", 1);
    OutboxResult result = {.id = ((const OutboxRow *)rows->pdata[0])->id,
                           .state = OUTBOX_FAILED,
                           .answer = "550 5.1.1 no such user",
                           .status = "5.1.1",
                           .dialogue = "S: 550\n",
                           .block = "anna@x.test",
                           .block_until_us = NOW_US + MINUTE_US};
    assert_true(outbox_mark(fixture->store, &result, 1, NOW_US, NULL));
    g_autoptr(Block) block = block_find(fixture->store, "Anna@x.test", NOW_US, NULL);
    assert_non_null(block);
    assert_string_equal(block->status, "5.1.1");
    assert_string_equal(block->reason, "550 5.1.1 no such user");
    assert_true(block->at_us == NOW_US);
    assert_false(is_blocked(fixture, NOW_US + MINUTE_US));
    g_autoptr(OutboxRow) row = outbox_get(fixture->store, result.id, NULL);
    assert_string_equal(row->dialogue, "S: 550\n");
    assert_string_equal(row->status, "5.1.1");
    OutboxResult sent = {.id = result.id, .state = OUTBOX_SENT, .answer = "250 ok", .block = "anna@x.test"};
    assert_true(outbox_mark(fixture->store, &sent, 1, NOW_US, NULL));
    assert_false(is_blocked(fixture, NOW_US));
    g_autoptr(OutboxRow) kept = outbox_get(fixture->store, result.id, NULL);
    assert_string_equal(kept->dialogue, "S: 550\n");
}

static gint64 untold(Fixture *fixture)
{
    return db_select_integer(fixture->store->db, -1, NULL,
                             "SELECT count(*) FROM outbox WHERE is_told = 0 AND state IN ('failed', 'held')",
                             "");
}

/* Who drops a mail knows; what a person wants tried again and fails again is news. */
static void who_has_to_be_told(void **state)
{
    Fixture *fixture = *state;
    put(fixture, "anna@x.test", "support", "one", 10);
    g_autoptr(GPtrArray) rows = claim(fixture, "one", 1);
    gint64 id = ((const OutboxRow *)rows->pdata[0])->id;
    OutboxResult failed = {.id = id, .state = OUTBOX_FAILED, .answer = "550 no"};
    assert_true(outbox_mark(fixture->store, &failed, 1, NOW_US, NULL));
    assert_int_equal(untold(fixture), 1);
    assert_true(outbox_drop(fixture->store, id, "kim", NOW_US, NULL));
    assert_int_equal(untold(fixture), 0);
    assert_true(outbox_retry(fixture->store, id, NOW_US, NULL));
    assert_true(outbox_mark(fixture->store, &failed, 1, NOW_US, NULL));
    assert_int_equal(untold(fixture), 1);
}

static void lists_of_a_state_and_queue(void **state)
{
    Fixture *fixture = *state;
    put(fixture, "a@x.test", "support", "one", 10);
    put(fixture, "b@x.test", "billing", "one", 10);
    assert_true(outbox_drop(fixture->store, 1, "kim", NOW_US, NULL));
    static const struct {
        const char *state, *queue;
        guint count;
    } table[] = {{NULL, NULL, 2},          {"failed", NULL, 1},      {NULL, "billing", 1},
                 {"failed", "billing", 0}, {"queued", "billing", 1}, {"sent", NULL, 0}};
    for (gsize i = 0; i < G_N_ELEMENTS(table); i++) {
        g_autoptr(GPtrArray) rows = outbox_list_of(fixture->store, table[i].state, table[i].queue, 10, NULL);
        assert_int_equal(rows->len, table[i].count);
    }
}

/* Who says that an address works does not wait for an hour to see it. */
static void waiting_rows_are_due(void **state)
{
    Fixture *fixture = *state;
    put(fixture, "Kim@x.test", "support", "one", 10);
    put(fixture, "ada@x.test", "support", "one", 10);
    put(fixture, "kim@x.test", "support", "one", 10);
    for (gint64 id = 1; id <= 3; id++) {
        OutboxResult later = {
            .id = id, .state = id < 3 ? OUTBOX_QUEUED : OUTBOX_SENT, .next_us = NOW_US + 60 * MINUTE_US};
        assert_true(outbox_mark(fixture->store, &later, 1, NOW_US, NULL));
    }
    gint64 count = -1;
    assert_true(outbox_hasten(fixture->store, "kim@X.test", NOW_US + MINUTE_US, &count, NULL));
    assert_int_equal(count, 1);
    g_autoptr(GPtrArray) rows = outbox_claim(fixture->store, "one", NOW_US + MINUTE_US, MINUTE_US, 10, NULL);
    assert_int_equal(rows->len, 1);
    assert_string_equal(((const OutboxRow *)rows->pdata[0])->to, "Kim@x.test");
    assert_true(outbox_hasten(fixture->store, "kim@x.test", NOW_US + MINUTE_US, &count, NULL));
    assert_int_equal(count, 0); /* it is in hand */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(rows_change_their_way), STORE_TEST(routes_with_rows),
        STORE_TEST(claims_are_small),      STORE_TEST(results_and_blocks),
        STORE_TEST(who_has_to_be_told),    STORE_TEST(lists_of_a_state_and_queue),
        STORE_TEST(waiting_rows_are_due),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
