/* The watch: who is told of what, once, by which way; and that nothing is told without being noted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gateway/store/store_private.h"
#include "scratch.h"

#include <postern/base/starter.h>
#include <postern/blocks.h>
#include <postern/ledger.h>
#include <postern/outbox.h>
#include <postern/routes.h>
#include <postern/watch.h>

#include <string.h>

#define NOW_US (G_GINT64_CONSTANT(1795339800) * G_USEC_PER_SEC)
#define MINUTE_US (60 * (gint64)G_USEC_PER_SEC)
#define TICKET 4711

static const char config_text[] = "domain: desk.test\n"
                                  "store: store\n"
                                  "agents:\n"
                                  "  - {name: kim, display: Kim Lee, address: kim@agents.test}\n"
                                  "  - {name: lou, display: Lou, address: lou@agents.test}\n"
                                  "queues:\n"
                                  "  - name: support\n"
                                  "    display: Acme Support\n"
                                  "    prefix: SUP\n"
                                  "    addresses: [support@desk.test]\n"
                                  "    agents: [kim, lou]\n"
                                  "lmtp:\n"
                                  "  listen: [\"127.0.0.1:2424\"]\n"
                                  "mailboxes:\n"
                                  "  - name: inbox\n"
                                  "    server: mail.desk.test\n"
                                  "    security: tls\n"
                                  "    user: u\n"
                                  "    password_env: SECRET\n"
                                  "    queue: support\n"
                                  "outgoing:\n"
                                  "  - name: main\n"
                                  "    server: mail.desk.test\n"
                                  "    security: starttls\n"
                                  "  - name: spare\n"
                                  "    server: spare.example.org\n"
                                  "    security: starttls\n"
                                  "admins:\n"
                                  "  addresses: [ada@home.test, bob@home.test]\n";

typedef struct {
    char *folder, *file;
    Store *store;
    Watch *watch;
    Setup *setup;
} Fixture;

static Setup *load(Fixture *fixture, const char *text)
{
    g_autoptr(GPtrArray) problems = problems_new();
    assert_true(g_file_set_contents(fixture->file, text, -1, NULL));
    Setup *setup = setup_load(fixture->file, problems);
    g_autofree char *all = problems_format(problems);
    if (!setup)
        print_message("%s\n", all);
    assert_non_null(setup);
    return setup;
}

static int set_up(void **state)
{
    Fixture *fixture = g_new0(Fixture, 1);
    fixture->folder = g_dir_make_tmp("postern-watch-XXXXXX", NULL);
    fixture->file = g_build_filename(fixture->folder, "postern.yaml", NULL);
    fixture->setup = load(fixture, config_text);
    fixture->store = store_open(fixture->folder, STORE_CREATE, NULL);
    Store *own = store_open(fixture->folder, STORE_OPEN, NULL);
    fixture->watch = own ? watch_new(own, fixture->setup, -1, NOW_US, NULL) : NULL;
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

static void run(Fixture *fixture, const char *sql)
{
    g_autoptr(GError) error = NULL;
    gboolean ok = db_script(fixture->store->db, sql, &error);
    if (error)
        print_message("%s\n", error->message);
    assert_true(ok);
}

/* The newest row that went to this address. */
static OutboxRow *mail_to(Fixture *fixture, const char *to)
{
    g_autoptr(GPtrArray) rows = outbox_list(fixture->store, 100, NULL);
    for (guint i = 0; i < rows->len; i++) {
        const OutboxRow *row = rows->pdata[i];
        if (strcmp(row->to, to) == 0)
            return outbox_get(fixture->store, row->id, NULL);
    }
    return NULL;
}

static void assert_text(const OutboxRow *row, const char *text)
{
    gsize length;
    const char *bytes = g_bytes_get_data(row->bytes, &length);
    g_autofree char *all = g_strndup(bytes, length);
    if (!strstr(all, text))
        print_message("%s\n", all);
    assert_non_null(strstr(all, text));
}

static void set_mailbox(Fixture *fixture, const char *word, gint64 contact_us, const char *error)
{
    MailboxStatus status = {.name = (char *)(guintptr) "inbox",
                            .state = (char *)(guintptr)word,
                            .since_us = contact_us,
                            .contact_us = contact_us,
                            .error = (char *)(guintptr)error,
                            .error_us = contact_us};
    assert_true(mailbox_status_set(fixture->store, &status, NULL));
}

/* Undelivered mail. */

static void open_ticket(Fixture *fixture, const char *owner)
{
    g_autofree char *sql = g_strdup_printf(
        "INSERT INTO tickets (id, ref, queue, status, subject, owner, requester_name, requester_address,"
        " created_us, updated_us) VALUES (%d, 'SUP-7K3QW2', 'support', 'open', 'x', %s, '',"
        " 'anna@customer.test', 1, 1)",
        TICKET, owner);
    run(fixture, sql);
}

static void add_failed(Fixture *fixture, const char *kind, const char *to, const char *state, gint64 ticket)
{
    g_autoptr(GBytes) bytes = g_bytes_new_static("x", 1);
    Outgoing mail = {.kind = (char *)(guintptr)kind,
                     .to = (char *)(guintptr)to,
                     .from = (char *)(guintptr) "support@desk.test",
                     .envelope_from = (char *)(guintptr) "",
                     .subject = (char *)(guintptr) "x",
                     .message_id = (char *)(guintptr) "a@desk.test",
                     .bytes = bytes};
    assert_true(outbox_add(fixture->store, &mail, ticket, 0, NOW_US, NULL));
    g_autofree char *sql = g_strdup_printf(
        "UPDATE outbox SET state = '%s', attempts = 1, last_error = '550 no such user' WHERE id ="
        " (SELECT max(id) FROM outbox)",
        state);
    run(fixture, sql);
}

static void test_owner_is_told(void **state)
{
    Fixture *fixture = *state;
    open_ticket(fixture, "'lou'");
    add_failed(fixture, "acknowledgement", "anna@customer.test", "failed", TICKET);
    add_failed(fixture, "notice", "kim@agents.test", "held", TICKET);
    assert_int_equal(look(fixture, NOW_US), 1);
    g_autoptr(OutboxRow) row = mail_to(fixture, "lou@agents.test");
    assert_string_equal(row->kind, "undelivered");
    assert_string_equal(row->ref, "SUP-7K3QW2");
    assert_string_equal(row->subject, "Not delivered: 2 mails [SUP-7K3QW2]");
    assert_true(row->is_automatic);
    assert_true(g_str_has_prefix(row->envelope_from, "support+"));
    assert_text(row, "acknowledgement to anna@customer.test");
    assert_text(row, "550 no such user");
    assert_text(row, "held, a person must look");
    assert_text(row, "Auto-Submitted: auto-generated");
    assert_int_equal(look(fixture, NOW_US), 0);
}

static void test_agents_are_told(void **state)
{
    Fixture *fixture = *state;
    open_ticket(fixture, "NULL");
    add_failed(fixture, "acknowledgement", "anna@customer.test", "failed", TICKET);
    assert_int_equal(look(fixture, NOW_US), 2);
}

/* Whom mail does not reach is not told by mail: then the others, then the admins. */
static void test_unreached_are_passed_over(void **state)
{
    Fixture *fixture = *state;
    open_ticket(fixture, "'kim'");
    add_failed(fixture, "notice", "Kim@agents.test", "failed", TICKET);
    assert_int_equal(look(fixture, NOW_US), 1);
    g_autoptr(OutboxRow) row = mail_to(fixture, "lou@agents.test");
    assert_non_null(row);
    assert_true(
        block_set(fixture->store, "lou@agents.test", "5.1.1", "gone", NOW_US + MINUTE_US, NOW_US, NULL));
    add_failed(fixture, "notice", "kim@agents.test", "failed", TICKET);
    assert_int_equal(look(fixture, NOW_US), 2);
    g_autoptr(OutboxRow) admin = mail_to(fixture, "ada@home.test");
    assert_string_equal(admin->kind, "undelivered");
}

/* Colleagues who get their own notices hear once that one of them cannot be reached. */
static void test_known_failures(void **state)
{
    Fixture *fixture = *state;
    open_ticket(fixture, "NULL");
    add_failed(fixture, "notice", "kim@agents.test", "failed", TICKET);
    assert_int_equal(look(fixture, NOW_US), 1);
    assert_true(block_set(fixture->store, "kim@agents.test", "5.1.1", "gone", NOW_US + 60 * MINUTE_US,
                          NOW_US - 1, NULL));
    add_failed(fixture, "notice", "Kim@agents.test", "failed", TICKET);
    assert_int_equal(look(fixture, NOW_US), 0);
    /* The customer's mail is another matter, and so is a ticket that nobody else hears of. */
    add_failed(fixture, "answer", "kim@agents.test", "failed", TICKET);
    assert_int_equal(look(fixture, NOW_US), 1);
    assert_true(block_set(fixture->store, "lou@agents.test", "5.1.1", "gone", NOW_US + 60 * MINUTE_US,
                          NOW_US - 1, NULL));
    add_failed(fixture, "notice", "kim@agents.test", "failed", TICKET);
    assert_int_equal(look(fixture, NOW_US), 2);
}

/* News that do not arrive are no news; nor is what failed without a ticket. */
static void test_no_rounds(void **state)
{
    Fixture *fixture = *state;
    open_ticket(fixture, "'lou'");
    add_failed(fixture, "undelivered", "lou@agents.test", "failed", TICKET);
    add_failed(fixture, "stopped", "ada@home.test", "failed", 0);
    add_failed(fixture, "webhook", "crm", "failed", TICKET);
    assert_int_equal(look(fixture, NOW_US), 0);
    assert_int_equal(
        db_select_integer(fixture->store->db, -1, NULL, "SELECT count(*) FROM outbox WHERE is_told = 0", ""),
        0);
}

static void test_few_an_hour(void **state)
{
    Fixture *fixture = *state;
    open_ticket(fixture, "'lou'");
    guint told = 0;
    for (guint i = 0; i < 20; i++) {
        add_failed(fixture, "acknowledgement", "anna@customer.test", "failed", TICKET);
        told += look(fixture, NOW_US);
    }
    assert_int_equal(told, 5);
    set_mailbox(fixture, "waiting", NOW_US + 60 * MINUTE_US, NULL);
    add_failed(fixture, "acknowledgement", "anna@customer.test", "failed", TICKET);
    assert_int_equal(look(fixture, NOW_US + 61 * MINUTE_US), 1);
}

/* What a person drops, that person knows of; what a person retries may fail again. */
static void test_dropped_and_retried(void **state)
{
    Fixture *fixture = *state;
    open_ticket(fixture, "'lou'");
    add_failed(fixture, "acknowledgement", "anna@customer.test", "queued", TICKET);
    assert_true(outbox_drop(fixture->store, 1, "kim", NOW_US, NULL));
    assert_int_equal(look(fixture, NOW_US), 0);
    assert_true(outbox_retry(fixture->store, 1, NOW_US, NULL));
    run(fixture, "UPDATE outbox SET state = 'failed' WHERE id = 1");
    assert_int_equal(look(fixture, NOW_US), 1);
}

/* Mailboxes. */

static void test_mailbox_stops_and_works(void **state)
{
    Fixture *fixture = *state;
    set_mailbox(fixture, "stopped", NOW_US, "login refused; give a new password");
    assert_int_equal(look(fixture, NOW_US + 14 * MINUTE_US), 0);
    assert_int_equal(look(fixture, NOW_US + 15 * MINUTE_US), 2);
    assert_int_equal(look(fixture, NOW_US + 16 * MINUTE_US), 0);
    g_autoptr(OutboxRow) row = mail_to(fixture, "ada@home.test");
    assert_string_equal(row->subject, "mailbox inbox cannot be read");
    assert_string_equal(row->envelope_from, "");
    /* Not through the server that is out. */
    assert_string_equal(row->route, "spare");
    assert_text(row, "login refused; give a new password");
    assert_text(row, "2026-11-22 09:30 UTC");
    /* A word from before the news is none. */
    set_mailbox(fixture, "waiting", NOW_US + 10 * MINUTE_US, NULL);
    assert_int_equal(look(fixture, NOW_US + 17 * MINUTE_US), 0);
    set_mailbox(fixture, "waiting", NOW_US + 18 * MINUTE_US, NULL);
    assert_int_equal(look(fixture, NOW_US + 19 * MINUTE_US), 2);
    g_autoptr(OutboxRow) again = mail_to(fixture, "bob@home.test");
    assert_string_equal(again->subject, "mailbox inbox works again");
    assert_int_equal(look(fixture, NOW_US + 20 * MINUTE_US), 0);
    /* The next outage is news again. */
    set_mailbox(fixture, "stopped", NOW_US + 18 * MINUTE_US, "gone");
    assert_int_equal(look(fixture, NOW_US + 40 * MINUTE_US), 2);
}

/* IDLE is silent for up to 29 minutes, and that is health. */
static void test_silence(void **state)
{
    Fixture *fixture = *state;
    set_mailbox(fixture, "waiting", NOW_US, NULL);
    assert_int_equal(look(fixture, NOW_US + 30 * MINUTE_US), 0);
    assert_int_equal(look(fixture, NOW_US + 36 * MINUTE_US), 2);
}

/* A connection that ends after a long silence has not been away for that long; a word on what could be better
 * is no outage, and ends one. */
static void test_short_troubles(void **state)
{
    Fixture *fixture = *state;
    set_mailbox(fixture, "waiting", NOW_US, "its server knows no MOVE");
    assert_int_equal(look(fixture, NOW_US + 20 * MINUTE_US), 0);
    run(fixture, "UPDATE mailboxes SET state = 'stopped', since_us = since_us + 1200000000");
    assert_int_equal(look(fixture, NOW_US + 21 * MINUTE_US), 0);
    assert_int_equal(look(fixture, NOW_US + 35 * MINUTE_US), 2);
    set_mailbox(fixture, "starting", NOW_US + 36 * MINUTE_US, NULL);
    assert_int_equal(look(fixture, NOW_US + 36 * MINUTE_US), 0);
    set_mailbox(fixture, "waiting", NOW_US + 36 * MINUTE_US, "its server knows no MOVE");
    assert_int_equal(look(fixture, NOW_US + 36 * MINUTE_US), 2);
}

static void test_fetcher_that_cannot_start(void **state)
{
    Fixture *fixture = *state;
    assert_int_equal(look(fixture, NOW_US + 14 * MINUTE_US), 0);
    assert_int_equal(look(fixture, NOW_US + 15 * MINUTE_US), 2);
    assert_int_equal(look(fixture, NOW_US + 16 * MINUTE_US), 0);
    g_autoptr(OutboxRow) row = mail_to(fixture, "ada@home.test");
    assert_text(row, "its fetcher has not said a word");
    set_mailbox(fixture, "waiting", NOW_US + 17 * MINUTE_US, NULL);
    assert_int_equal(look(fixture, NOW_US + 18 * MINUTE_US), 2);
}

/* What was silent while we were away was not heard, and that is no outage. */
static void test_start_after_a_long_time(void **state)
{
    Fixture *fixture = *state;
    set_mailbox(fixture, "stopped", NOW_US - 1000 * MINUTE_US, "stopped with us");
    assert_int_equal(look(fixture, NOW_US + MINUTE_US), 0);
}

/* Ways out. */

static void test_routes(void **state)
{
    Fixture *fixture = *state;
    set_mailbox(fixture, "waiting", NOW_US + 30 * MINUTE_US, NULL);
    assert_true(route_status_down(fixture->store, "spare", "connection refused", NOW_US, NULL));
    assert_true(route_status_down(fixture->store, "removed", "connection refused", NOW_US, NULL));
    assert_int_equal(look(fixture, NOW_US + 14 * MINUTE_US), 0);
    assert_int_equal(look(fixture, NOW_US + 15 * MINUTE_US), 2);
    assert_int_equal(look(fixture, NOW_US + 16 * MINUTE_US), 0);
    g_autoptr(OutboxRow) row = mail_to(fixture, "ada@home.test");
    assert_string_equal(row->subject, "route spare is down");
    assert_string_equal(row->route, "main");
    assert_true(route_status_up(fixture->store, "spare", NOW_US + 17 * MINUTE_US, NULL));
    assert_int_equal(look(fixture, NOW_US + 18 * MINUTE_US), 2);
    assert_true(
        route_status_down(fixture->store, "main", "connection refused", NOW_US + 18 * MINUTE_US, NULL));
    assert_int_equal(look(fixture, NOW_US + 34 * MINUTE_US), 2);
    g_autoptr(OutboxRow) other = mail_to(fixture, "ada@home.test");
    assert_string_equal(other->route, "spare");
}

/* A folder has no server by which it could be told from others. */
static void test_route_to_a_folder(void **state)
{
    Fixture *fixture = *state;
    g_auto(GStrv) parts =
        g_strsplit(config_text, "  - name: main\n    server: mail.desk.test\n    security: starttls\n", 2);
    g_autofree char *text = g_strjoinv("  - name: main\n    folder: outgoing\n", parts);
    g_autoptr(Setup) setup = load(fixture, text);
    watch_reload(fixture->watch, setup);
    set_mailbox(fixture, "waiting", NOW_US + 15 * MINUTE_US, NULL);
    assert_true(route_status_down(fixture->store, "main", "no such folder", NOW_US, NULL));
    assert_int_equal(look(fixture, NOW_US + 15 * MINUTE_US), 2);
    g_autoptr(OutboxRow) row = mail_to(fixture, "ada@home.test");
    assert_string_equal(row->route, "spare");
}

/* Mail that cannot be taken. */

static void add_stuck(Fixture *fixture, int uid, const char *word, int attempts)
{
    g_autofree char *sql = g_strdup_printf(
        "INSERT INTO folders (id, mailbox, name, uidvalidity, begin_us, begin_uid, done_uid, modseq) VALUES"
        " (1, 'inbox', 'INBOX', 7, 0, 0, 0, 0) ON CONFLICT DO NOTHING;"
        "INSERT INTO fetched (folder_id, uidvalidity, uid, state, size, attempts, next_us, at_us, detail,"
        " is_told) VALUES (1, 7, %d, '%s', 60000000, %d, 0, %d, 'words about %d', 0)",
        uid, word, attempts, uid, uid);
    run(fixture, sql);
}

static void test_stuck_mail(void **state)
{
    Fixture *fixture = *state;
    add_stuck(fixture, 12, "too large", 0);
    add_stuck(fixture, 13, "failed", 100);
    assert_int_equal(look(fixture, NOW_US), 2);
    assert_int_equal(look(fixture, NOW_US), 0);
    g_autoptr(OutboxRow) row = mail_to(fixture, "ada@home.test");
    assert_string_equal(row->subject, "2 mails left in a mailbox");
    assert_text(row, "mailbox inbox, folder INBOX, UID 12, 57.2");
    assert_text(row, "words about 13");
    assert_text(row, "limits.message_size");
    assert_text(row, "postern import");
}

/* Anybody can send one after the other: the admins hear of the first at once, of the others together. */
static void test_many_stuck_mails(void **state)
{
    Fixture *fixture = *state;
    set_mailbox(fixture, "waiting", NOW_US + 60 * MINUTE_US, NULL);
    add_stuck(fixture, 1, "too large", 0);
    assert_int_equal(look(fixture, NOW_US), 2);
    for (int i = 2; i < 30; i++) {
        add_stuck(fixture, i, "too large", 0);
        assert_int_equal(look(fixture, NOW_US + i * MINUTE_US), 0);
    }
    assert_int_equal(look(fixture, NOW_US + 60 * MINUTE_US), 2);
    g_autoptr(OutboxRow) row = mail_to(fixture, "ada@home.test");
    assert_string_equal(row->subject, "28 mails left in a mailbox");
}

/* Without admins there is the log, and nothing is queued; what was said there is not said again. */
static void test_without_admins(void **state)
{
    Fixture *fixture = *state;
    g_auto(GStrv) parts = g_strsplit(config_text, "admins:", 2);
    g_autoptr(Setup) setup = load(fixture, parts[0]);
    watch_reload(fixture->watch, setup);
    set_mailbox(fixture, "stopped", NOW_US, "gone");
    add_stuck(fixture, 12, "too large", 0);
    assert_int_equal(look(fixture, NOW_US + 20 * MINUTE_US), 0);
    g_autoptr(GPtrArray) list = mailbox_status_list(fixture->store, NULL);
    assert_true(((const MailboxStatus *)list->pdata[0])->alerted_us > 0);
    g_autoptr(GPtrArray) stuck = stuck_mail_untold(fixture->store, 10, NULL);
    assert_int_equal(stuck->len, 0);
}

/* A row that cannot be queued leaves nothing noted: all is told with the next look. */
static void test_all_or_nothing(void **state)
{
    Fixture *fixture = *state;
    set_mailbox(fixture, "stopped", NOW_US, "gone");
    run(fixture, "CREATE TRIGGER no_bob BEFORE INSERT ON outbox WHEN NEW.to_address = 'bob@home.test'"
                 " BEGIN SELECT raise(ABORT, 'no'); END");
    guint mails = 0;
    assert_false(watch_look(fixture->watch, NOW_US + 20 * MINUTE_US, &mails, NULL));
    assert_null(mail_to(fixture, "ada@home.test"));
    run(fixture, "DROP TRIGGER no_bob");
    assert_int_equal(look(fixture, NOW_US + 21 * MINUTE_US), 2);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_owner_is_told),
        TEST(test_agents_are_told),
        TEST(test_unreached_are_passed_over),
        TEST(test_known_failures),
        TEST(test_no_rounds),
        TEST(test_few_an_hour),
        TEST(test_dropped_and_retried),
        TEST(test_mailbox_stops_and_works),
        TEST(test_silence),
        TEST(test_short_troubles),
        TEST(test_fetcher_that_cannot_start),
        TEST(test_start_after_a_long_time),
        TEST(test_routes),
        TEST(test_route_to_a_folder),
        TEST(test_stuck_mail),
        TEST(test_many_stuck_mails),
        TEST(test_without_admins),
        TEST(test_all_or_nothing),
    };
    return cmocka_run_group_tests_name("watch", tests, NULL, NULL);
}
