/* Telling other programs what happens to tickets: each webhook of the configuration gets a row of the outbox,
 * in the transaction of the act itself, so that nothing is told that did not happen, and all that did. */
#pragma once

#include <postern/config.h>
#include <postern/decision.h>
#include <postern/store.h>

/* What a settled mail is told as: "opened", "wrote", "answered"; NULL: nobody is told of it. `reading` is
 * NULL for a mail that could not be read. */
const char *announce_event_of(const Decision *decision, const Envelope *envelope, const Reading *reading);

/* In the transaction of the act, after its rows. `event` is one of config_webhook_events; `mail_id` is the
 * mail that did it, or 0. The same mail and event, announced again, give the same idempotency key; an act
 * without a mail is told apart by `now_us`. `out_count` is how many rows were added; somebody should wake the
 * senders. */
gboolean announce(Store *store, const Config *config, gint64 ticket_id, const char *event, gint64 mail_id,
                  gint64 now_us, guint *out_count, GError **error);
