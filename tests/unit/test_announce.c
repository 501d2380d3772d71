/* What webhooks are told of, whom, and in which words; and that it is part of the act itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scratch.h"

#include <postern/announce.h>
#include <postern/base/error.h>
#include <postern/base/json.h>
#include <postern/base/limits.h>
#include <postern/base/mail_id.h>
#include <postern/outbox.h>
#include <postern/settle.h>
#include <postern/tickets.h>

#include <string.h>

#define NOW_US (G_GINT64_CONSTANT(1795339800) * G_USEC_PER_SEC + 42)

typedef struct {
    char *folder;
    Store *store;
    Config config;
    gint64 ticket_id; /* in queue support; its first mail has the same id */
} Fixture;

static int set_up(void **state)
{
    Fixture *fixture = g_new0(Fixture, 1);
    fixture->folder = g_dir_make_tmp("postern-announce-XXXXXX", NULL);
    fixture->store = store_open(fixture->folder, STORE_CREATE, NULL);
    fixture->config.webhooks = g_ptr_array_new();
    *state = fixture;
    return fixture->store ? 0 : -1;
}

static void webhook_free(ConfigWebhook *webhook)
{
    g_free(webhook->name);
    g_ptr_array_unref(webhook->events);
    g_ptr_array_unref(webhook->queues);
    g_free(webhook);
}

static int tear_down(void **state)
{
    Fixture *fixture = *state;
    for (guint i = 0; i < fixture->config.webhooks->len; i++)
        webhook_free(fixture->config.webhooks->pdata[i]);
    g_ptr_array_unref(fixture->config.webhooks);
    store_close(fixture->store);
    scratch_remove(fixture->folder);
    g_free(fixture->folder);
    g_free(fixture);
    return 0;
}

/* `events` and `queues`: words with a blank between them; "" for all. */
static GPtrArray *words_of(const char *text)
{
    GPtrArray *words = g_ptr_array_new_with_free_func(g_free);
    g_auto(GStrv) parts = g_strsplit(text, " ", -1);
    for (guint i = 0; *text && parts[i]; i++)
        g_ptr_array_add(words, g_strdup(parts[i]));
    return words;
}

static void add_webhook(Fixture *fixture, const char *name, const char *events, const char *queues)
{
    ConfigWebhook *webhook = g_new0(ConfigWebhook, 1);
    webhook->name = g_strdup(name);
    webhook->events = words_of(events);
    webhook->queues = words_of(queues);
    g_ptr_array_add(fixture->config.webhooks, webhook);
}

static Reading *reading_of(const char *reply)
{
    Reading *reading = reading_new();
    reading->from = mailbox_new("Anna", "anna@customer.test");
    reading->subject = g_strdup("The subject");
    reading->text = g_strdup(reply);
    reading->reply = g_strdup(reply);
    reading->quoted = g_strdup("");
    reading->signature = g_strdup("");
    Field *field = g_new0(Field, 1);
    *field = (Field){.name = g_strdup("api_token"),
                     .value = g_strdup("55-…k9"),
                     .raw = g_strdup("55-****k9"),
                     .rule = g_strdup("a-rule"),
                     .where = g_strdup("reply"),
                     .is_secret = TRUE};
    g_ptr_array_add(reading->fields, field);
    return reading;
}

static IntakeRow *accept_mail(Fixture *fixture)
{
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify)intake_row_free);
    g_autoptr(GPtrArray) recipients = g_ptr_array_new();
    char recipient[] = "support@desk.test";
    g_ptr_array_add(recipients, recipient);
    RawWriter *writer = raw_writer_new(store_raw_folder(fixture->store));
    assert_true(raw_writer_add(writer, "Subject: x\n\n", 12, NULL));
    Raw *raw = raw_writer_end(writer, NULL);
    IntakeEnvelope envelope = {
        .source = "lmtp", .peer = "", .envelope_from = "", .recipients = recipients, .received_us = NOW_US};
    assert_true(store_begin(fixture->store, NULL));
    assert_true(intake_add(fixture->store, raw, &envelope, rows, NULL));
    assert_true(store_commit(fixture->store, NULL));
    raw_free(raw, store_raw_folder(fixture->store));
    return g_ptr_array_steal_index(rows, 0);
}

static void make_ticket(Fixture *fixture, const Reading *reading)
{
    g_autoptr(IntakeRow) row = accept_mail(fixture);
    g_autoptr(Decision) decision = decision_new(FATE_TICKETED);
    decision->ticket_id = fixture->ticket_id = row->envelope.mail_id;
    decision->is_new_ticket = TRUE;
    decision->ref = g_strdup("SUP-000001");
    decision->queue = g_strdup("support");
    decision->subject = g_strdup("The subject");
    decision->status = g_strdup("new");
    decision->sender_name = g_strdup("Anna");
    decision->sender_address = g_strdup("anna@customer.test");
    decision->sender_role = g_strdup("requester");
    assert_true(store_begin(fixture->store, NULL));
    assert_true(settle_decision(fixture->store, row, reading, decision, NOW_US, NULL));
    assert_true(store_commit(fixture->store, NULL));
}

static void make_plain_ticket(Fixture *fixture)
{
    g_autoptr(Reading) reading = reading_of("the reply");
    make_ticket(fixture, reading);
}

static guint tell(Fixture *fixture, const char *event, gint64 mail_id, gint64 now_us)
{
    g_autoptr(GError) error = NULL;
    guint count = 99;
    assert_true(store_begin(fixture->store, &error));
    if (!announce(fixture->store, &fixture->config, fixture->ticket_id, event, mail_id, now_us, &count,
                  &error))
        fail_msg("%s", error->message);
    assert_true(store_commit(fixture->store, &error));
    return count;
}

/* The `nth` newest row, whole. */
static OutboxRow *row_at(Fixture *fixture, guint nth)
{
    g_autoptr(GPtrArray) rows = outbox_list(fixture->store, 100, NULL);
    assert_true(nth < rows->len);
    OutboxRow *row = outbox_get(fixture->store, ((const OutboxRow *)rows->pdata[nth])->id, NULL);
    assert_non_null(row);
    return row;
}

static char *body_of(const OutboxRow *row)
{
    gsize length;
    const char *bytes = g_bytes_get_data(row->bytes, &length);
    return g_strndup(bytes, length);
}

static void assert_has(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("'%s' is not in: %s", part, text);
}

/* Each of the words becomes a row like this. */
static void test_rows(void **state)
{
    Fixture *fixture = *state;
    make_plain_ticket(fixture);
    add_webhook(fixture, "crm", "", "");
    g_autofree char *id = mail_id_format(fixture->ticket_id);
    for (guint i = 0; config_webhook_events[i]; i++) {
        const char *event = config_webhook_events[i];
        assert_int_equal(tell(fixture, event, fixture->ticket_id, NOW_US), 1);
        g_autoptr(OutboxRow) row = row_at(fixture, 0);
        g_autofree char *key = g_strdup_printf("%s.%s.crm", event, id);
        g_autofree char *begin = g_strdup_printf("{\"event\":\"%s\",\"id\":\"%s\",\"at\":"
                                                 "\"2026-11-22T09:30:00.000042Z\",\"ticket\":{\"ref\":"
                                                 "\"SUP-000001\",\"status\":\"new\",\"queue\":\"support\"",
                                                 event, key);
        g_autofree char *body = body_of(row);
        assert_string_equal(row->kind, "webhook");
        assert_string_equal(row->route, "webhook:crm");
        assert_string_equal(row->to, "crm");
        assert_string_equal(row->from, "");
        assert_string_equal(row->envelope_from, "");
        assert_string_equal(row->subject, event);
        assert_string_equal(row->message_id, key);
        assert_string_equal(row->ref, "SUP-000001");
        assert_int_equal(row->state, OUTBOX_QUEUED);
        assert_true(row->is_automatic);
        assert_true(g_str_has_prefix(body, begin));
        assert_has(body, "\"name\":\"api_token\",\"value\":\"55-…k9\"");
        assert_has(body, "\"direction\":\"in\",\"from\":\"anna@customer.test\",\"subject\":\"The subject\"");
        assert_has(body, "\"reply\":\"the reply\"");
        assert_has(body, "\"cut\":[]}");
    }
}

static void test_act_without_mail(void **state)
{
    Fixture *fixture = *state;
    make_plain_ticket(fixture);
    add_webhook(fixture, "crm", "", "");
    assert_int_equal(tell(fixture, "closed", 0, NOW_US), 1);
    assert_int_equal(tell(fixture, "closed", 0, NOW_US + 1), 1);
    g_autoptr(OutboxRow) second = row_at(fixture, 0);
    g_autoptr(OutboxRow) first = row_at(fixture, 1);
    g_autofree char *body = body_of(first);
    assert_has(body, "\"message\":null");
    assert_string_not_equal(first->message_id, second->message_id);
}

static void test_same_again(void **state)
{
    Fixture *fixture = *state;
    make_plain_ticket(fixture);
    add_webhook(fixture, "crm", "", "");
    tell(fixture, "opened", fixture->ticket_id, NOW_US);
    tell(fixture, "opened", fixture->ticket_id, NOW_US + G_USEC_PER_SEC);
    g_autoptr(OutboxRow) second = row_at(fixture, 0);
    g_autoptr(OutboxRow) first = row_at(fixture, 1);
    assert_string_equal(first->message_id, second->message_id);
}

/* Events and queues of each webhook. */
static void test_who_is_told(void **state)
{
    Fixture *fixture = *state;
    make_plain_ticket(fixture);
    assert_int_equal(tell(fixture, "opened", fixture->ticket_id, NOW_US), 0);
    add_webhook(fixture, "all", "", "");
    add_webhook(fixture, "some-events", "wrote closed", "");
    add_webhook(fixture, "our-queue", "", "billing support");
    add_webhook(fixture, "other-queue", "", "billing");
    assert_int_equal(tell(fixture, "opened", fixture->ticket_id, NOW_US), 2);
    g_autoptr(OutboxRow) queue = row_at(fixture, 0);
    g_autoptr(OutboxRow) all = row_at(fixture, 1);
    assert_string_equal(queue->to, "our-queue");
    assert_string_equal(all->to, "all");
    assert_string_not_equal(queue->message_id, all->message_id);
    assert_int_equal(tell(fixture, "closed", 0, NOW_US), 3);
}

/* It is no mail of the conversation. */
static void test_ticket_is_left_alone(void **state)
{
    Fixture *fixture = *state;
    make_plain_ticket(fixture);
    add_webhook(fixture, "crm", "", "");
    tell(fixture, "opened", fixture->ticket_id, NOW_US);
    g_autoptr(Ticket) ticket = ticket_get(fixture->store, "SUP-000001", NULL);
    assert_int_equal(ticket->messages->len, 1);
    assert_string_equal(((const TicketMessage *)ticket->messages->pdata[0])->direction, "in");
}

static void test_undone_with_its_act(void **state)
{
    Fixture *fixture = *state;
    guint count;
    g_autoptr(GError) error = NULL;
    make_plain_ticket(fixture);
    add_webhook(fixture, "crm", "", "");
    assert_true(store_begin(fixture->store, NULL));
    assert_true(
        announce(fixture->store, &fixture->config, fixture->ticket_id, "closed", 0, NOW_US, &count, NULL));
    store_rollback(fixture->store);
    g_autoptr(GPtrArray) rows = outbox_list(fixture->store, 100, NULL);
    assert_int_equal(rows->len, 0);
    assert_false(announce(fixture->store, &fixture->config, 1, "closed", 0, NOW_US, &count, &error));
    assert_true(error_is(error, ERROR_NOT_FOUND));
}

static void test_too_large(void **state)
{
    Fixture *fixture = *state;
    g_autofree char *reply = g_strnfill(LIMIT_WEBHOOK_BYTES, 'x');
    memcpy(reply + 64 * 1024 - 1, "ü", 2); /* a character on the edge stays whole */
    g_autoptr(Reading) reading = reading_of(reply);
    make_ticket(fixture, reading);
    add_webhook(fixture, "first", "", "");
    add_webhook(fixture, "second", "", "");
    assert_int_equal(tell(fixture, "opened", fixture->ticket_id, NOW_US), 2);
    for (guint i = 0; i < 2; i++) {
        g_autoptr(OutboxRow) row = row_at(fixture, i);
        g_autofree char *body = body_of(row);
        assert_true(strlen(body) < LIMIT_WEBHOOK_BYTES);
        assert_true(strlen(body) > 60 * 1024);
        assert_true(g_utf8_validate(body, -1, NULL));
        assert_has(body, "\"fields\":[]");
        assert_has(body, "\"cut\":[\"reply\",\"lists\"]}");
    }
}

/* What was not searched to its end may still hold a secret. */
static void test_unsearched_reply(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(Reading) reading = reading_of("the key is 55-abcdef");
    finding_add(reading->findings, "rule-gave-up", "api-token: out of time while secrets were masked");
    make_ticket(fixture, reading);
    add_webhook(fixture, "crm", "", "");
    tell(fixture, "opened", fixture->ticket_id, NOW_US);
    g_autoptr(OutboxRow) row = row_at(fixture, 0);
    g_autofree char *body = body_of(row);
    assert_null(strstr(body, "abcdef"));
    assert_has(body, "\"reply\":\"\"");
    assert_has(body, "\"cut\":[\"reply\"]}");
}

static const char *event_of(gboolean is_new, const char *role, const Envelope *envelope,
                            const Reading *reading)
{
    g_autoptr(Decision) decision = decision_new(FATE_TICKETED);
    decision->is_new_ticket = is_new;
    decision->sender_role = g_strdup(role);
    if (strcmp(role, "agent") == 0) {
        g_free(decision->direction);
        decision->direction = g_strdup("note");
    }
    return announce_event_of(decision, envelope, reading);
}

static void test_event_of_people(void **state)
{
    (void)state;
    Envelope loud = {0}, quiet = {.is_quiet = TRUE};
    g_autoptr(Reading) reading = reading_of("x");
    assert_string_equal(event_of(TRUE, "requester", &loud, reading), "opened");
    assert_string_equal(event_of(TRUE, "requester", &loud, NULL), "opened");
    assert_string_equal(event_of(FALSE, "participant", &loud, reading), "wrote");
    assert_string_equal(event_of(FALSE, "guest", &loud, reading), "wrote");
    /* Acts announce what agents do. */
    assert_null(event_of(FALSE, "agent", &loud, reading));
    assert_null(event_of(TRUE, "requester", &quiet, reading));
    assert_null(event_of(FALSE, "agent", &quiet, reading));
}

static void test_event_of_machines(void **state)
{
    (void)state;
    static const MailKind machines[] = {KIND_AUTO_REPLY, KIND_BOUNCE, KIND_FEEDBACK, KIND_RECEIPT,
                                        KIND_CHALLENGE};
    Envelope envelope = {0};
    g_autoptr(Reading) reading = reading_of("x");
    for (guint i = 0; i < G_N_ELEMENTS(machines); i++) {
        reading->kind = machines[i];
        assert_null(event_of(FALSE, "participant", &envelope, reading));
        assert_null(event_of(FALSE, "agent", &envelope, reading));
        assert_string_equal(event_of(TRUE, "requester", &envelope, reading), "opened");
    }
    reading->kind = KIND_LIST;
    assert_string_equal(event_of(FALSE, "participant", &envelope, reading), "wrote");
}

static void test_event_of_no_ticket(void **state)
{
    (void)state;
    Envelope envelope = {0};
    g_autoptr(Reading) reading = reading_of("x");
    g_autoptr(Decision) held = decision_new(FATE_HELD);
    g_autoptr(Decision) copy = decision_new(FATE_COPY);
    assert_null(announce_event_of(held, &envelope, reading));
    assert_null(announce_event_of(copy, &envelope, reading));
}

#define WITH_STORE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_STORE(test_rows),
        WITH_STORE(test_act_without_mail),
        WITH_STORE(test_same_again),
        WITH_STORE(test_who_is_told),
        WITH_STORE(test_ticket_is_left_alone),
        WITH_STORE(test_undone_with_its_act),
        WITH_STORE(test_too_large),
        WITH_STORE(test_unsearched_reply),
        cmocka_unit_test(test_event_of_people),
        cmocka_unit_test(test_event_of_machines),
        cmocka_unit_test(test_event_of_no_ticket),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
