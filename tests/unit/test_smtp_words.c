/* What is said about a server that did not let us in, and that no login stands in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <gateway/wire/smtp_words.h>

#include <postern/sign_in.h>

#include <string.h>

#define TOKEN "ya29.a0AfB-a-very-secret-token"
#define PASSWORD "correct horse battery"

static char host[] = "smtp.test", user[] = "support@desk.test", sign_in[] = "work";

static char *words_for(const char *last, const char *secret, gboolean is_token, gboolean is_renewed)
{
    ConfigServer server = {.host = host, .port = 587, .user = user, .sign_in = is_token ? sign_in : NULL};
    SmtpGreeting greeting = {0};
    assert_true(smtp_greeting_line(&greeting, last, strlen(last)));
    SmtpAttempt attempt = {.server = &server,
                           .greeting = &greeting,
                           .trouble = "Login denied",
                           .secret = secret,
                           .is_token = is_token,
                           .is_renewed = is_renewed,
                           .timeout_ms = 20000};
    return smtp_words(&attempt, CURLE_LOGIN_DENIED);
}

static void expect(const char *last, const char *secret, gboolean is_token, gboolean is_renewed,
                   const char *expected)
{
    g_autofree char *words = words_for(last, secret, is_token, is_renewed);
    assert_string_equal(words, expected);
}

static void logins(void **state)
{
    (void)state;
    expect("250 HELP\r\n", PASSWORD, FALSE, FALSE,
           "it offers no way to log in that we use (PLAIN, LOGIN), but user \"support@desk.test\" is "
           "configured");
    expect("250 HELP\r\n", TOKEN, TRUE, FALSE,
           "it offers no way to log in that we use (XOAUTH2), but user \"support@desk.test\" is configured");
    expect("535 5.7.8 no\x1b[31m\r\n", PASSWORD, FALSE, FALSE,
           "login of user \"support@desk.test\" was denied: \"535 5.7.8 no [31m\"");
    expect("535 5.7.8 no\r\n", TOKEN, TRUE, FALSE,
           "the access token of user \"support@desk.test\" was refused: \"535 5.7.8 no\"");
    expect("334 eyJzdGF0dXMiOiI0MDEifQ==\r\n", TOKEN, TRUE, FALSE,
           "the access token of user \"support@desk.test\" was refused");
    expect("334 eyJzdGF0dXMiOiI0MDEifQ==\r\n", TOKEN, TRUE, TRUE,
           "the access token of user \"support@desk.test\" was refused, and a new one too; authorize again, "
           "signed "
           "in as a person who may send for this user: postern mailboxes authorize work");
}

G_GNUC_PRINTF(1, 2)
static char *base64(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    return g_base64_encode((const guchar *)text, strlen(text));
}

/* Servers in debug mode tell what they got. */
static void a_login_is_not_repeated(void **state)
{
    (void)state;
    g_autofree char *xoauth2 = base64("user=%s\x01"
                                      "auth=Bearer " TOKEN "\x01\x01",
                                      user);
    g_autofree char *login = base64(PASSWORD);
    guint8 bytes[64] = {0};
    gsize length = 1 + strlen(user) + 1 + strlen(PASSWORD);
    memcpy(bytes + 1, user, strlen(user));
    memcpy(bytes + 2 + strlen(user), PASSWORD, strlen(PASSWORD));
    g_autofree char *plain = g_base64_encode(bytes, length);
    const struct {
        const char *said;
        gboolean is_token;
    } cases[] = {{TOKEN, TRUE}, {xoauth2, TRUE}, {login, FALSE}, {plain, FALSE}, {PASSWORD, FALSE}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *last = g_strdup_printf("535 bad AUTH <%s>\r\n", cases[i].said);
        g_autofree char *words =
            words_for(last, cases[i].is_token ? TOKEN : PASSWORD, cases[i].is_token, FALSE);
        assert_null(strstr(words, cases[i].said));
        assert_non_null(strstr(words, "with words that repeat the login"));
    }
}

/* In base64 the last letters of a short name depend on what follows it. */
static void short_names(void **state)
{
    (void)state;
    static const char *const names[] = {"me", "kim", "gate", "desks"};
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *words = g_strdup_printf("x%sx" PASSWORD, names[i]);
        gsize length = strlen(words);
        words[0] = words[1 + strlen(names[i])] = '\0';
        g_autofree char *plain = g_base64_encode((const guchar *)words, length);
        g_autofree char *said = g_strdup_printf("535 bad AUTH <%s>", plain);
        assert_true(secret_is_repeated(said, names[i], PASSWORD));
        assert_false(secret_is_repeated("535 5.7.8 Authentication failed", names[i], PASSWORD));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(logins),
        cmocka_unit_test(a_login_is_not_repeated),
        cmocka_unit_test(short_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
