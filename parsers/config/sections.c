#include "sections.h"

#include <string.h>

#define EXPECTS_DOMAIN "a domain like example.com (an international one in its xn-- form)"

/* Lists are compared with each other, so each has its maximum; far over what a team needs. */
#define QUEUES_MAX 500
#define AGENTS_MAX 2000
#define QUEUE_ADDRESSES_MAX 100
#define LISTENS_MAX 32
#define ROUTES_MAX 50
#define MAILBOXES_MAX 200
#define SIGN_INS_MAX 200
#define WEBHOOKS_MAX 50
#define ADMINS_MAX 50
#define CUSTOMERS_MAX 20000

#define REOPEN_US (14 * DAY_US)
#define OWNER_IDLE_US (3 * DAY_US)

/* The local part as written, the domain in small letters. */
static char *address_text(Walk *walk, const Key *key, const YamlNode *node)
{
    char *address = schema_text(walk, key, node);
    if (address)
        for (char *at = strrchr(address, '@'); *at; at++)
            *at = g_ascii_tolower(*at);
    return address;
}

static void read_address(Walk *walk, const Key *key, const YamlNode *node, gpointer field)
{
    char **out = field;
    *out = address_text(walk, key, node);
}

void address_item(Walk *walk, const Key *key, const YamlNode *node, gpointer field)
{
    char *address = address_text(walk, key, node);
    if (!address)
        return;
    schema_note_place(walk, address, node);
    g_ptr_array_add(field, address);
}

static const Key agent_keys[] = {
    {SCHEMA_KEY("name", schema_checked, ConfigAgent, name), .is_required = TRUE, WORD},
    {SCHEMA_KEY("display", schema_checked, ConfigAgent, display), .is_required = TRUE, LINE},
    {SCHEMA_KEY("address", read_address, ConfigAgent, address), .is_required = TRUE, ADDRESS},
    SCHEMA_END,
};

static void agent_item(Walk *walk, const Key *key, const YamlNode *node, gpointer field)
{
    (void)key;
    ConfigAgent *agent = g_new0(ConfigAgent, 1);
    g_ptr_array_add(field, agent);
    schema_mapping(walk, agent_keys, node, agent, "the agent");
}

static const char *const closed_words[] = {[CLOSED_NEW] = "new", [CLOSED_REFUSE] = "refuse", NULL};

static const Key queue_keys[] = {
    {SCHEMA_KEY("name", schema_checked, ConfigQueue, name), .is_required = TRUE, WORD},
    {SCHEMA_KEY("display", schema_checked, ConfigQueue, display), .is_required = TRUE, LINE},
    {SCHEMA_KEY("prefix", schema_checked, ConfigQueue, prefix), .is_required = TRUE,
     .is_valid = grammar_is_prefix, .expects = "2 to 6 capital letters or digits like SUP, first a letter"},
    {SCHEMA_KEY("addresses", schema_list, ConfigQueue, addresses), .is_required = TRUE, .least = 1,
     .most = QUEUE_ADDRESSES_MAX, .read_item = address_item, ADDRESS},
    {SCHEMA_KEY("agents", schema_list, ConfigQueue, agents), .most = AGENTS_MAX, .read_item = schema_item,
     WORD},
    {SCHEMA_KEY("acknowledge", schema_boolean, ConfigQueue, acknowledge)},
    {SCHEMA_KEY("answer_within", schema_checked, ConfigQueue, answer_within), LINE},
    {SCHEMA_KEY("reopen_within", schema_duration_us, ConfigQueue, reopen_us), .least = 0,
     .most = 3650 * DAY_US, .expects = "a time up to 3650d; 0s never opens a closed ticket again"},
    {SCHEMA_KEY("after_that", schema_choice, ConfigQueue, closed_then), .choices = closed_words,
     .expects = "new or refuse"},
    {SCHEMA_KEY("owner_idle", schema_duration_us, ConfigQueue, owner_idle_us), .least = G_USEC_PER_SEC,
     .most = 365 * DAY_US, .expects = "a time from 1s to 365d"},
    SCHEMA_END,
};

static void queue_item(Walk *walk, const Key *key, const YamlNode *node, gpointer field)
{
    (void)key;
    ConfigQueue *queue = g_new0(ConfigQueue, 1);
    queue->addresses = g_ptr_array_new_with_free_func(g_free);
    queue->agents = g_ptr_array_new_with_free_func(g_free);
    queue->acknowledge = TRUE;
    queue->reopen_us = REOPEN_US;
    queue->owner_idle_us = OWNER_IDLE_US;
    g_ptr_array_add(field, queue);
    schema_mapping(walk, queue_keys, node, queue, "the queue");
}

static const Key lmtp_keys[] = {
    {SCHEMA_KEY("listen", schema_list, Config, listens), .least = 1, .most = LISTENS_MAX,
     .read_item = listen_item},
    {SCHEMA_KEY("sessions", schema_unsigned, Config, sessions), .least = 1, .most = 100000},
    {SCHEMA_KEY("idle", schema_seconds, Config, idle_seconds), .least = 1, .most = 3600,
     .expects = "a time from 1s to 1h"},
    SCHEMA_END,
};

static const Key limit_keys[] = {
    {SCHEMA_KEY("message_size", schema_size, Config, message_bytes), .least = 64 * 1024,
     .most = 1024 * 1024 * 1024, .expects = "a size from 64KiB to 1GiB"},
    {SCHEMA_KEY("acknowledgements_per_sender_hour", schema_unsigned, Config, acks_per_sender_hour),
     .least = 0, .most = 1000},
    {SCHEMA_KEY("acknowledgements_per_hour", schema_unsigned, Config, acks_per_hour), .least = 0,
     .most = 1000000},
    {SCHEMA_KEY("automatic_per_hour", schema_unsigned, Config, automatic_per_hour), .least = 1,
     .most = 10000000},
    {SCHEMA_KEY("notice_attachments", schema_size, Config, notice_attachment_bytes), .least = 0,
     .most = 1024 * 1024 * 1024, .expects = "a size up to 1GiB"},
    {SCHEMA_KEY("agent_answers", schema_duration_us, Config, agent_token_us), .least = DAY_US,
     .most = 3650 * DAY_US, .expects = "a time from 1d to 3650d"},
    SCHEMA_END,
};

static const Key reader_keys[] = {
    {SCHEMA_KEY("count", schema_unsigned, Config, readers), .least = 0, .most = 256},
    {SCHEMA_KEY("mails", schema_unsigned, Config, reader_mails), .least = 1, .most = 1000000},
    SCHEMA_END,
};

static const Key admin_keys[] = {
    {SCHEMA_KEY("addresses", schema_list, Config, admins), .most = ADMINS_MAX, .read_item = address_item,
     ADDRESS},
    {SCHEMA_KEY("alert_after", schema_duration_us, Config, alert_us), .least = G_USEC_PER_SEC, .most = DAY_US,
     .expects = "a time from 1s to 1d"},
    {SCHEMA_KEY("digest_every", schema_duration_us, Config, digest_us), .least = 0, .most = 365 * DAY_US,
     .expects = "a time up to 365d; 0s sends none"},
    SCHEMA_END,
};

static const Key original_keys[] = {
    {SCHEMA_KEY("readers", schema_list, Config, original_readers), .least = 1, .most = AGENTS_MAX,
     .read_item = schema_item, WORD},
    SCHEMA_END,
};

static const Key incident_keys[] = {
    {SCHEMA_KEY("customers", schema_unsigned, Config, incident_customers), .least = 0, .most = 100000},
    {SCHEMA_KEY("within", schema_duration_us, Config, incident_within_us), .least = 60 * G_USEC_PER_SEC,
     .most = DAY_US, .expects = "a time from 1m to 1d"},
    SCHEMA_END,
};

static const Key customer_keys[] = {
    {SCHEMA_KEY("match", schema_checked, ConfigCustomer, match), .is_required = TRUE,
     .is_valid = grammar_is_customer,
     .expects = "a mail address like dora@example.com or a domain like example.com"},
    {SCHEMA_KEY("plan", schema_checked, ConfigCustomer, plan), .is_required = TRUE, LINE},
    SCHEMA_END,
};

static void customer_item(Walk *walk, const Key *key, const YamlNode *node, gpointer field)
{
    (void)key;
    ConfigCustomer *customer = g_new0(ConfigCustomer, 1);
    g_ptr_array_add(field, customer);
    schema_mapping(walk, customer_keys, node, customer, "the customer");
}

const Key config_keys[] = {
    {SCHEMA_KEY("domain", schema_lower, Config, domain), .is_required = TRUE, .is_valid = grammar_is_domain,
     .expects = EXPECTS_DOMAIN},
    {SCHEMA_KEY("store", schema_path, Config, store), .is_required = TRUE, PATH},
    {SCHEMA_KEY("rules", schema_path, Config, rules), PATH},
    {SCHEMA_KEY("notices", schema_path, Config, notices), PATH},
    {SCHEMA_KEY("trusted_authserv_id", schema_checked, Config, authserv_id),
     .is_valid = grammar_is_authserv_id,
     .expects =
         "the name that your border server writes first in Authentication-Results, like mx.example.com"},
    {SCHEMA_KEY("user", schema_checked, Config, user), WORD},
    {SCHEMA_KEY("agents", schema_list, Config, agents), .most = AGENTS_MAX, .read_item = agent_item},
    {SCHEMA_KEY("queues", schema_list, Config, queues), .is_required = TRUE, .least = 1, .most = QUEUES_MAX,
     .read_item = queue_item},
    {.name = "lmtp", .read = schema_section, .keys = lmtp_keys},
    {SCHEMA_KEY("outgoing", read_outgoing, Config, routes), .is_required = TRUE, .least = 1,
     .most = ROUTES_MAX, .read_item = route_item},
    {SCHEMA_KEY("mailboxes", schema_list, Config, mailboxes), .most = MAILBOXES_MAX,
     .read_item = mailbox_item},
    {SCHEMA_KEY("sign_ins", schema_list, Config, sign_ins), .most = SIGN_INS_MAX, .read_item = sign_in_item},
    {SCHEMA_KEY("webhooks", schema_list, Config, webhooks), .most = WEBHOOKS_MAX, .read_item = webhook_item},
    {SCHEMA_KEY("customers", schema_list, Config, customers), .most = CUSTOMERS_MAX,
     .read_item = customer_item},
    {.name = "incidents", .read = schema_section, .keys = incident_keys},
    {.name = "admins", .read = schema_section, .keys = admin_keys},
    {.name = "originals", .read = schema_section, .keys = original_keys},
    {.name = "limits", .read = schema_section, .keys = limit_keys},
    {.name = "readers", .read = schema_section, .keys = reader_keys},
    SCHEMA_END,
};
