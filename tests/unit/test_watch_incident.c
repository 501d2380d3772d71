/* Many customers with one error in a short time: told once, to the agents of their queues. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gateway/store/store_private.h"
#include "known_error_shop.h"

#include <postern/outbox.h>
#include <postern/tickets.h>
#include <postern/watch.h>

#define MINUTE_US (60 * (gint64)G_USEC_PER_SEC)
#define ERROR(number) "Error: app " #number " is over its limit"

typedef struct {
    Shop *shop;
    Setup *setup;
    Watch *watch;
} Fixture;

static int set_up_with(void **state, const char *config_text)
{
    Fixture *fixture = g_new0(Fixture, 1);
    open_shop((void **)&fixture->shop);
    g_autoptr(GPtrArray) problems = problems_new();
    g_autofree char *file = g_build_filename(fixture->shop->folder, "postern.yaml", NULL);
    g_file_set_contents(file, config_text, -1, NULL);
    fixture->setup = setup_load(file, problems);
    Store *own = store_open(fixture->shop->folder, STORE_OPEN, NULL);
    fixture->watch = fixture->setup && own ? watch_new(own, fixture->setup, -1, NOW_US, NULL) : NULL;
    *state = fixture;
    return fixture->watch ? 0 : -1;
}

static int set_up(void **state)
{
    return set_up_with(state, shop_config);
}

static int set_up_off(void **state)
{
    g_auto(GStrv) parts = g_strsplit(shop_config, "customers: 3", 2);
    g_autofree char *off = g_strjoinv("customers: 0", parts);
    return set_up_with(state, off);
}

static int tear_down(void **state)
{
    Fixture *fixture = *state;
    watch_free(fixture->watch);
    setup_unref(fixture->setup);
    close_shop((void **)&fixture->shop);
    g_free(fixture);
    return 0;
}

/* How many mails a look makes. */
static guint look(Fixture *fixture)
{
    guint mails = 0;
    g_autoptr(GError) error = NULL;
    watch_look(fixture->watch, fixture->shop->gate->now_us, &mails, &error);
    assert_no_error(error);
    return mails;
}

static void test_told_once(void **state)
{
    Fixture *fixture = *state;
    Shop *shop = fixture->shop;
    gint64 first = write_of(shop, "anna@a.test", ERROR(1));
    write_of(shop, "bert@b.test", ERROR(22));
    assert_int_equal(look(fixture), 0);
    write_of(shop, "carl@c.test", ERROR(333));
    assert_int_equal(look(fixture), 2); /* kim and lee */
    g_autoptr(GPtrArray) rows = outbox_list(shop->gate->store, 2, NULL);
    const OutboxRow *row = rows->pdata[0];
    assert_string_equal(row->kind, "incident");
    assert_string_equal(row->subject, "E1: 3 customers within 30 minutes");
    g_autoptr(Ticket) ticket = ticket_get_with(shop->gate->store, first, 0, 10, NULL);
    assert_int_equal(db_select_integer(shop->gate->store->db, 0, NULL,
                                       "SELECT count(*) FROM events WHERE what = 'incident'", ""),
                     3);
    write_of(shop, "dora@d.test", ERROR(4));
    write_of(shop, "emil@e.test", ERROR(5));
    assert_int_equal(look(fixture), 0);
    assert_int_equal(look(fixture), 0);
}

/* Customers are counted, not mails; and no machines. */
static void test_counted(void **state)
{
    Fixture *fixture = *state;
    Shop *shop = fixture->shop;
    write_of(shop, "anna@a.test", ERROR(1));
    write_of(shop, "anna@a.test", ERROR(2));
    write_of(shop, "ANNA@A.test", ERROR(3));
    write_of(shop, "anna+more@a.test", ERROR(4));
    write_of(shop, "bert@b.test", ERROR(5));
    shop->kind = KIND_MACHINE;
    write_of(shop, "cron@c.test", ERROR(6));
    shop->kind = KIND_HUMAN;
    assert_int_equal(look(fixture), 0);
    write_of(shop, "dora@d.test", ERROR(7));
    assert_int_equal(look(fixture), 2);
}

static void test_time(void **state)
{
    Fixture *fixture = *state;
    Shop *shop = fixture->shop;
    write_of(shop, "anna@a.test", ERROR(1));
    shop->gate->now_us += 20 * MINUTE_US;
    write_of(shop, "bert@b.test", ERROR(2));
    assert_int_equal(look(fixture), 0);
    shop->gate->now_us += 20 * MINUTE_US;
    write_of(shop, "carl@c.test", ERROR(3)); /* three within 40 minutes, not 30 */
    assert_int_equal(look(fixture), 0);
    write_of(shop, "dora@d.test", ERROR(4));
    assert_int_equal(look(fixture), 2);
}

/* Again only after nobody has written of it for a while. */
static void test_again(void **state)
{
    Fixture *fixture = *state;
    Shop *shop = fixture->shop;
    write_of(shop, "anna@a.test", ERROR(1));
    write_of(shop, "bert@b.test", ERROR(2));
    write_of(shop, "carl@c.test", ERROR(3));
    assert_int_equal(look(fixture), 2);
    shop->gate->now_us += 50 * MINUTE_US;
    assert_int_equal(look(fixture), 0);
    write_of(shop, "dora@d.test", ERROR(4));
    write_of(shop, "emil@e.test", ERROR(5));
    write_of(shop, "fred@f.test", ERROR(6));
    assert_int_equal(look(fixture), 0); /* it was not over */
    shop->gate->now_us += 61 * MINUTE_US;
    assert_int_equal(look(fixture), 0);
    g_autoptr(KnownError) over = known_error_get(shop->gate->store, 1, NULL);
    assert_int_equal(over->incident_us, 0);
    shop->gate->now_us += MINUTE_US;
    write_of(shop, "gina@g.test", ERROR(7));
    write_of(shop, "hugo@h.test", ERROR(8));
    assert_int_equal(look(fixture), 0);
    write_of(shop, "ida@i.test", ERROR(9));
    assert_int_equal(look(fixture), 2);
}

/* Several errors in the same mails are one piece of news; a ticket more, and it is another one. */
static void test_same_mails(void **state)
{
    Fixture *fixture = *state;
    Shop *shop = fixture->shop;
    shop->more = "Fatal: the disk of the cache is full";
    write_of(shop, "anna@a.test", ERROR(1));
    write_of(shop, "bert@b.test", ERROR(2));
    write_of(shop, "carl@c.test", ERROR(3));
    assert_int_equal(look(fixture), 2);
    for (gint64 id = 1; id <= 2; id++) {
        g_autoptr(KnownError) known = known_error_get(shop->gate->store, id, NULL);
        assert_true(known->incident_us > 0);
    }
    shop->more = NULL;
    write_of(shop, "anna@a.test", "Error: no route to the printer");
    write_of(shop, "bert@b.test", "Error: no route to the printer");
    write_of(shop, "carl@c.test", "Error: no route to the printer");
    assert_int_equal(look(fixture), 2);
}

/* A restart tells nothing twice. */
static void test_restart(void **state)
{
    Fixture *fixture = *state;
    Shop *shop = fixture->shop;
    write_of(shop, "anna@a.test", ERROR(1));
    write_of(shop, "bert@b.test", ERROR(2));
    write_of(shop, "carl@c.test", ERROR(3));
    assert_int_equal(look(fixture), 2);
    watch_free(fixture->watch);
    Store *own = store_open(shop->folder, STORE_OPEN, NULL);
    fixture->watch = watch_new(own, fixture->setup, -1, shop->gate->now_us, NULL);
    assert_int_equal(look(fixture), 0);
}

static void test_off(void **state)
{
    Fixture *fixture = *state;
    Shop *shop = fixture->shop;
    write_of(shop, "anna@a.test", ERROR(1));
    write_of(shop, "bert@b.test", ERROR(2));
    write_of(shop, "carl@c.test", ERROR(3));
    assert_int_equal(look(fixture), 0);
}

int main(void)
{
#define WITH(test, begin) cmocka_unit_test_setup_teardown(test, begin, tear_down)
    const struct CMUnitTest tests[] = {
        WITH(test_told_once, set_up),  WITH(test_counted, set_up), WITH(test_time, set_up),
        WITH(test_again, set_up),      WITH(test_restart, set_up), WITH(test_off, set_up_off),
        WITH(test_same_mails, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
