/* When a row is tried again, and what the outbox is told after each outcome. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <gateway/deliver/plan.h>
#include <postern/ids.h>

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

/* Each kind of answer has its own patience. */
static void delays_by_answer(void **state)
{
    (void)state;
    static const struct {
        AnswerClass kind;
        guint minutes[6];
    } table[] = {
        {ANSWER_OTHER, {1, 5, 15, 60, 180, 360}},
        {ANSWER_GREYLISTED, {1, 3, 5, 10, 15, 60}},
        {ANSWER_FULL, {60, 180, 360, 360, 360, 360}},
    };
    assert_int_equal(G_N_ELEMENTS(table), ANSWER_CLASS_COUNT);
    for (gsize i = 0; i < G_N_ELEMENTS(table); i++)
        for (guint attempts = 1; attempts <= 6; attempts++) {
            gint64 delay = table[i].minutes[attempts - 1] * MINUTE;
            gint64 low = deliver_next_try_us(CREATED, CREATED, attempts, table[i].kind, 4 * DAY, 0);
            gint64 high =
                deliver_next_try_us(CREATED, CREATED, attempts, table[i].kind, 4 * DAY, G_MAXUINT32);
            if (low != CREATED + delay - delay / 4 || high != CREATED + delay + delay / 4)
                fail_msg("kind %zu, %u attempts", i, attempts);
        }
}

/* The other side may ask for more time, up to the end. */
static void asked_to_wait(void **state)
{
    (void)state;
    OutboxRow row = {.id = 7, .created_us = CREATED};
    static const struct {
        gint64 wait_us, next_us;
    } table[] = {{0, MINUTE * 5 / 4}, {1, MINUTE * 5 / 4}, {10 * MINUTE, 10 * MINUTE}, {9 * DAY, 4 * DAY}};
    for (gsize i = 0; i < G_N_ELEMENTS(table); i++) {
        DeliveryResult result = {
            .outcome = DELIVERY_LATER, .answer = g_strdup("503"), .wait_us = table[i].wait_us};
        OutboxResult plan = deliver_plan(&row, &result, CREATED, 4 * DAY, G_MAXUINT32);
        assert_true(plan.next_us == CREATED + table[i].next_us);
        delivery_result_clear(&result);
    }
}

/* Which results say something about the address for later. */
static void blocks(void **state)
{
    (void)state;
    static const struct {
        DeliveryOutcome outcome;
        gboolean is_bad_address, is_automatic;
        const char *status;
        gint64 days; /* of the block; -1: none, 0: it ends */
    } table[] = {
        {DELIVERY_REFUSED, TRUE, TRUE, "5.1.1", 30}, {DELIVERY_REFUSED, TRUE, FALSE, "5.2.2", 1},
        {DELIVERY_REFUSED, TRUE, TRUE, NULL, 1},     {DELIVERY_REFUSED, FALSE, TRUE, "5.7.1", -1},
        {DELIVERY_LATER, FALSE, TRUE, "4.2.2", -1},  {DELIVERY_UNKNOWN, FALSE, TRUE, NULL, -1},
        {DELIVERY_SENT, FALSE, TRUE, "2.0.0", -1},   {DELIVERY_SENT, FALSE, FALSE, "2.0.0", 0},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(table); i++) {
        char to[] = "anna@example.org";
        OutboxRow row = {.id = 7, .created_us = CREATED, .to = to, .is_automatic = table[i].is_automatic};
        DeliveryResult result = {.outcome = table[i].outcome,
                                 .answer = g_strdup("answer"),
                                 .status = (char *)(guintptr)table[i].status,
                                 .is_bad_address = table[i].is_bad_address};
        OutboxResult plan = deliver_plan(&row, &result, CREATED, 4 * DAY, 0);
        gint64 expected = table[i].days > 0 ? CREATED + table[i].days * DAY : 0;
        if ((plan.block != NULL) != (table[i].days >= 0) || plan.block_until_us != expected)
            fail_msg("row %zu: %s until %" G_GINT64_FORMAT, i, plan.block ? plan.block : "no block",
                     plan.block_until_us);
        assert_ptr_equal(plan.status, table[i].status);
        g_free(result.answer);
    }
}

static void block_words(void **state)
{
    (void)state;
    char status[] = "5.1.1", said[] = "550 5.1.1 no such user", report[] = "User unknown";
    Block block = {.status = status, .reason = said, .at_us = CREATED, .until_us = CREATED + 30 * DAY};
    g_autofree char *own = deliver_block_words(&block, FALSE);
    assert_string_equal(own,
                        "not sent: mail to this address failed on 2023-11-14 (550 5.1.1 no such user); it"
                        " gets no automatic mail until 2023-12-14");
    block.reason = report;
    g_autofree char *theirs = deliver_block_words(&block, TRUE);
    assert_non_null(
        strstr(theirs, " (5.1.1 User unknown); as it is an agent's or admin's, this is tried again"));
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
    OutboxRow row = {.id = 7, .attempts = 9, .created_us = CREATED};
    DeliveryResult result = {.outcome = DELIVERY_LATER, .is_untried = TRUE};
    result.answer = g_strdup("cannot connect");
    OutboxResult plan = deliver_plan(&row, &result, CREATED + DAY, 4 * DAY, G_MAXUINT32);
    delivery_result_clear(&result);
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

/* Postfix repeats the sender, Exchange the Message-ID; whoever holds their tokens may do more than read. */
static void tokens_in_answers(void **state)
{
    (void)state;
    const Token token = {.ticket_id = 7, .person = 8, .role = ROLE_AGENT, .day = 20000};
    const TokenKey key = {.id = 1, .secret = {7}};
    g_autofree char *text = token_make(&token, &key);
    static const struct {
        const char *answer, *shown; /* %s: the token */
    } cases[] = {
        {"250 2.6.0 <0abc.%s@desk.test> [InternalId=7] Queued",
         "250 2.6.0 <0abc.…@desk.test> [InternalId=7] Queued"},
        {"553 5.7.1 <support+%s@desk.test>: not owned by user",
         "553 5.7.1 <support+…@desk.test>: not owned by user"},
        {"250 2.0.0 Ok: queued as 4Kx at a.b+c@mx.test", "250 2.0.0 Ok: queued as 4Kx at a.b+c@mx.test"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        OutboxRow row = {.created_us = CREATED};
        g_auto(GStrv) parts = g_strsplit(cases[i].answer, "%s", 2);
        DeliveryResult result = {.outcome = DELIVERY_SENT, .answer = g_strjoinv(text, parts)};
        OutboxResult plan = deliver_plan(&row, &result, CREATED, 4 * DAY, 0);
        assert_string_equal(plan.answer, cases[i].shown);
        delivery_result_clear(&result);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(delays),        cmocka_unit_test(ends),
        cmocka_unit_test(plans),         cmocka_unit_test(delays_by_answer),
        cmocka_unit_test(asked_to_wait), cmocka_unit_test(blocks),
        cmocka_unit_test(block_words),   cmocka_unit_test(untried),
        cmocka_unit_test(obstacles),     cmocka_unit_test(tokens_in_answers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
