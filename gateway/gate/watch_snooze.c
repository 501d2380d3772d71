/* Tickets whose snooze is over, told to who put them to sleep. */
#include "gateway/gate/watch_private.h"

#include <postern/aside.h>
#include <postern/ticket_change.h>

static gboolean wake(Watch *watch, gint64 now_us, GError **error)
{
    const ActsDesk desk = {.store = watch->store,
                           .config = watch->setup->config,
                           .notices = watch->setup->notices,
                           .rules = watch->setup->rules,
                           .keys = watch->keys,
                           .key_count = watch->key_count,
                           .now_us = now_us};
    g_autoptr(GArray) woken = ticket_wake(watch->store, now_us, error);
    for (guint i = 0; woken && i < woken->len; i++) {
        guint count = 0;
        if (!aside_tell(&desk, g_array_index(woken, gint64, i), "Postern", NULL,
                        "woke it up, because the snooze is over. The customer wrote last:", NULL, &count,
                        error))
            return FALSE;
        watch->mails += count;
    }
    return woken != NULL;
}

gboolean watch_snooze(Watch *watch, gint64 now_us, GError **error)
{
    g_autoptr(GError) inner = NULL;
    gint64 next_us = ticket_next_wake_us(watch->store, &inner);
    if (inner) {
        g_propagate_error(error, g_steal_pointer(&inner));
        return FALSE;
    }
    if (next_us > now_us)
        return TRUE;
    return store_begin(watch->store, error) && watch_end(watch, wake(watch, now_us, error), error);
}
