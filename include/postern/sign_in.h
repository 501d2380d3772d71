/* Logging in to other people's servers: passwords out of files and environment
 * variables, and access tokens (OAuth 2.0, RFC 6749) that are kept below the store
 * and refreshed when they run out. Secrets are never logged. */
#pragma once

#include <postern/config.h>

/* The content of `file` without its last line end, or of the environment variable; NULL without an error when
 * both are NULL. `what` begins the message of an error ("outgoing 'gmail'"): ERROR_CONFIG. The caller wipes
 * and frees with secret_free. */
char *secret_read(const char *what, const char *file, const char *variable, GError **error);
void secret_free(char *secret);
/* Whether a server repeats in its words what was said to it in a login: the secret, or a line of PLAIN (RFC
 * 4616), LOGIN or XOAUTH2 in base64. FALSE when `user` or `secret` is NULL. */
gboolean secret_is_repeated(const char *said, const char *user, const char *secret);

/* What lets us in at one server. */
typedef struct ServerSecret ServerSecret;
/* All borrowed; `store` is the folder of the store. `what` is for messages: "mailbox 'support'". */
ServerSecret *server_secret_new(const Config *config, const ConfigServer *server, const char *what);
/* For tests and for doors that have the password already. Copied; NULL: there is none. */
ServerSecret *server_secret_fixed(const char *password, gboolean is_token);
void server_secret_free(ServerSecret *secret);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ServerSecret, server_secret_free)

/* TRUE: XOAUTH2 with an access token; else a password. */
gboolean server_secret_is_token(const ServerSecret *secret);
/* A password, or a token that is good for some minutes at least. `was_refused`: the server did not take the
 * last one, so a new one is fetched. Asks the network when it must: at most half a minute, less when
 * `stop_fd` (or -1) becomes readable. The caller frees with secret_free. NULL with ERROR_CONFIG (an admin
 * must act: no such file, the sign-in was never authorized or was withdrawn) or ERROR_TEMPORARY. */
char *server_secret_get(ServerSecret *secret, gboolean was_refused, int stop_fd, GError **error);

/* How a first sign-in talks with the person who runs the command. Texts are cleaned, but not for a terminal.
 */
typedef struct {
    /* "Open `url`, type in `code`"; `url_with_code` (or NULL) spares the typing. */
    void (*show_code)(gpointer data, const char *url, const char *code, const char *url_with_code,
                      gint64 life_s);
    /* "Open `url`, sign in, and paste the address that the browser ends on": that, owned; NULL gives up. */
    char *(*ask_url)(gpointer data, const char *url);
    void (*wait)(gpointer data, gint64 seconds); /* between questions to the server; NULL: sleeps */
    gpointer data;
} SignInTalk;

/* The device flow (RFC 8628); the sign-in has a device_url. When it returns TRUE the tokens are kept durably.
 * ERROR_REFUSED: the person said no there. ERROR_TEMPORARY: nobody came, or the server is away. ERROR_CONFIG.
 */
gboolean sign_in_by_device(const Config *config, const ConfigSignIn *sign_in, const SignInTalk *talk,
                           GError **error);
/* The code flow with PKCE (RFC 6749 4.1, RFC 7636, RFC 8252) without a web server: the browser is sent to a
 * port of loopback where nobody listens, and the person copies the address. The sign-in has an authorize_url.
 * Errors as above; ERROR_MALFORMED: what was pasted is not the address that belongs to this attempt. */
gboolean sign_in_by_paste(const Config *config, const ConfigSignIn *sign_in, const SignInTalk *talk,
                          GError **error);
