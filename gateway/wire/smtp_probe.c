#include "smtp_try.h"

#include <postern/base/clock.h>

static void add_tls(GPtrArray *steps, const ConfigServer *server, gint64 end_us)
{
    if (server->security == SECURITY_NONE) {
        probe_add(steps, "TLS", PROBE_PITY, "none is configured: mail goes in the clear");
        return;
    }
    g_autofree char *of = g_strdup_printf("its certificate is for %s", server->host);
    probe_add_certificate(steps, of, end_us, clock_now_us(), "no mail leaves from then on");
}

static void add_offers(GPtrArray *steps, const SmtpOffers *offers)
{
    probe_add(steps, "PIPELINING", offers->pipelining ? PROBE_OK : PROBE_PITY,
              offers->pipelining ? "offered" : "not offered: each mail takes some more turns");
    probe_add(steps, "DSN", offers->dsn ? PROBE_OK : PROBE_PITY,
              offers->dsn ? "offered" : "not offered: bounces come as the other side likes, or not at all");
    if (offers->size && offers->size_limit > 0)
        probe_add(steps, "SIZE", PROBE_OK, "mails up to %" G_GUINT64_FORMAT " KiB",
                  offers->size_limit / 1024);
    else
        probe_add(steps, "SIZE", offers->size ? PROBE_OK : PROBE_PITY,
                  offers->size ? "no limit"
                               : "not offered: too large a mail is refused only when it is all there");
    probe_add(steps, "SMTPUTF8", offers->utf8 ? PROBE_OK : PROBE_PITY,
              offers->utf8 ? "offered" : "not offered: no mail to addresses like ä@example.com");
}

/* Words when there is none, else NULL. The caller frees. */
static char *why_no_secret(const ConfigServer *server, ServerSecret *secret, int stop_fd)
{
    g_autoptr(GError) error = NULL;
    if (!server->user || !secret)
        return NULL;
    char *text = server_secret_get(secret, FALSE, stop_fd, &error);
    secret_free(text);
    return text ? NULL : g_strdup(error->message);
}

GPtrArray *smtp_link_probe(const ConfigServer *server, const char *hello, ServerSecret *secret,
                           guint timeout_ms, int stop_fd)
{
    static const char *const names[] = {
        [SMTP_STEP_CONNECT] = "connection", [SMTP_STEP_TLS] = "TLS", [SMTP_STEP_LOGIN] = "login"};
    GPtrArray *steps = g_ptr_array_new_with_free_func((GDestroyNotify)probe_step_free);
    SmtpTrial trial;
    /* Without its password or token the rest can still be looked at. */
    g_autofree char *missing = why_no_secret(server, secret, stop_fd);
    ConfigServer tried = *server;
    if (missing)
        tried.user = NULL;
    SmtpLink *link = smtp_try(&tried, hello, secret, timeout_ms, stop_fd, TRUE, &trial);
    if (trial.failed_at > SMTP_STEP_CONNECT)
        probe_add(steps, "connection", PROBE_OK, "%s port %u answers", server->host, server->port);
    if (trial.failed_at > SMTP_STEP_TLS)
        add_tls(steps, server, trial.certificate_end_us);
    if (!link)
        probe_add(steps, names[trial.failed_at], PROBE_BAD, "%s port %u: %s", server->host, server->port,
                  trial.words);
    else if (missing)
        probe_add(steps, "login", PROBE_BAD, "%s", missing);
    else if (server->user)
        probe_add(steps, "login", PROBE_OK, "as %s, by %s", server->user,
                  server_secret_is_token(secret) ? "access token" : "password");
    if (link)
        add_offers(steps, smtp_link_offers(link));
    smtp_link_close(link);
    g_free(trial.words);
    return steps;
}
