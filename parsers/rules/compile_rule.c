#include <parsers/rules/context.h>
#include <parsers/rules/section.h>

#include <string.h>

static const char *const KEYS[] = {
    "name",     "look_in",     "pattern",   "pattern_of", "capture",  "flags",       "more",
    "except",   "needs",       "within",    "as",         "type",     "finder",      "headings",
    "kinds",    "words",       "least",     "most",       "examples", "min_length",  "max_length",
    "priority", "attachments", "min_lines", "max_lines",  "check",    "order",       "words_from",
    "near",     "under",       "key",       "list",       "url",      "joins_lines", NULL};
#define PRIORITY_MOST 1000

/* From the beginning of a match to a word that it needs. */
#define WITHIN_DEFAULT 200
#define WITHIN_MOST 10000

static void example_free(gpointer data)
{
    Example *example = data;
    g_free(example->text);
    g_clear_pointer(&example->finds, g_ptr_array_unref);
    g_free(example);
}

void rule_free(Rule *rule)
{
    if (!rule)
        return;
    g_free(rule->name);
    g_free(rule->places_text);
    g_free(rule->as);
    pattern_unref(rule->pattern);
    pattern_unref(rule->more);
    pattern_unref(rule->except);
    g_clear_pointer(&rule->headings, g_ptr_array_unref);
    g_clear_pointer(&rule->examples, g_ptr_array_unref);
    g_clear_pointer(&rule->file_names, g_ptr_array_unref);
    g_clear_pointer(&rule->file_types, g_ptr_array_unref);
    context_free(rule->context);
    type_spec_clear(&rule->type);
    g_free(rule);
}

static void compile_headings(Compiler *compiler, const YamlNode *rule_node, Rule *rule)
{
    const YamlNode *node = yaml_get(rule_node, "headings");
    g_autoptr(GPtrArray) headings = compile_texts(compiler, node, "'headings'");
    rule->headings = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < headings->len; i++)
        g_ptr_array_add(rule->headings, section_heading_fold(headings->pdata[i]));
    if (!node)
        refuse(compiler, rule_node,
               "a rule with 'finder: section' needs 'headings', a list of lines that open one");
}

static void compile_finder(Compiler *compiler, const YamlNode *node, Rule *rule)
{
    static const char *const of_patterns[] = {"pattern", "pattern_of", "capture", "flags",
                                              "more",    "except",     "as",      NULL};
    static const char *const of_sections[] = {"headings", NULL};
    static const char *const of_found[] = {"pattern_of", "more", "as", NULL};
    static const char *const own[] = {"needs", "within", "flags", "more", "as", NULL};
    const YamlNode *finder = yaml_get(node, "finder");
    g_autofree char *word = NULL;
    if (yaml_get(node, "pattern_of"))
        compile_refuse_keys(compiler, node, own,
                            "has no meaning here: the matches are those of the other rule");
    rule->finder = FINDER_PATTERN;
    if (finder && yaml_text(compiler->document, finder, &word, compiler->problems))
        rule->finder = compile_word(compiler, finder, word, FINDER_NAMES, "finder");
    if (rule->finder != FINDER_SECTION)
        compile_refuse_keys(compiler, node, of_sections, "belongs to rules with 'finder: section'");
    if (rule->finder == FINDER_COUNT)
        return;
    compile_keyed(compiler, node, rule);
    if (rule->finder == FINDER_KEY || rule->finder == FINDER_URL) {
        compile_refuse_keys(compiler, node, of_found, "belongs to rules without a 'finder'");
        compile_patterns(compiler, node, rule);
        return;
    }
    if (rule->finder == FINDER_SECTION)
        compile_headings(compiler, node, rule);
    if (rule->finder != FINDER_PATTERN)
        compile_refuse_keys(compiler, node, of_patterns,
                            "belongs to rules with a pattern; this one has a 'finder'");
    else if (yaml_get(node, "pattern") || yaml_get(node, "pattern_of"))
        compile_patterns(compiler, node, rule);
    else
        refuse(compiler, node, "rule '%s' needs 'pattern' (or 'finder')", rule->name);
}

static void compile_needs(Compiler *compiler, const YamlNode *rule_node, Rule *rule, guint index)
{
    const YamlNode *node = yaml_get(rule_node, "needs"), *within = yaml_get(rule_node, "within");
    gint64 bytes = WITHIN_DEFAULT;
    if (within)
        yaml_integer(compiler->document, within, 0, WITHIN_MOST, &bytes, compiler->problems);
    if (within && !node)
        refuse(compiler, within, "'within' belongs to 'needs'");
    rule->within = (guint)bytes;
    g_autoptr(GPtrArray) words = node ? compile_texts(compiler, node, "'needs'") : context_needs(rule);
    for (guint i = 0; i < words->len; i++)
        needs_add(compiler->set->needs, words->pdata[i], index);
    rule->is_picky = words->len > 0;
}

/* The text of an example, without the line end that closes a block. */
static char *example_text(Compiler *compiler, const YamlNode *node)
{
    char *text = NULL;
    if (!yaml_text(compiler->document, node, &text, compiler->problems))
        return NULL;
    if (node->is_block && g_str_has_suffix(text, "\n"))
        text[strlen(text) - 1] = '\0';
    return text;
}

static void compile_finds(Compiler *compiler, const YamlNode *node, Example *example)
{
    example->finds = g_ptr_array_new_with_free_func(g_free);
    if (node->type == YAML_SCALAR && !node->is_quoted && strcmp(node->scalar, "nothing") == 0)
        return;
    guint count = node->type == YAML_SEQUENCE ? node->items->len : 1;
    for (guint i = 0; i < count; i++) {
        char *value = example_text(compiler, node->type == YAML_SEQUENCE ? node->items->pdata[i] : node);
        if (value)
            g_ptr_array_add(example->finds, value);
    }
}

static void compile_example(Compiler *compiler, const YamlNode *node, Rule *rule)
{
    static const char *const allowed[] = {"text", "finds", NULL};
    if (node->type != YAML_MAPPING) {
        refuse(compiler, node, "an example has two keys: 'text' and what the rule 'finds' in it");
        return;
    }
    yaml_refuse_unknown(compiler->document, node, allowed, compiler->problems);
    const YamlNode *text = yaml_get(node, "text"), *finds = yaml_get(node, "finds");
    if (!text || !finds) {
        refuse(compiler, node, "an example needs '%s'%s", text ? "finds" : "text",
               text ? ": a value, a list of values, or the word nothing" : "");
        return;
    }
    Example *example = g_new0(Example, 1);
    example->line = node->line;
    example->text = example_text(compiler, text);
    compile_finds(compiler, finds, example);
    g_ptr_array_add(rule->examples, example);
}

static void compile_examples(Compiler *compiler, const YamlNode *node, Rule *rule)
{
    rule->examples = g_ptr_array_new_with_free_func(example_free);
    if (!node)
        return;
    if (node->type != YAML_SEQUENCE) {
        refuse(compiler, node, "'examples' must be a list");
        return;
    }
    for (guint i = 0; i < node->items->len; i++)
        compile_example(compiler, node->items->pdata[i], rule);
}

/* FALSE when the rule has no name that it can be known by. */
static gboolean compile_name(Compiler *compiler, const YamlNode *rule_node, Rule *rule)
{
    const YamlNode *node = yaml_get(rule_node, "name");
    if (!node) {
        refuse(compiler, rule_node, "a rule needs a 'name'");
        return FALSE;
    }
    if (!yaml_text(compiler->document, node, &rule->name, compiler->problems))
        return FALSE;
    const Rule *first = g_hash_table_lookup(compiler->names, rule->name);
    if (first)
        refuse(compiler, node, "the name '%s' is taken by the rule on line %u", rule->name, first->line);
    else if (!compile_is_name(rule->name, '-'))
        refuse(compiler, node,
               "'%s' is no name of a rule: lower-case letters, digits and '-', first a letter", rule->name);
    else
        return TRUE;
    return FALSE;
}

static void compile_priority(Compiler *compiler, const YamlNode *node, Rule *rule)
{
    const YamlNode *value = yaml_get(node, "priority");
    gint64 priority = 0;
    if (value)
        yaml_integer(compiler->document, value, -PRIORITY_MOST, PRIORITY_MOST, &priority, compiler->problems);
    rule->priority = (gint)priority;
}

void compile_rule(Compiler *compiler, const YamlNode *written, guint field)
{
    if (written->type != YAML_MAPPING) {
        refuse(compiler, written, "a rule has keys such as 'name' and 'pattern'");
        return;
    }
    yaml_refuse_unknown(compiler->document, written, KEYS, compiler->problems);
    g_autoptr(MergedNode) merged = templates_merge(compiler, written);
    const YamlNode *node = merged;
    Rule *rule = g_new0(Rule, 1);
    rule->line = node->line;
    rule->field = field;
    rule->source = -1;
    guint index = compiler->set->rules->len;
    g_ptr_array_add(compiler->set->rules, rule);
    if (compile_name(compiler, node, rule))
        g_hash_table_insert(compiler->names, rule->name, rule);
    compile_places(compiler, node, rule);
    compile_priority(compiler, node, rule);
    compile_finder(compiler, node, rule);
    compile_type(compiler, node, rule);
    compile_context(compiler, node, rule);
    compile_needs(compiler, node, rule, index);
    compile_examples(compiler, yaml_get(node, "examples"), rule);
}
