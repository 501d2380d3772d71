/* What the desk understands of a mail by the rules, whom it asks for what, and when nothing is missing. */
#include "desk_shop.h"

static void add_meaning(Mail *mail, MeaningType type, const char *name, gint score, gboolean is_chosen)
{
    Meaning *meaning = meaning_new();
    meaning->type = type;
    meaning->name = g_strdup(name);
    meaning->score = score;
    meaning->is_chosen = is_chosen;
    g_ptr_array_add(meaning->reasons, g_strdup_printf("%+d sign: \"x\" in reply 0-1", score));
    g_ptr_array_add(mail->reading->meanings, meaning);
}

static Field *add_field(Mail *mail, const char *name, const char *value)
{
    Field *field = g_new0(Field, 1);
    field->name = g_strdup(name);
    field->value = g_strdup(value);
    field->raw = g_strdup(value);
    field->rule = g_strdup("rule");
    field->where = g_strdup("reply");
    field->may_echo = TRUE;
    g_ptr_array_add(mail->reading->fields, field);
    return field;
}

/* The mail joins a ticket of the category. */
static Ticket *in_ticket(Mail *mail, const char *category)
{
    add_evidence(mail, EVIDENCE_TOKEN_ADDRESS, FIRST, TRUE, TRUE);
    Ticket *ticket = ticket_new();
    ticket->id = FIRST;
    ticket->ref = g_strdup("SUP-001001");
    ticket->queue = g_strdup("support");
    ticket->status = g_strdup("open");
    ticket->subject = g_strdup("It fails");
    ticket->category = g_strdup(category);
    ticket->requester_name = g_strdup("Anna Smith");
    ticket->requester_address = g_strdup("anna@customer.test");
    mail->facts.ticket = ticket;
    return ticket;
}

static TicketField *has_field(Ticket *ticket, const char *name, const char *value, const char *by)
{
    TicketField *field = g_new0(TicketField, 1);
    field->name = g_strdup(name);
    field->value = g_strdup(value);
    field->by = g_strdup(by);
    g_ptr_array_add(ticket->fields, field);
    return field;
}

static char *joined(const GPtrArray *names)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < names->len; i++)
        g_string_append_printf(text, "%s%s", i ? "," : "", (const char *)names->pdata[i]);
    return g_string_free(text, FALSE);
}

static void assert_names(const GPtrArray *names, const char *expected)
{
    g_autofree char *found = joined(names);
    assert_string_equal(found, expected);
}

static void test_new_ticket(void **state)
{
    g_autoptr(Mail) mail = mail_new(*state);
    add_meaning(mail, MEANING_CATEGORY, "connecting", 5, TRUE);
    add_meaning(mail, MEANING_CATEGORY, "account", 2, FALSE);
    add_meaning(mail, MEANING_REQUEST, "fix", 3, TRUE);
    add_meaning(mail, MEANING_SEVERITY, "high", 5, TRUE);
    g_autoptr(Decision) decision = judge(mail);
    assert_string_equal(decision->category, "connecting");
    assert_string_equal(decision->request, "fix");
    assert_string_equal(decision->severity, "high");
    assert_string_equal(event_of(decision, "category")->detail,
                        "connecting, score 5: +5 sign: \"x\" in reply 0-1; account had 2");
    assert_string_equal(event_of(decision, "category")->who, "rules");
    assert_non_null(strstr(event_of(decision, "severity")->detail, "high as a hint, score 5"));
    assert_names(decision->asked, "app_id,library,library_version,error");
    assert_names(decision->missing, "app_id,library");
    assert_false(decision->is_complete);
}

static void test_what_is_there_is_not_asked(void **state)
{
    g_autoptr(Mail) mail = mail_new(*state);
    add_meaning(mail, MEANING_CATEGORY, "connecting", 5, TRUE);
    add_field(mail, "app_id", "4821");
    g_autoptr(Decision) decision = judge(mail);
    assert_names(decision->asked, "library,library_version,error");
    add_field(mail, "library", "kit");
    add_field(mail, "library_version", "1.2");
    add_field(mail, "error", "boom");
    g_autoptr(Decision) whole = judge(mail);
    assert_names(whole->asked, "");
    assert_null(event_of(whole, "asked"));
    assert_true(whole->is_complete);
    assert_string_equal(event_of(whole, "complete")->detail,
                        "all that connecting needs came with the first mail");
}

static void test_nobody_is_asked(void **state)
{
    g_autoptr(Mail) none = mail_new(*state), machine = mail_new(*state), unknown = mail_new(*state);
    g_autoptr(Decision) decision = judge(none);
    assert_names(decision->asked, "");
    add_meaning(machine, MEANING_CATEGORY, "connecting", 5, TRUE);
    machine->reading->kind = KIND_MACHINE;
    machine->reading->may_answer = FALSE;
    g_autoptr(Decision) of_machine = judge(machine);
    assert_names(of_machine->asked, "");
    assert_string_equal(of_machine->category, "connecting");
    add_field(machine, "app_id", "1");
    add_field(machine, "library", "kit");
    g_autoptr(Decision) whole_machine = judge(machine);
    assert_false(whole_machine->is_complete);
    /* A category that the rules do not know any more. */
    add_meaning(unknown, MEANING_CATEGORY, "gone", 5, TRUE);
    g_autoptr(Decision) of_unknown = judge(unknown);
    assert_names(of_unknown->asked, "");
    assert_names(of_unknown->missing, "");
    /* Where no acknowledgement goes out, nothing is asked, and what is missing is known. */
    g_autoptr(Mail) quiet = mail_new(*state);
    add_meaning(quiet, MEANING_CATEGORY, "connecting", 5, TRUE);
    quiet->envelope.is_quiet = TRUE;
    g_autoptr(Decision) of_quiet = judge(quiet);
    assert_names(of_quiet->asked, "");
    assert_names(of_quiet->missing, "app_id,library");
}

static void test_follow_up(void **state)
{
    g_autoptr(Mail) mail = mail_new(*state);
    Ticket *ticket = in_ticket(mail, "connecting");
    ticket->asked = g_strdup("app_id\nlibrary\n");
    add_field(mail, "app_id", "4821");
    g_autoptr(Decision) part = judge(mail);
    assert_names(part->asked, "");
    assert_names(part->missing, "library");
    assert_false(part->is_complete);
    has_field(ticket, "library", "kit", "rules");
    g_autoptr(Decision) whole = judge(mail);
    assert_true(whole->is_complete);
    assert_null(outgoing_to(whole, "anna@customer.test"));
    /* Once is enough. */
    ticket->complete_us = NOW_US;
    g_autoptr(Decision) again = judge(mail);
    assert_false(again->is_complete);
    ticket->complete_us = 0;
    /* From an agent's first word on, he asks. */
    ticket->voice = g_strdup("kim");
    g_autoptr(Decision) answered = judge(mail);
    assert_false(answered->is_complete);
    g_clear_pointer(&ticket->voice, g_free);
    ticket->owner = g_strdup("kim");
    ticket->lease_us = NOW_US + 1;
    g_autoptr(Decision) owned = judge(mail);
    assert_false(owned->is_complete);
    ticket->lease_us = NOW_US;
    g_autoptr(Decision) given_up = judge(mail);
    assert_true(given_up->is_complete);
}

static void test_what_was_said_stays(void **state)
{
    g_autoptr(Mail) mail = mail_new(*state);
    Ticket *ticket = in_ticket(mail, "account");
    ticket->kind = g_strdup("do");
    add_meaning(mail, MEANING_CATEGORY, "connecting", 5, TRUE);
    add_meaning(mail, MEANING_REQUEST, "fix", 5, TRUE);
    add_meaning(mail, MEANING_SEVERITY, "high", 5, TRUE);
    g_autoptr(Decision) decision = judge(mail);
    assert_null(decision->category);
    assert_null(decision->request);
    assert_string_equal(decision->severity, "high");
    ticket->severity = g_strdup("medium");
    g_autoptr(Decision) by_agent = judge(mail);
    assert_null(by_agent->severity);
    ticket->severity_by = g_strdup("rules");
    g_autoptr(Decision) worse = judge(mail);
    assert_string_equal(worse->severity, "high");
    set_text(&ticket->severity, "critical");
    g_autoptr(Decision) better = judge(mail);
    assert_null(better->severity);
}

static void test_guest(void **state)
{
    g_autoptr(Mail) mail = mail_new(*state);
    Ticket *ticket = in_ticket(mail, "publishing");
    set_text(&mail->reading->from->address, "mallory@elsewhere.test");
    ((Evidence *)mail->facts.evidence->pdata[0])->sender_belongs = FALSE;
    add_meaning(mail, MEANING_SEVERITY, "critical", 9, TRUE);
    add_field(mail, "app_id", "6666")->is_single = TRUE;
    has_field(ticket, "app_id", "4821", "rules")->is_single = TRUE;
    g_autoptr(Decision) decision = judge(mail);
    assert_string_equal(decision->sender_role, "guest");
    assert_null(decision->severity);
    assert_false(decision->is_complete);
    assert_int_equal(decision->disputes->len, 1);
    assert_string_equal(decision->disputes->pdata[0],
                        "the guest now writes App ID 6666; the ticket has 4821, by rules");
}

static void test_fields_that_differ(void **state)
{
    g_autoptr(Mail) mail = mail_new(*state);
    Ticket *ticket = in_ticket(mail, NULL);
    TicketField *before = has_field(ticket, "app_id", "4821", "rules");
    Field *now = add_field(mail, "app_id", "5007");
    /* A field of several values gets one more: no news. */
    g_autoptr(Decision) more = judge(mail);
    assert_null(event_of(more, "field"));
    now->is_single = TRUE;
    g_autoptr(Decision) changed = judge(mail);
    assert_string_equal(event_of(changed, "field")->detail, "app_id: 5007, was 4821");
    assert_int_equal(changed->disputes->len, 0);
    set_text(&before->by, "kim");
    g_autoptr(Decision) otherwise = judge(mail);
    assert_null(event_of(otherwise, "field"));
    assert_string_equal(event_of(otherwise, "writes otherwise")->detail, "app_id: 5007; 4821, by kim, stays");
    assert_int_equal(otherwise->disputes->len, 1);
    set_text(&now->value, "4821");
    g_autoptr(Decision) same = judge(mail);
    assert_null(event_of(same, "writes otherwise"));
}

static void test_bytes(void **state)
{
    g_autoptr(Mail) mail = mail_new(*state);
    add_meaning(mail, MEANING_CATEGORY, "publishing", 5, TRUE);
    add_field(mail, "http_status", "429");
    Field *secret = add_field(mail, "api_token", "55-…k9");
    secret->is_secret = TRUE;
    g_autoptr(Decision) decision = judge(mail);
    g_autofree char *bytes = bytes_of(outgoing_to(decision, "anna@customer.test"));
    assert_non_null(strstr(bytes,
                           "  - App ID: the number of your app; it stands in the dashboard, under Apps\r\n"
                           "    Why: with it we find your app in our logs\r\n"));
    assert_non_null(strstr(bytes, "  HTTP status: 429\r\n"));
    assert_null(strstr(bytes, "k9"));
    assert_null(strstr(bytes, "it helps us most"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_new_ticket),          cmocka_unit_test(test_what_is_there_is_not_asked),
        cmocka_unit_test(test_nobody_is_asked),     cmocka_unit_test(test_follow_up),
        cmocka_unit_test(test_what_was_said_stays), cmocka_unit_test(test_guest),
        cmocka_unit_test(test_fields_that_differ),  cmocka_unit_test(test_bytes),
    };
    return cmocka_run_group_tests(tests, open_shop, close_shop);
}
