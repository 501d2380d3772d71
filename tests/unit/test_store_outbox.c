/* Rows that go out: leased, marked, told to people. */
#include "store_shop.h"

static GPtrArray *claim(Fixture *fixture, gint64 now_us, guint expected)
{
    g_autoptr(GError) error = NULL;
    GPtrArray *rows = outbox_claim(fixture->store, "route", now_us, 5 * MINUTE_US, 10, &error);
    assert_null(error);
    assert_int_equal(rows->len, expected);
    return rows;
}

static void test_outbox_claim(void **state)
{
    Fixture *fixture = *state;
    make_ticket(fixture, "one", "1@x", "anna@customer.test", "anna@customer.test");
    make_ticket(fixture, "two", "2@x", "bert@customer.test", "bert@customer.test");
    assert_true(outbox_next_due_us(fixture->store, "route", NULL) == NOW_US);
    g_ptr_array_unref(claim(fixture, NOW_US - 1, 0));
    g_autoptr(GPtrArray) rows = claim(fixture, NOW_US, 2);
    const OutboxRow *row = rows->pdata[0];
    gsize length;
    const char *bytes = g_bytes_get_data(row->bytes, &length);
    assert_string_equal(row->to, "anna@customer.test");
    assert_string_equal(row->ref, "SUP-000001");
    assert_string_equal(row->envelope_from, "");
    assert_int_equal(length, 16);
    assert_memory_equal(bytes, "Subject: x\r\n\r\n\0y", 16);
    assert_int_equal(row->attempts, 0);
    assert_int_equal(row->state, OUTBOX_QUEUED);
    /* Leased: nobody else gets it, until the lease is over. Then nobody knows what became of it, and each
     * goes alone. */
    g_ptr_array_unref(claim(fixture, NOW_US + MINUTE_US, 0));
    g_autoptr(GPtrArray) late = claim(fixture, NOW_US + 5 * MINUTE_US, 1);
    const OutboxRow *again = late->pdata[0];
    assert_int_equal(again->state, OUTBOX_UNCERTAIN);
    assert_int_equal(again->lost, 1);
    assert_int_equal(again->attempts, 1);
    assert_string_equal(again->message_id, row->message_id);
    g_autoptr(GPtrArray) next = claim(fixture, NOW_US + 5 * MINUTE_US, 1);
    assert_string_equal(((OutboxRow *)next->pdata[0])->to, "bert@customer.test");
    assert_int_equal(((OutboxRow *)next->pdata[0])->lost, 1);
    /* A sender that knows that it is alone need not wait for that. */
    assert_true(outbox_recover(fixture->store, "route", NOW_US + 6 * MINUTE_US, NULL));
    g_autoptr(GPtrArray) at_once = claim(fixture, NOW_US + 6 * MINUTE_US, 1);
    assert_int_equal(((OutboxRow *)at_once->pdata[0])->lost, 2);
    /* What brings the sender down again and again waits for a person. */
    for (guint i = 0; i < 40; i++) {
        assert_true(outbox_recover(fixture->store, "route", NOW_US + 6 * MINUTE_US, NULL));
        g_autoptr(GPtrArray) more =
            outbox_claim(fixture->store, "route", NOW_US + 6 * MINUTE_US, MINUTE_US, 2, NULL);
        assert_non_null(more);
    }
    g_autoptr(OutboxRow) held = outbox_get(fixture->store, row->id, NULL);
    assert_int_equal(held->state, OUTBOX_HELD);
}

static void test_outbox_mark(void **state)
{
    Fixture *fixture = *state;
    static const struct {
        OutboxState state;
        gint64 next_us;    /* after NOW_US */
        guint due_then;    /* rows due at that time */
        const char *event; /* or NULL */
    } cases[] = {
        {OUTBOX_SENT, 0, 0, "sent"},
        {OUTBOX_FAILED, 0, 0, "not delivered"},
        {OUTBOX_HELD, 0, 0, "sending held"},
        {OUTBOX_QUEUED, MINUTE_US, 1, NULL},
        {OUTBOX_UNCERTAIN, MINUTE_US, 1, NULL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = g_strdup_printf("mail %zu", i);
        make_ticket(fixture, text, text, "anna@customer.test", "anna@customer.test");
        g_autoptr(GPtrArray) rows = claim(fixture, NOW_US, 1);
        gint64 id = ((OutboxRow *)rows->pdata[0])->id;
        OutboxResult result = {
            .id = id, .state = cases[i].state, .next_us = NOW_US + cases[i].next_us, .answer = "250 fine"};
        assert_true(outbox_mark(fixture->store, &result, 1, NOW_US, NULL));
        g_autoptr(OutboxRow) row = outbox_get(fixture->store, id, NULL);
        assert_int_equal(row->state, cases[i].state);
        assert_string_equal(row->last_error, "250 fine");
        assert_int_equal(row->attempts, 1);
        assert_int_equal(row->uncertain, cases[i].state == OUTBOX_UNCERTAIN);
        g_ptr_array_unref(claim(fixture, NOW_US, 0));
        g_autoptr(GPtrArray) then = claim(fixture, NOW_US + MINUTE_US, cases[i].due_then);
        OutboxResult end = {.id = id, .state = OUTBOX_SENT};
        assert_true(then->len == 0 || outbox_mark(fixture->store, &end, 1, NOW_US, NULL));
        g_autoptr(Ticket) ticket = ticket_get(fixture->store, row->ref, NULL);
        const StoredEvent *event = ticket->events->len > 1 ? ticket->events->pdata[1] : NULL;
        if (cases[i].event) {
            assert_string_equal(event->what, cases[i].event);
            assert_non_null(strstr(event->detail, "acknowledgement to anna@customer.test: 250 fine"));
        }
    }
    assert_true(outbox_next_due_us(fixture->store, "route", NULL) == G_MAXINT64);
}

static void test_outbox_people(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) missing = NULL, sent = NULL, busy = NULL;
    make_ticket(fixture, "one", "1@x", "anna@customer.test", "anna@customer.test");
    make_ticket(fixture, "two", "2@x", "bert@customer.test", "bert@customer.test");
    g_autoptr(GPtrArray) all = outbox_list(fixture->store, 10, NULL);
    g_autoptr(GPtrArray) newest = outbox_list(fixture->store, 1, NULL);
    assert_int_equal(all->len, 2);
    assert_string_equal(((OutboxRow *)newest->pdata[0])->to, "bert@customer.test");
    assert_null(outbox_get(fixture->store, 99, &missing));
    assert_true(error_is(missing, ERROR_NOT_FOUND));

    g_autoptr(GPtrArray) rows = claim(fixture, NOW_US, 2);
    gint64 one = ((OutboxRow *)rows->pdata[0])->id, two = ((OutboxRow *)rows->pdata[1])->id;
    assert_false(outbox_retry(fixture->store, one, NOW_US, &busy));
    assert_true(error_is(busy, ERROR_CONFLICT));
    OutboxResult results[] = {{.id = one, .state = OUTBOX_SENT, .answer = "250 fine"},
                              {.id = two, .state = OUTBOX_FAILED, .answer = "550 no"}};
    assert_true(outbox_mark(fixture->store, results, 2, NOW_US, NULL));
    assert_false(outbox_retry(fixture->store, one, NOW_US, &sent));
    assert_true(error_is(sent, ERROR_CONFLICT));
    assert_false(outbox_drop(fixture->store, one, "kim", NOW_US, NULL));
    assert_true(outbox_retry(fixture->store, two, NOW_US, NULL));
    g_ptr_array_unref(claim(fixture, NOW_US, 1));
    assert_true(outbox_drop(fixture->store, two, "kim", NOW_US, NULL));
    g_autoptr(OutboxRow) dropped = outbox_get(fixture->store, two, NULL);
    assert_int_equal(dropped->state, OUTBOX_FAILED);
    assert_string_equal(dropped->last_error, "dropped by kim");
    g_ptr_array_unref(claim(fixture, NOW_US + 10 * MINUTE_US, 0));
}

static void note_ack(gpointer user, const char *to, gint64 created_us)
{
    g_string_append_printf(user, "%s %d;", to, created_us == NOW_US);
}

static void test_outbox_acks(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GString) acks = g_string_new(NULL);
    make_ticket(fixture, "one", "1@x", "anna@customer.test", "anna@customer.test");
    make_ticket(fixture, "two", "2@x", "bert@customer.test", "bert@customer.test");
    assert_true(db_script(fixture->store->db, "UPDATE outbox SET kind = 'notice' WHERE id = 1", NULL));
    make_ticket(fixture, "three", "3@x", "carl@customer.test", "carl@customer.test");
    assert_true(outbox_each_ack(fixture->store, NOW_US - 1, note_ack, acks, NULL));
    assert_string_equal(acks->str, "bert@customer.test 1;carl@customer.test 1;");
    g_string_truncate(acks, 0);
    assert_true(outbox_each_ack(fixture->store, NOW_US, note_ack, acks, NULL));
    assert_string_equal(acks->str, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(test_outbox_claim),
        STORE_TEST(test_outbox_mark),
        STORE_TEST(test_outbox_people),
        STORE_TEST(test_outbox_acks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
