/* What the sender asks of a transport beyond deliver.h. */
#pragma once

#include "smtp.h"

/* As transport_new, with other timeouts (borrowed for ever). */
Transport *transport_new_with(const ConfigRoute *route, ServerSecret *secret, const SmtpTimeouts *timeouts);
/* When `stop_fd` is readable no further row is begun; those get LATER. */
void transport_stop_on(Transport *transport, int stop_fd);
/* Nobody was there at the last try. */
gboolean transport_is_away(const Transport *transport);
/* When the idle connection should be closed (monotonic), G_MAXINT64 when there is none; and closing it
 * politely. */
gint64 transport_idle_end_us(const Transport *transport);
void transport_close(Transport *transport);
