/* Questions to the servers of a sign-in: a form there, a JSON object back (RFC 6749 section 5, RFC 8628). */
#pragma once

#include "token_file.h"

#include <postern/base/json.h>
#include <postern/config.h>

/* A form that knows which of its values are secrets, so that an answer that repeats one is never shown. */
typedef struct TokenForm TokenForm;
/* Begins with the client's id and, where it has one, its secret. NULL when the secret cannot be read. */
TokenForm *token_form_new(const ConfigSignIn *sign_in, GError **error);
void token_form_free(TokenForm *form);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TokenForm, token_form_free)
void token_form_add(TokenForm *form, const char *key, const char *value);
void token_form_add_secret(TokenForm *form, const char *key, const char *value);

typedef struct {
    Json *json;
    char *trouble; /* RFC 6749 5.2: "invalid_grant" …; NULL: it went well */
    char *words;   /* trouble and what the server says about it: cleaned, without secrets, fit to be shown */
} TokenAnswer;
void token_answer_clear(TokenAnswer *answer);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TokenAnswer, token_answer_clear)

/* TRUE when a JSON object came, be it a yes or a no with `trouble`. ERROR_TEMPORARY; ERROR_CONFIG where the
 * URL or a certificate is wrong. The caller clears `out` always. */
gboolean token_ask(const ConfigSignIn *sign_in, const char *url, const TokenForm *form, guint timeout_ms,
                   int stop_fd, TokenAnswer *out, GError **error);

/* The tokens in a good answer; a refresh token that did not come stays as it is in `tokens`. ERROR_TEMPORARY,
 * or ERROR_CONFIG when the tokens are of a kind that no mail server takes. */
gboolean token_take(const ConfigSignIn *sign_in, const TokenAnswer *answer, gint64 now_us, Tokens *tokens,
                    GError **error);

/* The no of a server as an error, with what to do about it. */
void token_refused(const ConfigSignIn *sign_in, const TokenAnswer *answer, GError **error);
