/* Mailboxes that mail is fetched from, and where their access tokens come from. */
#include "sections.h"

#include <stdlib.h>
#include <string.h>

#define FOLDERS_MAX 100
#define FOLDER_BYTES 255u
#define STORE_PATH_BYTES 96u /* sun_path of Linux has room for 107 bytes, "/fetch.sock" is in it */

/* A line end or a control character in a folder's name would become a command of its own. */
static gboolean is_folder(const char *text)
{
    return grammar_is_line(text) && strlen(text) <= FOLDER_BYTES;
}

/* RFC 3501 flag-keyword is an atom; of the system flags only \Seen and \Flagged make sense. */
static gboolean is_flag(const char *text)
{
    if (strcmp(text, "\\Seen") == 0 || strcmp(text, "\\Flagged") == 0)
        return TRUE;
    gsize length = strlen(text);
    for (gsize i = 0; i < length; i++)
        if (!g_ascii_isgraph(text[i]) || strchr("(){%*\"\\]", text[i]))
            return FALSE;
    return length > 0 && length <= 64;
}

/* Midnight UTC of "2026-11-22", or NULL. No mail is older than 1970. */
static GDateTime *parse_date(const char *text)
{
    static const char form[] = "0000-00-00";
    for (gsize i = 0; i < sizeof form; i++)
        if (form[i] == '0' ? !g_ascii_isdigit(text[i]) : text[i] != form[i])
            return NULL;
    int year = atoi(text), month = atoi(text + 5), day = atoi(text + 8);
    return year >= 1970 ? g_date_time_new_utc(year, month, day, 0, 0, 0) : NULL;
}

/* "now", "all" or a date "2026-11-22". */
static void read_start(Walk *walk, const Key *key, const YamlNode *node, gpointer field)
{
    ConfigMailbox *mailbox = (gpointer)((char *)field - key->offset);
    g_autofree char *text = NULL;
    if (!yaml_text(walk->document, node, &text, walk->problems))
        return;
    g_autoptr(GDateTime) date = parse_date(text);
    if (date) {
        mailbox->start = MAILBOX_START_DATE;
        mailbox->start_us = g_date_time_to_unix(date) * G_USEC_PER_SEC;
    } else if (strcmp(text, "all") == 0) {
        mailbox->start = MAILBOX_START_ALL;
    } else if (strcmp(text, "now") != 0) {
        schema_problem(walk, node, "expected %s, found '%.60s'", key->expects, text);
    }
}

static const char *const after_names[] = {[MAILBOX_LEAVE] = "leave",
                                          [MAILBOX_FLAG] = "flag",
                                          [MAILBOX_MOVE] = "move",
                                          [MAILBOX_DELETE] = "delete",
                                          NULL};

#define FOLDER .is_valid = is_folder, .expects = "the name of a folder as people write it, like INBOX/Done"

static const Key mailbox_keys[] = {
    {SCHEMA_KEY("name", schema_checked, ConfigMailbox, name), .is_required = TRUE, WORD},
    SERVER_KEYS(ConfigMailbox),
    {SCHEMA_KEY("queue", schema_checked, ConfigMailbox, queue), .is_required = TRUE, WORD},
    {SCHEMA_KEY("folders", schema_list, ConfigMailbox, folders), .least = 1, .most = FOLDERS_MAX,
     .read_item = schema_item, FOLDER},
    {SCHEMA_KEY("start", read_start, ConfigMailbox, start_us),
     .expects = "now, all or a date like 2026-11-22"},
    {SCHEMA_KEY("after", schema_choice, ConfigMailbox, after), .choices = after_names,
     .expects = "leave, flag, move or delete"},
    {SCHEMA_KEY("flag", schema_checked, ConfigMailbox, flag), .is_valid = is_flag,
     .expects = "a keyword like $Postern, or \\Seen or \\Flagged"},
    {SCHEMA_KEY("move_to", schema_checked, ConfigMailbox, move_to), FOLDER},
    {SCHEMA_KEY("idle", schema_boolean, ConfigMailbox, may_idle)},
    {SCHEMA_KEY("poll", schema_duration_us, ConfigMailbox, poll_us), .least = G_USEC_PER_SEC, .most = DAY_US,
     .expects = "a time from 1s to 1d"},
    SCHEMA_END,
};

void config_mailbox_free(gpointer data)
{
    ConfigMailbox *mailbox = data;
    g_free(mailbox->name);
    config_server_clear(&mailbox->server);
    g_free(mailbox->queue);
    g_ptr_array_unref(mailbox->folders);
    g_free(mailbox->flag);
    g_free(mailbox->move_to);
    g_free(mailbox);
}

void mailbox_item(Walk *walk, const Key *key, const YamlNode *node, gpointer field)
{
    (void)key;
    ConfigMailbox *mailbox = g_new0(ConfigMailbox, 1);
    mailbox->server.security = SECURITY_TLS;
    mailbox->folders = g_ptr_array_new_with_free_func(g_free);
    mailbox->may_idle = TRUE;
    mailbox->poll_us = 60 * (gint64)G_USEC_PER_SEC;
    g_ptr_array_add(field, mailbox);
    schema_mapping(walk, mailbox_keys, node, mailbox, "the mailbox");
    if (mailbox->folders->len == 0)
        g_ptr_array_add(mailbox->folders, g_strdup("INBOX"));
    schema_note_place(walk, mailbox, node);
}

static void check_after(Walk *walk, const ConfigMailbox *mailbox, const YamlNode *node)
{
    const YamlNode *after = yaml_get(node, "after");
    if (after && mailbox->after == MAILBOX_LEAVE && g_strcmp0(after->scalar, "leave") != 0)
        return; /* mistyped: nobody knows what belongs to it */
    if (mailbox->after == MAILBOX_MOVE && !mailbox->move_to)
        schema_problem(walk, node, "'after: move' needs 'move_to', the folder to move to");
    if (mailbox->after != MAILBOX_MOVE && mailbox->move_to)
        schema_problem(walk, schema_place(walk, &mailbox->move_to), "'move_to' needs 'after: move'");
    if (mailbox->after != MAILBOX_FLAG && mailbox->flag)
        schema_problem(walk, schema_place(walk, &mailbox->flag), "'flag' needs 'after: flag'");
}

static void check_mailbox(Walk *walk, const Config *config, ConfigMailbox *mailbox)
{
    static const guint16 ports[] = {[SECURITY_NONE] = 143, [SECURITY_STARTTLS] = 143, [SECURITY_TLS] = 993};
    const YamlNode *node = schema_place(walk, mailbox);
    if (!node || node->type != YAML_MAPPING)
        return;
    if (!yaml_get(node, "server"))
        schema_problem(walk, node, "the key 'server' of the mailbox is missing");
    if (!yaml_get(node, "user"))
        schema_problem(walk, node, "the key 'user' of the mailbox is missing");
    check_server(walk, config, &mailbox->server, ports);
    check_after(walk, mailbox, node);
    if (mailbox->queue)
        check_known(walk, "queue", mailbox->queue, schema_place(walk, &mailbox->queue), config->queues);
    if (mailbox->after == MAILBOX_FLAG && !mailbox->flag)
        mailbox->flag = g_strdup("$Postern");
}

/* An https URL without user or password. */
static gboolean is_url(const char *text)
{
    g_autoptr(GUri) uri = g_uri_parse(text, G_URI_FLAGS_NONE, NULL);
    return uri && strcmp(g_uri_get_scheme(uri), "https") == 0 && g_uri_get_host(uri) &&
           *g_uri_get_host(uri) && !g_uri_get_userinfo(uri) && grammar_is_path(text);
}

static const char *const provider_names[] = {
    [SIGN_IN_GOOGLE] = "google", [SIGN_IN_MICROSOFT] = "microsoft", [SIGN_IN_OTHER] = "other", NULL};

/* A URL with a password in it is refused, and not shown. */
static void read_url(Walk *walk, const Key *key, const YamlNode *node, gpointer field)
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

#define URL .expects = "a URL that begins with https:// and names no user"

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

static void check_sign_in(Walk *walk, ConfigSignIn *sign_in)
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

/* The gate takes the mail of mailboxes on a unix socket in the store (fetcher_socket_path). */
static void check_socket(Walk *walk, const Config *config)
{
    if (config->mailboxes->len > 0 && config->store && strlen(config->store) > STORE_PATH_BYTES)
        schema_problem(
            walk, schema_place(walk, &config->store),
            "with mailboxes the path of the store may have at most %u bytes, as a socket lies in it; "
            "'%s' has %u: choose a shorter one",
            STORE_PATH_BYTES, config->store, (guint)strlen(config->store));
}

void check_mailboxes(Walk *walk, const Config *config)
{
    g_autoptr(GHashTable) sign_ins = seen_new();
    g_autoptr(GHashTable) mailboxes = seen_new();
    for (guint i = 0; i < config->sign_ins->len; i++) {
        ConfigSignIn *sign_in = config->sign_ins->pdata[i];
        check_once(walk, sign_ins, sign_in->name, &sign_in->name, "the sign-in");
        check_sign_in(walk, sign_in);
    }
    check_socket(walk, config);
    for (guint i = 0; i < config->mailboxes->len; i++) {
        ConfigMailbox *mailbox = config->mailboxes->pdata[i];
        check_once(walk, mailboxes, mailbox->name, &mailbox->name, "the mailbox");
        check_mailbox(walk, config, mailbox);
    }
}

/* Webhooks are few lines; they live beside the other URLs. */
const char *const config_webhook_events[] = {"opened", "wrote", "answered", "handed-off", "closed", NULL};

static gboolean is_event(const char *text)
{
    return g_strv_contains(config_webhook_events, text);
}

static const Key webhook_keys[] = {
    {SCHEMA_KEY("name", schema_checked, ConfigWebhook, name), .is_required = TRUE, WORD},
    {SCHEMA_KEY("url", read_url, ConfigWebhook, url), .is_required = TRUE, URL},
    {SCHEMA_KEY("secret_file", schema_path, ConfigWebhook, secret_file), PATH},
    {SCHEMA_KEY("secret_env", read_variable, ConfigWebhook, secret_env), VARIABLE},
    {SCHEMA_KEY("events", schema_list, ConfigWebhook, events), .most = 20, .read_item = schema_item,
     .is_valid = is_event, .expects = "opened, wrote, answered, handed-off or closed"},
    {SCHEMA_KEY("queues", schema_list, ConfigWebhook, queues), .most = 500, .read_item = schema_item, WORD},
    {SCHEMA_KEY("allow_private", schema_boolean, ConfigWebhook, allow_private)},
    {SCHEMA_KEY("ca_file", schema_path, ConfigWebhook, ca_file), PATH},
    {SCHEMA_KEY("give_up", schema_duration_us, ConfigWebhook, give_up_us), .least = G_USEC_PER_SEC,
     .most = 30 * DAY_US, .expects = "a time from 1s to 30d"},
    SCHEMA_END,
};

void config_webhook_free(gpointer data)
{
    ConfigWebhook *webhook = data;
    char *strings[] = {webhook->name, webhook->url, webhook->secret_file, webhook->secret_env,
                       webhook->ca_file};
    for (guint i = 0; i < G_N_ELEMENTS(strings); i++)
        g_free(strings[i]);
    g_ptr_array_unref(webhook->events);
    g_ptr_array_unref(webhook->queues);
    g_free(webhook);
}

void webhook_item(Walk *walk, const Key *key, const YamlNode *node, gpointer field)
{
    (void)key;
    ConfigWebhook *webhook = g_new0(ConfigWebhook, 1);
    webhook->events = g_ptr_array_new_with_free_func(g_free);
    webhook->queues = g_ptr_array_new_with_free_func(g_free);
    webhook->give_up_us = DAY_US;
    g_ptr_array_add(field, webhook);
    schema_mapping(walk, webhook_keys, node, webhook, "the webhook");
    schema_note_place(walk, webhook, node);
}

void check_webhooks(Walk *walk, const Config *config)
{
    g_autoptr(GHashTable) seen = seen_new();
    for (guint i = 0; i < config->webhooks->len; i++) {
        const ConfigWebhook *webhook = config->webhooks->pdata[i];
        check_once(walk, seen, webhook->name, &webhook->name, "the webhook");
        check_queue_names(walk, config, webhook->queues);
        if ((webhook->secret_file != NULL) == (webhook->secret_env != NULL))
            schema_problem(
                walk, schema_place(walk, webhook),
                "a webhook needs one of 'secret_file' and 'secret_env': the key that signs what it is told");
    }
}
