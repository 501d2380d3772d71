#include <parsers/rules/compile_meaning.h>
#include <parsers/rules/prefilter.h>

#include <string.h>

#define NAME_LENGTH_MAX 60u

static RuleSet *rule_set_new(void)
{
    RuleSet *set = g_new0(RuleSet, 1);
    g_atomic_ref_count_init(&set->references);
    set->fields = g_ptr_array_new_with_free_func((GDestroyNotify)rule_field_free);
    set->rules = g_ptr_array_new_with_free_func((GDestroyNotify)rule_free);
    set->needs = needs_new();
    set->meanings = meaning_set_new();
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
    meaning_set_free(rules->meanings);
    g_free(rules->file);
    g_clear_pointer(&rules->free_rules, g_array_unref);
    g_clear_pointer(&rules->secret_rules, g_array_unref);
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

static void compile_root(Compiler *compiler)
{
    static const char *const allowed[] = {"fragments", "values",     "patterns",  "fields", "categories",
                                          "requests",  "severities", "negations", NULL};
    const YamlDocument *document = compiler->document;
    const YamlNode *root = document->root;
    if (!root || root->type != YAML_MAPPING) {
        problem_add(compiler->problems, document->file, document->text, root ? root->line : 1,
                    root ? root->column : 1, "a rules file has the key 'fields:' with the fields below it");
        return;
    }
    yaml_refuse_unknown(document, root, allowed, compiler->problems);
    compile_fragments(compiler, yaml_get(root, "fragments"));
    compile_templates(compiler, yaml_get(root, "values"));
    compile_shared_patterns(compiler, yaml_get(root, "patterns"));
    const YamlNode *fields = yaml_get(root, "fields");
    if (!fields || fields->type != YAML_MAPPING) {
        yaml_problem(document, fields ? fields : root, compiler->problems,
                     "'fields:' is missing; it holds the fields, each with its rules");
        return;
    }
    for (guint i = 0; i < fields->keys->len; i++)
        compile_field(compiler, fields->keys->pdata[i], fields->values->pdata[i]);
    if (!prefilter_build(compiler->set))
        yaml_problem(document, fields, compiler->problems,
                     "the 'needs' words of all rules are over %u characters", NEEDS_STATES_MAX);
    compile_meanings(compiler, root);
}

/* What is wrong in a template or a shared piece is met by every rule that uses it. */
static void drop_repeated(GPtrArray *problems, guint from)
{
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = from; i < problems->len;) {
        const Problem *problem = problems->pdata[i];
        if (g_hash_table_add(seen,
                             g_strdup_printf("%u:%u %s", problem->line, problem->column, problem->message)))
            i++;
        else
            g_ptr_array_remove_index(problems, i);
    }
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
    set->file = g_strdup(source->file);
    Compiler compiler = {.source = source, .document = document, .problems = problems, .set = set};
    compiler.names = g_hash_table_new(g_str_hash, g_str_equal);
    compile_root(&compiler);
    g_hash_table_unref(compiler.names);
    g_clear_pointer(&compiler.fragments, g_ptr_array_unref);
    g_clear_pointer(&compiler.templates, g_ptr_array_unref);
    g_clear_pointer(&compiler.patterns, g_ptr_array_unref);
    drop_repeated(problems, before);
    return problems_fatal(problems) ? NULL : g_steal_pointer(&set);
}

const char *rules_file(const RuleSet *rules)
{
    return rules->file;
}

guint rules_count(const RuleSet *rules)
{
    return rules->rules->len;
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
                      .priority = rule->priority,
                      .line = rule->line,
                      .examples = rule->examples->len,
                      .is_secret = field->is_secret};
}
