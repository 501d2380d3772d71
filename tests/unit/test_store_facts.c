/* What is known about a mail before it is settled: reports that came back, evidence, what came lately. */
#include "store_shop.h"

static ReturnedMail *returned_of(Fixture *fixture, gint64 ticket, const char *message_id, const char *person,
                                 gboolean is_return_path)
{
    g_auto(Facts) facts = {.evidence = g_ptr_array_new_with_free_func((GDestroyNotify)evidence_free)};
    facts.returned = g_new0(ReturnedMail, 1);
    facts.returned->token = (Token){.ticket_id = ticket, .person = token_person(person)};
    facts.returned->is_return_path = is_return_path;
    facts.returned->message_id = g_strdup(message_id);
    Envelope envelope = {.mail_id = 1, .received_us = NOW_US, .queue = (char *)(guintptr) "support"};
    assert_true(settle_facts(fixture->store, &envelope, "", &facts, NULL));
    return g_steal_pointer(&facts.returned);
}

static void add_sent(Fixture *fixture, gint64 ticket, const char *message_id, const char *to,
                     const char *path, guint attempts)
{
    g_autoptr(GError) error = NULL;
    db_run(
        fixture->store->db, &error,
        "INSERT INTO outbox (ticket_id, mail_id, kind, queue, route, is_automatic, to_address, from_address,"
        " envelope_from, subject, message_id, bytes, state, attempts, uncertain, lease_us, created_us, "
        "next_us)"
        " VALUES ($1, 0, 'notice', '', '', 1, $2, '', $3, '', $4, $5, 'sent', $6, 0, 0, 0, 0)",
        "itttbi", ticket, to, path, message_id, "x", (gsize)1, (gint64)attempts);
    assert_null(error);
}

/* By its Message-ID, else the newest that went to that person; never what was not tried or is another's. */
static void test_returned(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(IntakeRow) row = accept_text(fixture, "opens");
    g_autoptr(Reading) reading = reading_of("1@x", "anna@customer.test");
    g_autoptr(Decision) decision = new_ticket(fixture, row, "anna@customer.test");
    assert_true(settle(fixture, row, reading, decision, NULL));
    gint64 ticket = decision->ticket_id;
    add_sent(fixture, ticket, "a@desk.test", "kim@agents.test", "support+x@desk.test", 1);
    add_sent(fixture, ticket, "b@desk.test", "kim@agents.test", "", 1);
    add_sent(fixture, ticket, "c@desk.test", "lou@agents.test", "support+x@desk.test", 1);
    add_sent(fixture, ticket, "d@desk.test", "kim@agents.test", "support+x@desk.test", 0);
    static const struct {
        const char *id, *person;
        gboolean is_return_path;
        gint64 expected;
        gboolean by_id, has_path;
    } cases[] = {
        {"a@desk.test", "kim@agents.test", TRUE, 1, TRUE, TRUE},
        {"b@desk.test", "Kim@agents.test", FALSE, 2, TRUE, FALSE},
        {NULL, "kim@agents.test", TRUE, 2, FALSE, FALSE},
        {"gone@desk.test", "lou@agents.test", TRUE, 3, FALSE, TRUE},
        {"gone@desk.test", "lou@agents.test", FALSE, 0, FALSE, FALSE},
        {"c@desk.test", "kim@agents.test", FALSE, 0, FALSE, FALSE},
        {"d@desk.test", "kim@agents.test", FALSE, 0, FALSE, FALSE},
        {NULL, "anna@customer.test", TRUE, 0, FALSE, FALSE},
    };
    gint64 first = integer(fixture, "SELECT min(id) FROM outbox WHERE message_id = 'a@desk.test'");
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        ReturnedMail *found =
            returned_of(fixture, ticket, cases[i].id, cases[i].person, cases[i].is_return_path);
        assert_true(found->outbox_id == (cases[i].expected ? first + cases[i].expected - 1 : 0));
        assert_int_equal(found->is_by_id, cases[i].by_id);
        assert_int_equal(found->has_return_path, cases[i].has_path);
        returned_mail_free(found);
        ReturnedMail *elsewhere =
            returned_of(fixture, ticket + 1, cases[i].id, cases[i].person, cases[i].is_return_path);
        assert_true(elsewhere->outbox_id == 0);
        returned_mail_free(elsewhere);
    }
}

/* The report can be quicker than the mark of the sender; the mark must not undo it. */
static void test_returned_before_marked(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(IntakeRow) row = accept_text(fixture, "opens");
    g_autoptr(Reading) reading = reading_of("1@x", "anna@customer.test");
    g_autoptr(Decision) opened = new_ticket(fixture, row, "anna@customer.test");
    assert_true(settle(fixture, row, reading, opened, NULL));
    add_sent(fixture, opened->ticket_id, "a@desk.test", "kim@agents.test", "p", 1);
    gint64 id = integer(fixture, "SELECT max(id) FROM outbox");
    g_autoptr(IntakeRow) report = accept_text(fixture, "report");
    g_autoptr(Reading) said = reading_of("2@x", "mailer-daemon@agents.test");
    g_autoptr(Decision) decision = decision_new(FATE_TICKETED);
    decision->ticket_id = opened->ticket_id;
    decision->ref = g_strdup(opened->ref);
    decision->status = g_strdup("open");
    decision->sender_name = g_strdup("");
    decision->sender_address = g_strdup("");
    decision->sender_role = g_strdup("guest");
    decision->returned_id = id;
    decision->returned_status = g_strdup("5.1.1");
    decision->returned_words = g_strdup("it came back: no such user");
    decision->block_address = g_strdup("kim@agents.test");
    decision->block_us = MINUTE_US;
    assert_true(settle(fixture, report, said, decision, NULL));
    OutboxResult sent = {.id = id, .state = OUTBOX_SENT, .answer = "250 taken"};
    assert_true(outbox_mark(fixture->store, &sent, 1, NOW_US, NULL));
    g_autoptr(OutboxRow) now = outbox_get(fixture->store, id, NULL);
    assert_int_equal(now->state, OUTBOX_FAILED);
    assert_string_equal(now->last_error, "it came back: no such user");
    assert_string_equal(now->status, "5.1.1");
    assert_int_equal(integer(fixture, "SELECT count(*) FROM blocks WHERE address = 'kim@agents.test'"), 1);
    assert_int_equal(integer(fixture, "SELECT count(*) FROM outbox WHERE is_told = 0 AND state = 'failed'"),
                     1);
}

static void test_evidence(void **state)
{
    Fixture *fixture = *state;
    gint64 ticket = make_ticket(fixture, "first", "one@customer.test", "anna@customer.test", NULL);
    g_autoptr(Decision) first = decision_new(FATE_TICKETED);
    first->ticket_id = ticket;
    first->ref = g_strdup("SUP-000001");
    static const char *const people[][2] = {{"Bert@customer.test", "participant"},
                                            {"guest@elsewhere.test", "guest"}};
    for (gsize i = 0; i < G_N_ELEMENTS(people); i++) {
        g_autoptr(IntakeRow) row = accept_text(fixture, people[i][0]);
        g_autoptr(Reading) reading = reading_of(people[i][0], people[i][0]);
        g_autoptr(Decision) decision = joins(first, people[i][0], people[i][1]);
        assert_true(settle(fixture, row, reading, decision, NULL));
    }
    const struct {
        const char *sender;
        EvidenceType type;
        const char *found;
        gint64 token_ticket;
        gboolean leads, belongs;
    } cases[] = {
        {"anna@customer.test", EVIDENCE_TOKEN_ADDRESS, "x", ticket, TRUE, TRUE},
        {"ANNA@customer.test", EVIDENCE_TOKEN_ADDRESS, "x", ticket, TRUE, TRUE},
        {"bert@customer.test", EVIDENCE_TOKEN_ID, "x", ticket, TRUE, TRUE},
        {"guest@elsewhere.test", EVIDENCE_TOKEN_ID, "x", ticket, TRUE, FALSE},
        {"mallory@elsewhere.test", EVIDENCE_TOKEN_ID, "x", ticket, TRUE, FALSE},
        {"", EVIDENCE_TOKEN_ID, "x", ticket, TRUE, FALSE},
        {"anna@customer.test", EVIDENCE_TOKEN_ID, "x", ticket + 1, FALSE, FALSE},
        {"anna@customer.test", EVIDENCE_KNOWN_ID, "one@customer.test", 0, TRUE, TRUE},
        {"carl@customer.test", EVIDENCE_KNOWN_ID, "one@customer.test", 0, TRUE, TRUE}, /* was in its Cc */
        {"arl@customer.test", EVIDENCE_KNOWN_ID, "one@customer.test", 0, TRUE, FALSE},
        {"mallory@elsewhere.test", EVIDENCE_KNOWN_ID, "one@customer.test", 0, TRUE, FALSE},
        {"anna@customer.test", EVIDENCE_KNOWN_ID, "One@customer.test", 0, FALSE, FALSE},
        {"anna@customer.test", EVIDENCE_SUBJECT_REF, "SUP-000001", 0, TRUE, TRUE},
        {"carl@customer.test", EVIDENCE_SUBJECT_REF, "SUP-000001", 0, TRUE, FALSE},
        {"anna@customer.test", EVIDENCE_SUBJECT_REF, "SUP-000009", 0, FALSE, FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(Facts) facts = {0};
        facts_for(fixture, ticket, cases[i].sender, cases[i].type, cases[i].found, cases[i].token_ticket,
                  &facts);
        const Evidence *piece = facts.evidence->pdata[0];
        assert_true(piece->ticket_id == (cases[i].leads ? ticket : 0));
        assert_int_equal(piece->sender_belongs, cases[i].belongs);
        if (cases[i].leads)
            assert_string_equal(piece->ref, "SUP-000001");
    }
}

/* An agent who works hard on a ticket must not be the reason why nobody hears of its customer. */
static void test_mails_lately(void **state)
{
    Fixture *fixture = *state;
    gint64 ticket = make_ticket(fixture, "first", "one@customer.test", "anna@customer.test", NULL);
    static const char *const directions[] = {"note", "in", "note", "note"};
    g_autoptr(Decision) first = decision_new(FATE_TICKETED);
    first->ticket_id = ticket;
    first->ref = g_strdup("SUP-000001");
    for (gsize i = 0; i < G_N_ELEMENTS(directions); i++) {
        g_autofree char *text = g_strdup_printf("mail %u", (guint)i);
        g_autoptr(IntakeRow) row = accept_text(fixture, text);
        g_autoptr(Reading) reading = reading_of(text, "kim@agents.test");
        add_field(reading, "app_id", text);
        g_autoptr(Decision) decision = joins(first, "kim@agents.test", "agent");
        g_free(decision->direction);
        decision->direction = g_strdup(directions[i]);
        assert_true(settle(fixture, row, reading, decision, NULL));
    }
    db_script(fixture->store->db, "UPDATE messages SET at_us = 9000000000000000", NULL);
    g_auto(Facts) facts = {0};
    facts_for(fixture, ticket, "anna@customer.test", EVIDENCE_TOKEN_ADDRESS, "x", ticket, &facts);
    assert_int_equal(((Evidence *)facts.evidence->pdata[0])->mails_lately, 2);
    /* What he writes there is no detail of the customer's. */
    g_autoptr(Ticket) shown = ticket_get(fixture->store, "SUP-000001", NULL);
    assert_int_equal(shown->fields->len, 1);
    assert_string_equal(((TicketField *)shown->fields->pdata[0])->value, "mail 1");
}

/* Anybody can write any Message-ID: one that stands in two tickets leads to both. */
static void test_evidence_twice(void **state)
{
    Fixture *fixture = *state;
    gint64 mallory = make_ticket(fixture, "forged", "same@customer.test", "mallory@elsewhere.test", NULL);
    gint64 anna = make_ticket(fixture, "own", "same@customer.test", "anna@customer.test", NULL);
    make_ticket(fixture, "unlike", "other@customer.test", "anna@customer.test", NULL);
    g_auto(Facts) facts = {0};
    facts_for(fixture, anna, "anna@customer.test", EVIDENCE_KNOWN_ID, "same@customer.test", 0, &facts);
    assert_int_equal(facts.evidence->len, 2);
    const Evidence *one = facts.evidence->pdata[0], *two = facts.evidence->pdata[1];
    assert_true(one->ticket_id == mallory && two->ticket_id == anna);
    assert_false(one->sender_belongs);
    assert_true(two->sender_belongs);
    assert_string_equal(two->found, "same@customer.test");
    assert_int_equal(two->type, EVIDENCE_KNOWN_ID);
    g_auto(Facts) of_copied = {0};
    facts_for(fixture, anna, "carl@customer.test", EVIDENCE_KNOWN_ID, "same@customer.test", 0, &of_copied);
    assert_true(((Evidence *)of_copied.evidence->pdata[0])->sender_belongs);
    assert_true(((Evidence *)of_copied.evidence->pdata[1])->sender_belongs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(test_returned),     STORE_TEST(test_returned_before_marked), STORE_TEST(test_evidence),
        STORE_TEST(test_mails_lately), STORE_TEST(test_evidence_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
