/* What people do to tickets, as rows: changes, merge and split with all that goes along, drafts, search,
 * snooze, and how the tickets look to programs afterwards. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gateway/store/store_private.h"
#include "scratch.h"

#include <postern/base/error.h>
#include <postern/base/mail_id.h>
#include <postern/outbox.h>
#include <postern/settle.h>
#include <postern/ticket_change.h>
#include <postern/ticket_json.h>

#include <string.h>

#define NOW_US (G_GINT64_CONSTANT(1795339800) * G_USEC_PER_SEC)
#define HOUR_US (3600 * (gint64)G_USEC_PER_SEC)

typedef struct {
    char *folder;
    Store *store;
    guint mails;
} Fixture;

/* Everything happens in one transaction: what the store refuses must leave it usable. */
static int set_up(void **state)
{
    Fixture *fixture = g_new0(Fixture, 1);
    fixture->folder = g_dir_make_tmp("postern-change-XXXXXX", NULL);
    fixture->store = store_open(fixture->folder, STORE_CREATE, NULL);
    *state = fixture;
    return fixture->store && store_begin(fixture->store, NULL) ? 0 : -1;
}

static int tear_down(void **state)
{
    Fixture *fixture = *state;
    store_rollback(fixture->store);
    store_close(fixture->store);
    scratch_remove(fixture->folder);
    g_free(fixture->folder);
    g_free(fixture);
    return 0;
}

/* Mail. */

static IntakeRow *accept_mail(Fixture *fixture)
{
    g_autofree char *text = g_strdup_printf("Mail %u\r\n\r\n", ++fixture->mails);
    RawWriter *writer = raw_writer_new(store_raw_folder(fixture->store));
    assert_true(raw_writer_add(writer, text, strlen(text), NULL));
    Raw *raw = raw_writer_end(writer, NULL);
    g_autoptr(GPtrArray) recipients = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify)intake_row_free);
    g_ptr_array_add(recipients, g_strdup("support@desk.test"));
    IntakeEnvelope envelope = {.source = "lmtp",
                               .peer = "peer",
                               .envelope_from = "anna@customer.test",
                               .recipients = recipients,
                               .received_us = NOW_US};
    assert_true(intake_add(fixture->store, raw, &envelope, rows, NULL));
    raw->keep = TRUE;
    raw_free(raw, store_raw_folder(fixture->store));
    return g_ptr_array_steal_index(rows, 0);
}

static Reading *reading_of(const char *from, const char *subject, const char *reply, const char *app_id)
{
    Reading *reading = reading_new();
    reading->from = mailbox_new("", from);
    reading->subject = g_strdup(subject);
    reading->text = g_strdup(reply);
    reading->reply = g_strdup(reply);
    reading->quoted = g_strdup("");
    reading->signature = g_strdup("");
    if (app_id) {
        Field *field = g_new0(Field, 1);
        field->name = g_strdup("app_id");
        field->value = g_strdup(app_id);
        field->raw = g_strdup(app_id);
        field->rule = g_strdup("app-id");
        field->where = g_strdup("reply");
        g_ptr_array_add(reading->fields, field);
    }
    return reading;
}

typedef struct {
    gint64 ticket; /* that it joins; 0: a new one */
    const char *ref, *from, *role, *subject, *reply, *app_id;
} Mail;

/* The id of the mail, which is that of a ticket that it opens. */
static gint64 settle_mail(Fixture *fixture, const Mail *mail)
{
    g_autoptr(IntakeRow) row = accept_mail(fixture);
    g_autoptr(Reading) reading = reading_of(mail->from, mail->subject ? mail->subject : "Broken",
                                            mail->reply ? mail->reply : "It fails.", mail->app_id);
    g_autoptr(Decision) decision = decision_new(FATE_TICKETED);
    decision->is_new_ticket = mail->ticket == 0;
    decision->ticket_id = mail->ticket ? mail->ticket : row->envelope.mail_id;
    decision->ref = g_strdup(mail->ref ? mail->ref : "");
    decision->queue = g_strdup("support");
    decision->subject = g_strdup(reading->subject);
    decision->status = g_strdup(mail->ticket ? "open" : "new");
    decision->sender_name = g_strdup("");
    decision->sender_address = g_strdup(mail->from);
    decision->sender_role = g_strdup(mail->role ? mail->role : "requester");
    decision->add_participant = mail->role != NULL;
    decision_event(decision, "came", mail->from, "by mail");
    assert_true(settle_decision(fixture->store, row, reading, decision, NOW_US, NULL));
    return row->envelope.mail_id;
}

static gint64 ticket_of(Fixture *fixture, const char *ref, const char *from)
{
    return settle_mail(fixture, &(Mail){.ref = ref, .from = from});
}

static gint64 joins(Fixture *fixture, gint64 ticket, const char *from, const char *role)
{
    return settle_mail(fixture, &(Mail){.ticket = ticket, .from = from, .role = role});
}

static void add_outgoing(Fixture *fixture, gint64 ticket, const char *kind)
{
    g_autoptr(GBytes) bytes = g_bytes_new_static("x", 1);
    Outgoing mail = {.kind = (char *)(guintptr)kind,
                     .to = (char *)(guintptr) "anna@customer.test",
                     .from = (char *)(guintptr) "support@desk.test",
                     .envelope_from = (char *)(guintptr) "",
                     .subject = (char *)(guintptr)kind,
                     .message_id = (char *)(guintptr) "id@desk.test",
                     .bytes = bytes};
    assert_true(outbox_add(fixture->store, &mail, ticket, 0, NOW_US, NULL));
}

/* Looking. */

static Ticket *get(Fixture *fixture, const char *ref)
{
    g_autoptr(GError) error = NULL;
    Ticket *ticket = ticket_get(fixture->store, ref, &error);
    assert_null(error);
    return ticket;
}

/* A part of the ticket's JSON, on one line. */
static char *json_of(Fixture *fixture, const char *ref, const char *member)
{
    g_autoptr(Ticket) ticket = get(fixture, ref);
    g_autoptr(Json) json = ticket_json(ticket, TRUE);
    g_autofree char *text = json_print(json);
    g_autofree char *start = g_strdup_printf("\"%s\":", member);
    const char *at = strstr(text, start);
    assert_non_null(at);
    at += strlen(start);
    guint depth = 0;
    const char *end = at;
    for (; *end && (depth > 0 || (*end != ',' && *end != '}')); end++)
        depth += *end == '[' || *end == '{' ? 1 : *end == ']' || *end == '}' ? -1 : 0;
    return g_strndup(at, (gsize)(end - at));
}

static void assert_json(Fixture *fixture, const char *ref, const char *member, const char *expected)
{
    g_autofree char *found = json_of(fixture, ref, member);
    assert_string_equal(found, expected);
}

/* "address role copies, …" */
static char *people_of(Fixture *fixture, const char *ref)
{
    g_autoptr(Ticket) ticket = get(fixture, ref);
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < ticket->participants->len; i++) {
        const Participant *person = ticket->participants->pdata[i];
        g_string_append_printf(text, "%s%s %s %d", i ? ", " : "", person->address, person->role,
                               person->copies);
    }
    return g_string_free(text, FALSE);
}

static void assert_people(Fixture *fixture, const char *ref, const char *expected)
{
    g_autofree char *found = people_of(fixture, ref);
    assert_string_equal(found, expected);
}

static gint64 integer(Fixture *fixture, const char *sql)
{
    g_autoptr(GError) error = NULL;
    gint64 value = db_select_integer(fixture->store->db, -1, &error, sql, "");
    assert_null(error);
    return value;
}

static void assert_equation(Fixture *fixture)
{
    StoreFigures figures;
    assert_true(store_figures(fixture->store, &figures, NULL));
    assert_int_equal(figures.accepted, fixture->mails);
    assert_int_equal(figures.received, fixture->mails);
    assert_int_equal(figures.ticketed, fixture->mails);
}

static void assert_error(GError *error_taken, ErrorCode code, const char *words)
{
    g_autoptr(GError) error = error_taken;
    assert_non_null(error);
    assert_string_equal(error_code_name((ErrorCode)error->code), error_code_name(code));
    assert_non_null(strstr(error->message, words));
}

static gboolean has_event(Fixture *fixture, const char *ref, const char *what, const char *who,
                          const char *detail)
{
    g_autoptr(Ticket) ticket = get(fixture, ref);
    for (guint i = 0; i < ticket->events->len; i++) {
        const StoredEvent *event = ticket->events->pdata[i];
        if (strcmp(event->what, what) == 0 && strcmp(event->who, who) == 0 &&
            strcmp(event->detail, detail) == 0)
            return TRUE;
    }
    return FALSE;
}

/* Changes. */

static void test_status(void **state)
{
    Fixture *fixture = *state;
    gint64 id = ticket_of(fixture, "SUP-1", "anna@customer.test");
    assert_true(ticket_set_snooze(fixture->store, id, NOW_US + HOUR_US, NOW_US, NULL));
    assert_true(ticket_set_status(fixture->store, id, "closed", NOW_US + 1, NULL));
    g_autoptr(Ticket) closed = get(fixture, "SUP-1");
    assert_string_equal(closed->status, "closed");
    assert_int_equal(closed->closed_us, NOW_US + 1);
    assert_int_equal(closed->updated_us, NOW_US + 1);
    assert_int_equal(closed->snooze_us, 0);
    assert_true(ticket_set_status(fixture->store, id, "closed", NOW_US + 2, NULL));
    g_autoptr(Ticket) again = get(fixture, "SUP-1");
    assert_int_equal(again->closed_us, NOW_US + 1);
    assert_true(ticket_set_status(fixture->store, id, "open", NOW_US + 3, NULL));
    g_autoptr(Ticket) open = get(fixture, "SUP-1");
    assert_int_equal(open->closed_us, 0);
    GError *error = NULL;
    assert_false(ticket_set_status(fixture->store, id, "snoozed", NOW_US, &error));
    assert_error(error, ERROR_MALFORMED,
                 "'snoozed' is no status; it is one of: new, open, waiting, closed, spam");
}

static void test_words(void **state)
{
    Fixture *fixture = *state;
    gint64 id = ticket_of(fixture, "SUP-1", "anna@customer.test");
    assert_true(ticket_set_severity(fixture->store, id, "high", NOW_US, NULL));
    assert_true(ticket_set_category(fixture->store, id, "billing", NOW_US, NULL));
    assert_true(ticket_set_queue(fixture->store, id, "second", NOW_US, NULL));
    assert_true(ticket_set_owner(fixture->store, id, "kim", NOW_US + HOUR_US, NOW_US, NULL));
    assert_true(ticket_set_voice(fixture->store, id, "lee", NULL));
    assert_json(fixture, "SUP-1", "severity", "\"high\"");
    assert_json(fixture, "SUP-1", "category", "\"billing\"");
    assert_json(fixture, "SUP-1", "queue", "\"second\"");
    assert_json(fixture, "SUP-1", "owner", "\"kim\"");
    assert_json(fixture, "SUP-1", "owner_until", "\"2026-11-22T10:30:00Z\"");
    assert_json(fixture, "SUP-1", "voice", "\"lee\"");
    assert_true(ticket_set_owner(fixture->store, id, NULL, NOW_US + HOUR_US, NOW_US, NULL));
    assert_true(ticket_set_severity(fixture->store, id, NULL, NOW_US, NULL));
    assert_json(fixture, "SUP-1", "owner", "null");
    assert_json(fixture, "SUP-1", "owner_until", "null");
    assert_json(fixture, "SUP-1", "severity", "null");
    assert_int_equal(integer(fixture, "SELECT lease_us FROM tickets"), 0);
    GError *error = NULL;
    assert_false(ticket_set_severity(fixture->store, id, "urgent", NOW_US, &error));
    assert_error(error, ERROR_MALFORMED, "low, medium, high, critical");
}

static void test_no_such_ticket(void **state)
{
    Fixture *fixture = *state;
    Store *store = fixture->store;
    GError *error = NULL;
    assert_false(ticket_set_status(store, 77, "open", NOW_US, &error));
    assert_error(g_steal_pointer(&error), ERROR_NOT_FOUND, "no such ticket");
    assert_false(ticket_set_owner(store, 77, "kim", 1, NOW_US, &error));
    assert_error(g_steal_pointer(&error), ERROR_NOT_FOUND, "no such ticket");
    assert_false(ticket_set_field(store, 77, "app_id", "1", FALSE, "kim", NOW_US, &error));
    assert_error(g_steal_pointer(&error), ERROR_NOT_FOUND, "no such ticket");
    assert_false(ticket_add_note(store, 77, 78, "kim", "text", NOW_US, &error));
    assert_error(g_steal_pointer(&error), ERROR_NOT_FOUND, "no such ticket");
    assert_false(ticket_set_participant(store, 77, "a@b.test", "", "guest", FALSE, &error));
    assert_error(g_steal_pointer(&error), ERROR_NOT_FOUND, "no such ticket");
    assert_false(ticket_mark_message(store, 77, "out", NULL, &error));
    assert_error(g_steal_pointer(&error), ERROR_NOT_FOUND, "no message");
}

static void test_fields(void **state)
{
    Fixture *fixture = *state;
    gint64 id = settle_mail(fixture, &(Mail){.ref = "SUP-1", .from = "anna@customer.test", .app_id = "111"});
    assert_true(ticket_set_field(fixture->store, id, "app_id", "222", FALSE, "kim", NOW_US, NULL));
    assert_true(ticket_set_field(fixture->store, id, "app_id", "333", FALSE, "lee", NOW_US, NULL));
    assert_true(ticket_set_field(fixture->store, id, "plan", "gold", FALSE, "lee", NOW_US, NULL));
    g_autoptr(Ticket) ticket = get(fixture, "SUP-1");
    const char *expected[][3] = {
        {"plan", "gold", "lee"}, {"app_id", "333", "lee"}, {"app_id", "111", "rules"}};
    assert_int_equal(ticket->fields->len, 3);
    for (guint i = 0; i < 3; i++) {
        const TicketField *field = ticket->fields->pdata[i];
        assert_string_equal(field->name, expected[i][0]);
        assert_string_equal(field->value, expected[i][1]);
        assert_string_equal(field->by, expected[i][2]);
    }
    /* Also where only the newest few are asked for. */
    g_autoptr(Ticket) small = ticket_get_with(fixture->store, id, 0, 1, NULL);
    assert_string_equal(((const TicketField *)small->fields->pdata[0])->value, "gold");
    g_autofree char *json = json_of(fixture, "SUP-1", "fields");
    assert_true(
        g_str_has_prefix(json, "[{\"name\":\"plan\",\"value\":\"gold\",\"rule\":\"\",\"message\":\"\",\"by\":"
                               "\"lee\""));
}

static void test_participants(void **state)
{
    Fixture *fixture = *state;
    gint64 id = ticket_of(fixture, "SUP-1", "anna@customer.test");
    Store *store = fixture->store;
    assert_true(ticket_set_participant(store, id, "Carl@Customer.TEST", "Carl", "guest", FALSE, NULL));
    assert_true(ticket_set_participant(store, id, "carl@customer.test", "", "copy", TRUE, NULL));
    /* The requester has the ticket already. */
    assert_true(ticket_set_participant(store, id, "Anna@customer.test", "", "copy", TRUE, NULL));
    assert_people(fixture, "SUP-1", "carl@customer.test copy 1");
    assert_json(fixture, "SUP-1", "participants", "[{\"address\":\"carl@customer.test\",\"role\":\"copy\"}]");
    g_autoptr(Ticket) ticket = get(fixture, "SUP-1");
    assert_string_equal(((const Participant *)ticket->participants->pdata[0])->name, "Carl");
    GError *error = NULL;
    assert_false(ticket_set_participant(store, id, "no address", "", "copy", TRUE, &error));
    assert_error(g_steal_pointer(&error), ERROR_MALFORMED, "no mail address");
    assert_false(ticket_set_participant(store, id, "a@b.test", "", "boss", TRUE, &error));
    assert_error(g_steal_pointer(&error), ERROR_MALFORMED, "'boss' is no role");
    assert_true(ticket_drop_participant(store, id, "CARL@customer.test", NULL));
    assert_people(fixture, "SUP-1", "");
    assert_false(ticket_drop_participant(store, id, "carl@customer.test", &error));
    assert_error(error, ERROR_NOT_FOUND, "carl@customer.test does not belong");
}

static void test_conversation(void **state)
{
    Fixture *fixture = *state;
    gint64 id = ticket_of(fixture, "SUP-1", "anna@customer.test");
    gint64 answer = joins(fixture, id, "kim@agents.test", "agent");
    assert_true(ticket_mark_message(fixture->store, answer, "note", "only for us", NULL));
    assert_true(ticket_mark_message(fixture->store, answer, "out", "what Anna got", NULL));
    assert_true(ticket_add_note(fixture->store, id, mail_id_new(), "dora", "call her", NOW_US + 2, NULL));
    static const char *const kinds[] = {"acknowledgement", "answer",  "handoff",     "solved",  "refused",
                                        "notice",          "receipt", "turn",        "aside",   "confirm",
                                        "webhook",         "digest",  "undelivered", "stopped", "alert",
                                        "works-again",     NULL};
    for (guint i = 0; kinds[i]; i++)
        add_outgoing(fixture, id, kinds[i]);
    g_autoptr(Ticket) ticket = get(fixture, "SUP-1");
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < ticket->messages->len; i++) {
        const TicketMessage *message = ticket->messages->pdata[i];
        g_string_append_printf(text, "%s %s %s\n", message->direction, message->kind, message->reply);
    }
    assert_string_equal(text->str, "in human It fails.\nout human what Anna got\nout acknowledgement \n"
                                   "out handoff \nout solved \nout refused \nnote human call her\n");
    g_string_free(text, TRUE);
    g_autoptr(Json) note = ticket_message_json(ticket->messages->pdata[6]);
    g_autofree char *json = json_print(note);
    assert_non_null(strstr(json, "\"direction\":\"note\",\"from\":\"dora\",\"subject\":\"\""));
    assert_equation(fixture);
    GError *error = NULL;
    assert_false(ticket_mark_message(fixture->store, answer, "away", NULL, &error));
    assert_error(error, ERROR_MALFORMED, "'away' is no direction");
}

/* Merging. */

static void test_merge(void **state)
{
    Fixture *fixture = *state;
    Store *store = fixture->store;
    gint64 a = settle_mail(fixture, &(Mail){.ref = "SUP-A", .from = "anna@customer.test", .app_id = "1"});
    gint64 b = settle_mail(fixture, &(Mail){.ref = "SUP-B", .from = "anna@customer.test", .app_id = "2"});
    gint64 more = joins(fixture, b, "carl@customer.test", "participant");
    assert_true(ticket_add_note(store, b, mail_id_new(), "kim", "a note", NOW_US, NULL));
    assert_true(ticket_set_participant(store, b, "dora@customer.test", "", "copy", TRUE, NULL));
    assert_true(ticket_set_owner(store, b, "kim", NOW_US + HOUR_US, NOW_US, NULL));
    assert_true(ticket_set_voice(store, b, "kim", NULL));
    assert_true(ticket_set_severity(store, b, "high", NOW_US, NULL));
    assert_true(ticket_set_status(store, a, "closed", NOW_US, NULL));
    assert_true(draft_add(store, b, more, "lee", "unsent", NOW_US, NULL));
    assert_true(
        db_run(store->db, NULL,
               "INSERT INTO heard_ids (id_hash, heard_id, ticket_id, mail_id) VALUES (1, 'x@y', $1, $2)",
               "ii", b, more));
    add_outgoing(fixture, b, "acknowledgement");
    gint64 events = integer(fixture, "SELECT count(*) FROM events");

    assert_true(ticket_merge(store, b, a, "kim", NOW_US + 5, NULL));

    g_autoptr(Ticket) into = get(fixture, "SUP-A");
    assert_int_equal(into->messages->len, 4);
    assert_string_equal(into->status, "open");
    assert_int_equal(into->closed_us, 0);
    assert_string_equal(into->owner, "kim");
    assert_int_equal(into->lease_us, NOW_US + HOUR_US);
    assert_string_equal(into->voice, "kim");
    assert_string_equal(into->severity, "high");
    assert_int_equal(into->updated_us, NOW_US + 5);
    assert_int_equal(into->fields->len, 2);
    assert_people(fixture, "SUP-A", "carl@customer.test participant 0, dora@customer.test copy 1");
    assert_json(fixture, "SUP-A", "related", "[{\"ref\":\"SUP-B\",\"how\":\"merged from\"}]");
    assert_true(has_event(fixture, "SUP-A", "merged", "kim", "SUP-B into SUP-A"));

    g_autoptr(Ticket) from = get(fixture, "SUP-B");
    assert_string_equal(from->status, "closed");
    assert_int_equal(from->closed_us, NOW_US + 5);
    assert_int_equal(from->merged_into, a);
    assert_null(from->owner);
    assert_json(fixture, "SUP-B", "related", "[{\"ref\":\"SUP-A\",\"how\":\"merged into\"}]");
    assert_true(has_event(fixture, "SUP-B", "merged", "kim", "SUP-B into SUP-A"));
    assert_true(has_event(fixture, "SUP-B", "came", "anna@customer.test", "by mail"));
    /* What we sent stays where it was written. */
    assert_int_equal(from->messages->len, 1);
    assert_string_equal(((const TicketMessage *)from->messages->pdata[0])->kind, "acknowledgement");

    assert_int_equal(integer(fixture, "SELECT count(*) FROM events"), events + 2);
    assert_int_equal(integer(fixture, "SELECT count(*) FROM moves WHERE how = 'merge' AND who = 'kim'"), 3);
    assert_int_equal(integer(fixture, "SELECT ticket_id FROM heard_ids"), a);
    g_autoptr(GPtrArray) drafts = draft_list(store, a, NULL);
    assert_int_equal(drafts->len, 1);
    assert_int_equal(ticket_find_ref(store, "sup-b", NULL), a);
    assert_equation(fixture);
}

static void test_merge_of_strangers(void **state)
{
    Fixture *fixture = *state;
    Store *store = fixture->store;
    gint64 a = ticket_of(fixture, "SUP-A", "anna@customer.test");
    gint64 b = ticket_of(fixture, "SUP-B", "Bert@elsewhere.test");
    /* Of both, with another role; Anna herself; and one who got answers to Bert. */
    assert_true(ticket_set_participant(store, a, "carl@customer.test", "", "guest", FALSE, NULL));
    assert_true(ticket_set_participant(store, b, "carl@customer.test", "", "participant", TRUE, NULL));
    assert_true(ticket_set_participant(store, b, "anna@customer.test", "", "copy", TRUE, NULL));
    assert_true(ticket_set_participant(store, b, "dora@elsewhere.test", "", "copy", TRUE, NULL));
    assert_true(ticket_set_participant(store, a, "eva@customer.test", "", "copy", TRUE, NULL));
    assert_true(ticket_set_participant(store, b, "eva@customer.test", "", "guest", FALSE, NULL));
    assert_true(ticket_merge(store, b, a, "kim", NOW_US, NULL));
    assert_people(fixture, "SUP-A",
                  "bert@elsewhere.test guest 0, carl@customer.test guest 0,"
                  " dora@elsewhere.test guest 0, eva@customer.test copy 1");
    assert_json(fixture, "SUP-A", "requester", "{\"name\":\"\",\"address\":\"anna@customer.test\"}");
}

static void test_merge_chain(void **state)
{
    Fixture *fixture = *state;
    Store *store = fixture->store;
    gint64 a = ticket_of(fixture, "SUP-A", "anna@customer.test");
    gint64 b = ticket_of(fixture, "SUP-B", "anna@customer.test");
    gint64 c = ticket_of(fixture, "SUP-C", "anna@customer.test");
    gint64 d = ticket_of(fixture, "SUP-D", "anna@customer.test");
    GError *error = NULL;
    assert_true(ticket_merge(store, a, b, "kim", NOW_US, NULL));
    assert_true(ticket_merge(store, b, c, "kim", NOW_US, NULL));
    assert_true(ticket_merge(store, d, a, "kim", NOW_US, NULL));
    assert_int_equal(integer(fixture, "SELECT count(*) FROM tickets WHERE merged_into IS NOT NULL"), 3);
    assert_int_equal(ticket_find_ref(store, "SUP-A", NULL), c);
    assert_int_equal(ticket_find_ref(store, "SUP-B", NULL), c);
    assert_int_equal(ticket_find_ref(store, "SUP-D", NULL), c);
    g_autoptr(Ticket) into = get(fixture, "SUP-C");
    assert_int_equal(into->messages->len, 4);
    assert_false(ticket_merge(store, c, c, "kim", NOW_US, &error));
    assert_error(g_steal_pointer(&error), ERROR_REFUSED, "SUP-C cannot be merged into itself");
    assert_false(ticket_merge(store, a, c, "kim", NOW_US, &error));
    assert_error(g_steal_pointer(&error), ERROR_CONFLICT, "SUP-A was merged into SUP-C already");
    assert_false(ticket_merge(store, c, b, "kim", NOW_US, &error));
    assert_error(g_steal_pointer(&error), ERROR_CONFLICT, "SUP-B was merged into SUP-C already");
    assert_false(ticket_merge(store, c, 77, "kim", NOW_US, &error));
    assert_error(g_steal_pointer(&error), ERROR_NOT_FOUND, "no such ticket");
    /* Nothing happens to a ticket whose messages are elsewhere. */
    assert_false(ticket_set_status(store, a, "open", NOW_US, &error));
    assert_error(g_steal_pointer(&error), ERROR_CONFLICT, "SUP-A was merged into SUP-C");
    assert_false(ticket_add_note(store, b, mail_id_new(), "kim", "lost?", NOW_US, &error));
    assert_error(g_steal_pointer(&error), ERROR_CONFLICT, "SUP-B was merged into SUP-C");
    gint64 split = 0;
    assert_false(ticket_split(store, a, &a, 1, "SUP-E", "kim", NOW_US, &split, &error));
    assert_error(error, ERROR_CONFLICT, "SUP-A was merged into SUP-C, which has its messages");
    assert_equation(fixture);
}

static void test_merge_states(void **state)
{
    Fixture *fixture = *state;
    static const struct {
        const char *from, *into, *after;
    } cases[] = {
        {"new", "waiting", "open"},       {"open", "closed", "open"}, {"waiting", "closed", "waiting"},
        {"closed", "waiting", "waiting"}, {"new", "new", "new"},      {"spam", "closed", "closed"}};
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *one = g_strdup_printf("SUP-%uA", i), *two = g_strdup_printf("SUP-%uB", i);
        gint64 from = ticket_of(fixture, one, "anna@customer.test");
        gint64 into = ticket_of(fixture, two, "anna@customer.test");
        assert_true(ticket_set_status(fixture->store, from, cases[i].from, NOW_US, NULL));
        assert_true(ticket_set_status(fixture->store, into, cases[i].into, NOW_US, NULL));
        assert_true(ticket_merge(fixture->store, from, into, "kim", NOW_US, NULL));
        g_autoptr(Ticket) after = get(fixture, two);
        assert_string_equal(after->status, cases[i].after);
        assert_true((after->closed_us > 0) == (strcmp(after->status, "closed") == 0));
    }
    gint64 from = ticket_of(fixture, "SUP-X", "anna@customer.test");
    gint64 into = ticket_of(fixture, "SUP-Y", "anna@customer.test");
    assert_true(ticket_set_status(fixture->store, into, "spam", NOW_US, NULL));
    GError *error = NULL;
    assert_false(ticket_merge(fixture->store, from, into, "kim", NOW_US, &error));
    assert_error(error, ERROR_REFUSED, "SUP-Y is spam");
}

static void test_merge_keeps_its_owner(void **state)
{
    Fixture *fixture = *state;
    gint64 a = ticket_of(fixture, "SUP-A", "anna@customer.test");
    gint64 b = ticket_of(fixture, "SUP-B", "anna@customer.test");
    assert_true(ticket_set_owner(fixture->store, a, "kim", NOW_US + 1, NOW_US, NULL));
    assert_true(ticket_set_owner(fixture->store, b, "lee", NOW_US + HOUR_US, NOW_US, NULL));
    assert_true(ticket_set_voice(fixture->store, a, "dora", NULL));
    assert_true(ticket_set_voice(fixture->store, b, "lee", NULL));
    assert_true(ticket_merge(fixture->store, b, a, "lee", NOW_US, NULL));
    assert_json(fixture, "SUP-A", "owner", "\"kim\"");
    assert_json(fixture, "SUP-A", "voice", "\"dora\"");
}

/* Splitting. */

static void test_split(void **state)
{
    Fixture *fixture = *state;
    Store *store = fixture->store;
    gint64 id = settle_mail(fixture, &(Mail){.ref = "SUP-A", .from = "anna@customer.test", .app_id = "1"});
    gint64 other = settle_mail(fixture, &(Mail){.ticket = id,
                                                .from = "carl@customer.test",
                                                .role = "participant",
                                                .subject = "Re: [SUP-A] Another thing",
                                                .app_id = "2"});
    gint64 guest = joins(fixture, id, "gina@customer.test", "guest");
    gint64 late = joins(fixture, id, "anna@customer.test", NULL);
    gint64 note = mail_id_new();
    assert_true(ticket_add_note(store, id, note, "kim", "about the other thing", NOW_US, NULL));
    assert_true(ticket_set_participant(store, id, "dora@customer.test", "", "copy", TRUE, NULL));
    assert_true(ticket_set_owner(store, id, "kim", NOW_US + HOUR_US, NOW_US, NULL));
    assert_true(ticket_set_voice(store, id, "kim", NULL));
    assert_true(draft_add(store, id, other, "lee", "unsent", NOW_US, NULL));
    assert_true(db_run(store->db, NULL,
                       "INSERT INTO heard_ids (id_hash, heard_id, ticket_id, mail_id) VALUES (1, 'x@y', $1, "
                       "$2), (1, 'x@y', $1, $1)",
                       "ii", id, other));
    add_outgoing(fixture, id, "acknowledgement");

    const gint64 ids[] = {note, other, guest, late, other};
    gint64 split = 0;
    assert_true(ticket_split(store, id, ids, G_N_ELEMENTS(ids), "SUP-B", "kim", NOW_US + 5, &split, NULL));

    g_autoptr(Ticket) off = get(fixture, "SUP-B");
    assert_int_equal(off->id, split);
    assert_int_equal(off->messages->len, 4);
    assert_string_equal(off->requester_address, "carl@customer.test");
    assert_string_equal(off->subject, "Re: Another thing");
    assert_string_equal(off->status, "open");
    assert_string_equal(off->queue, "support");
    assert_string_equal(off->owner, "kim");
    assert_null(off->voice);
    assert_int_equal(off->created_us, NOW_US);
    assert_int_equal(off->fields->len, 1);
    assert_people(fixture, "SUP-B", "anna@customer.test participant 0, gina@customer.test guest 0");
    assert_json(fixture, "SUP-B", "related", "[{\"ref\":\"SUP-A\",\"how\":\"split from\"}]");
    assert_true(has_event(fixture, "SUP-B", "opened", "kim", "split off SUP-A"));

    g_autoptr(Ticket) rest = get(fixture, "SUP-A");
    assert_int_equal(rest->messages->len, 2);
    assert_people(fixture, "SUP-A", "dora@customer.test copy 1");
    assert_int_equal(rest->fields->len, 1);
    assert_json(fixture, "SUP-A", "related", "[{\"ref\":\"SUP-B\",\"how\":\"split off\"}]");
    assert_true(has_event(fixture, "SUP-A", "split", "kim", "SUP-B off SUP-A"));
    assert_int_equal(integer(fixture, "SELECT count(*) FROM moves WHERE how = 'split'"), 4);
    assert_int_equal(integer(fixture, "SELECT count(*) FROM heard_ids WHERE ticket_id = mail_id"), 1);
    assert_int_equal(integer(fixture, "SELECT ticket_id FROM heard_ids WHERE ticket_id <> mail_id"), split);
    g_autoptr(GPtrArray) drafts = draft_list(store, split, NULL);
    assert_int_equal(drafts->len, 1);
    assert_equation(fixture);

    /* And together again, the other way round. */
    assert_true(ticket_merge(store, id, split, "kim", NOW_US + 6, NULL));
    g_autoptr(Ticket) whole = get(fixture, "SUP-B");
    assert_int_equal(whole->messages->len, 5);
    assert_json(fixture, "SUP-B", "related",
                "[{\"ref\":\"SUP-A\",\"how\":\"merged from\"},{\"ref\":\"SUP-A\",\"how\":\"split from\"}]");
    assert_equation(fixture);
}

/* A merge that was wrong leaves nobody in a stranger's ticket, once it is taken back. */
static void test_split_takes_a_merge_back(void **state)
{
    Fixture *fixture = *state;
    Store *store = fixture->store;
    gint64 a = ticket_of(fixture, "SUP-A", "anna@customer.test");
    gint64 b = ticket_of(fixture, "SUP-B", "bert@elsewhere.test");
    gint64 carl = joins(fixture, a, "carl@customer.test", "participant");
    gint64 eva = joins(fixture, a, "eva@customer.test", "participant");
    gint64 more = joins(fixture, a, "eva@customer.test", "participant");
    gint64 dora = joins(fixture, a, "dora@customer.test", "guest");
    assert_true(ticket_set_participant(store, a, "carl@customer.test", "", "participant", TRUE, NULL));
    assert_true(ticket_set_participant(store, a, "dora@customer.test", "", "copy", TRUE, NULL));
    assert_true(ticket_merge(store, b, a, "kim", NOW_US, NULL));
    assert_people(fixture, "SUP-A",
                  "bert@elsewhere.test guest 0, carl@customer.test participant 1,"
                  " dora@customer.test copy 1, eva@customer.test participant 0");
    const gint64 ids[] = {b, carl, eva, dora};
    gint64 split = 0;
    assert_true(ticket_split(store, a, ids, 4, "SUP-C", "kim", NOW_US, &split, NULL));
    /* Eva has a message there still, and an agent added Dora. */
    assert_people(fixture, "SUP-A", "dora@customer.test copy 1, eva@customer.test participant 0");
    assert_true(has_event(fixture, "SUP-A", "belongs no more", "kim",
                          "carl@customer.test, whose messages are all in SUP-C"));
    assert_true(ticket_split(store, a, &more, 1, "SUP-D", "kim", NOW_US, &split, NULL));
    assert_people(fixture, "SUP-A", "dora@customer.test copy 1");
}

static void assert_split_fails(Fixture *fixture, gint64 ticket, const gint64 *ids, gsize count,
                               ErrorCode code, const char *words)
{
    GError *error = NULL;
    gint64 split = 0;
    assert_true(store_part_begin(fixture->store, NULL));
    assert_false(ticket_split(fixture->store, ticket, ids, count, "SUP-Z", "kim", NOW_US, &split, &error));
    assert_true(store_part_end(fixture->store, FALSE, NULL));
    assert_error(error, code, words);
}

static void test_split_refused(void **state)
{
    Fixture *fixture = *state;
    gint64 id = ticket_of(fixture, "SUP-A", "anna@customer.test");
    gint64 second = joins(fixture, id, "anna@customer.test", NULL);
    gint64 agent = joins(fixture, id, "kim@agents.test", "agent");
    gint64 note = mail_id_new();
    gint64 foreign = ticket_of(fixture, "SUP-B", "anna@customer.test");
    assert_true(ticket_mark_message(fixture->store, agent, "note", NULL, NULL));
    assert_true(ticket_add_note(fixture->store, id, note, "kim", "text", NOW_US, NULL));
    const gint64 all[] = {id, second};
    assert_split_fails(fixture, id, all, 2, ERROR_REFUSED, "no message would stay in SUP-A");
    assert_split_fails(fixture, id, &agent, 1, ERROR_REFUSED, "none of these messages is of a customer");
    assert_split_fails(fixture, id, NULL, 0, ERROR_REFUSED, "none of these messages is of a customer");
    g_autofree char *words = mail_id_format(foreign);
    assert_split_fails(fixture, id, &foreign, 1, ERROR_NOT_FOUND, words);
    assert_split_fails(fixture, 77, &id, 1, ERROR_NOT_FOUND, "no such ticket");
    gint64 taken = 0;
    GError *error = NULL;
    assert_false(ticket_split(fixture->store, id, &second, 1, "SUP-B", "kim", NOW_US, &taken, &error));
    assert_error(error, ERROR_CONFLICT, "");
    assert_equation(fixture);
}

/* Drafts, snooze. */

static void test_drafts(void **state)
{
    Fixture *fixture = *state;
    gint64 id = ticket_of(fixture, "SUP-A", "anna@customer.test");
    assert_true(draft_add(fixture->store, id, 2, "lee", "second", NOW_US + 1, NULL));
    assert_true(draft_add(fixture->store, id, 1, "kim", "first", NOW_US, NULL));
    g_autoptr(GPtrArray) drafts = draft_list(fixture->store, id, NULL);
    assert_int_equal(drafts->len, 2);
    const Draft *draft = drafts->pdata[0];
    assert_string_equal(draft->agent, "kim");
    assert_string_equal(draft->text, "first");
    assert_int_equal(draft->mail_id, 1);
    assert_int_equal(draft->at_us, NOW_US);
    assert_true(draft_clear(fixture->store, id, NULL));
    g_autoptr(GPtrArray) none = draft_list(fixture->store, id, NULL);
    assert_int_equal(none->len, 0);
    assert_int_equal(integer(fixture, "SELECT count(*) FROM drafts"), 2);
}

static void test_wake(void **state)
{
    Fixture *fixture = *state;
    Store *store = fixture->store;
    assert_int_equal(ticket_next_wake_us(store, NULL), G_MAXINT64);
    gint64 soon = ticket_of(fixture, "SUP-A", "anna@customer.test");
    gint64 late = ticket_of(fixture, "SUP-B", "anna@customer.test");
    gint64 closed = ticket_of(fixture, "SUP-C", "anna@customer.test");
    assert_true(ticket_set_status(store, soon, "waiting", NOW_US, NULL));
    assert_true(ticket_set_snooze(store, soon, NOW_US + 1, NOW_US, NULL));
    assert_true(ticket_set_snooze(store, late, NOW_US + HOUR_US, NOW_US, NULL));
    assert_true(ticket_set_snooze(store, closed, NOW_US + 1, NOW_US, NULL));
    assert_true(db_script(store->db, "UPDATE tickets SET status = 'closed' WHERE ref = 'SUP-C'", NULL));
    assert_json(fixture, "SUP-B", "snoozed_until", "\"2026-11-22T10:30:00Z\"");
    assert_int_equal(ticket_next_wake_us(store, NULL), NOW_US + 1);
    g_autoptr(GArray) none = ticket_wake(store, NOW_US, NULL);
    assert_int_equal(none->len, 0);
    g_autoptr(GArray) woken = ticket_wake(store, NOW_US + 1, NULL);
    assert_int_equal(woken->len, 1);
    assert_int_equal(g_array_index(woken, gint64, 0), soon);
    assert_json(fixture, "SUP-A", "status", "\"open\"");
    assert_json(fixture, "SUP-C", "status", "\"closed\"");
    assert_true(has_event(fixture, "SUP-A", "woke up", "postern", "the snooze is over"));
    g_autoptr(GArray) again = ticket_wake(store, NOW_US + 1, NULL);
    assert_int_equal(again->len, 0);
    assert_int_equal(ticket_next_wake_us(store, NULL), NOW_US + HOUR_US);
}

/* Search. */

static void assert_found(Fixture *fixture, const char *words, const char *expected)
{
    g_autoptr(GPtrArray) tickets = ticket_search(fixture->store, words, 10, NULL);
    assert_non_null(tickets);
    GString *refs = g_string_new(NULL);
    for (guint i = 0; i < tickets->len; i++)
        g_string_append_printf(refs, "%s%s", i ? " " : "", ((const Ticket *)tickets->pdata[i])->ref);
    assert_string_equal(refs->str, expected);
    g_string_free(refs, TRUE);
}

static void test_search(void **state)
{
    Fixture *fixture = *state;
    settle_mail(fixture, &(Mail){.ref = "SUP-A",
                                 .from = "anna@customer.test",
                                 .subject = "100% of GR\303\226SSE",
                                 .reply = "The printer\nsmokes",
                                 .app_id = "App_77"});
    gint64 b = settle_mail(fixture, &(Mail){.ref = "SUP-B",
                                            .from = "bert@customer.test",
                                            .subject = "Printer, gr\303\266\303\237er",
                                            .app_id = "AppX77"});
    assert_found(fixture, "printer", "SUP-B SUP-A");
    assert_found(fixture, "PRINTER smokes", "SUP-A");
    assert_found(fixture, "printer bert", "SUP-B");
    assert_found(fixture, "printer nothing", "");
    assert_found(fixture, "sup-a", "SUP-A");
    assert_found(fixture, "bert@customer", "SUP-B");
    assert_found(fixture, "gr\303\266", "SUP-B SUP-A");
    assert_found(fixture, "GR\303\226", "SUP-B SUP-A");
    /* The characters that LIKE reads are letters here. */
    assert_found(fixture, "app_77", "SUP-A");
    assert_found(fixture, "100%", "SUP-A");
    assert_found(fixture, "1%0", "");
    assert_found(fixture, "!", "");
    assert_found(fixture, "\\", "");
    assert_found(fixture, "' OR 1=1 --", "");
    assert_found(fixture, " ", "");
    assert_found(fixture, "", "");
    /* What agents look for stands in their mails, and those in tickets. */
    db_script(
        fixture->store->db,
        "INSERT INTO messages (id, ticket_id, direction, from_name, from_address, subject, at_us, kind,"
        " reply, recipients, attachments, findings, why, role, message_id) SELECT 77, id, 'note', 'Kim',"
        " 'kim@agents.test', '', 1, 'human', '/find zebra', '', '[]', '[]', '[]', 'agent', NULL"
        " FROM tickets WHERE ref = 'SUP-A'",
        NULL);
    assert_found(fixture, "zebra", "");
    gint64 c = ticket_of(fixture, "SUP-C", "anna@customer.test");
    assert_true(ticket_merge(fixture->store, b, c, "kim", NOW_US, NULL));
    assert_found(fixture, "bert", "SUP-C");
    assert_found(fixture, "SUP-B", "SUP-C");
    g_autoptr(GPtrArray) one = ticket_search(fixture->store, "customer.test", 1, NULL);
    assert_int_equal(one->len, 1);
    assert_int_equal(((const Ticket *)one->pdata[0])->messages->len, 0);
}

static void test_find_ref(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    gint64 id = ticket_of(fixture, "SUP-7K3QW2", "anna@customer.test");
    assert_int_equal(ticket_find_ref(fixture->store, "sup-7k3qw2", &error), id);
    assert_int_equal(ticket_find_ref(fixture->store, "SUP-7K3QW3", &error), 0);
    assert_int_equal(ticket_find_ref(fixture->store, "", &error), 0);
    assert_null(error);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_status),
        TEST(test_words),
        TEST(test_no_such_ticket),
        TEST(test_fields),
        TEST(test_participants),
        TEST(test_conversation),
        TEST(test_merge),
        TEST(test_merge_of_strangers),
        TEST(test_merge_chain),
        TEST(test_merge_states),
        TEST(test_merge_keeps_its_owner),
        TEST(test_split),
        TEST(test_split_takes_a_merge_back),
        TEST(test_split_refused),
        TEST(test_drafts),
        TEST(test_wake),
        TEST(test_search),
        TEST(test_find_ref),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
