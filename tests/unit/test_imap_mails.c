/* Mails of an IMAP server: fetched, moved, deleted, flagged. */
#include "imap_script.h"

#include <sys/resource.h>

static gboolean sink(gpointer user, const char *bytes, gsize length, GError **error)
{
    (void)error;
    g_string_append_len(user, bytes, (gssize)length);
    return TRUE;
}

static gboolean act_fetch(ImapSession *session, GString *out, GError **error)
{
    gboolean found = FALSE;
    gboolean ok = imap_fetch(session, 7, 1000, sink, out, &found, error);
    g_string_append(out, found ? "|found" : "|gone");
    return ok;
}

/* After a mail that the server would not give, the next one comes. */
static gboolean act_fetch_twice(ImapSession *session, GString *out, GError **error)
{
    g_autoptr(GError) first = NULL;
    gboolean found = FALSE;
    assert_false(imap_fetch(session, 6, 1000, sink, out, &found, &first));
    g_string_append_printf(out, "%s, then ", error_code_name((ErrorCode)first->code));
    return act_fetch(session, out, error);
}

static gboolean full(gpointer user, const char *bytes, gsize length, GError **error)
{
    (void)user, (void)bytes, (void)length;
    g_set_error_literal(error, POSTERN_ERROR, ERROR_CONFLICT, "no room");
    return FALSE;
}

static gboolean act_fetch_full(ImapSession *session, GString *out, GError **error)
{
    gboolean found = FALSE;
    (void)out;
    return imap_fetch(session, 7, 1000, full, NULL, &found, error);
}

static gboolean act_move(ImapSession *session, GString *out, GError **error)
{
    gboolean moved = FALSE;
    gboolean ok = imap_move(session, 7, "Erledigt/Grün", &moved, error);
    g_string_append(out, moved ? "moved" : "not moved");
    return ok;
}

static gboolean act_delete(ImapSession *session, GString *out, GError **error)
{
    (void)out;
    return imap_delete(session, 7, error);
}

static gboolean act_flag(ImapSession *session, GString *out, GError **error)
{
    (void)out;
    return imap_add_flag(session, 7, "$Done", error);
}

static gboolean act_flag_twice(ImapSession *session, GString *out, GError **error)
{
    return act_flag(session, out, NULL) || act_flag(session, out, error);
}

static const Case cases[] = {
    /* A mail. */
    {.name = "fetch",
     .act = act_fetch,
     .words = "Subject: x\r\n\r\nhi (\r\n|found",
     .script = {IN, FETCH, "> * 3 FETCH (UID 7 BODY[] {20}", "+ Subject: x\r\n\r\nhi (\r\n", "> )",
                "> 4 OK done", OUT(5)}},
    {.name = "fetch: flags of others in between",
     .act = act_fetch,
     .words = "hello|found",
     .script = {IN, FETCH, "> * 9 FETCH (FLAGS (\\Seen))", "> * 12 EXISTS",
                "> * 3 FETCH (FLAGS (\\Seen) BODY[] {5}", "> hello UID 7)", "> * 3 FETCH (FLAGS ())",
                "> 4 OK done", OUT(5)}},
    {.name = "fetch: an empty mail",
     .act = act_fetch,
     .words = "|found",
     .script = {IN, FETCH, "> * 3 FETCH (UID 7 BODY[] {0}", "> )", "> 4 OK done", OUT(5)}},
    {.name = "fetch: a quoted string",
     .act = act_fetch,
     .words = "short|found",
     .script = {IN, FETCH, "> * 3 FETCH (UID 7 BODY[] \"short\")", "> 4 OK done", OUT(5)}},
    {.name = "fetch: gone",
     .act = act_fetch,
     .words = "|gone",
     .script = {IN, FETCH, "> * 9 FETCH (FLAGS (\\Seen))", "> 4 OK done", OUT(5)}},
    {.name = "fetch: NIL",
     .act = act_fetch,
     .script = {IN, FETCH, "> * 3 FETCH (UID 7 BODY[] NIL)", "> 4 OK done", OUT(5)},
     FAILS(ERROR_REFUSED),
     .words = "no text",
     .lives = TRUE},
    {.name = "fetch: the next after one that is refused",
     .act = act_fetch_twice,
     .words = "refused, then hello|found",
     .script = {IN, "< 4 UID FETCH 6 (UID BODY.PEEK[])", "> 4 NO broken mail",
                "< 5 UID FETCH 7 (UID BODY.PEEK[])", "> * 3 FETCH (UID 7 BODY[] {5}", "> hello)",
                "> 5 OK done", OUT(6)}},
    {.name = "fetch: another mail",
     .act = act_fetch,
     .script = {IN, FETCH, "> * 3 FETCH (UID 8 BODY[] {5}", "> hello)", "> 4 OK done", "hang"},
     FAILS(ERROR_MALFORMED),
     .words = "another mail"},
    {.name = "fetch: two mails",
     .act = act_fetch,
     .script = {IN, FETCH, "> * 3 FETCH (UID 8 BODY[] {5}", "> hello)", "> * 3 FETCH (UID 7 BODY[] {5}",
                "> hello)", "> 4 OK done", "hang"},
     FAILS(ERROR_MALFORMED),
     .words = "two mails"},
    {.name = "fetch: too large",
     .act = act_fetch,
     .script = {IN, FETCH, "> * 3 FETCH (UID 7 BODY[] {1001}", "hang"},
     FAILS(ERROR_LIMIT),
     .words = "1001 bytes"},
    {.name = "fetch: huge",
     .act = act_fetch,
     .script = {IN, FETCH, "> * 3 FETCH (UID 7 BODY[] {18446744073709551615}", "hang"},
     FAILS(ERROR_LIMIT),
     .words = "18446744073709551615 bytes"},
    {.name = "fetch: the end in the mail",
     .act = act_fetch,
     .script = {IN, FETCH, "> * 3 FETCH (UID 7 BODY[] {500}", "+ half", "close"},
     FAILS(ERROR_TEMPORARY),
     .words = "the server closed it"},
    {.name = "fetch: the literal is shorter than it says",
     .act = act_fetch,
     .script = {IN, FETCH, "> * 3 FETCH (UID 7 BODY[] {9}", "> hello)", "> 4 OK done", "hang"},
     FAILS(ERROR_MALFORMED)},
    {.name = "fetch: the literal is longer than it says",
     .act = act_fetch,
     .script = {IN, FETCH, "> * 3 FETCH (UID 7 BODY[] {3}", "> hello)", "> 4 OK done", "hang"},
     FAILS(ERROR_MALFORMED)},
    {.name = "fetch: it stalls",
     .act = act_fetch,
     .script = {IN, FETCH, "> * 3 FETCH (UID 7 BODY[] {500}", "+ half", "hang"},
     FAILS(ERROR_TEMPORARY),
     .words = "took too long",
     .timeouts = &hasty},
    {.name = "fetch: it trickles",
     .act = act_fetch,
     .script = {IN, FETCH, "> * 3 FETCH (UID 7 BODY[] {999}", "drip x"},
     FAILS(ERROR_TEMPORARY),
     .words = "took too long",
     .timeouts = &hasty_body},
    {.name = "fetch: nobody takes it",
     .act = act_fetch_full,
     .script = {IN, FETCH, "> * 3 FETCH (UID 7 BODY[] {5}", "> hello)", "> 4 OK done", "hang"},
     FAILS(ERROR_CONFLICT),
     .words = "no room"},
    {.name = "fetch: BYE in the middle",
     .act = act_fetch,
     .script = {IN, FETCH, "> * BYE shutting down", "close"},
     FAILS(ERROR_TEMPORARY),
     .words = "BYE shutting down"},

    /* Changes. */
    {.name = "flag",
     .act = act_flag,
     .script = {IN, "< 4 UID STORE 7 +FLAGS.SILENT ($Done)", "> 4 OK done", OUT(5)}},
    {.name = "a refused command leaves the session alive",
     .act = act_flag_twice,
     .script = {IN, "< 4 UID STORE 7 +FLAGS.SILENT ($Done)", "> 4 BAD no keywords",
                "< 5 UID STORE 7 +FLAGS.SILENT ($Done)", "> 5 OK done", OUT(6)}},
    {.name = "a busy server",
     .act = act_flag,
     .script = {IN, "< 4 UID STORE 7 +FLAGS.SILENT ($Done)", "> 4 NO [INUSE] later", "hang"},
     FAILS(ERROR_TEMPORARY),
     .words = "later"},
    {.name = "move",
     .act = act_move,
     .words = "moved",
     .script = {IN, MOVE, "> * OK [COPYUID 5 7 99] x", "> * 3 EXPUNGE", "> 4 OK done", OUT(5)}},
    {.name = "move: COPYUID at the end",
     .act = act_move,
     .words = "moved",
     .script = {IN, MOVE, "> 4 OK [COPYUID 5 6:8 99:101] x", OUT(5)}},
    {.name = "move: no COPYUID",
     .act = act_move,
     .words = "not moved",
     .script = {IN, MOVE, "> 4 OK done", OUT(5)}},
    {.name = "move: COPYUID of another",
     .act = act_move,
     .words = "not moved",
     .script = {IN, MOVE, "> 4 OK [COPYUID 5 8 99] x", OUT(5)}},
    {.name = "move: no such folder",
     .act = act_move,
     .script = {IN, MOVE, "> 4 NO [TRYCREATE] none", OUT(5)},
     FAILS(ERROR_CONFIG),
     .words = "create the folder",
     .lives = TRUE},
    {.name = "move by COPY",
     .act = act_move,
     .words = "moved",
     .script = {IN_COPY, COPY, "> 4 OK [COPYUID 5 7 99] x", "< 5 UID STORE 7 +FLAGS.SILENT (\\Deleted)",
                "> 5 OK done", "< 6 UID EXPUNGE 7", "> * 3 EXPUNGE", "> 6 OK done", OUT(7)}},
    {.name = "move by COPY: gone",
     .act = act_move,
     .words = "not moved",
     .script = {IN_COPY, COPY, "> 4 OK done", OUT(5)}},
    {.name = "no way to move",
     .act = act_move,
     .script = {IN_POOR, OUT(4)},
     FAILS(ERROR_CONFIG),
     .words = "UIDPLUS",
     .lives = TRUE},
    {.name = "delete",
     .act = act_delete,
     .script = {IN, "< 4 UID STORE 7 +FLAGS.SILENT (\\Deleted)", "> 4 OK done", "< 5 UID EXPUNGE 7",
                "> 5 OK done", OUT(6)}},
    {.name = "delete: never other people's mail",
     .act = act_delete,
     .script = {IN_POOR, "< 4 UID STORE 7 +FLAGS.SILENT (\\Deleted)", "> 4 OK done", OUT(5)}},
};

static void test_conversations(void **state)
{
    (void)state;
    run_cases(cases, G_N_ELEMENTS(cases));
}

static gboolean count_sink(gpointer user, const char *bytes, gsize length, GError **error)
{
    (void)bytes, (void)error;
    *(gsize *)user += length;
    return TRUE;
}

static gsize large_seen;
static gboolean act_fetch_large(ImapSession *session, GString *out, GError **error)
{
    gboolean found = FALSE;
    (void)out;
    return imap_fetch(session, 7, 60000000, count_sink, &large_seen, &found, error);
}

static long resident_kb(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

/* The server thread keeps the 50 MB, so they are there before the first look. */
static void test_large_mail_takes_no_memory(void **state)
{
    (void)state;
    g_autofree char *mail = g_malloc(50000000 + 3);
    memset(mail, 'x', 50000000);
    memcpy(mail + 50000000 - 2, "\r\n", 3);
    g_autofree char *sent = g_strconcat("+ ", mail, NULL);
    const Case one = {
        .name = "50 MB",
        .act = act_fetch_large,
        .script = {IN, FETCH, "> * 3 FETCH (UID 7 BODY[] {50000000}", sent, "> )", "> 4 OK done", OUT(5)}};
    long before = resident_kb();
    run_case(&one);
    assert_int_equal(large_seen, 50000000);
#ifndef __SANITIZE_ADDRESS__
    assert_true(resident_kb() - before <= 16 * 1024);
#endif
    (void)before;
}

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_conversations),
        cmocka_unit_test(test_large_mail_takes_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
