#include <parsers/rules/compile.h>

/* "*.log" of a list; NULL when the list is not there. */
static GPtrArray *compile_globs(Compiler *compiler, const YamlNode *node, const char *what)
{
    if (!node)
        return NULL;
    g_autoptr(GPtrArray) texts = compile_texts(compiler, node, what);
    GPtrArray *globs = g_ptr_array_new_with_free_func((GDestroyNotify)g_pattern_spec_free);
    for (guint i = 0; i < texts->len; i++) {
        g_autofree char *lower = g_utf8_strdown(texts->pdata[i], -1);
        g_ptr_array_add(globs, g_pattern_spec_new(lower));
    }
    return globs;
}

static void compile_attachments(Compiler *compiler, const YamlNode *node, Rule *rule)
{
    static const char *const allowed[] = {"names", "types", NULL};
    if (!node)
        return;
    if (node->type != YAML_MAPPING || node->keys->len == 0) {
        refuse(compiler, node, "'attachments' has the keys 'names' and 'types': {names: ['*.log']}");
        return;
    }
    yaml_refuse_unknown(compiler->document, node, allowed, compiler->problems);
    if (!(rule->places & (PLACE_ATTACHMENTS | PLACE_ATTACHMENT_NAMES)))
        refuse(compiler, node, "this rule looks in no attachments; 'look_in' names them");
    rule->file_names = compile_globs(compiler, yaml_get(node, "names"), "'names'");
    rule->file_types = compile_globs(compiler, yaml_get(node, "types"), "'types'");
}

void compile_places(Compiler *compiler, const YamlNode *rule_node, Rule *rule)
{
    const YamlNode *node = yaml_get(rule_node, "look_in");
    rule->places = PLACE_SUBJECT | PLACE_REPLY | PLACE_ATTACHMENTS;
    if (node)
        rule->places = compile_bits(compiler, node, PLACE_NAMES, "place");
    g_autoptr(GPtrArray) named = g_ptr_array_new();
    for (guint i = 0; i < PLACE_KINDS; i++)
        if (rule->places & (1u << i))
            g_ptr_array_add(named, (gpointer)(gsize)PLACE_NAMES[i]);
    g_ptr_array_add(named, NULL);
    rule->places_text = g_strjoinv(", ", (char **)named->pdata);
    compiler->set->places |= rule->places;
    compile_attachments(compiler, yaml_get(rule_node, "attachments"), rule);
}
