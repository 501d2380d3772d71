/* Agents press Reply in many programs: of what comes back exactly their words are left, and nothing of our
 * page. */
#include "desk_shop.h"

#include "tests/support/client_shape.h"

#include <postern/content.h>
#include <postern/reading.h>
#include <postern/reply.h>

#define CLIENTS "tests/support/clients"

static const char words[] = "Hello Anna,\n\nplease restart it; that helps in most cases.";

static void add_message(Ticket *ticket, const char *direction, const char *name, const char *text)
{
    TicketMessage *message = g_new0(TicketMessage, 1);
    message->direction = g_strdup(direction);
    message->from_name = g_strdup(name);
    message->reply = g_strdup(text);
    message->at_us = NOW_US - (gint64)(10 - ticket->messages->len) * 3600 * G_USEC_PER_SEC;
    g_ptr_array_add(ticket->messages, message);
}

static Ticket *ticket_sample(void)
{
    Ticket *ticket = ticket_new();
    ticket->ref = g_strdup("SUP-001001");
    ticket->status = g_strdup("open");
    ticket->subject = g_strdup("The import fails");
    ticket->severity = g_strdup("high");
    ticket->category = g_strdup("publishing");
    ticket->requester_address = g_strdup("anna@customer.test");
    add_message(ticket, "in", "Anna Smith", "Nothing is imported since Monday.");
    add_message(
        ticket, "note", "Lou",
        "They have not paid since summer, and their lawyer has written to us twice already; be careful "
        "with promises.\nAsk Dora first.");
    add_message(ticket, "out", "Kim Lee", "Which app is it?");
    return ticket;
}

/* Our real notice to Kim, with all that a page may hold. */
static char *make_notice(Shop *shop)
{
    g_autoptr(Mail) mail = mail_new(shop);
    set_text(
        &mail->reading->reply,
        "Hello,\nthe app is 4711. It stops after the second step, every time, and the log says nothing at "
        "all.\n"
        "Can you look at it today? SPLIT HERE\nAnd may we delete the old entries in the meantime?\nAnna");
    g_ptr_array_add(mail->reading->cc, mailbox_new("Bert", "bert@customer.test"));
    g_ptr_array_add(mail->reading->findings, g_new0(Finding, 1));
    *(Finding *)mail->reading->findings->pdata[0] =
        (Finding){g_strdup("charset-guessed"), g_strdup("as utf-8")};
    Attachment *attachment = g_new0(Attachment, 1);
    attachment->name = g_strdup("log.txt");
    attachment->size = 5000000;
    g_ptr_array_add(mail->reading->attachments, attachment);
    add_evidence(mail, EVIDENCE_TOKEN_ADDRESS, FIRST, TRUE, TRUE);
    mail->facts.ticket = ticket_sample();
    g_autoptr(Decision) decision = judge(mail);
    return bytes_of(outgoing_to(decision, "kim@agents.test"));
}

static char *squeezed(const char *text)
{
    g_auto(GStrv) pieces = g_strsplit_set(text, " \n\t", -1);
    GString *out = g_string_new(NULL);
    for (guint i = 0; pieces[i]; i++)
        if (*pieces[i])
            g_string_append_printf(out, "%s%s", out->len ? " " : "", pieces[i]);
    return g_string_free(out, FALSE);
}

static char *read_reply(const char *mail, gboolean *out_whole_is_torn)
{
    ReadingSettings settings = {0};
    g_autoptr(Reading) reading = reading_make_bytes(mail, strlen(mail), &settings, NULL);
    assert_non_null(reading);
    /* The whole of it, in which the place of the page can still be seen, is asked as well
     * (gateway/desk/agent.c). */
    g_free(reply_cut_notice(reading->text, out_whole_is_torn));
    return g_strdup(reading->reply);
}

static guint failures;

static guint check_shape(const char *file, const char *client, const ShapeNotice *notice, ShapePlace place,
                         gboolean html_only)
{
    static const char *const places[] = {"top", "bottom", "inline"};
    g_autofree char *mail = shape_fill(client, notice, words, place, html_only);
    if (!mail)
        return 0;
    gboolean is_torn = TRUE, is_whole_torn = TRUE;
    g_autofree char *own = read_reply(mail, &is_whole_torn);
    g_autofree char *cut = reply_cut_notice(own, &is_torn);
    g_autofree char *got = squeezed(cut), *expected = squeezed(words);
    is_torn |= is_whole_torn;
    failures += is_torn || strcmp(got, expected) != 0;
    if (is_torn || strcmp(got, expected) != 0)
        print_error("%s, %s%s: %s\n[%s]\nof\n%s\n", file, places[place], html_only ? ", HTML only" : "",
                    is_torn ? "torn" : "not the words", cut, own);
    assert_false(is_torn);
    return 1;
}

static gint compare_names(const char *const *a, const char *const *b)
{
    return strcmp(*a, *b);
}

static GPtrArray *client_files(void)
{
    GPtrArray *files = g_ptr_array_new_with_free_func(g_free);
    GDir *folder = g_dir_open(CLIENTS, 0, NULL);
    assert_non_null(folder);
    for (const char *name; (name = g_dir_read_name(folder));)
        if (g_str_has_suffix(name, ".eml"))
            g_ptr_array_add(files, g_strdup(name));
    g_dir_close(folder);
    return files;
}

static void test_clients(void **state)
{
    g_autofree char *raw = make_notice(*state);
    g_auto(ShapeNotice) notice = {0};
    shape_notice_read(raw, &notice);
    g_autoptr(GPtrArray) files = client_files();
    guint count = 0;
    for (guint i = 0; i < files->len; i++) {
        g_autofree char *path = g_build_filename(CLIENTS, files->pdata[i], NULL), *client = NULL;
        assert_true(g_file_get_contents(path, &client, NULL, NULL));
        guint before = count;
        for (int place = PLACE_TOP; place <= PLACE_INLINE; place++)
            for (int html = 0; html < 2; html++)
                count += check_shape(files->pdata[i], client, &notice, (ShapePlace)place, html);
        assert_true(count > before);
    }
    print_message("  %u replies of %u programs\n", count, files->len);
    assert_int_equal(failures, 0);
    assert_true(count >= 100);
}

/* What goes on to the customer is made of the same mail: its HTML, too, has the words and nothing of the
 * page. */
static guint check_content(const char *file, const char *client, const ShapeNotice *notice, ShapePlace place,
                           gboolean html_only, guint *with_html)
{
    static const char *const inside[] = {
        "stays inside", "Identity", "SUP-001001",       "(inside)", "customer.test",  "desk.test",
        "Ticket owner", "lawyer",   "End of this page", "qhetuwa",  "postern ticket", "Which app is it"};
    g_autofree char *mail = shape_fill(client, notice, words, place, html_only);
    if (!mail)
        return 0;
    gboolean is_torn;
    g_autofree char *own = read_reply(mail, &is_torn);
    g_autofree char *text = reply_cut_notice(own, &is_torn);
    ContentWish wish = {.own_text = text, .attachment_bytes = 1024 * 1024};
    g_autoptr(Content) content = content_make_bytes(mail, strlen(mail), &wish, NULL);
    assert_non_null(content);
    const char *const forms[] = {content->text, content->html};
    for (guint f = 0; f < G_N_ELEMENTS(forms); f++)
        for (guint i = 0; forms[f] && i < G_N_ELEMENTS(inside); i++) {
            if (strstr(forms[f], inside[i]))
                print_error("%s, place %d, form %u: %s in\n%s\n", file, place, f, inside[i], forms[f]);
            assert_null(strstr(forms[f], inside[i]));
        }
    *with_html += content->html != NULL;
    return 1;
}

static void test_content_of_answers(void **state)
{
    g_autofree char *raw = make_notice(*state);
    g_auto(ShapeNotice) notice = {0};
    shape_notice_read(raw, &notice);
    g_autoptr(GPtrArray) files = client_files();
    guint count = 0, with_html = 0;
    for (guint i = 0; i < files->len; i++) {
        g_autofree char *path = g_build_filename(CLIENTS, files->pdata[i], NULL), *client = NULL;
        assert_true(g_file_get_contents(path, &client, NULL, NULL));
        for (int place = PLACE_TOP; place <= PLACE_INLINE; place++)
            for (int html = 0; html < 2; html++)
                count += check_content(files->pdata[i], client, &notice, (ShapePlace)place, html, &with_html);
    }
    print_message("  %u answers, %u with HTML\n", count, with_html);
    assert_true(count >= 100);
}

/* The mail without some run of its lines, as people delete what they do not want to quote. */
static char *with_a_gap(const char *mail, GRand *rand)
{
    g_auto(GStrv) lines = g_strsplit(mail, "\n", -1);
    gint count = (gint)g_strv_length(lines), body = 0;
    while (*lines[body])
        body++;
    gint first = g_rand_int_range(rand, body + 1, count), last = g_rand_int_range(rand, first, count);
    GString *out = g_string_new(NULL);
    for (gint i = 0; i < count; i++)
        if (i < first || i > MIN(last, first + 12))
            g_string_append_printf(out, "%s\n", lines[i]);
    return g_string_free(out, FALSE);
}

static void check_gaps(const char *file, const char *mail, GRand *rand, guint *torn)
{
    static const char *const inside[] = {"Identity", "(inside)", "lawyer", "Ticket owner",
                                         "End of this page"};
    for (guint turn = 0; turn < 20; turn++) {
        g_autofree char *once = with_a_gap(mail, rand), *gapped = with_a_gap(once, rand);
        gboolean is_torn;
        g_autofree char *own = read_reply(gapped, &is_torn);
        g_autofree char *text = reply_cut_notice(own, &is_torn);
        *torn += is_torn;
        for (guint i = 0; !is_torn && i < G_N_ELEMENTS(inside); i++) {
            if (strstr(text, inside[i]))
                print_error("%s: %s in\n%s\nof\n%s\n", file, inside[i], text, own);
            assert_null(strstr(text, inside[i]));
        }
    }
}

static void test_gaps(void **state)
{
    g_autofree char *raw = make_notice(*state);
    g_auto(ShapeNotice) notice = {0};
    shape_notice_read(raw, &notice);
    g_autoptr(GPtrArray) files = client_files();
    GRand *rand = g_rand_new_with_seed(20261123);
    guint torn = 0;
    g_ptr_array_sort(files, (GCompareFunc)compare_names);
    for (guint i = 0; i < files->len; i++) {
        g_autofree char *path = g_build_filename(CLIENTS, files->pdata[i], NULL), *client = NULL;
        assert_true(g_file_get_contents(path, &client, NULL, NULL));
        for (int place = PLACE_TOP; place <= PLACE_INLINE; place++)
            for (int html = 0; html < 2; html++) {
                g_autofree char *mail = shape_fill(client, &notice, words, (ShapePlace)place, html);
                if (mail)
                    check_gaps(files->pdata[i], mail, rand, &torn);
            }
    }
    print_message("  %u torn\n", torn);
    assert_true(torn > 100);
    g_rand_free(rand);
}

static char *cut(const char *text, gboolean *out_is_torn)
{
    g_autofree char *own = reply_cut_notice(text, out_is_torn);
    return squeezed(own);
}

/* However the line has come back. */
static void test_forms_of_the_line(void **state)
{
    static const char *const forms[] = {
        REPLY_CUT_LINE,
        "> " REPLY_CUT_LINE,
        ">> > " REPLY_CUT_LINE,
        "| " REPLY_CUT_LINE,
        "KL> " REPLY_CUT_LINE,
        "\t" REPLY_CUT_LINE,
        "*" REPLY_CUT_LINE "*",
        "\xe2\x80\x93 Write your answer above this line. What is below stays inside. \xe2\x80\x93",
        "--\xc2\xa0Write\xc2\xa0your answer\xe2\x80\xaf"
        "above this line.\xc2\xa0What is below stays inside. --",
        "> -- Write your answer above this line. What is below stays\n> inside. --",
        "-- Write your answer above\nthis line. What is below\nstays inside. --",
        "> -- Write your an\n> swer above this line.\n> What is below stays inside.",
        "-- WRITE YOUR ANSWER ABOVE THIS LINE. WHAT IS BELOW STAYS INSIDE. --",
        "--\xe2\x80\x8b Write your answer ab\xc2\xadove this line. What is below stays inside. --",
        "> On 23.11.2026 Acme wrote:\n> > -- Write your answer above this line. What is below stays inside. "
        "--",
    };
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(forms); i++) {
        gboolean is_torn;
        g_autofree char *text = g_strconcat("My words.\n\n", forms[i], "\n> secret\n", NULL);
        g_autofree char *got = cut(text, &is_torn);
        if (strcmp(got, "My words.") != 0 || is_torn)
            print_error("form %zu: %d [%s]\n", i, is_torn, got);
        assert_string_equal(got, "My words.");
        assert_false(is_torn);
    }
}

/* What is left above the line is nobody's attribution, in no language. */
static void test_attributions(void **state)
{
    static const char *const lines[] = {
        "On Mon, Nov 23, 2026 at 10:12 AM Anna (Acme Support) <\nsupport@desk.test> wrote:",
        "Am 23.11.2026 um 10:12 schrieb Anna (Acme Support):",
        "Le 23/11/2026 \xc3\xa0 10:12, Anna a \xc3\xa9"
        "crit :",
        "-----Original Message-----\nFrom: Anna <support@desk.test>\nSent: Monday, 23 November 2026\nTo: "
        "Kim\n"
        "Subject: x",
        "________________________________\nVon: Anna <support@desk.test>\nGesendet: Montag, 23. November "
        "2026\n"
        "An: Kim\nBetreff: x",
        "________________________________",
        "2026-11-23 10:12 GMT+01:00 Anna <support@desk.test>:",
        "Anna <support@desk.test> 23.11.2026 qhetuwa:",
    };
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(lines); i++)
        for (guint form = 0; form < 2; form++) {
            gboolean is_torn;
            g_autofree char *text = g_strconcat("Yes, at 10:30.\n\n", lines[i], "\n\n", form ? "> " : "",
                                                REPLY_CUT_LINE "\n", form ? "> secret\n" : "secret\n", NULL);
            g_autofree char *got = cut(text, &is_torn);
            if (strcmp(got, "Yes, at 10:30.") != 0)
                print_error("%s\n", lines[i]);
            assert_string_equal(got, "Yes, at 10:30.");
            assert_false(is_torn);
        }
}

/* Words between and below quotes are the agent's; what a program broke off a quoted line is not. */
static void test_words_between(void **state)
{
#define WIDE "> a line of the page that is as wide as a line of it can be and has no room\n"
    static const struct {
        const char *below, *words;
        gboolean is_torn;
    } cases[] = {
        {"> secret\nBelow.\n", "Above. Below.", FALSE},
        {"> secret\n\nOne.\n\n> secret\nTwo.\n> secret\n", "Above. One. Two.", FALSE},
        {WIDE "for\n> the rest\n", NULL, TRUE},
        {WIDE "\nFor sure.\n" WIDE, "Above. For sure.", FALSE},
        {"> secret\n", "Above.", FALSE},
        {"> secret\n" REPLY_END_LINE "\n", NULL, TRUE},
        {"> secret\nIdentity: proven by the mail domain\n", NULL, TRUE},
        {"> secret\n(inside) a note\n", NULL, TRUE},
    };
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        gboolean is_torn;
        g_autofree char *text = g_strconcat("Above.\n\n> " REPLY_CUT_LINE "\n", cases[i].below, NULL);
        g_autofree char *got = cut(text, &is_torn);
        if (is_torn != cases[i].is_torn)
            print_error("%s: %s\n", cases[i].below, got);
        assert_int_equal(is_torn, cases[i].is_torn);
        if (cases[i].words)
            assert_string_equal(got, cases[i].words);
    }
}

static void check_torn(const char *page, const char *mark)
{
    g_auto(GStrv) lines = g_strsplit(page, "\n", -1);
    gsize first = 0, last = g_strv_length(lines);
    while (!strstr(lines[first], "Write your answer"))
        first++;
    while (!strstr(lines[last - 1], "End of this page"))
        last--;
    for (gsize from = first + 1; from < last; from++) {
        g_autoptr(GString) text = g_string_new("Yes.\n\n");
        for (gsize i = from; i < last; i++)
            g_string_append_printf(text, "%s%s\n", mark, lines[i]);
        gboolean is_torn;
        g_free(cut(text->str, &is_torn));
        assert_true(is_torn);
    }
}

/* A page without its head, however much of it an agent has deleted, quoted or not, as text or made of HTML.
 */
static void test_torn_pages(void **state)
{
    static const char *const marks[] = {"", "> ", "| "};
    g_autofree char *raw = make_notice(*state);
    g_auto(ShapeNotice) notice = {0};
    shape_notice_read(raw, &notice);
    gssize start;
    g_autofree char *of_html = body_html_to_text(notice.html, strlen(notice.html), &start, NULL);
    for (guint m = 0; m < G_N_ELEMENTS(marks); m++) {
        check_torn(notice.text, marks[m]);
        check_torn(of_html, marks[m]);
    }
}

/* A single quoted line of what only we know. */
static void check_single_lines(const char *page)
{
    static const char *const secrets[] = {
        "Identity:",    "Ticket state:",  "Ticket owner:",    "Gets no copy:",  "(inside)",   "internal note",
        "Commands, in", "postern ticket", "End of this page", "Answers go to:", "Who writes:"};
    g_auto(GStrv) lines = g_strsplit(page, "\n", -1);
    for (guint s = 0; s < G_N_ELEMENTS(secrets); s++) {
        guint found = 0;
        for (gsize i = 0; lines[i]; i++) {
            if (!strstr(lines[i], secrets[s]))
                continue;
            g_autofree char *text = g_strdup_printf("Look:\n\n> %s\n\nYes.", lines[i]);
            if (!reply_holds_notice(text))
                print_error("goes out: %s\n", lines[i]);
            assert_true(reply_holds_notice(text));
            found++;
        }
        if (!found)
            print_error("no %s\n", secrets[s]);
        assert_true(found > 0);
    }
}

static void test_single_lines(void **state)
{
    g_autofree char *raw = make_notice(*state);
    g_auto(ShapeNotice) notice = {0};
    shape_notice_read(raw, &notice);
    gssize start;
    g_autofree char *of_html = body_html_to_text(notice.html, strlen(notice.html), &start, NULL);
    check_single_lines(notice.text);
    check_single_lines(of_html);
}

/* What agents write all day is theirs, and goes out as it is. */
static void test_honest_words(void **state)
{
    static const char *const texts[] = {
        "Hello Anna,\n\nplease write your answer to Kim.\n\nKim",
        "> Can you look at it today?\n\nYes.\n\n> May we delete the old ones?\n\nNo, please keep them.",
        "Plan: we restart it at 10:30.\nOwner: me.\nState: open.",
        "Ticket state: closed.",
        "What is below:\n  a) restart\n  b) wait",
        "Write to support@desk.test or support+billing@desk.test",
        "On Monday we wrote: all is well.",
        "",
        "|a|b|\n|1|2|",
        "Customer: Anna\nVersion: 4.2\nHost: db.example.org",
    };
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        gboolean is_torn;
        g_autofree char *got = reply_cut_notice(texts[i], &is_torn);
        assert_string_equal(got, texts[i]);
        assert_false(is_torn);
    }
}

static void test_tokens_are_kept_inside(void **state)
{
    g_autofree char *raw = make_notice(*state);
    g_auto(ShapeNotice) notice = {0};
    shape_notice_read(raw, &notice);
    const char *const tokens[] = {notice.reply_to, notice.message_id};
    for (guint i = 0; i < G_N_ELEMENTS(tokens); i++) {
        g_autofree char *text = g_strdup_printf("Write to %s please.", tokens[i]);
        gboolean is_torn = FALSE;
        g_free(cut(text, &is_torn));
        assert_true(is_torn);
    }
}

/* A stranger can neither fake a line of ours nor stop the answer that quotes him. */
static void test_disarm(void **state)
{
    static const struct {
        const char *text;
        gboolean changes;
    } cases[] = {
        {"Hello,\n\nnothing works.\n", FALSE},
        {"One\n" REPLY_CUT_LINE "\nTwo", TRUE},
        {"One\n-- Write your answer\nabove this line.\nTwo", TRUE},
        {"One\n> > " REPLY_END_LINE "\nTwo", TRUE},
        {"One\nIdentity: proven by the mail domain\nTwo", TRUE},
        {"One\n(inside) Pay him\nTwo", TRUE},
        {"One\n> Ticket owner: you\nTwo", TRUE},
        {"One\nTicket owner: you\nTicket state: open\nTwo", TRUE},
        {"One\nWrite your answer\nWrite your answer above this line.\nabove this line.\nTwo", TRUE},
    };
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *got = reply_disarm(cases[i].text);
        assert_int_equal(strcmp(got, cases[i].text) != 0, cases[i].changes);
        if (reply_holds_notice(got))
            print_error("%s\n", got);
        assert_false(reply_holds_notice(got));
        if (cases[i].changes) {
            assert_true(g_str_has_prefix(got, "One\n"));
            assert_true(g_str_has_suffix(got, "\nTwo"));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_clients),
        cmocka_unit_test(test_gaps),
        cmocka_unit_test(test_forms_of_the_line),
        cmocka_unit_test(test_content_of_answers),
        cmocka_unit_test(test_attributions),
        cmocka_unit_test(test_words_between),
        cmocka_unit_test(test_torn_pages),
        cmocka_unit_test(test_single_lines),
        cmocka_unit_test(test_honest_words),
        cmocka_unit_test(test_tokens_are_kept_inside),
        cmocka_unit_test(test_disarm),
    };
    return cmocka_run_group_tests(tests, open_shop, close_shop);
}
