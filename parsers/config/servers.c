/* Servers of other people, and the routes by which mail leaves. */
#include "sections.h"

#include <string.h>

const char *const security_names[] = {
    [SECURITY_NONE] = "none", [SECURITY_STARTTLS] = "starttls", [SECURITY_TLS] = "tls", NULL};

/* Whoever mistakes 'password_env' for the password itself shall not see it printed. */
void read_variable(Walk *walk, const Key *key, const YamlNode *node, gpointer field)
{
    g_autofree char *text = NULL;
    if (!yaml_text(walk->document, node, &text, walk->problems))
        return;
    char **out = field;
    if (key->is_valid(text))
        *out = g_steal_pointer(&text);
    else
        problem_add(walk->problems, walk->document->file, NULL, node->line, node->column,
                    "expected %s, found something else (not shown: it may be a secret)", key->expects);
}

void config_server_clear(ConfigServer *server)
{
    char *strings[] = {server->host,         server->user,    server->password_file,
                       server->password_env, server->sign_in, server->ca_file};
    for (guint i = 0; i < G_N_ELEMENTS(strings); i++)
        g_free(strings[i]);
}

static void check_login(Walk *walk, const Config *config, const ConfigServer *server)
{
    const YamlNode *user = schema_place(walk, &server->user);
    const YamlNode *file = schema_place(walk, &server->password_file);
    const YamlNode *variable = schema_place(walk, &server->password_env);
    const YamlNode *sign_in = schema_place(walk, &server->sign_in);
    if (file && variable)
        schema_problem(walk, variable, "give one of 'password_file' and 'password_env', not both");
    if (sign_in && (file || variable))
        schema_problem(walk, sign_in, "give a password or a 'sign_in', not both");
    if (user && !file && !variable && !sign_in)
        schema_problem(walk, user,
                       "a 'user' needs a password: name its file with 'password_file' or its environment "
                       "variable with 'password_env', or name a 'sign_in'");
    if (!user && (file || variable || sign_in))
        schema_problem(walk,
                       file       ? file
                       : variable ? variable
                                  : sign_in,
                       "a password needs a 'user' to log in as");
    if (server->sign_in)
        check_known(walk, "sign-in", server->sign_in, sign_in, config->sign_ins);
}

static void check_security(Walk *walk, const ConfigServer *server)
{
    const YamlNode *node = schema_place(walk, &server->security);
    if (!node || server->security != SECURITY_NONE || !server->host || grammar_is_loopback(server->host))
        return;
    if (schema_place(walk, &server->user))
        schema_problem(walk, node,
                       "with 'security: none' the password would cross the network to '%s' for all to read; "
                       "use starttls or tls",
                       server->host);
    else
        schema_warn(walk, node, "with 'security: none' mail crosses the network to '%s' for all to read",
                    server->host);
}

void check_server(Walk *walk, const Config *config, ConfigServer *server, const guint16 ports[3])
{
    check_login(walk, config, server);
    check_security(walk, server);
    if (server->port == 0)
        server->port = ports[server->security];
}

static const Key route_keys[] = {
    {SCHEMA_KEY("name", schema_checked, ConfigRoute, name), WORD},
    {SCHEMA_KEY("folder", schema_path, ConfigRoute, folder), PATH},
    SERVER_KEYS(ConfigRoute),
    {SCHEMA_KEY("queues", schema_list, ConfigRoute, queues), .most = 500, .read_item = schema_item, WORD},
    {SCHEMA_KEY("from", schema_list, ConfigRoute, from), .most = 500, .read_item = address_item, ADDRESS},
    {SCHEMA_KEY("hello", schema_lower, ConfigRoute, hello), .is_valid = grammar_is_domain,
     .expects = "the name of this host like mail.example.com"},
    {SCHEMA_KEY("give_up", schema_duration_us, ConfigRoute, give_up_us), .least = G_USEC_PER_SEC,
     .most = 30 * DAY_US, .expects = "a time from 1s to 30d"},
    {SCHEMA_KEY("per_minute", schema_unsigned, ConfigRoute, per_minute), .least = 0, .most = 1000000},
    SCHEMA_END,
};

void config_route_free(gpointer data)
{
    ConfigRoute *route = data;
    g_free(route->name);
    g_free(route->folder);
    config_server_clear(&route->server);
    g_ptr_array_unref(route->queues);
    g_ptr_array_unref(route->from);
    g_free(route->hello);
    g_free(route);
}

void route_item(Walk *walk, const Key *key, const YamlNode *node, gpointer field)
{
    (void)key;
    ConfigRoute *route = g_new0(ConfigRoute, 1);
    route->server.security = SECURITY_STARTTLS;
    route->give_up_us = 4 * DAY_US;
    route->queues = g_ptr_array_new_with_free_func(g_free);
    route->from = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(field, route);
    schema_mapping(walk, route_keys, node, route, "'outgoing'");
    schema_note_place(walk, route, node);
}

/* One way out, or a list of them. */
void read_outgoing(Walk *walk, const Key *key, const YamlNode *node, gpointer field)
{
    GPtrArray **routes = field;
    if (node->type == YAML_SEQUENCE)
        schema_list(walk, key, node, field);
    else
        route_item(walk, key, node, *routes);
}

/* Keys that mean nothing when mail goes into a folder. */
static void check_folder(Walk *walk, const YamlNode *node)
{
    static const char *const of_server[] = {"port",         "security",   "user",    "password_file",
                                            "password_env", "sign_in",    "ca_file", "hello",
                                            "give_up",      "per_minute", NULL};
    for (guint i = 0; i < node->keys->len; i++) {
        const YamlNode *key = node->keys->pdata[i];
        if (g_strv_contains(of_server, key->scalar))
            schema_problem(walk, key, "'%s' belongs to a 'server', and mail goes into a 'folder' here",
                           key->scalar);
    }
}

static gboolean sends_from(const Config *config, const char *address)
{
    for (guint i = 0; i < config->queues->len; i++) {
        const ConfigQueue *queue = config->queues->pdata[i];
        if (queue->addresses->len > 0 && g_ascii_strcasecmp(queue->addresses->pdata[0], address) == 0)
            return TRUE;
    }
    return FALSE;
}

static void check_from(Walk *walk, const Config *config, const ConfigRoute *route)
{
    for (guint i = 0; i < route->from->len; i++)
        if (!sends_from(config, route->from->pdata[i]))
            schema_warn(
                walk, schema_place(walk, route->from->pdata[i]),
                "nothing is sent from '%s': the From of a queue's mail is the first of its 'addresses'",
                (const char *)route->from->pdata[i]);
}

static void check_route(Walk *walk, const Config *config, ConfigRoute *route)
{
    static const guint16 ports[] = {[SECURITY_NONE] = 25, [SECURITY_STARTTLS] = 587, [SECURITY_TLS] = 465};
    const YamlNode *node = schema_place(walk, route);
    if (!node || node->type != YAML_MAPPING)
        return;
    gboolean has_folder = yaml_get(node, "folder") != NULL, has_server = yaml_get(node, "server") != NULL;
    if (has_folder == has_server)
        schema_problem(walk, node, "'outgoing' needs one of 'folder' (a Maildir to write to) and 'server'%s",
                       has_folder ? ", not both" : "");
    route->type = has_server ? OUTGOING_SMTP : OUTGOING_FOLDER;
    if (has_folder && !has_server)
        check_folder(walk, node);
    check_server(walk, config, &route->server, ports);
    check_queue_names(walk, config, route->queues);
    check_from(walk, config, route);
    if (!route->name && config->routes->len > 1)
        schema_problem(walk, node, "each of several routes needs a 'name'");
}

static gboolean takes_all(const ConfigRoute *route)
{
    return route->queues->len == 0 && route->from->len == 0;
}

void check_routes(Walk *walk, const YamlNode *root, const Config *config)
{
    g_autoptr(GHashTable) seen = seen_new();
    gboolean all = FALSE;
    for (guint i = 0; i < config->routes->len; i++) {
        ConfigRoute *route = config->routes->pdata[i];
        check_route(walk, config, route);
        check_once(walk, seen, route->name, &route->name, "the route");
        if (!route->name)
            route->name = g_strdup("outgoing");
        all |= takes_all(route);
    }
    const YamlNode *node = yaml_get(root, "outgoing");
    if (node && config->routes->len > 0 && !all)
        schema_warn(
            walk, node,
            "no route takes all mail ('queues' and 'from' left out); what fits none leaves by the first");
}
