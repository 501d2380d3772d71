/* Tokens of sign-ins on disk: STORE/sign-ins/NAME.json, for nobody but the user that Postern runs as. */
#pragma once

#include <glib.h>

typedef struct {
    char *access;
    char *refresh;
    gint64 expires_us; /* of the access token */
} Tokens;
/* Wipes. */
void tokens_clear(Tokens *tokens);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Tokens, tokens_clear)

/* ERROR_NOT_FOUND: never authorized. ERROR_CORRUPT: the file is damaged. */
gboolean tokens_read(const char *store, const char *name, Tokens *out, GError **error);
/* Durable when it returns. */
gboolean tokens_write(const char *store, const char *name, const Tokens *tokens, GError **error);

/* Of several processes one at a time may renew the tokens: a refresh token may be good only once. Closing the
 * descriptor unlocks. -1 with ERROR_TEMPORARY at `deadline_us` (monotonic) or when `stop_fd` (or -1) becomes
 * readable. Also makes the folder. */
int tokens_lock(const char *store, const char *name, gint64 deadline_us, int stop_fd, GError **error);
