#include "imap_private.h"

#include <postern/base/clean.h>

#include <arpa/inet.h>
#include <string.h>

#define MOST_QUESTIONS 3u /* "+" lines of one login */

static gboolean is_loopback(const char *host)
{
    unsigned char address[4];
    return g_ascii_strcasecmp(host, "localhost") == 0 || strcmp(host, "::1") == 0 ||
           (inet_pton(AF_INET, host, address) == 1 && address[0] == 127);
}

/* The answer to each "+" but the first is empty: a server that refuses a token explains itself there. */
static gboolean answer_questions(ImapSession *session, const char *mechanism, const char *proof,
                                 GError **error)
{
    for (guint questions = 0;;) {
        const char *line = imap_next_line(session, error);
        if (!line)
            return FALSE;
        if (*line != '+')
            return imap_answer(session, mechanism, error);
        if (++questions > MOST_QUESTIONS)
            return imap_fail(session, "it asks without end while we log in", error);
        if (!imap_send_raw(session, questions == 1 ? proof : "", error))
            return FALSE;
    }
}

static gboolean authenticate(ImapSession *session, const char *mechanism, const GString *proof,
                             GError **error)
{
    g_autofree char *command = g_strdup_printf("AUTHENTICATE %s", mechanism);
    char *encoded = g_base64_encode((const guchar *)proof->str, proof->len);
    imap_begin(session, NULL);
    gboolean ok = imap_send(session, command, error) && answer_questions(session, command, encoded, error);
    secret_free(encoded);
    return ok;
}

static gboolean log_in_token(ImapSession *session, const char *token, GError **error)
{
    g_autoptr(GString) proof = g_string_new(NULL);
    g_string_printf(proof, "user=%s\1auth=Bearer %s\1\1", session->server->user, token);
    gboolean ok = authenticate(session, "XOAUTH2", proof, error);
    explicit_bzero(proof->str, proof->allocated_len);
    return ok;
}

static gboolean log_in_plain(ImapSession *session, const char *password, GError **error)
{
    g_autoptr(GString) proof = g_string_new(NULL);
    g_string_append_c(proof, '\0');
    g_string_append(proof, session->server->user);
    g_string_append_c(proof, '\0');
    g_string_append(proof, password);
    gboolean ok = authenticate(session, "PLAIN", proof, error);
    explicit_bzero(proof->str, proof->allocated_len);
    return ok;
}

static gboolean log_in_old(ImapSession *session, const char *password, GError **error)
{
    g_autofree char *user = imap_quote(session->server->user);
    char *word = imap_quote(password);
    if (!user || !word) {
        secret_free(word);
        g_set_error(
            error, POSTERN_ERROR, ERROR_CONFIG,
            "%s: user or password has a control character, which the LOGIN of this server cannot carry",
            imap_place(session));
        return FALSE;
    }
    char *command = g_strdup_printf("LOGIN %s %s", user, word);
    gboolean ok = imap_run(session, "LOGIN", NULL, command, error);
    secret_free(command);
    secret_free(word);
    return ok;
}

static gboolean no_way(const ImapSession *session, const char *words, GError **error)
{
    g_set_error(error, POSTERN_ERROR, ERROR_CONFIG, "%s: %s", imap_place(session), words);
    return FALSE;
}

static gboolean try_secret(ImapSession *session, const char *secret, GError **error)
{
    if (server_secret_is_token(session->secret))
        return log_in_token(session, secret, error);
    if (imap_has(session, "AUTH=PLAIN"))
        return log_in_plain(session, secret, error);
    return log_in_old(session, secret, error);
}

static gboolean check_ways(ImapSession *session, GError **error)
{
    if (!tls_is_on(imap_stream_client(session->stream)) && !is_loopback(session->server->host))
        return no_way(session, "no login without TLS; say \"security: tls\"", error);
    if (server_secret_is_token(session->secret))
        return imap_has(session, "AUTH=XOAUTH2") ||
               no_way(session, "it takes no access tokens (XOAUTH2); use a password", error);
    return imap_has(session, "AUTH=PLAIN") || !imap_has(session, "LOGINDISABLED") ||
           no_way(session, "it offers no way to log in with a password (LOGINDISABLED, no AUTH=PLAIN)",
                  error);
}

static void set_refused(ImapSession *session, GError **error)
{
    g_autofree char *user = clean_line(session->server->user, -1, 100);
    g_autofree char *said = imap_said(session);
    g_set_error(error, POSTERN_ERROR, ERROR_REFUSED, "%s: login of user \"%s\" was refused: %s; %s",
                imap_place(session), user, said,
                server_secret_is_token(session->secret)
                    ? "authorize the mailbox anew"
                    : "check user and password, and whether the account may use IMAP");
}

/* What a server says about a login is shown and logged. */
static void hide_secret(const ImapSession *session, const char *secret, GError **error)
{
    ImapScan *scan = imap_stream_scan(session->stream);
    const char *user = session->server->user;
    if (secret_is_repeated(scan->status, user, secret))
        g_strlcpy(scan->status, "words that repeat the login", sizeof scan->status);
    if (!*error || !secret_is_repeated((*error)->message, user, secret))
        return;
    int code = (*error)->code;
    g_clear_error(error);
    g_set_error(error, POSTERN_ERROR, code, "%s: the login failed: \"words that repeat the login\"",
                imap_place(session));
}

static gboolean log_in_once(ImapSession *session, gboolean was_refused, GError **error)
{
    char *secret = server_secret_get(session->secret, was_refused, session->stop_fd, error);
    if (!secret)
        return FALSE;
    gboolean ok = try_secret(session, secret, error);
    hide_secret(session, secret, error);
    secret_free(secret);
    return ok;
}

gboolean imap_log_in(ImapSession *session, GError **error)
{
    if (!session->server->user)
        return no_way(session, "no user is configured", error);
    if (!imap_ask_capability(session, error) || !check_ways(session, error))
        return FALSE;
    g_autoptr(GError) inner = NULL;
    if (log_in_once(session, FALSE, &inner))
        return TRUE;
    if (server_secret_is_token(session->secret) && error_is(inner, ERROR_REFUSED)) {
        g_clear_error(&inner);
        if (log_in_once(session, TRUE, &inner))
            return TRUE;
    }
    if (error_is(inner, ERROR_REFUSED))
        set_refused(session, error);
    else
        g_propagate_error(error, g_steal_pointer(&inner));
    return FALSE;
}
