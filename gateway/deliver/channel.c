#include "channel.h"

#include "webhook.h"

#include <string.h>

#define WEBHOOK_PREFIX "webhook:"

gboolean channel_is_webhook(const char *name)
{
    return g_str_has_prefix(name, WEBHOOK_PREFIX);
}

static Channel *open_route(const Config *config, const ConfigRoute *route)
{
    Channel *channel = g_new0(Channel, 1);
    g_autofree char *what = g_strdup_printf("route '%s'", route->name);
    channel->name = g_strdup(route->name);
    channel->route = route;
    channel->secret = server_secret_new(config, &route->server, what);
    channel->transport = transport_new(route, channel->secret);
    channel->give_up_us = route->give_up_us;
    channel->per_minute = route->per_minute;
    return channel;
}

static Channel *open_webhook(const ConfigWebhook *webhook, const char *name)
{
    Channel *channel = g_new0(Channel, 1);
    channel->name = g_strdup(name);
    channel->transport = webhook_transport_new(webhook);
    channel->give_up_us = webhook->give_up_us;
    return channel;
}

Channel *channel_open(const Config *config, const char *name)
{
    if (channel_is_webhook(name)) {
        const ConfigWebhook *webhook = config_webhook(config, name + strlen(WEBHOOK_PREFIX));
        return webhook ? open_webhook(webhook, name) : NULL;
    }
    const ConfigRoute *route = config_route(config, name);
    return route ? open_route(config, route) : NULL;
}

void channel_close(Channel *channel)
{
    if (!channel)
        return;
    transport_free(channel->transport);
    server_secret_free(channel->secret);
    g_free(channel->name);
    g_free(channel);
}

gboolean channel_exists(const Config *config, const char *name)
{
    if (channel_is_webhook(name))
        return config_webhook(config, name + strlen(WEBHOOK_PREFIX)) != NULL;
    return config_route(config, name) != NULL;
}
