/* What people do to tickets, against a real store: one person at a time, all of a mail or nothing of it, and
 * who hears of what. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gateway/store/store_private.h"
#include "scratch.h"

#include <postern/acts.h>
#include <postern/base/mail_id.h>
#include <postern/base/starter.h>
#include <postern/outbox.h>
#include <postern/reading.h>
#include <postern/ticket_change.h>
#include <postern/tickets.h>

#include <string.h>

#define NOW_US (G_GINT64_CONSTANT(1795339800) * G_USEC_PER_SEC)
#define DAY_US (24 * 3600 * (gint64)G_USEC_PER_SEC)
#define FIRST 1001
#define SECOND 1002
#define ASKED G_GINT64_CONSTANT(1838427955200000000)
#define ASKED_TOO (ASKED + 1)

static const char config_text[] = "domain: desk.test\n"
                                  "store: store\n"
                                  "agents:\n"
                                  "  - {name: kim, display: Kim Lee, address: kim@agents.test}\n"
                                  "  - {name: lou, display: Lou, address: lou@agents.test}\n"
                                  "  - {name: dora, display: Dora, address: dora@agents.test}\n"
                                  "queues:\n"
                                  "  - {name: support, display: Acme Support, prefix: SUP, addresses: "
                                  "[support@desk.test], agents: [kim, lou]}\n"
                                  "lmtp:\n"
                                  "  listen: [\"127.0.0.1:2424\"]\n"
                                  "outgoing:\n"
                                  "  folder: outgoing\n"
                                  "webhooks:\n"
                                  "  - {name: crm, url: \"https://crm.example.org/x\", secret_env: SECRET}\n";

typedef struct {
    char *folder;
    Store *store;
    Config *config;
    NoticeSet *notices;
    TokenKey *keys;
    gsize key_count;
    gint64 now_us, mail_id;
} Fixture;

static const char *starter_notice(gpointer user, const char *name)
{
    (void)user;
    g_autofree char *path = g_build_filename("notices", name, NULL);
    return starter_text(path);
}

static void run(Fixture *fixture, const char *sql)
{
    g_autoptr(GError) error = NULL;
    gboolean ok = db_script(fixture->store->db, sql, &error);
    if (error)
        print_message("%s\n", error->message);
    assert_true(ok);
}

#define TICKET_SQL(id, ref, address)                                                                         \
    "INSERT INTO tickets (id, ref, queue, status, subject, requester_name, requester_address, created_us,"   \
    " updated_us) VALUES (" #id ", '" ref "', 'support', 'new', 'The import fails', 'Anna Smith', '" address \
    "', 1, 1);"
#define MESSAGE_SQL                                                                                          \
    "INSERT INTO messages (id, ticket_id, direction, from_name, from_address, subject, at_us, kind, reply,"  \
    " recipients, attachments, findings, why, role, message_id) VALUES "

static int set_up(void **state)
{
    Fixture *fixture = g_new0(Fixture, 1);
    g_autoptr(GPtrArray) problems = problems_new();
    fixture->folder = g_dir_make_tmp("postern-acts-XXXXXX", NULL);
    fixture->config = config_parse("postern.yaml", config_text, strlen(config_text), problems);
    fixture->notices = notice_set_compile(NULL, starter_notice, NULL, problems);
    fixture->store = store_open(fixture->folder, STORE_CREATE, NULL);
    fixture->keys = store_token_keys(fixture->store, &fixture->key_count, NULL);
    fixture->now_us = NOW_US;
    fixture->mail_id = ASKED + 100;
    run(fixture, TICKET_SQL(1001, "SUP-7K3QW2", "anna@customer.test")
                     TICKET_SQL(1002, "SUP-9MNPQR", "bob@other.test") MESSAGE_SQL
        "(1838427955200000000, 1001, 'in', 'Anna Smith', 'anna@customer.test', 'The import fails', 1, "
        "'human',"
        " 'Please help.', '', '[]', '[]', '[]', 'requester', 'one@customer.test'),"
        "(1838427955200000001, 1001, 'in', 'Anna Smith', 'anna@customer.test', 'Another thing', 1, 'human',"
        " 'And an invoice.', '', '[]', '[]', '[]', 'requester', 'two@customer.test'),"
        "(1838427955200000002, 1002, 'in', 'Bob', 'bob@other.test', 'Mine', 1, 'human',"
        " 'Me too.', '', '[]', '[]', '[]', 'requester', 'one@other.test');");
    *state = fixture;
    return fixture->config && fixture->notices && fixture->keys ? 0 : -1;
}

static int tear_down(void **state)
{
    Fixture *fixture = *state;
    store_close(fixture->store);
    config_free(fixture->config);
    notice_set_free(fixture->notices);
    g_free(fixture->keys);
    scratch_remove(fixture->folder);
    g_free(fixture->folder);
    g_free(fixture);
    return 0;
}

static ActsDesk desk_of(const Fixture *fixture)
{
    return (ActsDesk){.store = fixture->store,
                      .config = fixture->config,
                      .notices = fixture->notices,
                      .keys = fixture->keys,
                      .key_count = fixture->key_count,
                      .now_us = fixture->now_us};
}

static void perform(Fixture *fixture, const ActsOrder *order, ActsResult *out)
{
    g_autoptr(GError) error = NULL;
    ActsDesk desk = desk_of(fixture);
    assert_true(store_begin(fixture->store, &error));
    gboolean ok = acts_perform(&desk, order, out, &error);
    if (error)
        print_message("%s\n", error->message);
    assert_true(ok);
    assert_true(store_commit(fixture->store, &error));
}

/* An agent's mail as the gate brings it: it stands in the ticket as a note, then it is acted on. */
static gboolean mail_about(Fixture *fixture, gint64 ticket_id, const char *agent, const char *text,
                           const Content *content, ActsResult *out)
{
    static const char *const prefixes[] = {"SUP", NULL};
    g_autoptr(CommandSheet) sheet = sheet_read(text, prefixes);
    gint64 mail_id = fixture->mail_id++;
    g_autofree char *sql = g_strdup_printf(MESSAGE_SQL "(%" G_GINT64_FORMAT ", %" G_GINT64_FORMAT
                                                       ", 'note', '%s', '%s@agents.test', '', 1, 'human',"
                                                       " 'as it came', '', '[]', '[]', '[]', 'agent', NULL)",
                                           mail_id, ticket_id, agent, agent);
    if (ticket_id)
        run(fixture, sql);
    g_autoptr(Content) own = content_new();
    own->text = g_strdup(sheet->text);
    ActsOrder order = {.who = agent,
                       .agent = config_agent(fixture->config, agent),
                       .mail_id = mail_id,
                       .ticket_id = ticket_id,
                       .about_id = ASKED_TOO,
                       .sheet = sheet,
                       .content = content ? content : own,
                       .is_by_mail = TRUE};
    perform(fixture, &order, out);
    return !out->is_refused;
}

static gboolean mail(Fixture *fixture, const char *agent, const char *text)
{
    g_auto(ActsResult) result = {0};
    return mail_about(fixture, FIRST, agent, text, NULL, &result);
}

/* What he is told when it is refused. */
static char *refusal_of(Fixture *fixture, const char *agent, const char *text)
{
    g_auto(ActsResult) result = {0};
    assert_false(mail_about(fixture, FIRST, agent, text, NULL, &result));
    assert_int_equal(result.outgoing, 1);
    return g_strdup(result.lines->pdata[0]);
}

static gboolean command(Fixture *fixture, const char *who, ActType type, const char *word, const char *text,
                        ActsResult *out)
{
    g_autoptr(CommandSheet) sheet = sheet_of(type, g_strdup(word), g_strdup(text));
    ActsOrder order = {.who = who,
                       .agent = config_agent(fixture->config, who),
                       .mail_id = mail_id_new(),
                       .ticket_id = FIRST,
                       .sheet = sheet};
    perform(fixture, &order, out);
    return !out->is_refused;
}

static Ticket *ticket_now(Fixture *fixture, const char *ref)
{
    Ticket *ticket = ticket_get(fixture->store, ref, NULL);
    assert_non_null(ticket);
    return ticket;
}

static void assert_ticket(Fixture *fixture, const char *status, const char *owner, const char *voice)
{
    g_autoptr(Ticket) ticket = ticket_now(fixture, "SUP-7K3QW2");
    const char *has = ticket_owner_at(ticket, fixture->now_us);
    assert_string_equal(ticket->status, status);
    assert_string_equal(has ? has : "", owner);
    assert_string_equal(ticket->voice ? ticket->voice : "", voice);
}

static guint count(Fixture *fixture, const char *kind, const char *to)
{
    g_autoptr(GPtrArray) rows = outbox_list(fixture->store, 1000, NULL);
    guint found = 0;
    for (guint i = 0; i < rows->len; i++) {
        const OutboxRow *row = rows->pdata[i];
        found += (!kind || strcmp(row->kind, kind) == 0) && (!to || strcmp(row->to, to) == 0);
    }
    return found;
}

static guint count_news(Fixture *fixture, const char *event)
{
    g_autoptr(GPtrArray) rows = outbox_list(fixture->store, 1000, NULL);
    guint found = 0;
    for (guint i = 0; i < rows->len; i++) {
        const OutboxRow *row = rows->pdata[i];
        found += strcmp(row->kind, "webhook") == 0 && strcmp(row->subject, event) == 0;
    }
    return found;
}

/* The text of the newest mail of that kind to this person; "" when there is none. */
static char *text_to(Fixture *fixture, const char *kind, const char *to)
{
    g_autoptr(GPtrArray) rows = outbox_list(fixture->store, 1000, NULL);
    for (guint i = 0; i < rows->len; i++) {
        const OutboxRow *listed = rows->pdata[i];
        if (strcmp(listed->kind, kind) != 0 || strcmp(listed->to, to) != 0)
            continue;
        g_autoptr(OutboxRow) row = outbox_get(fixture->store, listed->id, NULL);
        gsize length;
        const char *bytes = g_bytes_get_data(row->bytes, &length);
        g_autoptr(Reading) reading = reading_make_bytes(bytes, length, &(ReadingSettings){0}, NULL);
        return g_strdup(reading->text);
    }
    return g_strdup("");
}

static void assert_has(const char *text, const char *part)
{
    if (!strstr(text, part))
        print_message("no \"%s\" in:\n%s\n", part, text);
    assert_non_null(strstr(text, part));
}

static guint events(Fixture *fixture, const char *what)
{
    g_autoptr(Ticket) ticket = ticket_now(fixture, "SUP-7K3QW2");
    guint found = 0;
    for (guint i = 0; i < ticket->events->len; i++)
        found += strcmp(((StoredEvent *)ticket->events->pdata[i])->what, what) == 0;
    return found;
}

/* Speaking. */

static void test_answer(void **state)
{
    Fixture *fixture = *state;
    g_auto(ActsResult) result = {0};
    assert_true(mail_about(fixture, FIRST, "kim", "Try again.", NULL, &result));
    assert_ticket(fixture, "open", "kim", "kim");
    g_autofree char *text = text_to(fixture, "answer", "anna@customer.test");
    assert_has(text, "Try again.");
    /* The answer and the webhook; a plain answer has no receipt. */
    assert_int_equal(result.outgoing, 2);
    assert_int_equal(count(fixture, NULL, NULL), 2);
    assert_int_equal(count_news(fixture, "answered"), 1);
    assert_int_equal(events(fixture, "answered"), 1);
    g_autoptr(Ticket) ticket = ticket_get_latest(fixture->store, FIRST, 1, 10, NULL);
    const TicketMessage *message = ticket->messages->pdata[0];
    assert_string_equal(message->direction, "out");
    assert_string_equal(message->reply, "Try again.");
    /* He goes on, and has it for longer. */
    fixture->now_us += 2 * DAY_US;
    assert_true(mail(fixture, "kim", "And?"));
    fixture->now_us += 2 * DAY_US;
    assert_ticket(fixture, "open", "kim", "kim");
    assert_true(mail(fixture, "kim", "/severity low"));
    fixture->now_us += 2 * DAY_US;
    assert_ticket(fixture, "open", "kim", "kim");
    /* What others do does not keep it his. */
    assert_true(mail(fixture, "lou", "/severity high"));
    fixture->now_us += 2 * DAY_US;
    assert_ticket(fixture, "open", "", "kim");
}

static void test_second_agent(void **state)
{
    Fixture *fixture = *state;
    assert_true(mail(fixture, "kim", "Try again."));
    assert_true(mail(fixture, "lou", "No, do not."));
    assert_ticket(fixture, "open", "kim", "kim");
    assert_int_equal(count(fixture, "answer", NULL), 1);
    assert_int_equal(count_news(fixture, "answered"), 1);
    g_autofree char *aside = text_to(fixture, "aside", "kim@agents.test");
    assert_has(aside, "No, do not.");
    assert_has(aside, "It was not sent");
    g_autofree char *receipt = text_to(fixture, "receipt", "lou@agents.test");
    assert_has(receipt, "Kim Lee has SUP-7K3QW2");
    assert_has(receipt, "/takeover why");
    assert_has(receipt, "  No, do not.");
    assert_int_equal(count(fixture, NULL, "anna@customer.test"), 1);
    g_autoptr(GPtrArray) drafts = draft_list(fixture->store, FIRST, NULL);
    assert_int_equal(drafts->len, 1);
    g_autoptr(Ticket) ticket = ticket_get_latest(fixture->store, FIRST, 1, 10, NULL);
    assert_string_equal(((TicketMessage *)ticket->messages->pdata[0])->direction, "note");
    assert_string_equal(((TicketMessage *)ticket->messages->pdata[0])->reply, "No, do not.");
}

static void test_takeover(void **state)
{
    Fixture *fixture = *state;
    assert_true(mail(fixture, "kim", "Try again."));
    assert_true(mail(fixture, "lou", "No, do not."));
    assert_true(mail(fixture, "lou", "/takeover Kim is ill\n\nDo this instead."));
    assert_ticket(fixture, "open", "lou", "lou");
    assert_int_equal(count(fixture, "answer", "anna@customer.test"), 2);
    g_autofree char *told = text_to(fixture, "handoff", "anna@customer.test");
    assert_has(told, "I am Lou, and I answer you from now on.");
    assert_has(told, "Thank you, Kim Lee");
    assert_null(strstr(told, "ill"));
    g_autofree char *kims = text_to(fixture, "turn", "kim@agents.test");
    assert_has(kims, "Lou has SUP-7K3QW2 now");
    assert_has(kims, "Kim is ill");
    assert_has(kims, "No, do not.");
    g_autofree char *lous = text_to(fixture, "turn", "lou@agents.test");
    assert_has(lous, "is yours now");
    assert_int_equal(count_news(fixture, "handed-off"), 1);
    g_autoptr(GPtrArray) drafts = draft_list(fixture->store, FIRST, NULL);
    assert_int_equal(drafts->len, 0);
    /* Now Kim is the second. */
    assert_true(mail(fixture, "kim", "But I said so."));
    assert_int_equal(count(fixture, "answer", "anna@customer.test"), 2);
}

/* The customer hears of a change of voice, not of who looks after what. */
static void test_takeover_unheard(void **state)
{
    Fixture *fixture = *state;
    assert_true(mail(fixture, "kim", "/take"));
    assert_true(mail(fixture, "lou", "/takeover Kim is ill"));
    assert_ticket(fixture, "new", "lou", "");
    assert_int_equal(count(fixture, NULL, "anna@customer.test"), 0);
    assert_int_equal(count(fixture, "turn", "kim@agents.test"), 1);
}

static void test_idle_owner(void **state)
{
    Fixture *fixture = *state;
    assert_true(mail(fixture, "kim", "Try again."));
    fixture->now_us += 4 * DAY_US;
    assert_ticket(fixture, "open", "", "kim");
    assert_true(mail(fixture, "lou", "I go on."));
    assert_ticket(fixture, "open", "lou", "lou");
    assert_int_equal(count(fixture, "handoff", "anna@customer.test"), 1);
    assert_int_equal(count(fixture, "answer", "anna@customer.test"), 2);
    assert_int_equal(count(fixture, "turn", "kim@agents.test"), 1);
}

static void test_handoff(void **state)
{
    Fixture *fixture = *state;
    assert_true(mail(fixture, "kim", "/handoff lou the log is still to be read\n\nThank you for the log."));
    assert_ticket(fixture, "open", "lou", "lou");
    assert_int_equal(count(fixture, "answer", "anna@customer.test"), 1);
    assert_int_equal(count(fixture, "handoff", "anna@customer.test"), 1);
    g_autofree char *lous = text_to(fixture, "turn", "lou@agents.test");
    assert_has(lous, "the log is still to be read");
    assert_has(lous, "Before you: Kim Lee.");
    assert_int_equal(count(fixture, "turn", "kim@agents.test"), 1);
    g_autofree char *receipt = text_to(fixture, "receipt", "kim@agents.test");
    assert_has(receipt, "Lou has SUP-7K3QW2 now");
    assert_has(receipt, "Your answer goes to anna@customer.test.");
}

static void test_handoff_refused(void **state)
{
    Fixture *fixture = *state;
    static const struct {
        const char *text, *words;
    } cases[] = {
        {"/handoff luo all of it", "did you mean lou?"},
        {"/handoff zebra all of it", "there are: kim, lou, dora"},
        {"/handoff kim all of it", "kim is you"},
        {"/handoff lou", "what is open"},
        {"/takeover", "why"},
        {"/assign luo", "did you mean lou?"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *words = refusal_of(fixture, "kim", cases[i].text);
        assert_has(words, cases[i].words);
    }
    assert_ticket(fixture, "new", "", "");
    assert_true(mail(fixture, "kim", "Hello."));
    g_autofree char *others = refusal_of(fixture, "lou", "/handoff dora all of it");
    assert_has(others, "Kim Lee has SUP-7K3QW2");
    g_autofree char *taken = refusal_of(fixture, "lou", "/take");
    assert_has(taken, "/takeover why");
    g_autofree char *assigned = refusal_of(fixture, "kim", "/assign lou");
    assert_has(assigned, "/handoff lou");
    assert_ticket(fixture, "open", "kim", "kim");
    assert_int_equal(count(fixture, "handoff", NULL), 0);
}

static void test_assign(void **state)
{
    Fixture *fixture = *state;
    assert_true(mail(fixture, "kim", "/assign lou"));
    assert_ticket(fixture, "new", "lou", "");
    assert_int_equal(count(fixture, "turn", "lou@agents.test"), 1);
    assert_int_equal(count(fixture, NULL, "anna@customer.test"), 0);
    assert_true(mail(fixture, "lou", "/release"));
    assert_ticket(fixture, "new", "", "");
}

/* All or nothing. */

static void test_wholly(void **state)
{
    Fixture *fixture = *state;
    g_auto(ActsResult) result = {0};
    assert_false(mail_about(
        fixture, FIRST, "kim",
        "/severity high\n/field app_id 4711\n/merge SUP-222222\n\nDear Anna, all is well.", NULL, &result));
    assert_has(result.lines->pdata[0], "line 3");
    assert_has(result.lines->pdata[0], "there is no ticket SUP-222222");
    assert_ticket(fixture, "new", "", "");
    g_autoptr(Ticket) ticket = ticket_now(fixture, "SUP-7K3QW2");
    assert_null(ticket->severity);
    assert_int_equal(ticket->fields->len, 0);
    assert_int_equal(count(fixture, NULL, NULL), 1);
    g_autofree char *receipt = text_to(fixture, "receipt", "kim@agents.test");
    assert_has(receipt, "nothing was sent");
    assert_has(receipt, "Dear Anna, all is well.");
    assert_int_equal(events(fixture, "refused"), 1);
    assert_int_equal(events(fixture, "severity"), 0);
}

static void test_misspelt(void **state)
{
    Fixture *fixture = *state;
    g_auto(ActsResult) result = {0};
    assert_false(mail_about(fixture, FIRST, "kim", "/clsoe\n\nIt is done.", NULL, &result));
    assert_ticket(fixture, "new", "", "");
    assert_int_equal(count(fixture, NULL, NULL), 1);
    g_autofree char *receipt = text_to(fixture, "receipt", "kim@agents.test");
    assert_has(receipt, "did you mean /close?");
}

static void test_commands_only(void **state)
{
    Fixture *fixture = *state;
    assert_true(mail(fixture, "kim", "/severity high\n/category billing\n/field app_id 4711\n/close"));
    assert_ticket(fixture, "closed", "", "");
    assert_int_equal(count(fixture, NULL, "anna@customer.test"), 0);
    assert_int_equal(count(fixture, "receipt", "kim@agents.test"), 1);
    assert_int_equal(count_news(fixture, "closed"), 1);
    assert_int_equal(count_news(fixture, "answered"), 0);
    g_autoptr(Ticket) ticket = ticket_now(fixture, "SUP-7K3QW2");
    assert_string_equal(ticket->severity, "high");
    assert_string_equal(ticket->category, "billing");
    assert_string_equal(((TicketField *)ticket->fields->pdata[0])->value, "4711");
}

/* What programs attach to every mail is no answer. */
static void test_commands_with_file(void **state)
{
    Fixture *fixture = *state;
    g_auto(ActsResult) result = {0};
    g_autoptr(Content) content = content_new();
    ContentPart *part = g_new0(ContentPart, 1);
    *part = (ContentPart){
        .name = g_strdup("card.vcf"), .type = g_strdup("text/vcard"), .bytes = g_bytes_new_static("x", 1)};
    content->text = g_strdup("");
    g_ptr_array_add(content->parts, part);
    assert_true(mail_about(fixture, FIRST, "kim", "/close", content, &result));
    assert_int_equal(count(fixture, "answer", NULL), 0);
    g_auto(ActsResult) alone = {0};
    assert_true(mail_about(fixture, FIRST, "kim", "", content, &alone));
    assert_int_equal(count(fixture, "answer", NULL), 1);
}

/* Each of many people has a copy of his own, and all of them are in memory at once. */
static void test_too_large_for_many(void **state)
{
    Fixture *fixture = *state;
    const gsize bytes = 6 * 1024 * 1024;
    g_auto(ActsResult) result = {0}, again = {0};
    g_autoptr(Content) content = content_new();
    ContentPart *part = g_new0(ContentPart, 1);
    *part = (ContentPart){.name = g_strdup("film.mp4"),
                          .type = g_strdup("video/mp4"),
                          .bytes = g_bytes_new_take(g_malloc0(bytes), bytes)};
    content->text = g_strdup("Please look at this.");
    g_ptr_array_add(content->parts, part);
    for (guint i = 0; i < 49; i++) {
        g_autofree char *address = g_strdup_printf("c%u@other.test", i);
        assert_true(ticket_set_participant(fixture->store, FIRST, address, "", "copy", TRUE, NULL));
    }
    assert_false(mail_about(fixture, FIRST, "kim", content->text, content, &result));
    assert_int_equal(count(fixture, "answer", NULL), 0);
    assert_int_equal(count(fixture, "receipt", "kim@agents.test"), 1);
    for (guint i = 9; i < 49; i++) {
        g_autofree char *address = g_strdup_printf("c%u@other.test", i);
        assert_true(ticket_drop_participant(fixture->store, FIRST, address, NULL));
    }
    assert_true(mail_about(fixture, FIRST, "kim", content->text, content, &again));
}

static void test_nothing_to_say(void **state)
{
    Fixture *fixture = *state;
    static const char *const texts[] = {"", " \n", "> Only what was quoted from us."};
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        assert_false(mail(fixture, "kim", texts[i]));
    assert_int_equal(count(fixture, NULL, "anna@customer.test"), 0);
    assert_int_equal(count(fixture, "receipt", "kim@agents.test"), 3);
}

/* The desk has emptied the sheet: his words stand in the ticket already, as those of a customer. */
static void test_emptied_text(void **state)
{
    Fixture *fixture = *state;
    g_auto(ActsResult) result = {0}, bare = {0};
    g_autoptr(Content) content = content_new();
    content->text = g_strdup("Please look at this.");
    assert_true(mail_about(fixture, FIRST, "kim", "", content, &result));
    assert_int_equal(count(fixture, NULL, NULL), 0);
    g_autoptr(CommandSheet) sheet = sheet_read("", (const char *const[]){NULL});
    ActsOrder order = {.who = "kim",
                       .agent = config_agent(fixture->config, "kim"),
                       .mail_id = fixture->mail_id,
                       .ticket_id = FIRST,
                       .sheet = sheet,
                       .is_by_mail = TRUE};
    perform(fixture, &order, &bare);
    assert_false(bare.is_refused);
    assert_int_equal(count(fixture, NULL, NULL), 0);
}

static void test_answer_and_close(void **state)
{
    Fixture *fixture = *state;
    assert_true(mail(fixture, "kim", "/close\n\nIt works now."));
    assert_ticket(fixture, "closed", "kim", "kim");
    assert_int_equal(count(fixture, "answer", "anna@customer.test"), 1);
    /* A word behind it does not open it again. */
    assert_true(mail(fixture, "kim", "One thing more."));
    assert_ticket(fixture, "closed", "kim", "kim");
    assert_true(mail(fixture, "kim", "/reopen"));
    assert_ticket(fixture, "open", "kim", "kim");
    assert_true(mail(fixture, "kim", "/wait\n\nPlease send the log."));
    assert_ticket(fixture, "waiting", "kim", "kim");
}

static void test_spam(void **state)
{
    Fixture *fixture = *state;
    g_autofree char *words = refusal_of(fixture, "kim", "/spam\n\nGo away.");
    assert_has(words, "take out one of the two");
    assert_ticket(fixture, "new", "", "");
    assert_true(mail(fixture, "kim", "/spam"));
    assert_ticket(fixture, "spam", "", "");
    assert_false(mail(fixture, "kim", "Hello?"));
    assert_int_equal(count(fixture, NULL, "anna@customer.test"), 0);
}

/* Who does not have the ticket. */
static void test_others(void **state)
{
    Fixture *fixture = *state;
    static const char *const refused[] = {"/close",
                                          "/wait",
                                          "/spam",
                                          "/merge SUP-9MNPQR",
                                          "/split",
                                          "/snooze 2d",
                                          "/release",
                                          "/assign dora",
                                          "/reopen",
                                          "/cc x@other.test",
                                          "/uncc anna@customer.test"};
    static const char *const harmless[] = {"/severity low", "/category x", "/field app_id 1", "/find import",
                                           "/help"};
    assert_true(mail(fixture, "kim", "Hello."));
    for (gsize i = 0; i < G_N_ELEMENTS(refused); i++) {
        g_autofree char *words = refusal_of(fixture, "lou", refused[i]);
        assert_true(strstr(words, "/takeover why") || strstr(words, "/handoff"));
    }
    assert_ticket(fixture, "open", "kim", "kim");
    for (gsize i = 0; i < G_N_ELEMENTS(harmless); i++)
        assert_true(mail(fixture, "lou", harmless[i]));
    /* His text beside them is a note all the same. */
    assert_true(mail(fixture, "lou", "/severity high\n\nHello from me."));
    assert_int_equal(count(fixture, NULL, "anna@customer.test"), 1);
    g_autofree char *aside = text_to(fixture, "aside", "kim@agents.test");
    assert_has(aside, "Hello from me.");
    assert_ticket(fixture, "open", "kim", "kim");
}

static void test_former_agent(void **state)
{
    Fixture *fixture = *state;
    run(fixture, "UPDATE tickets SET owner = 'gone', voice = 'gone', lease_us = 9000000000000000000");
    assert_true(mail(fixture, "lou", "Hello."));
    assert_ticket(fixture, "open", "lou", "lou");
    g_autofree char *told = text_to(fixture, "handoff", "anna@customer.test");
    assert_has(told, "I am Lou");
    assert_null(strstr(told, "Thank you,"));
}

/* Notes, lists. */

static void test_note(void **state)
{
    Fixture *fixture = *state;
    assert_true(mail(fixture, "kim", "/note prefers the telephone\n\nand is in a hurry."));
    assert_int_equal(count(fixture, NULL, "anna@customer.test"), 0);
    assert_int_equal(count(fixture, "aside", "kim@agents.test"), 0);
    g_autofree char *aside = text_to(fixture, "aside", "lou@agents.test");
    assert_has(aside, "prefers the telephone");
    assert_has(aside, "in a hurry");
    g_autoptr(Ticket) ticket = ticket_get_latest(fixture->store, FIRST, 1, 10, NULL);
    const TicketMessage *message = ticket->messages->pdata[0];
    assert_string_equal(message->direction, "note");
    assert_has(message->reply, "prefers the telephone");
    assert_ticket(fixture, "new", "", "");
}

static void test_find_and_help(void **state)
{
    Fixture *fixture = *state;
    g_auto(ActsResult) result = {0};
    assert_true(mail_about(fixture, 0, "kim", "/find import bob@other.test\n/help", NULL, &result));
    g_autofree char *receipt = text_to(fixture, "receipt", "kim@agents.test");
    assert_has(receipt, "SUP-9MNPQR");
    assert_null(strstr(receipt, "anna@customer.test"));
    assert_has(receipt, "/handoff NAME what is open");
    g_auto(ActsResult) none = {0};
    assert_true(mail_about(fixture, 0, "kim", "/find zebra", NULL, &none));
    g_autofree char *empty = text_to(fixture, "receipt", "kim@agents.test");
    assert_has(empty, "No ticket");
}

static void test_named_ticket(void **state)
{
    Fixture *fixture = *state;
    g_auto(ActsResult) result = {0}, lost = {0}, text = {0};
    assert_true(mail_about(fixture, 0, "kim", "/close sup-9mnpqr\n/severity SUP-7K3QW2 low", NULL, &result));
    g_autoptr(Ticket) other = ticket_now(fixture, "SUP-9MNPQR");
    assert_string_equal(other->status, "closed");
    assert_ticket(fixture, "new", "", "");
    assert_false(mail_about(fixture, 0, "kim", "/close", NULL, &lost));
    assert_has(lost.lines->pdata[0], "about no ticket");
    assert_false(mail_about(fixture, 0, "kim", "/close SUP-7K3QW2\n\nHello Anna.", NULL, &text));
    assert_has(text.lines->pdata[0], "nobody whom it is for");
    assert_ticket(fixture, "new", "", "");
}

/* People. */

static void test_copies(void **state)
{
    Fixture *fixture = *state;
    static const struct {
        const char *text, *words;
    } cases[] = {
        {"/cc support@desk.test", "address of our own"},
        {"/cc support+x@desk.test", "address of our own"},
        {"/cc lou@agents.test", "/note"},
        {"/cc \"dora@other.test\"@desk.test", "no mail address"},
        {"/cc dora%other.test@desk.test", "no mail address"},
        {"/cc Anna@customer.test", "anyway"},
        {"/uncc nobody@other.test", "does not belong"},
        {"/uncc anna@customer.test", "nobody would get the answers"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *words = refusal_of(fixture, "kim", cases[i].text);
        assert_has(words, cases[i].words);
    }
    run(fixture, "INSERT INTO participants (ticket_id, address, name, role, copies) VALUES"
                 " (1001, 'guest@other.test', 'Gus', 'guest', 0)");
    assert_true(mail(fixture, "kim", "/cc dora@customer.test\n/cc guest@other.test\n\nHello all."));
    assert_int_equal(count(fixture, "answer", NULL), 3);
    assert_int_equal(count(fixture, "answer", "dora@customer.test"), 1);
    assert_int_equal(count(fixture, "answer", "guest@other.test"), 1);
    assert_true(mail(fixture, "kim", "/uncc dora@customer.test\n/uncc guest@other.test\n\nHello Anna."));
    assert_int_equal(count(fixture, "answer", NULL), 4);
    g_autoptr(Ticket) ticket = ticket_now(fixture, "SUP-7K3QW2");
    assert_int_equal(ticket->participants->len, 1);
    assert_string_equal(((Participant *)ticket->participants->pdata[0])->role, "participant");
}

static void test_copies_limit(void **state)
{
    Fixture *fixture = *state;
    run(fixture, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 49)"
                 " INSERT INTO participants (ticket_id, address, name, role, copies)"
                 " SELECT 1001, 'p' || i || '@customer.test', '', 'participant', 1 FROM n");
    g_autofree char *words = refusal_of(fixture, "kim", "/cc dora@customer.test");
    assert_has(words, "50 people");
}

/* Moves. */

static void test_merge(void **state)
{
    Fixture *fixture = *state;
    g_auto(ActsResult) result = {0};
    assert_false(mail(fixture, "kim", "/merge SUP-7K3QW2"));
    assert_true(mail_about(fixture, FIRST, "kim", "/merge SUP-9MNPQR\n\nWe see to both.", NULL, &result));
    /* Who asked is answered, whoever has the other ticket hears nothing. */
    assert_int_equal(count(fixture, "answer", "anna@customer.test"), 1);
    assert_int_equal(count(fixture, "answer", "bob@other.test"), 0);
    g_autofree char *receipt = text_to(fixture, "receipt", "kim@agents.test");
    assert_has(receipt, "SUP-7K3QW2 is a part of SUP-9MNPQR now");
    assert_has(receipt, "anna@customer.test, who gets no answers");
    g_autoptr(Ticket) into = ticket_now(fixture, "SUP-9MNPQR");
    assert_int_equal(into->merged_into, 0);
    /* What is about the old one from now on is about the new one. */
    g_auto(ActsResult) later = {0};
    assert_true(mail_about(fixture, FIRST, "kim", "/severity high", NULL, &later));
    g_autoptr(Ticket) after = ticket_now(fixture, "SUP-9MNPQR");
    assert_string_equal(after->severity, "high");
}

static void test_split(void **state)
{
    Fixture *fixture = *state;
    g_auto(ActsResult) result = {0};
    g_autofree char *both = refusal_of(fixture, "kim", "/split\n\nHello.");
    assert_has(both, "split first");
    g_autofree char *odd = refusal_of(fixture, "kim", "/split 1k0vn8k6gaz9g");
    assert_has(odd, "no message");
    assert_true(mail_about(fixture, FIRST, "kim", "/split", NULL, &result));
    assert_has(result.lines->pdata[0], "1 message of SUP-7K3QW2 stands in SUP-");
    g_autoptr(GPtrArray) tickets = ticket_list(fixture->store, NULL, NULL, 10, NULL);
    assert_int_equal(tickets->len, 3);
    /* Who split it gets a page of the new ticket, to answer there. */
    g_autofree char *page = text_to(fixture, "aside", "kim@agents.test");
    assert_has(page, "made it out of a part of SUP-7K3QW2");
    assert_has(page, "And an invoice.");
}

static void test_snooze(void **state)
{
    Fixture *fixture = *state;
    assert_true(mail(fixture, "kim", "/wait\n/snooze 2d"));
    g_autoptr(Ticket) ticket = ticket_now(fixture, "SUP-7K3QW2");
    assert_string_equal(ticket->status, "waiting");
    assert_int_equal(ticket->snooze_us, NOW_US + 2 * DAY_US);
    assert_true(mail(fixture, "kim", "/close"));
    assert_false(mail(fixture, "kim", "/snooze 2d"));
}

static void test_admins_only(void **state)
{
    Fixture *fixture = *state;
    static const char *const texts[] = {"/drop 1k0vn8k6gaz9g", "/release 1k0vn8k6gaz9g",
                                        "/block x@other.test"};
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autofree char *words = refusal_of(fixture, "kim", texts[i]);
        assert_has(words, "admins");
    }
}

/* By command. */
static void test_command(void **state)
{
    Fixture *fixture = *state;
    g_auto(ActsResult) taken = {0}, refused = {0}, noted = {0}, closed = {0}, again = {0};
    assert_true(command(fixture, "kim", ACT_TAKE, NULL, NULL, &taken));
    assert_ticket(fixture, "new", "kim", "");
    assert_int_equal(taken.outgoing, 0);
    assert_false(command(fixture, "root", ACT_TAKE, NULL, NULL, &refused));
    assert_has(refused.lines->pdata[0], "--as");
    assert_int_equal(refused.outgoing, 0);
    assert_true(command(fixture, "root", ACT_NOTE, NULL, "rang the customer", &noted));
    assert_int_equal(count(fixture, "aside", "kim@agents.test"), 1);
    assert_true(command(fixture, "root", ACT_CLOSE, NULL, NULL, &closed));
    assert_ticket(fixture, "closed", "kim", "");
    assert_true(command(fixture, "root", ACT_CLOSE, NULL, NULL, &again));
    assert_has(again.lines->pdata[0], "already");
    assert_int_equal(count(fixture, "receipt", NULL), 0);
    assert_int_equal(count_news(fixture, "closed"), 1);
}

/* Every Message-ID once. */
static void test_ids(void **state)
{
    Fixture *fixture = *state;
    assert_true(mail(fixture, "kim", "Hello."));
    assert_true(
        mail(fixture, "lou", "/takeover why not\n/cc dora@customer.test\n/severity low\n\nHello again."));
    g_autoptr(GPtrArray) rows = outbox_list(fixture->store, 1000, NULL);
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < rows->len; i++)
        assert_true(g_hash_table_add(seen, ((OutboxRow *)rows->pdata[i])->message_id));
    assert_int_equal(rows->len, 10);
}

int main(void)
{
#define ACT_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        ACT_TEST(test_answer),
        ACT_TEST(test_second_agent),
        ACT_TEST(test_takeover),
        ACT_TEST(test_takeover_unheard),
        ACT_TEST(test_idle_owner),
        ACT_TEST(test_handoff),
        ACT_TEST(test_handoff_refused),
        ACT_TEST(test_assign),
        ACT_TEST(test_wholly),
        ACT_TEST(test_misspelt),
        ACT_TEST(test_commands_only),
        ACT_TEST(test_commands_with_file),
        ACT_TEST(test_too_large_for_many),
        ACT_TEST(test_nothing_to_say),
        ACT_TEST(test_answer_and_close),
        ACT_TEST(test_spam),
        ACT_TEST(test_others),
        ACT_TEST(test_former_agent),
        ACT_TEST(test_note),
        ACT_TEST(test_find_and_help),
        ACT_TEST(test_named_ticket),
        ACT_TEST(test_copies),
        ACT_TEST(test_copies_limit),
        ACT_TEST(test_merge),
        ACT_TEST(test_split),
        ACT_TEST(test_snooze),
        ACT_TEST(test_admins_only),
        ACT_TEST(test_command),
        ACT_TEST(test_ids),
        ACT_TEST(test_emptied_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
