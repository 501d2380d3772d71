/* Who speaks: an agent is believed only if all of it holds, and anything less has no powers and says so. */
#include "desk_shop.h"

#define DAY_US (24 * 3600 * (gint64)G_USEC_PER_SEC)

/* An agent's answer to his own notice of ticket FIRST, in `words`. */
static Mail *answer_new(const Shop *shop, const char *words)
{
    Mail *mail = mail_new(shop);
    mailbox_free(mail->reading->from);
    mail->reading->from = mailbox_new("Kim", "kim@agents.test");
    mail->reading->from_authentic = TRUE;
    set_text(&mail->reading->reply, words);
    set_text(&mail->reading->text, words);
    Evidence *piece = add_evidence(mail, EVIDENCE_TOKEN_ADDRESS, FIRST, FALSE, TRUE);
    piece->token.role = ROLE_AGENT;
    mail->facts.ticket = ticket_new();
    mail->facts.ticket->id = FIRST;
    mail->facts.ticket->ref = g_strdup("SUP-001001");
    mail->facts.ticket->queue = g_strdup("support");
    mail->facts.ticket->status = g_strdup("open");
    mail->facts.ticket->subject = g_strdup("The import fails");
    mail->facts.ticket->requester_name = g_strdup("Anna Smith");
    mail->facts.ticket->requester_address = g_strdup("anna@customer.test");
    return mail;
}

static Evidence *token_of(const Mail *mail)
{
    return mail->facts.evidence->pdata[0];
}

static void assert_believed(const Mail *mail, AgentProof proof)
{
    g_autoptr(Decision) decision = judge(mail);
    assert_int_equal(decision->fate, FATE_TICKETED);
    assert_int_equal(decision->proof, proof);
    assert_string_equal(decision->agent, "kim");
    assert_null(decision->doubt);
    assert_string_equal(decision->direction, "note");
    assert_string_equal(decision->sender_role, "agent");
    assert_int_equal(decision->ticket_id, FIRST);
    assert_non_null(decision->sheet);
    assert_false(decision->acknowledge);
    assert_false(decision->notify);
    assert_int_equal(decision->outgoing->len, 0);
}

/* Nothing is done; nobody but agents hears of it, he himself by a receipt, and the ticket says why. */
static void assert_doubted(const Mail *mail, const char *why)
{
    g_autoptr(Decision) decision = judge(mail);
    assert_int_equal(decision->fate, FATE_TICKETED);
    assert_int_equal(decision->proof, PROOF_DOUBTED);
    assert_null(decision->sheet);
    assert_string_equal(decision->direction, "note");
    assert_non_null(event_of(decision, "agent not believed"));
    assert_non_null(strstr(event_of(decision, "agent not believed")->detail, why));
    for (guint i = 0; i < decision->outgoing->len; i++) {
        const Outgoing *outgoing = decision->outgoing->pdata[i];
        assert_true(g_str_has_suffix(outgoing->to, "@agents.test"));
        /* Nobody is told to let an agent in as a guest. */
        g_autofree char *bytes = bytes_of(outgoing);
        assert_null(strstr(bytes, "Guest here"));
    }
}

static void test_all_holds(void **state)
{
    g_autoptr(Mail) mail = answer_new(*state, "It works again.");
    assert_believed(mail, PROOF_FULL);
}

static void test_without_border_server(void **state)
{
    const Shop *shop = *state;
    g_autoptr(Mail) mail = answer_new(shop, "It works again.");
    mail->config = shop->trusting;
    mail->reading->from_authentic = FALSE;
    assert_believed(mail, PROOF_TOKEN);
}

static void test_from_not_vouched_for(void **state)
{
    g_autoptr(Mail) mail = answer_new(*state, "It works again.");
    mail->reading->from_authentic = FALSE;
    assert_doubted(mail, "mx.desk.test does not vouch");
}

static void test_token_of_another(void **state)
{
    g_autoptr(Mail) mail = answer_new(*state, "It works again.");
    token_of(mail)->token_is_senders = FALSE;
    assert_doubted(mail, "another agent's notice");
}

/* The address names one ticket, the conversation another. */
static void test_token_of_another_ticket(void **state)
{
    g_autoptr(Mail) mail = answer_new(*state, "/close");
    add_evidence(mail, EVIDENCE_TOKEN_ID, SECOND, FALSE, TRUE);
    g_autoptr(Decision) decision = judge(mail);
    assert_true(decision->is_new_ticket);
    assert_int_equal(decision->proof, PROOF_DOUBTED);
    assert_null(decision->sheet);
    assert_non_null(strstr(event_of(decision, "agent not believed")->detail, "another ticket"));
    assert_non_null(outgoing_to(decision, "kim@agents.test"));
}

/* The message of his notice was split off since: his answer goes to whoever wrote it. */
static void test_token_before_split(void **state)
{
    g_autoptr(Mail) mail = answer_new(*state, "It works again.");
    Evidence *piece = add_evidence(mail, EVIDENCE_TOKEN_ID, SECOND, FALSE, TRUE);
    set_text(&piece->found, "split@desk.test");
    piece->split_from = FIRST;
    g_ptr_array_add(mail->reading->in_reply_to, g_strdup("split@desk.test"));
    g_autoptr(Decision) decision = judge(mail);
    assert_int_equal(decision->ticket_id, SECOND);
    assert_int_equal(decision->proof, PROOF_FULL);
    assert_non_null(decision->sheet);
    mailbox_free(mail->reading->from);
    mail->reading->from = mailbox_new("Mallory", "mallory@stranger.test");
    g_autoptr(Decision) stranger = judge(mail);
    assert_true(stranger->is_new_ticket);
}

static void test_token_of_no_ticket(void **state)
{
    g_autoptr(Mail) mail = answer_new(*state, "/close");
    token_of(mail)->ticket_id = 0;
    add_evidence(mail, EVIDENCE_TOKEN_ID, FIRST, FALSE, TRUE);
    assert_doubted(mail, "another ticket");
}

static void test_token_expired(void **state)
{
    g_autoptr(Mail) mail = answer_new(*state, "It works again.");
    token_of(mail)->token.day = (guint16)(NOW_US / DAY_US - 60);
    assert_believed(mail, PROOF_FULL);
    token_of(mail)->token.day = (guint16)(NOW_US / DAY_US - 62);
    assert_doubted(mail, "older than 60 days");
}

static void test_automatic(void **state)
{
    g_autoptr(Mail) mail = answer_new(*state, "I am away. /close");
    mail->reading->kind = KIND_AUTO_REPLY;
    mail->reading->may_answer = FALSE;
    assert_doubted(mail, "automatic mail");
    g_autoptr(Decision) decision = judge(mail);
    assert_int_equal(decision->outgoing->len, 0);
}

static void test_by_a_list(void **state)
{
    g_autoptr(Mail) mail = answer_new(*state, "It works again.");
    mail->reading->passed_on_by = mailbox_new("", "list@lists.test");
    assert_doubted(mail, "a list or group");
}

/* A Message-ID stands in every answer: it is no token of his own. */
static void test_id_is_no_address(void **state)
{
    g_autoptr(Mail) mail = answer_new(*state, "It works again.");
    token_of(mail)->type = EVIDENCE_TOKEN_ID;
    assert_doubted(mail, "no address of a notice");
}

static void test_stranger_with_agents_token(void **state)
{
    g_autoptr(Mail) mail = answer_new(*state, "/close");
    mailbox_free(mail->reading->from);
    mail->reading->from = mailbox_new("Kim", "kim@agents-mail.test");
    token_of(mail)->token_is_senders = FALSE;
    g_autoptr(Decision) decision = judge(mail);
    assert_int_equal(decision->proof, PROOF_NONE);
    assert_null(decision->sheet);
    assert_string_equal(decision->direction, "note");
    assert_string_equal(decision->sender_role, "guest");
    assert_non_null(event_of(decision, "agent's token"));
    assert_false(decision->acknowledge);
}

/* The requester got an agent's notice from him: what he writes there is his word all the same. */
static void test_customer_with_agents_token(void **state)
{
    g_autoptr(Mail) mail = answer_new(*state, "/close");
    mailbox_free(mail->reading->from);
    mail->reading->from = mailbox_new("Anna Smith", "anna@customer.test");
    token_of(mail)->token_is_senders = FALSE;
    token_of(mail)->sender_belongs = TRUE;
    g_autoptr(Decision) decision = judge(mail);
    assert_null(decision->sheet);
    assert_string_equal(decision->direction, "in");
    assert_string_equal(decision->sender_role, "participant");
}

/* An agent with a request of his own answers like any customer. */
static void test_agent_as_customer(void **state)
{
    g_autoptr(Mail) mail = answer_new(*state, "/close is what I typed there");
    token_of(mail)->token.role = ROLE_CUSTOMER;
    token_of(mail)->sender_belongs = TRUE;
    g_autoptr(Decision) decision = judge(mail);
    assert_null(decision->agent);
    assert_null(decision->sheet);
    assert_string_equal(decision->direction, "in");
    assert_string_equal(decision->sender_role, "participant");
}

static void test_imported(void **state)
{
    g_autoptr(Mail) mail = answer_new(*state, "/close");
    mail->envelope.is_quiet = TRUE;
    assert_doubted(mail, "imported");
    g_autoptr(Decision) decision = judge(mail);
    assert_int_equal(decision->outgoing->len, 0);
}

static void test_risky_and_thin_is_asked_back(void **state)
{
    const Shop *shop = *state;
    g_autoptr(Mail) mail = answer_new(shop, "/spam");
    assert_believed(mail, PROOF_FULL);
    mail->config = shop->trusting;
    g_autoptr(Decision) asked = judge(mail);
    assert_int_equal(asked->fate, FATE_HELD);
    assert_string_equal(asked->reason, "unconfirmed");
    assert_false(asked->is_done);
    assert_int_equal(asked->outgoing->len, 1);
    assert_non_null(outgoing_to(asked, "kim@agents.test"));
    /* Let pass by an admin it is asked again: he does not know who wrote it. */
    mail->envelope.is_released = TRUE;
    g_autoptr(Decision) again = judge(mail);
    assert_string_equal(again->reason, "unconfirmed");
    mail->envelope.is_confirmed = TRUE;
    assert_believed(mail, PROOF_TOKEN);
}

/* The answer to such a question. */
static Mail *confirmation_new(const Shop *shop)
{
    Mail *mail = answer_new(shop, "yes");
    Evidence *token = token_of(mail);
    token->token.role = ROLE_CONFIRM;
    token->token.ticket_id = 77;
    token->ticket_id = 0;
    g_clear_pointer(&mail->facts.ticket, ticket_free);
    return mail;
}

static void assert_confirmed(const Mail *mail, gboolean is)
{
    g_autoptr(Decision) decision = judge(mail);
    assert_int_equal(decision->fate, FATE_HELD);
    assert_int_equal(decision->release_id, is ? 77 : 0);
    assert_int_equal(decision->is_done, is);
    assert_string_equal(decision->reason, is ? "confirmation" : "doubtful confirmation");
}

static void test_confirmation(void **state)
{
    const Shop *shop = *state;
    g_autoptr(Mail) mail = confirmation_new(shop);
    assert_confirmed(mail, TRUE);
    token_of(mail)->token.day = (guint16)(NOW_US / DAY_US - 4);
    assert_confirmed(mail, FALSE);
    token_of(mail)->token.day = (guint16)(NOW_US / DAY_US);
    token_of(mail)->token_is_senders = FALSE;
    assert_confirmed(mail, FALSE);
    token_of(mail)->token_is_senders = TRUE;
    mail->reading->from_authentic = FALSE;
    assert_confirmed(mail, FALSE);
    mail->reading->from_authentic = TRUE;
    mail->reading->kind = KIND_AUTO_REPLY;
    assert_confirmed(mail, FALSE);
    /* Whoever says no has not read that any answer is a yes. */
    mail->reading->kind = KIND_HUMAN;
    set_text(&mail->reading->reply, "No, I did not write that.");
    assert_confirmed(mail, FALSE);
    set_text(&mail->reading->reply, "Das war ich nicht!");
    assert_confirmed(mail, FALSE);
    set_text(&mail->reading->reply, "Go on. Now!");
    assert_confirmed(mail, TRUE);
}

/* A new mail of an agent to the public address. */
static Mail *fresh_new(const Shop *shop, const char *words)
{
    Mail *mail = answer_new(shop, words);
    g_ptr_array_set_size(mail->facts.evidence, 0);
    g_clear_pointer(&mail->facts.ticket, ticket_free);
    return mail;
}

static void test_opens_for_customer(void **state)
{
    const Shop *shop = *state;
    g_autoptr(Mail) mail =
        fresh_new(shop, "/customer dora@customer.test\n\nHello Dora, as promised on the phone …");
    g_autoptr(Decision) decision = judge(mail);
    assert_int_equal(decision->fate, FATE_TICKETED);
    assert_int_equal(decision->proof, PROOF_DOMAIN);
    assert_true(decision->is_new_ticket);
    assert_string_equal(decision->customer->address, "dora@customer.test");
    assert_string_equal(decision->direction, "note");
    assert_false(decision->acknowledge);
    /* No page that shows his words as those of a customer who waits. */
    assert_int_equal(decision->outgoing->len, 0);
    mail->reading->from_authentic = FALSE;
    g_autoptr(Decision) doubted = judge(mail);
    assert_null(doubted->sheet);
    assert_null(doubted->customer);
    assert_string_equal(doubted->direction, "in");
    mail->config = shop->trusting;
    g_autoptr(Decision) asked = judge(mail);
    assert_int_equal(asked->fate, FATE_HELD);
    assert_string_equal(asked->reason, "unconfirmed");
    /* For old mail that is taken in nobody is written to. */
    mail->envelope.is_quiet = TRUE;
    g_autoptr(Decision) imported = judge(mail);
    assert_int_equal(imported->fate, FATE_TICKETED);
    assert_int_equal(imported->outgoing->len, 0);
}

static void add_detail(Reading *reading, const char *value)
{
    Field *field = g_new0(Field, 1);
    field->name = g_strdup("app_id");
    field->value = g_strdup(value);
    field->raw = g_strdup(value);
    field->rule = g_strdup("app-id");
    field->where = g_strdup("reply");
    field->start = (gsize)(strstr(reading->reply, value) - reading->reply);
    field->end = field->start + strlen(value);
    field->may_echo = TRUE;
    g_ptr_array_add(reading->fields, field);
}

/* What an agent says beside a customer's mail is for the team, also when it looks like a detail. */
static void test_comment_of_forward_is_not_echoed(void **state)
{
    g_autoptr(Mail) mail =
        fresh_new(*state, "/note blocked, app id 5555 is stolen\n\nFrom: Fred\n\nMy app id is 4711.");
    add_detail(mail->reading, "5555");
    add_detail(mail->reading, "4711");
    mail->reading->forwarded = forwarded_new();
    mail->reading->forwarded->from = mailbox_new("Fred", "fred@customer.test");
    set_text(&mail->reading->forwarded->subject, "It burns");
    set_text(&mail->reading->forwarded->comment, "/note blocked, app id 5555 is stolen");
    set_text(&mail->reading->forwarded->text, "My app id is 4711.");
    desk_name_forwarded(mail->config, &mail->envelope, mail->reading);
    g_autoptr(Decision) decision = judge(mail);
    const Outgoing *back = outgoing_to(decision, "fred@customer.test");
    assert_non_null(back);
    g_autofree char *bytes = bytes_of(back);
    assert_non_null(strstr(bytes, "4711"));
    assert_null(strstr(bytes, "5555"));
    /* Nor is the agent's own mail named, which the customer never saw. */
    assert_null(strstr(bytes, "one@customer.test"));
}

/* The only agent of a queue writes to it himself: he has a page of it. */
static void test_own_ticket_has_a_reader(void **state)
{
    g_autoptr(Mail) mail = fresh_new(*state, "The monitor of Bonn is red.");
    mailbox_free(mail->reading->from);
    mail->reading->from = mailbox_new("Lou", "lou@agents.test");
    mail->queue = "billing";
    g_autoptr(Decision) alone = judge(mail);
    assert_non_null(outgoing_to(alone, "lou@agents.test"));
    mail->queue = "support";
    g_autoptr(Decision) among = judge(mail);
    assert_null(outgoing_to(among, "lou@agents.test"));
    assert_non_null(outgoing_to(among, "kim@agents.test"));
}

static void test_commands_alone_open_nothing(void **state)
{
    g_autoptr(Mail) mail = fresh_new(*state, "/close SUP-7K3QW2\n");
    g_autoptr(Decision) decision = judge(mail);
    assert_int_equal(decision->fate, FATE_HELD);
    assert_true(decision->is_done);
    assert_non_null(decision->sheet);
    assert_int_equal(decision->sheet->problems->len, 0);
    set_text(&mail->reading->reply, "/clsoe SUP-7K3QW2\n");
    g_autoptr(Decision) misspelt = judge(mail);
    assert_int_equal(misspelt->fate, FATE_HELD);
    assert_int_equal(misspelt->sheet->problems->len, 1);
    set_text(&mail->reading->reply, "/close SUP-7K3QW2\n\nIt works again.");
    g_autoptr(Decision) texted = judge(mail);
    assert_int_equal(texted->fate, FATE_HELD);
    assert_int_equal(texted->sheet->problems->len, 1);
}

static void test_own_ticket(void **state)
{
    g_autoptr(Mail) mail = fresh_new(*state, "/severity high\nThe monitor of Bonn is red.");
    g_autoptr(Decision) decision = judge(mail);
    assert_int_equal(decision->fate, FATE_TICKETED);
    assert_string_equal(decision->direction, "in");
    assert_null(decision->customer);
    assert_int_equal(decision->sheet->acts->len, 1);
    assert_string_equal(decision->sheet->text, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_holds),
        cmocka_unit_test(test_without_border_server),
        cmocka_unit_test(test_from_not_vouched_for),
        cmocka_unit_test(test_token_of_another),
        cmocka_unit_test(test_token_of_another_ticket),
        cmocka_unit_test(test_token_before_split),
        cmocka_unit_test(test_token_of_no_ticket),
        cmocka_unit_test(test_token_expired),
        cmocka_unit_test(test_automatic),
        cmocka_unit_test(test_by_a_list),
        cmocka_unit_test(test_id_is_no_address),
        cmocka_unit_test(test_stranger_with_agents_token),
        cmocka_unit_test(test_customer_with_agents_token),
        cmocka_unit_test(test_agent_as_customer),
        cmocka_unit_test(test_imported),
        cmocka_unit_test(test_risky_and_thin_is_asked_back),
        cmocka_unit_test(test_confirmation),
        cmocka_unit_test(test_opens_for_customer),
        cmocka_unit_test(test_comment_of_forward_is_not_echoed),
        cmocka_unit_test(test_commands_alone_open_nothing),
        cmocka_unit_test(test_own_ticket),
        cmocka_unit_test(test_own_ticket_has_a_reader),
    };
    return cmocka_run_group_tests_name("agent", tests, open_shop, close_shop);
}
