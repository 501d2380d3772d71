/* Answers to lists of held mail: whose they are, what they may ask for, and that all of it is done or
 * nothing. */
#include "desk_shop.h"

#include "gateway/store/store_private.h"
#include "scratch.h"

#include <postern/admin_acts.h>
#include <postern/alerts.h>
#include <postern/base/mail_id.h>
#include <postern/intake_rows.h>
#include <postern/senders.h>

#define DAY_US (24 * 3600 * (gint64)G_USEC_PER_SEC)
#define ADA "ada@home.test"
#define BOB "bob@home.test"

typedef struct {
    Shop *shop;
    char *folder;
    Store *store;
    char *one, *two, *done; /* ids of held mail, the last one dropped before */
} Fixture;

static Config *with_admins(const char *text)
{
    g_autoptr(GPtrArray) problems = problems_new();
    g_autofree char *all = g_strconcat(text, "admins:\n  addresses: [" ADA ", " BOB "]\n", NULL);
    Config *config = config_parse("postern.yaml", all, strlen(all), problems);
    assert_non_null(config);
    return config;
}

static char *add_held(Fixture *fixture, gint64 number, const char *reason)
{
    gint64 id = mail_id_new();
    assert_true(db_run(fixture->store->db, NULL,
                       "INSERT INTO raw (id, digest, sha256, size, bytes) VALUES ($1, 0, x'00', 5, x'00')",
                       "i", number));
    assert_true(db_run(fixture->store->db, NULL,
                       "INSERT INTO intake (id, raw_id, received_us, source, peer, envelope_from, recipient,"
                       " is_quiet, is_released, attempts, lease_us, fate, reason, detail, from_text, subject)"
                       " VALUES ($1, $2, 1, 'lmtp', '', '', 'support@desk.test', 0, 0, 1, 0, 'held', $3, '',"
                       " 'mallory@stranger.test', 'x')",
                       "iit", id, number, reason));
    return mail_id_format(id);
}

static int set_up(void **state)
{
    Fixture *fixture = g_new0(Fixture, 1);
    void *shop = NULL;
    if (open_shop(&shop) != 0)
        return -1;
    fixture->shop = shop;
    config_free(fixture->shop->config);
    config_free(fixture->shop->trusting);
    g_auto(GStrv) without = g_strsplit(config_text, "trusted_authserv_id: mx.desk.test\n", 2);
    g_autofree char *trusting = g_strjoinv("", without);
    fixture->shop->config = with_admins(config_text);
    fixture->shop->trusting = with_admins(trusting);
    fixture->folder = g_dir_make_tmp("postern-admin-XXXXXX", NULL);
    fixture->store = store_open(fixture->folder, STORE_CREATE, NULL);
    fixture->one = add_held(fixture, 1, "loop");
    fixture->two = add_held(fixture, 2, "doubtful report");
    fixture->done = add_held(fixture, 3, "dropped");
    *state = fixture;
    return fixture->store ? 0 : -1;
}

static int tear_down(void **state)
{
    Fixture *fixture = *state;
    void *shop = fixture->shop;
    close_shop(&shop);
    store_close(fixture->store);
    scratch_remove(fixture->folder);
    g_free(fixture->folder);
    g_free(fixture->one);
    g_free(fixture->two);
    g_free(fixture->done);
    g_free(fixture);
    return 0;
}

/* Without soft line ends and folding. The caller frees. */
static char *unfolded(const Outgoing *outgoing)
{
    g_autofree char *bytes = bytes_of(outgoing);
    g_auto(GStrv) lines = g_strsplit(bytes, "=\r\n", -1);
    g_autofree char *joined = g_strjoinv("", lines);
    g_auto(GStrv) headers = g_strsplit(joined, "\r\n <", -1);
    return g_strjoinv(" <", headers);
}

/* Ada's answer to her list, as it should be. */
static Mail *answer(const Fixture *fixture, const char *text)
{
    Mail *mail = mail_new(fixture->shop);
    set_text(&mail->reading->from->address, ADA);
    set_text(&mail->reading->message_id, "answer@home.test");
    set_text(&mail->reading->reply, text);
    set_text(&mail->reading->text, text);
    mail->reading->from_authentic = TRUE;
    add_evidence(mail, EVIDENCE_TOKEN_ADDRESS, 0, FALSE, TRUE)->token.role = ROLE_ADMIN;
    return mail;
}

static Evidence *token_of(const Mail *mail)
{
    return mail->facts.evidence->pdata[0];
}

/* Whose it is. */

typedef void (*Change)(Mail *mail);

static void from_stranger(Mail *mail)
{
    set_text(&mail->reading->from->address, "mallory@stranger.test");
}

static void from_nobody(Mail *mail)
{
    g_clear_pointer(&mail->reading->from, mailbox_free);
}

static void from_alike(Mail *mail)
{
    set_text(&mail->reading->from->address, "ada@horne.test");
}

static void token_of_bob(Mail *mail)
{
    token_of(mail)->token_is_senders = FALSE;
}

static void not_authentic(Mail *mail)
{
    mail->reading->from_authentic = FALSE;
}

static void passed_on(Mail *mail)
{
    mail->reading->passed_on_by = mailbox_new("", "list@mallory.test");
}

static void by_id_alone(Mail *mail)
{
    token_of(mail)->type = EVIDENCE_TOKEN_ID;
}

static void by_id_trusting(Mail *mail)
{
    by_id_alone(mail);
    mail->config = mail->shop->trusting;
}

static void by_address_trusting(Mail *mail)
{
    not_authentic(mail);
    mail->config = mail->shop->trusting;
}

static void by_machine(Mail *mail)
{
    mail->reading->kind = KIND_AUTO_REPLY;
}

static void upper_case(Mail *mail)
{
    set_text(&mail->reading->from->address, "ADA@home.test");
}

static void released(Mail *mail)
{
    mail->envelope.is_released = TRUE;
}

static void be_copy(Mail *mail)
{
    mail->facts.copy_of = 99;
}

static void customers_token(Mail *mail)
{
    token_of(mail)->token.role = ROLE_CUSTOMER;
}

/* A digest among the references of a mail about a ticket: it was forwarded to whom it concerns. */
static void about_ticket(Mail *mail)
{
    by_id_alone(mail);
    add_evidence(mail, EVIDENCE_TOKEN_ADDRESS, FIRST, TRUE, FALSE);
}

static void about_ticket_too(Mail *mail)
{
    add_evidence(mail, EVIDENCE_TOKEN_ID, FIRST, TRUE, FALSE);
}

static void test_who_counts(void **state)
{
    static const struct {
        Change change;
        const char *reason; /* NULL: it is no answer of an admin, and goes its usual way */
        gboolean is_done, is_his;
    } cases[] = {
        {NULL, "admin's commands", TRUE, TRUE},
        {upper_case, "admin's commands", TRUE, TRUE},
        {by_id_alone, "admin's commands", TRUE, TRUE},
        {by_address_trusting, "admin's commands", TRUE, TRUE},
        {about_ticket_too, "admin's commands", TRUE, TRUE},
        {from_stranger, "doubtful admin", FALSE, FALSE},
        {from_nobody, "doubtful admin", FALSE, FALSE},
        {from_alike, "doubtful admin", FALSE, FALSE},
        {token_of_bob, "doubtful admin", FALSE, FALSE},
        {not_authentic, "doubtful admin", FALSE, FALSE},
        {passed_on, "doubtful admin", FALSE, FALSE},
        {by_id_trusting, "doubtful admin", FALSE, FALSE},
        {by_machine, "admin's answer", TRUE, FALSE},
        {released, NULL, FALSE, FALSE},
        {be_copy, NULL, FALSE, FALSE},
        {customers_token, NULL, FALSE, FALSE},
        {about_ticket, NULL, FALSE, FALSE},
    };
    Fixture *fixture = *state;
    g_autofree char *text = g_strdup_printf("/drop %s\n", fixture->one);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        print_message("  case %u\n", (guint)i);
        g_autoptr(Mail) mail = answer(fixture, text);
        if (cases[i].change)
            cases[i].change(mail);
        g_autoptr(Decision) decision = judge(mail);
        assert_int_equal(decision->fate == FATE_HELD, cases[i].reason != NULL);
        assert_int_equal(decision->is_done, cases[i].is_done);
        assert_int_equal(decision->admin != NULL, cases[i].is_his);
        if (!cases[i].reason)
            continue;
        assert_string_equal(decision->reason, cases[i].reason);
        /* Nobody else hears of it. */
        assert_int_equal(decision->outgoing->len, 0);
    }
}

/* What it does. */

static gboolean perform(Fixture *fixture, const Mail *mail, Decision *decision)
{
    const Shop *shop = fixture->shop;
    ActsDesk desk = {.store = fixture->store,
                     .config = mail->config,
                     .notices = shop->notices,
                     .rules = shop->rules,
                     .keys = shop->keys,
                     .key_count = G_N_ELEMENTS(shop->keys),
                     .now_us = NOW_US};
    g_autoptr(GError) error = NULL;
    gboolean is_released = FALSE;
    assert_true(store_begin(fixture->store, NULL));
    gboolean ok = admin_acts_perform(&desk, decision, mail->reading, MAIL_ID, &is_released, &error);
    if (error)
        print_message("%s\n", error->message);
    assert_true(ok && store_commit(fixture->store, NULL));
    return is_released;
}

/* The receipt, or NULL. */
static char *receipt_of(const Decision *decision)
{
    if (decision->outgoing->len == 0)
        return NULL;
    assert_int_equal(decision->outgoing->len, 1);
    const Outgoing *receipt = decision->outgoing->pdata[0];
    assert_string_equal(receipt->kind, "admin-receipt");
    assert_string_equal(receipt->to, ADA);
    assert_string_equal(receipt->envelope_from, "");
    return unfolded(receipt);
}

static gboolean is_held(Fixture *fixture, const char *id)
{
    g_autoptr(HeldMail) mail = held_get(fixture->store, mail_id_parse(id), NULL);
    return mail && !mail->is_dropped;
}

static gboolean is_waiting(Fixture *fixture, const char *id)
{
    return intake_is_waiting(fixture->store, mail_id_parse(id), NULL);
}

static void test_all_is_done(void **state)
{
    Fixture *fixture = *state;
    g_autofree char *text = g_strdup_printf(
        "/RELEASE %s\n/drop %s\n/block mallory@stranger.test\n\nThanks, Ada\n", fixture->one, fixture->two);
    g_autoptr(Mail) mail = answer(fixture, text);
    g_autoptr(Decision) decision = judge(mail);
    assert_true(perform(fixture, mail, decision));
    assert_true(is_waiting(fixture, fixture->one));
    assert_false(is_held(fixture, fixture->two));
    assert_true(sender_is_refused(fixture->store, "mallory@stranger.test", NULL));
    g_autofree char *receipt = receipt_of(decision);
    assert_non_null(strstr(receipt, "Subject: Done: held mail"));
    assert_non_null(strstr(receipt, "goes on its way: from mallory@stranger.test, x"));
    assert_non_null(strstr(receipt, "In-Reply-To: <answer@home.test>"));
    assert_non_null(strstr(receipt, "Auto-Submitted: "));
    /* He may answer the receipt, too. */
    assert_non_null(strstr(receipt, "Reply-To: Postern <support+"));
    assert_int_equal(db_select_integer(fixture->store->db, 0, NULL,
                                       "SELECT count(*) FROM events WHERE who = '" ADA "'", ""),
                     3);
}

/* One that cannot be done stops all. */
static void test_nothing_is_done(void **state)
{
    static const struct {
        const char *lines; /* behind "/drop ONE"; %s is a held mail, or one that was dropped */
        gboolean with_dropped;
        const char *says;
    } cases[] = {
        {"/drop %s", TRUE, "was dropped before"},
        {"/release %s", TRUE, "was dropped before"},
        {"/drop 0000000000001", FALSE, "no mail 0000000000001 is held"},
        {"/drop everything", FALSE, "line 2"},
        {"/dorp %s", FALSE, "did you mean"},
        {"/close", FALSE, "knows /release ID"},
        {"/release", FALSE, "13 letters and digits"},
        {"/block support@desk.test", FALSE, "one of our own addresses"},
        {"/block kim@agents.test", FALSE, "an agent's address"},
        {"/block " BOB, FALSE, "an admin's address"},
        {"Please do!\n/drop %s", FALSE, "line 3"},
    };
    Fixture *fixture = *state;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        print_message("  %s\n", cases[i].lines);
        g_auto(GStrv) parts = g_strsplit(cases[i].lines, "%s", 2);
        g_autofree char *more = g_strjoinv(cases[i].with_dropped ? fixture->done : fixture->two, parts);
        g_autofree char *text = g_strdup_printf("/drop %s\n%s\n", fixture->one, more);
        g_autoptr(Mail) mail = answer(fixture, text);
        g_autoptr(Decision) decision = judge(mail);
        assert_false(perform(fixture, mail, decision));
        assert_true(is_held(fixture, fixture->one));
        assert_true(is_held(fixture, fixture->two));
        g_autoptr(GPtrArray) refused = sender_list(fixture->store, NULL);
        assert_int_equal(refused->len, 0);
        g_autofree char *receipt = receipt_of(decision);
        assert_non_null(strstr(receipt, "Subject: Nothing was done"));
        if (!strstr(receipt, cases[i].says))
            print_message("%s\n", receipt);
        assert_non_null(strstr(receipt, cases[i].says));
    }
}

static void test_no_command(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(Mail) mail = answer(fixture, "Thank you!\n");
    g_autoptr(Decision) decision = judge(mail);
    assert_false(perform(fixture, mail, decision));
    g_autofree char *receipt = receipt_of(decision);
    assert_non_null(strstr(receipt, "no command stands at the top"));
    /* Whatever goes on answering receipts without a command is a machine. */
    mail->facts.acks_to_sender = mail->config->acks_per_sender_hour;
    g_autoptr(Decision) again = judge(mail);
    assert_false(perform(fixture, mail, again));
    assert_null(receipt_of(again));
    assert_true(again->is_done);
}

/* The whole list below his words, however his mail program writes it: it is no command. */
static void test_quoted_list(void **state)
{
    Fixture *fixture = *state;
    AlertHeld held = {mail_id_parse(fixture->two),
                      "loop",
                      "/drop",
                      "/drop 0000000000001",
                      "/drop",
                      NOW_US - 5 * 3600 * (gint64)G_USEC_PER_SEC,
                      2048};
    AlertCase alert = {.config = fixture->shop->config,
                       .notices = fixture->shop->notices,
                       .keys = fixture->shop->keys,
                       .now_us = NOW_US,
                       .mail_id = MAIL_ID};
    Outgoing *digest = alert_held_digest(&alert, &held, 1, 1, 0, ADA);
    g_autofree char *bytes = unfolded(digest);
    const char *body = strstr(bytes, "\r\n\r\n") + 4;
    g_auto(GStrv) lines = g_strsplit(body, "\r\n", -1);
    for (guint i = 0; lines[i]; i++)
        assert_int_not_equal(lines[i][strspn(lines[i], " \t")], '/');
    g_autofree char *quoted = g_strjoinv("\n", lines);
    g_autofree char *text = g_strdup_printf("/drop %s\n\n%s", fixture->one, quoted);
    g_autoptr(Mail) mail = answer(fixture, text);
    g_autoptr(Decision) decision = judge(mail);
    perform(fixture, mail, decision);
    assert_false(is_held(fixture, fixture->one));
    assert_true(is_held(fixture, fixture->two));
    g_autoptr(Mail) only_quoted = answer(fixture, quoted);
    g_autoptr(Decision) nothing = judge(only_quoted);
    perform(fixture, only_quoted, nothing);
    assert_true(is_held(fixture, fixture->two));
    outgoing_free(digest);
}

/* Without a border server the address of an admin is only a claim: what would harm others must be done where
 * one is known. */
static void test_thin_proof(void **state)
{
    Fixture *fixture = *state;
    g_autofree char *text = g_strdup_printf("/drop %s\n/block mallory@stranger.test\n", fixture->one);
    g_autoptr(Mail) mail = answer(fixture, text);
    by_address_trusting(mail);
    g_autoptr(Decision) decision = judge(mail);
    perform(fixture, mail, decision);
    g_autofree char *receipt = receipt_of(decision);
    assert_non_null(strstr(receipt, "postern held block"));
    assert_true(is_held(fixture, fixture->one));
    g_autofree char *fine = g_strdup_printf("/drop %s\n/release %s\n", fixture->one, fixture->two);
    g_autoptr(Mail) other = answer(fixture, fine);
    by_address_trusting(other);
    g_autoptr(Decision) done = judge(other);
    assert_true(perform(fixture, other, done));
    assert_false(is_held(fixture, fixture->one));
    assert_true(is_waiting(fixture, fixture->two));
}

static void test_old_list(void **state)
{
    static const struct {
        int days;
        gboolean counts;
    } cases[] = {{0, TRUE}, {14, TRUE}, {16, FALSE}, {400, FALSE}};
    Fixture *fixture = *state;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = g_strdup_printf("/drop %s\n", fixture->one);
        g_autoptr(Mail) mail = answer(fixture, text);
        token_of(mail)->token.day = (guint16)(NOW_US / DAY_US - cases[i].days);
        g_autoptr(Decision) decision = judge(mail);
        assert_int_equal(decision->held_sheet->problems->len, cases[i].counts ? 0 : 1);
    }
    g_autofree char *text = g_strdup_printf("/drop %s\n", fixture->one);
    g_autoptr(Mail) mail = answer(fixture, text);
    token_of(mail)->token.day = (guint16)(NOW_US / DAY_US - 20);
    g_autoptr(Decision) decision = judge(mail);
    perform(fixture, mail, decision);
    g_autofree char *receipt = receipt_of(decision);
    assert_non_null(strstr(receipt, "older than 14 days"));
    assert_true(is_held(fixture, fixture->one));
}

/* What a list looks like. */
static void test_digest(void **state)
{
    Fixture *fixture = *state;
    AlertHeld held[2] = {{mail_id_parse(fixture->one), "loop", "anna@customer.test", "Broken", "in words",
                          NOW_US - 5 * 3600 * (gint64)G_USEC_PER_SEC, 2048},
                         {mail_id_parse(fixture->two), "doubtful report", NULL, NULL, NULL, NOW_US, 10}};
    AlertCase alert = {.config = fixture->shop->config,
                       .notices = fixture->shop->notices,
                       .keys = fixture->shop->keys,
                       .now_us = NOW_US,
                       .mail_id = MAIL_ID};
    Outgoing *digest = alert_held_digest(&alert, held, 2, 7, 3, ADA);
    g_autofree char *bytes = unfolded(digest);
    const char *expected[] = {"Subject: 7 mails are held",
                              "anna@customer.test",
                              "Broken",
                              "in words",
                              "5 hours ago, 2.0",
                              fixture->one,
                              fixture->two,
                              "unknown sender",
                              "(no subject)",
                              "\r\n5 older ones",
                              "\r\n3 more came from refused senders",
                              "/block ADDRESS",
                              "Auto-Submitted: auto-generated"};
    for (gsize i = 0; i < G_N_ELEMENTS(expected); i++) {
        if (!strstr(bytes, expected[i]))
            print_message("%s\nlacks %s\n", bytes, expected[i]);
        assert_non_null(strstr(bytes, expected[i]));
    }
    Token token = {0};
    const char *plus = strstr(strstr(bytes, "Reply-To: "), "support+") + strlen("support+");
    g_autofree char *text = g_strndup(plus, strcspn(plus, "@"));
    assert_true(token_check(text, fixture->shop->keys, 2, &token));
    assert_int_equal(token.role, ROLE_ADMIN);
    assert_true(token.ticket_id == 0 && token.person == token_person(ADA));
    assert_true(alert_is_kind(digest->kind));
    outgoing_free(digest);
    alert.config = fixture->shop->trusting;
    Outgoing *thin = alert_held_digest(&alert, held, 1, 1, 0, ADA);
    g_autofree char *thin_bytes = unfolded(thin);
    assert_null(strstr(thin_bytes, "/block"));
    assert_null(strstr(thin_bytes, "older ones"));
    assert_null(strstr(thin_bytes, "refused senders"));
    assert_non_null(strstr(thin_bytes, "Subject: 1 mail is held and waits"));
    outgoing_free(thin);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_who_counts),  TEST(test_all_is_done), TEST(test_nothing_is_done), TEST(test_no_command),
        TEST(test_quoted_list), TEST(test_thin_proof),  TEST(test_old_list),        TEST(test_digest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
