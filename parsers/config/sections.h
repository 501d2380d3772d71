/* What the keys of the file are, and what must hold between them. */
#pragma once

#include "grammar.h"
#include "schema.h"

#include <postern/config.h>

/* The keys of the whole file: a table for schema_mapping() into a Config. */
extern const Key config_keys[];

/* What many texts must be: the end of a row of a table. */
#define WORD .is_valid = grammar_is_word, .expects = "a word of letters, digits, '.', '_' or '-'"
#define LINE .is_valid = grammar_is_line, .expects = "one line of text (at most 256 bytes)"
#define PATH .is_valid = grammar_is_path, .expects = "a path (a '~' is not expanded)"
#define ADDRESS                                                                                              \
    .is_valid = grammar_is_address,                                                                          \
    .expects = "a mail address like support@example.com (an international domain in its xn-- form)"
#define VARIABLE                                                                                             \
    .is_valid = grammar_is_variable, .expects = "the name of an environment variable like POSTERN_PASSWORD"
#define URL .expects = "a URL that begins with https:// and names no user"
#define DAY_US (24 * 3600 * (gint64)G_USEC_PER_SEC)

/* A table row of ConfigServer within another struct of `type`. */
#define SERVER_KEYS(type)                                                                                    \
    {SCHEMA_KEY("server", schema_lower, type, server.host), .is_valid = grammar_is_host,                     \
     .expects = "a host name or numeric address, the port in 'port'"},                                       \
        {SCHEMA_KEY("port", schema_port, type, server.port), .least = 1},                                    \
        {SCHEMA_KEY("security", schema_choice, type, server.security), .choices = security_names,            \
         .expects = "starttls, tls or none"},                                                                \
        {SCHEMA_KEY("user", schema_checked, type, server.user), LINE},                                       \
        {SCHEMA_KEY("password_file", schema_path, type, server.password_file), PATH},                        \
        {SCHEMA_KEY("password_env", read_variable, type, server.password_env), VARIABLE},                    \
        {SCHEMA_KEY("sign_in", schema_checked, type, server.sign_in), WORD},                                 \
    {                                                                                                        \
        SCHEMA_KEY("ca_file", schema_path, type, server.ca_file), PATH                                       \
    }

extern const char *const security_names[]; /* NULL-terminated */
/* A name of an environment variable; what is none may be the secret itself and is not shown. */
void read_variable(Walk *walk, const Key *key, const YamlNode *node, gpointer field);
/* An https URL without user or password, for a row with URL. One with a password in it is not shown. */
void read_url(Walk *walk, const Key *key, const YamlNode *node, gpointer field);
/* An address, its domain in small letters. */
void address_item(Walk *walk, const Key *key, const YamlNode *node, gpointer field);

/* Items of the lists of Config, and how they are freed. */
void read_outgoing(Walk *walk, const Key *key, const YamlNode *node, gpointer field);
void route_item(Walk *walk, const Key *key, const YamlNode *node, gpointer field);
void mailbox_item(Walk *walk, const Key *key, const YamlNode *node, gpointer field);
void sign_in_item(Walk *walk, const Key *key, const YamlNode *node, gpointer field);
void webhook_item(Walk *walk, const Key *key, const YamlNode *node, gpointer field);
void config_server_clear(ConfigServer *server);
void config_route_free(gpointer data);
void config_mailbox_free(gpointer data);
void config_sign_in_free(gpointer data);
void config_webhook_free(gpointer data);

/* Listens as strings or mappings: an item of a list of ConfigListen. */
void listen_item(Walk *walk, const Key *key, const YamlNode *node, gpointer field);
ConfigListen *config_listen_new(void);
void config_listen_free(gpointer data);

/* Checks between keys. A problem stands at the later of two places. */
void check_names(Walk *walk, const Config *config);
void check_addresses(Walk *walk, const Config *config);
void check_routes(Walk *walk, const YamlNode *root, const Config *config);
void check_mailboxes(Walk *walk, const Config *config);
/* One sign-in; sets what its provider leaves open. */
void check_sign_in(Walk *walk, ConfigSignIn *sign_in);
void check_webhooks(Walk *walk, const Config *config);
void check_admins(Walk *walk, const YamlNode *root, const Config *config);
/* Between mailboxes, sign-ins and people. */
void check_accounts(Walk *walk, const Config *config);
/* Login, security and default port (of `ports`, by Security) of a server. */
void check_server(Walk *walk, const Config *config, ConfigServer *server, const guint16 ports[3]);
/* Texts that must occur once: a table for check_once. */
GHashTable *seen_new(void);
void check_once(Walk *walk, GHashTable *seen, const char *text, gconstpointer field, const char *what);
/* A problem at `node`, with "did you mean", when no item of `items` has this name. `kind`: "queue". */
void check_known(Walk *walk, const char *kind, const char *name, const YamlNode *node,
                 const GPtrArray *items);
/* Every item of `names` must be a queue. */
void check_queue_names(Walk *walk, const Config *config, const GPtrArray *names);
void check_listens(Walk *walk, const Config *config);
