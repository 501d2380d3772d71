/* What the desk asks before it judges: who wrote a mail that was passed on, for whom a mail out of a mailbox
 * is, which mail of ours a report is about. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <postern/desk.h>

#include <string.h>

#define TICKET 1001
#define OTHER 1002

static const char config_text[] =
    "domain: desk.test\n"
    "store: store\n"
    "agents:\n"
    "  - {name: kim, display: Kim Lee, address: kim@agents.test}\n"
    "queues:\n"
    "  - {name: support, display: Support, prefix: SUP, addresses: [support@desk.test, "
    "group@desk.test], agents: [kim]}\n"
    "  - {name: billing, display: Billing, prefix: BIL, addresses: "
    "[billing@desk.test], agents: [kim]}\n"
    "lmtp:\n"
    "  listen: [\"127.0.0.1:2424\"]\n"
    "outgoing:\n"
    "  folder: outgoing\n";

static const TokenKey key = {.id = 1, .secret = {7}};

static int open_config(void **state)
{
    g_autoptr(GPtrArray) problems = problems_new();
    *state = config_parse("postern.yaml", config_text, strlen(config_text), problems);
    return *state ? 0 : -1;
}

static int close_config(void **state)
{
    config_free(*state);
    return 0;
}

/* Who wrote. */

static void test_writer(void **state)
{
    static const struct {
        const char *from, *original, *list;
        gboolean from_is_list;
        const char *writer;
        MailKind kind;
    } cases[] = {
        /* Our own group, or an alias of ours, rewrote it. */
        {"group@desk.test", "anna@customer.test", "group@desk.test", TRUE, "anna@customer.test", KIND_HUMAN},
        {"Support+x@desk.test", "anna@customer.test", NULL, FALSE, "anna@customer.test", KIND_HUMAN},
        /* It did not rewrite it, but it is our group all the same. */
        {"anna@customer.test", NULL, "group@desk.test", FALSE, "anna@customer.test", KIND_HUMAN},
        /* Somebody else's list names its writer, and stays a list. */
        {"list@other.test", "anna@customer.test", "list@other.test", TRUE, "anna@customer.test", KIND_LIST},
        /* A field that anybody can write says nothing about a From that is nobody's alias. */
        {"mallory@evil.test", "anna@customer.test", NULL, FALSE, "mallory@evil.test", KIND_LIST},
        {"mallory@evil.test", "anna@customer.test", "list@other.test", FALSE, "mallory@evil.test", KIND_LIST},
        /* Our own mail comes round: it stays ours, and is held. */
        {"group@desk.test", "support@desk.test", "group@desk.test", TRUE, "group@desk.test", KIND_HUMAN},
        {"support@desk.test", NULL, NULL, FALSE, "support@desk.test", KIND_LIST},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Reading) reading = reading_new();
        gboolean is_other = strcmp(cases[i].from, cases[i].writer) != 0;
        reading->from = mailbox_new("x", cases[i].from);
        reading->original_from = cases[i].original ? mailbox_new("Anna", cases[i].original) : NULL;
        reading->list_address = g_strdup(cases[i].list);
        reading->from_is_list = cases[i].from_is_list;
        reading->from_authentic = TRUE;
        reading->kind = KIND_LIST;
        reading->direct_kind = KIND_HUMAN;
        reading->direct_may_answer = TRUE;
        for (guint times = 0; times < 2; times++) {
            desk_name_writer(*state, reading);
            assert_string_equal(reading->from->address, cases[i].writer);
            assert_int_equal(reading->kind, cases[i].kind);
            assert_int_equal(reading->may_answer, cases[i].kind == KIND_HUMAN);
            /* What was proven of the one From proves nothing of the other. */
            assert_int_equal(reading->from_authentic, !is_other);
            assert_int_equal(reading->findings->len, is_other);
            assert_true((reading->passed_on_by != NULL) == is_other);
            assert_int_equal(reading->passed_on_authentic, is_other);
        }
    }
}

static void test_proven_writer(void **state)
{
    g_autoptr(Reading) reading = reading_new();
    reading->from = mailbox_new("", "group@desk.test");
    reading->original_from = mailbox_new("Anna", "anna@customer.test");
    reading->original_authentic = TRUE;
    desk_name_writer(*state, reading);
    assert_true(reading->from_authentic);
    assert_string_equal(reading->passed_on_by->address, "group@desk.test");
}

/* For whom. */

static char *address_for(gint64 ticket, TokenRole role, const char *person)
{
    Token token = {.ticket_id = ticket, .person = token_person(person), .role = role, .day = 20000};
    g_autofree char *text = token_make(&token, &key);
    return g_strdup_printf("support+%s@desk.test", text);
}

static Envelope envelope_new(const char *source)
{
    return (Envelope){.source = g_strdup(source),
                      .envelope_from = g_strdup(""),
                      .recipient = g_strdup("support@desk.test"),
                      .queue = g_strdup("support")};
}

static void add(GPtrArray *mailboxes, const char *address)
{
    g_ptr_array_add(mailboxes, mailbox_new("", address));
}

static void test_recipient(void **state)
{
    static const struct {
        const char *source, *delivered_to, *to, *cc;
        const char *queue, *recipient;
    } cases[] = {
        {"imap", NULL, "billing@desk.test", "support@desk.test", "billing", "billing@desk.test"},
        {"imap", NULL, "anna@customer.test", "billing@desk.test", "billing", "billing@desk.test"},
        {"imap", "billing@desk.test", "support@desk.test", NULL, "billing", "billing@desk.test"},
        {"imap", "u@elsewhere.test", "anna@customer.test", NULL, "support", "support@desk.test"},
        {"lmtp", "billing@desk.test", "billing@desk.test", NULL, "support", "support@desk.test"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Reading) reading = reading_new();
        Envelope envelope = envelope_new(cases[i].source);
        if (cases[i].delivered_to)
            g_ptr_array_add(reading->delivered_to, g_strdup(cases[i].delivered_to));
        add(reading->to, cases[i].to);
        if (cases[i].cc)
            add(reading->cc, cases[i].cc);
        desk_name_recipient(*state, reading, &envelope);
        assert_string_equal(envelope.queue, cases[i].queue);
        assert_string_equal(envelope.recipient, cases[i].recipient);
        desk_name_recipient(*state, NULL, &envelope);
        assert_string_equal(envelope.queue, cases[i].queue);
        envelope_clear(&envelope);
    }
}

/* A token in any address of ours counts, each once; over LMTP only the one that RCPT named. */
static void test_tokens_of_fetched_mail(void **state)
{
    g_autofree char *one = address_for(TICKET, ROLE_CUSTOMER, "anna@customer.test");
    g_autofree char *two = address_for(OTHER, ROLE_CUSTOMER, "anna@customer.test");
    g_autoptr(Reading) reading = reading_new();
    reading->subject = g_strdup("");
    reading->from = mailbox_new("", "anna@customer.test");
    g_ptr_array_add(reading->delivered_to, g_strdup("support@desk.test"));
    add(reading->to, one);
    add(reading->cc, one);
    add(reading->cc, two);
    Envelope fetched = envelope_new("imap");
    desk_name_recipient(*state, reading, &fetched);
    assert_string_equal(fetched.recipient, "support@desk.test");
    g_autoptr(GPtrArray) found = desk_gather(reading, &fetched, *state, &key, 1);
    assert_int_equal(found->len, 2);
    const gint64 tickets[] = {TICKET, OTHER};
    for (guint i = 0; i < found->len; i++) {
        const Evidence *piece = found->pdata[i];
        assert_int_equal(piece->type, EVIDENCE_TOKEN_ADDRESS);
        assert_true(piece->token.ticket_id == tickets[i]);
        assert_true(piece->token_is_senders);
    }
    envelope_clear(&fetched);
    Envelope handed = envelope_new("lmtp");
    g_autoptr(GPtrArray) none = desk_gather(reading, &handed, *state, &key, 1);
    assert_int_equal(none->len, 0);
    envelope_clear(&handed);
}

/* The envelope sender of what is handed over without one. */
static void test_null_sender(void **state)
{
    (void)state;
    static const struct {
        const char *source, *from, *return_path;
        gboolean tells, is_null;
    } cases[] = {
        {"lmtp", "", "a@b.test", TRUE, TRUE}, {"lmtp", "a@b.test", "", TRUE, FALSE},
        {"pipe", "", NULL, TRUE, TRUE},       {"imap", "", "", FALSE, TRUE},
        {"imap", "", NULL, FALSE, FALSE},     {"imap", "", "a@b.test", FALSE, FALSE},
        {"import", "", NULL, FALSE, FALSE},   {"import", "", "", FALSE, TRUE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Envelope envelope = {.source = (char *)(guintptr)cases[i].source,
                             .envelope_from = (char *)(guintptr)cases[i].from,
                             .return_path = (char *)(guintptr)cases[i].return_path};
        assert_int_equal(envelope_tells_sender(&envelope), cases[i].tells);
        assert_int_equal(envelope_is_null_sender(&envelope), cases[i].is_null);
    }
}

/* Reports. */

static Evidence *piece_of(gint64 ticket, TokenRole role, const char *person)
{
    Evidence *piece = evidence_new(EVIDENCE_TOKEN_ADDRESS, "found");
    piece->token = (Token){.ticket_id = ticket, .person = token_person(person), .role = role};
    return piece;
}

static ReturnedMail *trace(const char *id, Evidence *one, Evidence *two)
{
    g_autoptr(Reading) reading = reading_new();
    g_autoptr(GPtrArray) evidence = g_ptr_array_new_with_free_func((GDestroyNotify)evidence_free);
    reading->bounce = bounce_new();
    reading->bounce->original_message_id = g_strdup(id);
    if (one)
        g_ptr_array_add(evidence, one);
    if (two)
        g_ptr_array_add(evidence, two);
    return desk_trace_report(reading, evidence, &key, 1);
}

static void test_trace(void **state)
{
    (void)state;
    static const char kim[] = "kim@agents.test", anna[] = "anna@customer.test";
    Token token = {.ticket_id = TICKET, .person = token_person(kim), .role = ROLE_AGENT, .day = 20000};
    g_autofree char *text = token_make(&token, &key);
    g_autofree char *id = g_strdup_printf("nonce.%s@desk.test", text);
    ReturnedMail *found = trace(id, piece_of(TICKET, ROLE_RETURN_PATH, kim), NULL);
    assert_true(found->is_return_path);
    assert_string_equal(found->message_id, id);
    returned_mail_free(found);
    found = trace(NULL, piece_of(TICKET, ROLE_RETURN_PATH, kim), piece_of(TICKET, ROLE_RETURN_PATH, kim));
    assert_true(found->is_return_path);
    assert_null(found->message_id);
    returned_mail_free(found);
    found = trace(id, NULL, NULL);
    assert_false(found->is_return_path);
    assert_true(found->token.ticket_id == TICKET);
    returned_mail_free(found);
    /* Another id came back, and the report answers ours. */
    Evidence *answered = evidence_new(EVIDENCE_TOKEN_ID, id);
    answered->token = token;
    found = trace("theirs@customer.test", answered, NULL);
    assert_string_equal(found->message_id, id);
    returned_mail_free(found);
    /* Nothing of ours; a token of another role; tokens that contradict each other. */
    assert_null(trace("foreign@customer.test", NULL, NULL));
    assert_null(trace(NULL, piece_of(TICKET, ROLE_CUSTOMER, kim), NULL));
    assert_null(trace(id, piece_of(TICKET, ROLE_RETURN_PATH, anna), NULL));
    assert_null(trace(id, piece_of(OTHER, ROLE_RETURN_PATH, kim), NULL));
    assert_null(trace(NULL, piece_of(TICKET, ROLE_RETURN_PATH, kim), piece_of(OTHER, ROLE_RETURN_PATH, kim)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_writer),      cmocka_unit_test(test_proven_writer),
        cmocka_unit_test(test_recipient),   cmocka_unit_test(test_tokens_of_fetched_mail),
        cmocka_unit_test(test_null_sender), cmocka_unit_test(test_trace),
    };
    return cmocka_run_group_tests_name("arrival", tests, open_config, close_config);
}
