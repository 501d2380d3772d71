/* When a row is tried again, and what the outbox is told after each outcome. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <gateway/deliver/plan.h>

#include <string.h>

#define MINUTE ((gint64)60 * G_USEC_PER_SEC)
#define DAY (24 * 60 * MINUTE)
#define CREATED ((gint64)1700000000 * G_USEC_PER_SEC)

static void delays(void **state)
{
    (void)state;
    static const guint minutes[] = {1, 1, 5, 15, 60, 180, 360, 360, 360};
    for (guint attempts = 0; attempts < G_N_ELEMENTS(minutes); attempts++) {
        gint64 delay = minutes[attempts] * MINUTE;
        gint64 low = deliver_next_try_us(CREATED, CREATED, attempts, ANSWER_OTHER, 4 * DAY, 0);
        gint64 high = deliver_next_try_us(CREATED, CREATED, attempts, ANSWER_OTHER, 4 * DAY, G_MAXUINT32);
        gint64 middle =
            deliver_next_try_us(CREATED, CREATED, attempts, ANSWER_OTHER, 4 * DAY, G_MAXUINT32 / 2);
        assert_true(low == CREATED + delay - delay / 4);
        assert_true(high == CREATED + delay + delay / 4);
        assert_true(ABS(middle - (CREATED + delay)) < G_USEC_PER_SEC);
    }
    assert_true(deliver_next_try_us(CREATED, CREATED, G_MAXUINT, ANSWER_OTHER, 4 * DAY, 0) ==
                CREATED + 270 * MINUTE);
}

static void ends(void **state)
{
    (void)state;
    gint64 end = CREATED + 4 * DAY;
    assert_true(deliver_next_try_us(CREATED, end - 1, 20, ANSWER_OTHER, 4 * DAY, 0) == end);
    assert_true(deliver_next_try_us(CREATED, end - 5 * 60 * MINUTE, 20, ANSWER_OTHER, 4 * DAY, G_MAXUINT32) ==
                end);
    assert_true(deliver_next_try_us(CREATED, end, 20, ANSWER_OTHER, 4 * DAY, 0) == 0);
    assert_true(deliver_next_try_us(CREATED, end + DAY, 1, ANSWER_OTHER, 4 * DAY, 0) == 0);
    assert_true(deliver_next_try_us(CREATED, CREATED, 1, ANSWER_OTHER, 0, 0) == 0);
}

static void plans(void **state)
{
    (void)state;
    enum { FRESH, LATE };
    static const struct {
        DeliveryOutcome outcome;
        guint uncertain;
        int when;
        OutboxState state;
        const char *words;
    } table[] = {
        {DELIVERY_SENT, 0, FRESH, OUTBOX_SENT, "answer"},
        {DELIVERY_SENT, 2, LATE, OUTBOX_SENT, "answer"},
        {DELIVERY_REFUSED, 0, FRESH, OUTBOX_FAILED, "answer"},
        {DELIVERY_REFUSED, 1, FRESH, OUTBOX_FAILED,
         "refused now, but an earlier try may have arrived: answer"},
        {DELIVERY_LATER, 0, FRESH, OUTBOX_QUEUED, "answer"},
        {DELIVERY_LATER, 0, LATE, OUTBOX_FAILED, "gave up after 3 tries: answer"},
        {DELIVERY_LATER, 1, LATE, OUTBOX_HELD,
         "gave up after 3 tries, one of which may have arrived: answer"},
        {DELIVERY_UNKNOWN, 0, FRESH, OUTBOX_UNCERTAIN, "answer"},
        {DELIVERY_UNKNOWN, 1, FRESH, OUTBOX_UNCERTAIN, "answer"},
        {DELIVERY_UNKNOWN, 2, FRESH, OUTBOX_HELD,
         "unknown 3 times whether it arrived, a person must look: answer"},
        {DELIVERY_UNKNOWN, 0, LATE, OUTBOX_HELD,
         "gave up after 3 tries, one of which may have arrived: answer"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(table); i++) {
        OutboxRow row = {.id = 7, .attempts = 2, .uncertain = table[i].uncertain, .created_us = CREATED};
        DeliveryResult result = {.outcome = table[i].outcome, .answer = g_strdup("answer")};
        gint64 now = table[i].when == LATE ? CREATED + 5 * DAY : CREATED + MINUTE;
        OutboxResult plan = deliver_plan(&row, &result, now, 4 * DAY, 0);
        if (plan.state != table[i].state || strcmp(plan.answer, table[i].words) != 0)
            fail_msg("row %zu: %s, %s", i, outbox_state_name(plan.state), plan.answer);
        assert_int_equal(plan.id, 7);
        gboolean again = plan.state == OUTBOX_QUEUED || plan.state == OUTBOX_UNCERTAIN;
        assert_true(plan.next_us == (again ? now + 15 * MINUTE - 15 * MINUTE / 4 : 0));
        g_free(result.answer);
    }
}

/* The server was away, or there was no time: the next try is as near as after the first. */
static void untried(void **state)
{
    (void)state;
    char answer[] = "cannot connect";
    OutboxRow row = {.id = 7, .attempts = 9, .created_us = CREATED};
    DeliveryResult result = {.outcome = DELIVERY_LATER, .answer = answer, .is_untried = TRUE};
    OutboxResult plan = deliver_plan(&row, &result, CREATED + DAY, 4 * DAY, G_MAXUINT32);
    assert_int_equal(plan.state, OUTBOX_QUEUED);
    assert_true(plan.next_us == CREATED + DAY + MINUTE + MINUTE / 4);
}

static void obstacles(void **state)
{
    (void)state;
    OutboxRow row = {.state = OUTBOX_UNCERTAIN, .uncertain = DELIVER_UNCERTAIN_MOST - 1};
    assert_null(deliver_obstacle(&row));
    row.uncertain++;
    assert_non_null(deliver_obstacle(&row));
    row.state = OUTBOX_QUEUED; /* a person has looked and wants it sent */
    assert_null(deliver_obstacle(&row));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(delays),  cmocka_unit_test(ends),      cmocka_unit_test(plans),
        cmocka_unit_test(untried), cmocka_unit_test(obstacles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
