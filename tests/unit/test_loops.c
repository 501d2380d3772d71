/* The ladder against loops and floods: what is held, what is not answered, of what nobody is told, and that
 * nothing of a stranger's text goes to whom he names. */
#include "desk_shop.h"

typedef void (*Change)(Mail *mail);

static void same_twice(Mail *mail)
{
    mail->facts.same_text = 1;
}

static void same_thrice(Mail *mail)
{
    mail->facts.same_text = 2;
}

static void same_four_times(Mail *mail)
{
    mail->facts.same_text = 3;
}

/* Ten people with numbers for names, or one machine. */
static void alike_ten_times(Mail *mail)
{
    mail->facts.same_text_alike = 9;
}

static void same_ten_times(Mail *mail)
{
    mail->facts.same_text = 9;
}

static void released_again(Mail *mail)
{
    same_ten_times(mail);
    mail->envelope.is_released = TRUE;
}

static void import_again(Mail *mail)
{
    same_ten_times(mail);
    mail->envelope.is_quiet = TRUE;
}

static void agent_again(Mail *mail)
{
    same_ten_times(mail);
    set_text(&mail->reading->from->address, "kim@agents.test");
    mail->reading->from_authentic = TRUE;
    add_evidence(mail, EVIDENCE_TOKEN_ADDRESS, FIRST, TRUE, TRUE)->token.role = ROLE_AGENT;
}

static void be_refused(Mail *mail)
{
    mail->facts.is_refused = TRUE;
}

static void many_hops(Mail *mail)
{
    mail->reading->hops = LIMIT_HOPS + 1;
}

static void same_answer_ten_times(Mail *mail)
{
    same_ten_times(mail);
    set_text(&mail->reading->text, "Your request SUP-7K3QW2 was received.");
}

static void test_held(void **state)
{
    static const struct {
        Change change;
        const char *reason; /* NULL: not held */
    } cases[] = {
        {same_four_times, NULL}, {alike_ten_times, NULL},
        {same_ten_times, NULL},  {same_answer_ten_times, "loop"},
        {released_again, NULL},  {import_again, NULL},
        {agent_again, NULL},     {be_refused, "refused sender"},
        {many_hops, "loop"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Mail) mail = mail_new(*state);
        cases[i].change(mail);
        g_autoptr(Decision) decision = judge(mail);
        assert_int_equal(decision->fate, cases[i].reason ? FATE_HELD : FATE_TICKETED);
        if (!cases[i].reason)
            continue;
        assert_string_equal(decision->reason, cases[i].reason);
        assert_int_equal(decision->outgoing->len, 0);
    }
}

static void be_refuted(Mail *mail)
{
    mail->reading->from_refuted = TRUE;
}

static void name_ref_in_subject(Mail *mail)
{
    set_text(&mail->reading->subject, "[#4711] We have your message [SUP-7K3QW2]");
}

static void name_ref_in_text(Mail *mail)
{
    set_text(&mail->reading->text, "Thank you!\n\n> Your reference: BIL-7K3QW2\n");
}

static void quote_our_address(Mail *mail)
{
    set_text(&mail->reading->text,
             "Thank you!\nFrom: Acme <support+aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@desk.test>\n");
}

static void name_ref_far_down(Mail *mail)
{
    g_autofree char *filler = g_strnfill(LIMIT_RULE_TEXT_BYTES, 'x');
    g_free(mail->reading->text);
    mail->reading->text = g_strconcat(filler, "\nSUP-7K3QW2\n", NULL);
}

static void name_foreign_ref(Mail *mail)
{
    set_text(&mail->reading->subject, "Our order ORD-7K3QW2");
}

static void two_tokens(Mail *mail)
{
    add_evidence(mail, EVIDENCE_TOKEN_ADDRESS, FIRST, TRUE, TRUE);
    add_evidence(mail, EVIDENCE_TOKEN_ID, SECOND, TRUE, TRUE);
}

static void spend_budget(Mail *mail)
{
    mail->facts.automatic_hour = LIMIT_AUTOMATIC_PER_HOUR;
}

static void nearly_spend_budget(Mail *mail)
{
    mail->facts.automatic_hour = LIMIT_AUTOMATIC_PER_HOUR - 1;
}

static void flood_ticket(Mail *mail)
{
    add_evidence(mail, EVIDENCE_TOKEN_ADDRESS, FIRST, TRUE, TRUE)->mails_lately = 20;
}

static void test_answers(void **state)
{
    static const struct {
        Change change;
        const char *refusal; /* NULL: acknowledged */
        guint notices;
    } cases[] = {
        {NULL, NULL, 2},
        {same_twice, NULL, 2},
        {same_thrice, "same text 3 times", 2},
        {same_four_times, "same text 4 times", 0},
        {alike_ten_times, "addresses differ by a number", 2},
        {be_refuted, "somebody else wrote it", 2},
        {name_ref_in_subject, "names or quotes mail of ours", 2},
        {name_ref_in_text, "names or quotes mail of ours", 2},
        {quote_our_address, "names or quotes mail of ours", 2},
        {name_ref_far_down, NULL, 2},
        {name_foreign_ref, NULL, 2},
        {two_tokens, "names or quotes mail of ours", 2},
        {spend_budget, "automatic mail of this hour is spent", 0},
        {nearly_spend_budget, NULL, 2},
        {flood_ticket, "continues a conversation", 0},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        print_message("  case %u\n", (guint)i);
        g_autoptr(Mail) mail = mail_new(*state);
        if (cases[i].change)
            cases[i].change(mail);
        g_autoptr(Decision) decision = judge(mail);
        gboolean acknowledged = cases[i].refusal == NULL;
        assert_int_equal(decision->fate, FATE_TICKETED);
        assert_int_equal(decision->acknowledge, acknowledged);
        assert_int_equal(outgoing_to(decision, "anna@customer.test") != NULL, acknowledged);
        assert_int_equal(decision->outgoing->len - acknowledged, cases[i].notices);
        if (cases[i].refusal)
            assert_true(says(decision, cases[i].refusal));
        assert_int_equal(event_of(decision, "agents not told") != NULL, cases[i].notices == 0);
    }
}

/* Who comes back to what was closed long ago gets a new ticket, and nobody has told him yet. That these
 * pieces open a new one is because they disagree. */
static void test_late_return(void **state)
{
    for (guint i = 0; i < 3; i++) {
        g_autoptr(Mail) mail = mail_new(*state);
        name_ref_in_subject(mail);
        Evidence *one = add_evidence(mail, EVIDENCE_SUBJECT_REF, FIRST, TRUE, FALSE);
        Evidence *two = add_evidence(mail, EVIDENCE_SUBJECT_REF, SECOND, TRUE, FALSE);
        one->closed_us = i == 0 ? NOW_US - G_USEC_PER_SEC : 0;
        two->closed_us = i == 1 ? NOW_US - G_USEC_PER_SEC : 0;
        g_autoptr(Decision) decision = judge(mail);
        assert_true(decision->is_new_ticket);
        assert_int_equal(decision->acknowledge, i < 2);
    }
}

/* The last notice of them says that there will be no more. */
static void test_last_notice_says_so(void **state)
{
    g_autoptr(Mail) mail = mail_new(*state);
    same_thrice(mail);
    g_autoptr(Decision) decision = judge(mail);
    assert_true(says(decision, "of more of them nobody is told"));
    g_autofree char *notice = bytes_of(outgoing_to(decision, "kim@agents.test"));
    assert_non_null(strstr(notice, "of more of them"));
}

static Outgoing *outgoing_of(const char *kind, gboolean is_personal)
{
    Outgoing *outgoing = g_new0(Outgoing, 1);
    outgoing->kind = g_strdup(kind);
    outgoing->to = g_strdup("anna@customer.test");
    outgoing->is_personal = is_personal;
    return outgoing;
}

/* Whatever else strangers cause is cut, too; what a person wrote never is, nor what an agent at work must
 * know. */
static void test_keeps_budget(void **state)
{
    g_autoptr(Mail) mail = mail_new(*state);
    spend_budget(mail);
    DeskCase desk_case = {.config = mail->config, .facts = &mail->facts};
    g_autoptr(Decision) decision = decision_new(FATE_TICKETED);
    g_ptr_array_add(decision->outgoing, outgoing_of("solved", FALSE));
    g_ptr_array_add(decision->outgoing, outgoing_of("answer", TRUE));
    g_ptr_array_add(decision->outgoing, outgoing_of("receipt", FALSE));
    g_ptr_array_add(decision->outgoing, outgoing_of("confirm", FALSE));
    g_ptr_array_add(decision->outgoing, outgoing_of("refused", FALSE));
    desk_keep_budget(&desk_case, decision);
    assert_int_equal(decision->outgoing->len, 3);
    assert_string_equal(((Outgoing *)decision->outgoing->pdata[0])->kind, "answer");
    assert_int_equal(decision->events->len, 2);
    assert_string_equal(event_of(decision, "not written")->detail,
                        "refused to anna@customer.test: the automatic mail of this hour is spent "
                        "(limits.automatic_per_hour)");
    nearly_spend_budget(mail);
    g_ptr_array_add(decision->outgoing, outgoing_of("solved", FALSE));
    desk_keep_budget(&desk_case, decision);
    assert_int_equal(decision->outgoing->len, 4);
}

/* What goes to whoever stands in From, who perhaps wrote nothing: no word that a stranger chose. */
static void test_reflects_nothing(void **state)
{
    static const char mark[] = "Zqpest";
    g_autoptr(Mail) mail = mail_new(*state);
    Reading *reading = mail->reading;
    set_text(&reading->from->name, "Zqpest Zqpest");
    set_text(&reading->subject, "Zqpest wins");
    set_text(&reading->text, "Zqpest");
    set_text(&reading->reply, "Zqpest");
    set_text(&reading->signature, "Zqpest");
    g_ptr_array_add(reading->to, mailbox_new("Zqpest", "zqpest@victims.test"));
    g_ptr_array_add(reading->cc, mailbox_new("Zqpest", "zqpest@victims.test"));
    g_ptr_array_add(reading->reply_to, mailbox_new("Zqpest", "zqpest@victims.test"));
    Attachment *attachment = g_new0(Attachment, 1);
    *attachment =
        (Attachment){.name = g_strdup("Zqpest.pdf"), .type = g_strdup("zqpest/x"), .sha256 = g_strdup("00")};
    g_ptr_array_add(reading->attachments, attachment);
    Field *field = g_new0(Field, 1);
    *field = (Field){.name = g_strdup("error"),
                     .value = g_strdup("Zqpest"),
                     .raw = g_strdup("Zqpest"),
                     .rule = g_strdup("error"),
                     .where = g_strdup("reply")};
    g_ptr_array_add(reading->fields, field);
    g_autoptr(Decision) decision = judge(mail);
    const Outgoing *acknowledgement = outgoing_to(decision, "anna@customer.test");
    assert_non_null(acknowledgement);
    g_autofree char *bytes = bytes_of(acknowledgement);
    g_autofree char *low = g_ascii_strdown(bytes, -1), *low_mark = g_ascii_strdown(mark, -1);
    assert_null(strstr(low, low_mark));
    assert_null(strstr(low, "victims.test"));
    assert_null(outgoing_to(decision, "zqpest@victims.test"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_held),         cmocka_unit_test(test_answers),
        cmocka_unit_test(test_late_return),  cmocka_unit_test(test_last_notice_says_so),
        cmocka_unit_test(test_keeps_budget), cmocka_unit_test(test_reflects_nothing),
    };
    return cmocka_run_group_tests(tests, open_shop, close_shop);
}
