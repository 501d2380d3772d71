#include "curl_setup.h"
#include "private_network.h"

#include <postern/base/clean.h>
#include <postern/base/error.h>
#include <postern/https.h>

#include <string.h>
#include <unistd.h>

#define ANSWER_BYTES (64u * 1024) /* of its head and of its body */
#define RETRY_AFTER_MOST_S (30 * 24 * 3600)

typedef struct {
    const HttpsRequest *request;
    CURL *curl;
    struct curl_slist *headers;
    char *host; /* for messages: a URL may hold a secret */
    HttpsAnswer *answer;
    gsize head_bytes;
    gboolean is_too_long;
    gboolean met_private;
    char trouble[CURL_ERROR_SIZE];
} Exchange;

void https_answer_clear(HttpsAnswer *answer)
{
    if (answer->body)
        explicit_bzero(answer->body, answer->length); /* it may be a token */
    g_free(answer->body);
    memset(answer, 0, sizeof *answer);
}

static size_t on_head(char *line, size_t size, size_t count, void *data)
{
    Exchange *exchange = data;
    (void)line;
    exchange->head_bytes += size * count;
    exchange->is_too_long |= exchange->head_bytes > ANSWER_BYTES;
    return exchange->is_too_long ? 0 : size * count;
}

static size_t on_body(char *bytes, size_t size, size_t count, void *data)
{
    Exchange *exchange = data;
    HttpsAnswer *answer = exchange->answer;
    if (size * count > ANSWER_BYTES - answer->length) {
        exchange->is_too_long = TRUE;
        return 0;
    }
    memcpy(answer->body + answer->length, bytes, size * count);
    answer->length += size * count;
    return size * count;
}

/* Here, where the address is the one that is really connected to: no answer of the DNS can come in between.
 */
static curl_socket_t on_socket(void *data, curlsocktype purpose, struct curl_sockaddr *address)
{
    Exchange *exchange = data;
    (void)purpose;
    if (!exchange->request->allow_private && private_network_has(&address->addr)) {
        exchange->met_private = TRUE;
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* TRUE and the host when it is an https URL without a login in it. */
static gboolean read_url(Exchange *exchange, GError **error)
{
    CURLU *url = curl_url();
    char *host = NULL, *user = NULL, *scheme = NULL;
    gboolean ok = clean_is_line(exchange->request->url) &&
                  !curl_url_set(url, CURLUPART_URL, exchange->request->url, 0) &&
                  !curl_url_get(url, CURLUPART_SCHEME, &scheme, 0) && strcmp(scheme, "https") == 0 &&
                  !curl_url_get(url, CURLUPART_HOST, &host, 0) &&
                  curl_url_get(url, CURLUPART_USER, &user, 0) == CURLUE_NO_USER;
    exchange->host = clean_line(host, -1, 255);
    curl_free(host);
    curl_free(user);
    curl_free(scheme);
    curl_url_cleanup(url);
    if (!ok)
        g_set_error(error, POSTERN_ERROR, ERROR_CONFIG,
                    "the URL%s%s is not one of the form https://HOST/…, without a login in it",
                    *exchange->host ? " of " : "", exchange->host);
    return ok;
}

static gboolean add_header(Exchange *exchange, const char *header, GError **error)
{
    const char *colon = strchr(header, ':');
    gsize name = colon ? (gsize)(colon - header) : 0;
    struct curl_slist *longer = NULL;
    if (name > 0 && strcspn(header, " \t") > name && clean_is_line(header))
        longer = curl_slist_append(exchange->headers, header);
    if (longer) {
        exchange->headers = longer;
        return TRUE;
    }
    g_autofree char *shown = clean_line(header, (gssize)name, 60);
    g_set_error(
        error, POSTERN_ERROR, ERROR_MALFORMED,
        "%s: header \"%s\" cannot be sent: it has a line end or another control character, or is none",
        exchange->host, shown);
    return FALSE;
}

static gboolean add_headers(Exchange *exchange, GError **error)
{
    g_autofree char *type = g_strdup_printf("Content-Type: %s", exchange->request->content_type);
    /* Expect: a server that does not know it costs a second. */
    exchange->headers = curl_slist_append(NULL, "Expect:");
    if (!add_header(exchange, type, error))
        return FALSE;
    for (const char *const *header = exchange->request->headers; header && *header; header++)
        if (!add_header(exchange, *header, error))
            return FALSE;
    return TRUE;
}

static void set_up(Exchange *exchange)
{
    CURL *curl = exchange->curl;
    const HttpsRequest *request = exchange->request;
    curl_setup(curl, request->ca_file, &request->stop_fd, exchange->trouble);
    curl_easy_setopt(curl, CURLOPT_URL, request->url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)request->timeout_ms);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)request->timeout_ms);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->length);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request->length ? request->body : "");
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, exchange->headers);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_head);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, exchange);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, exchange);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, on_socket);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, exchange);
}

/* A server acts on a request only when it has all of it, and all of it has left when curl handed the last
 * byte to the kernel. */
static gboolean went_out_whole(const Exchange *exchange)
{
    long head = 0;
    curl_off_t body = 0;
    curl_easy_getinfo(exchange->curl, CURLINFO_REQUEST_SIZE, &head);
    curl_easy_getinfo(exchange->curl, CURLINFO_SIZE_UPLOAD_T, &body);
    return head > 0 && body >= (curl_off_t)exchange->request->length;
}

static ErrorCode error_code(const Exchange *exchange, CURLcode code)
{
    if (exchange->is_too_long)
        return ERROR_LIMIT;
    switch (code) {
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
        return ERROR_CONFIG;
    case CURLE_COULDNT_CONNECT:
        return exchange->met_private ? ERROR_CONFIG : ERROR_TEMPORARY;
    default:
        return went_out_whole(exchange) ? ERROR_UNCERTAIN : ERROR_TEMPORARY;
    }
}

/* What the TLS or the network library said; cleaned, in quotes. */
static char *trouble_of(const Exchange *exchange)
{
    g_autofree char *line = clean_line(exchange->trouble, -1, 300);
    return *line ? g_strdup_printf(": \"%s\"", line) : g_strdup("");
}

static char *words_of(const Exchange *exchange, CURLcode code)
{
    g_autofree char *trouble = trouble_of(exchange);
    const char *ca_file = exchange->request->ca_file;
    if (exchange->is_too_long)
        return g_strdup_printf("its answer is longer than %u KiB", ANSWER_BYTES / 1024);
    switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
        return g_strdup("DNS does not know this host");
    case CURLE_COULDNT_CONNECT:
        return exchange->met_private ? g_strdup("the host is in a private network, which is not allowed here")
                                     : g_strdup_printf("cannot connect%s", trouble);
    case CURLE_OPERATION_TIMEDOUT:
        return g_strdup_printf("no answer within %u s", exchange->request->timeout_ms / 1000);
    case CURLE_SSL_CONNECT_ERROR:
        return g_strdup_printf("the TLS handshake failed%s", trouble);
    case CURLE_PEER_FAILED_VERIFICATION:
        return g_strdup_printf("its TLS certificate cannot be trusted%s", trouble);
    case CURLE_SSL_CACERT_BADFILE:
        return g_strdup_printf("cannot use the CA file %s", ca_file ? ca_file : "of the system");
    case CURLE_ABORTED_BY_CALLBACK:
        return g_strdup("stopped before it had answered");
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_PARTIAL_FILE:
        return g_strdup_printf("the connection ended before a whole answer was here%s", trouble);
    default:
        return g_strdup_printf("%s%s", curl_easy_strerror(code), trouble);
    }
}

static gboolean fail(const Exchange *exchange, CURLcode curl_code, GError **error)
{
    g_autofree char *words = words_of(exchange, curl_code);
    g_set_error(error, POSTERN_ERROR, (int)error_code(exchange, curl_code), "%s: %s", exchange->host, words);
    return FALSE;
}

static gboolean perform(Exchange *exchange, GError **error)
{
    HttpsAnswer *answer = exchange->answer;
    long status = 0;
    curl_off_t seconds = 0;
    CURLcode code = curl_easy_perform(exchange->curl);
    curl_easy_getinfo(exchange->curl, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(exchange->curl, CURLINFO_RETRY_AFTER, &seconds);
    answer->status = status >= 200 ? (int)status : 0; /* 1xx is no answer */
    answer->retry_after_us = (gint64)CLAMP(seconds, 0, RETRY_AFTER_MOST_S) * G_USEC_PER_SEC;
    answer->body[answer->length] = '\0';
    if (code == CURLE_OK && answer->status == 0)
        code = CURLE_GOT_NOTHING;
    return code == CURLE_OK || fail(exchange, code, error);
}

gboolean https_post(const HttpsRequest *request, HttpsAnswer *out, GError **error)
{
    Exchange exchange = {.request = request, .answer = out, .curl = curl_easy_init()};
    gboolean ok = FALSE;
    memset(out, 0, sizeof *out);
    if (!exchange.curl)
        g_set_error(error, POSTERN_ERROR, ERROR_TEMPORARY, "out of memory");
    else if (read_url(&exchange, error) && add_headers(&exchange, error)) {
        /* All of it at once: growing would leave copies of a token behind. */
        out->body = g_malloc(ANSWER_BYTES + 1);
        set_up(&exchange);
        ok = perform(&exchange, error);
    }
    if (exchange.curl)
        curl_easy_cleanup(exchange.curl);
    curl_slist_free_all(exchange.headers);
    g_free(exchange.host);
    return ok;
}

gboolean https_try(const HttpsRequest *request, gint64 *out_certificate_end_us, GError **error)
{
    Exchange exchange = {.request = request, .curl = curl_easy_init()};
    gboolean ok = FALSE;
    *out_certificate_end_us = 0;
    if (!exchange.curl)
        g_set_error(error, POSTERN_ERROR, ERROR_TEMPORARY, "out of memory");
    else if (read_url(&exchange, error)) {
        set_up(&exchange);
        curl_easy_setopt(exchange.curl, CURLOPT_CONNECT_ONLY, 1L);
        curl_easy_setopt(exchange.curl, CURLOPT_CERTINFO, 1L);
        CURLcode code = curl_easy_perform(exchange.curl);
        ok = code == CURLE_OK || fail(&exchange, code, error);
        *out_certificate_end_us = ok ? curl_certificate_end_us(exchange.curl) : 0;
    }
    if (exchange.curl)
        curl_easy_cleanup(exchange.curl);
    g_free(exchange.host);
    return ok;
}
