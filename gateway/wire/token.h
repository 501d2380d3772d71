/* Access tokens: kept below the store, renewed when they run out (RFC 6749 section 6). */
#pragma once

#include "token_request.h"

/* A token that is good for some minutes, or a new one. `was_refused`: a server did not take `refused` (NULL:
 * the one that is kept), so another is wanted; where a second process has it already, that one. At most half
 * a minute. The caller frees with secret_free. */
char *token_get(const char *store, const ConfigSignIn *sign_in, const char *refused, gboolean was_refused,
                int stop_fd, GError **error);

/* The tokens in the answer to a first sign-in. ERROR_CONFIG where no refresh token came. */
gboolean token_keep(const char *store, const ConfigSignIn *sign_in, const TokenAnswer *answer,
                    GError **error);
