/* What a settled mail leaves in the store: tickets, copies, held mail, and the facts of later ones. */
#include "store_shop.h"

static void test_settle_new(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(IntakeRow) row = accept_text(fixture, "mail");
    g_autoptr(Reading) reading = reading_of("one@customer.test", "anna@customer.test");
    g_autoptr(Decision) decision = new_ticket(fixture, row, "anna@customer.test");
    add_field(reading, "app_id", "4711");
    g_ptr_array_add(decision->outgoing, outgoing_new("anna@customer.test"));
    assert_true(intake_is_waiting(fixture->store, row->envelope.mail_id, NULL));
    assert_true(settle_ref_is_free(fixture->store, decision->ref, NULL));
    assert_true(settle(fixture, row, reading, decision, NULL));
    assert_false(intake_is_waiting(fixture->store, row->envelope.mail_id, NULL));
    assert_false(settle_ref_is_free(fixture->store, decision->ref, NULL));

    g_autoptr(Ticket) ticket = ticket_get(fixture->store, "sup-000001", NULL);
    assert_non_null(ticket);
    assert_string_equal(ticket->status, "new");
    assert_string_equal(ticket->requester_address, "anna@customer.test");
    assert_null(ticket->owner);
    assert_int_equal(ticket->participants->len, 0);
    assert_int_equal(ticket->fields->len, 1);
    assert_string_equal(((TicketField *)ticket->fields->pdata[0])->value, "4711");
    assert_int_equal(ticket->messages->len, 2);
    const TicketMessage *in = ticket->messages->pdata[0], *out = ticket->messages->pdata[1];
    assert_string_equal(in->direction, "in");
    assert_string_equal(in->reply, "reply");
    assert_string_equal(in->why, "[\"because of 'it'\"]");
    assert_int_equal(in->date_us, 0);
    assert_string_equal(out->direction, "out");
    assert_string_equal(out->to, "anna@customer.test");
    assert_string_equal(((StoredEvent *)ticket->events->pdata[0])->what, "opened");

    g_autoptr(MailFate) fate = intake_fate(fixture->store, row->envelope.mail_id, NULL);
    assert_string_equal(fate->fate, "ticketed");
    assert_string_equal(fate->ref, "SUP-000001");
    assert_string_equal(fate->why->pdata[0], "because of 'it'");
    assert_int_equal(fate->events->len, 1);
    assert_true(equation_holds(fixture, 1));
}

static void test_settle_once(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    g_autoptr(IntakeRow) row = accept_text(fixture, "mail");
    g_autoptr(Reading) reading = reading_of("one@customer.test", "anna@customer.test");
    g_autoptr(Decision) first = new_ticket(fixture, row, "anna@customer.test");
    g_autoptr(Decision) second = new_ticket(fixture, row, "anna@customer.test");
    assert_true(settle(fixture, row, reading, first, NULL));
    assert_false(settle(fixture, row, reading, second, &error));
    assert_true(error_is(error, ERROR_CONFLICT));
    g_clear_error(&error);
    assert_false(intake_count_attempt(fixture->store, row->envelope.mail_id, 0, &error));
    assert_true(error_is(error, ERROR_CONFLICT));
    assert_int_equal(integer(fixture, "SELECT count(*) FROM tickets"), 1);
    assert_true(equation_holds(fixture, 1));
}

/* A reference that is taken: nothing of the mail may stay half stored. */
static void test_settle_is_whole(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    make_ticket(fixture, "first", "1@x", "anna@customer.test", NULL);
    g_autoptr(IntakeRow) row = accept_text(fixture, "second");
    g_autoptr(Reading) reading = reading_of("2@x", "anna@customer.test");
    g_autoptr(Decision) decision = new_ticket(fixture, row, "anna@customer.test");
    g_free(decision->ref);
    decision->ref = g_strdup("SUP-000001");
    assert_false(settle(fixture, row, reading, decision, &error));
    assert_true(error_is(error, ERROR_CONFLICT));
    assert_true(intake_is_waiting(fixture->store, row->envelope.mail_id, NULL));
    assert_int_equal(integer(fixture, "SELECT count(*) FROM messages"), 1);
    assert_int_equal(integer(fixture, "SELECT count(*) FROM events"), 1);
}

static void test_settle_join(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(IntakeRow) row = accept_text(fixture, "first");
    g_autoptr(Decision) first = new_ticket(fixture, row, "anna@customer.test");
    g_autoptr(Reading) reading = reading_of("1@x", "anna@customer.test");
    assert_true(settle(fixture, row, reading, first, NULL));
    gint64 other = make_ticket(fixture, "other", "2@x", "anna@customer.test", NULL);
    for (guint i = 0; i < 2; i++) {
        g_autofree char *text = g_strdup_printf("answer %u", i);
        g_autoptr(IntakeRow) answer = accept_text(fixture, text);
        g_autoptr(Reading) read = reading_of("3@x", "Bert@customer.test");
        g_autoptr(Decision) decision = joins(first, "Bert@customer.test", "participant");
        Related *related = g_new0(Related, 1);
        related->ticket_id = other;
        related->how = g_strdup("perhaps belongs to");
        g_ptr_array_add(decision->related, related);
        assert_true(settle(fixture, answer, read, decision, NULL));
    }
    g_autoptr(Ticket) ticket = ticket_get(fixture->store, "SUP-000001", NULL);
    g_autoptr(Ticket) linked = ticket_get(fixture->store, "SUP-000002", NULL);
    assert_string_equal(ticket->status, "open");
    assert_int_equal(ticket->messages->len, 3);
    assert_int_equal(ticket->participants->len, 1);
    assert_int_equal(ticket->links->len, 1);
    assert_string_equal(((TicketLink *)ticket->links->pdata[0])->ref, "SUP-000002");
    assert_string_equal(((TicketLink *)linked->links->pdata[0])->ref, "SUP-000001");
    assert_true(equation_holds(fixture, 4));
}

static void test_settle_unread(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(IntakeRow) row = accept_text(fixture, "mail");
    g_autoptr(Decision) decision = new_ticket(fixture, row, "");
    decision->unreadable = TRUE;
    decision->detail = g_strdup("too many parts");
    assert_true(settle(fixture, row, NULL, decision, NULL));
    g_autoptr(Ticket) ticket = ticket_get(fixture->store, "SUP-000001", NULL);
    const TicketMessage *message = ticket->messages->pdata[0];
    assert_non_null(strstr(message->findings, "could-not-be-read"));
    assert_non_null(strstr(message->findings, "too many parts"));
    assert_true(equation_holds(fixture, 1));
}

static void test_ticket_list(void **state)
{
    Fixture *fixture = *state;
    static const struct {
        const char *status, *queue;
        guint most, expected;
    } cases[] = {{NULL, NULL, 10, 3},      {"new", NULL, 10, 3},     {"closed", NULL, 10, 0},
                 {NULL, "support", 10, 3}, {NULL, "billing", 10, 0}, {NULL, NULL, 2, 2}};
    for (guint i = 0; i < 3; i++) {
        g_autofree char *text = g_strdup_printf("mail %u", i);
        make_ticket(fixture, text, text, "anna@customer.test", NULL);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GPtrArray) tickets =
            ticket_list(fixture->store, cases[i].status, cases[i].queue, cases[i].most, NULL);
        assert_int_equal(tickets->len, cases[i].expected);
        if (tickets->len > 0)
            assert_string_equal(((Ticket *)tickets->pdata[0])->ref, "SUP-000003");
    }
    g_autoptr(GError) error = NULL;
    assert_null(ticket_get(fixture->store, "SUP-999999", &error));
    assert_true(error_is(error, ERROR_NOT_FOUND));
}

static void test_copies(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(IntakeRow) waiting = accept_text(fixture, "the same");
    g_autoptr(IntakeRow) again = accept_text(fixture, "the same");
    g_auto(Facts) before = {0};
    facts_for(fixture, again->envelope.mail_id, "", 0, NULL, 0, &before);
    assert_true(before.copy_of == 0); /* the other one has not ended its way */

    g_autoptr(Reading) reading = reading_of("1@x", "anna@customer.test");
    g_autoptr(Decision) decision = new_ticket(fixture, waiting, "anna@customer.test");
    assert_true(settle(fixture, waiting, reading, decision, NULL));
    g_auto(Facts) after = {0};
    facts_for(fixture, again->envelope.mail_id, "", 0, NULL, 0, &after);
    assert_true(after.copy_of == waiting->envelope.mail_id);
    assert_string_equal(after.copy_of_ref, "SUP-000001");

    g_autoptr(Decision) copy = decision_new(FATE_COPY);
    copy->copy_of = after.copy_of;
    assert_true(settle(fixture, again, reading, copy, NULL));
    g_autoptr(MailFate) fate = intake_fate(fixture->store, again->envelope.mail_id, NULL);
    assert_string_equal(fate->fate, "copy");
    assert_true(fate->copy_of == waiting->envelope.mail_id);
    assert_string_equal(fate->ref, "SUP-000001");

    /* A copy is of the original, never of a copy; other bytes are no copy; held mail has copies too. */
    g_autoptr(IntakeRow) third = accept_text(fixture, "the same");
    g_auto(Facts) facts = {0};
    facts_for(fixture, third->envelope.mail_id, "", 0, NULL, 0, &facts);
    assert_true(facts.copy_of == waiting->envelope.mail_id);
    g_autoptr(IntakeRow) other = accept_text(fixture, "the samE");
    g_auto(Facts) others = {0};
    facts_for(fixture, other->envelope.mail_id, "", 0, NULL, 0, &others);
    assert_true(others.copy_of == 0);
    gint64 held = make_held(fixture, "held");
    g_autoptr(IntakeRow) held_again = accept_text(fixture, "held");
    g_auto(Facts) of_held = {0};
    facts_for(fixture, held_again->envelope.mail_id, "", 0, NULL, 0, &of_held);
    assert_true(of_held.copy_of == held);
    assert_null(of_held.copy_of_ref);
}

/* The narrow indexes hold hashes; equal hashes are not equal things. */
static void test_equal_hashes(void **state)
{
    Fixture *fixture = *state;
    make_ticket(fixture, "first", "first@customer.test", "anna@customer.test", NULL);
    g_autoptr(IntakeRow) row = accept_text(fixture, "second");
    g_autofree char *sql =
        g_strdup_printf("UPDATE raw SET digest = 5; UPDATE messages SET message_id_hash = %" G_GINT64_FORMAT,
                        ids_hash("second@customer.test"));
    assert_true(db_script(fixture->store->db, sql, NULL));
    g_auto(Facts) facts = {0};
    facts_for(fixture, row->envelope.mail_id, "anna@customer.test", EVIDENCE_KNOWN_ID, "second@customer.test",
              0, &facts);
    assert_true(facts.copy_of == 0);
    assert_true(((Evidence *)facts.evidence->pdata[0])->ticket_id == 0);
}

static void test_held(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    gint64 one = make_held(fixture, "one"), two = make_held(fixture, "two");
    gint64 ticketed = make_ticket(fixture, "three", "3@x", "anna@customer.test", NULL);
    g_autoptr(GPtrArray) both = held_list(fixture->store, NULL);
    g_autoptr(HeldMail) mail = held_get(fixture->store, one, NULL);
    assert_int_equal(both->len, 2);
    assert_string_equal(mail->reason, "loop");
    assert_string_equal(mail->from, "anna@customer.test");
    assert_string_equal(mail->subject, "The subject");
    assert_null(held_get(fixture->store, ticketed, &error));
    assert_true(error_is(error, ERROR_NOT_FOUND));

    assert_true(held_release(fixture->store, one, "kim", NOW_US, NULL));
    g_autoptr(GPtrArray) waiting = intake_waiting(fixture->store, 0, NOW_US, 10, NULL);
    assert_int_equal(waiting->len, 1);
    assert_true(((IntakeRow *)waiting->pdata[0])->envelope.is_released);
    assert_int_equal(((IntakeRow *)waiting->pdata[0])->attempts, 0);
    assert_false(held_release(fixture->store, one, "kim", NOW_US, NULL));
    assert_true(equation_holds(fixture, 2));

    assert_true(held_drop(fixture->store, two, "kim", NOW_US, NULL));
    g_autoptr(GPtrArray) none = held_list(fixture->store, NULL);
    assert_int_equal(none->len, 0);
    assert_true(equation_holds(fixture, 2));
    assert_int_equal(
        integer(fixture, "SELECT count(*) FROM events WHERE who = 'kim' AND what IN ('released', 'dropped')"),
        2);
    check_raw(fixture, two, "two", 3);
}

static void test_no_such_mail(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) fate = NULL, raw = NULL;
    assert_null(intake_fate(fixture->store, 4711, &fate));
    assert_true(error_is(fate, ERROR_NOT_FOUND));
    assert_false(intake_copy_raw(fixture->store, 4711, -1, &raw));
    assert_true(error_is(raw, ERROR_NOT_FOUND));
    assert_false(intake_is_waiting(fixture->store, 4711, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(test_settle_new),   STORE_TEST(test_settle_once),   STORE_TEST(test_settle_is_whole),
        STORE_TEST(test_settle_join),  STORE_TEST(test_settle_unread), STORE_TEST(test_ticket_list),
        STORE_TEST(test_copies),       STORE_TEST(test_equal_hashes),  STORE_TEST(test_held),
        STORE_TEST(test_no_such_mail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
