#include "curl_setup.h"
#include "smtp_greeting.h"

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

/* What the server said before it went away, or what the TLS library said; cleaned, in quotes. */
static char *quoted(const char *text)
{
    g_autofree char *line = clean_line(text, -1, 300);
    return *line ? g_strdup_printf(": \"%s\"", line) : g_strdup("");
}

static char *login_words(const ConfigServer *server, const SmtpGreeting *greeting)
{
    if (greeting->code < 400)
        return g_strdup_printf(
            "it offers no way to log in that we use (PLAIN, LOGIN), but user \"%s\" is configured",
            server->user);
    g_autofree char *said = quoted(greeting->last);
    return g_strdup_printf("login of user \"%s\" was denied%s", server->user, said);
}

/* The one place where curl's codes become words. Each names what failed and, where it is known, what to mend.
 */
static char *link_words(CURLcode code, const ConfigServer *server, const SmtpLink *link, guint timeout_ms)
{
    g_autofree char *trouble = quoted(link->trouble);
    g_autofree char *said = quoted(link->greeting.last);
    switch (code) {
    case CURLE_URL_MALFORMAT:
        return g_strdup("the host name or the EHLO name is not a name");
    case CURLE_COULDNT_RESOLVE_HOST:
        return g_strdup("DNS does not know this host");
    case CURLE_COULDNT_CONNECT:
        return g_strdup_printf("cannot connect%s", trouble);
    case CURLE_OPERATION_TIMEDOUT:
        return g_strdup_printf("not ready after %u s; last it said%s", timeout_ms / 1000,
                               *said ? said : " nothing");
    case CURLE_USE_SSL_FAILED:
        return g_strdup(
            "it offers no STARTTLS; nothing is sent in the clear (port 465 wants \"security: tls\")");
    case CURLE_SSL_CONNECT_ERROR:
        return g_strdup_printf("the TLS handshake failed%s", trouble);
    case CURLE_PEER_FAILED_VERIFICATION:
        return g_strdup_printf("its TLS certificate cannot be trusted%s", trouble);
    case CURLE_SSL_CACERT_BADFILE:
        return g_strdup_printf("cannot use the CA file %s",
                               server->ca_file ? server->ca_file : "of the system");
    case CURLE_LOGIN_DENIED:
        return login_words(server, &link->greeting);
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_REMOTE_ACCESS_DENIED:
        return g_strdup_printf("it does not want to talk%s", said);
    case CURLE_WRITE_ERROR:
        return g_strdup("it talks without end before any mail");
    case CURLE_ABORTED_BY_CALLBACK:
        return g_strdup("stopped while connecting");
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
        return g_strdup_printf("the connection ended before mail could flow%s%s%s", trouble,
                               *said ? ", last the server said" : "", said);
    default:
        return g_strdup_printf("%s%s", curl_easy_strerror(code), trouble);
    }
}

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

static void set_security(CURL *curl, const ConfigServer *server, const char *password)
{
    curl_easy_setopt(curl, CURLOPT_USE_SSL,
                     server->security == SECURITY_NONE ? CURLUSESSL_NONE : CURLUSESSL_ALL);
    if (server->user) {
        curl_easy_setopt(curl, CURLOPT_USERNAME, server->user);
        curl_easy_setopt(curl, CURLOPT_PASSWORD, password);
        curl_easy_setopt(curl, CURLOPT_LOGIN_OPTIONS, "AUTH=PLAIN;AUTH=LOGIN");
    }
}

static CURLcode set_up(SmtpLink *link, const ConfigServer *server, const char *hello, const char *password,
                       guint timeout_ms)
{
    CURL *curl = link->curl;
    curl_setup(curl, server->ca_file, &link->stop_fd, link->trouble);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(curl, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECT_ONLY, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)timeout_ms);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)timeout_ms);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, link);
    set_security(curl, server, password);
    return set_url(curl, server, hello);
}

/* curl goes on without login when the server offers none; we never do. */
static char *connect_link(SmtpLink *link, const ConfigServer *server, const char *hello, const char *password,
                          guint timeout_ms)
{
    CURLcode code = set_up(link, server, hello, password, timeout_ms);
    if (code == CURLE_OK)
        code = curl_easy_perform(link->curl);
    if (code != CURLE_OK)
        return link_words(code, server, link, timeout_ms);
    if (server->user && !link->greeting.is_logged_in)
        return login_words(server, &link->greeting);
    if (curl_easy_getinfo(link->curl, CURLINFO_ACTIVESOCKET, &link->socket) != CURLE_OK ||
        link->socket == CURL_SOCKET_BAD)
        return g_strdup("the connection ended before mail could flow");
    return NULL;
}

/* Words when there is none. */
static char *get_password(const ConfigServer *server, ServerSecret *secret, int stop_fd, char **out_words)
{
    g_autoptr(GError) error = NULL;
    if (!server->user)
        return NULL;
    char *password = secret ? server_secret_get(secret, FALSE, stop_fd, &error) : NULL;
    if (!password)
        *out_words =
            error ? g_strdup(error->message) : g_strdup_printf("no password for user \"%s\"", server->user);
    return password;
}

SmtpLink *smtp_link_open(const ConfigServer *server, const char *hello, ServerSecret *secret,
                         guint timeout_ms, int stop_fd, char **out_words)
{
    SmtpLink *link = g_new0(SmtpLink, 1);
    link->socket = CURL_SOCKET_BAD;
    link->stop_fd = stop_fd;
    link->curl = curl_easy_init();
    g_autofree char *words = link->curl ? NULL : g_strdup("out of memory");
    char *password = words ? NULL : get_password(server, secret, stop_fd, &words);
    if (!words)
        words = connect_link(link, server, hello, password, timeout_ms);
    secret_free(password);
    if (!words)
        return link;
    *out_words = with_place(server, words);
    smtp_link_close(link);
    return NULL;
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
