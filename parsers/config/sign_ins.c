/* Where the access tokens of mailboxes and ways out come from. */
#include "sections.h"

#include <string.h>

/* An https URL without user or password. */
static gboolean is_url(const char *text)
{
    g_autoptr(GUri) uri = g_uri_parse(text, G_URI_FLAGS_NONE, NULL);
    return uri && strcmp(g_uri_get_scheme(uri), "https") == 0 && g_uri_get_host(uri) &&
           *g_uri_get_host(uri) && !g_uri_get_userinfo(uri) && grammar_is_path(text);
}

static const char *const provider_names[] = {
    [SIGN_IN_GOOGLE] = "google", [SIGN_IN_MICROSOFT] = "microsoft", [SIGN_IN_OTHER] = "other", NULL};

void read_url(Walk *walk, const Key *key, const YamlNode *node, gpointer field)
{
    g_autofree char *text = NULL;
    char **out = field;
    if (!yaml_text(walk->document, node, &text, walk->problems))
        return;
    if (is_url(text))
        *out = g_steal_pointer(&text);
    else if (strchr(text, '@'))
        problem_add(walk->problems, walk->document->file, NULL, node->line, node->column,
                    "expected %s, found something else (not shown: it may hold a password)", key->expects);
    else
        schema_problem(walk, node, "expected %s, found '%.60s'", key->expects, text);
}

static const Key sign_in_keys[] = {
    {SCHEMA_KEY("name", schema_checked, ConfigSignIn, name), .is_required = TRUE, WORD},
    {SCHEMA_KEY("provider", schema_choice, ConfigSignIn, provider), .choices = provider_names,
     .is_required = TRUE, .expects = "google, microsoft or other"},
    {SCHEMA_KEY("client_id", schema_checked, ConfigSignIn, client_id), .is_required = TRUE, LINE},
    {SCHEMA_KEY("client_secret_file", schema_path, ConfigSignIn, client_secret_file), PATH},
    {SCHEMA_KEY("client_secret_env", read_variable, ConfigSignIn, client_secret_env), VARIABLE},
    {SCHEMA_KEY("tenant", schema_checked, ConfigSignIn, tenant), WORD},
    {SCHEMA_KEY("token_url", read_url, ConfigSignIn, token_url), URL},
    {SCHEMA_KEY("device_url", read_url, ConfigSignIn, device_url), URL},
    {SCHEMA_KEY("authorize_url", read_url, ConfigSignIn, authorize_url), URL},
    {SCHEMA_KEY("scope", schema_checked, ConfigSignIn, scope), .is_valid = grammar_is_line,
     .expects = "scopes with a blank between them"},
    {SCHEMA_KEY("ca_file", schema_path, ConfigSignIn, ca_file), PATH},
    SCHEMA_END,
};

void config_sign_in_free(gpointer data)
{
    ConfigSignIn *sign_in = data;
    char *strings[] = {
        sign_in->name,   sign_in->client_id, sign_in->client_secret_file, sign_in->client_secret_env,
        sign_in->tenant, sign_in->token_url, sign_in->device_url,         sign_in->authorize_url,
        sign_in->scope,  sign_in->ca_file};
    for (guint i = 0; i < G_N_ELEMENTS(strings); i++)
        g_free(strings[i]);
    g_free(sign_in);
}

void sign_in_item(Walk *walk, const Key *key, const YamlNode *node, gpointer field)
{
    (void)key;
    ConfigSignIn *sign_in = g_new0(ConfigSignIn, 1);
    sign_in->provider = SIGN_IN_OTHER;
    g_ptr_array_add(field, sign_in);
    schema_mapping(walk, sign_in_keys, node, sign_in, "the sign-in");
    schema_note_place(walk, sign_in, node);
}

static void set_default(char **field, const char *value)
{
    if (!*field)
        *field = g_strdup(value);
}

static void set_microsoft(ConfigSignIn *sign_in)
{
    set_default(&sign_in->tenant, "organizations");
    g_autofree char *base =
        g_strdup_printf("https://login.microsoftonline.com/%s/oauth2/v2.0/", sign_in->tenant);
    g_autofree char *token = g_strconcat(base, "token", NULL),
                    *device = g_strconcat(base, "devicecode", NULL),
                    *authorize = g_strconcat(base, "authorize", NULL);
    set_default(&sign_in->token_url, token);
    set_default(&sign_in->device_url, device);
    set_default(&sign_in->authorize_url, authorize);
    set_default(&sign_in->scope, "offline_access https://outlook.office.com/IMAP.AccessAsUser.All "
                                 "https://outlook.office.com/SMTP.Send");
}

/* Google's device flow gives no access to mail, so there is no device URL. */
static void set_google(ConfigSignIn *sign_in)
{
    set_default(&sign_in->token_url, "https://oauth2.googleapis.com/token");
    set_default(&sign_in->authorize_url, "https://accounts.google.com/o/oauth2/v2/auth");
    set_default(&sign_in->scope, "https://mail.google.com/");
}

static void check_other(Walk *walk, const YamlNode *node)
{
    if (!yaml_get(node, "token_url"))
        schema_problem(walk, node, "'provider: other' needs a 'token_url'");
    if (!yaml_get(node, "device_url") && !yaml_get(node, "authorize_url"))
        schema_problem(walk, node,
                       "'provider: other' needs a 'device_url' or an 'authorize_url': nobody could authorize "
                       "it otherwise");
}

void check_sign_in(Walk *walk, ConfigSignIn *sign_in)
{
    const YamlNode *node = schema_place(walk, sign_in);
    const YamlNode *variable = schema_place(walk, &sign_in->client_secret_env);
    const YamlNode *tenant = schema_place(walk, &sign_in->tenant);
    const YamlNode *provider = node && node->type == YAML_MAPPING ? yaml_get(node, "provider") : NULL;
    if (!provider)
        return;
    if (variable && schema_place(walk, &sign_in->client_secret_file))
        schema_problem(walk, variable, "give one of 'client_secret_file' and 'client_secret_env', not both");
    if (tenant && sign_in->provider != SIGN_IN_MICROSOFT)
        schema_problem(walk, tenant, "only 'provider: microsoft' has a 'tenant'");
    if (sign_in->provider == SIGN_IN_MICROSOFT)
        set_microsoft(sign_in);
    else if (sign_in->provider == SIGN_IN_GOOGLE)
        set_google(sign_in);
    else if (g_strcmp0(provider->scalar, "other") == 0)
        check_other(walk, node);
}
