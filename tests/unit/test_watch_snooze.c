/* Tickets that wake up: who is told, once, and what about a ticket is said aside to whom. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gateway/store/store_private.h"
#include "scratch.h"

#include <postern/aside.h>
#include <postern/outbox.h>
#include <postern/ticket_change.h>
#include <postern/tickets.h>
#include <postern/watch.h>

#include <string.h>

#define NOW_US (G_GINT64_CONSTANT(1795339800) * G_USEC_PER_SEC)
#define HOUR_US (3600 * (gint64)G_USEC_PER_SEC)
#define TICKET 4711

static const char config_text[] = "domain: desk.test\n"
                                  "store: store\n"
                                  "agents:\n"
                                  "  - {name: kim, display: Kim, address: kim@agents.test}\n"
                                  "  - {name: lee, display: Lee, address: lee@agents.test}\n"
                                  "  - {name: dora, display: Dora, address: dora@agents.test}\n"
                                  "queues:\n"
                                  "  - name: support\n"
                                  "    display: Acme Support\n"
                                  "    prefix: SUP\n"
                                  "    addresses: [support@desk.test]\n"
                                  "    agents: [kim, lee]\n"
                                  "lmtp:\n"
                                  "  listen: [\"127.0.0.1:2424\"]\n"
                                  "outgoing:\n"
                                  "  folder: out\n";

typedef struct {
    char *folder, *file;
    Store *store;
    Watch *watch;
    Setup *setup;
} Fixture;

static int set_up(void **state)
{
    Fixture *fixture = g_new0(Fixture, 1);
    g_autoptr(GPtrArray) problems = problems_new();
    fixture->folder = g_dir_make_tmp("postern-snooze-XXXXXX", NULL);
    fixture->file = g_build_filename(fixture->folder, "postern.yaml", NULL);
    g_file_set_contents(fixture->file, config_text, -1, NULL);
    fixture->setup = setup_load(fixture->file, problems);
    fixture->store = store_open(fixture->folder, STORE_CREATE, NULL);
    Store *own = store_open(fixture->folder, STORE_OPEN, NULL);
    fixture->watch = own && fixture->setup ? watch_new(own, fixture->setup, -1, NOW_US, NULL) : NULL;
    *state = fixture;
    return fixture->store && fixture->watch ? 0 : -1;
}

static int tear_down(void **state)
{
    Fixture *fixture = *state;
    watch_free(fixture->watch);
    store_close(fixture->store);
    setup_unref(fixture->setup);
    scratch_remove(fixture->folder);
    g_free(fixture->folder);
    g_free(fixture->file);
    g_free(fixture);
    return 0;
}

static void run(Fixture *fixture, const char *sql)
{
    g_autoptr(GError) error = NULL;
    gboolean ok = db_script(fixture->store->db, sql, &error);
    assert_null(error);
    assert_true(ok);
}

/* Asleep for an hour; its last words are Anna's, behind which a note stands. */
static void sleep_ticket(Fixture *fixture, const char *owner, gint64 lease_us)
{
    g_autofree char *sql = g_strdup_printf(
        "INSERT INTO tickets (id, ref, queue, status, subject, owner, lease_us, snooze_us, requester_name,"
        " requester_address, created_us, updated_us) VALUES (%d, 'SUP-7K3QW2', 'support', 'waiting', "
        "'Broken',"
        " %s, %" G_GINT64_FORMAT ", %" G_GINT64_FORMAT ", '', 'anna@customer.test', 1, 1);"
        "INSERT INTO messages (id, ticket_id, direction, from_name, from_address, subject, at_us, kind, "
        "reply,"
        " recipients, attachments, findings, why) VALUES (%d, %d, 'in', '', 'anna@customer.test', 'Broken', "
        "1,"
        " 'human', 'Tell me on Monday.', '', '[]', '[]', '[]')",
        TICKET, owner, lease_us, NOW_US + HOUR_US, TICKET, TICKET);
    run(fixture, sql);
    assert_true(ticket_add_note(fixture->store, TICKET, TICKET + 1, "dora", "a note", NOW_US, NULL));
}

static guint look(Fixture *fixture, gint64 now_us)
{
    g_autoptr(GError) error = NULL;
    guint mails = 0;
    gboolean ok = watch_look(fixture->watch, now_us, &mails, &error);
    assert_null(error);
    assert_true(ok);
    return mails;
}

/* "kim lee": who got mail, in the order of the outbox. */
static void assert_readers(Fixture *fixture, const char *expected)
{
    g_autoptr(GPtrArray) rows = outbox_list(fixture->store, 100, NULL);
    GString *names = g_string_new(NULL);
    for (guint i = rows->len; i > 0; i--) {
        const OutboxRow *row = rows->pdata[i - 1];
        assert_string_equal(row->kind, "aside");
        assert_string_equal(row->ref, "SUP-7K3QW2");
        g_string_append_printf(names, "%s%.*s", i < rows->len ? " " : "", (int)strcspn(row->to, "@"),
                               row->to);
    }
    assert_string_equal(names->str, expected);
    g_string_free(names, TRUE);
}

static void assert_text(Fixture *fixture, const char *text)
{
    g_autoptr(OutboxRow) row = outbox_get(fixture->store, 1, NULL);
    assert_non_null(row);
    gsize length;
    const char *bytes = g_bytes_get_data(row->bytes, &length);
    g_autofree char *all = g_strndup(bytes, length);
    if (!strstr(all, text))
        print_message("%s\n", all);
    assert_non_null(strstr(all, text));
}

static void test_owner_is_told(void **state)
{
    Fixture *fixture = *state;
    sleep_ticket(fixture, "'dora'", NOW_US + 2 * HOUR_US);
    assert_int_equal(look(fixture, NOW_US + HOUR_US - 1), 0);
    assert_int_equal(look(fixture, NOW_US + HOUR_US), 1);
    assert_readers(fixture, "dora");
    assert_text(fixture, "the snooze is over");
    assert_text(fixture, "Tell me on Monday.");
    g_autoptr(Ticket) ticket = ticket_get(fixture->store, "SUP-7K3QW2", NULL);
    assert_string_equal(ticket->status, "open");
    assert_int_equal(ticket->snooze_us, 0);
    assert_int_equal(look(fixture, NOW_US + 2 * HOUR_US), 0);
}

static void test_agents_are_told(void **state)
{
    Fixture *fixture = *state;
    sleep_ticket(fixture, "NULL", 0);
    assert_int_equal(look(fixture, NOW_US + HOUR_US), 2);
    assert_readers(fixture, "kim lee");
}

/* Who had it may have gone home: then it is everybody's. */
static void test_former_owner(void **state)
{
    Fixture *fixture = *state;
    sleep_ticket(fixture, "'dora'", NOW_US);
    assert_int_equal(look(fixture, NOW_US + HOUR_US), 3);
    assert_readers(fixture, "dora kim lee");
}

static void test_owner_without_address(void **state)
{
    Fixture *fixture = *state;
    sleep_ticket(fixture, "'gone'", NOW_US + 2 * HOUR_US);
    assert_int_equal(look(fixture, NOW_US + HOUR_US), 2);
    assert_readers(fixture, "kim lee");
}

static void test_who_did_it_is_not_told(void **state)
{
    Fixture *fixture = *state;
    gsize count = 0;
    sleep_ticket(fixture, "'lee'", NOW_US);
    g_autofree TokenKey *keys = store_token_keys(fixture->store, &count, NULL);
    const ActsDesk desk = {.store = fixture->store,
                           .config = fixture->setup->config,
                           .notices = fixture->setup->notices,
                           .rules = fixture->setup->rules,
                           .keys = keys,
                           .key_count = count,
                           .now_us = NOW_US};
    guint mails = 0;
    assert_true(store_begin(fixture->store, NULL));
    assert_true(aside_tell(&desk, TICKET, "lee", config_agent(desk.config, "lee"),
                           "did a thing:", "As agreed.", &mails, NULL));
    assert_true(store_commit(fixture->store, NULL));
    assert_int_equal(mails, 1);
    assert_readers(fixture, "kim");
    assert_text(fixture, "lee did a thing:");
    assert_text(fixture, "As agreed.");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_owner_is_told),         TEST(test_agents_are_told),        TEST(test_former_owner),
        TEST(test_owner_without_address), TEST(test_who_did_it_is_not_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
