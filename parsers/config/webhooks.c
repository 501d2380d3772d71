/* Who is told what happens to tickets. */
#include "sections.h"

const char *const config_webhook_events[] = {"opened", "wrote", "answered", "handed-off", "closed", NULL};

static gboolean is_event(const char *text)
{
    return g_strv_contains(config_webhook_events, text);
}

static const Key webhook_keys[] = {
    {SCHEMA_KEY("name", schema_checked, ConfigWebhook, name), .is_required = TRUE, WORD},
    {SCHEMA_KEY("url", read_url, ConfigWebhook, url), .is_required = TRUE, URL},
    {SCHEMA_KEY("secret_file", schema_path, ConfigWebhook, secret_file), PATH},
    {SCHEMA_KEY("secret_env", read_variable, ConfigWebhook, secret_env), VARIABLE},
    {SCHEMA_KEY("events", schema_list, ConfigWebhook, events), .most = 20, .read_item = schema_item,
     .is_valid = is_event, .expects = "opened, wrote, answered, handed-off or closed"},
    {SCHEMA_KEY("queues", schema_list, ConfigWebhook, queues), .most = 500, .read_item = schema_item, WORD},
    {SCHEMA_KEY("allow_private", schema_boolean, ConfigWebhook, allow_private)},
    {SCHEMA_KEY("ca_file", schema_path, ConfigWebhook, ca_file), PATH},
    {SCHEMA_KEY("give_up", schema_duration_us, ConfigWebhook, give_up_us), .least = G_USEC_PER_SEC,
     .most = 30 * DAY_US, .expects = "a time from 1s to 30d"},
    SCHEMA_END,
};

void config_webhook_free(gpointer data)
{
    ConfigWebhook *webhook = data;
    char *strings[] = {webhook->name, webhook->url, webhook->secret_file, webhook->secret_env,
                       webhook->ca_file};
    for (guint i = 0; i < G_N_ELEMENTS(strings); i++)
        g_free(strings[i]);
    g_ptr_array_unref(webhook->events);
    g_ptr_array_unref(webhook->queues);
    g_free(webhook);
}

void webhook_item(Walk *walk, const Key *key, const YamlNode *node, gpointer field)
{
    (void)key;
    ConfigWebhook *webhook = g_new0(ConfigWebhook, 1);
    webhook->events = g_ptr_array_new_with_free_func(g_free);
    webhook->queues = g_ptr_array_new_with_free_func(g_free);
    webhook->give_up_us = DAY_US;
    g_ptr_array_add(field, webhook);
    schema_mapping(walk, webhook_keys, node, webhook, "the webhook");
    schema_note_place(walk, webhook, node);
}

void check_webhooks(Walk *walk, const Config *config)
{
    g_autoptr(GHashTable) seen = seen_new();
    for (guint i = 0; i < config->webhooks->len; i++) {
        const ConfigWebhook *webhook = config->webhooks->pdata[i];
        check_once(walk, seen, webhook->name, &webhook->name, "the webhook");
        check_queue_names(walk, config, webhook->queues);
        if ((webhook->secret_file != NULL) == (webhook->secret_env != NULL))
            schema_problem(
                walk, schema_place(walk, webhook),
                "a webhook needs one of 'secret_file' and 'secret_env': the key that signs what it is told");
    }
}
