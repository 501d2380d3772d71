#include "webhook.h"

#include <postern/base/clean.h>
#include <postern/base/clock.h>
#include <postern/base/digest.h>
#include <postern/base/error.h>
#include <postern/base/version.h>

#include <poll.h>
#include <string.h>

#define TIMEOUT_MS 20000u /* a batch of 32 must end within the lease of its rows, 15 minutes */
#define ANSWER_LINE_BYTES 200u

typedef struct {
    const ConfigWebhook *config;
    char *what; /* for messages */
    char *host; /* for people: the rest of a URL may be as secret as a password */
    int stop_fd;
    char *away_words;
} Webhook;

static gboolean is_asked_to_stop(const Webhook *webhook)
{
    struct pollfd fd = {.fd = webhook->stop_fd, .events = POLLIN};
    return webhook->stop_fd >= 0 && poll(&fd, 1, 0) > 0;
}

char *webhook_sign(const char *secret, gint64 now_us, GBytes *body)
{
    gsize length;
    gconstpointer bytes = g_bytes_get_data(body, &length);
    guint8 sum[DIGEST_BYTES];
    g_autoptr(GString) text = g_string_new(NULL);
    g_string_printf(text, "%" G_GINT64_FORMAT ".", now_us / G_USEC_PER_SEC);
    gsize head = text->len;
    g_string_append_len(text, bytes, (gssize)length);
    digest_hmac(secret, strlen(secret), text->str, text->len, sum);
    g_autofree char *hex = digest_hex(sum, sizeof sum);
    return g_strdup_printf("t=%.*s,v1=%s", (int)head - 1, text->str, hex);
}

static DeliveryOutcome outcome_of(int status)
{
    switch (status) {
    case 400: /* it will like this body no better tomorrow */
    case 413:
    case 415:
    case 422:
    case 410: /* gone, and it wants no more */
        return DELIVERY_REFUSED;
    default:
        return status >= 200 && status < 300 ? DELIVERY_SENT : DELIVERY_LATER;
    }
}

static char *first_line(const HttpsAnswer *answer)
{
    return answer->body ? clean_line(answer->body, (gssize)strcspn(answer->body, "\r\n"), ANSWER_LINE_BYTES)
                        : g_strdup("");
}

static char *words_of(const HttpsAnswer *answer)
{
    g_autofree char *line = first_line(answer);
    if (answer->status >= 300 && answer->status < 400)
        return g_strdup_printf(
            "HTTP %d: it points to another place, and redirects are not followed; set 'url' of the webhook",
            answer->status);
    return g_strdup_printf("HTTP %d%s%s", answer->status, *line ? ": " : "", line);
}

void webhook_judge(const HttpsAnswer *answer, const GError *error, DeliveryResult *out)
{
    /* An answer that is too long has been given all the same. */
    gboolean is_answered = !error || (error_is(error, ERROR_LIMIT) && answer->status);
    if (is_answered) {
        out->outcome = outcome_of(answer->status);
        out->wait_us = out->outcome == DELIVERY_LATER ? answer->retry_after_us : 0;
        out->answer = words_of(answer);
        return;
    }
    out->is_untried = !error_is(error, ERROR_UNCERTAIN);
    out->outcome = out->is_untried ? DELIVERY_LATER : DELIVERY_UNKNOWN;
    out->answer = clean_line(error->message, -1, 2 * ANSWER_LINE_BYTES);
}

/* What was said, as far as it is fit for people. */
static char *dialogue_of(const Webhook *webhook, const OutboxRow *row, const HttpsAnswer *answer,
                         const DeliveryResult *result)
{
    g_autofree char *line = first_line(answer);
    g_autofree char *asked =
        g_strdup_printf("> POST https://%s/… (%s, %" G_GSIZE_FORMAT " bytes, Idempotency-Key: %s)",
                        webhook->host, row->subject, g_bytes_get_size(row->bytes), row->message_id);
    if (answer->status == 0)
        return g_strdup_printf("%s\n%s", asked, result->answer);
    return g_strdup_printf("%s\n< HTTP %d%s%s", asked, answer->status, *line ? "\n< " : "", line);
}

/* FALSE when the next row had better not be tried now: nobody is there, or it asked for a pause. */
static gboolean post_row(const Webhook *webhook, const char *secret, const OutboxRow *row,
                         DeliveryResult *result)
{
    gsize length;
    const char *body = g_bytes_get_data(row->bytes, &length);
    g_autofree char *signature = webhook_sign(secret, clock_now_us(), row->bytes);
    g_autofree char *signed_by = g_strconcat("Postern-Signature: ", signature, NULL);
    g_autofree char *key = g_strconcat("Idempotency-Key: ", row->message_id, NULL);
    g_autofree char *event = g_strconcat("Postern-Event: ", row->subject, NULL);
    const char *const headers[] = {"User-Agent: Postern/" POSTERN_VERSION, key, event, signed_by, NULL};
    HttpsRequest request = {.url = webhook->config->url,
                            .content_type = "application/json",
                            .body = body,
                            .length = length,
                            .headers = headers,
                            .ca_file = webhook->config->ca_file,
                            .allow_private = webhook->config->allow_private,
                            .timeout_ms = TIMEOUT_MS,
                            .stop_fd = webhook->stop_fd};
    g_auto(HttpsAnswer) answer = {0};
    g_autoptr(GError) error = NULL;
    https_post(&request, &answer, &error);
    webhook_judge(&answer, error, result);
    result->dialogue = dialogue_of(webhook, row, &answer, result);
    return answer.status != 0 && result->wait_us == 0;
}

static void set_away(Webhook *webhook, const char *words)
{
    g_free(webhook->away_words);
    webhook->away_words = g_strdup(words);
}

/* Nobody was asked about this row. */
static void put_off(DeliveryResult *result, const char *words, gint64 wait_us)
{
    result->outcome = DELIVERY_LATER;
    result->is_untried = TRUE;
    result->wait_us = wait_us;
    result->answer = g_strdup(words);
}

static void post_rows(Webhook *webhook, const char *secret, const GPtrArray *rows, DeliveryResult *results)
{
    const DeliveryResult *obstacle = NULL;
    for (guint i = 0; i < rows->len; i++) {
        gboolean stops = is_asked_to_stop(webhook);
        if (stops || obstacle) {
            put_off(&results[i], stops ? "stopped before it was tried" : obstacle->answer,
                    stops ? 0 : obstacle->wait_us);
            continue;
        }
        gboolean goes_on = post_row(webhook, secret, rows->pdata[i], &results[i]);
        gboolean is_away = results[i].outcome == DELIVERY_LATER || results[i].outcome == DELIVERY_UNKNOWN;
        set_away(webhook, is_away ? results[i].answer : NULL);
        if (!goes_on)
            obstacle = &results[i];
    }
}

/* The secret is read for each batch, so that it can be replaced while we run. */
static void send_rows(gpointer self, const GPtrArray *rows, DeliveryResult *results)
{
    Webhook *webhook = self;
    g_autoptr(GError) error = NULL;
    char *secret =
        secret_read(webhook->what, webhook->config->secret_file, webhook->config->secret_env, &error);
    if (secret) {
        post_rows(webhook, secret, rows, results);
        secret_free(secret);
        return;
    }
    g_autofree char *words = clean_line(error->message, -1, 2 * ANSWER_LINE_BYTES);
    for (guint i = 0; i < rows->len; i++)
        put_off(&results[i], words, 0);
    set_away(webhook, words);
}

static void free_webhook(gpointer self)
{
    Webhook *webhook = self;
    g_free(webhook->what);
    g_free(webhook->host);
    g_free(webhook->away_words);
    g_free(webhook);
}

static void stop_on(gpointer self, int stop_fd)
{
    ((Webhook *)self)->stop_fd = stop_fd;
}

static const char *away_words(gconstpointer self)
{
    return ((const Webhook *)self)->away_words;
}

static const TransportKind webhook_kind = {
    .send = send_rows, .free = free_webhook, .stop_on = stop_on, .away_words = away_words};

Transport *webhook_transport_new(const ConfigWebhook *config)
{
    Webhook *webhook = g_new0(Webhook, 1);
    g_autoptr(GUri) url = g_uri_parse(config->url, G_URI_FLAGS_NONE, NULL);
    webhook->config = config;
    webhook->what = g_strdup_printf("webhook '%s'", config->name);
    webhook->host = g_strdup(url ? g_uri_get_host(url) : "?");
    webhook->stop_fd = -1;
    return transport_make(&webhook_kind, webhook);
}
