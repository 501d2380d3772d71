#include "token.h"

#include <postern/base/clean.h>
#include <postern/base/digest.h>
#include <postern/base/error.h>
#include <postern/sign_in.h>

#include <string.h>

#define REQUEST_MS (30 * 1000)
#define PORT_FIRST 49152 /* RFC 6335: of nobody */
#define PORTS 16384

/* One attempt. */
typedef struct {
    char *verifier; /* secret, RFC 7636 4.1 */
    char *state;
    char *redirect;
} Attempt;

static void attempt_clear(Attempt *attempt)
{
    secret_free(attempt->verifier);
    g_free(attempt->state);
    g_free(attempt->redirect);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Attempt, attempt_clear)

/* RFC 4648 section 5, without padding. */
static char *base64url(gconstpointer bytes, gsize length)
{
    char *text = g_base64_encode(bytes, length);
    g_strdelimit(g_strdelimit(text, "+", '-'), "/", '_');
    text[strcspn(text, "=")] = '\0';
    return text;
}

static char *random_text(void)
{
    guint8 bytes[32];
    random_bytes(bytes, sizeof bytes);
    return base64url(bytes, sizeof bytes);
}

static void attempt_begin(Attempt *attempt)
{
    guint16 port;
    random_bytes(&port, sizeof port);
    attempt->verifier = random_text();
    attempt->state = random_text();
    attempt->redirect = g_strdup_printf("http://127.0.0.1:%d/", PORT_FIRST + port % PORTS);
}

static void add(GString *url, const char *key, const char *value)
{
    g_string_append_printf(url, "%c%s=", strchr(url->str, '?') ? '&' : '?', key);
    g_string_append_uri_escaped(url, value, NULL, FALSE);
}

static char *authorize_url(const ConfigSignIn *sign_in, const Attempt *attempt)
{
    guint8 sum[DIGEST_BYTES];
    digest_of(attempt->verifier, strlen(attempt->verifier), sum);
    g_autofree char *challenge = base64url(sum, sizeof sum);
    GString *url = g_string_new(sign_in->authorize_url);
    add(url, "response_type", "code");
    add(url, "client_id", sign_in->client_id);
    add(url, "redirect_uri", attempt->redirect);
    if (sign_in->scope)
        add(url, "scope", sign_in->scope);
    add(url, "state", attempt->state);
    add(url, "code_challenge", challenge);
    add(url, "code_challenge_method", "S256");
    if (sign_in->provider == SIGN_IN_GOOGLE) {
        /* Else there is a refresh token the first time only, or never. */
        add(url, "access_type", "offline");
        add(url, "prompt", "consent");
    }
    return g_string_free(url, FALSE);
}

/* The parameters behind the question mark, or NULL. */
static GHashTable *parameters_of(const char *pasted)
{
    const char *query = strchr(pasted, '?');
    if (!query)
        return NULL;
    query++;
    return g_uri_parse_params(query, (gssize)strcspn(query, "#"), "&", G_URI_PARAMS_WWW_FORM, NULL);
}

static gboolean is_our_state(const Attempt *attempt, const char *state)
{
    return state && strlen(state) == strlen(attempt->state) &&
           digest_equal(state, attempt->state, strlen(state));
}

static char *read_code(const ConfigSignIn *sign_in, const Attempt *attempt, const char *pasted,
                       GError **error)
{
    g_autofree char *trimmed = g_strstrip(g_strdup(pasted));
    g_autoptr(GHashTable) parameters = parameters_of(trimmed);
    const char *code = parameters ? g_hash_table_lookup(parameters, "code") : NULL;
    const char *trouble = parameters ? g_hash_table_lookup(parameters, "error") : NULL;
    if ((code || trouble) && !is_our_state(attempt, g_hash_table_lookup(parameters, "state"))) {
        g_set_error(
            error, POSTERN_ERROR, ERROR_MALFORMED,
            "sign-in '%s': this address belongs to another attempt; run the command again and use the "
            "link that it shows then",
            sign_in->name);
        return NULL;
    }
    if (trouble) {
        g_autofree char *words = clean_line(trouble, -1, 100);
        g_set_error(error, POSTERN_ERROR, ERROR_REFUSED, "sign-in '%s': it was not permitted (\"%s\")",
                    sign_in->name, words);
        return NULL;
    }
    if (code && *code)
        return g_strdup(code);
    g_set_error(error, POSTERN_ERROR, ERROR_MALFORMED,
                "sign-in '%s': this is not the address that the browser ended on; it begins with %s?",
                sign_in->name, attempt->redirect);
    return NULL;
}

static gboolean exchange(const Config *config, const ConfigSignIn *sign_in, const Attempt *attempt,
                         const char *code, GError **error)
{
    g_autoptr(TokenForm) form = token_form_new(sign_in, error);
    if (!form)
        return FALSE;
    token_form_add(form, "grant_type", "authorization_code");
    token_form_add_secret(form, "code", code);
    token_form_add(form, "redirect_uri", attempt->redirect);
    token_form_add_secret(form, "code_verifier", attempt->verifier);
    g_auto(TokenAnswer) answer = {0};
    if (!token_ask(sign_in, sign_in->token_url, form, REQUEST_MS, -1, &answer, error))
        return FALSE;
    if (!answer.trouble)
        return token_keep(config->store, sign_in, &answer, error);
    token_refused(sign_in, &answer, error);
    return FALSE;
}

gboolean sign_in_by_paste(const Config *config, const ConfigSignIn *sign_in, const SignInTalk *talk,
                          GError **error)
{
    g_auto(Attempt) attempt = {0};
    attempt_begin(&attempt);
    g_autofree char *url = authorize_url(sign_in, &attempt);
    char *pasted = talk->ask_url(talk->data, url);
    if (!pasted) {
        g_set_error(error, POSTERN_ERROR, ERROR_REFUSED, "sign-in '%s': no address was pasted",
                    sign_in->name);
        return FALSE;
    }
    char *code = read_code(sign_in, &attempt, pasted, error);
    gboolean ok = code && exchange(config, sign_in, &attempt, code, error);
    secret_free(code);
    secret_free(pasted);
    return ok;
}
