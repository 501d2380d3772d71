#include "token.h"

#include <postern/base/error.h>
#include <postern/base/file.h>
#include <postern/sign_in.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SECRET_BYTES 65536u
#define TELLING_BYTES 12u /* so much of a secret in an answer is no chance */

struct ServerSecret {
    const Config *config; /* or NULL: fixed */
    const ConfigServer *server;
    char *what;
    char *fixed;
    char *last; /* the token that was given out last */
    gboolean is_token;
};

void secret_free(char *secret)
{
    if (secret)
        explicit_bzero(secret, strlen(secret));
    g_free(secret);
}

static gboolean has_start(const char *text, const char *piece, gsize most)
{
    g_autofree char *start = g_strndup(piece, MIN(most, TELLING_BYTES));
    gboolean found = strlen(start) >= 4 && strstr(text, start);
    explicit_bzero(start, strlen(start));
    return found;
}

/* Of what begins with these bytes, in base64: the last letters depend on what follows. */
static gboolean has_encoded_start(const char *text, const char *bytes, gsize length)
{
    g_autofree char *encoded = g_base64_encode((const guchar *)bytes, length);
    return has_start(text, encoded, length / 3 * 4);
}

gboolean secret_is_repeated(const char *said, const char *user, const char *secret)
{
    if (!user || !secret)
        return FALSE;
    g_autofree char *xoauth2 = g_strdup_printf("user=%s", user);
    g_autofree char *plain = g_strdup_printf("%c%s", 'x', user);
    plain[0] = '\0';
    char *by_login = g_base64_encode((const guchar *)secret, strlen(secret));
    gboolean found = has_start(said, secret, TELLING_BYTES) || has_start(said, by_login, TELLING_BYTES) ||
                     has_encoded_start(said, plain, strlen(user) + 1) ||
                     has_encoded_start(said, xoauth2, strlen(xoauth2));
    secret_free(by_login);
    return found;
}

static char *read_variable(const char *what, const char *variable, GError **error)
{
    const char *value = getenv(variable);
    if (value && *value)
        return g_strdup(value);
    g_set_error(error, POSTERN_ERROR, ERROR_CONFIG, "%s: the environment variable %s is not set", what,
                variable);
    return NULL;
}

char *secret_read(const char *what, const char *file, const char *variable, GError **error)
{
    if (variable)
        return read_variable(what, variable, error);
    if (!file)
        return NULL;
    g_autoptr(GError) inner = NULL;
    char *text = file_read(file, SECRET_BYTES, NULL, &inner);
    if (!text) {
        g_autofree char *advice =
            access(file, R_OK) != 0 && errno == EACCES
                ? g_strdup_printf("; it must belong to user '%s', with mode 0600", g_get_user_name())
                : g_strdup("");
        g_set_error(error, POSTERN_ERROR, ERROR_CONFIG, "%s: %s%s", what, inner->message, advice);
    }
    /* Editors end the last line; a password does not. */
    if (!text || *g_strchomp(text))
        return text;
    g_set_error(error, POSTERN_ERROR, ERROR_CONFIG, "%s: %s is empty", what, file);
    g_free(text);
    return NULL;
}

ServerSecret *server_secret_new(const Config *config, const ConfigServer *server, const char *what)
{
    ServerSecret *secret = g_new0(ServerSecret, 1);
    secret->config = config;
    secret->server = server;
    secret->what = g_strdup(what);
    secret->is_token = server->sign_in != NULL;
    return secret;
}

ServerSecret *server_secret_fixed(const char *password, gboolean is_token)
{
    ServerSecret *secret = g_new0(ServerSecret, 1);
    secret->fixed = g_strdup(password);
    secret->is_token = is_token;
    return secret;
}

void server_secret_free(ServerSecret *secret)
{
    if (!secret)
        return;
    secret_free(secret->fixed);
    secret_free(secret->last);
    g_free(secret->what);
    g_free(secret);
}

gboolean server_secret_is_token(const ServerSecret *secret)
{
    return secret->is_token;
}

static char *get_token(ServerSecret *secret, gboolean was_refused, int stop_fd, GError **error)
{
    const ConfigSignIn *sign_in = config_sign_in(secret->config, secret->server->sign_in);
    g_autoptr(GError) inner = NULL;
    char *token = token_get(secret->config->store, sign_in, was_refused ? secret->last : NULL, was_refused,
                            stop_fd, &inner);
    if (!token) {
        g_set_error(error, POSTERN_ERROR, inner->code, "%s: %s", secret->what, inner->message);
        return NULL;
    }
    secret_free(secret->last);
    secret->last = g_strdup(token);
    return token;
}

char *server_secret_get(ServerSecret *secret, gboolean was_refused, int stop_fd, GError **error)
{
    g_autoptr(GError) inner = NULL;
    char *text = NULL;
    if (secret->fixed)
        return g_strdup(secret->fixed);
    if (secret->server && secret->is_token)
        return get_token(secret, was_refused, stop_fd, error);
    if (secret->server)
        text = secret_read(secret->what, secret->server->password_file, secret->server->password_env, &inner);
    if (inner)
        g_propagate_error(error, g_steal_pointer(&inner));
    else if (!text)
        g_set_error(error, POSTERN_ERROR, ERROR_CONFIG, "%s: no password is configured",
                    secret->what ? secret->what : "login");
    return text;
}
