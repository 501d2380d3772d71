/* Logging in to an IMAP server: greeting, STARTTLS, passwords and their refusal. */
#include "imap_script.h"

static const Case cases[] = {
    /* Login. */
    {.name = "AUTHENTICATE PLAIN", .script = {IN, OUT(4)}},
    {.name = "LOGIN where PLAIN is not offered",
     .script = {HELLO, "> * CAPABILITY IMAP4rev1", "> 1 OK done", "< 2 LOGIN \"kim\" \"pw\"", "> 2 OK done",
                "< 3 CAPABILITY", "> * CAPABILITY IMAP4rev1", "> 3 OK done", OUT(4)}},
    {.name = "LOGINDISABLED",
     .script = {HELLO, "> * CAPABILITY IMAP4rev1 LOGINDISABLED", "> 1 OK done", "hang"},
     FAILS(ERROR_CONFIG),
     .words = "LOGINDISABLED"},
    {.name = "password refused",
     .script = {HELLO, OFFERS, "> 1 OK done", PASS, "> 2 NO [AUTHENTICATIONFAILED] bad \x1b[31mword", "hang"},
     FAILS(ERROR_REFUSED),
     .words = "login of user \"kim\" was refused: \"NO [AUTHENTICATIONFAILED] bad [31mword\"; check user and "
              "password"},
    {.name = "a refusal that repeats the login",
     .script = {HELLO, OFFERS, "> 1 OK done", PASS, "> 2 NO AUTHENTICATE PLAIN AGtpbQBwdw== failed", "hang"},
     FAILS(ERROR_REFUSED),
     .words = "login of user \"kim\" was refused: \"words that repeat the login\"; check user"},
    {.name = "a server that is away and repeats the login",
     .script = {HELLO, OFFERS, "> 1 OK done", PASS, "> 2 NO [UNAVAILABLE] not now for AGtpbQBwdw==", "hang"},
     FAILS(ERROR_TEMPORARY),
     .words = "the login failed: \"words that repeat the login\""},
    {.name = "a good-bye that repeats the login",
     .script = {HELLO, OFFERS, "> 1 OK done", PASS, "> * BYE no AGtpbQBwdw==", "hang"},
     FAILS(ERROR_TEMPORARY),
     .words = "the login failed: \"words that repeat the login\""},
    {.name = "login service away",
     .script = {HELLO, OFFERS, "> 1 OK done", PASS, "> 2 NO [UNAVAILABLE] later", "hang"},
     FAILS(ERROR_TEMPORARY),
     .words = "later"},
    {.name = "a BAD login",
     .script = {HELLO, OFFERS, "> 1 OK done", PASS, "> 2 BAD what", "hang"},
     FAILS(ERROR_REFUSED)},
    {.name = "it asks without end",
     .script = {HELLO, OFFERS, "> 1 OK done", PASS, "> + ", "< ", "> + ", "< ", "> + ", "hang"},
     FAILS(ERROR_MALFORMED),
     .words = "without end"},
    {.name = "token",
     .script = {HELLO, "> * CAPABILITY IMAP4rev1 AUTH=XOAUTH2", "> 1 OK done", "< 2 AUTHENTICATE XOAUTH2",
                "> +", "< " TOKEN, "> * CAPABILITY X", "> 2 OK done", "< 3 CAPABILITY", OFFERS, "> 3 OK done",
                OUT(4)},
     .is_token = TRUE},
    {.name = "a refused token is asked for anew, once",
     .script = {HELLO, "> * CAPABILITY IMAP4rev1 AUTH=XOAUTH2", "> 1 OK done", "< 2 AUTHENTICATE XOAUTH2",
                "> +", "< " TOKEN, "> + eyJzdGF0dXMiOiI0MDAifQ==", "< ", "> 2 NO failed",
                "< 3 AUTHENTICATE XOAUTH2", "> +", "< " TOKEN, "> + eyJ9", "< ", "> 3 NO failed", "hang"},
     FAILS(ERROR_REFUSED),
     .words = "authorize the mailbox anew",
     .is_token = TRUE},
    {.name = "no XOAUTH2",
     .script = {HELLO, OFFERS, "> 1 OK done", "hang"},
     FAILS(ERROR_CONFIG),
     .words = "takes no access tokens",
     .is_token = TRUE},
    {.name = "CAPABILITY without an answer",
     .script = {HELLO, "> 1 OK done", "< 2 LOGIN \"kim\" \"pw\"", "> 2 OK done", "< 3 CAPABILITY",
                "> 3 OK done", OUT(4)}},

    /* The greeting. */
    {.name = "BYE as greeting",
     .script = {"> * BYE too many", "hang"},
     FAILS(ERROR_TEMPORARY),
     .words = "BYE too many"},
    {.name = "PREAUTH before TLS",
     .script = {"> * PREAUTH welcome", "hang"},
     FAILS(ERROR_MALFORMED),
     .words = "PREAUTH",
     .security = SECURITY_STARTTLS},
    {.name = "PREAUTH",
     .script = {"> * PREAUTH welcome", "hang"},
     FAILS(ERROR_MALFORMED),
     .words = "PREAUTH"},
    {.name = "closed before the greeting",
     .script = {"close"},
     FAILS(ERROR_TEMPORARY),
     .words = "the server closed it"},
    {.name = "no greeting",
     .script = {"hang"},
     FAILS(ERROR_TEMPORARY),
     .words = "security: tls",
     .timeouts = &hasty},
    {.name = "another protocol",
     .script = {"> 220 mail ESMTP", "hang"},
     FAILS(ERROR_MALFORMED),
     .words = "no IMAP"},
    {.name = "an HTTP server",
     .script = {"> HTTP/1.1 400 Bad", "hang"},
     FAILS(ERROR_MALFORMED),
     .words = "no IMAP"},
    {.name = "an empty line", .script = {"> ", "hang"}, FAILS(ERROR_MALFORMED)},
    {.name = "a greeting without end",
     .script = {"flood * OK hello"},
     FAILS(ERROR_LIMIT),
     .words = "line without end"},
    {.name = "a greeting that trickles",
     .script = {"+ * OK ", "drip x"},
     FAILS(ERROR_TEMPORARY),
     .words = "took too long",
     .timeouts = &hasty},

    /* STARTTLS. */
    {.name = "no STARTTLS",
     .script = {"> * OK done", "< 1 STARTTLS", "> 1 BAD what", "hang"},
     FAILS(ERROR_CONFIG),
     .words = "security: tls",
     .security = SECURITY_STARTTLS},
    {.name = "text behind the answer to STARTTLS",
     .script = {"> * OK done", "< 1 STARTTLS", "+ 1 OK begin\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n",
                "hang"},
     FAILS(ERROR_MALFORMED),
     .words = "as an attacker would",
     .security = SECURITY_STARTTLS},
    {.name = "BYE to STARTTLS",
     .script = {"> * OK done", "< 1 STARTTLS", "> * BYE no", "hang"},
     FAILS(ERROR_TEMPORARY),
     .words = "BYE no",
     .security = SECURITY_STARTTLS},
    {.name = "STARTTLS, then no TLS",
     .script = {"> * OK done", "< 1 STARTTLS", "> 1 OK done", "hang"},
     FAILS(ERROR_TEMPORARY),
     .words = "TLS handshake",
     .timeouts = &hasty,
     .security = SECURITY_STARTTLS},
};

static void test_conversations(void **state)
{
    (void)state;
    run_cases(cases, G_N_ELEMENTS(cases));
}

static void test_no_password_in_the_clear(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    Server server = {.script = (const char *const[]){HELLO, OFFERS, "> 1 OK done", "hang", NULL},
                     .input = g_string_new(NULL)};
    /* Any name but a loopback one will do that leads here. */
    ConfigServer config = {.host = (char *)"0.0.0.0", .user = (char *)"kim", .security = SECURITY_NONE};
    config.port = listen_somewhere(&server);
    GThread *thread = g_thread_new("server", serve, &server);
    g_autoptr(ServerSecret) secret = server_secret_fixed("pw", FALSE);
    assert_null(imap_session_open(&config, secret, &patient, -1, &error));
    g_thread_join(thread);
    assert_true(error_is(error, ERROR_CONFIG));
    assert_non_null(strstr(error->message, "no login without TLS"));
    assert_string_equal(server.input->str, "");
    g_string_free(server.input, TRUE);
}

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_conversations),
        cmocka_unit_test(test_no_password_in_the_clear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
