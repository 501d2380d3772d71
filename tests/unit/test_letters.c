/* What the desk writes about a ticket when somebody acts on it: who gets it, from whom, and that nothing
 * internal leaves with an agent's words. */
#include "desk_shop.h"

#include <postern/ids.h>
#include <postern/letters.h>
#include <postern/reading.h>
#include <postern/reply.h>

#define TICKET 1001
#define CAUSE MAIL_ID

static void add_message(Ticket *ticket, const char *direction, const char *role, const char *id,
                        const char *text)
{
    TicketMessage *message = g_new0(TicketMessage, 1);
    *message = (TicketMessage){
        .id = CAUSE - 100 + (gint64)ticket->messages->len,
        .direction = g_strdup(direction),
        .role = g_strdup(role),
        .from_name = g_strdup("Anna Smith"),
        .from_address = g_strdup_printf("%s@customer.test", strcmp(role, "guest") == 0 ? "guest" : "anna"),
        .message_id = g_strdup(id),
        .reply = g_strdup(text),
        .at_us = NOW_US};
    g_ptr_array_add(ticket->messages, message);
}

static void add_participant(Ticket *ticket, const char *address, const char *role, gboolean copies)
{
    Participant *participant = g_new0(Participant, 1);
    *participant = (Participant){
        .address = g_strdup(address), .name = g_strdup("Dora"), .role = g_strdup(role), .copies = copies};
    g_ptr_array_add(ticket->participants, participant);
}

static Ticket *sample_ticket(void)
{
    Ticket *ticket = ticket_new();
    ticket->id = TICKET;
    ticket->ref = g_strdup("SUP-7K3QW2");
    ticket->status = g_strdup("open");
    ticket->queue = g_strdup("support");
    ticket->subject = g_strdup("Re: [SUP-7K3QW2] The import fails");
    ticket->requester_name = g_strdup("Anna Smith");
    ticket->requester_address = g_strdup("anna@customer.test");
    ticket->owner = g_strdup("kim");
    ticket->lease_us = NOW_US + 1;
    add_message(ticket, "in", "requester", "one@customer.test", "Hello,\nthe import fails\nwith error 7.");
    add_message(ticket, "note", "agent", "note@agents.test", "The customer is on the old plan.");
    add_message(ticket, "in", "requester", "two@customer.test", "It still fails.");
    add_message(ticket, "in", "guest", "guest@stranger.test", "Same here.");
    return ticket;
}

static LetterCase letter_case(const Shop *shop, const Ticket *ticket)
{
    return (LetterCase){.config = shop->config,
                        .notices = shop->notices,
                        .rules = shop->rules,
                        .keys = shop->keys,
                        .now_us = NOW_US,
                        .ticket = ticket,
                        .cause_id = CAUSE};
}

static const ConfigAgent *kim(const Shop *shop)
{
    return config_agent(shop->config, "kim");
}

static const ConfigAgent *lou(const Shop *shop)
{
    return config_agent(shop->config, "lou");
}

static Content *words(const char *text, const char *html)
{
    Content *content = content_new();
    content->text = g_strdup(text);
    content->html = g_strdup(html);
    return content;
}

static void attach(Content *content, const char *type, const char *bytes)
{
    ContentPart *part = g_new0(ContentPart, 1);
    *part = (ContentPart){
        .name = g_strdup("a.txt"), .type = g_strdup(type), .bytes = g_bytes_new(bytes, strlen(bytes))};
    g_ptr_array_add(content->parts, part);
}

/* As Outlook keeps a mail: each letter with a zero behind it. */
static void attach_wide(Content *content, const char *text)
{
    GByteArray *wide = g_byte_array_new();
    for (; *text; text++) {
        const guint8 letter[] = {(guint8)*text, 0};
        g_byte_array_append(wide, letter, sizeof letter);
    }
    ContentPart *part = g_new0(ContentPart, 1);
    *part = (ContentPart){.name = g_strdup("a.msg"),
                          .type = g_strdup("application/vnd.ms-outlook"),
                          .bytes = g_byte_array_free_to_bytes(wide)};
    g_ptr_array_add(content->parts, part);
}

static void test_page_in_outlooks_file(void **state)
{
    (void)state;
    static const char *const texts[] = {"A price list.", "x " REPLY_CUT_LINE " y"};
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(Ticket) ticket = sample_ticket();
        g_autoptr(Content) content = words("Hello.", NULL);
        attach_wide(content, texts[i]);
        g_autoptr(Content) clean = letter_clean_answer(ticket, content);
        assert_int_equal(letter_has_words(clean), i == 0);
    }
}

static Reading *read_mail(const Outgoing *mail)
{
    gsize length;
    const char *bytes = g_bytes_get_data(mail->bytes, &length);
    Reading *reading = reading_make_bytes(bytes, length, &(ReadingSettings){0}, NULL);
    assert_non_null(reading);
    return reading;
}

/* The head, unfolded. */
static char *head_of(const Outgoing *mail)
{
    gsize length;
    const char *bytes = g_bytes_get_data(mail->bytes, &length);
    const char *end = g_strstr_len(bytes, (gssize)length, "\r\n\r\n");
    g_autofree char *head = g_strndup(bytes, (gsize)(end - bytes) + 2);
    g_auto(GStrv) pieces = g_strsplit(head, "\r\n ", -1);
    return g_strjoinv(" ", pieces);
}

static void assert_has(const char *text, const char *part)
{
    if (!strstr(text, part))
        print_message("no \"%s\" in:\n%s\n", part, text);
    assert_non_null(strstr(text, part));
}

static void assert_lacks(const char *text, const char *part)
{
    if (strstr(text, part))
        print_message("\"%s\" in:\n%s\n", part, text);
    assert_null(strstr(text, part));
}

static void assert_token(const Shop *shop, const char *address, TokenRole role, gint64 id, const char *person)
{
    g_autofree char *detail = NULL;
    Token token;
    assert_non_null(config_queue_of(shop->config, address, &detail));
    assert_true(token_check(detail, shop->keys, 2, &token));
    assert_int_equal(token.role, role);
    assert_int_equal(token.ticket_id, id);
    assert_int_equal(token.person, token_person(person));
}

/* Every way in which an answer could say who else is there, or open a door to the wrong one. */
static void test_answer(void **state)
{
    const Shop *shop = *state;
    g_autoptr(Ticket) ticket = sample_ticket();
    add_participant(ticket, "dora@customer.test", "participant", TRUE);
    add_participant(ticket, "quiet@customer.test", "participant", FALSE);
    add_participant(ticket, "guest@stranger.test", "guest", TRUE);
    add_participant(ticket, "anna@customer.test", "participant", TRUE);
    add_participant(ticket, "help@desk.test", "copy", TRUE);
    g_autoptr(Content) content = words("Please try again.", "<p>Please <b>try</b> again.</p>");
    LetterCase letter = letter_case(shop, ticket);
    g_autoptr(GPtrArray) mails = letter_answer(&letter, kim(shop), content);
    static const char *const people[] = {"anna@customer.test", "dora@customer.test"};
    assert_int_equal(mails->len, 2);
    assert_int_equal(letter.number, 2);
    for (guint i = 0; i < 2; i++) {
        const Outgoing *mail = mails->pdata[i];
        g_autoptr(Reading) reading = read_mail(mail);
        g_autofree char *head = head_of(mail);
        assert_string_equal(mail->kind, "answer");
        assert_string_equal(mail->to, people[i]);
        assert_true(mail->is_personal);
        assert_string_equal(reading->from->name, "Kim Lee (Acme Support)");
        assert_string_equal(reading->from->address, "support@desk.test");
        assert_int_equal(reading->to->len, 1);
        assert_string_equal(((Mailbox *)reading->to->pdata[0])->address, "anna@customer.test");
        assert_int_equal(reading->cc->len, 1);
        assert_string_equal(((Mailbox *)reading->cc->pdata[0])->address, "dora@customer.test");
        assert_int_equal(reading->reply_to->len, 1);
        assert_token(shop, ((Mailbox *)reading->reply_to->pdata[0])->address, ROLE_CUSTOMER, TICKET,
                     people[i]);
        assert_token(shop, mail->envelope_from, ROLE_RETURN_PATH, TICKET, people[i]);
        assert_string_equal(reading->subject, "Re: The import fails [SUP-7K3QW2]");
        assert_string_equal(reading->in_reply_to->pdata[0], "two@customer.test");
        assert_int_equal(reading->references->len, 3);
        assert_has(reading->references->pdata[0], ".ticket@desk.test");
        assert_string_equal(reading->references->pdata[1], "one@customer.test");
        assert_string_equal(reading->references->pdata[2], "two@customer.test");
        assert_lacks(head, "Auto-Submitted");
        assert_has(reading->text, "Please try again.");
        assert_string_equal(reading->message_id, mail->message_id);
    }
    const Outgoing *first = mails->pdata[0], *second = mails->pdata[1];
    assert_string_not_equal(first->message_id, second->message_id);
    /* Written again, it has the same ids. */
    LetterCase again = letter_case(shop, ticket);
    g_autoptr(GPtrArray) same = letter_answer(&again, kim(shop), content);
    assert_true(g_bytes_equal(first->bytes, ((Outgoing *)same->pdata[0])->bytes));
}

/* A conversation that an agent begins. */
static void test_first_answer(void **state)
{
    const Shop *shop = *state;
    g_autoptr(Ticket) ticket = sample_ticket();
    g_autoptr(Content) content = words("Your invoice is on its way.", NULL);
    g_ptr_array_set_size(ticket->messages, 0);
    LetterCase letter = letter_case(shop, ticket);
    g_autoptr(GPtrArray) mails = letter_answer(&letter, kim(shop), content);
    assert_string_equal(((Outgoing *)mails->pdata[0])->subject, "The import fails [SUP-7K3QW2]");
}

/* The subject of what came back to a closed ticket, or was split off, names the old one. */
static void test_one_reference(void **state)
{
    const Shop *shop = *state;
    g_autoptr(Ticket) ticket = sample_ticket();
    g_free(ticket->subject);
    ticket->subject = g_strdup("Re: Re: The import fails [SUP-9MNPQR]");
    LetterCase letter = letter_case(shop, ticket);
    Outgoing *mail = letter_turn(&letter, kim(shop), lou(shop), TRUE, NULL, NULL);
    assert_string_equal(mail->subject, "Re: [SUP-7K3QW2] The import fails");
    outgoing_free(mail);
}

static void test_nobody(void **state)
{
    const Shop *shop = *state;
    g_autoptr(Ticket) ticket = sample_ticket();
    g_free(ticket->requester_address);
    ticket->requester_address = g_strdup("");
    g_autoptr(Content) content = words("Hello", NULL);
    LetterCase letter = letter_case(shop, ticket);
    g_autoptr(GPtrArray) mails = letter_answer(&letter, kim(shop), content);
    assert_int_equal(mails->len, 0);
    g_autoptr(Mailbox) to = mailbox_new("x", "support+x@desk.test");
    assert_null(letter_solved(&letter, to));
}

/* An agent opens a ticket for a customer, who has not written. */
static void test_first_mail(void **state)
{
    const Shop *shop = *state;
    g_autoptr(Ticket) ticket = sample_ticket();
    g_ptr_array_set_size(ticket->messages, 0);
    add_message(ticket, "note", "agent", "kims@agents.test", "Hello");
    g_autoptr(Content) content = words("Hello", NULL);
    LetterCase letter = letter_case(shop, ticket);
    g_autoptr(GPtrArray) mails = letter_answer(&letter, kim(shop), content);
    const Outgoing *mail = mails->pdata[0];
    g_autoptr(Reading) reading = read_mail(mail);
    assert_string_equal(mail->subject, "The import fails [SUP-7K3QW2]");
    assert_int_equal(reading->references->len, 1);
    assert_has(reading->references->pdata[0], ".ticket@desk.test");
}

static void test_many(void **state)
{
    const Shop *shop = *state;
    g_autoptr(Ticket) ticket = sample_ticket();
    for (guint i = 0; i < 200; i++) {
        g_autofree char *address = g_strdup_printf("p%u@customer.test", i);
        add_participant(ticket, address, "participant", TRUE);
    }
    g_autoptr(Content) content = words("Hello", NULL);
    LetterCase letter = letter_case(shop, ticket);
    g_autoptr(GPtrArray) mails = letter_answer(&letter, kim(shop), content);
    assert_int_equal(mails->len, LIMIT_ANSWER_RECIPIENTS);
}

/* The filter. */

static char *cleaned(const char *text)
{
    g_autoptr(Ticket) ticket = sample_ticket();
    g_autoptr(Content) content = words(text, NULL);
    g_autoptr(Content) clean = letter_clean_answer(ticket, content);
    g_autoptr(Content) again = letter_clean_answer(ticket, clean);
    assert_string_equal(clean->text, again->text);
    return g_strdup(clean->text);
}

static void test_filter(void **state)
{
    (void)state;
    static const struct {
        const char *text, *left;
    } cases[] = {
        {"Hello Anna,\n\nplease restart.\n\nKim", "Hello Anna,\n\nplease restart.\n\nKim"},
        /* A customer's words may stay, also when another program has wrapped them anew. */
        {"See below.\n\n> the import fails with\n> error 7.\n\nThat is known.",
         "See below.\n\n> the import fails with\n> error 7.\n\nThat is known."},
        {"> Hello,\n>\n> the import fails\nYes.", "> Hello,\n>\n> the import fails\nYes."},
        {">> It still fails.\nStill?", ">> It still fails.\nStill?"},
        /* Of somebody who gets none of this, a guest or the customer of a ticket that was merged, nobody
           reads. */
        {"> Same here.\nOh.", "Oh."},
        /* A note, reasons, anything else that is quoted. */
        {"Yes.\n> The customer is on the old plan.\nKim", "Yes.\nKim"},
        {"> It still fails. The customer is on the old plan.\nYes.", "Yes."},
        {"> the evidence: a token\n> It still fails.\nYes.", "> It still fails.\nYes."},
        {"KL> The customer is on the old plan.\nYes.", "Yes."},
        {"  > The customer is on the old plan.\nYes.", "Yes."},
        {"On Mon, 23 Nov 2026 at 09:30, Acme Support <support@desk.test> wrote:\n> It still fails.\nYes.",
         "> It still fails.\nYes."},
        {"Hi,\n\nAm 23.11.2026 um 09:30 schrieb Acme Support:\n> The customer is on the old plan.\n\nYes.",
         "Hi,\n\n\nYes."},
        {"You asked:\n> It still fails.\nYes.", "You asked:\n> It still fails.\nYes."},
        /* Tokens. */
        {"Write to support+cbaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@desk.test",
         "Write to support+…@desk.test"},
        /* A page of ours. */
        {"Yes.\n" REPLY_CUT_LINE "\nHidden.", "Yes."},
        {REPLY_CUT_LINE "\nHidden.", ""},
        {"\n \n", ""},
        {"> The customer is on the old plan.", ""},
        {"", ""},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *left = cleaned(cases[i].text);
        if (strcmp(left, cases[i].left) != 0)
            print_message("case %zu\n", i);
        assert_string_equal(left, cases[i].left);
    }
}

static gboolean keeps_html(const char *text, const char *html)
{
    g_autoptr(Ticket) ticket = sample_ticket();
    g_autoptr(Content) content = words(text, html);
    g_autoptr(Content) clean = letter_clean_answer(ticket, content);
    return clean->html != NULL;
}

static void test_filter_html(void **state)
{
    (void)state;
    assert_true(keeps_html("Yes.\n", "<p>Yes.</p>"));
    assert_false(keeps_html("> It still fails.\nYes.", "<p>Yes.</p>"));
    assert_false(keeps_html("Yes.\n" REPLY_CUT_LINE, "<p>Yes.</p>"));
    assert_false(keeps_html("Yes.", "<p>Yes.</p><blockquote>old plan</blockquote>"));
    assert_false(keeps_html("Yes.",
                            "<a href=\"mailto:support%2Bcbaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa%40desk."
                            "test\">Yes.</a>"));
    assert_false(
        keeps_html("Yes.", "<p>support&#43;cbaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa&#64;desk.test</p>"));
    assert_false(keeps_html("Yes.", "<p>Yes. " REPLY_CUT_LINE "</p>"));
    assert_true(keeps_html("Yes.", "<p>100% &#8222;Yes.&#8220; &# %zz</p>"));
}

static void test_filter_parts(void **state)
{
    (void)state;
    g_autoptr(Ticket) ticket = sample_ticket();
    g_autoptr(Content) content = words("", NULL);
    attach(content, "text/plain", "log");
    attach(content, "application/pgp-signature", "signature");
    g_autoptr(Content) clean = letter_clean_answer(ticket, content);
    assert_int_equal(clean->parts->len, 1);
    /* A notice that was attached would be a way into the ticket for whoever gets it. */
    attach(content, "application/octet-stream",
           "Reply-To: <support+cbaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@desk.test>");
    g_autoptr(Content) none = letter_clean_answer(ticket, content);
    assert_int_equal(none->parts->len, 0);
    assert_string_equal(none->text, "");
}

/* To customers. */

static void test_handoff(void **state)
{
    const Shop *shop = *state;
    g_autoptr(Ticket) ticket = sample_ticket();
    add_participant(ticket, "dora@customer.test", "participant", TRUE);
    LetterCase letter = letter_case(shop, ticket);
    g_autoptr(GPtrArray) mails = letter_handoff(&letter, kim(shop), lou(shop), FALSE);
    assert_int_equal(mails->len, 2);
    const Outgoing *mail = mails->pdata[0];
    g_autoptr(Reading) reading = read_mail(mail);
    g_autofree char *head = head_of(mail);
    assert_string_equal(mail->kind, "handoff");
    assert_false(mail->is_personal);
    assert_string_equal(reading->from->name, "Lou (Acme Support)");
    assert_has(reading->text, "Hello Anna Smith,");
    assert_has(reading->text, "I am Lou, and I answer you from now on.");
    assert_has(reading->text, "Thank you, Kim Lee,");
    assert_has(head, "Auto-Submitted: auto-generated");
    assert_token(shop, ((Mailbox *)reading->reply_to->pdata[0])->address, ROLE_CUSTOMER, TICKET,
                 "anna@customer.test");
    assert_token(shop, mail->envelope_from, ROLE_RETURN_PATH, TICKET, "anna@customer.test");
    assert_lacks(reading->text, "customer");
    assert_lacks(reading->text, "old plan");
    g_autoptr(Reading) other = read_mail(mails->pdata[1]);
    assert_has(other->text, "Hello Dora,");
    g_autoptr(GPtrArray) alone = letter_handoff(&letter, NULL, lou(shop), TRUE);
    g_autoptr(Reading) nobody = read_mail(alone->pdata[0]);
    assert_lacks(nobody->text, "Thank you");
}

static void test_back(void **state)
{
    const Shop *shop = *state;
    g_autoptr(Ticket) ticket = sample_ticket();
    LetterCase letter = letter_case(shop, ticket);
    letter.answers_id = "three@customer.test";
    g_autoptr(Mailbox) to = mailbox_new("Call Me Now", "anna@customer.test");
    Outgoing *mails[] = {letter_solved(&letter, to), letter_refused(&letter, to)};
    static const char *const kinds[] = {"solved", "refused"};
    for (guint i = 0; i < 2; i++) {
        g_autoptr(Reading) reading = read_mail(mails[i]);
        g_autofree char *head = head_of(mails[i]);
        assert_string_equal(mails[i]->kind, kinds[i]);
        assert_string_equal(mails[i]->to, "anna@customer.test");
        assert_string_equal(mails[i]->envelope_from, "");
        assert_has(head, "Auto-Submitted: auto-replied");
        assert_string_equal(reading->in_reply_to->pdata[0], "three@customer.test");
        /* Whose address it is, did not perhaps write. */
        assert_lacks(reading->text, "Call Me Now");
        assert_has(reading->text, "SUP-7K3QW2");
        assert_lacks(reading->text, "Kim");
        assert_string_equal(reading->from->name, "Acme Support");
        outgoing_free(mails[i]);
    }
}

/* To agents. */

static char *agents_text(const Shop *shop, const Outgoing *mail, const char *kind, const ConfigAgent *to)
{
    g_autoptr(Reading) reading = read_mail(mail);
    g_autofree char *head = head_of(mail);
    assert_string_equal(mail->kind, kind);
    assert_string_equal(mail->to, to->address);
    assert_has(head, "Auto-Submitted: auto-generated");
    assert_true(g_str_has_prefix(reading->text, REPLY_CUT_LINE));
    assert_token(shop, mail->envelope_from, ROLE_RETURN_PATH, TICKET, to->address);
    assert_has(reading->in_reply_to->pdata[0], ".ticket@desk.test");
    assert_int_equal(reading->references->len, 1);
    assert_int_equal(reading->reply_to->len, 1);
    if (strcmp(kind, "confirm") != 0)
        assert_token(shop, ((Mailbox *)reading->reply_to->pdata[0])->address, ROLE_AGENT, TICKET,
                     to->address);
    /* Answered with all of it quoted, nothing of it leaves. */
    g_autofree char *answer = g_strdup_printf("Thanks!\n\n%s", reading->text);
    g_autofree char *left = cleaned(answer);
    assert_string_equal(left, "Thanks!");
    return g_strdup(reading->text);
}

static void test_turn(void **state)
{
    const Shop *shop = *state;
    g_autoptr(Ticket) ticket = sample_ticket();
    LetterCase letter = letter_case(shop, ticket);
    g_autoptr(GPtrArray) drafts = g_ptr_array_new();
    g_ptr_array_add(drafts, (gpointer) "Kim Lee:\nTry version 3.");
    Outgoing *mail = letter_turn(&letter, lou(shop), kim(shop), TRUE, "the log is missing", drafts);
    g_autofree char *text = agents_text(shop, mail, "turn", lou(shop));
    assert_has(text, "Lou, SUP-7K3QW2 is yours now");
    assert_has(text, "Before you: Kim Lee.");
    assert_has(text, "the log is missing");
    assert_has(text, "Try version 3.");
    assert_has(text, "It still fails.");
    assert_has(text, "The customer is on the old plan.");
    assert_string_equal(mail->subject, "Re: [SUP-7K3QW2] The import fails");
    outgoing_free(mail);
    /* What the customer wrote last stands there, whatever agents wrote since; their commands do not. */
    for (guint i = 0; i < 4; i++)
        add_message(ticket, i % 2 ? "out" : "note", "agent", "later@agents.test",
                    i % 2 ? "Wait, please." : "/wait");
    add_message(ticket, "note", "agent", "later@agents.test", "Ask the proxy people.");
    mail = letter_turn(&letter, lou(shop), kim(shop), TRUE, "the log is missing", NULL);
    g_autofree char *long_ago = agents_text(shop, mail, "turn", lou(shop));
    assert_has(long_ago, "Same here.");
    assert_has(long_ago, "Wait, please.");
    assert_has(long_ago, "Ask the proxy people.");
    assert_null(strstr(long_ago, "/wait"));
    outgoing_free(mail);
    mail = letter_turn(&letter, kim(shop), lou(shop), FALSE, NULL, NULL);
    g_autofree char *other = agents_text(shop, mail, "turn", kim(shop));
    assert_has(other, "Lou has SUP-7K3QW2 now");
    outgoing_free(mail);
}

static void test_receipt(void **state)
{
    const Shop *shop = *state;
    g_autoptr(Ticket) ticket = sample_ticket();
    LetterCase letter = letter_case(shop, ticket);
    char written[] = "/clsoe", why[] = "there is no command /clsoe; did you mean /close?";
    ActProblem problem = {.line = 2, .written = written, .words = why};
    g_autoptr(GPtrArray) problems = g_ptr_array_new();
    g_ptr_array_add(problems, &problem);
    Receipt refused = {.is_refused = TRUE, .problems = problems, .own_text = "Dear Anna,\nyes."};
    Outgoing *mail = letter_receipt(&letter, kim(shop), &refused);
    g_autofree char *text = agents_text(shop, mail, "receipt", kim(shop));
    assert_string_equal(mail->subject, "Nothing was done: The import fails [SUP-7K3QW2]");
    assert_has(text, "nothing was sent");
    assert_has(text, "line 2: /clsoe\n  there is no command /clsoe; did you mean /close?");
    assert_has(text, "  Dear Anna,\n  yes.");
    outgoing_free(mail);
    g_autoptr(GPtrArray) lines = g_ptr_array_new(), found = g_ptr_array_new();
    g_ptr_array_add(lines, (gpointer) "SUP-7K3QW2 is closed.");
    g_ptr_array_add(found, ticket);
    Receipt done = {.lines = lines, .found = found, .with_help = TRUE};
    mail = letter_receipt(&letter, kim(shop), &done);
    g_autofree char *other = agents_text(shop, mail, "receipt", kim(shop));
    assert_has(other, "- SUP-7K3QW2 is closed.");
    assert_has(other, "anna@customer.test");
    assert_has(other, "/handoff NAME");
    outgoing_free(mail);
    /* About no ticket. */
    letter.ticket = NULL;
    mail = letter_receipt(&letter, kim(shop), &done);
    assert_string_equal(mail->envelope_from, "");
    g_autoptr(Reading) reading = read_mail(mail);
    assert_int_equal(reading->reply_to->len, 0);
    outgoing_free(mail);
}

static void test_aside(void **state)
{
    const Shop *shop = *state;
    g_autoptr(Ticket) ticket = sample_ticket();
    LetterCase letter = letter_case(shop, ticket);
    Outgoing *mail = letter_aside(&letter, kim(shop), "Lou", "wrote a note:", "It is the proxy.");
    g_autofree char *text = agents_text(shop, mail, "aside", kim(shop));
    assert_has(text, "Lou wrote a note:");
    assert_has(text, "It is the proxy.");
    assert_string_equal(mail->subject, "Re: [SUP-7K3QW2] The import fails");
    g_autofree char *to_customer = head_of(mail);
    assert_has(to_customer, "Reply-To: \"Anna Smith (Acme Support)\" <");
    assert_has(text, "goes to the customer. A word\nfor the team alone begins with /note.");
    outgoing_free(mail);
    /* Whoever does not have the ticket reaches who has it. */
    mail = letter_aside(&letter, lou(shop), "Ada", "wrote a note:", "It is the proxy.");
    g_autofree char *other = agents_text(shop, mail, "aside", lou(shop));
    assert_has(other, "goes to Kim Lee, not to the customer.");
    g_autofree char *to_owner = head_of(mail);
    assert_has(to_owner, "Reply-To: \"Kim Lee (Acme Support)\" <");
    outgoing_free(mail);
    g_autoptr(GPtrArray) lines = g_ptr_array_new();
    g_ptr_array_add(lines, (gpointer) "Kim Lee has SUP-7K3QW2 now.");
    mail = letter_receipt(&letter, lou(shop), &(Receipt){.lines = lines});
    g_autofree char *receipt = agents_text(shop, mail, "receipt", lou(shop));
    assert_has(receipt, "Lou, this was done:");
    assert_has(receipt, "goes to Kim Lee, who has\nSUP-7K3QW2, not to the customer.");
    outgoing_free(mail);
    mail = letter_receipt(&letter, kim(shop), &(Receipt){.with_help = TRUE});
    g_autofree char *help = agents_text(shop, mail, "receipt", kim(shop));
    assert_has(help, "Kim Lee, here is what you asked for.");
    assert_has(help, "goes to the customer of\nSUP-7K3QW2");
    outgoing_free(mail);
}

static void test_confirm(void **state)
{
    const Shop *shop = *state;
    g_autoptr(Ticket) ticket = sample_ticket();
    LetterCase letter = letter_case(shop, ticket);
    g_autoptr(CommandSheet) sheet = sheet_of(ACT_CC, g_strdup("dora@other.test"), NULL);
    Outgoing *mail = letter_confirm(&letter, kim(shop), CAUSE, sheet);
    g_autofree char *text = agents_text(shop, mail, "confirm", kim(shop));
    g_autoptr(Reading) reading = read_mail(mail);
    g_autofree char *detail = NULL;
    assert_non_null(
        config_queue_of(shop->config, ((Mailbox *)reading->reply_to->pdata[0])->address, &detail));
    assert_has(text, "/cc dora@other.test");
    assert_has(text, "within 2 days");
    /* The receipt of what it brings about has the same cause. */
    LetterCase later = letter_case(shop, ticket);
    Outgoing *receipt = letter_receipt(&later, kim(shop), &(Receipt){0});
    assert_string_not_equal(receipt->message_id, mail->message_id);
    outgoing_free(receipt);
    outgoing_free(mail);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_answer),
        cmocka_unit_test(test_nobody),
        cmocka_unit_test(test_one_reference),
        cmocka_unit_test(test_first_mail),
        cmocka_unit_test(test_first_answer),
        cmocka_unit_test(test_many),
        cmocka_unit_test(test_filter),
        cmocka_unit_test(test_filter_html),
        cmocka_unit_test(test_filter_parts),
        cmocka_unit_test(test_handoff),
        cmocka_unit_test(test_page_in_outlooks_file),
        cmocka_unit_test(test_back),
        cmocka_unit_test(test_turn),
        cmocka_unit_test(test_receipt),
        cmocka_unit_test(test_aside),
        cmocka_unit_test(test_confirm),
    };
    return cmocka_run_group_tests(tests, open_shop, close_shop);
}
