#include "schema.h"

#include "secret.h"
#include "yaml_private.h"

#include <postern/base/clean.h>
#include <stdarg.h>
#include <string.h>

#define ECHO_BYTES 60u

void schema_problem(Walk *walk, const YamlNode *node, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    yaml_problem(walk->document, node, walk->problems, "%s", message);
}

void schema_warn(Walk *walk, const YamlNode *node, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    problem_warn(walk->problems, walk->document->file, walk->document->text, node->line, node->column, "%s",
                 message);
}

/* Boxed, as a GHashTable holds nothing const. */
typedef struct {
    const void *field;
    const YamlNode *node;
} Place;

static guint place_hash(gconstpointer place)
{
    return g_direct_hash(((const Place *)place)->field);
}

static gboolean place_equal(gconstpointer a, gconstpointer b)
{
    return ((const Place *)a)->field == ((const Place *)b)->field;
}

void schema_begin(Walk *walk, const YamlDocument *document, const char *base_folder, GPtrArray *problems)
{
    walk->document = document;
    walk->base_folder = base_folder;
    walk->problems = problems;
    walk->places = g_hash_table_new_full(place_hash, place_equal, g_free, NULL);
}

void schema_end(Walk *walk)
{
    g_clear_pointer(&walk->places, g_hash_table_unref);
}

const YamlNode *schema_place(const Walk *walk, gconstpointer field)
{
    Place wanted = {field, NULL};
    const Place *place = g_hash_table_lookup(walk->places, &wanted);
    return place ? place->node : NULL;
}

void schema_note_place(Walk *walk, gconstpointer field, const YamlNode *node)
{
    Place *place = g_new(Place, 1);
    *place = (Place){field, node};
    g_hash_table_add(walk->places, place);
}

static const Key *find_key(const Key *keys, const char *name)
{
    while (keys->name && strcmp(keys->name, name) != 0)
        keys++;
    return keys->name ? keys : NULL;
}

/* What a secret is given with instead: "client_secret" has its "client_secret_file"; all others go as
 * passwords, or as the one secret that this mapping knows. */
static char *secret_base(const Key *keys, const char *name)
{
    g_autofree char *own = g_strconcat(name, "_file", NULL);
    if (find_key(keys, own))
        return g_strdup(name);
    static const char *const bases[] = {"password", "secret", "client_secret"};
    for (guint i = 0; i < G_N_ELEMENTS(bases); i++) {
        g_autofree char *file = g_strconcat(bases[i], "_file", NULL);
        if (find_key(keys, file))
            return g_strdup(bases[i]);
    }
    return g_strdup("password");
}

static void refuse_secret(Walk *walk, const Key *keys, const YamlNode *key)
{
    g_autofree char *base = secret_base(keys, key->scalar);
    schema_problem(walk, key,
                   "a %s must not stand in this file: write it into a file of its own that only the "
                   "user of postern can read and give its path with '%s_file', or name an environment "
                   "variable with '%s_env'",
                   strcmp(base, "password") == 0 ? base : "secret", base, base);
}

/* A key whose items or settings are all commented out. */
static gboolean is_left_out(const YamlNode *node)
{
    return node->type == YAML_SCALAR && node->scalar_length == 0 && !node->is_quoted;
}

static guint count_keys(const Key *keys)
{
    guint count = 0;
    while (keys[count].name)
        count++;
    return count;
}

static void refuse_unknown(Walk *walk, const Key *keys, const YamlNode *node)
{
    g_autofree const char **allowed = g_new0(const char *, count_keys(keys) + node->keys->len + 1);
    guint count = 0;
    while (keys[count].name) {
        allowed[count] = keys[count].name;
        count++;
    }
    /* Refused here with better words than "unknown". */
    for (guint i = 0; i < node->keys->len; i++) {
        const YamlNode *key = node->keys->pdata[i];
        if (!secret_is_key(key->scalar) || find_key(keys, key->scalar))
            continue;
        refuse_secret(walk, keys, key);
        allowed[count++] = key->scalar;
        /* "{password: a,b}" is a password with a comma that has become a key: not to be shown either. */
        for (; i + 1 < node->keys->len && is_left_out(node->values->pdata[i + 1]); i++)
            allowed[count++] = ((const YamlNode *)node->keys->pdata[i + 1])->scalar;
    }
    yaml_refuse_unknown(walk->document, node, allowed, walk->problems);
}

void schema_mapping(Walk *walk, const Key *keys, const YamlNode *node, gpointer target, const char *what)
{
    if (node->type != YAML_MAPPING) {
        g_autofree char *expects = g_strdup_printf("the keys of %s", what);
        yaml_expected(walk->document, node, walk->problems, expects);
        return;
    }
    refuse_unknown(walk, keys, node);
    for (const Key *key = keys; key->name; key++) {
        const YamlNode *value = yaml_get(node, key->name);
        if (value) {
            gpointer field = (char *)target + key->offset;
            if (key->read != schema_section)
                schema_note_place(walk, field, value);
            key->read(walk, key, value, field);
        } else if (key->is_required) {
            schema_problem(walk, node, "the key '%s' of %s is missing", key->name, what);
        }
    }
}

static void refuse_text(Walk *walk, const Key *key, const YamlNode *node, const char *text)
{
    g_autofree char *echo = clean_line(text, -1, ECHO_BYTES);
    schema_problem(walk, node, "expected %s, found '%s%s'", key->expects, echo,
                   strlen(echo) < strlen(text) ? "…" : "");
}

char *schema_text(Walk *walk, const Key *key, const YamlNode *node)
{
    g_autofree char *text = NULL;
    if (!yaml_text(walk->document, node, &text, walk->problems))
        return NULL;
    if (!key->is_valid || key->is_valid(text))
        return g_steal_pointer(&text);
    refuse_text(walk, key, node, text);
    return NULL;
}

char *schema_resolve(const Walk *walk, const char *path)
{
    if (g_path_is_absolute(path) || strcmp(walk->base_folder, ".") == 0)
        return g_strdup(path);
    return g_build_filename(walk->base_folder, path, NULL);
}

void schema_checked(Walk *walk, const Key *key, const YamlNode *node, gpointer field)
{
    char **out = field;
    *out = schema_text(walk, key, node);
}

void schema_lower(Walk *walk, const Key *key, const YamlNode *node, gpointer field)
{
    g_autofree char *text = schema_text(walk, key, node);
    char **out = field;
    *out = text ? g_ascii_strdown(text, -1) : NULL;
}

void schema_path(Walk *walk, const Key *key, const YamlNode *node, gpointer field)
{
    g_autofree char *text = schema_text(walk, key, node);
    char **out = field;
    *out = text ? schema_resolve(walk, text) : NULL;
}

void schema_boolean(Walk *walk, const Key *key, const YamlNode *node, gpointer field)
{
    (void)key;
    yaml_boolean(walk->document, node, field, walk->problems);
}

void schema_unsigned(Walk *walk, const Key *key, const YamlNode *node, gpointer field)
{
    gint64 value;
    if (yaml_integer(walk->document, node, key->least, key->most, &value, walk->problems))
        *(guint *)field = (guint)value;
}

void schema_port(Walk *walk, const Key *key, const YamlNode *node, gpointer field)
{
    gint64 value;
    if (yaml_integer(walk->document, node, key->least, G_MAXUINT16, &value, walk->problems))
        *(guint16 *)field = (guint16)value;
}

static gboolean in_range(Walk *walk, const Key *key, const YamlNode *node, gint64 value)
{
    if (value >= key->least && value <= key->most)
        return TRUE;
    return yaml_expected(walk->document, node, walk->problems, key->expects);
}

void schema_size(Walk *walk, const Key *key, const YamlNode *node, gpointer field)
{
    guint64 value;
    if (yaml_size(walk->document, node, &value, walk->problems) && in_range(walk, key, node, (gint64)value))
        *(guint64 *)field = value;
}

void schema_duration_us(Walk *walk, const Key *key, const YamlNode *node, gpointer field)
{
    gint64 value;
    if (yaml_duration_us(walk->document, node, &value, walk->problems) && in_range(walk, key, node, value))
        *(gint64 *)field = value;
}

void schema_seconds(Walk *walk, const Key *key, const YamlNode *node, gpointer field)
{
    gint64 value;
    if (yaml_duration_us(walk->document, node, &value, walk->problems) &&
        in_range(walk, key, node, value / G_USEC_PER_SEC))
        *(guint *)field = (guint)(value / G_USEC_PER_SEC);
}

void schema_choice(Walk *walk, const Key *key, const YamlNode *node, gpointer field)
{
    g_autofree char *text = NULL;
    if (!yaml_text(walk->document, node, &text, walk->problems))
        return;
    for (guint i = 0; key->choices[i]; i++)
        if (strcmp(text, key->choices[i]) == 0) {
            *(guint *)field = i;
            return;
        }
    refuse_text(walk, key, node, text);
}

void schema_list(Walk *walk, const Key *key, const YamlNode *node, gpointer field)
{
    GPtrArray **array = field;
    if (key->least == 0 && is_left_out(node))
        return;
    if (node->type != YAML_SEQUENCE) {
        yaml_expected(walk->document, node, walk->problems,
                      "a list ('- item' on lines of their own, or [item, item])");
        return;
    }
    if (node->items->len < key->least)
        schema_problem(walk, node, "the list '%s' is empty; it needs one item or more", key->name);
    if (node->items->len > key->most)
        schema_problem(walk, node, "the list '%s' has %u items, over the limit of %u", key->name,
                       node->items->len, (guint)key->most);
    for (guint i = 0; i < MIN(node->items->len, key->most); i++)
        key->read_item(walk, key, node->items->pdata[i], *array);
}

void schema_section(Walk *walk, const Key *key, const YamlNode *node, gpointer field)
{
    if (is_left_out(node))
        return;
    g_autofree char *what = g_strdup_printf("'%s'", key->name);
    schema_mapping(walk, key->keys, node, field, what);
}

void schema_item(Walk *walk, const Key *key, const YamlNode *node, gpointer field)
{
    char *text = schema_text(walk, key, node);
    if (!text)
        return;
    schema_note_place(walk, text, node);
    g_ptr_array_add(field, text);
}
