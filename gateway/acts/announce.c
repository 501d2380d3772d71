/* Bodies of webhooks, and who gets one. */
#include <postern/announce.h>
#include <postern/base/clean.h>
#include <postern/base/clock.h>
#include <postern/base/limits.h>
#include <postern/base/mail_id.h>
#include <postern/outbox.h>
#include <postern/ticket_json.h>

#include <string.h>

#define SHORT_REPLY_BYTES (64u * 1024)

/* One thing that happened, as all webhooks are told of it. */
typedef struct {
    const char *event;
    gint64 mail_id, at_us;
    Ticket *ticket;
    /* What is left out, for who reads it to know: a program with the reference can ask for the rest. */
    gboolean is_reply_cut; /* shortened, or withheld */
    gboolean are_lists_cut;
} News;

static void news_clear(News *news)
{
    ticket_free(news->ticket);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(News, news_clear)

/* Machines in a known conversation are no news: agents get no notice of them either. */
static gboolean is_news(const Reading *reading)
{
    switch (reading->kind) {
    case KIND_AUTO_REPLY:
    case KIND_BOUNCE:
    case KIND_RECEIPT:
    case KIND_FEEDBACK:
    case KIND_CHALLENGE:
        return FALSE;
    default:
        return TRUE;
    }
}

const char *announce_event_of(const Decision *decision, const Envelope *envelope, const Reading *reading)
{
    if (decision->fate != FATE_TICKETED || envelope->is_quiet)
        return NULL;
    if (decision->is_new_ticket)
        return "opened";
    if (!reading || !is_news(reading))
        return NULL;
    /* An agent's acts announce themselves. */
    return strcmp(decision->direction, "in") == 0 ? "wrote" : NULL;
}

static gboolean has(const GPtrArray *words, const char *word)
{
    return words->len == 0 ||
           g_ptr_array_find_with_equal_func((GPtrArray *)(guintptr)words, word, g_str_equal, NULL);
}

/* Mail ids carry the time in microseconds and some noise, so that no other store has the same. */
static char *make_key(const News *news, const ConfigWebhook *webhook)
{
    g_autofree char *what = mail_id_format(news->mail_id ? news->mail_id : news->ticket->id);
    if (news->mail_id)
        return g_strdup_printf("%s.%s.%s", news->event, what, webhook->name);
    return g_strdup_printf("%s.%s.%" G_GINT64_FORMAT ".%s", news->event, what, news->at_us, webhook->name);
}

/* Who puts events in order needs more than seconds. */
static char *exact_time(gint64 time_us)
{
    g_autofree char *text = clock_rfc3339(time_us);
    return g_strdup_printf("%.*s.%06dZ", (int)strlen("2026-11-22T09:30:00"), text,
                           (int)(time_us % G_USEC_PER_SEC));
}

/* NULL for an act without a mail. */
static TicketMessage *message_of(const News *news)
{
    return news->ticket->messages->len > 0 ? news->ticket->messages->pdata[0] : NULL;
}

static void set_text(char **field, char *text)
{
    g_free(*field);
    *field = text;
}

/* A rule that gave up may have left a secret uncovered. */
static void withhold_secrets(News *news)
{
    TicketMessage *message = message_of(news);
    g_autoptr(GPtrArray) codes = message ? json_member_texts(message->findings, "code") : NULL;
    if (!codes || !g_ptr_array_find_with_equal_func(codes, "rule-gave-up", g_str_equal, NULL))
        return;
    set_text(&message->reply, g_strdup(""));
    news->is_reply_cut = TRUE;
}

/* Web servers refuse for good what is too large for them; less is better than nothing. */
static void cut(News *news)
{
    TicketMessage *message = message_of(news);
    news->are_lists_cut = TRUE;
    g_ptr_array_set_size(news->ticket->fields, 0);
    g_ptr_array_set_size(news->ticket->participants, 0);
    g_ptr_array_set_size(news->ticket->links, 0);
    if (!message)
        return;
    set_text(&message->attachments, g_strdup("[]"));
    set_text(&message->findings, g_strdup("[]"));
    if (strlen(message->reply) <= SHORT_REPLY_BYTES)
        return;
    set_text(&message->reply, clean_text(message->reply, -1, SHORT_REPLY_BYTES));
    news->is_reply_cut = TRUE;
}

static void put_cut(Json *body, const News *news)
{
    Json *array = json_make_array();
    if (news->is_reply_cut)
        json_add_text(array, "reply");
    if (news->are_lists_cut)
        json_add_text(array, "lists");
    json_put(body, "cut", array);
}

static char *write_body(const News *news, const char *key)
{
    g_autoptr(Json) body = json_make_object();
    g_autofree char *at = exact_time(news->at_us);
    const TicketMessage *message = message_of(news);
    json_put_text(body, "event", news->event);
    json_put_text(body, "id", key);
    json_put_text(body, "at", at);
    json_put(body, "ticket", ticket_json(news->ticket, FALSE));
    if (message)
        json_put(body, "message", ticket_message_json(message));
    else
        json_put_null(body, "message");
    put_cut(body, news);
    return json_print(body);
}

static GBytes *make_body(News *news, const char *key)
{
    char *body = write_body(news, key);
    if (strlen(body) > LIMIT_WEBHOOK_BYTES) {
        cut(news);
        set_text(&body, write_body(news, key));
    }
    return g_bytes_new_take(body, strlen(body));
}

static gboolean add_row(Store *store, const ConfigWebhook *webhook, News *news, GError **error)
{
    g_autofree char *key = make_key(news, webhook), *event = g_strdup(news->event);
    g_autofree char *route = g_strconcat("webhook:", webhook->name, NULL);
    g_autoptr(GBytes) bytes = make_body(news, key);
    char kind[] = "webhook", nobody[] = "";
    Outgoing row = {.kind = kind,
                    .queue = news->ticket->queue,
                    .route = route,
                    .to = webhook->name,
                    .from = nobody,
                    .envelope_from = nobody,
                    .subject = event,
                    .message_id = key,
                    .bytes = bytes};
    return outbox_add(store, &row, news->ticket->id, news->mail_id, news->at_us, error);
}

static gboolean anyone_wants(const Config *config, const char *event)
{
    for (guint i = 0; i < config->webhooks->len; i++)
        if (has(((const ConfigWebhook *)config->webhooks->pdata[i])->events, event))
            return TRUE;
    return FALSE;
}

gboolean announce(Store *store, const Config *config, gint64 ticket_id, const char *event, gint64 mail_id,
                  gint64 now_us, guint *out_count, GError **error)
{
    *out_count = 0;
    if (!anyone_wants(config, event))
        return TRUE;
    g_auto(News) news = {.event = event, .mail_id = mail_id, .at_us = now_us};
    news.ticket = ticket_get_with(store, ticket_id, mail_id, LIMIT_WEBHOOK_PIECES, error);
    if (!news.ticket)
        return FALSE;
    withhold_secrets(&news);
    for (guint i = 0; i < config->webhooks->len; i++) {
        const ConfigWebhook *webhook = config->webhooks->pdata[i];
        if (!has(webhook->events, event) || !has(webhook->queues, news.ticket->queue))
            continue;
        if (!add_row(store, webhook, &news, error))
            return FALSE;
        ++*out_count;
    }
    return TRUE;
}
