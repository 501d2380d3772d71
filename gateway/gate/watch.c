#include "gateway/gate/watch_private.h"

#include <postern/base/clock.h>
#include <postern/base/log.h>
#include <postern/base/mail_id.h>
#include <postern/base/stop.h>
#include <postern/outbox.h>

#include <unistd.h>

#define LOOK_EVERY_MS 2000u

Watch *watch_new(Store *store, Setup *setup, int wake_fd, gint64 now_us, GError **error)
{
    g_autoptr(Store) owned = store;
    gsize key_count = 0;
    g_autofree TokenKey *keys = store_token_keys(store, &key_count, error);
    if (!keys)
        return NULL;
    Watch *watch = g_new0(Watch, 1);
    *watch = (Watch){.store = g_steal_pointer(&owned),
                     .setup = setup_ref(setup),
                     .keys = g_steal_pointer(&keys),
                     .key_count = key_count,
                     .wake_fd = wake_fd,
                     .begun_us = now_us};
    return watch;
}

void watch_reload(Watch *watch, Setup *setup)
{
    Setup *old = watch->setup;
    watch->setup = setup_ref(setup);
    setup_unref(old);
}

void watch_free(Watch *watch)
{
    if (!watch)
        return;
    if (watch->timer)
        g_source_remove(watch->timer);
    store_close(watch->store);
    setup_unref(watch->setup);
    g_free(watch->keys);
    g_free(watch);
}

AlertCase watch_case(const Watch *watch, gint64 now_us)
{
    return (AlertCase){.config = watch->setup->config,
                       .notices = watch->setup->notices,
                       .keys = watch->keys,
                       .now_us = now_us,
                       .mail_id = mail_id_new()};
}

gboolean watch_queue(Watch *watch, Outgoing *mail, gint64 ticket_id, gint64 now_us, GError **error)
{
    gboolean ok = outbox_add(watch->store, mail, ticket_id, 0, now_us, error);
    watch->mails += ok;
    outgoing_free(mail);
    return ok;
}

gboolean watch_end(Watch *watch, gboolean ok, GError **error)
{
    stop_point("watch-before-commit");
    if (ok && store_commit(watch->store, error)) {
        stop_point("watch-after-commit");
        return TRUE;
    }
    store_rollback(watch->store);
    return FALSE;
}

/* The gate makes new ones, and an admin takes away what leaked. */
static gboolean look_at_keys(Watch *watch, GError **error)
{
    gsize count = 0;
    TokenKey *keys = store_token_keys(watch->store, &count, error);
    if (!keys)
        return FALSE;
    g_free(watch->keys);
    watch->keys = keys;
    watch->key_count = count;
    return TRUE;
}

/* One trouble must not hide the others: each part is tried. */
gboolean watch_look(Watch *watch, gint64 now_us, guint *out_mails, GError **error)
{
    gboolean (*const parts[])(Watch *, gint64, GError **) = {watch_undelivered, watch_mailboxes, watch_routes,
                                                             watch_stuck,       watch_held,      watch_budget,
                                                             watch_snooze,      watch_incident};
    g_autoptr(GError) first = NULL;
    watch->mails = 0;
    look_at_keys(watch, &first);
    for (guint i = 0; i < G_N_ELEMENTS(parts); i++) {
        g_autoptr(GError) inner = NULL;
        if (!parts[i](watch, now_us, &inner) && !first)
            first = g_steal_pointer(&inner);
    }
    if (out_mails)
        *out_mails = watch->mails;
    guint64 one = 1;
    if (watch->mails > 0 && watch->wake_fd >= 0 && write(watch->wake_fd, &one, sizeof one) < 0)
        log_debug(0, "the sender could not be woken; it looks by itself within seconds");
    if (!first)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&first));
    return FALSE;
}

static gboolean on_time(gpointer user)
{
    Watch *watch = user;
    g_autoptr(GError) error = NULL;
    gboolean ok = watch_look(watch, clock_now_us(), NULL, &error);
    if (!ok && !watch->is_in_trouble)
        log_warning(0, "cannot look what people should be told of, trying again: %s", error->message);
    watch->is_in_trouble = !ok;
    return G_SOURCE_CONTINUE;
}

void watch_start(Watch *watch)
{
    watch->timer = g_timeout_add(LOOK_EVERY_MS, on_time, watch);
}
