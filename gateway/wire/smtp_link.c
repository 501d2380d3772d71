#include "curl_setup.h"
#include "smtp_try.h"
#include "smtp_words.h"

#include <postern/base/clean.h>

#include <string.h>

#define SEND_BYTES (16u * 1024)

struct SmtpLink {
    CURL *curl;
    curl_socket_t socket;
    SmtpGreeting greeting;
    int stop_fd;
    char trouble[CURL_ERROR_SIZE];
};

static char *with_place(const ConfigServer *server, const char *words)
{
    return g_strdup_printf("%s port %u: %s", server->host, server->port, words);
}

static size_t on_header(char *line, size_t size, size_t count, void *data)
{
    SmtpLink *link = data;
    return smtp_greeting_line(&link->greeting, line, size * count) ? size * count : 0;
}

/* Through curl's own URL builder, so that no name can smuggle in a user, a port or another scheme. */
static CURLcode set_url(CURL *curl, const ConfigServer *server, const char *hello)
{
    g_autofree char *port = g_strdup_printf("%u", server->port);
    gboolean is_v6 = strchr(server->host, ':') != NULL;
    g_autofree char *host = is_v6 ? g_strdup_printf("[%s]", server->host) : g_strdup(server->host);
    g_autofree char *path = g_strdup_printf("/%s", hello);
    CURLU *url = curl_url();
    char *text = NULL;
    CURLcode code = CURLE_URL_MALFORMAT;
    if (clean_is_line(hello) && !strpbrk(hello, " /") && *server->host &&
        !curl_url_set(url, CURLUPART_SCHEME, server->security == SECURITY_TLS ? "smtps" : "smtp", 0) &&
        !curl_url_set(url, CURLUPART_HOST, host, 0) && !curl_url_set(url, CURLUPART_PORT, port, 0) &&
        !curl_url_set(url, CURLUPART_PATH, path, CURLU_URLENCODE) &&
        !curl_url_get(url, CURLUPART_URL, &text, 0))
        code = curl_easy_setopt(curl, CURLOPT_URL, text);
    curl_free(text);
    curl_url_cleanup(url);
    return code;
}

static void set_login(CURL *curl, const SmtpAttempt *attempt)
{
    if (!attempt->server->user)
        return;
    curl_easy_setopt(curl, CURLOPT_USERNAME, attempt->server->user);
    if (attempt->is_token) {
        curl_easy_setopt(curl, CURLOPT_XOAUTH2_BEARER, attempt->secret);
        curl_easy_setopt(curl, CURLOPT_LOGIN_OPTIONS, "AUTH=XOAUTH2"); /* else OAUTHBEARER comes first */
    } else {
        curl_easy_setopt(curl, CURLOPT_PASSWORD, attempt->secret);
        curl_easy_setopt(curl, CURLOPT_LOGIN_OPTIONS, "AUTH=PLAIN;AUTH=LOGIN");
    }
}

static CURLcode set_up(SmtpLink *link, const SmtpAttempt *attempt, const char *hello)
{
    CURL *curl = link->curl;
    const ConfigServer *server = attempt->server;
    curl_setup(curl, server->ca_file, &link->stop_fd, link->trouble);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(curl, CURLOPT_USE_SSL,
                     server->security == SECURITY_NONE ? CURLUSESSL_NONE : CURLUSESSL_ALL);
    curl_easy_setopt(curl, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECT_ONLY, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)attempt->timeout_ms);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)attempt->timeout_ms);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, link);
    set_login(curl, attempt);
    return set_url(curl, server, hello);
}

static SmtpStep step_of(CURLcode code)
{
    switch (code) {
    case CURLE_USE_SSL_FAILED:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
        return SMTP_STEP_TLS;
    case CURLE_LOGIN_DENIED:
        return SMTP_STEP_LOGIN;
    default:
        return SMTP_STEP_CONNECT;
    }
}

static void fail(SmtpTrial *trial, SmtpStep step, char *words)
{
    trial->failed_at = step;
    trial->words = words;
}

/* curl goes on without login when the server offers none; we never do. */
static void connect_link(SmtpLink *link, const SmtpAttempt *attempt, const char *hello, SmtpTrial *trial)
{
    CURLcode code = set_up(link, attempt, hello);
    if (code == CURLE_OK)
        code = curl_easy_perform(link->curl);
    if (code != CURLE_OK)
        fail(trial, step_of(code), smtp_words(attempt, code));
    else if (attempt->server->user && !link->greeting.is_logged_in)
        fail(trial, SMTP_STEP_LOGIN, smtp_login_words(attempt));
    else if (curl_easy_getinfo(link->curl, CURLINFO_ACTIVESOCKET, &link->socket) != CURLE_OK ||
             link->socket == CURL_SOCKET_BAD)
        fail(trial, SMTP_STEP_CONNECT, g_strdup("the connection ended before mail could flow"));
    else
        trial->failed_at = SMTP_STEP_DONE;
}

static SmtpLink *try_once(const SmtpAttempt *known, const char *hello, int stop_fd, gboolean with_certificate,
                          SmtpTrial *trial, gboolean *out_is_refused)
{
    SmtpLink *link = g_new0(SmtpLink, 1);
    SmtpAttempt attempt = *known;
    attempt.greeting = &link->greeting;
    attempt.trouble = link->trouble;
    link->socket = CURL_SOCKET_BAD;
    link->stop_fd = stop_fd;
    link->curl = curl_easy_init();
    if (!link->curl) {
        fail(trial, SMTP_STEP_CONNECT, g_strdup("out of memory"));
    } else {
        curl_easy_setopt(link->curl, CURLOPT_CERTINFO, (long)with_certificate);
        connect_link(link, &attempt, hello, trial);
        trial->certificate_end_us = with_certificate ? curl_certificate_end_us(link->curl) : 0;
    }
    if (trial->failed_at == SMTP_STEP_DONE)
        return link;
    *out_is_refused =
        trial->failed_at == SMTP_STEP_LOGIN && (link->greeting.code == 334 || link->greeting.code >= 500);
    smtp_link_close(link);
    return NULL;
}

/* NULL with words in `trial`. */
static char *get_secret(const ConfigServer *server, ServerSecret *secret, gboolean was_refused, int stop_fd,
                        SmtpTrial *trial)
{
    g_autoptr(GError) error = NULL;
    char *text = secret ? server_secret_get(secret, was_refused, stop_fd, &error) : NULL;
    if (!text)
        fail(trial, SMTP_STEP_LOGIN,
             error ? g_strdup(error->message) : g_strdup_printf("no password for user \"%s\"", server->user));
    return text;
}

SmtpLink *smtp_try(const ConfigServer *server, const char *hello, ServerSecret *secret, guint timeout_ms,
                   int stop_fd, gboolean with_certificate, SmtpTrial *trial)
{
    SmtpAttempt attempt = {.server = server,
                           .timeout_ms = timeout_ms,
                           .is_token = server->user && secret && server_secret_is_token(secret)};
    memset(trial, 0, sizeof *trial);
    for (;;) {
        char *text = server->user ? get_secret(server, secret, attempt.is_renewed, stop_fd, trial) : NULL;
        if (server->user && !text)
            return NULL;
        gboolean is_refused = FALSE;
        attempt.secret = text;
        SmtpLink *link = try_once(&attempt, hello, stop_fd, with_certificate, trial, &is_refused);
        secret_free(text);
        if (link || !is_refused || !attempt.is_token || attempt.is_renewed)
            return link;
        /* It may have been withdrawn before its time: once, a new one. */
        attempt.is_renewed = TRUE;
        g_clear_pointer(&trial->words, g_free);
    }
}

SmtpLink *smtp_link_open(const ConfigServer *server, const char *hello, ServerSecret *secret,
                         guint timeout_ms, int stop_fd, char **out_words)
{
    SmtpTrial trial;
    SmtpLink *link = smtp_try(server, hello, secret, timeout_ms, stop_fd, FALSE, &trial);
    if (!link)
        *out_words = with_place(server, trial.words);
    g_free(trial.words);
    return link;
}

void smtp_link_close(SmtpLink *link)
{
    if (!link)
        return;
    if (link->curl)
        curl_easy_cleanup(link->curl);
    g_free(link);
}

const SmtpOffers *smtp_link_offers(const SmtpLink *link)
{
    return &link->greeting.offers;
}

int smtp_link_fd(const SmtpLink *link)
{
    return (int)link->socket;
}

SmtpMove smtp_link_send(SmtpLink *link, const char *bytes, gsize length, gsize *out_sent)
{
    size_t sent = 0;
    CURLcode code = curl_easy_send(link->curl, bytes, MIN(length, SEND_BYTES), &sent);
    *out_sent = code == CURLE_OK ? sent : 0;
    if (code == CURLE_AGAIN || (code == CURLE_OK && sent == 0))
        return SMTP_MOVE_BLOCKED;
    return code == CURLE_OK ? SMTP_MOVE_SOME : SMTP_MOVE_LOST;
}

SmtpMove smtp_link_receive(SmtpLink *link, char *buffer, gsize size, gsize *out_length)
{
    size_t length = 0;
    CURLcode code = curl_easy_recv(link->curl, buffer, size, &length);
    *out_length = code == CURLE_OK ? length : 0;
    if (code == CURLE_AGAIN)
        return SMTP_MOVE_BLOCKED;
    return code == CURLE_OK && length > 0 ? SMTP_MOVE_SOME : SMTP_MOVE_LOST;
}
