/* A desk with two queues and two agents, and a first mail of a customer: what tests of judgements begin with.
 */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <postern/base/limits.h>
#include <postern/base/starter.h>
#include <postern/desk.h>

#include <string.h>

#define NOW_US (G_GINT64_CONSTANT(1795339800) * G_USEC_PER_SEC)
#define MAIL_ID G_GINT64_CONSTANT(1838427955200000000)
#define FIRST 1001
#define SECOND 1002

G_GNUC_UNUSED static const char config_text[] =
    "domain: desk.test\n"
    "store: store\n"
    "trusted_authserv_id: mx.desk.test\n"
    "agents:\n"
    "  - {name: kim, display: Kim Lee, address: kim@agents.test}\n"
    "  - {name: lou, display: Lou, address: lou@agents.test}\n"
    "queues:\n"
    "  - name: support\n"
    "    display: Acme Support\n"
    "    prefix: SUP\n"
    "    addresses: [support@desk.test, help@desk.test]\n"
    "    agents: [kim, lou]\n"
    "  - name: billing\n"
    "    display: Acme Billing\n"
    "    prefix: BIL\n"
    "    addresses: [billing@desk.test]\n"
    "    agents: [lou]\n"
    "    acknowledge: no\n"
    "lmtp:\n"
    "  listen: [\"127.0.0.1:2424\"]\n"
    "outgoing:\n"
    "  folder: outgoing\n"
    "limits:\n"
    "  acknowledgements_per_sender_hour: 3\n"
    "  acknowledgements_per_hour: 50\n"
    "customers:\n"
    "  - {match: customer.test, plan: \"Gold, 1 hour\"}\n";

/* What never changes. */
typedef struct {
    Config *config;
    Config *trusting; /* no border server is named */
    NoticeSet *notices;
    RuleSet *rules;
    TokenKey keys[2];
} Shop;

/* A first mail of a customer, before a test changes it. */
typedef struct {
    const Shop *shop;
    Reading *reading;
    Envelope envelope;
    Facts facts;
    const Config *config;
    const char *queue;
    const char *unreadable;
} Mail;

G_GNUC_UNUSED static const char *starter_notice(gpointer user, const char *name)
{
    (void)user;
    g_autofree char *path = g_build_filename("notices", name, NULL);
    return starter_text(path);
}

G_GNUC_UNUSED static int open_shop(void **state)
{
    Shop *shop = g_new0(Shop, 1);
    g_autoptr(GPtrArray) problems = problems_new();
    const char *rules = starter_text("rules.yaml");
    g_auto(GStrv) without = g_strsplit(config_text, "trusted_authserv_id: mx.desk.test\n", 2);
    g_autofree char *trusting = g_strjoinv("", without);
    shop->trusting = config_parse("postern.yaml", trusting, strlen(trusting), problems);
    shop->config = config_parse("postern.yaml", config_text, strlen(config_text), problems);
    shop->notices = notice_set_compile(NULL, starter_notice, NULL, problems);
    shop->rules = rules_compile("rules.yaml", rules, strlen(rules), problems);
    for (guint i = 0; i < 2; i++) {
        shop->keys[i].id = (guint8)(2 - i);
        memset(shop->keys[i].secret, (int)(i + 1), sizeof shop->keys[i].secret);
    }
    *state = shop;
    return shop->config && shop->trusting && shop->notices && shop->rules ? 0 : -1;
}

G_GNUC_UNUSED static int close_shop(void **state)
{
    Shop *shop = *state;
    config_free(shop->config);
    config_free(shop->trusting);
    notice_set_free(shop->notices);
    rules_unref(shop->rules);
    g_free(shop);
    return 0;
}

G_GNUC_UNUSED static Mail *mail_new(const Shop *shop)
{
    Mail *mail = g_new0(Mail, 1);
    mail->shop = shop;
    mail->config = shop->config;
    mail->queue = "support";
    mail->reading = reading_new();
    mail->reading->message_id = g_strdup("one@customer.test");
    mail->reading->subject = g_strdup("The import fails");
    mail->reading->from = mailbox_new("Anna Smith", "anna@customer.test");
    mail->reading->may_answer = TRUE;
    mail->reading->date_us = NOW_US;
    char **texts[] = {&mail->reading->text, &mail->reading->reply, &mail->reading->quoted,
                      &mail->reading->signature};
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        *texts[i] = g_strdup(i < 2 ? "Nothing is imported." : "");
    mail->envelope = (Envelope){.mail_id = MAIL_ID,
                                .received_us = NOW_US,
                                .source = g_strdup("lmtp"),
                                .peer = g_strdup("127.0.0.1:1"),
                                .envelope_from = g_strdup("anna@customer.test"),
                                .recipient = g_strdup("support@desk.test"),
                                .queue = g_strdup("support")};
    mail->facts.evidence = g_ptr_array_new_with_free_func((GDestroyNotify)evidence_free);
    return mail;
}

G_GNUC_UNUSED static void mail_free(Mail *mail)
{
    reading_free(mail->reading);
    envelope_clear(&mail->envelope);
    facts_clear(&mail->facts);
    g_free(mail);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Mail, mail_free)

G_GNUC_UNUSED static Decision *judge(const Mail *mail)
{
    const Shop *shop = mail->shop;
    DeskCase desk_case = {.config = mail->config,
                          .queue = config_queue(mail->config, mail->queue),
                          .envelope = &mail->envelope,
                          .reading = mail->reading,
                          .unreadable = mail->unreadable,
                          .facts = &mail->facts,
                          .new_ref = "SUP-NEW222",
                          .now_us = NOW_US,
                          .keys = shop->keys,
                          .key_count = G_N_ELEMENTS(shop->keys),
                          .notices = shop->notices,
                          .rules = shop->rules};
    return desk_judge(&desk_case);
}

/* What the store says about a piece: `ticket` 0 leads nowhere. */
G_GNUC_UNUSED static Evidence *add_evidence(Mail *mail, EvidenceType type, gint64 ticket, gboolean belongs,
                                            gboolean is_senders)
{
    Evidence *piece = evidence_new(type, "found");
    piece->ticket_id = ticket;
    piece->sender_belongs = belongs;
    piece->token_is_senders = is_senders;
    piece->token.day = (guint16)(NOW_US / (24 * 3600 * (gint64)G_USEC_PER_SEC));
    piece->ref = ticket ? g_strdup_printf("SUP-%06d", (int)ticket) : NULL;
    piece->queue = g_strdup("support");
    piece->status = g_strdup("open");
    g_ptr_array_add(mail->facts.evidence, piece);
    return piece;
}

G_GNUC_UNUSED static gboolean says(const Decision *decision, const char *text)
{
    for (guint i = 0; i < decision->why->len; i++)
        if (strstr(decision->why->pdata[i], text))
            return TRUE;
    return FALSE;
}

G_GNUC_UNUSED static const Event *event_of(const Decision *decision, const char *what)
{
    for (guint i = 0; i < decision->events->len; i++)
        if (strcmp(((Event *)decision->events->pdata[i])->what, what) == 0)
            return decision->events->pdata[i];
    return NULL;
}

G_GNUC_UNUSED static gboolean is_related(const Decision *decision, gint64 ticket)
{
    for (guint i = 0; i < decision->related->len; i++)
        if (((Related *)decision->related->pdata[i])->ticket_id == ticket)
            return TRUE;
    return FALSE;
}

G_GNUC_UNUSED static const Outgoing *outgoing_to(const Decision *decision, const char *to)
{
    for (guint i = 0; i < decision->outgoing->len; i++)
        if (strcmp(((Outgoing *)decision->outgoing->pdata[i])->to, to) == 0)
            return decision->outgoing->pdata[i];
    return NULL;
}

G_GNUC_UNUSED static char *bytes_of(const Outgoing *outgoing)
{
    gsize length;
    const char *bytes = g_bytes_get_data(outgoing->bytes, &length);
    return g_strndup(bytes, length);
}

G_GNUC_UNUSED static void set_text(char **text, const char *value)
{
    g_free(*text);
    *text = g_strdup(value);
}
