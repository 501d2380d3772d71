/* The desk's judgement, rule by rule and each one both ways: what is held, which ticket and why, who is
 * acknowledged, what goes out with which bytes. */
#include "desk_shop.h"

/* Evidence. */

typedef struct {
    EvidenceType type;
    gint64 ticket;
    gboolean belongs, is_senders;
} Piece;

typedef struct {
    const char *name;
    Piece pieces[3];
    guint count;
    gint64 joined; /* 0: a new ticket */
    const char *role;
    gint64 related[2]; /* of a new ticket; 0: none */
    const char *why;
} LadderCase;

static const LadderCase ladder[] = {
    {"no evidence", {{0}}, 0, 0, "requester", {0}, "new ticket SUP-NEW222"},
    {"token in the address",
     {{EVIDENCE_TOKEN_ADDRESS, FIRST, TRUE, TRUE}},
     1,
     FIRST,
     "participant",
     {0},
     "joined"},
    {"token that was made for the sender",
     {{EVIDENCE_TOKEN_ADDRESS, FIRST, FALSE, TRUE}},
     1,
     FIRST,
     "guest",
     {0},
     "made for this sender"},
    {"token in the hands of a stranger",
     {{EVIDENCE_TOKEN_ADDRESS, FIRST, FALSE, FALSE}},
     1,
     FIRST,
     "guest",
     {0},
     "guest"},
    {"token of a ticket that is gone",
     {{EVIDENCE_TOKEN_ADDRESS, 0, FALSE, FALSE}},
     1,
     0,
     "requester",
     {0},
     "leads to no ticket"},
    {"token in an id", {{EVIDENCE_TOKEN_ID, FIRST, TRUE, FALSE}}, 1, FIRST, "participant", {0}, "joined"},
    {"token in an id, stranger", {{EVIDENCE_TOKEN_ID, FIRST, FALSE, FALSE}}, 1, FIRST, "guest", {0}, "guest"},
    {"known id",
     {{EVIDENCE_KNOWN_ID, FIRST, TRUE, FALSE}},
     1,
     FIRST,
     "participant",
     {0},
     "belongs to the ticket"},
    {"known id, stranger",
     {{EVIDENCE_KNOWN_ID, FIRST, FALSE, FALSE}},
     1,
     0,
     "requester",
     {FIRST},
     "does not belong to the ticket"},
    {"unknown id", {{EVIDENCE_KNOWN_ID, 0, FALSE, FALSE}}, 1, 0, "requester", {0}, "new ticket"},
    {"reference", {{EVIDENCE_SUBJECT_REF, FIRST, TRUE, FALSE}}, 1, FIRST, "participant", {0}, "joined"},
    {"reference, stranger",
     {{EVIDENCE_SUBJECT_REF, FIRST, FALSE, FALSE}},
     1,
     0,
     "requester",
     {FIRST},
     "does not belong"},
    {"reference to nothing",
     {{EVIDENCE_SUBJECT_REF, 0, FALSE, FALSE}},
     1,
     0,
     "requester",
     {0},
     "leads to no ticket"},
    {"pieces that agree",
     {{EVIDENCE_SUBJECT_REF, FIRST, TRUE, FALSE}, {EVIDENCE_TOKEN_ID, FIRST, TRUE, FALSE}},
     2,
     FIRST,
     "participant",
     {0},
     "joined"},
    {"the strongest of those that agree is named",
     {{EVIDENCE_KNOWN_ID, FIRST, TRUE, FALSE}, {EVIDENCE_TOKEN_ADDRESS, FIRST, TRUE, FALSE}},
     2,
     FIRST,
     "participant",
     {0},
     "joined SUP-001001 by our token in the recipient address"},
    {"two tokens that disagree",
     {{EVIDENCE_TOKEN_ADDRESS, FIRST, TRUE, TRUE}, {EVIDENCE_TOKEN_ID, SECOND, TRUE, FALSE}},
     2,
     0,
     "requester",
     {FIRST, SECOND},
     "different tickets"},
    {"a token and a reference that disagree",
     {{EVIDENCE_TOKEN_ADDRESS, FIRST, TRUE, TRUE}, {EVIDENCE_SUBJECT_REF, SECOND, TRUE, FALSE}},
     2,
     0,
     "requester",
     {FIRST, SECOND},
     "different tickets"},
    {"a stranger's reference beside a token is no contradiction",
     {{EVIDENCE_TOKEN_ADDRESS, FIRST, TRUE, TRUE}, {EVIDENCE_SUBJECT_REF, SECOND, FALSE, FALSE}},
     2,
     FIRST,
     "participant",
     {0},
     "joined"},
    {"three that disagree, found in any order",
     {{EVIDENCE_SUBJECT_REF, FIRST, TRUE, FALSE},
      {EVIDENCE_KNOWN_ID, SECOND, TRUE, FALSE},
      {EVIDENCE_TOKEN_ADDRESS, FIRST, TRUE, FALSE}},
     3,
     0,
     "requester",
     {FIRST, SECOND},
     "different tickets"},
    {"a guest's token beside a reference of a member is the member's",
     {{EVIDENCE_TOKEN_ADDRESS, FIRST, FALSE, FALSE}, {EVIDENCE_SUBJECT_REF, FIRST, TRUE, FALSE}},
     2,
     FIRST,
     "participant",
     {0},
     "joined"},
};

static void check_ladder(const Shop *shop, const LadderCase *expected)
{
    print_message("  %s\n", expected->name);
    g_autoptr(Mail) mail = mail_new(shop);
    for (guint i = 0; i < expected->count; i++) {
        const Piece *piece = &expected->pieces[i];
        add_evidence(mail, piece->type, piece->ticket, piece->belongs, piece->is_senders);
    }
    g_autoptr(Decision) decision = judge(mail);
    assert_int_equal(decision->fate, FATE_TICKETED);
    assert_int_equal(decision->is_new_ticket, expected->joined == 0);
    assert_true(decision->ticket_id == (expected->joined ? expected->joined : MAIL_ID));
    assert_string_equal(decision->sender_role, expected->role);
    assert_true(says(decision, expected->why));
    guint related = 0;
    for (guint i = 0; i < 2 && expected->related[i]; i++) {
        assert_true(is_related(decision, expected->related[i]));
        related++;
    }
    assert_int_equal(decision->related->len, related);
    assert_string_equal(decision->status, expected->joined ? "open" : "new");
}

static void test_ladder(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(ladder); i++) {
        check_ladder(*state, &ladder[i]);
    }
}

static void test_new_participants(void **state)
{
    g_autoptr(Mail) member = mail_new(*state), guest = mail_new(*state), agent = mail_new(*state);
    g_autoptr(Mail) colleague = mail_new(*state);
    add_evidence(member, EVIDENCE_TOKEN_ADDRESS, FIRST, TRUE, TRUE)->requester =
        g_strdup("Anna@customer.test");
    add_evidence(colleague, EVIDENCE_TOKEN_ADDRESS, FIRST, TRUE, TRUE)->requester =
        g_strdup("carl@customer.test");
    add_evidence(guest, EVIDENCE_TOKEN_ADDRESS, FIRST, FALSE, FALSE);
    add_evidence(agent, EVIDENCE_TOKEN_ADDRESS, FIRST, FALSE, FALSE);
    set_text(&agent->reading->from->address, "kim@agents.test");
    g_autoptr(Decision) one = judge(member), two = judge(guest), three = judge(agent);
    assert_false(one->add_participant);
    assert_true(two->add_participant);
    /* Anybody can write an agent's address. */
    assert_string_equal(three->sender_role, "guest");
    /* Who belongs gets copies of what agents answer when his name is proven, and guests never do. */
    for (guint proven = 0; proven < 2; proven++) {
        colleague->reading->from_authentic = guest->reading->from_authentic = (gboolean)proven;
        g_autoptr(Decision) his = judge(colleague), of_guest = judge(guest);
        assert_string_equal(his->sender_role, "participant");
        assert_true(his->add_participant);
        assert_int_equal(his->gets_copies, proven);
        assert_true(of_guest->add_participant);
        assert_false(of_guest->gets_copies);
    }
    agent->reading->from_authentic = TRUE;
    g_autoptr(Decision) proven = judge(agent);
    assert_string_equal(proven->sender_role, "agent");
    assert_false(proven->add_participant);
    guest->reading->kind = KIND_BOUNCE;
    g_autoptr(Decision) machine = judge(guest);
    assert_false(machine->add_participant);
}

/* The border server checks the From. A list of mallory's own passes that and names whom it likes as the
 * writer; a list that our border server vouches for (ARC) and a group of ours are believed. */
static void test_writers_named_by_lists(void **state)
{
    static const struct {
        const char *list;
        gboolean is_vouched_for, is_list_proven, has_border;
        EvidenceType type;
        const char *role;
    } cases[] = {
        {"list@mallory.test", FALSE, TRUE, TRUE, EVIDENCE_SUBJECT_REF, "requester"},
        {"list@mallory.test", FALSE, FALSE, FALSE, EVIDENCE_KNOWN_ID, "requester"},
        {"list@mallory.test", FALSE, FALSE, FALSE, EVIDENCE_TOKEN_ID, "guest"},
        /* Our group's name, in mallory's hand. */
        {"support@desk.test", FALSE, FALSE, TRUE, EVIDENCE_SUBJECT_REF, "requester"},
        {"list@customer.test", TRUE, FALSE, TRUE, EVIDENCE_SUBJECT_REF, "participant"},
        {"support@desk.test", FALSE, TRUE, TRUE, EVIDENCE_SUBJECT_REF, "participant"},
        {"support@desk.test", FALSE, FALSE, FALSE, EVIDENCE_SUBJECT_REF, "participant"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Mail) mail = mail_new(*state);
        if (!cases[i].has_border)
            mail->config = mail->shop->trusting;
        mail->reading->passed_on_by = mailbox_new("", cases[i].list);
        mail->reading->passed_on_authentic = cases[i].is_list_proven;
        mail->reading->from_authentic = cases[i].is_vouched_for;
        add_evidence(mail, cases[i].type, FIRST, TRUE, FALSE);
        g_autoptr(Decision) decision = judge(mail);
        assert_string_equal(decision->sender_role, cases[i].role);
        assert_int_equal(decision->is_new_ticket, strcmp(cases[i].role, "requester") == 0);
        assert_int_equal(says(decision, "only a list says"), i < 4);
        assert_int_equal(is_related(decision, FIRST), decision->is_new_ticket);
    }
}

/* What the border server calls forged comes into nobody's ticket by a name, and ends none. */
static void test_refuted_senders(void **state)
{
    static const struct {
        EvidenceType type;
        const char *role;
    } cases[] = {
        {EVIDENCE_KNOWN_ID, "requester"},
        {EVIDENCE_SUBJECT_REF, "requester"},
        {EVIDENCE_TOKEN_ADDRESS, "guest"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Mail) mail = mail_new(*state);
        set_text(&mail->reading->reply, "It works now, thank you!");
        mail->reading->from_refuted = TRUE;
        add_evidence(mail, cases[i].type, FIRST, TRUE, FALSE);
        g_autoptr(Decision) decision = judge(mail);
        assert_string_equal(decision->sender_role, cases[i].role);
        assert_true(says(decision, "somebody else wrote it"));
        assert_false(decision->says_solved);
        mail->reading->from_refuted = FALSE;
        g_autoptr(Decision) own = judge(mail);
        assert_string_equal(own->sender_role, "participant");
        assert_true(own->says_solved);
    }
}

/* An agent is who came to his own token, and whom the border server vouches for where there is one. */
static void test_agents(void **state)
{
    static const struct {
        gboolean has_border, is_authentic;
        EvidenceType type;
        TokenRole role;
        gboolean has_powers;
        const char *expected;
    } cases[] = {
        {TRUE, TRUE, EVIDENCE_TOKEN_ADDRESS, ROLE_AGENT, TRUE, "agent"},
        {TRUE, TRUE, EVIDENCE_TOKEN_ID, ROLE_AGENT, FALSE, "agent"},
        {TRUE, FALSE, EVIDENCE_TOKEN_ADDRESS, ROLE_AGENT, FALSE, "guest"},
        {FALSE, TRUE, EVIDENCE_TOKEN_ID, ROLE_AGENT, FALSE, "guest"},
        {FALSE, FALSE, EVIDENCE_TOKEN_ADDRESS, ROLE_AGENT, TRUE, "agent"},
        {FALSE, FALSE, EVIDENCE_TOKEN_ADDRESS, ROLE_CUSTOMER, FALSE, "guest"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Mail) mail = mail_new(*state);
        mail->config = cases[i].has_border ? mail->shop->config : mail->shop->trusting;
        mail->reading->from_authentic = cases[i].is_authentic;
        set_text(&mail->reading->from->address, "kim@agents.test");
        add_evidence(mail, cases[i].type, FIRST, FALSE, TRUE)->token.role = cases[i].role;
        g_autoptr(Decision) decision = judge(mail);
        assert_string_equal(decision->sender_role, cases[i].expected);
        assert_int_equal(decision->sheet != NULL, cases[i].has_powers);
        assert_string_equal(decision->direction, "note");
        /* Who was not believed hears it, and so do the others. */
        assert_int_equal(outgoing_to(decision, "kim@agents.test") != NULL, !cases[i].has_powers);
        assert_int_equal(outgoing_to(decision, "lou@agents.test") != NULL, !cases[i].has_powers);
    }
}

/* A token stands in reasons, notices and quotes nowhere. */
static void test_tokens_stay_secret(void **state)
{
    g_autoptr(Mail) mail = mail_new(*state);
    Evidence *piece = add_evidence(mail, EVIDENCE_TOKEN_ADDRESS, FIRST, TRUE, TRUE);
    set_text(&piece->found, "support+thisisthetoken@desk.test");
    g_autoptr(Decision) decision = judge(mail);
    assert_false(says(decision, "thisisthetoken"));
    g_autofree char *notice = bytes_of(outgoing_to(decision, "kim@agents.test"));
    assert_null(strstr(notice, "thisisthetoken"));
}

static void test_status(void **state)
{
    static const struct {
        const char *before, *after;
        MailKind kind;
        const char *from;
    } cases[] = {
        {"open", "open", KIND_HUMAN, "anna@customer.test"},
        {"new", "new", KIND_HUMAN, "anna@customer.test"},
        {"waiting", "open", KIND_HUMAN, "anna@customer.test"},
        {"closed", "open", KIND_HUMAN, "anna@customer.test"},
        {"spam", "spam", KIND_HUMAN, "anna@customer.test"},
        {"waiting", "waiting", KIND_AUTO_REPLY, "anna@customer.test"},
        {"closed", "closed", KIND_BOUNCE, "anna@customer.test"},
        {"closed", "closed", KIND_HUMAN, "kim@agents.test"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Mail) mail = mail_new(*state);
        mail->reading->from_authentic = TRUE;
        Evidence *piece = add_evidence(mail, EVIDENCE_TOKEN_ADDRESS, FIRST, TRUE, TRUE);
        set_text(&piece->status, cases[i].before);
        mail->reading->kind = cases[i].kind;
        mail->envelope.is_released = cases[i].kind == KIND_BOUNCE;
        set_text(&mail->reading->from->address, cases[i].from);
        g_autoptr(Decision) decision = judge(mail);
        assert_string_equal(decision->status, cases[i].after);
        assert_true((event_of(decision, "reopened") != NULL) ==
                    (strcmp(cases[i].before, cases[i].after) != 0));
    }
}

/* Gathering. */

static void test_gather(void **state)
{
    const Shop *shop = *state;
    Token token = {.ticket_id = FIRST,
                   .person = token_person("anna@customer.test"),
                   .role = ROLE_CUSTOMER,
                   .day = 20000};
    g_autofree char *good = token_make(&token, &shop->keys[1]); /* an older key still counts */
    g_autofree char *ours = g_strdup_printf("nonce.%s@desk.test", good);
    g_autofree char *forged =
        g_strdup_printf("nonce.%s@desk.test", "ceaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
    g_autoptr(Mail) mail = mail_new(shop);
    mail->envelope.detail = g_strdup(good);
    g_ptr_array_add(mail->reading->in_reply_to, g_strdup(ours));
    g_ptr_array_add(mail->reading->references, g_strdup("unknown@elsewhere.test"));
    g_ptr_array_add(mail->reading->references, g_strdup(forged));
    g_ptr_array_add(mail->reading->references, g_strdup(ours)); /* once is enough */
    set_text(&mail->reading->subject, "Re: [sup-7k3qw2] and BIL-8M4RX3, not ABC-7K3QW2");
    mail->reading->bounce = bounce_new();
    mail->reading->bounce->original_message_id = g_strdup("returned@elsewhere.test");
    g_autoptr(GPtrArray) found = desk_gather(mail->reading, &mail->envelope, shop->config, shop->keys, 2);
    static const struct {
        EvidenceType type;
        const char *found;
    } expected[] = {{EVIDENCE_TOKEN_ADDRESS, "support@desk.test"},
                    {EVIDENCE_TOKEN_ID, NULL},
                    {EVIDENCE_KNOWN_ID, "unknown@elsewhere.test"},
                    {EVIDENCE_HEARD_ID, "unknown@elsewhere.test"},
                    {EVIDENCE_KNOWN_ID, NULL},
                    {EVIDENCE_HEARD_ID, NULL},
                    {EVIDENCE_KNOWN_ID, "returned@elsewhere.test"},
                    {EVIDENCE_HEARD_ID, "returned@elsewhere.test"},
                    {EVIDENCE_SUBJECT_REF, "SUP-7K3QW2"},
                    {EVIDENCE_SUBJECT_REF, "BIL-8M4RX3"},
                    {EVIDENCE_OWN_ID, "one@customer.test"}};
    assert_int_equal(found->len, G_N_ELEMENTS(expected));
    for (guint i = 0; i < found->len; i++) {
        const Evidence *piece = found->pdata[i];
        assert_int_equal(piece->type, expected[i].type);
        if (expected[i].found)
            assert_string_equal(piece->found, expected[i].found);
        if (piece->type <= EVIDENCE_TOKEN_ID) {
            assert_true(piece->token.ticket_id == FIRST);
            assert_true(piece->token_is_senders);
        }
    }
    set_text(&mail->reading->from->address, "bert@customer.test");
    g_autoptr(GPtrArray) of_bert = desk_gather(mail->reading, &mail->envelope, shop->config, shop->keys, 2);
    assert_false(((Evidence *)of_bert->pdata[0])->token_is_senders);
    g_autoptr(GPtrArray) one_key = desk_gather(mail->reading, &mail->envelope, shop->config, shop->keys, 1);
    assert_int_equal(((Evidence *)one_key->pdata[0])->type, EVIDENCE_KNOWN_ID);
    /* A report is about a mail of ours, or about nothing that we know. */
    mail->reading->kind = KIND_BOUNCE;
    g_autoptr(GPtrArray) report = desk_gather(mail->reading, &mail->envelope, shop->config, shop->keys, 2);
    assert_int_equal(report->len, G_N_ELEMENTS(expected) - 4);
    g_autoptr(GPtrArray) unread = desk_gather(NULL, &mail->envelope, shop->config, shop->keys, 2);
    assert_int_equal(unread->len, 1);
}

/* Holds and copies. */

static void make_loop(Mail *mail)
{
    mail->reading->hops = LIMIT_HOPS + 1;
}

static void make_long_way(Mail *mail)
{
    mail->reading->hops = LIMIT_HOPS;
}

static void make_own_id(Mail *mail)
{
    Token token = {.ticket_id = FIRST, .role = ROLE_CUSTOMER};
    g_autofree char *text = token_make(&token, &mail->shop->keys[0]);
    g_free(mail->reading->message_id);
    mail->reading->message_id = g_strdup_printf("nonce.%s@desk.test", text);
}

static void make_own_domain(Mail *mail)
{
    set_text(&mail->reading->message_id, "nonce.something@desk.test");
}

static void make_no_id(Mail *mail)
{
    set_text(&mail->reading->message_id, NULL);
}

static void make_own_from(Mail *mail)
{
    set_text(&mail->reading->from->address, "Help+detail@desk.test");
}

static void make_near_from(Mail *mail)
{
    set_text(&mail->reading->from->address, "helper@desk.test");
}

static void make_bounce(Mail *mail)
{
    mail->reading->kind = KIND_BOUNCE;
    mail->reading->may_answer = FALSE;
}

/* A report that came to the return path of our notice to kim. */
static void make_known_bounce(Mail *mail)
{
    make_bounce(mail);
    add_evidence(mail, EVIDENCE_TOKEN_ADDRESS, FIRST, FALSE, FALSE);
    mail->reading->bounce = bounce_new();
    BounceRecipient *recipient = bounce_recipient_new();
    recipient->address = g_strdup("Kim@agents.test");
    recipient->action = g_strdup("failed");
    recipient->status = g_strdup("5.1.1");
    recipient->reason = g_strdup("550 no such user");
    g_ptr_array_add(mail->reading->bounce->recipients, recipient);
    ReturnedMail *returned = g_new0(ReturnedMail, 1);
    returned->token =
        (Token){.ticket_id = FIRST, .person = token_person("kim@agents.test"), .role = ROLE_RETURN_PATH};
    returned->is_return_path = returned->has_return_path = TRUE;
    returned->outbox_id = 7;
    returned->kind = g_strdup("notice");
    returned->to = g_strdup("kim@agents.test");
    mail->facts.returned = returned;
}

static void make_complaint(Mail *mail)
{
    make_bounce(mail);
    mail->reading->kind = KIND_FEEDBACK;
}

static void make_receipt(Mail *mail)
{
    make_bounce(mail);
    mail->reading->kind = KIND_RECEIPT;
}

static void make_challenge(Mail *mail)
{
    make_bounce(mail);
    mail->reading->kind = KIND_CHALLENGE;
}

static void make_away(Mail *mail)
{
    make_bounce(mail);
    mail->reading->kind = KIND_AUTO_REPLY;
}

static void make_list(Mail *mail)
{
    make_bounce(mail);
    mail->reading->kind = KIND_LIST;
}

static void make_copy(Mail *mail)
{
    mail->facts.copy_of = 99;
    mail->facts.copy_of_ref = g_strdup("SUP-001001");
}

typedef void (*Change)(Mail *mail);

static void test_holds(void **state)
{
    static const struct {
        Change change;
        Fate fate;
        const char *reason; /* or NULL */
    } cases[] = {
        {NULL, FATE_TICKETED, NULL},
        {make_loop, FATE_HELD, "loop"},
        {make_long_way, FATE_TICKETED, NULL},
        {make_own_id, FATE_HELD, "our own mail"},
        {make_own_domain, FATE_TICKETED, NULL},
        {make_no_id, FATE_TICKETED, NULL},
        {make_own_from, FATE_HELD, "from ourselves"},
        {make_near_from, FATE_TICKETED, NULL},
        {make_bounce, FATE_HELD, "report without a ticket"},
        {make_complaint, FATE_HELD, "report without a ticket"},
        {make_receipt, FATE_HELD, "report without a ticket"},
        {make_challenge, FATE_HELD, "report without a ticket"},
        {make_known_bounce, FATE_TICKETED, NULL},
        {make_away, FATE_TICKETED, NULL},
        {make_list, FATE_TICKETED, NULL},
        {make_copy, FATE_COPY, NULL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Mail) mail = mail_new(*state);
        if (cases[i].change)
            cases[i].change(mail);
        g_autoptr(Decision) decision = judge(mail);
        assert_int_equal(decision->fate, cases[i].fate);
        if (cases[i].reason)
            assert_string_equal(decision->reason, cases[i].reason);
        if (cases[i].fate != FATE_TICKETED) {
            assert_int_equal(decision->outgoing->len, 0);
            assert_non_null(event_of(decision, fate_name(cases[i].fate)));
            assert_true(*decision->detail != '\0');
        }
        /* A person's word ends every hold. */
        mail->envelope.is_released = TRUE;
        g_autoptr(Decision) released = judge(mail);
        assert_int_equal(released->fate, FATE_TICKETED);
    }
}

/* Each changes a true report of a failure. */
static BounceRecipient *said(Mail *mail)
{
    return mail->reading->bounce->recipients->pdata[0];
}

static void name_other(Mail *mail)
{
    set_text(&said(mail)->address, "lou@agents.test");
}

static void name_other_by_id(Mail *mail)
{
    name_other(mail);
    mail->facts.returned->is_by_id = TRUE;
}

static void come_by_id(Mail *mail)
{
    mail->facts.returned->is_return_path = FALSE;
}

static void come_by_id_alone(Mail *mail)
{
    come_by_id(mail);
    mail->facts.returned->has_return_path = FALSE;
}

static void find_no_row(Mail *mail)
{
    mail->facts.returned->outbox_id = 0;
}

static void be_late(Mail *mail)
{
    set_text(&said(mail)->action, "delayed");
    set_text(&said(mail)->status, "4.4.1");
}

static void arrive(Mail *mail)
{
    set_text(&said(mail)->action, "delivered");
    set_text(&said(mail)->status, "2.0.0");
}

static void fail_for_now(Mail *mail)
{
    set_text(&said(mail)->status, "4.2.2");
}

static void be_full(Mail *mail)
{
    set_text(&said(mail)->status, "5.2.2");
}

static void say_nothing(Mail *mail)
{
    g_ptr_array_set_size(mail->reading->bounce->recipients, 0);
}

static void only_be_late(Mail *mail)
{
    say_nothing(mail);
    set_text(&mail->reading->text, "Delivery is delayed. We will keep trying.");
}

static void be_known(Mail *mail)
{
    mail->facts.returned->is_failed = TRUE;
}

static void test_reports(void **state)
{
    static const struct {
        Change change;
        const char *event; /* NULL: held */
        gboolean marks;
        guint days; /* blocked */
    } cases[] = {
        {NULL, "not delivered", TRUE, 30},
        {be_full, "not delivered", TRUE, 1},
        {fail_for_now, "not delivered", TRUE, 0},
        {be_late, "delayed", FALSE, 0},
        {arrive, "delivered", FALSE, 0},
        {be_known, "not delivered", FALSE, 30},
        {say_nothing, "not delivered", TRUE, 0},
        {only_be_late, "delayed", FALSE, 0},
        {come_by_id_alone, "not delivered", TRUE, 0},
        {name_other_by_id, "not delivered", TRUE, 0},
        {name_other, NULL, FALSE, 0},
        {come_by_id, NULL, FALSE, 0},
        {find_no_row, NULL, FALSE, 0},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Mail) mail = mail_new(*state);
        make_known_bounce(mail);
        if (cases[i].change)
            cases[i].change(mail);
        g_autoptr(Decision) decision = judge(mail);
        assert_int_equal(decision->fate, cases[i].event ? FATE_TICKETED : FATE_HELD);
        assert_int_equal(decision->outgoing->len, 0);
        assert_true(decision->returned_id == (cases[i].marks ? 7 : 0));
        assert_true(decision->block_us == cases[i].days * 24 * 3600 * (gint64)G_USEC_PER_SEC);
        assert_true((event_of(decision, "blocked") != NULL) == (cases[i].days > 0));
        if (cases[i].days)
            assert_string_equal(decision->block_address, "kim@agents.test");
        if (cases[i].event)
            assert_non_null(strstr(event_of(decision, cases[i].event)->detail, "notice to kim@agents.test"));
        else
            assert_string_equal(decision->reason, "doubtful report");
    }
}

static void block_sender(Mail *mail)
{
    mail->facts.block = g_strdup("mail to anna@customer.test failed for good");
}

static void test_copy(void **state)
{
    g_autoptr(Mail) mail = mail_new(*state);
    make_copy(mail);
    make_own_from(mail);
    g_autoptr(Decision) decision = judge(mail);
    assert_int_equal(decision->fate, FATE_COPY);
    assert_true(decision->copy_of == 99);
    assert_non_null(strstr(decision->detail, "SUP-001001"));
}

/* Acknowledgements. */

static void join_ticket(Mail *mail)
{
    add_evidence(mail, EVIDENCE_TOKEN_ADDRESS, FIRST, TRUE, TRUE);
}

static void ask_mute_queue(Mail *mail)
{
    mail->queue = "billing";
}

static void import(Mail *mail)
{
    mail->envelope.is_quiet = TRUE;
}

static void import_loudly(Mail *mail)
{
    set_text(&mail->envelope.source, "import");
    set_text(&mail->envelope.envelope_from, "");
}

static void make_null_sender(Mail *mail)
{
    set_text(&mail->envelope.envelope_from, "");
}

static void make_no_from(Mail *mail)
{
    g_clear_pointer(&mail->reading->from, mailbox_free);
}

static void make_agent(Mail *mail)
{
    set_text(&mail->reading->from->address, "KIM@agents.test");
}

static void make_proven_agent(Mail *mail)
{
    make_agent(mail);
    mail->reading->from_authentic = TRUE;
}

static void make_released_own(Mail *mail)
{
    make_own_from(mail);
    mail->envelope.is_released = TRUE;
}

static void reach_sender_cap(Mail *mail)
{
    mail->facts.acks_to_sender = 3;
}

static void stay_below_sender_cap(Mail *mail)
{
    mail->facts.acks_to_sender = 2;
}

static void reach_cap(Mail *mail)
{
    mail->facts.acks_all = 50;
}

static void stay_below_cap(Mail *mail)
{
    mail->facts.acks_all = 49;
}

static void make_mute_machine(Mail *mail)
{
    mail->reading->may_answer = FALSE;
    mail->reading->kind = KIND_MACHINE;
    g_ptr_array_add(mail->reading->kind_reasons, g_strdup("X-Auto-Response-Suppress: All"));
}

static void make_unreadable(Mail *mail)
{
    g_clear_pointer(&mail->reading, reading_free);
    mail->unreadable = "too many parts";
}

static void test_acknowledgements(void **state)
{
    static const struct {
        Change change;
        const char *refusal; /* NULL: acknowledged */
        guint notices;
    } cases[] = {
        {NULL, NULL, 2},
        {make_mute_machine, "automatic mail is never answered (machine: X-Auto-Response-Suppress: All)", 2},
        {make_away, "automatic mail", 2},
        {make_list, "automatic mail", 2},
        {join_ticket, "continues a conversation", 2},
        {make_known_bounce, "automatic mail", 0},
        {ask_mute_queue, "queue billing sends no", 2 /* the ticket is of queue support */},
        {import, "imported", 0},
        {import_loudly, NULL, 2},
        {make_null_sender, "envelope sender is empty", 2},
        {make_no_from, "names nobody", 2},
        {make_agent, "from an agent", 2},
        {make_proven_agent, "from an agent", 1},
        {make_released_own, "our own addresses", 2},
        {reach_sender_cap, "3 acknowledgements went to this sender", 2},
        {stay_below_sender_cap, NULL, 2},
        {reach_cap, "50 acknowledgements went out", 2},
        {stay_below_cap, NULL, 2},
        {make_unreadable, "could not be read", 2},
        {block_sender, "failed for good", 2},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Mail) mail = mail_new(*state);
        if (cases[i].change)
            cases[i].change(mail);
        g_autoptr(Decision) decision = judge(mail);
        gboolean acknowledged = cases[i].refusal == NULL;
        guint notices = decision->outgoing->len - acknowledged;
        assert_int_equal(decision->acknowledge, acknowledged);
        assert_true((outgoing_to(decision, "anna@customer.test") != NULL) == acknowledged);
        assert_non_null(event_of(decision, acknowledged ? "acknowledged" : "not acknowledged"));
        if (cases[i].refusal)
            assert_true(says(decision, cases[i].refusal));
        if (cases[i].change != ask_mute_queue)
            assert_int_equal(notices, cases[i].notices);
    }
}

/* What comes to another queue's address is told to the agents of the ticket. */
static void test_notices_of_the_tickets_queue(void **state)
{
    g_autoptr(Mail) mail = mail_new(*state);
    mail->queue = "billing";
    set_text(&mail->envelope.recipient, "billing@desk.test");
    join_ticket(mail);
    g_autoptr(Decision) decision = judge(mail);
    assert_string_equal(decision->queue, "support");
    const Outgoing *kim = outgoing_to(decision, "kim@agents.test");
    assert_non_null(kim);
    assert_string_equal(kim->from, "support@desk.test");
    g_autoptr(Mail) fresh = mail_new(*state);
    fresh->queue = "billing";
    g_autoptr(Decision) opened = judge(fresh);
    assert_string_equal(opened->queue, "billing");
    assert_null(outgoing_to(opened, "kim@agents.test"));
    assert_non_null(outgoing_to(opened, "lou@agents.test"));
}

/* What could not be read changes nobody's ticket. */
static void test_unreadable(void **state)
{
    g_autoptr(Mail) mail = mail_new(*state);
    join_ticket(mail);
    make_unreadable(mail);
    g_autoptr(Decision) decision = judge(mail);
    assert_true(decision->is_new_ticket);
    assert_true(decision->unreadable);
    assert_true(is_related(decision, FIRST));
    assert_string_equal(decision->subject, "(could not be read)");
    assert_string_equal(decision->sender_address, "anna@customer.test");
    assert_non_null(event_of(decision, "could not be read"));
    g_autofree char *notice = bytes_of(outgoing_to(decision, "kim@agents.test"));
    assert_non_null(strstr(notice, "too many parts"));
    set_text(&mail->envelope.envelope_from, "no address\r\nBcc: x");
    g_autoptr(Decision) nobody = judge(mail);
    assert_string_equal(nobody->sender_address, "");
}

static void test_doubts_are_told(void **state)
{
    g_autoptr(Mail) mail = mail_new(*state);
    g_ptr_array_add(mail->reading->sender_findings, g_strdup("the name looks like an address"));
    make_agent(mail);
    g_autoptr(Decision) decision = judge(mail);
    assert_non_null(event_of(decision, "doubtful sender"));
    assert_non_null(strstr(event_of(decision, "agent not believed")->detail, "does not vouch"));
    mail->reading->from_authentic = TRUE;
    g_autoptr(Decision) proven = judge(mail);
    assert_null(event_of(proven, "agent not believed"));
    assert_non_null(strstr(event_of(proven, "agent")->detail, "is proven"));
}

/* Final bytes. */

static void test_acknowledgement_bytes(void **state)
{
    g_autoptr(Mail) mail = mail_new(*state);
    g_ptr_array_add(mail->reading->references, g_strdup("zero@customer.test"));
    g_autoptr(Decision) decision = judge(mail), again = judge(mail);
    const Outgoing *ack = outgoing_to(decision, "anna@customer.test");
    assert_string_equal(ack->kind, "acknowledgement");
    assert_string_equal(ack->envelope_from, "");
    assert_string_equal(ack->from, "support@desk.test");
    g_autofree char *bytes = bytes_of(ack);
    static const char *const lines[] = {"To: Anna <anna@customer.test>\r\n",
                                        "In-Reply-To: <one@customer.test>\r\n",
                                        "References: <zero@customer.test> <one@customer.test>\r\n",
                                        "Auto-Submitted: auto-replied\r\n",
                                        "X-Auto-Response-Suppress: All\r\n",
                                        "SUP-NEW222"};
    for (gsize i = 0; i < G_N_ELEMENTS(lines); i++)
        assert_non_null(strstr(bytes, lines[i]));
    assert_null(strstr(bytes, "import fails"));
    assert_null(strstr(bytes, "Nothing is imported"));
    /* Judged again after a crash: the same id, so that it is the same mail. */
    assert_string_equal(outgoing_to(again, "anna@customer.test")->message_id, ack->message_id);

    Token token;
    g_auto(GStrv) pieces = g_strsplit_set(ack->message_id, ".@", 3);
    assert_true(token_check(pieces[1], mail->shop->keys, 2, &token));
    assert_true(token.ticket_id == MAIL_ID);
    assert_true(token.person == token_person("anna@customer.test"));
    assert_int_equal(token.role, ROLE_CUSTOMER);
    assert_int_equal(token.key, 2); /* the newest */

    mail->reading->from_authentic = TRUE;
    g_autoptr(Decision) proven = judge(mail);
    assert_non_null(strstr(outgoing_to(proven, "anna@customer.test")->subject, "The import fails"));
    g_autofree char *named = bytes_of(outgoing_to(proven, "anna@customer.test"));
    assert_non_null(strstr(named, "To: Anna Smith <anna@customer.test>\r\n"));
}

static gboolean is_said(Mail *mail, const char *name)
{
    set_text(&mail->reading->from->name, name);
    g_autoptr(Decision) decision = judge(mail);
    const Outgoing *ack = outgoing_to(decision, mail->reading->from->address);
    g_autofree char *bytes = bytes_of(ack);
    g_autofree char *nameless = g_strdup_printf("To: %s\r\n", ack->to);
    return strstr(bytes, nameless) == NULL;
}

/* To a mailbox that perhaps did not write goes no name that its address does not say itself. */
static void test_unproven_names(void **state)
{
    static const struct {
        const char *name, *address, *spoken;
    } cases[] = {
        {"Anna", "anna@customer.test", "Anna <"},
        {"Anna Smith", "anna.smith@customer.test", "Anna Smith <"},
        {"SMITH", "anna.smith@customer.test", "SMITH <"},
        {"Anna Smith", "anna@customer.test", "Anna <"},
        {"Smith, Anna", "anna@customer.test", "Anna <"},
        {"Anna Smith", "office@customer.test", ""},
        {"Call Me Now", "anna@customer.test", ""},
        {"Customer", "anna@customer.test", ""},
        {"spam.test", "spam.test@customer.test", ""},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Mail) mail = mail_new(*state);
        set_text(&mail->reading->from->address, cases[i].address);
        set_text(&mail->reading->from->name, cases[i].name);
        g_autoptr(Decision) decision = judge(mail);
        g_autofree char *bytes = bytes_of(outgoing_to(decision, cases[i].address));
        g_autofree char *line =
            g_strdup_printf("To: %s%s%s\r\n", cases[i].spoken, cases[i].address, *cases[i].spoken ? ">" : "");
        assert_non_null(strstr(bytes, line));
    }
}

static void test_names_said_back(void **state)
{
    static const struct {
        const char *name;
        gboolean said;
    } cases[] = {
        {"Anna Smith", TRUE},
        {"Anna-Maria O'Neil", TRUE},
        {"J. R. Smith", TRUE},
        {"Jörg Müller", TRUE},
        {"Łukasz", TRUE},
        {"王伟", TRUE},
        {"", FALSE},
        {"Win 1000 Euro", FALSE},
        {"www spam test", FALSE},
        {"http spam", FALSE},
        {"spam.test", FALSE},
        {"Anna <b>", FALSE},
        {"a@b.test", FALSE},
        {"You have won the big lottery", FALSE},
        {".", FALSE},
        {"Anna\xe2\x80\xae", FALSE},
        {"Call 555", FALSE},
        {"Abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz", FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Mail) mail = mail_new(*state);
        mail->reading->from_authentic = TRUE;
        assert_int_equal(is_said(mail, cases[i].name), cases[i].said);
    }
}

/* Two machines that do not say what they are. */
static void test_flood(void **state)
{
    for (guint lately = 19; lately <= 20; lately++) {
        g_autoptr(Mail) mail = mail_new(*state);
        add_evidence(mail, EVIDENCE_TOKEN_ADDRESS, FIRST, TRUE, TRUE)->mails_lately = lately;
        g_autoptr(Decision) decision = judge(mail);
        assert_int_equal(decision->notify, lately < 20);
        assert_int_equal(decision->outgoing->len, lately < 20 ? 2 : 0);
        assert_true((event_of(decision, "agents not told") == NULL) == (lately < 20));
    }
}

static Field *add_field(Mail *mail, const char *name, const char *value)
{
    Field *field = g_new0(Field, 1);
    field->name = g_strdup(name);
    field->value = g_strdup(value);
    field->raw = g_strdup(value);
    field->rule = g_strdup("rule");
    field->where = g_strdup("reply");
    g_ptr_array_add(mail->reading->fields, field);
    return field;
}

static void test_fields_said_back(void **state)
{
    g_autoptr(Mail) mail = mail_new(*state);
    add_field(mail, "app_id", "471147")->may_echo = TRUE;
    add_field(mail, "error", "words of a stranger");
    Field *secret = add_field(mail, "api_token", "55-xxk9");
    secret->is_secret = TRUE;
    secret->may_echo = TRUE;
    g_autoptr(Decision) decision = judge(mail);
    g_autofree char *ack = bytes_of(outgoing_to(decision, "anna@customer.test"));
    g_autofree char *notice = bytes_of(outgoing_to(decision, "kim@agents.test"));
    assert_non_null(strstr(ack, "471147"));
    assert_null(strstr(ack, "words of a stranger"));
    assert_null(strstr(ack, "55-xxk9"));
    assert_non_null(strstr(notice, "471147"));
    assert_non_null(strstr(notice, "words of a stranger"));
}

static void test_notice_bytes(void **state)
{
    g_autoptr(Mail) mail = mail_new(*state);
    g_autoptr(Decision) decision = judge(mail);
    const Outgoing *kim = outgoing_to(decision, "kim@agents.test"),
                   *lou = outgoing_to(decision, "lou@agents.test");
    assert_string_equal(kim->kind, "notice");
    assert_string_not_equal(kim->message_id, lou->message_id);
    assert_string_not_equal(kim->envelope_from, lou->envelope_from);
    g_autofree char *detail = NULL;
    assert_non_null(config_queue_of(mail->shop->config, kim->envelope_from, &detail));
    Token token;
    assert_true(token_check(detail, mail->shop->keys, 2, &token));
    assert_int_equal(token.role, ROLE_RETURN_PATH);
    assert_true(token.person == token_person("kim@agents.test"));
    g_autofree char *bytes = bytes_of(kim);
    static const char *const lines[] = {"To: Kim Lee <kim@agents.test>\r\n",
                                        "Auto-Submitted: auto-generated\r\n",
                                        "NOT PROVEN",
                                        "The import fails",
                                        "Nothing is imported.",
                                        "From: \"Anna Smith (Acme Support)\" <support@desk.test>"};
    for (gsize i = 0; i < G_N_ELEMENTS(lines); i++)
        assert_non_null(strstr(bytes, lines[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ladder),
        cmocka_unit_test(test_new_participants),
        cmocka_unit_test(test_writers_named_by_lists),
        cmocka_unit_test(test_refuted_senders),
        cmocka_unit_test(test_agents),
        cmocka_unit_test(test_tokens_stay_secret),
        cmocka_unit_test(test_status),
        cmocka_unit_test(test_gather),
        cmocka_unit_test(test_holds),
        cmocka_unit_test(test_reports),
        cmocka_unit_test(test_copy),
        cmocka_unit_test(test_acknowledgements),
        cmocka_unit_test(test_notices_of_the_tickets_queue),
        cmocka_unit_test(test_unreadable),
        cmocka_unit_test(test_doubts_are_told),
        cmocka_unit_test(test_acknowledgement_bytes),
        cmocka_unit_test(test_names_said_back),
        cmocka_unit_test(test_flood),
        cmocka_unit_test(test_unproven_names),
        cmocka_unit_test(test_fields_said_back),
        cmocka_unit_test(test_notice_bytes),
    };
    return cmocka_run_group_tests(tests, open_shop, close_shop);
}
