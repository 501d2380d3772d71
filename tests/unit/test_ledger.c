/* The ledger of what was fetched from mailboxes, and how mailboxes fare. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scratch.h"

#include <postern/base/error.h>
#include <postern/ledger.h>

#include <string.h>

#define NOW_US (G_GINT64_CONSTANT(1795339800) * G_USEC_PER_SEC)

typedef struct {
    char *path;
    Store *store;
    LedgerFolder folder; /* INBOX of "front" */
} Fixture;

static int set_up(void **state)
{
    Fixture *fixture = g_new0(Fixture, 1);
    fixture->path = g_dir_make_tmp("postern-ledger-XXXXXX", NULL);
    fixture->store = store_open(fixture->path, STORE_CREATE, NULL);
    fixture->folder = (LedgerFolder){.uidvalidity = 7, .begin_us = NOW_US, .begin_uid = 10, .done_uid = 9};
    *state = fixture;
    return ledger_folder_set(fixture->store, "front", "INBOX", &fixture->folder, NULL) ? 0 : -1;
}

static int tear_down(void **state)
{
    Fixture *fixture = *state;
    store_close(fixture->store);
    scratch_remove(fixture->path);
    g_free(fixture->path);
    g_free(fixture);
    return 0;
}

static Raw raw_of(const char *text)
{
    Raw raw = {.size = strlen(text)};
    digest_of(text, strlen(text), raw.sha256);
    return raw;
}

static FetchKey key_of(const Fixture *fixture, guint32 uid)
{
    static char mailbox[] = "front";
    return (FetchKey){mailbox, fixture->folder.id, fixture->folder.uidvalidity, uid};
}

static gboolean is_known(Fixture *fixture, const FetchKey *key, const char *text)
{
    Raw raw = raw_of(text);
    gboolean known = FALSE;
    g_autofree char *peer = NULL;
    assert_true(ledger_meet(fixture->store, key, &raw, &known, &peer, NULL));
    return known;
}

static void take(Fixture *fixture, guint32 uid, const char *text, gint64 intake_id)
{
    Raw raw = raw_of(text);
    FetchKey key = key_of(fixture, uid);
    assert_true(ledger_take(fixture->store, &key, &raw, intake_id, NOW_US, NULL));
}

static GArray *due(Fixture *fixture, guint64 message_bytes, gint64 now_us)
{
    GArray *rows = ledger_due(fixture->store, &fixture->folder, message_bytes, now_us, 100, NULL);
    assert_non_null(rows);
    return rows;
}

static void set_aside(Fixture *fixture, guint32 uid, FetchedState state, guint attempts, gint64 next_us)
{
    FetchedRow row = {uid, state, 1000, attempts, next_us};
    assert_true(ledger_set_aside(fixture->store, &fixture->folder, &row, "because", NOW_US, NULL));
}

static void key_is_text_and_back(void **state)
{
    (void)state;
    static char name[] = "front-2.x";
    FetchKey key = {name, G_MAXINT64, G_MAXUINT32, G_MAXUINT32};
    g_autofree char *text = fetch_key_format(&key);
    g_auto(FetchKey) back = {0};
    assert_string_equal(text, "front-2.x:9223372036854775807:4294967295:4294967295");
    assert_true(fetch_key_parse(text, &back));
    assert_string_equal(back.mailbox, name);
    assert_int_equal(back.folder_id, G_MAXINT64);
    assert_int_equal(back.uidvalidity, G_MAXUINT32);
    assert_int_equal(back.uid, G_MAXUINT32);
}

static void no_key(void **state)
{
    (void)state;
    static const char *const texts[] = {"",
                                        "front",
                                        "front:1:2",
                                        "front:1:2:3:4",
                                        ":1:2:3",
                                        "a:0:2:3",
                                        "a:1:2:0",
                                        "a:1:2:-3",
                                        "a:1:2:+3",
                                        "a:1:2: 3",
                                        "a:x:2:3",
                                        "a:1:2:3 ",
                                        "a:1:2:4294967296",
                                        "a:1:2:99999999999999999999"};
    FetchKey key;
    assert_false(fetch_key_parse(NULL, &key));
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        assert_false(fetch_key_parse(texts[i], &key));
}

static void known_by_key_and_bytes(void **state)
{
    Fixture *fixture = *state;
    FetchKey key = key_of(fixture, 12), other = key_of(fixture, 13);
    assert_false(is_known(fixture, &key, "mail"));
    take(fixture, 12, "mail", 100);
    assert_true(is_known(fixture, &key, "mail"));
    assert_false(is_known(fixture, &key, "another mail"));
    assert_false(is_known(fixture, &other, "mail"));
    key.uidvalidity++;
    assert_false(is_known(fixture, &key, "mail"));
}

static void known_when_finished(void **state)
{
    Fixture *fixture = *state;
    FetchKey key = key_of(fixture, 12);
    guint32 uid = 12;
    take(fixture, 12, "mail", 100);
    assert_true(ledger_finish(fixture->store, &fixture->folder, &uid, 1, NULL));
    assert_true(is_known(fixture, &key, "mail"));
}

static void words_for_the_record(void **state)
{
    Fixture *fixture = *state;
    Raw raw = raw_of("x");
    FetchKey key = key_of(fixture, 12);
    gboolean known;
    g_autofree char *peer = NULL;
    assert_true(ledger_meet(fixture->store, &key, &raw, &known, &peer, NULL));
    assert_string_equal(peer, "mailbox front, folder INBOX, UID 12");
}

static void a_folder_that_is_not_there(void **state)
{
    Fixture *fixture = *state;
    static char other[] = "other";
    Raw raw = raw_of("x");
    FetchKey keys[] = {key_of(fixture, 1), key_of(fixture, 1)};
    keys[0].folder_id++;
    keys[1].mailbox = other;
    for (guint i = 0; i < G_N_ELEMENTS(keys); i++) {
        gboolean known;
        char *peer = NULL;
        g_autoptr(GError) error = NULL;
        assert_false(ledger_meet(fixture->store, &keys[i], &raw, &known, &peer, &error));
        assert_true(error_is(error, ERROR_NOT_FOUND));
    }
}

static void a_folder_is_kept(void **state)
{
    Fixture *fixture = *state;
    LedgerFolder found;
    gint64 id = fixture->folder.id;
    fixture->folder.done_uid = G_MAXUINT32;
    fixture->folder.modseq = G_MAXINT64;
    assert_true(ledger_folder_set(fixture->store, "front", "INBOX", &fixture->folder, NULL));
    assert_true(ledger_folder_get(fixture->store, "front", "INBOX", &found, NULL));
    assert_int_equal(found.id, id);
    assert_int_equal(found.done_uid, G_MAXUINT32);
    assert_true(found.modseq == G_MAXINT64);
    assert_int_equal(found.begin_us, NOW_US);
    assert_true(ledger_folder_get(fixture->store, "front", "inbox", &found, NULL));
    assert_int_equal(found.id, 0);
}

static void due_is_what_has_work_left(void **state)
{
    Fixture *fixture = *state;
    guint32 finished = 11;
    take(fixture, 14, "c", 103);
    take(fixture, 11, "a", 101);
    assert_true(ledger_finish(fixture->store, &fixture->folder, &finished, 1, NULL));
    set_aside(fixture, 13, FETCHED_FAILED, 1, NOW_US);
    set_aside(fixture, 15, FETCHED_FAILED, 2, NOW_US + 1);
    set_aside(fixture, 12, FETCHED_TOO_LARGE, 0, 0);
    g_autoptr(GArray) rows = due(fixture, 999, NOW_US);
    assert_int_equal(rows->len, 2);
    assert_int_equal(g_array_index(rows, FetchedRow, 0).uid, 13);
    assert_int_equal(g_array_index(rows, FetchedRow, 0).state, FETCHED_FAILED);
    assert_int_equal(g_array_index(rows, FetchedRow, 1).uid, 14);
    assert_int_equal(g_array_index(rows, FetchedRow, 1).state, FETCHED_TAKEN);
    g_autoptr(GArray) more = due(fixture, 1000, NOW_US + 1);
    assert_int_equal(more->len, 4);
    fixture->folder.uidvalidity++;
    g_autoptr(GArray) none = due(fixture, 1000, NOW_US + 1);
    assert_int_equal(none->len, 0);
}

static void next_due(void **state)
{
    Fixture *fixture = *state;
    gint64 at_us;
    set_aside(fixture, 12, FETCHED_TOO_LARGE, 0, 0);
    assert_true(ledger_next_due(fixture->store, &fixture->folder, &at_us, NULL));
    assert_true(at_us == G_MAXINT64);
    set_aside(fixture, 13, FETCHED_FAILED, 1, NOW_US + 5);
    set_aside(fixture, 14, FETCHED_FAILED, 1, NOW_US + 3);
    assert_true(ledger_next_due(fixture->store, &fixture->folder, &at_us, NULL));
    assert_true(at_us == NOW_US + 3);
}

static void known_in_a_range(void **state)
{
    Fixture *fixture = *state;
    take(fixture, 20, "a", 1);
    take(fixture, 10, "b", 2);
    set_aside(fixture, 15, FETCHED_FAILED, 1, 0);
    take(fixture, 30, "c", 3);
    g_autoptr(GArray) known = ledger_known(fixture->store, &fixture->folder, 10, 20, NULL);
    assert_int_equal(known->len, 3);
    assert_int_equal(g_array_index(known, guint32, 0), 10);
    assert_int_equal(g_array_index(known, guint32, 1), 15);
    assert_int_equal(g_array_index(known, guint32, 2), 20);
}

static void a_failed_mail_is_taken_in_the_end(void **state)
{
    Fixture *fixture = *state;
    FetchedRow row;
    gboolean found;
    set_aside(fixture, 12, FETCHED_FAILED, LEDGER_ATTEMPTS, NOW_US);
    take(fixture, 12, "mail", 100);
    assert_true(ledger_row(fixture->store, &fixture->folder, 12, &row, &found, NULL));
    assert_true(found);
    assert_int_equal(row.state, FETCHED_TAKEN);
    assert_int_equal(row.attempts, 0);
    g_autoptr(GPtrArray) stuck = stuck_mail_untold(fixture->store, 10, NULL);
    assert_int_equal(stuck->len, 0);
}

/* The gate may have taken a mail after the fetcher gave up waiting for its answer. */
static void what_is_taken_does_not_fail_any_more(void **state)
{
    Fixture *fixture = *state;
    FetchedRow row;
    gboolean found;
    FetchKey key = key_of(fixture, 12);
    take(fixture, 12, "mail", 100);
    set_aside(fixture, 12, FETCHED_FAILED, 1, NOW_US);
    assert_true(ledger_row(fixture->store, &fixture->folder, 12, &row, &found, NULL));
    assert_true(found && row.state == FETCHED_TAKEN);
    assert_true(is_known(fixture, &key, "mail"));
    set_aside(fixture, 12, FETCHED_TAKEN, 3, NOW_US + 9);
    assert_true(ledger_row(fixture->store, &fixture->folder, 12, &row, &found, NULL));
    assert_int_equal(row.attempts, 3);
    assert_true(row.next_us == NOW_US + 9);
    assert_true(is_known(fixture, &key, "mail"));
}

static void stuck_is_told_once(void **state)
{
    Fixture *fixture = *state;
    set_aside(fixture, 12, FETCHED_FAILED, LEDGER_ATTEMPTS - 1, NOW_US);
    set_aside(fixture, 13, FETCHED_TOO_LARGE, 0, 0);
    g_autoptr(GPtrArray) first = stuck_mail_untold(fixture->store, 10, NULL);
    assert_int_equal(first->len, 1);
    const StuckMail *large = first->pdata[0];
    assert_true(large->is_too_large);
    assert_string_equal(large->mailbox, "front");
    assert_string_equal(large->folder, "INBOX");
    assert_string_equal(large->detail, "because");
    assert_int_equal(large->size, 1000);
    assert_true(stuck_mail_told(fixture->store, large, NULL));
    set_aside(fixture, 12, FETCHED_FAILED, LEDGER_ATTEMPTS, NOW_US);
    g_autoptr(GPtrArray) second = stuck_mail_untold(fixture->store, 10, NULL);
    assert_int_equal(second->len, 1);
    const StuckMail *failed = second->pdata[0];
    assert_int_equal(failed->uid, 12);
    assert_true(stuck_mail_told(fixture->store, failed, NULL));
    set_aside(fixture, 12, FETCHED_FAILED, LEDGER_ATTEMPTS + 1, NOW_US);
    g_autoptr(GPtrArray) third = stuck_mail_untold(fixture->store, 10, NULL);
    assert_int_equal(third->len, 0);
    g_autoptr(GPtrArray) all = stuck_mail_list(fixture->store, "front", NULL);
    assert_int_equal(all->len, 2);
}

static MailboxStatus *the_status(Fixture *fixture, GPtrArray **out_list)
{
    *out_list = mailbox_status_list(fixture->store, NULL);
    assert_int_equal((*out_list)->len, 1);
    return (*out_list)->pdata[0];
}

static void status_is_kept(void **state)
{
    Fixture *fixture = *state;
    static char name[] = "front", waiting[] = "waiting", stopped[] = "stopped", words[] = "no route";
    MailboxStatus status = {.name = name,
                            .state = waiting,
                            .since_us = 5,
                            .contact_us = 7,
                            .mail_us = 6,
                            .waiting = 3,
                            .oldest_us = 2};
    g_autoptr(GPtrArray) first = NULL, second = NULL;
    assert_true(mailbox_status_set(fixture->store, &status, NULL));
    assert_true(mailbox_status_alerted(fixture->store, "front", 99, NULL));
    /* A fetcher that has just started knows of no contact yet. */
    status = (MailboxStatus){.name = name, .state = stopped, .since_us = 8, .error = words, .error_us = 8};
    assert_true(mailbox_status_set(fixture->store, &status, NULL));
    const MailboxStatus *found = the_status(fixture, &first);
    assert_string_equal(found->state, "stopped");
    assert_string_equal(found->error, "no route");
    assert_int_equal(found->begun_us, 5);
    assert_int_equal(found->contact_us, 7);
    assert_int_equal(found->mail_us, 6);
    assert_int_equal(found->waiting, 0);
    assert_int_equal(found->alerted_us, 99);
    status.error = NULL;
    status.error_us = 0;
    assert_true(mailbox_status_set(fixture->store, &status, NULL));
    found = the_status(fixture, &second);
    assert_null(found->error);
    assert_int_equal(found->error_us, 8);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(key_is_text_and_back),
        cmocka_unit_test(no_key),
        TEST(known_by_key_and_bytes),
        TEST(known_when_finished),
        TEST(words_for_the_record),
        TEST(a_folder_that_is_not_there),
        TEST(a_folder_is_kept),
        TEST(due_is_what_has_work_left),
        TEST(next_due),
        TEST(known_in_a_range),
        TEST(a_failed_mail_is_taken_in_the_end),
        TEST(what_is_taken_does_not_fail_any_more),
        TEST(stuck_is_told_once),
        TEST(status_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
