/* The transport of webhooks: signatures, what an answer means, and what it does when it cannot even ask. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gateway/deliver/channel.h"
#include "gateway/deliver/plan.h"
#include "gateway/deliver/webhook.h"

#include <postern/base/error.h>

#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define DAY_US (24 * 3600 * (gint64)G_USEC_PER_SEC)

/* As `printf '1795339800.{"a":1}' | openssl dgst -sha256 -hmac key` prints it. */
static void test_signature(void **state)
{
    (void)state;
    g_autoptr(GBytes) body = g_bytes_new_static("{\"a\":1}", 7);
    g_autofree char *text =
        webhook_sign("key", G_GINT64_CONSTANT(1795339800) * G_USEC_PER_SEC + 999999, body);
    assert_string_equal(text,
                        "t=1795339800,v1=bafdd9c091197470592d8333f74e31a8d4fb4afb493a3c9ac1e28cd85e21afb7");
}

static const struct {
    int status;
    const char *body;
    gint64 retry_after_us;
    DeliveryOutcome outcome;
    gint64 wait_us;
    const char *words;
} answers[] = {
    {200, "", 0, DELIVERY_SENT, 0, "HTTP 200"},
    {204, "", 0, DELIVERY_SENT, 0, "HTTP 204"},
    {202, "queued\r\nand more", 5, DELIVERY_SENT, 0, "HTTP 202: queued"},
    {400, "what is \033[31mthis", 0, DELIVERY_REFUSED, 0, "HTTP 400: what is [31mthis"},
    {410, "", 0, DELIVERY_REFUSED, 0, "HTTP 410"},
    {413, "", 0, DELIVERY_REFUSED, 0, "HTTP 413"},
    {415, "", 0, DELIVERY_REFUSED, 0, "HTTP 415"},
    {422, "", 7, DELIVERY_REFUSED, 0, "HTTP 422"},
    {301, "moved", 0, DELIVERY_LATER, 0,
     "HTTP 301: it points to another place, and redirects are not followed; set 'url' of the webhook"},
    {308, "", 0, DELIVERY_LATER, 0,
     "HTTP 308: it points to another place, and redirects are not followed; set 'url' of the webhook"},
    {401, "", 0, DELIVERY_LATER, 0, "HTTP 401"},
    {404, "", 0, DELIVERY_LATER, 0, "HTTP 404"},
    {429, "", 30, DELIVERY_LATER, 30, "HTTP 429"},
    {500, "oops", 0, DELIVERY_LATER, 0, "HTTP 500: oops"},
    {503, "", 9, DELIVERY_LATER, 9, "HTTP 503"},
};

static void test_answers(void **state)
{
    (void)state;
    for (guint i = 0; i < G_N_ELEMENTS(answers); i++) {
        HttpsAnswer answer = {.status = answers[i].status,
                              .body = (char *)(guintptr)answers[i].body,
                              .length = strlen(answers[i].body),
                              .retry_after_us = answers[i].retry_after_us};
        DeliveryResult result = {0};
        webhook_judge(&answer, NULL, &result);
        assert_int_equal(result.outcome, answers[i].outcome);
        assert_int_equal(result.wait_us, answers[i].wait_us);
        assert_string_equal(result.answer, answers[i].words);
        assert_false(result.is_untried);
        delivery_result_clear(&result);
    }
}

static void judge_error(ErrorCode code, int status, DeliveryResult *out)
{
    g_autoptr(GError) error = g_error_new(POSTERN_ERROR, (int)code, "crm.test: what\nhappened");
    HttpsAnswer answer = {.status = status};
    webhook_judge(&answer, error, out);
}

static void test_no_answer(void **state)
{
    (void)state;
    DeliveryResult result = {0};
    judge_error(ERROR_TEMPORARY, 0, &result);
    assert_int_equal(result.outcome, DELIVERY_LATER);
    assert_true(result.is_untried);
    assert_string_equal(result.answer, "crm.test: what happened");
    delivery_result_clear(&result);
    judge_error(ERROR_CONFIG, 0, &result);
    assert_int_equal(result.outcome, DELIVERY_LATER);
    delivery_result_clear(&result);
    judge_error(ERROR_UNCERTAIN, 0, &result);
    assert_int_equal(result.outcome, DELIVERY_UNKNOWN);
    delivery_result_clear(&result);
    judge_error(ERROR_LIMIT, 200, &result);
    assert_int_equal(result.outcome, DELIVERY_SENT);
    delivery_result_clear(&result);
    judge_error(ERROR_LIMIT, 0, &result);
    assert_int_equal(result.outcome, DELIVERY_LATER);
    delivery_result_clear(&result);
}

/* It is sent again for as long as is configured, however often nobody answered, and then has failed. */
static void test_unknown_outcomes(void **state)
{
    (void)state;
    char kind[] = "webhook";
    OutboxRow row = {.kind = kind, .state = OUTBOX_UNCERTAIN, .uncertain = 50, .attempts = 50};
    DeliveryResult result = {.outcome = DELIVERY_UNKNOWN, .answer = g_strdup("no answer")};
    assert_null(deliver_obstacle(&row));
    OutboxResult plan = deliver_plan(&row, &result, DAY_US / 2, DAY_US, 0);
    assert_int_equal(plan.state, OUTBOX_UNCERTAIN);
    assert_true(plan.next_us > DAY_US / 2 && plan.next_us <= DAY_US);
    plan = deliver_plan(&row, &result, DAY_US, DAY_US, 0);
    assert_int_equal(plan.state, OUTBOX_FAILED);
    assert_string_equal(plan.answer, "gave up after 51 tries, one of which may have arrived: no answer");
    delivery_result_clear(&result);
}

static void test_retry_after_ends_with_giving_up(void **state)
{
    (void)state;
    char kind[] = "webhook";
    OutboxRow row = {.kind = kind};
    DeliveryResult result = {.outcome = DELIVERY_LATER, .wait_us = DAY_US / 2};
    assert_int_equal(deliver_plan(&row, &result, 1000, DAY_US, 0).next_us, DAY_US / 2 + 1000);
    result.wait_us = 3 * DAY_US;
    assert_int_equal(deliver_plan(&row, &result, 1000, DAY_US, 0).next_us, DAY_US);
}

/* A batch of two. */

typedef struct {
    char name[4], url[64], variable[32];
    ConfigWebhook webhook;
    OutboxRow rows[2];
    GPtrArray *batch;
    DeliveryResult results[2];
} Batch;

static void batch_begin(Batch *batch, const char *url)
{
    memset(batch, 0, sizeof *batch);
    g_strlcpy(batch->name, "crm", sizeof batch->name);
    g_strlcpy(batch->url, url, sizeof batch->url);
    g_strlcpy(batch->variable, "POSTERN_TEST_WEBHOOK_SECRET", sizeof batch->variable);
    batch->webhook = (ConfigWebhook){.name = batch->name, .url = batch->url, .secret_env = batch->variable};
    batch->batch = g_ptr_array_new();
    for (guint i = 0; i < G_N_ELEMENTS(batch->rows); i++) {
        batch->rows[i].subject = batch->rows[i].message_id = batch->name;
        batch->rows[i].bytes = g_bytes_new_static("{}", 2);
        g_ptr_array_add(batch->batch, &batch->rows[i]);
    }
    g_setenv(batch->variable, "key", TRUE);
}

static void batch_end(Batch *batch)
{
    for (guint i = 0; i < G_N_ELEMENTS(batch->rows); i++) {
        delivery_result_clear(&batch->results[i]);
        g_bytes_unref(batch->rows[i].bytes);
    }
    g_ptr_array_unref(batch->batch);
}

static void assert_has(const char *text, const char *part)
{
    assert_non_null(text);
    if (!strstr(text, part))
        fail_msg("'%s' is not in: %s", part, text);
}

/* Nobody has to be there for that: it is not even asked. Paths of URLs are secrets as often as not. */
static void test_private_address(void **state)
{
    (void)state;
    Batch batch;
    batch_begin(&batch, "https://127.0.0.1:1/hook?key=geheim");
    g_autoptr(Transport) transport = webhook_transport_new(&batch.webhook);
    transport_send(transport, batch.batch, batch.results);
    for (guint i = 0; i < 2; i++) {
        assert_int_equal(batch.results[i].outcome, DELIVERY_LATER);
        assert_true(batch.results[i].is_untried);
        assert_has(batch.results[i].answer, "private network");
        assert_null(strstr(batch.results[i].answer, "geheim"));
    }
    assert_null(batch.results[1].dialogue); /* where nobody is, nobody is asked twice */
    assert_has(batch.results[0].dialogue, "> POST https://127.0.0.1/… (crm, 2 bytes");
    assert_null(strstr(batch.results[0].dialogue, "geheim"));
    assert_has(transport_away_words(transport), "private network");
    batch_end(&batch);
}

static void test_no_secret(void **state)
{
    (void)state;
    Batch batch;
    batch_begin(&batch, "https://crm.test/");
    g_unsetenv(batch.variable);
    g_autoptr(Transport) transport = webhook_transport_new(&batch.webhook);
    transport_send(transport, batch.batch, batch.results);
    for (guint i = 0; i < 2; i++) {
        assert_int_equal(batch.results[i].outcome, DELIVERY_LATER);
        assert_true(batch.results[i].is_untried);
        assert_has(batch.results[i].answer, "webhook 'crm': the environment variable");
    }
    assert_has(transport_away_words(transport), "webhook 'crm'");
    batch_end(&batch);
}

static void test_stopped(void **state)
{
    (void)state;
    Batch batch;
    batch_begin(&batch, "https://127.0.0.1:1/");
    int stop_fd = eventfd(1, EFD_CLOEXEC);
    g_autoptr(Transport) transport = webhook_transport_new(&batch.webhook);
    transport_stop_on(transport, stop_fd);
    transport_send(transport, batch.batch, batch.results);
    for (guint i = 0; i < 2; i++) {
        assert_int_equal(batch.results[i].outcome, DELIVERY_LATER);
        assert_true(batch.results[i].is_untried);
        assert_null(batch.results[i].dialogue);
    }
    assert_null(transport_away_words(transport));
    close(stop_fd);
    batch_end(&batch);
}

static void test_channel(void **state)
{
    (void)state;
    Batch batch;
    batch_begin(&batch, "https://crm.test/");
    g_autoptr(GPtrArray) webhooks = g_ptr_array_new();
    g_autoptr(GPtrArray) routes = g_ptr_array_new();
    g_ptr_array_add(webhooks, &batch.webhook);
    batch.webhook.give_up_us = 3;
    Config config = {.webhooks = webhooks, .routes = routes};
    g_autoptr(Channel) channel = channel_open(&config, "webhook:crm");
    assert_non_null(channel);
    assert_string_equal(channel->name, "webhook:crm");
    assert_int_equal(channel->give_up_us, 3);
    assert_null(channel->route);
    assert_null(channel_open(&config, "webhook:other"));
    assert_null(channel_open(&config, "crm"));
    batch_end(&batch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_signature),
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_no_answer),
        cmocka_unit_test(test_unknown_outcomes),
        cmocka_unit_test(test_retry_after_ends_with_giving_up),
        cmocka_unit_test(test_private_address),
        cmocka_unit_test(test_no_secret),
        cmocka_unit_test(test_stopped),
        cmocka_unit_test(test_channel),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
