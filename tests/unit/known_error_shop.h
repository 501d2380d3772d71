/* A gate that settles mails with error texts: what tests of known errors begin with. */
#pragma once

#include "scratch.h"
#include "tests/support/small_gate.h"

#include <postern/error_print.h>
#include <postern/known_errors.h>

#define NOW_US (G_GINT64_CONSTANT(1795339800) * G_USEC_PER_SEC)
#define DAY_US (24 * 3600 * (gint64)G_USEC_PER_SEC)
#define assert_no_error(error)                                                                               \
    do {                                                                                                     \
        if (error)                                                                                           \
            fail_msg("%s", (error)->message);                                                                \
    } while (0)

static const char shop_config[] = "domain: desk.test\n"
                                  "store: store\n"
                                  "agents:\n"
                                  "  - {name: kim, display: Kim, address: kim@agents.test}\n"
                                  "  - {name: lee, display: Lee, address: lee@agents.test}\n"
                                  "queues:\n"
                                  "  - name: support\n"
                                  "    display: Acme Support\n"
                                  "    prefix: SUP\n"
                                  "    addresses: [support@desk.test]\n"
                                  "    agents: [kim, lee]\n"
                                  "incidents: {customers: 3, within: 30m}\n"
                                  "outgoing:\n"
                                  "  folder: out\n";

typedef struct {
    char *folder;
    SmallGate *gate;
    MailKind kind; /* of the next mail */
    const char *subject;
    const char *more; /* another error in the same mails; or NULL */
    guint mails;
    gint64 wait_us; /* how long the next mail waits before it is read */
} Shop;

G_GNUC_UNUSED static int open_shop(void **state)
{
    Shop *shop = g_new0(Shop, 1);
    shop->folder = g_dir_make_tmp("postern-errors-XXXXXX", NULL);
    shop->gate = small_gate_open(shop->folder, shop_config, NOW_US);
    shop->kind = KIND_HUMAN;
    shop->subject = "Trouble";
    *state = shop;
    return 0;
}

G_GNUC_UNUSED static int close_shop(void **state)
{
    Shop *shop = *state;
    small_gate_close(shop->gate);
    scratch_remove(shop->folder);
    g_free(shop->folder);
    g_free(shop);
    return 0;
}

static void add_error(Reading *reading, const char *error_text)
{
    Field *field = g_new0(Field, 1);
    *field = (Field){.name = g_strdup("error"),
                     .value = g_strdup(error_text),
                     .raw = g_strdup(error_text),
                     .rule = g_strdup("error-block"),
                     .where = g_strdup("reply"),
                     .print = error_print(error_text)};
    g_ptr_array_add(reading->fields, field);
}

/* What a reader makes of a mail with this error text. */
static Reading *reading_with(Shop *shop, const char *from, const char *error_text)
{
    g_autofree char *bytes =
        g_strdup_printf("From: Customer <%s>\r\nTo: support@desk.test\r\nMessage-ID: <m%u@client.test>\r\n"
                        "Subject: %s\r\n\r\nMail %u: %s\r\n",
                        from, shop->mails, shop->subject, shop->mails, error_text);
    ReadingSettings settings = {0};
    Reading *reading = reading_make_bytes(bytes, strlen(bytes), &settings, NULL);
    add_error(reading, error_text);
    if (shop->more)
        add_error(reading, shop->more);
    reading->kind = shop->kind;
    return reading;
}

static Decision *settle_of(Shop *shop, const char *from, const char *error_text)
{
    shop->mails++;
    g_autofree char *bytes = g_strdup_printf("From: %s\r\n\r\nMail %u", from, shop->mails);
    g_autoptr(IntakeRow) row =
        small_gate_accept(shop->gate, "lmtp", "support@desk.test", bytes, strlen(bytes));
    g_autoptr(Reading) reading = reading_with(shop, from, error_text);
    small_gate_find_queue(shop->gate, &row->envelope);
    shop->gate->now_us += shop->wait_us;
    shop->wait_us = 0;
    return small_gate_settle(shop->gate, row, reading);
}

/* The ticket that it opens. */
G_GNUC_UNUSED static gint64 write_of(Shop *shop, const char *from, const char *error_text)
{
    g_autoptr(Decision) decision = settle_of(shop, from, error_text);
    assert_int_equal(decision->fate, FATE_TICKETED);
    return decision->ticket_id;
}

/* The bytes of what the customer gets. The caller frees. */
G_GNUC_UNUSED static char *acknowledgement(Shop *shop, const char *from, const char *error_text)
{
    g_autoptr(Decision) decision = settle_of(shop, from, error_text);
    for (guint i = 0; i < decision->outgoing->len; i++) {
        const Outgoing *mail = decision->outgoing->pdata[i];
        gsize length;
        if (strcmp(mail->kind, "acknowledgement") != 0)
            continue;
        const char *text = g_bytes_get_data(mail->bytes, &length);
        return g_strndup(text, length);
    }
    return g_strdup("");
}
