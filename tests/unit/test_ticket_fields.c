/* The fields of tickets as mail comes and people speak: what stands, what stood before, what merge and split
 * make of it. */
#include "scratch.h"

#include <postern/intake_rows.h>
#include <postern/raw.h>
#include <postern/settle.h>
#include <postern/store.h>
#include <postern/ticket_change.h>
#include <postern/ticket_json.h>
#include <postern/tickets.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define NOW_US (G_GINT64_CONSTANT(1795339800) * G_USEC_PER_SEC)

typedef struct {
    char *folder;
    Store *store;
    guint mails;
} Fixture;

static int set_up(void **state)
{
    Fixture *fixture = g_new0(Fixture, 1);
    fixture->folder = g_dir_make_tmp("postern-fields-XXXXXX", NULL);
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

/* "plan=gold" is a field of several values, "!plan=gold" a single one, "-plan=gold" one that lost. */
static void add_field(Reading *reading, const char *written)
{
    Field *field = g_new0(Field, 1);
    gboolean is_lost = *written == '-';
    field->is_single = *written == '!';
    g_auto(GStrv) parts = g_strsplit(written + (is_lost || field->is_single), "=", 2);
    field->name = g_strdup(parts[0]);
    field->value = g_strdup(parts[1]);
    field->raw = g_strdup(parts[1]);
    field->rule = g_strdup("rule");
    field->where = g_strdup("reply");
    field->lost_to = is_lost ? g_strdup("winner") : NULL;
    field->why = is_lost ? g_strdup("overlaps it") : NULL;
    g_ptr_array_add(is_lost ? reading->losers : reading->fields, field);
}

static Decision *decision_for(gint64 ticket, const char *ref, gint64 mail_id, const char *role)
{
    Decision *decision = decision_new(FATE_TICKETED);
    decision->is_new_ticket = ticket == 0;
    decision->ticket_id = ticket ? ticket : mail_id;
    decision->ref = g_strdup(ref ? ref : "");
    decision->queue = g_strdup("support");
    decision->subject = g_strdup("It fails");
    decision->status = g_strdup(ticket ? "open" : "new");
    decision->sender_name = g_strdup("");
    decision->sender_address = g_strdup("anna@customer.test");
    decision->sender_role = g_strdup(role);
    return decision;
}

static Reading *reading_with(const char *fields)
{
    Reading *reading = reading_new();
    reading->from = mailbox_new("", "anna@customer.test");
    reading->subject = g_strdup("It fails");
    char **texts[] = {&reading->text, &reading->reply, &reading->quoted, &reading->signature};
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        *texts[i] = g_strdup("");
    g_auto(GStrv) words = g_strsplit(fields, " ", -1);
    for (guint i = 0; words[i]; i++)
        if (*words[i])
            add_field(reading, words[i]);
    return reading;
}

/* The id of the mail, which is that of a ticket that it opens (`ticket` 0). */
static gint64 comes_as(Fixture *fixture, gint64 ticket, const char *ref, const char *fields, const char *role)
{
    g_autoptr(IntakeRow) row = accept_mail(fixture);
    g_autoptr(Reading) reading = reading_with(fields);
    g_autoptr(Decision) decision = decision_for(ticket, ref, row->envelope.mail_id, role);
    assert_true(settle_decision(fixture->store, row, reading, decision, NOW_US, NULL));
    return row->envelope.mail_id;
}

static gint64 comes(Fixture *fixture, gint64 ticket, const char *ref, const char *fields)
{
    return comes_as(fixture, ticket, ref, fields, "requester");
}

static char *listed(const GPtrArray *fields)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < fields->len; i++) {
        const TicketField *field = fields->pdata[i];
        g_string_append_printf(text, "%s%s=%s", i ? " " : "", field->name, field->value);
        if (field->later)
            g_string_append_printf(text, ">%s", field->later);
        if (field->lost_to)
            g_string_append_printf(text, "<%s", field->lost_to);
    }
    return g_string_free(text, FALSE);
}

static void assert_fields(Fixture *fixture, const char *ref, const char *stand, const char *stood)
{
    g_autoptr(Ticket) ticket = ticket_get(fixture->store, ref, NULL);
    g_autofree char *now = listed(ticket->fields), *before = listed(ticket->history);
    assert_string_equal(now, stand);
    assert_string_equal(before, stood);
}

static void set_field(Fixture *fixture, gint64 ticket, const char *name, const char *value)
{
    assert_true(ticket_set_field(fixture->store, ticket, name, value, FALSE, "kim", NOW_US, NULL));
}

static void test_values_add_up(void **state)
{
    Fixture *fixture = *state;
    gint64 id = comes(fixture, 0, "SUP-1", "app=1 app=2");
    comes(fixture, id, NULL, "app=2 app=3");
    assert_fields(fixture, "SUP-1", "app=1 app=2 app=3", "");
}

static void test_single_values_follow_each_other(void **state)
{
    Fixture *fixture = *state;
    gint64 id = comes(fixture, 0, "SUP-1", "!plan=gold");
    comes(fixture, id, NULL, "!plan=silver app=1");
    assert_fields(fixture, "SUP-1", "plan=silver app=1", "plan=gold>silver");
    comes(fixture, id, NULL, "!plan=gold");
    assert_fields(fixture, "SUP-1", "app=1 plan=gold", "plan=gold>silver plan=silver>gold");
}

static void test_person_goes_first(void **state)
{
    Fixture *fixture = *state;
    gint64 id = comes(fixture, 0, "SUP-1", "!plan=gold app=1");
    set_field(fixture, id, "plan", "iron");
    set_field(fixture, id, "app", "9");
    assert_fields(fixture, "SUP-1", "app=9 plan=iron app=1", "plan=gold>iron");
    comes(fixture, id, NULL, "!plan=silver app=2");
    assert_fields(fixture, "SUP-1", "app=9 plan=iron app=1 app=2", "plan=gold>iron plan=silver>iron");
    set_field(fixture, id, "plan", "tin");
    assert_fields(fixture, "SUP-1", "plan=tin app=9 app=1 app=2",
                  "plan=gold>iron plan=iron>tin plan=silver>iron");
}

static void test_guest_replaces_nothing(void **state)
{
    Fixture *fixture = *state;
    gint64 id = comes(fixture, 0, "SUP-1", "!plan=gold");
    comes_as(fixture, id, NULL, "!plan=none", "guest");
    assert_fields(fixture, "SUP-1", "plan=gold", "plan=none>gold");
}

static void test_losers(void **state)
{
    Fixture *fixture = *state;
    gint64 id = comes(fixture, 0, "SUP-1", "app=1 -app=7");
    comes(fixture, id, NULL, "-app=7 app=7");
    assert_fields(fixture, "SUP-1", "app=1 app=7", "");
    g_autoptr(Ticket) ticket = ticket_get(fixture->store, "SUP-1", NULL);
    g_autofree char *lost = listed(ticket->lost);
    assert_string_equal(lost, "app=7<winner");
    g_autoptr(Json) json = ticket_json(ticket, TRUE);
    g_autofree char *text = json_print(json_member(json, "lost"));
    assert_non_null(strstr(text, "\"lost_to\":\"winner\",\"why\":\"overlaps it\""));
    g_autoptr(Json) small = ticket_json(ticket, FALSE);
    assert_null(json_member(small, "lost"));
    assert_null(json_member(small, "history"));
}

static void test_history_as_json(void **state)
{
    Fixture *fixture = *state;
    gint64 id = comes(fixture, 0, "SUP-1", "!plan=gold");
    set_field(fixture, id, "plan", "iron");
    g_autoptr(Ticket) ticket = ticket_get(fixture->store, "SUP-1", NULL);
    g_autoptr(Json) json = ticket_json(ticket, TRUE);
    g_autofree char *text = json_print(json_member(json, "history"));
    assert_non_null(strstr(text, "\"name\":\"plan\",\"value\":\"gold\""));
    assert_non_null(strstr(text, "\"replaced_by\":{\"value\":\"iron\",\"message\":\"\",\"by\":\"kim\"}"));
}

static void test_merge_and_split(void **state)
{
    Fixture *fixture = *state;
    gint64 one = comes(fixture, 0, "SUP-1", "!plan=gold app=1");
    gint64 other = comes(fixture, 0, "SUP-2", "!plan=silver app=1 app=2");
    comes(fixture, other, NULL, "!plan=tin");
    assert_true(ticket_merge(fixture->store, other, one, "kim", NOW_US, NULL));
    assert_fields(fixture, "SUP-1", "app=1 app=2 plan=tin", "plan=gold>tin plan=silver>tin app=1>1");
    gint64 out = 0;
    assert_true(ticket_split(fixture->store, one, &other, 1, "SUP-3", "kim", NOW_US, &out, NULL));
    assert_fields(fixture, "SUP-3", "plan=silver app=1 app=2", "");
    assert_fields(fixture, "SUP-1", "app=1 plan=tin", "plan=gold>tin");
}

static void test_merge_of_what_people_said(void **state)
{
    Fixture *fixture = *state;
    gint64 one = comes(fixture, 0, "SUP-1", "!plan=gold");
    gint64 other = comes(fixture, 0, "SUP-2", "!plan=silver");
    set_field(fixture, one, "plan", "iron");
    set_field(fixture, other, "plan", "tin");
    assert_true(ticket_merge(fixture->store, other, one, "kim", NOW_US, NULL));
    g_autoptr(Ticket) ticket = ticket_get(fixture->store, "SUP-1", NULL);
    g_autofree char *now = listed(ticket->fields);
    assert_string_equal(now, "plan=tin");
}

static Meaning *meaning_of(MeaningType type, const char *name)
{
    Meaning *meaning = meaning_new();
    meaning->type = type;
    meaning->name = g_strdup(name);
    meaning->score = -2;
    g_ptr_array_add(meaning->reasons, g_strdup("-2 sign"));
    return meaning;
}

static void test_meaning(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(IntakeRow) row = accept_mail(fixture);
    g_autoptr(Reading) reading = reading_with("");
    g_autoptr(Decision) decision = decision_for(0, "SUP-1", row->envelope.mail_id, "requester");
    g_ptr_array_add(reading->meanings, meaning_of(MEANING_CATEGORY, "connecting"));
    decision->category = g_strdup("connecting");
    decision->severity = g_strdup("high");
    decision->is_complete = TRUE;
    /* Without an acknowledgement nobody was asked. */
    g_ptr_array_add(decision->asked, g_strdup("app"));
    assert_true(settle_decision(fixture->store, row, reading, decision, NOW_US, NULL));
    g_autoptr(Ticket) ticket = ticket_get(fixture->store, "SUP-1", NULL);
    assert_string_equal(ticket->category, "connecting");
    assert_string_equal(ticket->severity, "high");
    assert_string_equal(ticket->severity_by, "rules");
    assert_true(ticket->complete_us == NOW_US);
    assert_true(ticket->asked_us == 0);
    assert_string_equal(((const TicketMessage *)ticket->messages->pdata[0])->meanings,
                        "[{\"type\":\"category\",\"name\":\"connecting\",\"score\":-2,\"chosen\":false,"
                        "\"reasons\":[\"-2 sign\"]}]");
    assert_true(ticket_set_severity(fixture->store, ticket->id, "low", NOW_US, NULL));
    g_autoptr(Ticket) said = ticket_get(fixture->store, "SUP-1", NULL);
    assert_string_equal(said->severity, "low");
    assert_null(said->severity_by);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_values_add_up),
        TEST(test_single_values_follow_each_other),
        TEST(test_person_goes_first),
        TEST(test_guest_replaces_nothing),
        TEST(test_losers),
        TEST(test_history_as_json),
        TEST(test_merge_and_split),
        TEST(test_merge_of_what_people_said),
        TEST(test_meaning),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
