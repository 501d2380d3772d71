#include "sections.h"

#include <string.h>

/* Things that must occur once: text in small letters → line of the first. */
GHashTable *seen_new(void)
{
    return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

void check_once(Walk *walk, GHashTable *seen, const char *text, gconstpointer field, const char *what)
{
    const YamlNode *node = text ? schema_place(walk, field) : NULL;
    if (!node)
        return;
    g_autofree char *lower = g_ascii_strdown(text, -1);
    guint first = GPOINTER_TO_UINT(g_hash_table_lookup(seen, lower));
    if (first)
        schema_problem(walk, node, "%s '%s' is already given on line %u", what, text, first);
    else
        g_hash_table_insert(seen, g_steal_pointer(&lower), GUINT_TO_POINTER(node->line));
}

/* Every item of the lists of Config begins with its name. NULL-terminated, borrowed. */
static GPtrArray *names_of(const GPtrArray *items)
{
    GPtrArray *names = g_ptr_array_new();
    for (guint i = 0; i < items->len; i++) {
        char *name = *(char *const *)items->pdata[i];
        if (name)
            g_ptr_array_add(names, name);
    }
    g_ptr_array_add(names, NULL);
    return names;
}

static void unknown_name(Walk *walk, const char *kind, const char *name, const YamlNode *node,
                         const GPtrArray *names)
{
    /* Guesses cost more than lookups, and nobody reads those over the maximum. */
    if (walk->problems->len >= PROBLEMS_MAX || !node)
        return;
    const char *meant = problem_did_you_mean(name, (const char *const *)names->pdata);
    if (meant)
        schema_problem(walk, node, "there is no %s '%s'; did you mean '%s'?", kind, name, meant);
    else
        schema_problem(walk, node, "there is no %s '%s' under '%ss'", kind, name,
                       strcmp(kind, "sign-in") == 0 ? "sign_in" : kind);
}

void check_known(Walk *walk, const char *kind, const char *name, const YamlNode *node, const GPtrArray *items)
{
    g_autoptr(GPtrArray) names = names_of(items);
    for (guint i = 0; names->pdata[i]; i++)
        if (strcmp(names->pdata[i], name) == 0)
            return;
    unknown_name(walk, kind, name, node, names);
}

static void check_queue_agents(Walk *walk, const ConfigQueue *queue, const GPtrArray *names,
                               GHashTable *known)
{
    g_autoptr(GHashTable) seen = seen_new();
    for (guint i = 0; i < queue->agents->len; i++) {
        const char *name = queue->agents->pdata[i];
        check_once(walk, seen, name, name, "the agent");
        if (!g_hash_table_contains(known, name))
            unknown_name(walk, "agent", name, schema_place(walk, name), names);
    }
    const YamlNode *node = schema_place(walk, &queue->name), *list = schema_place(walk, &queue->agents);
    if (node && (!list || (list->type == YAML_SEQUENCE ? list->items->len == 0 : list->scalar_length == 0)))
        schema_warn(walk, node, "this queue has no 'agents': nobody gets notices of its tickets");
}

static void check_agents_of_queues(Walk *walk, const Config *config)
{
    g_autoptr(GPtrArray) names = names_of(config->agents);
    g_autoptr(GHashTable) known = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; names->pdata[i]; i++)
        g_hash_table_add(known, names->pdata[i]);
    for (guint i = 0; i < config->queues->len; i++)
        check_queue_agents(walk, config->queues->pdata[i], names, known);
}

void check_names(Walk *walk, const Config *config)
{
    g_autoptr(GHashTable) agents = seen_new();
    g_autoptr(GHashTable) queues = seen_new();
    g_autoptr(GHashTable) prefixes = seen_new();
    for (guint i = 0; i < config->agents->len; i++) {
        const ConfigAgent *agent = config->agents->pdata[i];
        check_once(walk, agents, agent->name, &agent->name, "the agent name");
    }
    for (guint i = 0; i < config->queues->len; i++) {
        const ConfigQueue *queue = config->queues->pdata[i];
        check_once(walk, queues, queue->name, &queue->name, "the queue name");
        check_once(walk, prefixes, queue->prefix, &queue->prefix, "the prefix");
    }
    check_agents_of_queues(walk, config);
}

/* "support+vip@…" in one queue beside "support@…" in another: the same mail would be a sub-address of one
 * and an address of the other. */
static void check_detail(Walk *walk, GHashTable *owners, const ConfigQueue *queue, const char *address)
{
    const char *plus = strchr(address, '+'), *at = strrchr(address, '@');
    if (!plus || plus > at)
        return;
    g_autofree char *base = g_strdup_printf("%.*s%s", (int)(plus - address), address, at);
    g_autofree char *lower = g_ascii_strdown(base, -1);
    const ConfigQueue *other = g_hash_table_lookup(owners, lower);
    if (other && other != queue)
        schema_problem(walk, schema_place(walk, address),
                       "'%s' belongs to the queue '%s' already: what stands behind a '+' is a detail of '%s'",
                       address, other->name ? other->name : "?", base);
}

/* The first owner stays. */
static void own(GHashTable *owners, const char *address, ConfigQueue *queue)
{
    g_autofree char *lower = g_ascii_strdown(address, -1);
    if (!g_hash_table_contains(owners, lower))
        g_hash_table_insert(owners, g_steal_pointer(&lower), queue);
}

/* Address in small letters → its ConfigQueue, borrowed. */
static GHashTable *owners_new(const Config *config)
{
    GHashTable *owners = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < config->queues->len; i++) {
        ConfigQueue *queue = config->queues->pdata[i];
        for (guint j = 0; j < queue->addresses->len; j++)
            own(owners, queue->addresses->pdata[j], queue);
    }
    return owners;
}

static void check_queue_addresses(Walk *walk, const Config *config)
{
    g_autoptr(GHashTable) seen = seen_new();
    g_autoptr(GHashTable) owners = owners_new(config);
    for (guint i = 0; i < config->queues->len; i++) {
        const ConfigQueue *queue = config->queues->pdata[i];
        for (guint j = 0; j < queue->addresses->len; j++) {
            const char *address = queue->addresses->pdata[j];
            check_once(walk, seen, address, address, "the address");
            check_detail(walk, owners, queue, address);
        }
    }
}

static void check_agent_address(Walk *walk, const Config *config, const ConfigAgent *agent)
{
    const ConfigQueue *queue = agent->address ? config_queue_of(config, agent->address, NULL) : NULL;
    if (queue)
        schema_problem(
            walk, schema_place(walk, &agent->address),
            "'%s' is an address of the queue '%s': its notices would come back as new mail for ever; "
            "give the agent's own mailbox",
            agent->address, queue->name ? queue->name : "?");
}

void check_addresses(Walk *walk, const Config *config)
{
    check_queue_addresses(walk, config);
    g_autoptr(GHashTable) seen = seen_new();
    for (guint i = 0; i < config->agents->len; i++) {
        const ConfigAgent *agent = config->agents->pdata[i];
        check_once(walk, seen, agent->address, &agent->address, "the address");
        check_agent_address(walk, config, agent);
    }
}

void check_queue_names(Walk *walk, const Config *config, const GPtrArray *names)
{
    for (guint i = 0; i < names->len; i++)
        check_known(walk, "queue", names->pdata[i], schema_place(walk, names->pdata[i]), config->queues);
}

void check_admins(Walk *walk, const YamlNode *root, const Config *config)
{
    g_autoptr(GHashTable) seen = seen_new();
    for (guint i = 0; i < config->admins->len; i++) {
        const char *address = config->admins->pdata[i];
        check_once(walk, seen, address, address, "the address");
        if (config_is_ours(config, address))
            schema_problem(
                walk, schema_place(walk, address),
                "'%s' is an address of a queue: mail about Postern would become tickets; give a person's "
                "own mailbox",
                address);
    }
    const YamlNode *node = yaml_get(root, "mailboxes");
    if (node && config->mailboxes->len > 0 && config->admins->len == 0)
        schema_warn(walk, node, "nobody is told when a mailbox stops: give 'addresses' under 'admins'");
}
