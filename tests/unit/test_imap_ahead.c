/* Mails that are asked for ahead. */
#include "imap_script.h"

static gboolean sink(gpointer user, const char *bytes, gsize length, GError **error)
{
    (void)error;
    g_string_append_len(user, bytes, (gssize)length);
    return TRUE;
}

/* What becomes of each of these mails, until the session ends. */
static gboolean fetch_asked(ImapSession *session, const guint32 *uids, gsize count, GString *out,
                            GError **error)
{
    for (gsize index = 0; index < count; index++) {
        gboolean found = FALSE;
        g_autoptr(GError) inner = NULL;
        g_string_append_printf(out, "%u:", uids[index]);
        if (imap_fetch(session, uids[index], 1000, sink, out, &found, &inner))
            g_string_append(out, found ? "|found " : "|gone ");
        else
            g_string_append_printf(out, "|%s ", error_code_name((ErrorCode)inner->code));
        if (imap_session_is_dead(session)) {
            g_propagate_error(error, g_steal_pointer(&inner));
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean act_ahead(ImapSession *session, GString *out, GError **error)
{
    static const guint32 uids[] = {7, 8, 9};
    return imap_fetch_ahead(session, uids, 3, error) && fetch_asked(session, uids, 3, out, error) &&
           imap_noop(session, error);
}

static gboolean act_ahead_last(ImapSession *session, GString *out, GError **error)
{
    static const guint32 uids[] = {7, 8, 9};
    return imap_fetch_ahead(session, uids, 3, error) && fetch_asked(session, uids + 2, 1, out, error) &&
           imap_noop(session, error);
}

static gboolean act_ahead_other(ImapSession *session, GString *out, GError **error)
{
    static const guint32 uids[] = {7, 8, 9, 11};
    return imap_fetch_ahead(session, uids, 3, error) && fetch_asked(session, uids + 3, 1, out, error);
}

static gboolean act_ahead_none(ImapSession *session, GString *out, GError **error)
{
    static const guint32 uids[] = {7, 8, 9};
    (void)out;
    return imap_fetch_ahead(session, uids, 3, error) && imap_noop(session, error);
}

/* More than may be on the wire: the rest is asked for when its turn comes. */
static gboolean act_ahead_many(ImapSession *session, GString *out, GError **error)
{
    guint32 uids[IMAP_AHEAD_MOST + 1];
    for (guint32 index = 0; index <= IMAP_AHEAD_MOST; index++)
        uids[index] = index + 1;
    if (!imap_fetch_ahead(session, uids, IMAP_AHEAD_MOST + 1, error))
        return FALSE;
    assert_int_equal(imap_ahead(session), IMAP_AHEAD_MOST);
    return fetch_asked(session, uids + IMAP_AHEAD_MOST, 1, out, error);
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

static gboolean act_ahead_full(ImapSession *session, GString *out, GError **error)
{
    static const guint32 uids[] = {7, 8, 9};
    return imap_fetch_ahead(session, uids, 3, error) && act_fetch_full(session, out, error);
}

static const Case cases[] = {
    /* Mails that were asked for ahead. */
    {.name = "ahead: one by one",
     .script = {IN, ASKED, TEXT("7", "seven"), DONE("4"), TEXT("8", "eight"), DONE("5"), TEXT("9", "nine!"),
                DONE("6"), NOOP},
     .act = act_ahead,
     .words = "7:seven|found 8:eight|found 9:nine!|found "},
    {.name = "ahead: all are done at the end, in any order, and news in between",
     .script = {IN, ASKED, "> * 9 FETCH (FLAGS (\\Seen))", TEXT("7", "seven"), "> * 12 EXISTS",
                "> * 4 FETCH (BODY[] {5}", "> eight UID 8)", "> * 3 FETCH (UID 7 FLAGS ())",
                "> * 5 fetch (uid 9 body[] {0}", "> )", DONE("6"), DONE("4"), DONE("5"), NOOP},
     .act = act_ahead,
     .words = "7:seven|found 8:eight|found 9:|found "},
    {.name = "ahead: flags behind the text",
     .script = {IN, ASKED, "> * 3 FETCH (UID 7 BODY[] {5}", "> seven FLAGS (\\Seen))", DONE("4"),
                TEXT("8", "eight"), DONE("5"), TEXT("9", "nine!"), DONE("6"), NOOP},
     .act = act_ahead,
     .words = "7:seven|found 8:eight|found 9:nine!|found "},
    {.name = "ahead: one is refused, one is gone",
     .script = {IN, ASKED, "> 4 NO [SERVER] broken", DONE("5"), TEXT("9", "nine!"), DONE("6"), NOOP},
     .act = act_ahead,
     .words = "7:|refused 8:|gone 9:nine!|found "},
    {.name = "ahead: the last is refused first",
     .script = {IN, ASKED, "> 6 NO broken", TEXT("7", "seven"), TEXT("8", "eight"), DONE("4"), DONE("5"),
                NOOP},
     .act = act_ahead,
     .words = "7:seven|found 8:eight|found 9:|refused "},
    {.name = "ahead: refused after the text",
     .script = {IN, ASKED, TEXT("7", "seven"), "> 4 NO broken", TEXT("8", "eight"), DONE("5"),
                TEXT("9", "nine!"), DONE("6"), NOOP},
     .act = act_ahead,
     .words = "7:seven|found 8:eight|found 9:nine!|found "},
    {.name = "ahead: busy",
     .script = {IN, ASKED, TEXT("7", "seven"), "> 5 NO [UNAVAILABLE] later", "hang"},
     FAILS(ERROR_TEMPORARY),
     .act = act_ahead,
     .words = "later"},
    {.name = "ahead: passed over",
     .script = {IN, ASKED, TEXT("7", "seven"), "> 5 NO broken", TEXT("9", "nine!"), DONE("4"), DONE("6"),
                NOOP},
     .act = act_ahead_last,
     .words = "9:nine!|found "},
    {.name = "ahead: gone and passed over",
     .script = {IN, ASKED, DONE("4"), DONE("5"), TEXT("9", "nine!"), DONE("6"), NOOP},
     .act = act_ahead_last,
     .words = "9:nine!|found "},
    {.name = "ahead: passed over, and too large",
     .script = {IN, ASKED, "> * 3 FETCH (UID 7 BODY[] {1001}", "hang"},
     FAILS(ERROR_TEMPORARY),
     .act = act_ahead_last,
     .words = "1001"},
    {.name = "ahead: another mail is wanted",
     .script = {IN, ASKED, TEXT("7", "seven"), TEXT("8", "eight"), TEXT("9", "nine!"), DONE("4"), DONE("5"),
                DONE("6"), "< 7 UID FETCH 11 (UID BODY.PEEK[])", TEXT("11", "elf!!"), DONE("7"), OUT(8)},
     .act = act_ahead_other,
     .words = "11:elf!!|found "},
    {.name = "ahead: none is wanted",
     .script = {IN, ASKED, TEXT("7", "seven"), DONE("4"), DONE("5"), "> 6 NO broken", NOOP},
     .act = act_ahead_none},
    {.name = "ahead: more than may be",
     .script = {IN, "many 1 ", "> * BYE enough", "hang"},
     FAILS(ERROR_TEMPORARY),
     .act = act_ahead_many,
     .words = "enough"},
    {.name = "ahead: too large",
     .script = {IN, ASKED, "> * 3 FETCH (UID 7 BODY[] {1001}", "hang"},
     FAILS(ERROR_LIMIT),
     .act = act_ahead,
     .words = "1001"},
    {.name = "ahead: out of order",
     .script = {IN, ASKED, TEXT("8", "eight"), TEXT("7", "seven"), "hang"},
     FAILS(ERROR_MALFORMED),
     .act = act_ahead,
     .words = "another mail"},
    {.name = "ahead: one comes twice",
     .script = {IN, ASKED, TEXT("7", "seven"), TEXT("7", "seven"), "hang"},
     FAILS(ERROR_MALFORMED),
     .act = act_ahead,
     .words = "another mail"},
    {.name = "ahead: more than was asked for",
     .script = {IN, ASKED, TEXT("7", "seven"), TEXT("8", "eight"), TEXT("9", "nine!"), TEXT("10", "tenth"),
                "hang"},
     FAILS(ERROR_MALFORMED),
     .act = act_ahead,
     .words = "another mail"},
    {.name = "ahead: its UID behind the text is another one",
     .script = {IN, ASKED, "> * 3 FETCH (BODY[] {5}", "> seven UID 8)", "hang"},
     FAILS(ERROR_MALFORMED),
     .act = act_ahead,
     .words = "another mail"},
    {.name = "ahead: without a UID",
     .script = {IN, ASKED, "> * 3 FETCH (BODY[] {5}", "> seven)", "hang"},
     FAILS(ERROR_MALFORMED),
     .act = act_ahead,
     .words = "another mail"},
    {.name = "ahead: a UID that is larger than any",
     .script = {IN, ASKED, "> * 3 FETCH (UID 4294967303 BODY[] {5}", "> seven)", "hang"},
     FAILS(ERROR_MALFORMED),
     .act = act_ahead,
     .words = "another mail"},
    {.name = "ahead: two texts in one response",
     .script = {IN, ASKED, "> * 3 FETCH (UID 7 BODY[] {5}", "> seven BODY[] {5}", "> seven)", "hang"},
     FAILS(ERROR_MALFORMED),
     .act = act_ahead},
    {.name = "ahead: a literal that is too short",
     .script = {IN, ASKED, "> * 3 FETCH (UID 7 BODY[] {3}", "> seven)", "hang"},
     FAILS(ERROR_MALFORMED),
     .act = act_ahead,
     .words = "no IMAP"},
    {.name = "ahead: a literal without the end of its response",
     .script = {IN, ASKED, "> * 3 FETCH (UID 7 BODY[] {5}", "> seven", "> 4 OK done", "hang"},
     FAILS(ERROR_MALFORMED),
     .act = act_ahead,
     .words = "no IMAP"},
    {.name = "ahead: a text in quotes",
     .script = {IN, ASKED, "> * 3 FETCH (UID 7 BODY[] \"short\")", "hang"},
     FAILS(ERROR_MALFORMED),
     .act = act_ahead,
     .words = "unusual"},
    {.name = "ahead: flags before the text",
     .script = {IN, ASKED, "> * 3 FETCH (FLAGS (UID) UID 7 BODY[] {5}", "> seven)", "hang"},
     FAILS(ERROR_MALFORMED),
     .act = act_ahead,
     .words = "unusual"},
    {.name = "ahead: an answer to nothing",
     .script = {IN, ASKED, "> 3 OK done", "hang"},
     FAILS(ERROR_MALFORMED),
     .act = act_ahead,
     .words = "not asked"},
    {.name = "ahead: an answer twice",
     .script = {IN, ASKED, "> 6 OK done", "> 6 NO done", "hang"},
     FAILS(ERROR_MALFORMED),
     .act = act_ahead,
     .words = "not asked"},
    {.name = "ahead: an answer that says nothing",
     .script = {IN, ASKED, "> 4 MAYBE", "hang"},
     FAILS(ERROR_MALFORMED),
     .act = act_ahead,
     .words = "not asked"},
    {.name = "ahead: it wants more",
     .script = {IN, ASKED, "> + go on", "hang"},
     FAILS(ERROR_MALFORMED),
     .act = act_ahead,
     .words = "no IMAP"},
    {.name = "ahead: BYE",
     .script = {IN, ASKED, TEXT("7", "seven"), "> * BYE shutting down", "close"},
     FAILS(ERROR_TEMPORARY),
     .act = act_ahead,
     .words = "BYE shutting down"},
    {.name = "ahead: end in a literal",
     .script = {IN, ASKED, TEXT("7", "seven"), "> * 3 FETCH (UID 8 BODY[] {500}", "+ half", "close"},
     FAILS(ERROR_TEMPORARY),
     .act = act_ahead,
     .words = "closed it"},
    {.name = "ahead: a stop in a literal",
     .script = {IN, ASKED, "> * 3 FETCH (UID 7 BODY[] {500}", "+ half", "stop", "hang"},
     FAILS(ERROR_TEMPORARY),
     .act = act_ahead,
     .words = "stopped"},
    {.name = "ahead: nothing moves",
     .script = {IN, ASKED, "> * 3 FETCH (UID 7 BODY[] {500}", "+ half", "hang"},
     FAILS(ERROR_TEMPORARY),
     .act = act_ahead,
     .words = "took too long",
     .timeouts = &hasty},
    {.name = "ahead: a literal that is no text has no end",
     .script = {IN, ASKED, "> * 3 FETCH (X {300000000}", "hang"},
     FAILS(ERROR_LIMIT),
     .act = act_ahead},
    {.name = "ahead: nobody takes it",
     .script = {IN, ASKED, TEXT("7", "seven"), "hang"},
     FAILS(ERROR_CONFLICT),
     .act = act_ahead_full,
     .words = "no room"},
};

static void test_conversations(void **state)
{
    (void)state;
    run_cases(cases, G_N_ELEMENTS(cases));
}

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_conversations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
