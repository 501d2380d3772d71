#include "token.h"

#include <postern/base/clean.h>
#include <postern/base/error.h>
#include <postern/sign_in.h>

#include <string.h>

#define REQUEST_MS (30 * 1000)
#define INTERVAL_S 5 /* RFC 8628 3.2, and what slow_down adds (3.5) */
#define INTERVAL_MOST_S 300
#define CODE_LIFE_S 900 /* where the server forgets to tell */
#define CODE_LIFE_MOST_S (24 * 3600)

/* RFC 8628 3.2. */
typedef struct {
    char *device_code; /* secret */
    char *user_code;
    char *url;
    char *url_with_code; /* or NULL */
    gint64 life_s;
    gint64 interval_s;
} Device;

static void device_clear(Device *device)
{
    secret_free(device->device_code);
    g_free(device->user_code);
    g_free(device->url);
    g_free(device->url_with_code);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Device, device_clear)

static char *shown(const Json *json, const char *key)
{
    const char *text = json_text_of(json, key);
    return text ? clean_line(text, -1, 2000) : NULL;
}

static gboolean ask_device(const ConfigSignIn *sign_in, Device *out, GError **error)
{
    g_autoptr(TokenForm) form = token_form_new(sign_in, error);
    if (!form)
        return FALSE;
    if (sign_in->scope)
        token_form_add(form, "scope", sign_in->scope);
    g_auto(TokenAnswer) answer = {0};
    if (!token_ask(sign_in, sign_in->device_url, form, REQUEST_MS, -1, &answer, error))
        return FALSE;
    if (answer.trouble) {
        token_refused(sign_in, &answer, error);
        return FALSE;
    }
    out->device_code = g_strdup(json_text_of(answer.json, "device_code"));
    out->user_code = shown(answer.json, "user_code");
    out->url = shown(answer.json, "verification_uri");
    if (!out->url)
        out->url = shown(answer.json, "verification_url"); /* older than the RFC */
    out->url_with_code = shown(answer.json, "verification_uri_complete");
    out->life_s = CLAMP(json_integer_of(answer.json, "expires_in", CODE_LIFE_S), 1, CODE_LIFE_MOST_S);
    out->interval_s = CLAMP(json_integer_of(answer.json, "interval", INTERVAL_S), 1, INTERVAL_MOST_S);
    if (out->device_code && out->user_code && out->url)
        return TRUE;
    g_set_error(error, POSTERN_ERROR, ERROR_TEMPORARY,
                "sign-in '%s': the answer of its server has no code for a person to type in", sign_in->name);
    return FALSE;
}

typedef enum { POLL_AGAIN, POLL_DONE, POLL_FAILED } Poll;

/* RFC 8628 3.5. */
static Poll judge_poll(const Config *config, const ConfigSignIn *sign_in, const TokenAnswer *answer,
                       Device *device, GError **error)
{
    const char *trouble = answer->trouble;
    if (!trouble)
        return token_keep(config->store, sign_in, answer, error) ? POLL_DONE : POLL_FAILED;
    if (strcmp(trouble, "slow_down") == 0)
        device->interval_s += INTERVAL_S;
    if (strcmp(trouble, "slow_down") == 0 || strcmp(trouble, "authorization_pending") == 0)
        return POLL_AGAIN;
    if (strcmp(trouble, "access_denied") == 0 || strcmp(trouble, "authorization_declined") == 0)
        g_set_error(error, POSTERN_ERROR, ERROR_REFUSED, "sign-in '%s': the person said no (\"%s\")",
                    sign_in->name, answer->words);
    else if (strcmp(trouble, "expired_token") == 0)
        g_set_error(error, POSTERN_ERROR, ERROR_TEMPORARY,
                    "sign-in '%s': nobody typed the code in before it ran out; run the command again",
                    sign_in->name);
    else
        token_refused(sign_in, answer, error);
    return POLL_FAILED;
}

static Poll poll_device(const Config *config, const ConfigSignIn *sign_in, Device *device, GError **error)
{
    g_autoptr(TokenForm) form = token_form_new(sign_in, error);
    g_autoptr(GError) inner = NULL;
    if (!form)
        return POLL_FAILED;
    token_form_add(form, "grant_type", "urn:ietf:params:oauth:grant-type:device_code");
    token_form_add_secret(form, "device_code", device->device_code);
    g_auto(TokenAnswer) answer = {0};
    if (token_ask(sign_in, sign_in->token_url, form, REQUEST_MS, -1, &answer, &inner))
        return judge_poll(config, sign_in, &answer, device, error);
    if (error_is(inner, ERROR_TEMPORARY)) {
        device->interval_s = MIN(device->interval_s * 2, INTERVAL_MOST_S);
        return POLL_AGAIN;
    }
    g_propagate_error(error, g_steal_pointer(&inner));
    return POLL_FAILED;
}

static void rest(const SignInTalk *talk, gint64 seconds)
{
    if (talk->wait)
        talk->wait(talk->data, seconds);
    else
        g_usleep((gulong)seconds * G_USEC_PER_SEC);
}

gboolean sign_in_by_device(const Config *config, const ConfigSignIn *sign_in, const SignInTalk *talk,
                           GError **error)
{
    g_auto(Device) device = {0};
    if (!ask_device(sign_in, &device, error))
        return FALSE;
    talk->show_code(talk->data, device.url, device.user_code, device.url_with_code, device.life_s);
    Poll state = POLL_AGAIN;
    for (gint64 waited_s = 0; state == POLL_AGAIN; waited_s += device.interval_s) {
        if (waited_s > device.life_s) {
            g_set_error(error, POSTERN_ERROR, ERROR_TEMPORARY,
                        "sign-in '%s': nobody typed the code in before it ran out; run the command again",
                        sign_in->name);
            return FALSE;
        }
        rest(talk, device.interval_s);
        state = poll_device(config, sign_in, &device, error);
    }
    return state == POLL_DONE;
}
