/* Error texts grouped across customers: what is counted, what is said to whom and for how long, what merging,
 * splitting and resolving do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gateway/store/store_private.h"
#include "known_error_shop.h"

#include <postern/base/error.h>
#include <postern/error_acts.h>
#include <postern/outbox.h>
#include <postern/ticket_change.h>
#include <postern/tickets.h>

static KnownError *get(Shop *shop, gint64 id)
{
    g_autoptr(GError) error = NULL;
    KnownError *known = known_error_get(shop->gate->store, id, &error);
    assert_no_error(error);
    return known;
}

static const char *state_of(Shop *shop, gint64 id, gint64 now_us)
{
    g_autoptr(KnownError) known = get(shop, id);
    return g_intern_string(known_error_state(known, now_us));
}

static void test_names(void **state)
{
    (void)state;
    g_autofree char *name = known_error_name(12);
    assert_string_equal(name, "E12");
    assert_int_equal(known_error_parse("E12"), 12);
    assert_int_equal(known_error_parse("e12"), 12);
    assert_int_equal(known_error_parse("12"), 12);
    const char *const none[] = {"", "E", "E-1", "EE1", "E1x", "1.5", "E99999999999999999999", " 1"};
    for (guint i = 0; i < G_N_ELEMENTS(none); i++)
        assert_int_equal(known_error_parse(none[i]), 0);
}

static void test_counts(void **state)
{
    Shop *shop = *state;
    write_of(shop, "anna@a.test", "Error: app 1 is over its limit");
    write_of(shop, "anna@a.test", "Error: app 2 is over its limit, as before");
    write_of(shop, "bert@b.test", "Error: app 77 is over its limit");
    write_of(shop, "bert+x@b.test", "Error: app 78 is over its limit");
    g_autoptr(GPtrArray) list = known_error_list(shop->gate->store, 10, NULL);
    assert_int_equal(list->len, 2);
    g_autoptr(KnownError) known = get(shop, 1);
    assert_int_equal(known->tickets, 3);
    assert_int_equal(known->customers, 2); /* a sub-address is nobody else */
    assert_int_equal(known->prints, 1);
    assert_string_equal(known->title, "app … is over its limit");
    assert_string_equal(known_error_state(known, shop->gate->now_us), "open");
}

/* Whose mail is none: ours. A machine's counts for no customer who is told. */
static void test_agents_and_machines(void **state)
{
    Shop *shop = *state;
    write_of(shop, "kim@agents.test", "Error: app 1 is over its limit");
    shop->kind = KIND_MACHINE;
    write_of(shop, "cron@a.test", "Error: disk 7 is nearly full again");
    shop->kind = KIND_HUMAN;
    g_autoptr(GPtrArray) tickets = known_error_tickets(shop->gate->store, 1, 0, 10, NULL);
    for (guint i = 0; i < tickets->len; i++)
        if (strcmp(((KnownErrorTicket *)tickets->pdata[i])->requester, "cron@a.test") == 0)
            assert_false(((KnownErrorTicket *)tickets->pdata[i])->is_person);
    g_autoptr(GPtrArray) list = known_error_list(shop->gate->store, 10, NULL);
    g_autoptr(GString) titles = g_string_new(NULL);
    for (guint i = 0; i < list->len; i++)
        g_string_append_printf(titles, "%s;", ((KnownError *)list->pdata[i])->title);
    assert_non_null(strstr(titles->str, "disk … is nearly full again"));
}

static void set_hint(Shop *shop, gint64 id, const char *kind, const char *words, gint64 until_us)
{
    g_autoptr(GError) error = NULL;
    Store *store = shop->gate->store;
    assert_true(store_begin(store, &error) &&
                known_error_set_hint(store, id, kind, words, until_us, "ada", shop->gate->now_us, &error) &&
                store_commit(store, &error));
}

static ErrorHint *hint_of(Shop *shop, const char *text)
{
    g_autoptr(Reading) reading = reading_with(shop, "x@x.test", text);
    g_autoptr(GPtrArray) hints = known_errors_of_mail(shop->gate->store, reading, shop->gate->now_us, NULL);
    return hints->len == 1 ? g_ptr_array_steal_index(hints, 0) : NULL;
}

static void test_hint(void **state)
{
    Shop *shop = *state;
    write_of(shop, "anna@a.test", "Error: app 1 is over its limit");
    g_autofree char *before = acknowledgement(shop, "bert@b.test", "Error: app 2 is over its limit");
    assert_null(strstr(before, "We know the error"));
    set_hint(shop, 1, "workaround", "Use\x1b[31m 7.1\nuntil Friday", shop->gate->now_us + DAY_US);
    ErrorHint *hint = hint_of(shop, "Error: app 9 is over its limit");
    assert_string_equal(hint->state, "workaround");
    assert_string_equal(hint->text, "Use[31m 7.1\nuntil Friday");
    assert_int_equal(hint->customers, 2);
    error_hint_free(hint);
    g_autofree char *now = acknowledgement(shop, "carl@c.test", "Error: app 3 is over its limit");
    assert_non_null(strstr(now, "this helps:"));
    assert_non_null(strstr(now, "7.1"));
    assert_string_equal(state_of(shop, 1, shop->gate->now_us), "workaround");
    shop->wait_us = DAY_US; /* it came while the hint counted, and is read when it is over */
    g_autofree char *late = acknowledgement(shop, "emil@e.test", "Error: app 5 is over its limit");
    assert_true(*late && !strstr(late, "We know the error"));
    g_autofree char *over = acknowledgement(shop, "dora@d.test", "Error: app 4 is over its limit");
    assert_null(strstr(over, "We know the error"));
    assert_string_equal(state_of(shop, 1, shop->gate->now_us), "open");
}

static void refuses(Shop *shop, const char *kind, const char *words, gint64 until_us)
{
    g_autoptr(GError) error = NULL;
    assert_true(store_begin(shop->gate->store, NULL));
    assert_false(
        known_error_set_hint(shop->gate->store, 1, kind, words, until_us, "ada", shop->gate->now_us, &error));
    assert_true(error_is(error, ERROR_MALFORMED));
    store_rollback(shop->gate->store);
}

static void test_hint_refused(void **state)
{
    Shop *shop = *state;
    gint64 now_us = shop->gate->now_us;
    write_of(shop, "anna@a.test", "Error: app 1 is over its limit");
    refuses(shop, "mended", "words", now_us + DAY_US);
    refuses(shop, "fixed", "", now_us + DAY_US);
    refuses(shop, "fixed", " \n ", now_us + DAY_US);
    refuses(shop, "fixed", "words", now_us);
    refuses(shop, "fixed", "words", now_us + 400 * DAY_US);
    g_autofree char *most = g_strnfill(KNOWN_ERROR_HINT_BYTES, 'x');
    g_autofree char *more = g_strconcat(most, "x", NULL);
    refuses(shop, "fixed", more, now_us + DAY_US);
    set_hint(shop, 1, "fixed", most, now_us + DAY_US);
    set_hint(shop, 1, NULL, NULL, 0);
    assert_string_equal(state_of(shop, 1, now_us), "open");
}

static gboolean change(Shop *shop, gboolean ok, GError **error)
{
    if (ok)
        return store_commit(shop->gate->store, error);
    store_rollback(shop->gate->store);
    return FALSE;
}

static void test_merge_and_split(void **state)
{
    Shop *shop = *state;
    Store *store = shop->gate->store;
    g_autoptr(GError) error = NULL;
    write_of(shop, "anna@a.test", "Error: app 1 is over its limit");
    write_of(shop, "bert@b.test", "TypeError: channel.bind is not a function");
    set_hint(shop, 1, "workaround", "Wait a while.", shop->gate->now_us + DAY_US);
    store_begin(store, NULL);
    assert_true(change(shop, known_error_merge(store, 1, 2, "ada", shop->gate->now_us, &error), &error));
    g_autoptr(KnownError) into = get(shop, 2);
    assert_int_equal(into->prints, 2);
    assert_int_equal(into->customers, 2);
    assert_string_equal(into->hint, "Wait a while."); /* it had none of its own */
    g_autoptr(KnownError) gone = get(shop, 1);
    assert_int_equal(gone->merged_into, 2);
    ErrorHint *hint = hint_of(shop, "Error: app 9 is over its limit");
    assert_int_equal(hint->error_id, 2);
    error_hint_free(hint);
    store_begin(store, NULL);
    assert_false(change(shop, known_error_merge(store, 2, 1, "ada", shop->gate->now_us, &error), NULL));
    assert_true(error_is(error, ERROR_CONFLICT));
    g_clear_error(&error);
    store_begin(store, NULL);
    assert_false(change(shop, known_error_merge(store, 2, 2, "ada", shop->gate->now_us, &error), NULL));
    g_clear_error(&error);

    g_autoptr(GPtrArray) prints = known_error_prints(store, 2, NULL);
    g_autoptr(GPtrArray) some = g_ptr_array_new();
    gint64 new_id = 0;
    g_ptr_array_add(some, ((KnownErrorPrint *)prints->pdata[0])->print);
    store_begin(store, NULL);
    assert_true(
        change(shop, known_error_split(store, 2, some, "ada", shop->gate->now_us, &new_id, &error), &error));
    g_autoptr(KnownError) split = get(shop, new_id);
    assert_string_equal(split->title, "app … is over its limit");
    assert_int_equal(split->customers, 1);
    store_begin(store, NULL); /* none would stay */
    assert_false(change(
        shop, known_error_split(store, new_id, some, "ada", shop->gate->now_us, &new_id, &error), NULL));
    assert_true(error_is(error, ERROR_REFUSED));
}

static void resolve(Shop *shop, gint64 id)
{
    Store *store = shop->gate->store;
    g_autoptr(GError) error = NULL;
    store_begin(store, NULL);
    assert_true(change(shop, known_error_resolve(store, id, "ada", shop->gate->now_us, &error), &error));
}

static void test_seen_again(void **state)
{
    Shop *shop = *state;
    write_of(shop, "anna@a.test", "Error: app 1 is over its limit");
    resolve(shop, 1);
    assert_string_equal(state_of(shop, 1, shop->gate->now_us), "resolved");
    shop->gate->now_us += DAY_US;
    write_of(shop, "bert@b.test", "Error: app 2 is over its limit");
    assert_string_equal(state_of(shop, 1, shop->gate->now_us), "open");
    /* Who is told how it was fixed does not open it again. */
    set_hint(shop, 1, "fixed", "It is mended in 7.2.", shop->gate->now_us + DAY_US);
    resolve(shop, 1);
    write_of(shop, "carl@c.test", "Error: app 3 is over its limit");
    assert_string_equal(state_of(shop, 1, shop->gate->now_us), "resolved");
    g_autofree char *now = acknowledgement(shop, "dora@d.test", "Error: app 4 is over its limit");
    assert_non_null(strstr(now, "It is mended in 7.2."));
}

static ActsDesk desk_of(Shop *shop)
{
    return (ActsDesk){.store = shop->gate->store,
                      .config = shop->gate->config,
                      .notices = shop->gate->notices,
                      .rules = shop->gate->rules,
                      .keys = shop->gate->keys,
                      .key_count = shop->gate->key_count,
                      .now_us = shop->gate->now_us};
}

static guint letters_out(Shop *shop)
{
    g_autoptr(GPtrArray) rows = outbox_list(shop->gate->store, 1000, NULL);
    guint count = 0;
    for (guint i = 0; i < rows->len; i++)
        count += strcmp(((OutboxRow *)rows->pdata[i])->kind, "fixed") == 0;
    return count;
}

static void send_all(Shop *shop)
{
    ActsDesk desk = desk_of(shop);
    g_autoptr(GPtrArray) letters = error_letters(&desk, 1, "It works again.", NULL);
    for (guint i = 0; i < letters->len; i++) {
        guint mails = 0;
        assert_true(error_letter_send(&desk, 1, ((ErrorLetter *)letters->pdata[i])->ticket_id,
                                      "It works again.", "ada", &mails, NULL));
    }
}

static void test_told_once(void **state)
{
    Shop *shop = *state;
    gint64 spam = write_of(shop, "spam@s.test", "Error: app 1 is over its limit");
    write_of(shop, "anna@a.test", "Error: app 2 is over its limit");
    write_of(shop, "bert@b.test", "Error: app 3 is over its limit");
    shop->kind = KIND_MACHINE;
    write_of(shop, "cron@c.test", "Error: app 4 is over its limit");
    shop->kind = KIND_HUMAN;
    assert_true(store_begin(shop->gate->store, NULL) &&
                ticket_set_status(shop->gate->store, spam, "spam", shop->gate->now_us, NULL) &&
                store_commit(shop->gate->store, NULL));
    ActsDesk desk = desk_of(shop);
    g_autoptr(GPtrArray) letters = error_letters(&desk, 1, "It works again.", NULL);
    assert_int_equal(letters->len, 4);
    assert_non_null(((ErrorLetter *)letters->pdata[0])->why_not);
    assert_non_null(((ErrorLetter *)letters->pdata[3])->why_not);
    ErrorLetter *anna = letters->pdata[1];
    assert_null(anna->why_not);
    assert_string_equal(((Mailbox *)anna->to->pdata[0])->address, "anna@a.test");
    assert_non_null(strstr(anna->text, "It works again."));
    assert_int_equal(letters_out(shop), 0); /* a preview */
    send_all(shop);
    assert_int_equal(letters_out(shop), 0); /* not resolved: there is nothing to tell */
    resolve(shop, 1);
    send_all(shop);
    assert_int_equal(letters_out(shop), 2);
    send_all(shop);
    resolve(shop, 1);
    send_all(shop);
    assert_int_equal(letters_out(shop), 2);
}

/* A forged From: the victim must not read the stranger's subject in a mail of ours. */
static void test_unproven_subject(void **state)
{
    Shop *shop = *state;
    shop->subject = "Buy pills at evil.test";
    write_of(shop, "victim@v.test", "Error: app 2 is over its limit");
    ActsDesk desk = desk_of(shop);
    g_autoptr(GPtrArray) letters = error_letters(&desk, 1, "It works again.", NULL);
    const ErrorLetter *letter = letters->pdata[0];
    const Outgoing *mail = letter->mails->pdata[0];
    assert_null(strstr(mail->subject, "pills"));
    assert_non_null(strstr(mail->subject, "Your message [SUP-"));
}

static void test_only_added(void **state)
{
    Shop *shop = *state;
    write_of(shop, "anna@a.test", "Error: app 1 is over its limit");
    set_hint(shop, 1, "fixed", "words", shop->gate->now_us + DAY_US);
    g_autoptr(GPtrArray) trail = known_error_trail(shop->gate->store, 1, NULL);
    assert_int_equal(trail->len, 1);
    assert_string_equal(((KnownErrorEvent *)trail->pdata[0])->who, "ada");
    assert_false(db_script(shop->gate->store->db, "DELETE FROM known_error_trail", NULL));
    assert_false(db_script(shop->gate->store->db, "UPDATE known_error_trail SET who = 'x'", NULL));
}

int main(void)
{
#define WITH_SHOP(test) cmocka_unit_test_setup_teardown(test, open_shop, close_shop)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names), WITH_SHOP(test_counts),       WITH_SHOP(test_agents_and_machines),
        WITH_SHOP(test_hint),         WITH_SHOP(test_hint_refused), WITH_SHOP(test_merge_and_split),
        WITH_SHOP(test_seen_again),   WITH_SHOP(test_told_once),    WITH_SHOP(test_unproven_subject),
        WITH_SHOP(test_only_added),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
