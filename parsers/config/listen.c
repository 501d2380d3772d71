#include "grammar.h"
#include "sections.h"

#include <string.h>

/* sun_path of Linux has room for so much and its NUL. */
#define UNIX_PATH_BYTES 107u
#define EXPECTS_LISTEN "a place to listen like 127.0.0.1:2424, [::1]:2424 or unix:run/lmtp.sock"

ConfigListen *config_listen_new(void)
{
    ConfigListen *listen = g_new0(ConfigListen, 1);
    listen->mode = 0660;
    return listen;
}

void config_listen_free(gpointer data)
{
    ConfigListen *listen = data;
    if (!listen)
        return;
    g_free(listen->host);
    g_free(listen->path);
    g_free(listen);
}

/* Names other than localhost would ask the resolver at start, and mean another address tomorrow. */
static gboolean is_listen_host(const char *host)
{
    return strcmp(host, "localhost") == 0 || g_hostname_is_ip_address(host);
}

static void set_path(Walk *walk, const YamlNode *node, ConfigListen *listen, const char *path)
{
    listen->path = schema_resolve(walk, path);
    if (strlen(listen->path) > UNIX_PATH_BYTES)
        schema_problem(walk, node, "the path '%s' is longer than the %u bytes that a unix socket may have",
                       listen->path, UNIX_PATH_BYTES);
}

static gboolean parse_port(const char *text, guint16 *out)
{
    gsize length = strlen(text);
    if (length == 0 || length > 5 || strspn(text, "0123456789") != length)
        return FALSE;
    guint64 port = g_ascii_strtoull(text, NULL, 10);
    *out = (guint16)port;
    return port <= G_MAXUINT16;
}

/* "host:port", an IPv6 host in brackets. */
static gboolean parse_tcp(const char *text, ConfigListen *listen)
{
    const char *colon = strrchr(text, ':');
    if (!colon || !parse_port(colon + 1, &listen->port))
        return FALSE;
    gboolean has_brackets = text[0] == '[' && colon > text + 1 && colon[-1] == ']';
    const char *start = text + has_brackets, *end = colon - has_brackets;
    g_autofree char *host = g_strndup(start, (gsize)(end - start));
    if (!is_listen_host(host) || has_brackets != (strchr(host, ':') != NULL))
        return FALSE;
    listen->host = g_steal_pointer(&host);
    return TRUE;
}

static void listen_text(Walk *walk, const YamlNode *node, ConfigListen *listen)
{
    g_autofree char *text = NULL;
    if (!yaml_text(walk->document, node, &text, walk->problems))
        return;
    gboolean is_unix = g_str_has_prefix(text, "unix:");
    if (is_unix && grammar_is_path(text + strlen("unix:")))
        set_path(walk, node, listen, text + strlen("unix:"));
    else if (is_unix || !parse_tcp(text, listen))
        schema_problem(walk, node, "expected " EXPECTS_LISTEN ", found '%.60s'", text);
}

static void read_path(Walk *walk, const Key *key, const YamlNode *node, gpointer field)
{
    g_autofree char *path = schema_text(walk, key, node);
    if (path)
        set_path(walk, node, (gpointer)((char *)field - key->offset), path);
}

/* Octal, as people write modes: 660, 0660 or 0o660, with or without quotes. */
static void read_mode(Walk *walk, const Key *key, const YamlNode *node, gpointer field)
{
    g_autofree char *text = NULL;
    if (!yaml_text(walk->document, node, &text, walk->problems))
        return;
    const char *digits = text;
    if (g_str_has_prefix(digits, "0o"))
        digits += 2;
    else if (digits[0] == '0')
        digits++;
    if (strlen(digits) == 3 && strspn(digits, "01234567") == 3)
        *(guint *)field = (guint)g_ascii_strtoull(digits, NULL, 8);
    else
        schema_problem(walk, node, "expected %s, found '%.60s'", key->expects, text);
}

static const Key listen_keys[] = {
    {SCHEMA_KEY("unix", read_path, ConfigListen, path), .is_valid = grammar_is_path, .expects = "a path"},
    {SCHEMA_KEY("mode", read_mode, ConfigListen, mode), .expects = "the mode of a socket in octal like 0660"},
    {SCHEMA_KEY("host", schema_checked, ConfigListen, host), .is_valid = is_listen_host,
     .expects = "a numeric address or localhost"},
    {SCHEMA_KEY("port", schema_port, ConfigListen, port), .least = 0},
    SCHEMA_END,
};

static void listen_mapping(Walk *walk, const YamlNode *node, ConfigListen *listen)
{
    schema_mapping(walk, listen_keys, node, listen, "the place to listen");
    gboolean has_unix = yaml_get(node, "unix") != NULL;
    gboolean has_host = yaml_get(node, "host") != NULL, has_port = yaml_get(node, "port") != NULL;
    if (has_unix ? has_host || has_port : !has_host || !has_port)
        schema_problem(walk, node, "a place to listen has either 'unix' or both 'host' and 'port'");
    else if (!has_unix && yaml_get(node, "mode"))
        schema_problem(walk, yaml_get(node, "mode"), "only a 'unix' socket has a 'mode'");
}

/* A listen with a problem stays in the list: the places of its fields must not be given to others. */
void listen_item(Walk *walk, const Key *key, const YamlNode *node, gpointer field)
{
    (void)key;
    ConfigListen *listen = config_listen_new();
    g_ptr_array_add(field, listen);
    if (node->type == YAML_MAPPING)
        listen_mapping(walk, node, listen);
    else
        listen_text(walk, node, listen);
    /* Last, as the first field of a struct has the same address. */
    schema_note_place(walk, listen, node);
}

static gboolean is_same(const ConfigListen *a, const ConfigListen *b)
{
    if (a->path || b->path)
        return g_strcmp0(a->path, b->path) == 0;
    return a->port != 0 && a->port == b->port && g_strcmp0(a->host, b->host) == 0;
}

void check_listens(Walk *walk, const Config *config)
{
    for (guint i = 0; i < config->listens->len; i++) {
        const ConfigListen *listen = config->listens->pdata[i];
        const YamlNode *node = schema_place(walk, listen);
        for (guint j = 0; j < i; j++)
            if (is_same(listen, config->listens->pdata[j])) {
                schema_problem(walk, node, "this place to listen stands here twice");
                break;
            }
        if (node && listen->host && !grammar_is_loopback(listen->host))
            schema_warn(walk, node,
                        "whoever can reach this address can hand in mail with forged headers, as LMTP knows "
                        "no login: let only your mail server reach it, or listen on 127.0.0.1");
    }
}
