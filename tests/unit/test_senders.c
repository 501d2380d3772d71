/* What the store knows about who wrote: refused senders, the same text again, held mail that the admins were
 * not told of. */
#include "store_fixture.h"

#include <postern/base/error.h>
#include <postern/base/limits.h>
#include <postern/moments.h>
#include <postern/senders.h>
#include <postern/settle.h>

#include <string.h>

#define NOW_US (G_GINT64_CONSTANT(1795339800) * G_USEC_PER_SEC)
#define HOUR_US (3600 * (gint64)G_USEC_PER_SEC)

static IntakeRow *accept(Fixture *fixture, gboolean is_quiet)
{
    g_autoptr(GPtrArray) recipients = g_ptr_array_new();
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify)intake_row_free);
    g_autofree char *bytes = g_strdup_printf("Subject: %u\r\n\r\n", ++fixture->made);
    g_ptr_array_add(recipients, (gpointer)(guintptr) "support@desk.test");
    RawWriter *writer = raw_writer_new(store_raw_folder(fixture->store));
    assert_true(raw_writer_add(writer, bytes, strlen(bytes), NULL));
    Raw *raw = raw_writer_end(writer, NULL);
    IntakeEnvelope envelope = {.source = "lmtp",
                               .peer = "127.0.0.1:1",
                               .envelope_from = "anna@customer.test",
                               .recipients = recipients,
                               .is_quiet = is_quiet,
                               .received_us = NOW_US};
    assert_true(store_begin(fixture->store, NULL));
    assert_true(intake_add(fixture->store, raw, &envelope, rows, NULL));
    assert_true(store_commit(fixture->store, NULL));
    raw_free(raw, store_raw_folder(fixture->store));
    return g_ptr_array_steal_index(rows, 0);
}

static Reading *reading_of(const char *from, const char *reply)
{
    Reading *reading = reading_new();
    reading->from = mailbox_new("", from);
    char **texts[] = {&reading->text, &reading->quoted, &reading->signature, &reading->subject};
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        *texts[i] = g_strdup("");
    reading->reply = g_strdup(reply);
    return reading;
}

static void attach(Reading *reading, const char *type, const char *sha256)
{
    Attachment *attachment = g_new0(Attachment, 1);
    *attachment =
        (Attachment){.name = g_strdup("x"), .type = g_strdup(type), .sha256 = g_strdup(sha256), .size = 1};
    g_ptr_array_add(reading->attachments, attachment);
}

static void settle(Fixture *fixture, const IntakeRow *row, const Reading *reading, const Decision *decision,
                   gint64 now_us)
{
    g_autoptr(GError) error = NULL;
    assert_true(store_begin(fixture->store, NULL));
    gboolean ok = settle_decision(fixture->store, row, reading, decision, now_us, &error);
    if (error)
        print_message("%s\n", error->message);
    assert_true(ok && store_commit(fixture->store, NULL));
}

/* A ticket of this mail, as it comes at `now_us`. */
static void store_mail(Fixture *fixture, const Reading *reading, const char *role, gboolean is_quiet,
                       gint64 now_us)
{
    g_autoptr(IntakeRow) row = accept(fixture, is_quiet);
    g_autoptr(Decision) decision = decision_new(FATE_TICKETED);
    decision->ticket_id = row->envelope.mail_id;
    decision->is_new_ticket = TRUE;
    decision->ref = g_strdup_printf("SUP-%06u", fixture->made);
    decision->queue = g_strdup("support");
    decision->subject = g_strdup("x");
    decision->status = g_strdup("new");
    decision->sender_name = g_strdup("");
    decision->sender_address = g_strdup(reading->from ? reading->from->address : "");
    decision->sender_role = g_strdup(role);
    settle(fixture, row, reading, decision, now_us);
}

/* As the second figure, those of alike senders. */
static guint same_text_of(Fixture *fixture, const Reading *reading, guint *out_alike)
{
    g_auto(Facts) facts = {.evidence = g_ptr_array_new()};
    Envelope envelope = {.received_us = NOW_US};
    assert_true(store_begin(fixture->store, NULL));
    assert_true(settle_ticket_facts(fixture->store, 0, &envelope, reading, &facts, NULL));
    assert_true(store_commit(fixture->store, NULL));
    *out_alike = facts.same_text_alike;
    return facts.same_text;
}

static guint same_text(Fixture *fixture, const Reading *reading)
{
    guint alike;
    return same_text_of(fixture, reading, &alike);
}

/* Automatic answers differ by numbers, dates and white space; people do not write the same. */
static void test_what_is_the_same(void **state)
{
    static const struct {
        gboolean same;
        const char *from, *reply;
    } cases[] = {
        {TRUE, "desk@other.test", "We have your message [#4711] of 2026-11-22.\nThank you!"},
        {TRUE, "DESK@other.test", "We have your  message [#4712] of 2026-11-23.\n\n  thank YOU!\n"},
        {TRUE, "desk+t4712@other.test", "We have your message [#x4-99] of 2026-11-23.\nThank you!"},
        {TRUE, "desk@other.test", "We have your message AB-CDEFGH of 12/2/26.\nThank you!"},
        {FALSE, "desk@other.test", "We have your message of 2026-11-22.\nThank you!"},
        {FALSE, "desk@other.test", "We have her message [#4711] of 2026-11-22.\nThank you!"},
        {FALSE, "anna@other.test", "We have your message [#4711] of 2026-11-22.\nThank you!"},
        {FALSE, "desk@third.test", "We have your message [#4711] of 2026-11-22.\nThank you!"},
        {FALSE, "desk@other.test", ""},
    };
    Fixture *fixture = *state;
    g_autoptr(Reading) first = reading_of(cases[0].from, cases[0].reply);
    store_mail(fixture, first, "requester", FALSE, NOW_US);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        print_message("  %s: %s\n", cases[i].from, cases[i].reply);
        g_autoptr(Reading) reading = reading_of(cases[i].from, cases[i].reply);
        assert_int_equal(same_text(fixture, reading), cases[i].same ? 1 : 0);
    }
}

static void test_addresses_that_change(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(Reading) one = reading_of("ticket-4711@other.test", "Thank you");
    g_autoptr(Reading) two = reading_of("ticket-4712@other.test", "Thank you");
    store_mail(fixture, one, "requester", FALSE, NOW_US);
    guint alike;
    assert_int_equal(same_text_of(fixture, two, &alike), 0);
    assert_int_equal(alike, 1);
    assert_int_equal(same_text_of(fixture, one, &alike), 1);
    assert_int_equal(alike, 1);
    /* People and shops with a number are others. */
    g_autoptr(Reading) shop = reading_of("shop12@other.test", "Thank you");
    g_autoptr(Reading) next = reading_of("shop13@other.test", "Thank you");
    store_mail(fixture, shop, "requester", FALSE, NOW_US);
    assert_int_equal(same_text_of(fixture, next, &alike), 0);
    assert_int_equal(alike, 0);
    assert_int_equal(same_text(fixture, shop), 1);
}

/* Mails with nothing but an attachment, or one sentence and another picture each, are no loop; our own mails
 * as attachments are. */
static void test_attachments(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(Reading) first = reading_of("anna@customer.test", "See there");
    g_autoptr(Reading) again = reading_of("anna@customer.test", "See there");
    g_autoptr(Reading) other = reading_of("anna@customer.test", "See there");
    g_autoptr(Reading) quoting = reading_of("anna@customer.test", "See there");
    attach(first, "image/png", "aa");
    attach(again, "image/png", "aa");
    attach(other, "image/png", "bb");
    attach(quoting, "image/png", "aa");
    attach(quoting, "message/rfc822", "cc");
    store_mail(fixture, first, "requester", FALSE, NOW_US);
    assert_int_equal(same_text(fixture, again), 1);
    assert_int_equal(same_text(fixture, other), 0);
    assert_int_equal(same_text(fixture, quoting), 1);
    g_autoptr(Reading) empty = reading_of("anna@customer.test", " \n");
    store_mail(fixture, empty, "requester", FALSE, NOW_US);
    assert_int_equal(same_text(fixture, empty), 0);
}

static void test_what_counts(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(Reading) reading = reading_of("anna@customer.test", "Hello");
    store_mail(fixture, reading, "requester", FALSE, NOW_US - HOUR_US);
    assert_int_equal(same_text(fixture, reading), 0);
    store_mail(fixture, reading, "requester", TRUE, NOW_US);
    store_mail(fixture, reading, "agent", FALSE, NOW_US);
    assert_int_equal(same_text(fixture, reading), 0);
    for (guint i = 0; i < LIMIT_SAME_TEXT_HELD; i++)
        store_mail(fixture, reading, "requester", FALSE, NOW_US - HOUR_US + 1);
    assert_int_equal(same_text(fixture, reading), LIMIT_SAME_TEXT_HELD);
}

static void test_refused_senders(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    assert_false(sender_is_refused(fixture->store, "anna@customer.test", &error));
    assert_true(sender_refuse(fixture->store, "Anna@Customer.test", "ada", NOW_US, &error));
    assert_true(sender_refuse(fixture->store, "anna@customer.test", "bob", NOW_US + 1, &error));
    assert_true(sender_is_refused(fixture->store, "ANNA@customer.test", &error));
    assert_false(sender_is_refused(fixture->store, "anna@customer.test.evil.test", &error));
    assert_false(sender_is_refused(fixture->store, "", &error));
    assert_null(error);
    assert_false(sender_refuse(fixture->store, "customer.test", "ada", NOW_US, &error));
    assert_true(error_is(error, ERROR_MALFORMED));
    g_clear_error(&error);
    assert_true(sender_refuse(fixture->store, "bert@customer.test", "bob", NOW_US + 2, &error));
    g_autoptr(GPtrArray) list = sender_list(fixture->store, NULL);
    assert_int_equal(list->len, 2);
    assert_string_equal(((RefusedSender *)list->pdata[0])->address, "bert@customer.test");
    assert_string_equal(((RefusedSender *)list->pdata[1])->who, "ada");
    assert_true(sender_allow(fixture->store, "ANNA@customer.test", "ada", NOW_US, &error));
    assert_false(sender_is_refused(fixture->store, "anna@customer.test", &error));
    assert_false(sender_allow(fixture->store, "anna@customer.test", "ada", NOW_US, &error));
    assert_true(error_is(error, ERROR_NOT_FOUND));
    /* The trail has each change once. */
    assert_int_equal(integer(fixture, "SELECT count(*) FROM events WHERE what = 'sender refused'"), 2);
    assert_int_equal(integer(fixture, "SELECT count(*) FROM events WHERE what = 'sender allowed'"), 1);
}

static void test_refused_fact(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(Reading) reading = reading_of("Anna@customer.test", "Hello");
    assert_true(sender_refuse(fixture->store, "anna@customer.test", "ada", NOW_US, NULL));
    g_auto(Facts) facts = {.evidence = g_ptr_array_new()}, unread = {.evidence = g_ptr_array_new()};
    Envelope envelope = {.received_us = NOW_US};
    assert_true(settle_ticket_facts(fixture->store, 0, &envelope, reading, &facts, NULL));
    assert_true(facts.is_refused);
    assert_true(settle_ticket_facts(fixture->store, 0, &envelope, NULL, &unread, NULL));
    assert_false(unread.is_refused);
}

static gint64 hold(Fixture *fixture, const char *reason, gboolean is_done)
{
    g_autoptr(IntakeRow) row = accept(fixture, FALSE);
    g_autoptr(Reading) reading = reading_of("anna@customer.test", "Hello");
    g_autoptr(Decision) decision = decision_new(FATE_HELD);
    decision->reason = g_strdup(reason);
    decision->detail = g_strdup("in words");
    decision->is_done = is_done;
    settle(fixture, row, reading, decision, NOW_US);
    return row->envelope.mail_id;
}

static void test_what_is_done_is_in_no_list(void **state)
{
    Fixture *fixture = *state;
    gint64 id = hold(fixture, "admin's commands", TRUE);
    g_autoptr(GPtrArray) list = held_list(fixture->store, NULL);
    assert_int_equal(list->len, 0);
    assert_false(held_is_news(fixture->store, NULL));
    g_autoptr(HeldMail) mail = held_get(fixture->store, id, NULL);
    assert_true(mail->is_dropped);
    assert_string_equal(mail->detail, "admin's commands: in words");
    StoreFigures figures;
    assert_true(store_figures(fixture->store, &figures, NULL));
    assert_int_equal(figures.held, 1);
    assert_int_equal(figures.received, figures.ticketed + figures.held + figures.copies);
}

static void test_news(void **state)
{
    Fixture *fixture = *state;
    assert_false(held_is_news(fixture->store, NULL));
    hold(fixture, HELD_REFUSED, FALSE);
    hold(fixture, HELD_UNCONFIRMED, FALSE);
    assert_false(held_is_news(fixture->store, NULL));
    gint64 one = hold(fixture, "loop", FALSE), two = hold(fixture, "loop", FALSE);
    assert_true(held_is_news(fixture->store, NULL));
    guint total, refused;
    g_autoptr(GPtrArray) first = held_newest(fixture->store, 1, &total, &refused, NULL);
    assert_int_equal(first->len, 1);
    assert_true(((HeldMail *)first->pdata[0])->id == two);
    assert_int_equal(((HeldMail *)first->pdata[0])->size, strlen("Subject: 3\r\n\r\n"));
    assert_int_equal(total, 2);
    assert_int_equal(refused, 1);
    assert_true(held_told(fixture->store, NULL));
    assert_false(held_is_news(fixture->store, NULL));
    gint64 three = hold(fixture, "loop", FALSE);
    assert_true(held_is_news(fixture->store, NULL));
    assert_true(held_drop(fixture->store, three, "ada", NOW_US, NULL));
    assert_false(held_is_news(fixture->store, NULL));
    assert_true(held_release(fixture->store, one, "ada", NOW_US, NULL));
    gint64 four = hold(fixture, HELD_UNCONFIRMED, FALSE);
    g_autoptr(GPtrArray) all = held_list(fixture->store, NULL);
    assert_true(((HeldMail *)all->pdata[all->len - 1])->id == four);
    g_autoptr(GPtrArray) left = held_newest(fixture->store, 10, &total, &refused, NULL);
    assert_int_equal(left->len, 1);
    assert_int_equal(total, 1);
}

static void test_moments(void **state)
{
    Fixture *fixture = *state;
    assert_true(moment_get(fixture->store, "one", NULL) == 0);
    assert_true(moment_set(fixture->store, "one", NOW_US, NULL));
    assert_true(moment_set(fixture->store, "one", NOW_US - 1, NULL));
    assert_true(moment_set(fixture->store, "two", 5, NULL));
    assert_true(moment_get(fixture->store, "one", NULL) == NOW_US - 1);
    assert_true(moment_get(fixture->store, "two", NULL) == 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(test_what_is_the_same),
        STORE_TEST(test_addresses_that_change),
        STORE_TEST(test_attachments),
        STORE_TEST(test_what_counts),
        STORE_TEST(test_refused_senders),
        STORE_TEST(test_refused_fact),
        STORE_TEST(test_what_is_done_is_in_no_list),
        STORE_TEST(test_news),
        STORE_TEST(test_moments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
