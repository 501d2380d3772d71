/* Sign-ins against a token server that does what its script says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "https_peer.h"

#include <gateway/wire/token_file.h>
#include <postern/base/clock.h>
#include <postern/base/error.h>
#include <postern/sign_in.h>

#include <fcntl.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>

#define MINUTE_US ((gint64)60 * G_USEC_PER_SEC)

static HttpsPeer peer;
static Config *config;
static ConfigSignIn *sign_in;
static const ConfigServer *server;

#define CONFIG                                                                                               \
    "domain: desk.test\n"                                                                                    \
    "store: store\n"                                                                                         \
    "queues:\n"                                                                                              \
    "  - {name: support, display: Support, prefix: SUP, addresses: [support@desk.test], agents: []}\n"       \
    "lmtp:\n"                                                                                                \
    "  listen: [\"127.0.0.1:0\"]\n"                                                                          \
    "outgoing:\n"                                                                                            \
    "  folder: outgoing\n"                                                                                   \
    "mailboxes:\n"                                                                                           \
    "  - {name: support, server: imap.test, security: tls, user: box@desk.test, queue: support, sign_in: "   \
    "work}\n"                                                                                                \
    "sign_ins:\n"                                                                                            \
    "  - name: work\n"                                                                                       \
    "    provider: other\n"                                                                                  \
    "    client_id: the client\n"                                                                            \
    "    client_secret_env: POSTERN_TEST_CLIENT_SECRET\n"                                                    \
    "    token_url: %s/token\n"                                                                              \
    "    device_url: %s/device\n"                                                                            \
    "    authorize_url: https://login.test/authorize?tenant=7\n"                                             \
    "    scope: mail offline_access\n"                                                                       \
    "    ca_file: %s\n"

static int start(void **state)
{
    (void)state;
    https_peer_start(&peer, "localhost", "2");
    setenv("POSTERN_TEST_CLIENT_SECRET", "client-s3cret&+", 1);
    g_autofree char *text = g_strdup_printf(CONFIG, peer.base, peer.base, peer.ca_file);
    g_autoptr(GPtrArray) problems = problems_new();
    config = config_parse("postern.yaml", text, strlen(text), problems);
    if (!config) {
        g_autofree char *words = problems_format(problems);
        fail_msg("%s", words);
    }
    sign_in = config->sign_ins->pdata[0];
    server = &((const ConfigMailbox *)config->mailboxes->pdata[0])->server;
    return 0;
}

static int stop(void **state)
{
    (void)state;
    https_peer_stop(&peer);
    config_free(config);
    return 0;
}

static int new_store(void **state)
{
    (void)state;
    g_free(config->store);
    config->store = g_dir_make_tmp("postern-sign-in-XXXXXX", NULL);
    sign_in->provider = SIGN_IN_OTHER;
    return config->store ? 0 : -1;
}

static char *kept_path(const char *name)
{
    return g_build_filename(config->store, "sign-ins", name, NULL);
}

static int end_store(void **state)
{
    (void)state;
    g_autofree char *folder = g_build_filename(config->store, "sign-ins", NULL);
    g_autofree char *json = kept_path("work.json"), *lock = kept_path("work.lock");
    unlink(json);
    unlink(lock);
    g_rmdir(folder);
    return g_rmdir(config->store); /* fails when a temporary file was left behind */
}

static void keep(const char *access, const char *refresh, gint64 from_now_us)
{
    Tokens tokens = {.access = (char *)(guintptr)access,
                     .refresh = (char *)(guintptr)refresh,
                     .expires_us = clock_now_us() + from_now_us};
    assert_true(tokens_write(config->store, "work", &tokens, NULL));
}

static void assert_kept(const char *access, const char *refresh)
{
    g_auto(Tokens) tokens = {0};
    assert_true(tokens_read(config->store, "work", &tokens, NULL));
    assert_string_equal(tokens.access, access);
    assert_string_equal(tokens.refresh, refresh);
}

static void assert_contains(const char *text, const char *words)
{
    if (!strstr(text, words))
        fail_msg("'%s' is not in: %s", words, text);
}

static void assert_lacks(const char *text, const char *words)
{
    if (strstr(text, words))
        fail_msg("'%s' is in: %s", words, text);
}

/* What server_secret_get gives, or its error. */
static void expect_token(ServerSecret *secret, gboolean was_refused, const char *expected)
{
    g_autoptr(GError) error = NULL;
    char *token = server_secret_get(secret, was_refused, -1, &error);
    if (!token)
        fail_msg("%s", error->message);
    assert_string_equal(token, expected);
    secret_free(token);
}

static char *expect_error(ErrorCode code)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(ServerSecret) secret = server_secret_new(config, server, "mailbox 'support'");
    assert_null(server_secret_get(secret, FALSE, -1, &error));
    assert_string_equal(error_code_name((ErrorCode)error->code), error_code_name(code));
    return g_strdup(error->message);
}

static void a_good_token_is_used(void **state)
{
    (void)state;
    g_autoptr(ServerSecret) secret = server_secret_new(config, server, "mailbox 'support'");
    https_peer_script(&peer, "");
    keep("old-access", "old-refresh", 3 * MINUTE_US);
    assert_true(server_secret_is_token(secret));
    expect_token(secret, FALSE, "old-access");
    g_autofree char *log = https_peer_log(&peer);
    assert_null(strstr(log, "POST ")); /* an earlier handshake may end late */
}

static void a_token_that_ends_is_renewed(void **state)
{
    (void)state;
    g_autoptr(ServerSecret) secret = server_secret_new(config, server, "mailbox 'support'");
    https_peer_script(&peer, "/token answer 200 {\"access_token\":\"new-access\",\"token_type\":\"Bearer\","
                             "\"expires_in\":3600}\n");
    keep("old-access", "old/refresh+", MINUTE_US);
    expect_token(secret, FALSE, "new-access");
    g_autofree char *log = https_peer_log(&peer);
    assert_contains(log, "\r\n\r\nclient_id=the%20client&client_secret=client-s3cret%26%2B&"
                         "grant_type=refresh_token&refresh_token=old%2Frefresh%2B\n--\n");
    assert_kept("new-access", "old/refresh+");
    /* The next one comes from the disk. */
    expect_token(secret, FALSE, "new-access");
    g_autofree char *later = https_peer_log(&peer);
    assert_string_equal(later, log);
}

static void a_new_refresh_token_is_kept(void **state)
{
    (void)state;
    g_autoptr(ServerSecret) secret = server_secret_new(config, server, "mailbox 'support'");
    https_peer_script(&peer, "/token answer 200 {\"access_token\":\"new-access\",\"refresh_token\":\"r2\","
                             "\"expires_in\":\"3600\"}\n");
    keep("old-access", "r1", -MINUTE_US);
    expect_token(secret, FALSE, "new-access");
    assert_kept("new-access", "r2");
}

static void a_refused_token_is_renewed_once(void **state)
{
    (void)state;
    g_autoptr(ServerSecret) secret = server_secret_new(config, server, "mailbox 'support'");
    https_peer_script(&peer, "/token answer 200 {\"access_token\":\"a2\",\"expires_in\":3600}\n"
                             "/token answer 200 {\"access_token\":\"a3\",\"expires_in\":3600}\n");
    keep("a1", "r", 60 * MINUTE_US);
    expect_token(secret, FALSE, "a1");
    expect_token(secret, TRUE, "a2");
    expect_token(secret, FALSE, "a2");
    expect_token(secret, TRUE, "a3");
    /* Another process was faster: what it got is taken, and nobody is asked. */
    https_peer_script(&peer, "");
    keep("a4", "r", 60 * MINUTE_US);
    expect_token(secret, TRUE, "a4");
    g_autofree char *log = https_peer_log(&peer);
    assert_null(strstr(log, "POST ")); /* an earlier handshake may end late */
}

static void never_authorized(void **state)
{
    (void)state;
    g_autofree char *words = expect_error(ERROR_CONFIG);
    assert_contains(words, "mailbox 'support': sign-in 'work' is not authorized yet: postern mailboxes "
                           "authorize work");
}

static void a_damaged_file(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "{", "[]", "{\"access_token\":\"a\"}", "{\"refresh_token\":7}"};
    keep("a", "r", 0);
    g_autofree char *path = kept_path("work.json");
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        assert_true(g_file_set_contents(path, texts[i], -1, NULL));
        g_autofree char *words = expect_error(ERROR_CONFIG);
        assert_contains(words, "damaged");
        assert_contains(words, "postern mailboxes authorize work");
    }
}

static void what_the_server_says(void **state)
{
    (void)state;
    static const struct {
        const char *action;
        ErrorCode code;
        const char *words;
    } cases[] = {
        {"answer 400 {\"error\":\"invalid_grant\",\"error_description\":\"Token has been revoked.\"}",
         ERROR_CONFIG,
         "(\"invalid_grant: Token has been revoked.\"); authorize again: postern mailboxes "
         "authorize work"},
        {"answer 400 {\"error\":\"interaction_required\"}", ERROR_CONFIG, "authorize again"},
        {"answer 401 {\"error\":\"invalid_client\"}", ERROR_CONFIG, "look at client_id"},
        {"answer 400 {\"error\":\"invalid\\u001b[31mred\\nline\"}", ERROR_CONFIG, "\"invalid [31mred line\""},
        {"answer 400 {\"error\":\"temporarily_unavailable\"}", ERROR_TEMPORARY, "temporarily_unavailable"},
        {"answer 503 {\"error\":\"invalid_grant\"}", ERROR_TEMPORARY, "answers 503"},
        {"answer 502 <html>", ERROR_TEMPORARY, "answers 502"},
        {"answer 200 <html>", ERROR_TEMPORARY, "not as RFC 6749 says"},
        {"answer 200 {}", ERROR_TEMPORARY, "no usable access token"},
        {"answer 200 []", ERROR_TEMPORARY, "no usable access token"},
        {"answer 200 {\"access_token\":\"\"}", ERROR_TEMPORARY, "no usable access token"},
        {"answer 200 {\"access_token\":\"a\\u0001auth=x\"}", ERROR_TEMPORARY, "no usable access token"},
        {"answer 200 {\"access_token\":\"a b\"}", ERROR_TEMPORARY, "no usable access token"},
        {"answer 200 {\"access_token\":\"a\",\"token_type\":\"mac\"}", ERROR_CONFIG, "no bearer tokens"},
        {"answer 404 {}", ERROR_CONFIG, "URLs of the sign-in"},
        {"redirect https://localhost/x", ERROR_CONFIG, "URLs of the sign-in"},
        {"huge", ERROR_TEMPORARY, "longer than"},
        {"drop", ERROR_TEMPORARY, "the connection ended"},
    };
    keep("old-access", "old-refresh", 0);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *script = g_strdup_printf("/token %s\n", cases[i].action);
        https_peer_script(&peer, script);
        g_autofree char *words = expect_error(cases[i].code);
        assert_contains(words, cases[i].words);
        assert_kept("old-access", "old-refresh");
    }
}

/* Some servers tell which token they did not like. */
static void no_secret_in_a_message(void **state)
{
    (void)state;
    static const char *const keys[] = {"refresh_token", "client_secret"};
    keep("old-access", "old-refresh", 0);
    for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
        g_autofree char *script = g_strdup_printf("/token echo 400 invalid_grant %s\n", keys[i]);
        https_peer_script(&peer, script);
        g_autofree char *words = expect_error(ERROR_CONFIG);
        assert_contains(words, "I do not like … at all");
        assert_lacks(words, "old-refresh");
        assert_lacks(words, "s3cret");
    }
}

static void stopped(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    g_autoptr(ServerSecret) secret = server_secret_new(config, server, "mailbox 'support'");
    int fd = eventfd(1, EFD_CLOEXEC);
    https_peer_script(&peer, "/token hang\n");
    keep("old-access", "old-refresh", 0);
    assert_null(server_secret_get(secret, FALSE, fd, &error));
    assert_true(error_is(error, ERROR_TEMPORARY));
    g_clear_error(&error);
    /* While another process holds the lock. */
    int lock = tokens_lock(config->store, "work", G_MAXINT64, -1, NULL);
    assert_true(lock >= 0);
    assert_null(server_secret_get(secret, FALSE, fd, &error));
    assert_true(error_is(error, ERROR_TEMPORARY));
    assert_contains(error->message, "another process");
    close(lock);
    close(fd);
}

/* The second refresh token of two would be void: the server here takes each but once. */
static void processes_at_once(void **state)
{
    (void)state;
    pid_t children[4];
    https_peer_script(
        &peer, "/token slow 200 200 {\"access_token\":\"a2\",\"refresh_token\":\"r2\",\"expires_in\":3600}\n"
               "/token answer 400 {\"error\":\"invalid_grant\"}\n");
    keep("a1", "r1", 0);
    for (gsize i = 0; i < G_N_ELEMENTS(children); i++) {
        children[i] = fork();
        if (children[i] != 0)
            continue;
        ServerSecret *secret = server_secret_new(config, server, "mailbox 'support'");
        GError *error = NULL;
        char *token = server_secret_get(secret, FALSE, -1, &error);
        if (g_strcmp0(token, "a2") != 0)
            fprintf(stderr, "not the new token: %s\n", error ? error->message : token);
        _exit(g_strcmp0(token, "a2") == 0 ? 0 : 1);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(children); i++) {
        int status = -1;
        waitpid(children[i], &status, 0);
        assert_int_equal(status, 0);
    }
    assert_kept("a2", "r2");
}

static void file_modes(void **state)
{
    (void)state;
    struct stat info;
    mode_t old = umask(0);
    keep("a", "r", 0);
    close(tokens_lock(config->store, "work", G_MAXINT64, -1, NULL));
    umask(old);
    g_autofree char *file = kept_path("work.json"), *lock = kept_path("work.lock"), *folder = kept_path("");
    assert_int_equal(stat(file, &info), 0);
    assert_int_equal(info.st_mode & 07777, 0600);
    assert_int_equal(stat(lock, &info), 0);
    assert_int_equal(info.st_mode & 07777, 0600);
    assert_int_equal(stat(folder, &info), 0);
    assert_int_equal(info.st_mode & 07777, 0700);
}

/* The person at the terminal. */
typedef struct {
    GString *shown;
    GString *waits;     /* seconds, with blanks */
    const char *answer; /* printf format with the state, or NULL */
    char *url;
} Person;

static void person_sees(gpointer data, const char *url, const char *code, const char *url_with_code,
                        gint64 life_s)
{
    Person *person = data;
    g_string_append_printf(person->shown, "%s|%s|%s|%d", url, code, url_with_code ? url_with_code : "-",
                           (int)life_s);
}

static void person_waits(gpointer data, gint64 seconds)
{
    Person *person = data;
    g_string_append_printf(person->waits, "%d ", (int)seconds);
}

static char *parameter(const char *url, const char *name)
{
    g_autoptr(GHashTable) all = g_uri_parse_params(strchr(url, '?') + 1, -1, "&", G_URI_PARAMS_NONE, NULL);
    return g_strdup(g_hash_table_lookup(all, name));
}

/* "STATE" and "REDIRECT" in the answer are those of the URL. */
static char *person_pastes(gpointer data, const char *url)
{
    Person *person = data;
    g_autofree char *state = parameter(url, "state"), *redirect = parameter(url, "redirect_uri");
    g_free(person->url);
    person->url = g_strdup(url);
    if (!person->answer)
        return NULL;
    GString *text = g_string_new(person->answer);
    g_string_replace(text, "STATE", state, 0);
    g_string_replace(text, "REDIRECT", redirect, 0);
    return g_string_free(text, FALSE);
}

static Person *person_new(const char *answer)
{
    Person *person = g_new0(Person, 1);
    person->shown = g_string_new(NULL);
    person->waits = g_string_new(NULL);
    person->answer = answer;
    return person;
}

static void person_free(Person *person)
{
    g_string_free(person->shown, TRUE);
    g_string_free(person->waits, TRUE);
    g_free(person->url);
    g_free(person);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Person, person_free)

static SignInTalk talk_with(Person *person)
{
    return (SignInTalk){
        .show_code = person_sees, .ask_url = person_pastes, .wait = person_waits, .data = person};
}

#define DEVICE                                                                                               \
    "/device answer 200 "                                                                                    \
    "{\"device_code\":\"device-s3cret\",\"user_code\":\"ABCD-EFGH\",\"verification_uri\":"                   \
    "\"https://login.test/device\",\"expires_in\":900,\"interval\":2}\n"
#define PENDING "/token answer 400 {\"error\":\"authorization_pending\"}\n"
#define GRANTED                                                                                              \
    "/token answer 200 "                                                                                     \
    "{\"access_token\":\"a1\",\"refresh_token\":\"r1\",\"token_type\":\"bearer\",\"expires_in\":3600}\n"

static void by_device(void **state)
{
    (void)state;
    g_autoptr(Person) person = person_new(NULL);
    SignInTalk talk = talk_with(person);
    g_autoptr(GError) error = NULL;
    https_peer_script(&peer, DEVICE PENDING "/token answer 400 {\"error\":\"slow_down\"}\n" PENDING
                                            "/token answer 503 busy\n" GRANTED);
    if (!sign_in_by_device(config, sign_in, &talk, &error))
        fail_msg("%s", error->message);
    assert_string_equal(person->shown->str, "https://login.test/device|ABCD-EFGH|-|900");
    /* RFC 8628 3.5: five more after slow_down, twice as long after trouble. */
    assert_string_equal(person->waits->str, "2 2 7 7 14 ");
    assert_kept("a1", "r1");
    g_autofree char *log = https_peer_log(&peer);
    assert_contains(log,
                    "client_id=the%20client&client_secret=client-s3cret%26%2B&scope=mail%20offline_access\n");
    assert_contains(log, "&grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&device_code="
                         "device-s3cret\n");
}

static void by_device_fails(void **state)
{
    (void)state;
    static const struct {
        const char *script;
        ErrorCode code;
        const char *words;
    } cases[] = {
        {DEVICE PENDING "/token answer 400 {\"error\":\"access_denied\"}\n", ERROR_REFUSED, "said no"},
        {DEVICE "/token answer 400 {\"error\":\"authorization_declined\"}\n", ERROR_REFUSED, "said no"},
        {DEVICE "/token answer 400 {\"error\":\"expired_token\"}\n", ERROR_TEMPORARY, "ran out"},
        {DEVICE "/token answer 400 {\"error\":\"invalid_client\"}\n", ERROR_CONFIG, "client_id"},
        {DEVICE "/token echo 400 bad_thing device_code\n", ERROR_CONFIG, "I do not like … at all"},
        {DEVICE PENDING, ERROR_TEMPORARY, "ran out"}, /* for ever */
        {DEVICE "/token answer 200 {\"access_token\":\"a\"}\n", ERROR_CONFIG, "no refresh token"},
        {"/device answer 400 {\"error\":\"invalid_scope\"}\n", ERROR_CONFIG, "scope"},
        {"/device answer 200 {\"device_code\":\"d\"}\n", ERROR_TEMPORARY, "no code"},
        {"/device answer 200 {}\n", ERROR_TEMPORARY, "no code"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Person) person = person_new(NULL);
        g_autoptr(GError) error = NULL;
        SignInTalk talk = talk_with(person);
        https_peer_script(&peer, cases[i].script);
        assert_false(sign_in_by_device(config, sign_in, &talk, &error));
        assert_contains(error->message, cases[i].words);
        assert_string_equal(error_code_name((ErrorCode)error->code), error_code_name(cases[i].code));
        assert_lacks(error->message, "s3cret");
    }
    g_autofree char *path = kept_path("work.json");
    assert_int_not_equal(access(path, F_OK), 0);
}

static void by_paste(void **state)
{
    (void)state;
    g_autoptr(Person) person = person_new("  REDIRECT?state=STATE&code=c%2Fode&scope=mail#frag\n");
    SignInTalk talk = talk_with(person);
    g_autoptr(GError) error = NULL;
    https_peer_script(&peer, GRANTED);
    if (!sign_in_by_paste(config, sign_in, &talk, &error))
        fail_msg("%s", error->message);
    assert_kept("a1", "r1");
    assert_true(g_str_has_prefix(person->url,
                                 "https://login.test/authorize?tenant=7&response_type=code&"
                                 "client_id=the%20client&redirect_uri=http%3A%2F%2F127.0.0.1%3A"));
    assert_contains(person->url, "&scope=mail%20offline_access&");
    assert_contains(person->url, "&code_challenge_method=S256");
    assert_lacks(person->url, "access_type");
    /* The challenge belongs to the verifier (RFC 7636 4.6). */
    g_autofree char *log = https_peer_log(&peer);
    assert_contains(log,
                    "&grant_type=authorization_code&code=c%2Fode&redirect_uri=http%3A%2F%2F127.0.0.1%3A");
    g_autofree char *verifier = g_strndup(strstr(log, "code_verifier=") + strlen("code_verifier="), 43);
    g_autofree char *challenge = parameter(person->url, "code_challenge");
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    guint8 bytes[32];
    gsize length = sizeof bytes;
    g_checksum_update(sum, (const guchar *)verifier, 43);
    g_checksum_get_digest(sum, bytes, &length);
    g_autofree char *expected = g_base64_encode(bytes, length);
    g_strdelimit(g_strdelimit(expected, "+", '-'), "/", '_');
    expected[43] = '\0';
    assert_string_equal(challenge, expected);
}

static void by_paste_at_google(void **state)
{
    (void)state;
    g_autoptr(Person) person = person_new("?state=STATE&code=c");
    SignInTalk talk = talk_with(person);
    sign_in->provider = SIGN_IN_GOOGLE;
    https_peer_script(&peer, GRANTED);
    assert_true(sign_in_by_paste(config, sign_in, &talk, NULL));
    assert_contains(person->url, "&access_type=offline&prompt=consent");
}

static void by_paste_fails(void **state)
{
    (void)state;
    static const struct {
        const char *answer;
        ErrorCode code;
        const char *words;
    } cases[] = {
        {NULL, ERROR_REFUSED, "no address"},
        {"", ERROR_MALFORMED, "not the address"},
        {"REDIRECT", ERROR_MALFORMED, "not the address"},
        {"REDIRECT?state=STATE", ERROR_MALFORMED, "not the address"},
        {"REDIRECT?code=c", ERROR_MALFORMED, "another attempt"},
        {"REDIRECT?code=c&state=", ERROR_MALFORMED, "another attempt"},
        {"REDIRECT?code=c&state=STATEx", ERROR_MALFORMED, "another attempt"},
        {"REDIRECT?error=access_denied&state=STATE", ERROR_REFUSED, "\"access_denied\""},
        {"REDIRECT?error=access_denied", ERROR_MALFORMED, "another attempt"},
        {"REDIRECT?code=c0de-s3cret&state=STATE", ERROR_CONFIG, "I do not like … at all"},
    };
    https_peer_script(&peer, "/token echo 400 invalid_grant code\n");
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Person) person = person_new(cases[i].answer);
        g_autoptr(GError) error = NULL;
        SignInTalk talk = talk_with(person);
        assert_false(sign_in_by_paste(config, sign_in, &talk, &error));
        assert_contains(error->message, cases[i].words);
        assert_string_equal(error_code_name((ErrorCode)error->code), error_code_name(cases[i].code));
        assert_lacks(error->message, "s3cret");
    }
    g_autofree char *path = kept_path("work.json");
    assert_int_not_equal(access(path, F_OK), 0);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, new_store, end_store)

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    const struct CMUnitTest tests[] = {
        CASE(a_good_token_is_used),
        CASE(a_token_that_ends_is_renewed),
        CASE(a_new_refresh_token_is_kept),
        CASE(a_refused_token_is_renewed_once),
        CASE(never_authorized),
        CASE(a_damaged_file),
        CASE(what_the_server_says),
        CASE(no_secret_in_a_message),
        CASE(processes_at_once),
        CASE(file_modes),
        CASE(by_device),
        CASE(by_device_fails),
        CASE(by_paste),
        CASE(by_paste_at_google),
        CASE(by_paste_fails),
        /* The last one: the server may come to a request that was given up when another script counts. */
        CASE(stopped),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
