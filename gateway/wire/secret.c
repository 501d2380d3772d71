#include <postern/base/error.h>
#include <postern/base/file.h>
#include <postern/sign_in.h>

#include <stdlib.h>
#include <string.h>

#define SECRET_BYTES 65536u

struct ServerSecret {
    const ConfigServer *server; /* or NULL: fixed */
    char *what;
    char *fixed;
    gboolean is_token;
};

void secret_free(char *secret)
{
    if (secret)
        explicit_bzero(secret, strlen(secret));
    g_free(secret);
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
    if (!text)
        g_set_error(error, POSTERN_ERROR, ERROR_CONFIG, "%s: %s", what, inner->message);
    /* Editors end the last line; a password does not. */
    if (!text || *g_strchomp(text))
        return text;
    g_set_error(error, POSTERN_ERROR, ERROR_CONFIG, "%s: %s is empty", what, file);
    g_free(text);
    return NULL;
}

ServerSecret *server_secret_new(const Config *config, const ConfigServer *server, const char *what)
{
    (void)config;
    ServerSecret *secret = g_new0(ServerSecret, 1);
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
    g_free(secret->what);
    g_free(secret);
}

gboolean server_secret_is_token(const ServerSecret *secret)
{
    return secret->is_token;
}

char *server_secret_get(ServerSecret *secret, gboolean was_refused, int stop_fd, GError **error)
{
    (void)was_refused;
    (void)stop_fd;
    if (!secret->server && secret->fixed)
        return g_strdup(secret->fixed);
    char *text =
        secret->server && !secret->is_token
            ? secret_read(secret->what, secret->server->password_file, secret->server->password_env, error)
            : NULL;
    if (!text && error && !*error)
        g_set_error(error, POSTERN_ERROR, ERROR_CONFIG, "%s: no password is configured",
                    secret->what ? secret->what : "?");
    return text;
}
