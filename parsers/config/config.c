#include <postern/config.h>

#include "secret.h"
#include "sections.h"
#include "yaml_private.h"

#include <string.h>

#define ALERT_US (15 * 60 * (gint64)G_USEC_PER_SEC)
#define INCIDENT_CUSTOMERS 5u
#define INCIDENT_WITHIN_US (30 * 60 * (gint64)G_USEC_PER_SEC)
#define AGENT_TOKEN_US (60 * DAY_US)
#define LMTP_PORT 2424u

static void agent_free(gpointer data)
{
    ConfigAgent *agent = data;
    g_free(agent->name);
    g_free(agent->display);
    g_free(agent->address);
    g_free(agent);
}

static void queue_free(gpointer data)
{
    ConfigQueue *queue = data;
    g_free(queue->name);
    g_free(queue->display);
    g_free(queue->prefix);
    g_ptr_array_unref(queue->addresses);
    g_ptr_array_unref(queue->agents);
    g_free(queue->answer_within);
    g_free(queue);
}

static void customer_free(gpointer data)
{
    ConfigCustomer *customer = data;
    g_free(customer->match);
    g_free(customer->plan);
    g_free(customer);
}

void config_free(Config *config)
{
    if (!config)
        return;
    char *strings[] = {config->path,  config->base_folder, config->domain,      config->store,
                       config->rules, config->notices,     config->authserv_id, config->user};
    for (guint i = 0; i < G_N_ELEMENTS(strings); i++)
        g_free(strings[i]);
    g_ptr_array_unref(config->agents);
    g_ptr_array_unref(config->queues);
    g_ptr_array_unref(config->listens);
    g_ptr_array_unref(config->routes);
    g_ptr_array_unref(config->mailboxes);
    g_ptr_array_unref(config->sign_ins);
    g_ptr_array_unref(config->webhooks);
    g_ptr_array_unref(config->admins);
    g_ptr_array_unref(config->original_readers);
    g_ptr_array_unref(config->customers);
    g_free(config);
}

static Config *config_new(const char *file)
{
    Config *config = g_new0(Config, 1);
    config->path = g_strdup(file);
    config->base_folder = g_path_get_dirname(file);
    config->agents = g_ptr_array_new_with_free_func(agent_free);
    config->queues = g_ptr_array_new_with_free_func(queue_free);
    config->listens = g_ptr_array_new_with_free_func(config_listen_free);
    config->routes = g_ptr_array_new_with_free_func(config_route_free);
    config->mailboxes = g_ptr_array_new_with_free_func(config_mailbox_free);
    config->sign_ins = g_ptr_array_new_with_free_func(config_sign_in_free);
    config->webhooks = g_ptr_array_new_with_free_func(config_webhook_free);
    config->admins = g_ptr_array_new_with_free_func(g_free);
    config->original_readers = g_ptr_array_new_with_free_func(g_free);
    config->customers = g_ptr_array_new_with_free_func(customer_free);
    config->alert_us = ALERT_US;
    config->digest_us = DAY_US;
    config->incident_customers = INCIDENT_CUSTOMERS;
    config->incident_within_us = INCIDENT_WITHIN_US;
    config->agent_token_us = AGENT_TOKEN_US;
    config->notice_attachment_bytes = LIMIT_NOTICE_ATTACHMENT_BYTES;
    config->automatic_per_hour = LIMIT_AUTOMATIC_PER_HOUR;
    config->message_bytes = LIMIT_MESSAGE_BYTES;
    config->sessions = LIMIT_SESSIONS;
    config->idle_seconds = LIMIT_IDLE_SECONDS;
    config->acks_per_sender_hour = LIMIT_ACKS_PER_SENDER_HOUR;
    config->acks_per_hour = LIMIT_ACKS_PER_HOUR;
    config->reader_mails = LIMIT_READER_MAILS;
    return config;
}

static void set_defaults(Config *config)
{
    if (config->listens->len == 0) {
        ConfigListen *listen = config_listen_new();
        listen->host = g_strdup("127.0.0.1");
        listen->port = LMTP_PORT;
        g_ptr_array_add(config->listens, listen);
    }
    for (guint i = 0; i < config->routes->len; i++) {
        ConfigRoute *route = config->routes->pdata[i];
        if (!route->hello)
            route->hello = g_strdup(config->domain);
    }
}

static void check_trust(Walk *walk, const YamlNode *root)
{
    if (!yaml_get(root, "trusted_authserv_id"))
        problem_warn(walk->problems, walk->document->file, NULL, 0, 0,
                     "'trusted_authserv_id' is not set, so nothing proves who wrote a mail: notices say so, "
                     "acknowledgements repeat no subject, and whoever gets hold of a notice counts as its "
                     "agent; set it to the name "
                     "of your mail server that checks SPF, DKIM and DMARC");
}

static void config_read(Walk *walk, Config *config)
{
    const YamlNode *root = walk->document->root;
    schema_mapping(walk, config_keys, root, config, "the file");
    if (root->type != YAML_MAPPING)
        return;
    check_names(walk, config);
    check_addresses(walk, config);
    check_listens(walk, config);
    check_routes(walk, root, config);
    check_mailboxes(walk, config);
    check_webhooks(walk, config);
    check_admins(walk, root, config);
    check_accounts(walk, config);
    check_trust(walk, root);
    set_defaults(config);
}

Config *config_parse(const char *file, const char *text, gsize length, GPtrArray *problems)
{
    g_autofree char *shown = secret_blank(text, MIN(length, LIMIT_CONFIG_BYTES));
    g_autoptr(YamlDocument) document = yaml_parse_shown(file, text, length, shown, problems);
    g_autoptr(Config) config = config_new(file);
    if (document && document->root) {
        Walk walk;
        schema_begin(&walk, document, config->base_folder, problems);
        config_read(&walk, config);
        schema_end(&walk);
    } else if (!problems_fatal(problems)) {
        problem_add(problems, file, NULL, 1, 1, "the file is empty; 'postern init' writes one to begin with");
    }
    return problems_fatal(problems) ? NULL : g_steal_pointer(&config);
}

/* Every item of these lists begins with its name. */
static gconstpointer find_named(const GPtrArray *items, const char *name)
{
    for (guint i = 0; i < items->len; i++)
        if (g_strcmp0(*(char *const *)items->pdata[i], name) == 0)
            return items->pdata[i];
    return NULL;
}

const ConfigQueue *config_queue(const Config *config, const char *name)
{
    return find_named(config->queues, name);
}

const ConfigAgent *config_agent(const Config *config, const char *name)
{
    return find_named(config->agents, name);
}

const ConfigMailbox *config_mailbox(const Config *config, const char *name)
{
    return find_named(config->mailboxes, name);
}

const ConfigSignIn *config_sign_in(const Config *config, const char *name)
{
    return find_named(config->sign_ins, name);
}

const ConfigRoute *config_route(const Config *config, const char *name)
{
    return find_named(config->routes, name);
}

const ConfigWebhook *config_webhook(const Config *config, const char *name)
{
    return find_named(config->webhooks, name);
}

static gboolean holds(const GPtrArray *texts, const char *text)
{
    for (guint i = 0; i < texts->len; i++)
        if (g_ascii_strcasecmp(texts->pdata[i], text) == 0)
            return TRUE;
    return texts->len == 0;
}

GPtrArray *config_routes_for(const Config *config, const char *queue, const char *from)
{
    GPtrArray *fitting = g_ptr_array_new();
    for (guint i = 0; i < config->routes->len; i++) {
        const ConfigRoute *route = config->routes->pdata[i];
        if (holds(route->queues, queue) && holds(route->from, from))
            g_ptr_array_add(fitting, (gpointer)(guintptr)route);
    }
    if (fitting->len == 0)
        g_ptr_array_add(fitting, config->routes->pdata[0]);
    return fitting;
}

const ConfigAgent *config_agent_by_address(const Config *config, const char *address)
{
    for (guint i = 0; i < config->agents->len; i++) {
        const ConfigAgent *agent = config->agents->pdata[i];
        if (agent->address && g_ascii_strcasecmp(agent->address, address) == 0)
            return agent;
    }
    return NULL;
}

/* The queue with the address whose local part is the first `local_length` bytes of `recipient` and whose
 * domain is `domain`, which begins with its "@". */
static const ConfigQueue *find_queue(const Config *config, const char *recipient, gsize local_length,
                                     const char *domain)
{
    for (guint i = 0; i < config->queues->len; i++) {
        const ConfigQueue *queue = config->queues->pdata[i];
        for (guint j = 0; j < queue->addresses->len; j++) {
            const char *address = queue->addresses->pdata[j];
            if (g_ascii_strncasecmp(address, recipient, local_length) == 0 &&
                g_ascii_strcasecmp(address + local_length, domain) == 0)
                return queue;
        }
    }
    return NULL;
}

/* An address of a queue may itself have a plus: the longest local part that is one wins. Longer local
 * parts than an SMTP path allows belong to nobody, which also bounds the tries. */
const ConfigQueue *config_queue_of(const Config *config, const char *recipient, char **out_detail)
{
    if (out_detail)
        *out_detail = NULL;
    const char *domain = strrchr(recipient, '@');
    if (!domain || domain - recipient > 256)
        return NULL;
    const ConfigQueue *queue = find_queue(config, recipient, (gsize)(domain - recipient), domain);
    for (const char *plus = domain; !queue && plus > recipient;) {
        plus = g_strrstr_len(recipient, plus - recipient, "+");
        if (!plus)
            return NULL;
        queue = find_queue(config, recipient, (gsize)(plus - recipient), domain);
        if (queue && out_detail)
            *out_detail = g_strndup(plus + 1, (gsize)(domain - plus - 1));
    }
    return queue;
}

gboolean config_is_ours(const Config *config, const char *address)
{
    return config_queue_of(config, address, NULL) != NULL;
}

const ConfigCustomer *config_customer(const Config *config, const char *address)
{
    const char *at = strrchr(address, '@');
    const ConfigCustomer *by_domain = NULL;
    for (guint i = 0; i < config->customers->len; i++) {
        const ConfigCustomer *customer = config->customers->pdata[i];
        if (g_ascii_strcasecmp(customer->match, address) == 0)
            return customer;
        if (at && !by_domain && g_ascii_strcasecmp(customer->match, at + 1) == 0)
            by_domain = customer;
    }
    return by_domain;
}
