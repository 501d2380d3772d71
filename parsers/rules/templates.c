#include <parsers/rules/compile.h>

#include <string.h>

/* What a value is, under a name. */
typedef struct {
    const char *name;
    const YamlNode *node;
} Template;

gboolean compile_is_shared(Compiler *compiler, const YamlNode *node, const char *key)
{
    if (node->type != YAML_MAPPING)
        refuse(compiler, node, "'%s:' holds names, each with what it stands for", key);
    return node->type == YAML_MAPPING;
}

static const Template *template_named(const Compiler *compiler, const YamlNode *name)
{
    if (!name || name->type != YAML_SCALAR)
        return NULL;
    for (guint i = 0; compiler->templates && i < compiler->templates->len; i++) {
        const Template *template = compiler->templates->pdata[i];
        if (strcmp(template->name, name->scalar) == 0)
            return template;
    }
    return NULL;
}

ValueType templates_type_word(Compiler *compiler, const YamlNode *node, const char *word)
{
    ValueType type = value_type_parse(word);
    if (type != TYPE_COUNT)
        return type;
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (const char *const *name = value_type_names(); *name; name++)
        g_ptr_array_add(names, (gpointer)(gsize)*name);
    for (guint i = 0; compiler->templates && i < compiler->templates->len; i++)
        g_ptr_array_add(names, (gpointer)(gsize)((const Template *)compiler->templates->pdata[i])->name);
    g_ptr_array_add(names, NULL);
    compile_word(compiler, node, word, (const char *const *)names->pdata, "type");
    return TYPE_COUNT;
}

/* Errors in it are said here, whether a rule uses it or not. */
static void check_template(Compiler *compiler, const YamlNode *node)
{
    static const char *const allowed[] = {"type",  "kinds",      "words",      "words_from", "least",
                                          "most",  "min_length", "max_length", "min_lines",  "max_lines",
                                          "check", "order",      NULL};
    Rule rule = {.finder = FINDER_PATTERN};
    yaml_refuse_unknown(compiler->document, node, allowed, compiler->problems);
    if (!yaml_get(node, "type"))
        refuse(compiler, node, "what stands below 'values:' needs a 'type'");
    compile_type(compiler, node, &rule);
    type_spec_clear(&rule.type);
}

static void compile_template(Compiler *compiler, const YamlNode *key, const YamlNode *node)
{
    if (!compile_is_name(key->scalar, '_') || value_type_parse(key->scalar) != TYPE_COUNT) {
        refuse(compiler, key, "'%s' is no name of its own for a value: lower-case letters, digits and '_'%s",
               key->scalar, value_type_parse(key->scalar) != TYPE_COUNT ? "; it is a type already" : "");
        return;
    }
    if (node->type != YAML_MAPPING) {
        refuse(compiler, node, "'%s' must have keys such as 'type' and 'min_length'", key->scalar);
        return;
    }
    check_template(compiler, node);
    Template *template = g_new0(Template, 1);
    *template = (Template){key->scalar, node};
    g_ptr_array_add(compiler->templates, template);
}

void compile_templates(Compiler *compiler, const YamlNode *node)
{
    if (!node || !compile_is_shared(compiler, node, "values"))
        return;
    compiler->templates = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < node->keys->len; i++)
        compile_template(compiler, node->keys->pdata[i], node->values->pdata[i]);
}

static void put(MergedNode *merged, const YamlNode *key, const YamlNode *value)
{
    g_ptr_array_add(merged->keys, (gpointer)(gsize)key);
    g_ptr_array_add(merged->values, (gpointer)(gsize)value);
}

static void add_keys(MergedNode *merged, const YamlNode *more)
{
    for (guint i = 0; more && i < more->keys->len; i++) {
        const YamlNode *key = more->keys->pdata[i];
        if (!yaml_get(merged, key->scalar))
            put(merged, key, more->values->pdata[i]);
    }
}

MergedNode *templates_merge(const Compiler *compiler, const YamlNode *rule_node)
{
    MergedNode *merged = g_new0(MergedNode, 1);
    *merged = *rule_node;
    merged->keys = g_ptr_array_new();
    merged->values = g_ptr_array_new();
    const Template *template = template_named(compiler, yaml_get(rule_node, "type"));
    for (guint i = 0; i < rule_node->keys->len; i++) {
        const YamlNode *key = rule_node->keys->pdata[i];
        if (!template || strcmp(key->scalar, "type") != 0)
            put(merged, key, rule_node->values->pdata[i]);
    }
    if (template)
        add_keys(merged, template->node);
    if (!yaml_get(rule_node, "needs"))
        add_keys(merged, shared_pattern_keys(compiler, yaml_get(rule_node, "pattern")));
    return merged;
}

void templates_merged_free(MergedNode *merged)
{
    if (!merged)
        return;
    g_ptr_array_unref(merged->keys);
    g_ptr_array_unref(merged->values);
    g_free(merged);
}
