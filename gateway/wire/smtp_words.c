#include "smtp_words.h"

#include <postern/base/clean.h>

#include <string.h>

/* What the server said before it went away, or what the TLS library said; cleaned, in quotes. */
static char *quoted(const char *text)
{
    g_autofree char *line = clean_line(text, -1, 300);
    return *line ? g_strdup_printf(": \"%s\"", line) : g_strdup("");
}

static char *said_by(const SmtpAttempt *attempt)
{
    if (secret_is_repeated(attempt->greeting->last, attempt->server->user, attempt->secret))
        return g_strdup(" with words that repeat the login");
    return quoted(attempt->greeting->last);
}

static char *token_words(const SmtpAttempt *attempt)
{
    /* A 334 holds nothing but a code that repeats the refusal, in base64. */
    g_autofree char *said = attempt->greeting->code == 334 ? g_strdup("") : said_by(attempt);
    const char *name = attempt->server->sign_in;
    if (!attempt->is_renewed || !name)
        return g_strdup_printf("the access token of user \"%s\" was refused%s", attempt->server->user, said);
    return g_strdup_printf(
        "the access token of user \"%s\" was refused, and a new one too%s; authorize again, "
        "signed in as a person who may send for this user: postern mailboxes authorize %s",
        attempt->server->user, said, name);
}

char *smtp_login_words(const SmtpAttempt *attempt)
{
    if (attempt->greeting->code < 300)
        return g_strdup_printf("it offers no way to log in that we use (%s), but user \"%s\" is configured",
                               attempt->is_token ? "XOAUTH2" : "PLAIN, LOGIN", attempt->server->user);
    if (attempt->is_token)
        return token_words(attempt);
    g_autofree char *said = said_by(attempt);
    return g_strdup_printf("login of user \"%s\" was denied%s", attempt->server->user, said);
}

char *smtp_words(const SmtpAttempt *attempt, CURLcode code)
{
    g_autofree char *trouble = quoted(attempt->trouble);
    g_autofree char *said = said_by(attempt);
    switch (code) {
    case CURLE_URL_MALFORMAT:
        return g_strdup("the host name or the EHLO name is not a name");
    case CURLE_COULDNT_RESOLVE_HOST:
        return g_strdup("DNS does not know this host");
    case CURLE_COULDNT_CONNECT:
        return g_strdup_printf("cannot connect%s", trouble);
    case CURLE_OPERATION_TIMEDOUT:
        return g_strdup_printf("not ready after %u s; last it said%s", attempt->timeout_ms / 1000,
                               *said ? said : " nothing");
    case CURLE_USE_SSL_FAILED:
        return g_strdup(
            "it offers no STARTTLS; nothing is sent in the clear (port 465 wants \"security: tls\")");
    case CURLE_SSL_CONNECT_ERROR:
        return g_strdup_printf("the TLS handshake failed%s", trouble);
    case CURLE_PEER_FAILED_VERIFICATION:
        return g_strdup_printf("its TLS certificate cannot be trusted%s", trouble);
    case CURLE_SSL_CACERT_BADFILE:
        return g_strdup_printf("cannot use the CA file %s",
                               attempt->server->ca_file ? attempt->server->ca_file : "of the system");
    case CURLE_LOGIN_DENIED:
        return smtp_login_words(attempt);
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_REMOTE_ACCESS_DENIED:
        return g_strdup_printf("it does not want to talk%s", said);
    case CURLE_WRITE_ERROR:
        return g_strdup("it talks without end before any mail");
    case CURLE_ABORTED_BY_CALLBACK:
        return g_strdup("stopped while connecting");
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
        return g_strdup_printf("the connection ended before mail could flow%s%s%s", trouble,
                               *said ? ", last the server said" : "", said);
    default:
        return g_strdup_printf("%s%s", curl_easy_strerror(code), trouble);
    }
}
