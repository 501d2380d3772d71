#include <parsers/rules/compile.h>

#include <string.h>

#define NAME_LENGTH_MAX 60u

static void rule_field_free(RuleField *field)
{
    g_free(field->name);
    g_free(field->label);
    g_free(field->help);
    g_clear_pointer(&field->unless_in, g_ptr_array_unref);
    g_free(field);
}

static RuleSet *rule_set_new(void)
{
    RuleSet *set = g_new0(RuleSet, 1);
    g_atomic_ref_count_init(&set->references);
    set->fields = g_ptr_array_new_with_free_func((GDestroyNotify)rule_field_free);
    set->rules = g_ptr_array_new_with_free_func((GDestroyNotify)rule_free);
    set->needs = needs_new();
    return set;
}

RuleSet *rules_ref(RuleSet *rules)
{
    g_atomic_ref_count_inc(&rules->references);
    return rules;
}

void rules_unref(RuleSet *rules)
{
    if (!rules || !g_atomic_ref_count_dec(&rules->references))
        return;
    g_ptr_array_unref(rules->fields);
    g_ptr_array_unref(rules->rules);
    needs_free(rules->needs);
    g_free(rules);
}

gboolean compile_is_name(const char *name, char joiner)
{
    const char *at = name;
    if (!g_ascii_islower(*at))
        return FALSE;
    while (g_ascii_islower(*at) || g_ascii_isdigit(*at) || *at == joiner)
        at++;
    return *at == '\0' && (gsize)(at - name) <= NAME_LENGTH_MAX;
}

GPtrArray *compile_texts(Compiler *compiler, const YamlNode *node, const char *what)
{
    GPtrArray *texts = g_ptr_array_new_with_free_func(g_free);
    if (!node)
        return texts;
    if (node->type == YAML_MAPPING) {
        yaml_problem(compiler->document, node, compiler->problems, "%s must be a list such as [one, two]",
                     what);
        return texts;
    }
    guint count = node->type == YAML_SEQUENCE ? node->items->len : 1;
    for (guint i = 0; i < count; i++) {
        const YamlNode *item = node->type == YAML_SEQUENCE ? node->items->pdata[i] : node;
        char *text = NULL;
        if (!yaml_text(compiler->document, item, &text, compiler->problems))
            continue;
        if (*text)
            g_ptr_array_add(texts, text);
        else {
            yaml_problem(compiler->document, item, compiler->problems, "%s has an empty item", what);
            g_free(text);
        }
    }
    return texts;
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

static void compile_field_rules(Compiler *compiler, const YamlNode *key, const YamlNode *node, guint index)
{
    RuleField *field = compiler->set->fields->pdata[index];
    field->first_rule = compiler->set->rules->len;
    if (!node || node->type != YAML_SEQUENCE || node->items->len == 0) {
        yaml_problem(compiler->document, node ? node : key, compiler->problems,
                     "field '%s' needs 'rules:', a list of at least one rule", field->name);
        return;
    }
    for (guint i = 0; i < node->items->len; i++)
        compile_rule(compiler, node->items->pdata[i], index);
    field->rule_count = compiler->set->rules->len - field->first_rule;
}

static void compile_field(Compiler *compiler, const YamlNode *key, const YamlNode *node)
{
    static const char *const allowed[] = {"label", "help", "secret", "unless_in", "rules", NULL};
    if (!compile_is_name(key->scalar, '_')) {
        yaml_problem(compiler->document, key, compiler->problems,
                     "'%s' is no name of a field: lower-case letters, digits and '_', first a letter",
                     key->scalar);
        return;
    }
    if (node->type != YAML_MAPPING) {
        yaml_problem(compiler->document, node, compiler->problems,
                     "field '%s' must have keys such as 'rules'", key->scalar);
        return;
    }
    yaml_refuse_unknown(compiler->document, node, allowed, compiler->problems);
    RuleField *field = g_new0(RuleField, 1);
    field->name = g_strdup(key->scalar);
    const YamlNode *label = yaml_get(node, "label"), *help = yaml_get(node, "help"),
                   *secret = yaml_get(node, "secret");
    if (label)
        yaml_text(compiler->document, label, &field->label, compiler->problems);
    if (help)
        yaml_text(compiler->document, help, &field->help, compiler->problems);
    if (secret)
        yaml_boolean(compiler->document, secret, &field->is_secret, compiler->problems);
    compile_unless_in(compiler, yaml_get(node, "unless_in"), field);
    g_ptr_array_add(compiler->set->fields, field);
    compile_field_rules(compiler, key, yaml_get(node, "rules"), compiler->set->fields->len - 1);
}

static void compile_root(Compiler *compiler)
{
    static const char *const allowed[] = {"fields", NULL};
    const YamlDocument *document = compiler->document;
    const YamlNode *root = document->root;
    if (!root || root->type != YAML_MAPPING) {
        problem_add(compiler->problems, document->file, document->text, root ? root->line : 1,
                    root ? root->column : 1, "a rules file has the key 'fields:' with the fields below it");
        return;
    }
    yaml_refuse_unknown(document, root, allowed, compiler->problems);
    const YamlNode *fields = yaml_get(root, "fields");
    if (!fields || fields->type != YAML_MAPPING) {
        yaml_problem(document, fields ? fields : root, compiler->problems,
                     "'fields:' is missing; it holds the fields, each with its rules");
        return;
    }
    for (guint i = 0; i < fields->keys->len; i++)
        compile_field(compiler, fields->keys->pdata[i], fields->values->pdata[i]);
    if (!needs_build(compiler->set->needs))
        yaml_problem(document, fields, compiler->problems,
                     "the 'needs' words of all rules are over %u characters", NEEDS_STATES_MAX);
}

RuleSet *rules_compile(const char *file, const char *text, gsize length, GPtrArray *problems)
{
    g_autofree char *own = g_strndup(text, length);
    g_autoptr(RulesSource) source = rules_source_new(file, own);
    return rules_compile_source(source, problems);
}

RuleSet *rules_compile_source(const RulesSource *source, GPtrArray *problems)
{
    guint before = problems->len;
    g_autoptr(YamlDocument) document = yaml_parse(source->file, source->text, strlen(source->text), problems);
    if (!document || (!document->root && problems->len > before))
        return NULL;
    g_autoptr(RuleSet) set = rule_set_new();
    Compiler compiler = {.source = source, .document = document, .problems = problems, .set = set};
    compiler.names = g_hash_table_new(g_str_hash, g_str_equal);
    compile_root(&compiler);
    g_hash_table_unref(compiler.names);
    return problems_fatal(problems) ? NULL : g_steal_pointer(&set);
}

guint rules_count(const RuleSet *rules)
{
    return rules->rules->len;
}

const char *rules_label(const RuleSet *rules, const char *field)
{
    gint index = field_index(rules, field);
    const RuleField *of = index < 0 ? NULL : rules->fields->pdata[index];
    return of && of->label ? of->label : field;
}

void rules_info(const RuleSet *rules, guint index, RuleInfo *out)
{
    const Rule *rule = rules->rules->pdata[index];
    const RuleField *field = rules->fields->pdata[rule->field];
    *out = (RuleInfo){.name = rule->name,
                      .field = field->name,
                      .type = value_type_name(rule->type.type),
                      .help = field->help,
                      .places = rule->places_text,
                      .line = rule->line,
                      .examples = rule->examples->len,
                      .is_secret = field->is_secret};
}
