/* What holds for any command of an IMAP session, and waiting for news (IDLE). */
#include "imap_script.h"

static gboolean act_noop(ImapSession *session, GString *out, GError **error)
{
    (void)out;
    return imap_noop(session, error);
}

static gboolean act_idle(ImapSession *session, GString *out, GError **error)
{
    static const char *const words[] = {"news", "quiet", "stopped", "fails"};
    ImapWait wait;
    if (!imap_idle(session, 300 * 1000, &wait, error))
        return FALSE;
    g_string_append(out, words[wait]);
    return TRUE;
}

/* A long one: only what the server does ends it. */
static gboolean act_idle_long(ImapSession *session, GString *out, GError **error)
{
    static const char *const words[] = {"news", "quiet", "stopped", "fails"};
    ImapWait wait;
    if (!imap_idle(session, 20 * G_USEC_PER_SEC, &wait, error))
        return FALSE;
    g_string_append(out, words[wait]);
    return TRUE;
}

static gboolean act_noop_idle(ImapSession *session, GString *out, GError **error)
{
    return imap_noop(session, error) && act_idle_long(session, out, error);
}

static const Case cases[] = {
    /* Any command. */
    {.name = "garbage",
     .act = act_noop,
     .script = {IN, "< 4 NOOP", "> what?", "hang"},
     FAILS(ERROR_MALFORMED)},
    {.name = "untagged garbage",
     .act = act_noop,
     .script = {IN, "< 4 NOOP", "> * ((((", "> 4 OK done", "hang"},
     FAILS(ERROR_MALFORMED)},
    {.name = "a blank before BYE",
     .act = act_noop,
     .script = {IN, "< 4 NOOP", "> *  BYE", "hang"},
     FAILS(ERROR_MALFORMED)},
    {.name = "the answer to another command",
     .act = act_noop,
     .script = {IN, "< 4 NOOP", "> 99 OK done", "hang"},
     FAILS(ERROR_MALFORMED)},
    {.name = "BAD to another command",
     .act = act_noop,
     .script = {IN, "< 4 NOOP", "> 99 BAD done", "hang"},
     FAILS(ERROR_MALFORMED)},
    {.name = "BYE, then OK",
     .act = act_noop,
     .script = {IN, "< 4 NOOP", "> * BYE \x1b[2Jaway", "> 4 OK done", "hang"},
     FAILS(ERROR_TEMPORARY),
     .words = "BYE [2Jaway"},
    {.name = "closed",
     .act = act_noop,
     .script = {IN, "< 4 NOOP", "close"},
     FAILS(ERROR_TEMPORARY),
     .words = "closed"},
    {.name = "alerts",
     .act = act_noop,
     .script = {IN, "< 4 NOOP", "> * OK [ALERT] quota \x1b[31mfull", "> 4 OK done", OUT(5)}},
    {.name = "an unasked continuation",
     .act = act_noop,
     .script = {IN, "< 4 NOOP", "> + go on", "> 4 OK done", OUT(5)}},
    {.name = "stopped while waiting",
     .act = act_noop,
     .script = {IN, "< 4 NOOP", "stop", "hang"},
     FAILS(ERROR_TEMPORARY),
     .words = "stopped"},

    /* IDLE. */
    {.name = "idle: EXISTS in one packet with the plus",
     .act = act_idle_long,
     .words = "news",
     .script = {IN, "< 4 IDLE", "+ + idling\r\n* 1 EXISTS\r\n", "< DONE", "> 4 OK done", OUT(5)}},
    {.name = "idle: a line before the plus",
     .act = act_idle_long,
     .words = "news",
     .script = {IN, "< 4 IDLE", "> * 1 EXISTS", "> + idling", "< DONE", "> 4 OK done", OUT(5)}},
    {.name = "idle: words before the plus, then news",
     .act = act_idle_long,
     .words = "news",
     .script = {IN, "< 4 IDLE", "> * OK wait", "> + idling", "> * OK still here", "> * 1 EXISTS", "< DONE",
                "> * 1 RECENT", "> 4 OK done", OUT(5)}},
    {.name = "idle: news came before",
     .act = act_noop_idle,
     .words = "news",
     .script = {IN, "< 4 NOOP", "> * 1 EXISTS", "> 4 OK done", OUT(5)}},
    {.name = "idle: nothing",
     .act = act_idle,
     .words = "quiet",
     .script = {IN, "< 4 IDLE", "> +", "< DONE", "> 4 OK done", OUT(5)}},
    {.name = "idle: what goes is no news",
     .act = act_idle,
     .words = "quiet",
     .script = {IN, "< 4 IDLE", "> + idling", "> * 1 EXPUNGE", "> * 2 FETCH (FLAGS ())", "> * 0 EXISTS",
                "< DONE", "> 4 OK done", OUT(5)}},
    {.name = "idle: refused",
     .act = act_idle_long,
     .words = "fails",
     .script = {IN, "< 4 IDLE", "> 4 NO not now", OUT(5)}},
    {.name = "idle: the server ends it",
     .act = act_idle_long,
     .words = "quiet",
     .script = {IN, "< 4 IDLE", "> + idling", "> 4 OK enough", OUT(5)}},
    {.name = "idle: stopped",
     .act = act_idle_long,
     .words = "stopped",
     .script = {IN, "< 4 IDLE", "> + idling", "stop", "hang"}},
    {.name = "idle: closed",
     .act = act_idle_long,
     .script = {IN, "< 4 IDLE", "> + idling", "close"},
     FAILS(ERROR_TEMPORARY),
     .words = "closed"},
    {.name = "idle: BYE",
     .act = act_idle_long,
     .script = {IN, "< 4 IDLE", "> + idling", "> * BYE idle for too long", "close"},
     FAILS(ERROR_TEMPORARY),
     .words = "BYE idle"},
    {.name = "idle: half a line",
     .act = act_idle_long,
     .script = {IN, "< 4 IDLE", "> + idling", "+ * 1 EXI", "hang"},
     FAILS(ERROR_TEMPORARY),
     .words = "took too long",
     .timeouts = &hasty},
    {.name = "idle: no answer",
     .act = act_idle_long,
     .script = {IN, "< 4 IDLE", "hang"},
     FAILS(ERROR_TEMPORARY),
     .words = "took too long",
     .timeouts = &hasty},
    {.name = "idle: it never stops talking",
     .act = act_idle,
     .script = {IN, "< 4 IDLE", "> + idling", "flood * OK still here\r\n"},
     FAILS(ERROR_LIMIT),
     .words = "no end"},
    {.name = "idle: a literal",
     .act = act_idle_long,
     .script = {IN, "< 4 IDLE", "> + idling", "> * 1 FETCH (BODY[] {300000}", "hang"},
     FAILS(ERROR_LIMIT)},
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
