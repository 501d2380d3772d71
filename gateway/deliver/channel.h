/* A way out as its sender sees it, whatever is behind it: a route of the configuration, or "webhook:NAME". */
#pragma once

#include "transport.h"

typedef struct {
    char *name;
    const ConfigRoute *route; /* NULL: it is no way for mail, and nothing is handed over to or from it */
    ServerSecret *secret;     /* or NULL */
    Transport *transport;
    gint64 give_up_us;
    guint per_minute; /* rows at most; 0: no limit */
} Channel;

/* NULL when the configuration, borrowed for as long as it lives, knows no such way. */
Channel *channel_open(const Config *config, const char *name);
void channel_close(Channel *channel);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Channel, channel_close)

/* By its name. */
gboolean channel_is_webhook(const char *name);
/* Whether `name` is still a way out. */
gboolean channel_exists(const Config *config, const char *name);
