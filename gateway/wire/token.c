#include "token.h"

#include <postern/base/clock.h>
#include <postern/base/error.h>
#include <postern/sign_in.h>

#include <string.h>
#include <unistd.h>

#define GOOD_US (2 * 60 * G_USEC_PER_SEC) /* a login may take that long */
#define LOCK_US (20 * G_USEC_PER_SEC)
#define KEEP_LOCK_US (60 * G_USEC_PER_SEC)
#define WHOLE_US (30 * G_USEC_PER_SEC)

static gboolean read_kept(const char *store, const ConfigSignIn *sign_in, Tokens *tokens, GError **error)
{
    g_autoptr(GError) inner = NULL;
    if (tokens_read(store, sign_in->name, tokens, &inner))
        return TRUE;
    if (error_is(inner, ERROR_NOT_FOUND))
        g_set_error(error, POSTERN_ERROR, ERROR_CONFIG,
                    "sign-in '%s' is not authorized yet: postern mailboxes authorize %s", sign_in->name,
                    sign_in->name);
    else if (error_is(inner, ERROR_CORRUPT) || error_is(inner, ERROR_LIMIT))
        g_set_error(error, POSTERN_ERROR, ERROR_CONFIG, "%s; authorize again: postern mailboxes authorize %s",
                    inner->message, sign_in->name);
    else
        g_propagate_error(error, g_steal_pointer(&inner));
    return FALSE;
}

static gboolean is_good(const Tokens *tokens, const char *refused)
{
    if (!tokens->access || (refused && strcmp(refused, tokens->access) == 0))
        return FALSE;
    return tokens->expires_us - clock_now_us() > GOOD_US;
}

/* A new refresh token is on the disk before the access token that came with it is used: the old one may be
 * void. */
static gboolean renew(const char *store, const ConfigSignIn *sign_in, Tokens *tokens, gint64 deadline_us,
                      int stop_fd, GError **error)
{
    g_autoptr(TokenForm) form = token_form_new(sign_in, error);
    if (!form)
        return FALSE;
    token_form_add(form, "grant_type", "refresh_token");
    token_form_add_secret(form, "refresh_token", tokens->refresh);
    g_auto(TokenAnswer) answer = {0};
    guint timeout_ms = (guint)MAX((deadline_us - clock_monotonic_us()) / 1000, 1000);
    if (!token_ask(sign_in, sign_in->token_url, form, timeout_ms, stop_fd, &answer, error))
        return FALSE;
    if (answer.trouble) {
        token_refused(sign_in, &answer, error);
        return FALSE;
    }
    return token_take(sign_in, &answer, clock_now_us(), tokens, error) &&
           tokens_write(store, sign_in->name, tokens, error);
}

char *token_get(const char *store, const ConfigSignIn *sign_in, const char *refused, gboolean was_refused,
                int stop_fd, GError **error)
{
    gint64 start_us = clock_monotonic_us();
    g_auto(Tokens) tokens = {0};
    if (!read_kept(store, sign_in, &tokens, error))
        return NULL;
    g_autofree char *bad = was_refused ? g_strdup(refused ? refused : tokens.access) : NULL;
    if (is_good(&tokens, bad))
        return g_steal_pointer(&tokens.access);
    int lock = tokens_lock(store, sign_in->name, start_us + LOCK_US, stop_fd, error);
    if (lock < 0)
        return NULL;
    tokens_clear(&tokens);
    /* While we waited another process may have done it. */
    gboolean ok =
        read_kept(store, sign_in, &tokens, error) &&
        (is_good(&tokens, bad) || renew(store, sign_in, &tokens, start_us + WHOLE_US, stop_fd, error));
    close(lock);
    return ok ? g_steal_pointer(&tokens.access) : NULL;
}

/* Waits for a refresh that is under way: it must not write the old grant over the new one. */
gboolean token_keep(const char *store, const ConfigSignIn *sign_in, const TokenAnswer *answer, GError **error)
{
    g_auto(Tokens) tokens = {0};
    if (!token_take(sign_in, answer, clock_now_us(), &tokens, error))
        return FALSE;
    if (!tokens.refresh) {
        g_set_error(error, POSTERN_ERROR, ERROR_CONFIG,
                    "sign-in '%s': its server gave no refresh token, so the permission would end within the "
                    "hour; 'scope' may lack offline_access",
                    sign_in->name);
        return FALSE;
    }
    int lock = tokens_lock(store, sign_in->name, clock_monotonic_us() + KEEP_LOCK_US, -1, error);
    if (lock < 0)
        return FALSE;
    gboolean ok = tokens_write(store, sign_in->name, &tokens, error);
    close(lock);
    return ok;
}
