#include <parsers/rules/compile.h>
#include <postern/meanings.h>

#include <string.h>

void rule_field_free(RuleField *field)
{
    g_free(field->name);
    g_free(field->label);
    g_free(field->help);
    g_free(field->ask);
    g_free(field->ask_why);
    g_clear_pointer(&field->unless_in, g_ptr_array_unref);
    g_array_unref(field->order);
    g_free(field);
}

/* The number of an earlier field, or -1. */
static gint field_index(const RuleSet *set, const char *name)
{
    for (guint i = 0; i < set->fields->len; i++)
        if (strcmp(((const RuleField *)set->fields->pdata[i])->name, name) == 0)
            return (gint)i;
    return -1;
}

static void compile_unless_in(Compiler *compiler, const YamlNode *node, RuleField *field)
{
    if (!node)
        return;
    g_autoptr(GPtrArray) names = compile_texts(compiler, node, "'unless_in'");
    field->unless_in = g_ptr_array_new();
    for (guint i = 0; i < names->len; i++) {
        gint index = field_index(compiler->set, names->pdata[i]);
        if (index < 0)
            yaml_problem(compiler->document, node, compiler->problems,
                         "there is no field '%s' above this one; 'unless_in' names earlier fields",
                         (const char *)names->pdata[i]);
        else
            g_ptr_array_add(field->unless_in, GUINT_TO_POINTER((guint)index));
    }
}

static gint rule_priority(const RuleSet *set, guint index)
{
    return ((const Rule *)set->rules->pdata[index])->priority;
}

/* Higher priorities first, equal ones as in the file. */
static void order_rules(const RuleSet *set, RuleField *field)
{
    for (guint i = field->first_rule; i < field->first_rule + field->rule_count; i++) {
        guint at = field->order->len;
        while (at > 0 &&
               rule_priority(set, g_array_index(field->order, guint, at - 1)) < rule_priority(set, i))
            at--;
        g_array_insert_val(field->order, at, i);
    }
}

static void compile_field_rules(Compiler *compiler, const YamlNode *key, const YamlNode *node, guint index)
{
    RuleField *field = compiler->set->fields->pdata[index];
    field->first_rule = compiler->set->rules->len;
    if (!node || node->type != YAML_SEQUENCE || node->items->len == 0) {
        refuse(compiler, node ? node : key, "field '%s' needs 'rules:', a list of at least one rule",
               field->name);
        return;
    }
    for (guint i = 0; i < node->items->len; i++)
        compile_rule(compiler, node->items->pdata[i], index);
    field->rule_count = compiler->set->rules->len - field->first_rule;
    order_rules(compiler->set, field);
}

static void read_field_text(Compiler *compiler, const YamlNode *node, const char *key, char **out)
{
    const YamlNode *value = yaml_get(node, key);
    if (value)
        yaml_text(compiler->document, value, out, compiler->problems);
}

static void read_field_flag(Compiler *compiler, const YamlNode *node, const char *key, gboolean *out)
{
    const YamlNode *value = yaml_get(node, key);
    if (value)
        yaml_boolean(compiler->document, value, out, compiler->problems);
}

static RuleField *read_field(Compiler *compiler, const char *name, const YamlNode *node)
{
    static const char *const allowed[] = {"label",  "help",        "ask",   "ask_why",   "secret",
                                          "single", "fingerprint", "rules", "unless_in", NULL};
    yaml_refuse_unknown(compiler->document, node, allowed, compiler->problems);
    RuleField *field = g_new0(RuleField, 1);
    field->name = g_strdup(name);
    field->order = g_array_new(FALSE, FALSE, sizeof(guint));
    read_field_text(compiler, node, "label", &field->label);
    read_field_text(compiler, node, "help", &field->help);
    read_field_text(compiler, node, "ask", &field->ask);
    read_field_text(compiler, node, "ask_why", &field->ask_why);
    read_field_flag(compiler, node, "secret", &field->is_secret);
    read_field_flag(compiler, node, "single", &field->is_single);
    read_field_flag(compiler, node, "fingerprint", &field->has_fingerprint);
    if (field->ask_why && !field->ask)
        refuse(compiler, yaml_get(node, "ask_why"), "'ask_why' belongs to 'ask', the words that ask for it");
    if (field->is_secret && field->ask)
        refuse(compiler, yaml_get(node, "ask"), "a secret is never asked for");
    compile_unless_in(compiler, yaml_get(node, "unless_in"), field);
    return field;
}

void compile_field(Compiler *compiler, const YamlNode *key, const YamlNode *node)
{
    if (!compile_is_name(key->scalar, '_')) {
        refuse(compiler, key,
               "'%s' is no name of a field: lower-case letters, digits and '_', first a letter", key->scalar);
        return;
    }
    if (node->type != YAML_MAPPING) {
        refuse(compiler, node, "field '%s' must have keys such as 'rules'", key->scalar);
        return;
    }
    g_ptr_array_add(compiler->set->fields, read_field(compiler, key->scalar, node));
    compile_field_rules(compiler, key, yaml_get(node, "rules"), compiler->set->fields->len - 1);
}

static const RuleField *field_named(const RuleSet *rules, const char *name)
{
    gint index = field_index(rules, name);
    return index < 0 ? NULL : rules->fields->pdata[index];
}

const char *rules_label(const RuleSet *rules, const char *field)
{
    const RuleField *of = field_named(rules, field);
    return of && of->label ? of->label : field;
}

const char *rules_ask(const RuleSet *rules, const char *field)
{
    const RuleField *of = field_named(rules, field);
    return of ? of->ask : NULL;
}

const char *rules_ask_why(const RuleSet *rules, const char *field)
{
    const RuleField *of = field_named(rules, field);
    return of ? of->ask_why : NULL;
}
