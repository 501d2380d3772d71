/* Agents press Reply in many programs: of what comes back exactly their words are left, and nothing of our
 * page. */
#include "desk_shop.h"

#include "tests/support/client_shape.h"

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

static char *read_reply(const char *mail)
{
    ReadingSettings settings = {0};
    g_autoptr(Reading) reading = reading_make_bytes(mail, strlen(mail), &settings, NULL);
    assert_non_null(reading);
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
    gboolean is_torn = TRUE;
    g_autofree char *own = read_reply(mail);
    g_autofree char *cut = reply_cut_notice(own, &is_torn);
    g_autofree char *got = squeezed(cut), *expected = squeezed(words);
    failures += is_torn || strcmp(got, expected) != 0;
    if (is_torn || strcmp(got, expected) != 0)
        print_error("%s, %s%s: %s\n[%s]\nof\n%s\n", file, places[place], html_only ? ", HTML only" : "",
                    is_torn ? "torn" : "not the words", cut, own);
    assert_false(is_torn);
    return 1;
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_clients),
    };
    return cmocka_run_group_tests(tests, open_shop, close_shop);
}
