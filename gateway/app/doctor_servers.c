/* Servers of other people, each tried as its own process would use it. */
#include "gateway/app/doctor.h"

#include <postern/base/clock.h>
#include <postern/fetcher.h>
#include <postern/https.h>
#include <postern/smtp_link.h>

#include <inttypes.h>
#include <string.h>

#define PROBE_MS 30000
/* The line already says what it is about. */
static const char *without_prefix(const char *message, const char *what)
{
    return g_str_has_prefix(message, what) && g_str_has_prefix(message + strlen(what), ": ")
               ? message + strlen(what) + 2
               : message;
}

static Examination *examined(char *where, GPtrArray *steps)
{
    Examination *out = examination_new(where);
    g_ptr_array_unref(out->steps);
    out->steps = steps;
    return out;
}

Examination *doctor_sign_in(const Config *config, const ConfigSignIn *sign_in)
{
    Examination *out = examination_new(g_strdup_printf("sign-in %s", sign_in->name));
    g_autofree char *what = g_strdup_printf("sign-in '%s'", sign_in->name);
    g_autoptr(GError) error = NULL;
    const ConfigServer server = {.user = (char *)"", .sign_in = sign_in->name};
    g_autoptr(ServerSecret) secret = server_secret_new(config, &server, what);
    char *token = server_secret_get(secret, FALSE, -1, &error);
    if (token)
        probe_add(out->steps, "access token", PROBE_OK, "authorized, and good for some minutes at least");
    else
        probe_add(out->steps, "access token", PROBE_BAD, "%s", without_prefix(error->message, what));
    secret_free(token);
    return out;
}

Examination *doctor_route(const Config *config, const ConfigRoute *route)
{
    g_autofree char *what = g_strdup_printf("route '%s'", route->name);
    g_autoptr(ServerSecret) secret =
        route->server.user ? server_secret_new(config, &route->server, what) : NULL;
    return examined(g_strdup_printf("route %s", route->name),
                    smtp_link_probe(&route->server, route->hello, secret, PROBE_MS, -1));
}

Examination *doctor_mailbox(const Config *config, const ConfigMailbox *mailbox)
{
    return examined(g_strdup_printf("mailbox %s", mailbox->name), fetcher_probe(config, mailbox));
}

Examination *doctor_webhook(const ConfigWebhook *webhook)
{
    Examination *out = examination_new(g_strdup_printf("webhook %s", webhook->name));
    g_autofree char *what = g_strdup_printf("webhook '%s'", webhook->name);
    g_autoptr(GError) error = NULL;
    char *key = secret_read(what, webhook->secret_file, webhook->secret_env, &error);
    if (key)
        probe_add(out->steps, "key", PROBE_OK, "can be read");
    else
        probe_add(out->steps, "key", PROBE_BAD, "%s", without_prefix(error->message, what));
    secret_free(key);
    g_clear_error(&error);
    const HttpsRequest request = {.url = webhook->url,
                                  .ca_file = webhook->ca_file,
                                  .allow_private = webhook->allow_private,
                                  .timeout_ms = PROBE_MS,
                                  .stop_fd = -1};
    gint64 end_us = 0;
    if (!https_try(&request, &end_us, &error)) {
        probe_add(out->steps, "connection", PROBE_BAD, "%s", error->message);
        return out;
    }
    probe_add(out->steps, "connection", PROBE_OK, "its server answers; no event was sent");
    probe_add_certificate(out->steps, "its certificate is trusted", end_us, clock_now_us(),
                          "nothing is told from then on");
    return out;
}
