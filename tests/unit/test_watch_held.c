/* The watch tells the admins of held mail once a day, and of a spent budget once an hour; and how the writer
 * counts what is written by itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gateway/gate/ack_ledger.h"
#include "gateway/store/store_private.h"
#include "scratch.h"

#include <postern/intake_rows.h>
#include <postern/moments.h>
#include <postern/outbox.h>
#include <postern/watch.h>

#include <string.h>

#define NOW_US (G_GINT64_CONSTANT(1795339800) * G_USEC_PER_SEC)
#define MINUTE_US (60 * (gint64)G_USEC_PER_SEC)
#define HOUR_US (60 * MINUTE_US)
#define DAY_US (24 * HOUR_US)

static const char config_text[] = "domain: desk.test\n"
                                  "store: store\n"
                                  "queues:\n"
                                  "  - name: support\n"
                                  "    display: Acme Support\n"
                                  "    prefix: SUP\n"
                                  "    addresses: [support@desk.test]\n"
                                  "    agents: []\n"
                                  "lmtp:\n"
                                  "  listen: [\"127.0.0.1:2424\"]\n"
                                  "outgoing:\n"
                                  "  folder: outgoing\n"
                                  "admins:\n"
                                  "  addresses: [ada@home.test, bob@home.test]\n";

typedef struct {
    char *folder, *file;
    Store *store;
    Watch *watch;
    guint mails;
} Fixture;

static Setup *load(Fixture *fixture, const char *more)
{
    g_autoptr(GPtrArray) problems = problems_new();
    g_autofree char *text = g_strconcat(config_text, more, NULL);
    assert_true(g_file_set_contents(fixture->file, text, -1, NULL));
    Setup *setup = setup_load(fixture->file, problems);
    assert_non_null(setup);
    return setup;
}

static int set_up(void **state)
{
    Fixture *fixture = g_new0(Fixture, 1);
    fixture->folder = g_dir_make_tmp("postern-watch-XXXXXX", NULL);
    fixture->file = g_build_filename(fixture->folder, "postern.yaml", NULL);
    g_autoptr(Setup) setup = load(fixture, "");
    fixture->store = store_open(fixture->folder, STORE_CREATE, NULL);
    fixture->watch = watch_new(store_open(fixture->folder, STORE_OPEN, NULL), setup, -1, NOW_US, NULL);
    *state = fixture;
    return fixture->watch ? 0 : -1;
}

static int tear_down(void **state)
{
    Fixture *fixture = *state;
    watch_free(fixture->watch);
    store_close(fixture->store);
    scratch_remove(fixture->folder);
    g_free(fixture->folder);
    g_free(fixture->file);
    g_free(fixture);
    return 0;
}

static guint look(Fixture *fixture, gint64 now_us)
{
    g_autoptr(GError) error = NULL;
    guint mails = 0;
    gboolean ok = watch_look(fixture->watch, now_us, &mails, &error);
    if (error)
        print_message("%s\n", error->message);
    assert_true(ok);
    return mails;
}

static gint64 hold(Fixture *fixture, const char *reason)
{
    gint64 id = ++fixture->mails;
    assert_true(db_run(fixture->store->db, NULL,
                       "INSERT INTO raw (id, digest, sha256, size, bytes) VALUES ($1, 0, x'00', 5, x'00')",
                       "i", id));
    assert_true(db_run(
        fixture->store->db, NULL,
        "INSERT INTO intake (id, raw_id, received_us, source, peer, envelope_from, recipient, is_quiet,"
        " is_released, attempts, lease_us, fate, reason, detail, from_text, subject) VALUES ($1, $1, $3,"
        " 'lmtp', '', '', 'support@desk.test', 0, 0, 1, 0, 'held', $2, '', 'anna@customer.test', 'Held $1')",
        "iti", id, reason, NOW_US - HOUR_US));
    return id;
}

static guint count(Fixture *fixture, const char *kind)
{
    return (guint)db_select_integer(fixture->store->db, 0, NULL,
                                    "SELECT count(*) FROM outbox WHERE kind = $1", "t", kind);
}

static void test_digest_once_a_day(void **state)
{
    Fixture *fixture = *state;
    assert_int_equal(look(fixture, NOW_US), 0);
    hold(fixture, "loop");
    assert_int_equal(look(fixture, NOW_US), 2);
    assert_int_equal(count(fixture, "held-digest"), 2);
    g_autoptr(GPtrArray) rows = outbox_list(fixture->store, 10, NULL);
    assert_string_equal(((OutboxRow *)rows->pdata[0])->to, "bob@home.test");
    assert_string_equal(((OutboxRow *)rows->pdata[1])->to, "ada@home.test");
    assert_string_equal(((OutboxRow *)rows->pdata[1])->subject, "1 mail is held and waits for a person");
    /* Nothing new: nothing, however long it waits. */
    assert_int_equal(look(fixture, NOW_US + 2 * DAY_US), 0);
    hold(fixture, "loop");
    assert_int_equal(look(fixture, NOW_US + DAY_US - 1), 0);
    assert_int_equal(look(fixture, NOW_US + DAY_US), 2);
    g_autoptr(GPtrArray) later = outbox_list(fixture->store, 1, NULL);
    assert_string_equal(((OutboxRow *)later->pdata[0])->subject, "2 mails are held and wait for a person");
    assert_int_equal(look(fixture, NOW_US + 9 * DAY_US), 0);
    /* A clock that was set back stops nothing. */
    hold(fixture, "loop");
    assert_int_equal(look(fixture, NOW_US - 300 * DAY_US), 2);
}

static void test_digest_of_nothing(void **state)
{
    Fixture *fixture = *state;
    hold(fixture, HELD_REFUSED);
    gint64 id = hold(fixture, "loop");
    assert_true(held_drop(fixture->store, id, "ada", NOW_US, NULL));
    assert_int_equal(look(fixture, NOW_US), 0);
    hold(fixture, "loop");
    assert_int_equal(look(fixture, NOW_US), 2);
}

static void test_digest_of_many(void **state)
{
    Fixture *fixture = *state;
    for (guint i = 0; i < 60; i++)
        hold(fixture, "loop");
    assert_int_equal(look(fixture, NOW_US), 2);
    g_autoptr(GPtrArray) rows = outbox_list(fixture->store, 1, NULL);
    g_autoptr(OutboxRow) row = outbox_get(fixture->store, ((OutboxRow *)rows->pdata[0])->id, NULL);
    gsize length;
    const char *bytes = g_bytes_get_data(row->bytes, &length);
    g_autofree char *text = g_strndup(bytes, length);
    assert_non_null(strstr(text, "\r\n10 older ones"));
    /* The newest first. */
    const char *newest = strstr(text, "Subject:  Held"), *last = g_strrstr(text, "000000000000b");
    assert_non_null(newest);
    assert_non_null(last);
    assert_null(strstr(text, "000000000000a"));
}

static void test_digest_can_be_switched_off(void **state)
{
    Fixture *fixture = *state;
    hold(fixture, "loop");
    g_autoptr(Setup) never = load(fixture, "  digest_every: 0s\n");
    watch_reload(fixture->watch, never);
    assert_int_equal(look(fixture, NOW_US), 0);
    g_autoptr(Setup) hourly = load(fixture, "  digest_every: 1h\n");
    watch_reload(fixture->watch, hourly);
    assert_int_equal(look(fixture, NOW_US), 2);
    hold(fixture, "loop");
    assert_int_equal(look(fixture, NOW_US + HOUR_US - 1), 0);
    assert_int_equal(look(fixture, NOW_US + HOUR_US), 2);
}

static void test_budget_once_an_hour(void **state)
{
    Fixture *fixture = *state;
    assert_int_equal(look(fixture, NOW_US), 0);
    assert_true(moment_set(fixture->store, MOMENT_BUDGET_SPENT, NOW_US, NULL));
    assert_int_equal(look(fixture, NOW_US), 2);
    assert_int_equal(look(fixture, NOW_US + 3 * HOUR_US), 0);
    assert_true(moment_set(fixture->store, MOMENT_BUDGET_SPENT, NOW_US + HOUR_US - 2, NULL));
    assert_int_equal(look(fixture, NOW_US + HOUR_US - 1), 0);
    assert_int_equal(look(fixture, NOW_US + HOUR_US), 2);
    assert_int_equal(count(fixture, "budget"), 4);
}

static void add_row(Fixture *fixture, const char *kind, gboolean is_personal, gint64 at_us)
{
    g_autoptr(GBytes) bytes = g_bytes_new("x", 1);
    Outgoing mail = {.kind = (char *)(guintptr)kind,
                     .is_personal = is_personal,
                     .to = (char *)(guintptr) "anna@customer.test",
                     .from = (char *)(guintptr) "support@desk.test",
                     .envelope_from = (char *)(guintptr) "",
                     .subject = (char *)(guintptr) "x",
                     .message_id = (char *)(guintptr) "x",
                     .bytes = bytes};
    assert_true(outbox_add(fixture->store, &mail, 0, 0, at_us, NULL));
}

/* What was written before a restart counts. */
static void test_ledger_from_the_outbox(void **state)
{
    Fixture *fixture = *state;
    add_row(fixture, "acknowledgement", FALSE, NOW_US - HOUR_US - 1);
    add_row(fixture, "acknowledgement", FALSE, NOW_US - HOUR_US / 2);
    add_row(fixture, "notice", FALSE, NOW_US - MINUTE_US);
    add_row(fixture, "answer", TRUE, NOW_US - MINUTE_US);
    add_row(fixture, "webhook", FALSE, NOW_US - MINUTE_US);
    g_autoptr(AckLedger) ledger = ack_ledger_new(fixture->store, NOW_US, NULL);
    assert_int_equal(ack_ledger_count_automatic(ledger, NOW_US), 2);
    guint to_anna, all;
    ack_ledger_count(ledger, "anna@customer.test", NOW_US, &to_anna, &all);
    assert_int_equal(all, 1);
}

static void test_ledger_forgets(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(AckLedger) ledger = ack_ledger_new(fixture->store, NOW_US, NULL);
    for (guint minute = 0; minute < 90; minute++)
        ack_ledger_add_automatic(ledger, 2, NOW_US + minute * MINUTE_US);
    assert_int_equal(ack_ledger_count_automatic(ledger, NOW_US + 89 * MINUTE_US), 120);
    assert_int_equal(ack_ledger_count_automatic(ledger, NOW_US + 99 * MINUTE_US), 100);
    assert_int_equal(ack_ledger_count_automatic(ledger, NOW_US + 200 * MINUTE_US), 0);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_digest_once_a_day),   TEST(test_digest_of_nothing),
        TEST(test_digest_of_many),      TEST(test_digest_can_be_switched_off),
        TEST(test_budget_once_an_hour), TEST(test_ledger_from_the_outbox),
        TEST(test_ledger_forgets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
