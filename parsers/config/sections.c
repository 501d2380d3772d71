#include "sections.h"

#include "grammar.h"

#include <string.h>

#define EXPECTS_WORD "a word of letters, digits, '.', '_' or '-'"
#define EXPECTS_LINE "one line of text (at most 256 bytes)"
#define EXPECTS_PATH "a path (a '~' is not expanded)"
#define EXPECTS_ADDRESS "a mail address like support@example.com (an international domain in its xn-- form)"
#define EXPECTS_DOMAIN "a domain like example.com (an international one in its xn-- form)"

/* Lists are compared with each other, so each has its maximum; far over what a team needs. */
#define QUEUES_MAX 500
#define AGENTS_MAX 2000
#define QUEUE_ADDRESSES_MAX 100
#define LISTENS_MAX 32

#define DAY_US (24 * 3600 * (gint64)G_USEC_PER_SEC)

/* What most texts below must be. */
#define WORD .is_valid = grammar_is_word, .expects = EXPECTS_WORD
#define LINE .is_valid = grammar_is_line, .expects = EXPECTS_LINE
#define PATH .is_valid = grammar_is_path, .expects = EXPECTS_PATH
#define ADDRESS .is_valid = grammar_is_address, .expects = EXPECTS_ADDRESS

/* The local part as written, the domain in small letters. */
static char *address_text(Walk *walk, const Key *key, const YamlNode *node)
{
    char *address = schema_text(walk, key, node);
    if (address)
        for (char *at = strrchr(address, '@'); *at; at++)
            *at = g_ascii_tolower(*at);
    return address;
}

static void read_address(Walk *walk, const Key *key, const YamlNode *node, gpointer field)
{
    char **out = field;
    *out = address_text(walk, key, node);
}

static void address_item(Walk *walk, const Key *key, const YamlNode *node, gpointer field)
{
    char *address = address_text(walk, key, node);
    if (!address)
        return;
    schema_note_place(walk, address, node);
    g_ptr_array_add(field, address);
}

static const Key agent_keys[] = {
    {SCHEMA_KEY("name", schema_checked, ConfigAgent, name), .is_required = TRUE, WORD},
    {SCHEMA_KEY("display", schema_checked, ConfigAgent, display), .is_required = TRUE, LINE},
    {SCHEMA_KEY("address", read_address, ConfigAgent, address), .is_required = TRUE, ADDRESS},
    SCHEMA_END,
};

static void agent_item(Walk *walk, const Key *key, const YamlNode *node, gpointer field)
{
    (void)key;
    ConfigAgent *agent = g_new0(ConfigAgent, 1);
    g_ptr_array_add(field, agent);
    schema_mapping(walk, agent_keys, node, agent, "the agent");
}

static const Key queue_keys[] = {
    {SCHEMA_KEY("name", schema_checked, ConfigQueue, name), .is_required = TRUE, WORD},
    {SCHEMA_KEY("display", schema_checked, ConfigQueue, display), .is_required = TRUE, LINE},
    {SCHEMA_KEY("prefix", schema_checked, ConfigQueue, prefix), .is_required = TRUE,
     .is_valid = grammar_is_prefix, .expects = "2 to 6 capital letters or digits like SUP, first a letter"},
    {SCHEMA_KEY("addresses", schema_list, ConfigQueue, addresses), .is_required = TRUE, .least = 1,
     .most = QUEUE_ADDRESSES_MAX, .read_item = address_item, ADDRESS},
    {SCHEMA_KEY("agents", schema_list, ConfigQueue, agents), .most = AGENTS_MAX, .read_item = schema_item,
     WORD},
    {SCHEMA_KEY("acknowledge", schema_boolean, ConfigQueue, acknowledge)},
    {SCHEMA_KEY("answer_within", schema_checked, ConfigQueue, answer_within), LINE},
    SCHEMA_END,
};

static void queue_item(Walk *walk, const Key *key, const YamlNode *node, gpointer field)
{
    (void)key;
    ConfigQueue *queue = g_new0(ConfigQueue, 1);
    queue->addresses = g_ptr_array_new_with_free_func(g_free);
    queue->agents = g_ptr_array_new_with_free_func(g_free);
    queue->acknowledge = TRUE;
    g_ptr_array_add(field, queue);
    schema_mapping(walk, queue_keys, node, queue, "the queue");
}

static const char *const security_names[] = {
    [SECURITY_NONE] = "none", [SECURITY_STARTTLS] = "starttls", [SECURITY_TLS] = "tls"};

static gboolean is_security(const char *text)
{
    for (guint i = 0; i < G_N_ELEMENTS(security_names); i++)
        if (strcmp(text, security_names[i]) == 0)
            return TRUE;
    return FALSE;
}

static void read_security(Walk *walk, const Key *key, const YamlNode *node, gpointer field)
{
    g_autofree char *text = schema_text(walk, key, node);
    for (guint i = 0; text && i < G_N_ELEMENTS(security_names); i++)
        if (strcmp(text, security_names[i]) == 0)
            *(Security *)field = (Security)i;
}

/* Whoever mistakes 'password_env' for the password itself shall not see it printed. */
static void read_variable(Walk *walk, const Key *key, const YamlNode *node, gpointer field)
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

static const Key outgoing_keys[] = {
    {SCHEMA_KEY("folder", schema_path, ConfigOutgoing, folder), PATH},
    {SCHEMA_KEY("server", schema_lower, ConfigOutgoing, host), .is_valid = grammar_is_host,
     .expects = "a host name or numeric address, the port in 'port'"},
    {SCHEMA_KEY("port", schema_port, ConfigOutgoing, port), .least = 1},
    {SCHEMA_KEY("security", read_security, ConfigOutgoing, security), .is_valid = is_security,
     .expects = "starttls, tls or none"},
    {SCHEMA_KEY("user", schema_checked, ConfigOutgoing, user), LINE},
    {SCHEMA_KEY("password_file", schema_path, ConfigOutgoing, password_file), PATH},
    {SCHEMA_KEY("password_env", read_variable, ConfigOutgoing, password_env), .is_valid = grammar_is_variable,
     .expects = "the name of an environment variable like POSTERN_PASSWORD"},
    {SCHEMA_KEY("ca_file", schema_path, ConfigOutgoing, ca_file), PATH},
    {SCHEMA_KEY("hello", schema_lower, ConfigOutgoing, hello), .is_valid = grammar_is_domain,
     .expects = "the name of this host like mail.example.com"},
    {SCHEMA_KEY("give_up", schema_duration_us, ConfigOutgoing, give_up_us), .least = G_USEC_PER_SEC,
     .most = 30 * DAY_US, .expects = "a time from 1s to 30d"},
    SCHEMA_END,
};

static void read_outgoing(Walk *walk, const Key *key, const YamlNode *node, gpointer field)
{
    (void)key;
    ConfigOutgoing **outgoing = field;
    schema_mapping(walk, outgoing_keys, node, *outgoing, "'outgoing'");
}

static const Key lmtp_keys[] = {
    {SCHEMA_KEY("listen", schema_list, Config, listens), .least = 1, .most = LISTENS_MAX,
     .read_item = listen_item},
    {SCHEMA_KEY("sessions", schema_unsigned, Config, sessions), .least = 1, .most = 100000},
    {SCHEMA_KEY("idle", schema_seconds, Config, idle_seconds), .least = 1, .most = 3600,
     .expects = "a time from 1s to 1h"},
    SCHEMA_END,
};

static const Key limit_keys[] = {
    {SCHEMA_KEY("message_size", schema_size, Config, message_bytes), .least = 64 * 1024,
     .most = 1024 * 1024 * 1024, .expects = "a size from 64KiB to 1GiB"},
    {SCHEMA_KEY("acknowledgements_per_sender_hour", schema_unsigned, Config, acks_per_sender_hour),
     .least = 0, .most = 1000},
    {SCHEMA_KEY("acknowledgements_per_hour", schema_unsigned, Config, acks_per_hour), .least = 0,
     .most = 1000000},
    SCHEMA_END,
};

static const Key reader_keys[] = {
    {SCHEMA_KEY("count", schema_unsigned, Config, readers), .least = 0, .most = 256},
    {SCHEMA_KEY("mails", schema_unsigned, Config, reader_mails), .least = 1, .most = 1000000},
    SCHEMA_END,
};

const Key config_keys[] = {
    {SCHEMA_KEY("domain", schema_lower, Config, domain), .is_required = TRUE, .is_valid = grammar_is_domain,
     .expects = EXPECTS_DOMAIN},
    {SCHEMA_KEY("store", schema_path, Config, store), .is_required = TRUE, PATH},
    {SCHEMA_KEY("rules", schema_path, Config, rules), PATH},
    {SCHEMA_KEY("notices", schema_path, Config, notices), PATH},
    {SCHEMA_KEY("trusted_authserv_id", schema_checked, Config, authserv_id),
     .is_valid = grammar_is_authserv_id,
     .expects =
         "the name that your border server writes first in Authentication-Results, like mx.example.com"},
    {SCHEMA_KEY("user", schema_checked, Config, user), WORD},
    {SCHEMA_KEY("agents", schema_list, Config, agents), .most = AGENTS_MAX, .read_item = agent_item},
    {SCHEMA_KEY("queues", schema_list, Config, queues), .is_required = TRUE, .least = 1, .most = QUEUES_MAX,
     .read_item = queue_item},
    {.name = "lmtp", .read = schema_section, .keys = lmtp_keys},
    {SCHEMA_KEY("outgoing", read_outgoing, Config, outgoing), .is_required = TRUE},
    {.name = "limits", .read = schema_section, .keys = limit_keys},
    {.name = "readers", .read = schema_section, .keys = reader_keys},
    SCHEMA_END,
};
