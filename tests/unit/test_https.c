/* HTTPS requests against a server that does what it is told, and the addresses that are private. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "https_peer.h"

#include <gateway/wire/private_network.h>
#include <postern/base/error.h>
#include <postern/https.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/eventfd.h>

static HttpsPeer peer, stranger, expired;

static int start(void **state)
{
    (void)state;
    https_peer_start(&peer, "localhost", "2");
    https_peer_start(&stranger, "else.test", "2");
    https_peer_start(&expired, "localhost", "-2");
    return 0;
}

static int stop(void **state)
{
    (void)state;
    https_peer_stop(&peer);
    https_peer_stop(&stranger);
    https_peer_stop(&expired);
    return 0;
}

static HttpsRequest request_to(const char *url)
{
    return (HttpsRequest){.url = url,
                          .content_type = "application/json",
                          .body = "{\"a\":1}",
                          .length = 7,
                          .ca_file = peer.ca_file,
                          .allow_private = TRUE,
                          .timeout_ms = 20000,
                          .stop_fd = -1};
}

/* One request to PATH of the peer, which does ACTION. */
static gboolean post(const char *action, HttpsAnswer *out, GError **error)
{
    g_autofree char *script = g_strdup_printf("/a %s\n", action);
    g_autofree char *url = g_strconcat(peer.base, "/a", NULL);
    HttpsRequest request = request_to(url);
    https_peer_script(&peer, script);
    return https_post(&request, out, error);
}

static void an_answer(void **state)
{
    (void)state;
    g_auto(HttpsAnswer) answer = {0};
    g_autoptr(GError) error = NULL;
    assert_true(post("answer 202 {\"ok\":true}", &answer, &error));
    assert_int_equal(answer.status, 202);
    assert_string_equal(answer.body, "{\"ok\":true}");
    assert_int_equal(answer.length, 11);
    assert_int_equal(answer.retry_after_us, 0);
    g_autofree char *log = https_peer_log(&peer);
    assert_true(g_str_has_prefix(log, "POST /a HTTP/1.1\r\n"));
    assert_non_null(strstr(log, "\r\nContent-Type: application/json\r\n"));
    assert_non_null(strstr(log, "\r\n\r\n{\"a\":1}\n--\n"));
    assert_null(strstr(log, "Expect:"));
}

static void a_no_is_an_answer(void **state)
{
    (void)state;
    static const struct {
        const char *action;
        int status;
        gint64 retry_after_s;
    } cases[] = {
        {"answer 404 gone", 404, 0}, {"answer 500 ouch", 500, 0},
        {"later 503 120", 503, 120}, {"later 429 99999999999", 429, 30 * 24 * 3600},
        {"later 429 soon", 429, 0},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(HttpsAnswer) answer = {0};
        assert_true(post(cases[i].action, &answer, NULL));
        assert_int_equal(answer.status, cases[i].status);
        assert_int_equal(answer.retry_after_us, cases[i].retry_after_s * G_USEC_PER_SEC);
    }
}

static void a_redirect_is_not_followed(void **state)
{
    (void)state;
    g_autofree char *action = g_strdup_printf("redirect %s/b", peer.base);
    g_auto(HttpsAnswer) answer = {0};
    assert_true(post(action, &answer, NULL));
    assert_int_equal(answer.status, 302);
    g_autofree char *log = https_peer_log(&peer);
    assert_null(strstr(log, "/b HTTP"));
}

/* What is said when no answer came: with the request out it is not known what happened. */
static void no_answer(void **state)
{
    (void)state;
    static const struct {
        const char *action;
        ErrorCode code;
        int status;
    } cases[] = {
        {"drop", ERROR_UNCERTAIN, 0}, {"nothing", ERROR_UNCERTAIN, 0}, {"cut {}", ERROR_UNCERTAIN, 200},
        {"huge", ERROR_LIMIT, 200},   {"head", ERROR_LIMIT, 200},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(HttpsAnswer) answer = {0};
        g_autoptr(GError) error = NULL;
        assert_false(post(cases[i].action, &answer, &error));
        assert_string_equal(error_code_name((ErrorCode)error->code), error_code_name(cases[i].code));
        assert_int_equal(answer.status, cases[i].status);
        assert_true(g_str_has_prefix(error->message, "localhost: "));
    }
}

/* Closed before the request is read. It is large, so that it cannot have gone out whole. */
static void not_sent_is_not_uncertain(void **state)
{
    (void)state;
    g_auto(HttpsAnswer) answer = {0};
    g_autoptr(GError) error = NULL;
    gsize length = (gsize)16 * 1024 * 1024;
    g_autofree char *body = g_malloc0(length);
    HttpsRequest request = request_to(peer.base);
    request.body = body;
    request.length = length;
    https_peer_script(&peer, "* reset\n/ answer 200 ok\n");
    assert_false(https_post(&request, &answer, &error));
    assert_string_equal(error_code_name((ErrorCode)error->code), "temporary");
}

static void time_and_stop(void **state)
{
    (void)state;
    for (int stops = 0; stops < 2; stops++) {
        g_auto(HttpsAnswer) answer = {0};
        g_autoptr(GError) error = NULL;
        HttpsRequest request = request_to(peer.base);
        request.timeout_ms = stops ? 60000 : 500;
        request.stop_fd = eventfd((unsigned)stops, EFD_CLOEXEC);
        https_peer_script(&peer, "/ hang\n");
        assert_false(https_post(&request, &answer, &error));
        assert_non_null(strstr(error->message, stops ? "stopped" : "no answer within"));
        close(request.stop_fd);
    }
}

static void expect_config_error(const HttpsRequest *request, const char *words)
{
    g_auto(HttpsAnswer) answer = {0};
    g_autoptr(GError) error = NULL;
    assert_false(https_post(request, &answer, &error));
    assert_string_equal(error_code_name((ErrorCode)error->code), "config");
    if (!strstr(error->message, words))
        fail_msg("'%s' is not in: %s", words, error->message);
}

static void certificates(void **state)
{
    (void)state;
    HttpsRequest unknown = request_to(peer.base);
    unknown.ca_file = NULL;
    expect_config_error(&unknown, "cannot be trusted");
    HttpsRequest name = request_to(stranger.base);
    name.ca_file = stranger.ca_file;
    expect_config_error(&name, "else.test");
    HttpsRequest old = request_to(expired.base);
    old.ca_file = expired.ca_file;
    expect_config_error(&old, "cannot be trusted");
    HttpsRequest missing = request_to(peer.base);
    missing.ca_file = "/nonexistent/ca.pem";
    expect_config_error(&missing, "CA file /nonexistent/ca.pem");
}

static void private_hosts_and_urls(void **state)
{
    (void)state;
    HttpsRequest private = request_to(peer.base);
    private.allow_private = FALSE;
    expect_config_error(&private, "private network");
    static const char *const urls[] = {"http://localhost/",  "https://u:p@localhost/",

                                       "ftp://localhost/",   "localhost",
                                       "file:///etc/passwd", "https://local\r\nhost/x",
                                       "https://u@x.test/",  ""};
    for (gsize i = 0; i < G_N_ELEMENTS(urls); i++) {
        HttpsRequest request = request_to(urls[i]);
        expect_config_error(&request, "https://HOST/");
    }
}

static void messages_hide_the_url(void **state)
{
    (void)state;
    g_auto(HttpsAnswer) answer = {0};
    g_autoptr(GError) error = NULL;
    HttpsRequest request = request_to("https://localhost:1/hook/s3cret?key=s3cret");
    assert_false(https_post(&request, &answer, &error));
    assert_true(error_is(error, ERROR_TEMPORARY));
    assert_null(strstr(error->message, "s3cret"));
}

static void headers(void **state)
{
    (void)state;
    static const char *const bad[] = {"X-A: b\r\nX-C: d", "X-A: b\nX-C: d", "no header", "X A: b", ": b", ""};
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_auto(HttpsAnswer) answer = {0};
        g_autoptr(GError) error = NULL;
        const char *const list[] = {bad[i], NULL};
        HttpsRequest request = request_to(peer.base);
        request.headers = list;
        https_peer_script(&peer, "/ answer 200 ok\n");
        assert_false(https_post(&request, &answer, &error));
        assert_true(error_is(error, ERROR_MALFORMED));
        g_autofree char *log = https_peer_log(&peer);
        assert_null(strstr(log, "POST ")); /* an earlier handshake may end late */
    }
    g_auto(HttpsAnswer) answer = {0};
    const char *const good[] = {"X-Signature: sha256=00", "Idempotency-Key: 7", NULL};
    HttpsRequest request = request_to(peer.base);
    request.headers = good;
    assert_true(https_post(&request, &answer, NULL));
    g_autofree char *log = https_peer_log(&peer);
    assert_non_null(strstr(log, "\r\nX-Signature: sha256=00\r\nIdempotency-Key: 7\r\n"));
}

static void only_tried(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    gint64 end_us = 0, now_us = g_get_real_time();
    HttpsRequest request = request_to(peer.base);
    https_peer_script(&peer, "/ answer 200 ok\n");
    assert_true(https_try(&request, &end_us, NULL));
    assert_true(end_us > now_us + (gint64)47 * 3600 * G_USEC_PER_SEC);
    assert_true(end_us < now_us + (gint64)49 * 3600 * G_USEC_PER_SEC);
    g_autofree char *log = https_peer_log(&peer);
    assert_null(strstr(log, "POST ")); /* an earlier handshake may end late */
    request.allow_private = FALSE;
    assert_false(https_try(&request, &end_us, &error));
    assert_true(error_is(error, ERROR_CONFIG));
    assert_int_equal(end_us, 0);
}

static gboolean is_private(const char *text)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
    if (inet_pton(AF_INET, text, &v4.sin_addr) == 1)
        return private_network_has((const struct sockaddr *)&v4);
    assert_int_equal(inet_pton(AF_INET6, text, &v6.sin6_addr), 1);
    return private_network_has((const struct sockaddr *)&v6);
}

static void private_networks(void **state)
{
    (void)state;
    static const char *const ours[] = {"0.0.0.0",
                                       "0.1.2.3",
                                       "10.0.0.1",
                                       "10.255.255.255",
                                       "100.64.0.1",
                                       "100.127.255.255",
                                       "127.0.0.1",
                                       "127.255.255.255",
                                       "169.254.169.254",
                                       "172.16.0.1",
                                       "172.31.255.255",
                                       "192.0.0.8",
                                       "192.168.0.1",
                                       "198.18.0.1",
                                       "198.19.255.255",
                                       "224.0.0.1",
                                       "239.1.1.1",
                                       "240.0.0.1",
                                       "255.255.255.255",
                                       "::",
                                       "::1",
                                       "::127.0.0.1",
                                       "::8.8.8.8",
                                       "fc00::1",
                                       "fdff::1",
                                       "fe80::1",
                                       "febf::1",
                                       "fec0::1",
                                       "ff02::1",
                                       "::ffff:10.0.0.1",
                                       "::ffff:127.0.0.1",
                                       "64:ff9b::10.0.0.1",
                                       "64:ff9b::169.254.169.254",
                                       "64:ff9b:1::8.8.8.8",
                                       "2002:7f00:1::",
                                       "2002:c0a8:1::1",
                                       "2001:0:1:2:3:4:5:6"};
    static const char *const others[] = {
        "1.1.1.1",        "9.255.255.255",    "11.0.0.1",        "100.63.255.255",       "100.128.0.1",
        "126.1.1.1",      "128.0.0.1",        "169.253.1.1",     "169.255.1.1",          "172.15.255.255",
        "172.32.0.1",     "192.0.1.1",        "192.167.1.1",     "192.169.1.1",          "198.17.1.1",
        "198.20.1.1",     "223.1.1.1",        "2606:4700::1111", "2001:4860:4860::8888", "2a00:1450::1",
        "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2002:808:808::1"};
    for (gsize i = 0; i < G_N_ELEMENTS(ours); i++)
        if (!is_private(ours[i]))
            fail_msg("%s should be private", ours[i]);
    for (gsize i = 0; i < G_N_ELEMENTS(others); i++)
        if (is_private(others[i]))
            fail_msg("%s should not be private", others[i]);
    struct sockaddr unix_socket = {.sa_family = AF_UNIX};
    assert_true(private_network_has(&unix_socket));
}

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    setenv("https_proxy", "http://127.0.0.1:1", 1); /* must not matter */
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer),
        cmocka_unit_test(a_no_is_an_answer),
        cmocka_unit_test(a_redirect_is_not_followed),
        cmocka_unit_test(no_answer),
        cmocka_unit_test(not_sent_is_not_uncertain),
        cmocka_unit_test(time_and_stop),
        cmocka_unit_test(certificates),
        cmocka_unit_test(private_hosts_and_urls),
        cmocka_unit_test(messages_hide_the_url),
        cmocka_unit_test(headers),
        cmocka_unit_test(only_tried),
        cmocka_unit_test(private_networks),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
