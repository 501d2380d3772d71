#include "token_request.h"

#include <postern/base/clean.h>
#include <postern/base/error.h>
#include <postern/https.h>
#include <postern/sign_in.h>

#include <string.h>

#define FORM_BYTES (32u * 1024) /* room enough never to grow: growing leaves copies of secrets behind */
#define TOKEN_BYTES (16u * 1024)
#define WORDS_BYTES 300u
#define LIFE_SECONDS                                                                                         \
    3600 /* where the server does not tell; a token that ends sooner is refused and renewed */
#define LIFE_MOST_SECONDS (366 * 24 * 3600)

struct TokenForm {
    GString *text;
    GPtrArray *secrets;
};

static void free_secret(gpointer secret)
{
    secret_free(secret);
}

static char *sign_in_name(const ConfigSignIn *sign_in)
{
    return g_strdup_printf("sign-in '%s'", sign_in->name);
}

TokenForm *token_form_new(const ConfigSignIn *sign_in, GError **error)
{
    g_autoptr(GError) inner = NULL;
    g_autofree char *what = sign_in_name(sign_in);
    char *secret = secret_read(what, sign_in->client_secret_file, sign_in->client_secret_env, &inner);
    if (inner) {
        g_propagate_error(error, g_steal_pointer(&inner));
        return NULL;
    }
    TokenForm *form = g_new0(TokenForm, 1);
    form->text = g_string_sized_new(FORM_BYTES);
    form->secrets = g_ptr_array_new_with_free_func(free_secret);
    token_form_add(form, "client_id", sign_in->client_id);
    if (secret)
        token_form_add_secret(form, "client_secret", secret);
    secret_free(secret);
    return form;
}

void token_form_free(TokenForm *form)
{
    if (!form)
        return;
    explicit_bzero(form->text->str, form->text->allocated_len);
    g_string_free(form->text, TRUE);
    g_ptr_array_unref(form->secrets);
    g_free(form);
}

void token_form_add(TokenForm *form, const char *key, const char *value)
{
    g_string_append_printf(form->text, "%s%s=", form->text->len ? "&" : "", key);
    g_string_append_uri_escaped(form->text, value, NULL, FALSE);
}

void token_form_add_secret(TokenForm *form, const char *key, const char *value)
{
    token_form_add(form, key, value);
    g_ptr_array_add(form->secrets, g_strdup(value));
}

void token_answer_clear(TokenAnswer *answer)
{
    if (answer->json)
        json_release(answer->json);
    g_free(answer->trouble);
    g_free(answer->words);
    memset(answer, 0, sizeof *answer);
}

static void hide(char **text, const char *secret)
{
    if (!secret || !*secret)
        return;
    g_auto(GStrv) parts = g_strsplit(*text, secret, -1);
    g_free(*text);
    *text = g_strjoinv("…", parts);
}

/* Some servers say in their description which token they did not like. */
static char *words_of(const TokenForm *form, const Json *json, const char *trouble)
{
    const char *description = json_text_of(json, "error_description");
    char *text = description ? g_strdup_printf("%s: %s", trouble, description) : g_strdup(trouble);
    for (guint i = 0; i < form->secrets->len; i++)
        hide(&text, form->secrets->pdata[i]);
    hide(&text, json_text_of(json, "access_token"));
    hide(&text, json_text_of(json, "refresh_token"));
    char *words = clean_line(text, -1, WORDS_BYTES);
    g_free(text);
    return words;
}

static gboolean no_answer(const ConfigSignIn *sign_in, const GError *inner, GError **error)
{
    /* Asked again, an unclear answer becomes a clear one. */
    ErrorCode code = error_is(inner, ERROR_CONFIG) ? ERROR_CONFIG : ERROR_TEMPORARY;
    g_set_error(error, POSTERN_ERROR, (int)code, "sign-in '%s': %s", sign_in->name, inner->message);
    return FALSE;
}

static gboolean no_object(const ConfigSignIn *sign_in, const HttpsAnswer *answer, GError **error)
{
    gboolean is_wrong_place = (answer->status >= 300 && answer->status < 400) || answer->status == 404 ||
                              answer->status == 405 || answer->status == 410;
    g_set_error(error, POSTERN_ERROR, is_wrong_place ? ERROR_CONFIG : ERROR_TEMPORARY,
                "sign-in '%s': its server answers %d and not as RFC 6749 says%s", sign_in->name,
                answer->status, is_wrong_place ? "; are the URLs of the sign-in right?" : "");
    return FALSE;
}

gboolean token_ask(const ConfigSignIn *sign_in, const char *url, const TokenForm *form, guint timeout_ms,
                   int stop_fd, TokenAnswer *out, GError **error)
{
    static const char *const headers[] = {"Accept: application/json", NULL};
    HttpsRequest request = {.url = url,
                            .content_type = "application/x-www-form-urlencoded",
                            .body = form->text->str,
                            .length = form->text->len,
                            .headers = headers,
                            .ca_file = sign_in->ca_file,
                            .allow_private = TRUE, /* the admin named this very URL */
                            .timeout_ms = timeout_ms,
                            .stop_fd = stop_fd};
    g_auto(HttpsAnswer) answer = {0};
    g_autoptr(GError) inner = NULL;
    if (!https_post(&request, &answer, &inner))
        return no_answer(sign_in, inner, error);
    gboolean is_good = answer.status == 200;
    out->json =
        answer.status < 500 ? json_parse(answer.body) : NULL; /* a server in trouble blames whom it likes */
    const char *trouble = json_text_of(out->json, "error");
    if (!out->json || (!is_good && !trouble))
        return no_object(sign_in, &answer, error);
    if (trouble) {
        out->trouble = clean_line(trouble, -1, 100);
        out->words = words_of(form, out->json, trouble);
    }
    return TRUE;
}

/* What may stand in a login dialogue without doing harm (RFC 6750 2.1 allows less). */
static gboolean is_token(const char *text)
{
    gsize length = strlen(text);
    gboolean ok = length > 0 && length <= TOKEN_BYTES;
    for (gsize i = 0; ok && i < length; i++)
        ok = g_ascii_isgraph(text[i]);
    return ok;
}

gboolean token_take(const ConfigSignIn *sign_in, const TokenAnswer *answer, gint64 now_us, Tokens *tokens,
                    GError **error)
{
    const char *access = json_text_of(answer->json, "access_token");
    const char *refresh = json_text_of(answer->json, "refresh_token");
    const char *type = json_text_of(answer->json, "token_type");
    gint64 seconds = json_integer_of(answer->json, "expires_in", LIFE_SECONDS);
    if (type && g_ascii_strcasecmp(type, "bearer") != 0) {
        g_set_error(error, POSTERN_ERROR, ERROR_CONFIG,
                    "sign-in '%s': its server gives no bearer tokens, and mail servers take no others",
                    sign_in->name);
        return FALSE;
    }
    if (!access || !is_token(access)) {
        g_set_error(error, POSTERN_ERROR, ERROR_TEMPORARY,
                    "sign-in '%s': there is no usable access token in the answer of its server",
                    sign_in->name);
        return FALSE;
    }
    secret_free(tokens->access);
    tokens->access = g_strdup(access);
    tokens->expires_us = now_us + CLAMP(seconds, 0, LIFE_MOST_SECONDS) * G_USEC_PER_SEC;
    if (refresh && *refresh && strlen(refresh) <= TOKEN_BYTES) {
        secret_free(tokens->refresh);
        tokens->refresh = g_strdup(refresh);
    }
    return TRUE;
}

void token_refused(const ConfigSignIn *sign_in, const TokenAnswer *answer, GError **error)
{
    static const char *const later[] = {"temporarily_unavailable", "server_error", "slow_down", NULL};
    static const char *const anew[] = {"invalid_grant", "interaction_required", "consent_required",
                                       "login_required", NULL};
    if (g_strv_contains(later, answer->trouble))
        g_set_error(error, POSTERN_ERROR, ERROR_TEMPORARY, "sign-in '%s': its server says \"%s\"",
                    sign_in->name, answer->words);
    else if (g_strv_contains(anew, answer->trouble))
        g_set_error(error, POSTERN_ERROR, ERROR_CONFIG,
                    "sign-in '%s': the permission was withdrawn or has run out (\"%s\"); authorize again: "
                    "postern mailboxes authorize %s",
                    sign_in->name, answer->words, sign_in->name);
    else
        g_set_error(
            error, POSTERN_ERROR, ERROR_CONFIG,
            "sign-in '%s': its server says \"%s\"; look at client_id, client secret, scope and URLs of "
            "this sign-in",
            sign_in->name, answer->words);
}
