#include "smtp_try.h"

#include <postern/base/clock.h>

#define DAY_US ((gint64)24 * 3600 * G_USEC_PER_SEC)
#define CERTIFICATE_DAYS 14 /* what is renewed by a machine is renewed a month before */

G_GNUC_PRINTF(5, 6)
static void add(GPtrArray *steps, const char *what, gboolean ok, gboolean is_only_a_pity, const char *format,
                ...)
{
    va_list arguments;
    ProbeStep *step = g_new0(ProbeStep, 1);
    va_start(arguments, format);
    step->words = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    step->what = g_strdup(what);
    step->ok = ok;
    step->is_only_a_pity = !ok && is_only_a_pity;
    g_ptr_array_add(steps, step);
}

static void add_tls(GPtrArray *steps, const ConfigServer *server, gint64 end_us)
{
    if (server->security == SECURITY_NONE) {
        add(steps, "TLS", FALSE, TRUE, "none is configured: mail goes in the clear");
        return;
    }
    if (end_us == 0) {
        add(steps, "TLS", TRUE, FALSE, "its certificate is for %s", server->host);
        return;
    }
    gint64 days = (end_us - clock_now_us()) / DAY_US;
    g_autofree char *end = clock_local(end_us);
    gboolean ok = days >= CERTIFICATE_DAYS;
    add(steps, "TLS", ok, TRUE, "its certificate is for %s and ends in %" G_GINT64_FORMAT " day%s, on %s%s",
        server->host, days, days == 1 ? "" : "s", end,
        ok ? "" : "; have it renewed, or no mail leaves from then on");
}

static void add_offers(GPtrArray *steps, const SmtpOffers *offers)
{
    add(steps, "PIPELINING", offers->pipelining, TRUE,
        offers->pipelining ? "offered" : "not offered: each mail takes some more turns");
    add(steps, "DSN", offers->dsn, TRUE,
        offers->dsn ? "offered" : "not offered: bounces come as the other side likes, or not at all");
    if (offers->size && offers->size_limit > 0)
        add(steps, "SIZE", TRUE, TRUE, "mails up to %" G_GUINT64_FORMAT " KiB", offers->size_limit / 1024);
    else
        add(steps, "SIZE", offers->size, TRUE,
            offers->size ? "no limit" : "not offered: too large a mail is refused only when it is all there");
    add(steps, "SMTPUTF8", offers->utf8, TRUE,
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
        add(steps, "connection", TRUE, FALSE, "%s port %u answers", server->host, server->port);
    if (trial.failed_at > SMTP_STEP_TLS)
        add_tls(steps, server, trial.certificate_end_us);
    if (!link)
        add(steps, names[trial.failed_at], FALSE, FALSE, "%s port %u: %s", server->host, server->port,
            trial.words);
    else if (missing)
        add(steps, "login", FALSE, FALSE, "%s", missing);
    else if (server->user)
        add(steps, "login", TRUE, FALSE, "as %s, by %s", server->user,
            server_secret_is_token(secret) ? "access token" : "password");
    if (link)
        add_offers(steps, smtp_link_offers(link));
    smtp_link_close(link);
    g_free(trial.words);
    return steps;
}
