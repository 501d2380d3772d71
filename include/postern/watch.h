/* The watch tells people what nobody's mail tells them: tickets whose snooze is over, and trouble: mail that
 * was not delivered (to the ticket's owner), mailboxes and ways out that have stopped and that work again,
 * mail that cannot be taken or is held, a budget that is spent (to the admins). It reads what others wrote
 * into the store, and notes that it told in the transaction that queues the mail: each thing is told once,
 * whatever dies when. Without admins it says in the log what they would be told. */
#pragma once

#include <postern/setup.h>
#include <postern/store.h>

typedef struct Watch Watch;

/* Takes over `store`, a connection of its own. `wake_fd`: eventfd to write to when there is something to
 * send, or -1. NULL, and the store closed, when it has no keys. */
Watch *watch_new(Store *store, Setup *setup, int wake_fd, gint64 now_us, GError **error);
/* Looks every few seconds from now on, on the default main context. */
void watch_start(Watch *watch);
/* Takes its own reference. */
void watch_reload(Watch *watch, Setup *setup);
void watch_free(Watch *watch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Watch, watch_free)

/* One look. `out_mails` (may be NULL) is how many mails were queued. What fails is tried with the next look.
 */
gboolean watch_look(Watch *watch, gint64 now_us, guint *out_mails, GError **error);
