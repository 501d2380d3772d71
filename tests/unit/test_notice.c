/* The notice to agents as they see it: what stands on the page, who gets it, and where an answer goes. */
#include "desk_shop.h"

#include "tests/support/client_shape.h"

#include <postern/reply.h>

#define HOUR_US (3600 * (gint64)G_USEC_PER_SEC)

static void add_message(Ticket *ticket, const char *direction, const char *name, gint64 ago_us,
                        const char *text)
{
    TicketMessage *message = g_new0(TicketMessage, 1);
    message->direction = g_strdup(direction);
    message->from_name = g_strdup(name);
    message->from_address = g_strdup("who@customer.test");
    message->reply = g_strdup(text);
    message->at_us = NOW_US - ago_us;
    g_ptr_array_add(ticket->messages, message);
}

static void add_participant(Ticket *ticket, const char *address, gboolean copies)
{
    Participant *participant = g_new0(Participant, 1);
    participant->address = g_strdup(address);
    participant->name = g_strdup("");
    participant->role = g_strdup("participant");
    participant->copies = copies;
    g_ptr_array_add(ticket->participants, participant);
}

static Ticket *earlier_ticket(const char *ref, const char *status, const char *subject)
{
    Ticket *ticket = ticket_new();
    ticket->ref = g_strdup(ref);
    ticket->status = g_strdup(status);
    ticket->subject = g_strdup(subject);
    return ticket;
}

/* A mail of Anna's in her ticket, which is known to the store. */
static Mail *mail_in_ticket(const Shop *shop)
{
    Mail *mail = mail_new(shop);
    add_evidence(mail, EVIDENCE_TOKEN_ADDRESS, FIRST, TRUE, TRUE);
    Ticket *ticket = earlier_ticket("SUP-001001", "open", "The import fails");
    ticket->severity = g_strdup("high");
    ticket->category = g_strdup("publishing");
    ticket->requester_name = g_strdup("Anna Smith");
    ticket->requester_address = g_strdup("anna@customer.test");
    mail->facts.ticket = ticket;
    mail->facts.earlier = g_ptr_array_new_with_free_func((GDestroyNotify)ticket_free);
    return mail;
}

static void own(Mail *mail, const char *agent, gint64 lease_us)
{
    mail->facts.ticket->owner = g_strdup(agent);
    mail->facts.ticket->lease_us = lease_us;
}

static void read_notice(const Mail *mail, const char *to, ShapeNotice *out)
{
    g_autoptr(Decision) decision = judge(mail);
    g_autofree char *bytes = bytes_of(outgoing_to(decision, to));
    shape_notice_read(bytes, out);
}

/* Each in both forms; a text that is wrapped or marked up is looked for without blanks. */
static gboolean shows(const ShapeNotice *notice, const char *words)
{
    gssize start;
    g_autofree char *of_html = body_html_to_text(notice->html, strlen(notice->html), &start, NULL);
    g_auto(GStrv) pieces = g_strsplit(notice->text, "  ", -1);
    GString *text = g_string_new(NULL);
    for (guint i = 0; pieces[i]; i++)
        g_string_append_printf(text, "%s%s", *pieces[i] && text->len ? " " : "", g_strstrip(pieces[i]));
    gboolean found = strstr(text->str, words) != NULL, in_html = strstr(of_html, words) != NULL;
    if (found != in_html)
        print_error("only in one form: %s\n%s\n%s\n", words, text->str, of_html);
    assert_int_equal(found, in_html);
    g_string_free(text, TRUE);
    return found;
}

static void test_first_mail(void **state)
{
    g_autoptr(Mail) mail = mail_new(*state);
    g_auto(ShapeNotice) notice = {0};
    read_notice(mail, "kim@agents.test", &notice);
    static const char *const lines[] = {"SUP-NEW222: a new request to Acme Support",
                                        "Who writes: Anna Smith <anna@customer.test>",
                                        "Their plan: Gold, 1 hour",
                                        "Earlier requests: none",
                                        "Identity: NOT PROVEN",
                                        "Ticket state: new",
                                        "Ticket owner: nobody",
                                        "Answers go to: anna@customer.test",
                                        "Nothing is imported."};
    for (guint i = 0; i < G_N_ELEMENTS(lines); i++)
        assert_true(shows(&notice, lines[i]));
    static const char *const absent[] = {"Gets no copy:",  "Asks for answers", "Guest here",
                                         "ticket history", "Related tickets",  "Attached here",
                                         "Subject now"};
    for (guint i = 0; i < G_N_ELEMENTS(absent); i++)
        assert_false(shows(&notice, absent[i]));
    assert_true(g_str_has_prefix(notice.text, REPLY_CUT_LINE "\n"));
    assert_string_equal(notice.subject, "[SUP-NEW222] The import fails");
    mail->reading->from_authentic = TRUE;
    mail->facts.earlier_count = 3;
    g_auto(ShapeNotice) proven = {0};
    read_notice(mail, "kim@agents.test", &proven);
    assert_true(shows(&proven, "Identity: proven by the mail domain"));
    assert_true(shows(&proven, "Earlier requests: 3"));
}

/* Commands have had their receipt; what people wrote is the history. */
static void test_history_without_commands(void **state)
{
    g_autoptr(Mail) mail = mail_in_ticket(*state);
    add_message(mail->facts.ticket, "in", "Anna", 9 * HOUR_US, "The first words.");
    for (guint i = 0; i < 6; i++)
        add_message(mail->facts.ticket, "note", "Kim Lee", (8 - i) * HOUR_US, "/snooze 30m");
    g_auto(ShapeNotice) notice = {0};
    read_notice(mail, "kim@agents.test", &notice);
    assert_true(shows(&notice, "The first words."));
    assert_false(shows(&notice, "/snooze"));
}

static void test_page_of_a_ticket(void **state)
{
    g_autoptr(Mail) mail = mail_in_ticket(*state);
    Ticket *ticket = mail->facts.ticket;
    set_text(&mail->reading->subject, "AW: [SUP-001001] It fails again");
    add_participant(ticket, "bert@customer.test", TRUE);
    add_participant(ticket, "carl@customer.test", FALSE);
    for (guint i = 0; i < 7; i++) {
        g_autofree char *text = g_strdup_printf("message number %u", i);
        add_message(ticket,
                    i == 5   ? "note"
                    : i == 6 ? "out"
                             : "in",
                    i > 4 ? "Kim Lee" : "Anna Smith", (8 - (gint64)i) * HOUR_US, text);
    }
    TicketLink *link = g_new0(TicketLink, 1);
    *link = (TicketLink){g_strdup("SUP-333333"), g_strdup("perhaps belongs to")};
    g_ptr_array_add(ticket->links, link);
    g_ptr_array_add(mail->facts.earlier, earlier_ticket("SUP-222222", "closed", "The <b>export</b> fails"));
    mail->facts.earlier_count = 1;
    g_ptr_array_add(mail->reading->to, mailbox_new("", "support@desk.test"));
    g_ptr_array_add(mail->reading->to, mailbox_new("", "lou@agents.test"));
    g_ptr_array_add(mail->reading->cc, mailbox_new("", "carl@customer.test"));
    g_ptr_array_add(mail->reading->cc, mailbox_new("", "Bert@customer.test"));
    g_ptr_array_add(mail->reading->cc, mailbox_new("", "carl@customer.test"));
    g_ptr_array_add(mail->reading->reply_to, mailbox_new("", "form@elsewhere.test"));
    g_auto(ShapeNotice) notice = {0};
    read_notice(mail, "kim@agents.test", &notice);
    static const char *const lines[] = {
        "SUP-001001: a new message to Acme Support",
        "Ticket state: open, severity high, publishing",
        "Subject now: It fails again",
        "Answers go to: anna@customer.test",
        "Answers go to: bert@customer.test",
        "Gets no copy: carl@customer.test",
        "Asks for answers at: form@elsewhere.test, who gets none",
        "SUP-333333, perhaps belongs to",
        "SUP-222222, closed, of the same customer: The <b>export</b> fails",
        "2026-11-22 07:30 UTC, Kim Lee to the customer",
        "2026-11-22 06:30 UTC, Kim Lee: internal note, not seen by the customer",
        "(inside) message number 5",
        "2026-11-22 05:30 UTC, Anna Smith",
        "message number 2"};
    for (guint i = 0; i < G_N_ELEMENTS(lines); i++) {
        if (!shows(&notice, lines[i]))
            print_error("not there: %s\n%s\n", lines[i], notice.text);
        assert_true(shows(&notice, lines[i]));
    }
    static const char *const absent[] = {"message number 1", "Gets no copy: support@desk.test",
                                         "lou@agents.test", "Gets no copy: Bert"};
    for (guint i = 0; i < G_N_ELEMENTS(absent); i++)
        assert_false(shows(&notice, absent[i]));
    /* The newest first, below what is new. */
    const char *now = strstr(notice.text, "Nothing is imported."),
               *newest = strstr(notice.text, "message number 6");
    assert_true(now < newest && newest < strstr(notice.text, "message number 4"));
    /* One conversation in every program, whatever the customer calls it now. */
    assert_string_equal(notice.subject, "Re: [SUP-001001] The import fails");
    assert_string_equal(notice.references, "<00000000000z9.ticket@desk.test>");
    for (const char *line = notice.text; *line; line += strcspn(line, "\n") + 1)
        assert_true(strcspn(line, "\n") < 100);
}

static void test_owner_is_named(void **state)
{
    static const struct {
        const char *owner;
        gint64 lease_us;
        const char *line;
    } cases[] = {
        {"kim", NOW_US + 1, "Ticket owner: you"},
        {"kim", NOW_US - 1, "Ticket owner: nobody"},
        {"lou", NOW_US - 1, "Ticket owner: nobody"},
        {"gone", NOW_US + 1, "Ticket owner: gone"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Mail) mail = mail_in_ticket(*state);
        own(mail, cases[i].owner, cases[i].lease_us);
        g_auto(ShapeNotice) notice = {0};
        read_notice(mail, "kim@agents.test", &notice);
        assert_true(shows(&notice, cases[i].line));
    }
    g_autoptr(Mail) guest = mail_in_ticket(*state);
    own(guest, "lou", NOW_US + 1);
    Evidence *piece = guest->facts.evidence->pdata[0];
    piece->sender_belongs = piece->token_is_senders = FALSE;
    g_auto(ShapeNotice) notice = {0};
    read_notice(guest, "kim@agents.test", &notice);
    assert_true(shows(&notice, "Ticket owner: Lou"));
    assert_true(shows(&notice, "Guest here: yes"));
    assert_true(shows(&notice, "Answers go to: anna@customer.test"));
}

typedef void (*Change)(Mail *mail);

static void no_change(Mail *mail)
{
    (void)mail;
}

static void lose_lease(Mail *mail)
{
    mail->facts.ticket->lease_us = NOW_US;
}

static void leave_company(Mail *mail)
{
    set_text(&mail->facts.ticket->owner, "gone");
}

static void be_guest(Mail *mail)
{
    Evidence *piece = mail->facts.evidence->pdata[0];
    piece->sender_belongs = piece->token_is_senders = FALSE;
}

static void name_other_queue(Mail *mail)
{
    mail->queue = "billing";
    set_text(&mail->envelope.queue, "billing");
}

static void have_no_owner(Mail *mail)
{
    set_text(&mail->facts.ticket->owner, NULL);
}

/* Who has the ticket hears of it, and the others have quiet. */
static void test_who_is_told(void **state)
{
    static const struct {
        Change change;
        gboolean kim, lou;
    } cases[] = {
        {no_change, FALSE, TRUE}, {lose_lease, TRUE, TRUE},       {leave_company, TRUE, TRUE},
        {be_guest, TRUE, TRUE},   {name_other_queue, TRUE, TRUE}, {have_no_owner, TRUE, TRUE},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Mail) mail = mail_in_ticket(*state);
        own(mail, "lou", NOW_US + HOUR_US);
        cases[i].change(mail);
        g_autoptr(Decision) decision = judge(mail);
        assert_false(decision->is_new_ticket);
        assert_int_equal(outgoing_to(decision, "kim@agents.test") != NULL, cases[i].kim);
        assert_int_equal(outgoing_to(decision, "lou@agents.test") != NULL, cases[i].lou);
    }
}

/* An answer comes to the desk, by a token that is this agent's alone, and to nobody else. */
static void test_reply_stays_inside(void **state)
{
    Shop *shop = *state;
    for (guint form = 0; form < 4; form++) {
        g_autoptr(Mail) mail = form % 2 ? mail_new(shop) : mail_in_ticket(shop);
        g_ptr_array_add(mail->reading->reply_to, mailbox_new("Bert", "bert@customer.test"));
        g_ptr_array_add(mail->reading->cc, mailbox_new("Carl", "carl@customer.test"));
        if (form == 2)
            be_guest(mail);
        if (form == 3)
            mail->reading->may_answer = FALSE;
        g_autoptr(Decision) decision = judge(mail);
        const Outgoing *outgoing = outgoing_to(decision, "kim@agents.test");
        g_autofree char *bytes = bytes_of(outgoing);
        g_auto(ShapeNotice) notice = {0};
        shape_notice_read(bytes, &notice);
        const char *open = strchr(notice.reply_to, '<');
        assert_null(strchr(notice.reply_to, ','));
        g_autofree char *address = g_strndup(open + 1, strcspn(open + 1, ">"));
        g_autofree char *detail = NULL;
        assert_string_equal(config_queue_of(shop->config, address, &detail)->name, "support");
        Token token;
        assert_true(token_check(detail, shop->keys, 2, &token));
        assert_int_equal(token.role, ROLE_AGENT);
        assert_true(token.person == token_person("kim@agents.test"));
        assert_true(token.ticket_id == decision->ticket_id);
        g_autofree char *head = g_strndup(bytes, (gsize)(strstr(bytes, "\r\n\r\n") - bytes));
        assert_null(strstr(head, "customer.test"));
        assert_null(strstr(head, "Bcc"));
    }
}

/* Whoever presses Reply on a guest's words must see that they go to the customer, not to the guest. */
static void test_reply_names_who_gets_it(void **state)
{
    g_autoptr(Mail) mail = mail_in_ticket(*state);
    be_guest(mail);
    set_text(&mail->reading->from->name, "Carl Roe");
    set_text(&mail->reading->from->address, "carl@other.test");
    g_auto(ShapeNotice) guest = {0};
    read_notice(mail, "kim@agents.test", &guest);
    assert_string_equal(guest.from_name, "Carl Roe (Acme Support)");
    assert_true(g_str_has_prefix(guest.reply_to, "\"Anna Smith (Acme Support)\" <"));
    add_participant(mail->facts.ticket, "carl@other.test", TRUE);
    g_auto(ShapeNotice) known = {0};
    read_notice(mail, "kim@agents.test", &known);
    assert_true(g_str_has_prefix(known.reply_to, "\"Carl Roe (Acme Support)\" <"));
}

/* The name says who it is about, and can be taken for nobody of ours. */
static void test_from_names(void **state)
{
    static const struct {
        const char *name, *shown;
    } cases[] = {
        {"Anna Smith", "Anna Smith (Acme Support)"},
        {"Smith, Anna", "Anna Smith (Acme Support)"},
        {"\xc5\x81ukasz", "\xc5\x81ukasz (Acme Support)"},
        {"", "Acme Support"},
        {"Kim Lee", "Acme Support"},
        {"kim", "Acme Support"},
        {"Lee, Kim", "Acme Support"},
        {"KIM  LEE", "Acme Support"},
        {"Kim Lee at work", "Acme Support"},
        {"Louise", "Louise (Acme Support)"},
        {"Acme Support", "Acme Support"},
        {"Acme Billing Team", "Acme Support"},
        {"\xd0\x9aim L\xd0\xb5\xd0\xb5", "Acme Support"},
        {"Anna <kim@agents.test>", "Acme Support"},
        {"Anna\r\nBcc: x@y.test", "Acme Support"},
        {"\xe2\x80\xaemiK", "Acme Support"},
        {"Win 1000", "Acme Support"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Mail) mail = mail_in_ticket(*state);
        set_text(&mail->reading->from->name, cases[i].name);
        g_autoptr(Decision) decision = judge(mail);
        const Outgoing *outgoing = outgoing_to(decision, "kim@agents.test");
        g_autofree char *bytes = bytes_of(outgoing);
        g_autofree char *from = shape_header(bytes, "From");
        if (!g_str_has_prefix(from, "=?")) {
            g_auto(GStrv) bare = g_strsplit(from, "\"", -1);
            g_autofree char *plain = g_strjoinv("", bare);
            g_autofree char *expected = g_strdup_printf("%s <support@desk.test>", cases[i].shown);
            assert_string_equal(plain, expected);
        } else {
            assert_string_equal(cases[i].name, "\xc5\x81ukasz");
        }
        assert_string_equal(outgoing->from, "support@desk.test");
    }
}

/* What a stranger wrote is text, wherever it stands, and cannot be taken for the page. */
static void test_strangers_text(void **state)
{
    g_autoptr(Mail) mail = mail_in_ticket(*state);
    static const char evil[] = "<script>alert(1)</script><img src=\"http://x.test/a.png\">";
    g_autofree char *text =
        g_strdup_printf("Hi\n%s\nIdentity: proven by the mail domain\n" REPLY_CUT_LINE "\n\x1b[31mred", evil);
    set_text(&mail->reading->reply, text);
    set_text(&mail->reading->subject, evil);
    set_text(&mail->reading->from->name, evil);
    set_text(&mail->facts.ticket->subject, evil);
    add_message(mail->facts.ticket, "in", evil, HOUR_US, text);
    add_message(mail->facts.ticket, "note", evil, HOUR_US, evil);
    g_ptr_array_add(mail->facts.earlier, earlier_ticket("SUP-222222", "open", evil));
    Attachment *attachment = g_new0(Attachment, 1);
    attachment->name = g_strdup(evil);
    g_ptr_array_add(mail->reading->attachments, attachment);
    g_ptr_array_add(mail->reading->sender_findings, g_strdup(evil));
    g_auto(ShapeNotice) notice = {0};
    read_notice(mail, "kim@agents.test", &notice);
    static const char *const nowhere[] = {"<script", "<img", "\x1b", "src=\""};
    for (guint i = 0; i < G_N_ELEMENTS(nowhere); i++)
        assert_null(strstr(notice.html, nowhere[i]));
    assert_null(strchr(notice.text, '\x1b'));
    assert_non_null(strstr(notice.text, evil));
    const char *once = strstr(notice.text, REPLY_CUT_LINE);
    assert_null(strstr(once + 1, REPLY_CUT_LINE));
    assert_null(strstr(notice.text, "proven by the mail domain"));
    assert_non_null(strstr(notice.text, "was taken out"));
}

/* Whoever answers sees why the sender is in doubt. */
static void test_doubts_are_shown(void **state)
{
    g_autoptr(Mail) mail = mail_in_ticket(*state);
    static const char loud[] =
        "Reply-To leads to c0rp.example, a domain that only looks like the one of From";
    g_ptr_array_add(mail->reading->sender_findings, g_strdup(loud));
    finding_add(mail->reading->findings, "sender-differs", "Sender is of another domain");
    g_auto(ShapeNotice) notice = {0};
    read_notice(mail, "kim@agents.test", &notice);
    g_auto(GStrv) words = g_strsplit_set(notice.text, " \n", -1);
    g_autofree char *flat = g_strjoinv(" ", words);
    assert_non_null(strstr(flat, "Reply-To leads to c0rp.example"));
    assert_non_null(strstr(flat, "sender-differs: Sender is of another domain"));
    assert_non_null(strstr(notice.html, "Reply-To leads to c0rp.example"));
}

static void test_invitation(void **state)
{
    g_autoptr(Mail) mail = mail_in_ticket(*state);
    Invitation *invitation = g_new0(Invitation, 1);
    invitation->summary = g_strdup("Review");
    invitation->starts = g_strdup("2026-11-23 10:00 Europe/Berlin");
    g_ptr_array_add(mail->reading->invitations, invitation);
    Attachment *attachment = g_new0(Attachment, 1);
    attachment->name = g_strdup("report.pdf");
    attachment->found_type = g_strdup("application/x-elf");
    g_ptr_array_add(mail->reading->attachments, attachment);
    g_auto(ShapeNotice) notice = {0};
    read_notice(mail, "kim@agents.test", &notice);
    g_auto(GStrv) words = g_strsplit_set(notice.text, " \n", -1);
    g_autofree char *flat = g_strjoinv(" ", words);
    assert_non_null(strstr(flat, "Invitation: Review"));
    assert_non_null(strstr(flat, "2026-11-23 10:00 Europe/Berlin"));
    assert_non_null(strstr(flat, "report.pdf (by its content application/x-elf)"));
}

static void test_attachments(void **state)
{
    Shop *shop = *state;
    g_autoptr(Mail) mail = mail_in_ticket(shop);
    static const char *const names[] = {"log.txt", "big.bin", "log.txt"};
    g_autoptr(Content) content = content_new();
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        Attachment *attachment = g_new0(Attachment, 1);
        attachment->name = g_strdup(names[i]);
        attachment->size = 3 * 1024 * 1024;
        g_ptr_array_add(mail->reading->attachments, attachment);
    }
    ContentPart *part = g_new0(ContentPart, 1);
    part->name = g_strdup("log.txt");
    part->type = g_strdup("text/plain");
    part->bytes = g_bytes_new("one line", 8);
    g_ptr_array_add(content->parts, part);
    content->left_out = 2;
    DeskCase desk_case = {.config = shop->config,
                          .queue = config_queue(shop->config, "support"),
                          .envelope = &mail->envelope,
                          .reading = mail->reading,
                          .facts = &mail->facts,
                          .content = content,
                          .new_ref = "SUP-NEW222",
                          .now_us = NOW_US,
                          .keys = shop->keys,
                          .key_count = 2,
                          .notices = shop->notices,
                          .rules = shop->rules};
    g_autoptr(Decision) decision = desk_judge(&desk_case);
    g_autofree char *bytes = bytes_of(outgoing_to(decision, "kim@agents.test"));
    assert_non_null(strstr(bytes, "filename=\"log.txt\""));
    g_auto(ShapeNotice) notice = {0};
    shape_notice_read(bytes, &notice);
    assert_non_null(strstr(notice.text, "- log.txt (3.0\xc2\xa0MiB)\n"));
    assert_non_null(strstr(
        notice.text, "- big.bin (3.0\xc2\xa0MiB): not attached, notices carry 512.0\xc2\xa0KiB at most"));
    assert_non_null(strstr(notice.text, "- log.txt (3.0\xc2\xa0MiB): not attached"));
    /* Nobody looked into the mail for it: the way to them is named. */
    g_auto(ShapeNotice) without = {0};
    read_notice(mail, "kim@agents.test", &without);
    assert_non_null(strstr(
        without.text, "- big.bin (3.0\xc2\xa0MiB): not attached, the mail as it came: postern ticket raw"));
}

static void test_long_history_is_short(void **state)
{
    g_autoptr(Mail) mail = mail_in_ticket(*state);
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < 400; i++)
        g_string_append_printf(text, "line %u of many\n", i);
    add_message(mail->facts.ticket, "in", "Anna", HOUR_US, text->str);
    add_message(
        mail->facts.ticket, "note", "Kim", HOUR_US,
        "a note that is so long that it does not fit into one line of any program at all, and goes on");
    g_string_free(text, TRUE);
    g_auto(ShapeNotice) notice = {0};
    read_notice(mail, "kim@agents.test", &notice);
    assert_non_null(strstr(notice.text, "    line 9 of many\n    […]\n"));
    assert_null(strstr(notice.text, "line 10 of many"));
    assert_non_null(
        strstr(notice.text, "    (inside) a note that is so long that it does not fit into one line"));
    assert_non_null(strstr(notice.text, "\n    (inside) of any program at all, and goes on\n"));
}

/* Anybody can name as many as he likes. */
static void test_many_people(void **state)
{
    g_autoptr(Mail) mail = mail_in_ticket(*state);
    for (guint i = 0; i < LIMIT_ADDRESSES; i++) {
        g_autofree char *address = g_strdup_printf("v%u@victims.test", i);
        g_ptr_array_add(mail->reading->cc, mailbox_new("", address));
    }
    g_auto(ShapeNotice) notice = {0};
    read_notice(mail, "kim@agents.test", &notice);
    assert_non_null(strstr(notice.text, "v9@victims.test"));
    assert_null(strstr(notice.text, "v10@victims.test"));
    assert_true(shows(&notice, "Gets no copy: and 40 more"));
}

/* The guide for agents and the page name the commands as they are. */
static void test_commands_are_named(void **state)
{
    g_autofree char *guide = NULL;
    assert_true(g_file_get_contents("README.md", &guide, NULL, NULL));
    for (guint type = 0; type < ACT_COUNT; type++) {
        const char *usage = act_usage((ActType)type);
        if (!strstr(guide, usage))
            print_error("README.md does not name %s\n", usage);
        assert_non_null(strstr(guide, usage));
    }
    g_autoptr(Mail) mail = mail_in_ticket(*state);
    g_auto(ShapeNotice) notice = {0};
    read_notice(mail, "kim@agents.test", &notice);
    const char *at = strstr(notice.text, "Commands, in the first lines");
    guint found = 0;
    for (at = strchr(at, '/'); at && at < strstr(notice.text, "postern ticket"); at = strchr(at + 1, '/')) {
        g_autofree char *word = g_strndup(at + 1, strspn(at + 1, "abcdefghijklmnopqrstuvwxyz"));
        guint type = 0;
        while (type < ACT_COUNT && strcmp(act_name((ActType)type), word) != 0)
            type++;
        assert_int_not_equal(type, ACT_COUNT);
        found++;
    }
    assert_int_equal(found, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_first_mail),
        cmocka_unit_test(test_commands_are_named),
        cmocka_unit_test(test_page_of_a_ticket),
        cmocka_unit_test(test_owner_is_named),
        cmocka_unit_test(test_who_is_told),
        cmocka_unit_test(test_reply_stays_inside),
        cmocka_unit_test(test_reply_names_who_gets_it),
        cmocka_unit_test(test_history_without_commands),
        cmocka_unit_test(test_from_names),
        cmocka_unit_test(test_strangers_text),
        cmocka_unit_test(test_doubts_are_shown),
        cmocka_unit_test(test_invitation),
        cmocka_unit_test(test_attachments),
        cmocka_unit_test(test_long_history_is_short),
        cmocka_unit_test(test_many_people),
    };
    return cmocka_run_group_tests(tests, open_shop, close_shop);
}
