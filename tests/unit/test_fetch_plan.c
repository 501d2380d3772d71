/* What a fetcher does next, as values. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gateway/intake/fetch_plan.h"

#define DAY_US (24 * 3600 * (gint64)G_USEC_PER_SEC)
#define NOW_US (G_GINT64_CONSTANT(1795339800) * G_USEC_PER_SEC)

static const ImapFolder box = {.uidvalidity = 7, .uidnext = 100, .exists = 50, .highestmodseq = 9};

static LedgerFolder begin(MailboxStart start, gint64 start_us, const ImapFolder *found)
{
    ConfigMailbox mailbox = {.start = start, .start_us = start_us};
    return fetch_plan_first(&mailbox, found, NOW_US);
}

static gboolean is_ours(const LedgerFolder *folder, guint32 uid, gint64 internal_us)
{
    ImapMail mail = {.uid = uid, .internal_us = internal_us};
    return fetch_plan_is_ours(folder, &mail);
}

static void from_now_on(void **state)
{
    (void)state;
    LedgerFolder folder = begin(MAILBOX_START_NOW, 0, &box);
    FetchSearch search = fetch_plan_search(&folder, &box);
    assert_int_equal(folder.uidvalidity, 7);
    assert_true(search.is_needed);
    assert_int_equal(search.first_uid, 100);
    assert_int_equal(search.since_us, 0);
    /* Dragged here by a person from another folder: it keeps its date, and came after we did. */
    assert_true(is_ours(&folder, 100, NOW_US - 900 * DAY_US));
}

static void from_now_on_without_uidnext(void **state)
{
    (void)state;
    ImapFolder untold = {.uidvalidity = 7, .exists = 50};
    LedgerFolder folder = begin(MAILBOX_START_NOW, 0, &untold);
    FetchSearch search = fetch_plan_search(&folder, &untold);
    assert_int_equal(search.first_uid, 1);
    assert_true(search.since_us == NOW_US - DAY_US);
    assert_false(is_ours(&folder, 50, NOW_US - 1));
    assert_true(is_ours(&folder, 51, NOW_US));
}

static void from_a_day_on(void **state)
{
    (void)state;
    gint64 start_us = NOW_US - 30 * DAY_US;
    LedgerFolder folder = begin(MAILBOX_START_DATE, start_us, &box);
    FetchSearch search = fetch_plan_search(&folder, &box);
    assert_int_equal(search.first_uid, 1);
    assert_int_equal(search.last_uid, 99);
    /* The server's day may be another than ours. */
    assert_true(search.since_us == start_us - DAY_US);
    assert_false(is_ours(&folder, 5, start_us - 1));
    assert_true(is_ours(&folder, 5, start_us));
    assert_true(is_ours(&folder, 5, 0));
    assert_true(is_ours(&folder, 100, start_us - 1));
    folder.done_uid = 99;
    search = fetch_plan_search(&folder, &box);
    assert_int_equal(search.first_uid, 100);
    assert_int_equal(search.since_us, 0);
}

static void everything(void **state)
{
    (void)state;
    LedgerFolder folder = begin(MAILBOX_START_ALL, 0, &box);
    FetchSearch search = fetch_plan_search(&folder, &box);
    assert_int_equal(search.first_uid, 1);
    assert_int_equal(search.since_us, 0);
    assert_true(is_ours(&folder, 1, 1));
}

static void made_anew(void **state)
{
    (void)state;
    ImapFolder other = {.uidvalidity = 8, .uidnext = 4, .exists = 3, .highestmodseq = 9};
    LedgerFolder folder = begin(MAILBOX_START_NOW, 0, &box);
    folder.id = 3;
    folder.done_uid = 150;
    folder.modseq = 9;
    LedgerFolder renewed = fetch_plan_renewed(&folder, &other);
    assert_int_equal(renewed.id, 3);
    assert_int_equal(renewed.uidvalidity, 8);
    FetchSearch search = fetch_plan_search(&renewed, &other);
    assert_true(search.is_needed);
    assert_int_equal(search.first_uid, 1);
    assert_false(is_ours(&renewed, 1, NOW_US - 1));
    assert_true(is_ours(&renewed, 2, NOW_US + 1));
    assert_true(is_ours(&renewed, 4, NOW_US - 1));
}

static void nothing_to_look_for(void **state)
{
    (void)state;
    ImapFolder found = box;
    LedgerFolder folder = begin(MAILBOX_START_ALL, 0, &box);
    folder.modseq = 9;
    assert_false(fetch_plan_search(&folder, &found).is_needed);
    found.highestmodseq = 10;
    assert_true(fetch_plan_search(&folder, &found).is_needed);
    /* Not told: it may have changed. */
    found.highestmodseq = folder.modseq = 0;
    assert_true(fetch_plan_search(&folder, &found).is_needed);
    found.exists = 0;
    assert_false(fetch_plan_search(&folder, &found).is_needed);
    folder.done_uid = G_MAXUINT32;
    assert_false(fetch_plan_search(&folder, &box).is_needed);
}

static GArray *uids(const guint32 *from, guint count)
{
    GArray *array = g_array_new(FALSE, FALSE, sizeof(guint32));
    g_array_append_vals(array, from, count);
    return array;
}

static void unknown_of(void **state)
{
    (void)state;
    static const guint32 all[] = {3, 5, 8, 9, G_MAXUINT32}, some[] = {1, 5, 6, 9};
    static const guint32 left[] = {3, 8, G_MAXUINT32};
    g_autoptr(GArray) a = uids(all, G_N_ELEMENTS(all)), b = uids(some, G_N_ELEMENTS(some));
    g_autoptr(GArray) unknown = fetch_plan_unknown(a, b);
    assert_int_equal(unknown->len, G_N_ELEMENTS(left));
    assert_memory_equal(unknown->data, left, sizeof left);
    g_autoptr(GArray) nothing = uids(NULL, 0);
    g_autoptr(GArray) same = fetch_plan_unknown(a, nothing), none = fetch_plan_unknown(nothing, a);
    assert_int_equal(same->len, a->len);
    assert_int_equal(none->len, 0);
}

/* A full answer may end before what was asked about. */
static void seen_of(void **state)
{
    (void)state;
    static const guint32 all[] = {3, 5, 8, 9}, some[] = {1, 5, 6};
    g_autoptr(GArray) a = uids(all, G_N_ELEMENTS(all)), b = uids(some, G_N_ELEMENTS(some)),
                      nothing = uids(NULL, 0);
    assert_int_equal(fetch_plan_seen(a, b, 4), 4);
    assert_int_equal(fetch_plan_seen(a, b, 3), 2);
    assert_int_equal(fetch_plan_seen(a, nothing, 3), 4);
    assert_int_equal(fetch_plan_seen(nothing, b, 3), 0);
}

static void retries_grow(void **state)
{
    (void)state;
    gint64 last_us = -1;
    assert_int_equal(fetch_plan_retry_us(1, 0), 0);
    for (guint attempts = 1; attempts <= 6; attempts++) {
        gint64 pause_us = fetch_plan_retry_us(attempts, 0), least_us = fetch_plan_retry_us(attempts, 1023);
        assert_true(pause_us > last_us);
        assert_true(least_us <= pause_us && least_us >= pause_us / 4 * 3);
        last_us = pause_us;
    }
    assert_true(fetch_plan_retry_us(G_MAXUINT, 0) == DAY_US);
}

static void pauses_have_their_ranges(void **state)
{
    (void)state;
    static const struct {
        FetchPause pause;
        gint64 first_s, most_s;
    } cases[] = {{FETCH_PAUSE_NETWORK, 5, 900}, {FETCH_PAUSE_LOGIN, 300, 3600}, {FETCH_PAUSE_GATE, 1, 60}};
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        assert_true(fetch_plan_pause_us(cases[i].pause, 1, 0) == cases[i].first_s * G_USEC_PER_SEC);
        assert_true(fetch_plan_pause_us(cases[i].pause, 0, 0) == cases[i].first_s * G_USEC_PER_SEC);
        assert_true(fetch_plan_pause_us(cases[i].pause, 2, 0) == 2 * cases[i].first_s * G_USEC_PER_SEC);
        assert_true(fetch_plan_pause_us(cases[i].pause, G_MAXUINT, 0) == cases[i].most_s * G_USEC_PER_SEC);
        gint64 least_us = fetch_plan_pause_us(cases[i].pause, 1, 1023);
        assert_true(least_us < cases[i].first_s * G_USEC_PER_SEC &&
                    least_us >= cases[i].first_s * G_USEC_PER_SEC * 3 / 4);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(from_now_on),   cmocka_unit_test(from_now_on_without_uidnext),
        cmocka_unit_test(from_a_day_on), cmocka_unit_test(everything),
        cmocka_unit_test(made_anew),     cmocka_unit_test(nothing_to_look_for),
        cmocka_unit_test(unknown_of),    cmocka_unit_test(seen_of),
        cmocka_unit_test(retries_grow),  cmocka_unit_test(pauses_have_their_ranges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
