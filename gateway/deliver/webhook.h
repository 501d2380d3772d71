/* The transport of webhooks: each row is one signed POST (RFC 9110) over a connection of its own. */
#pragma once

#include "transport.h"

#include <postern/https.h>

/* A transport that may be told on which descriptor to stop. `webhook` is borrowed for as long as it lives. */
Transport *webhook_transport_new(const ConfigWebhook *webhook);

/* What became of a row: `error` is what https_post failed with, or NULL. Fills outcome, answer and wait_us.
 */
void webhook_judge(const HttpsAnswer *answer, const GError *error, DeliveryResult *out);
/* "t=1795339800,v1=…": the time and the hexadecimal HMAC-SHA256 over "1795339800." and the body. The caller
 * frees. */
char *webhook_sign(const char *secret, gint64 now_us, GBytes *body);
