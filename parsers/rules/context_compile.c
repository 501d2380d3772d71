#include <parsers/rules/context_fold.h>
#include <parsers/rules/context_rule.h>
#include <parsers/rules/section.h>

#include <string.h>

#define NEAR_WITHIN_DEFAULT 60
#define NEAR_WITHIN_MOST 2000

static Context *context_of(Rule *rule)
{
    if (!rule->context)
        rule->context = g_new0(Context, 1);
    return rule->context;
}

static gboolean is_mapping(Compiler *compiler, const YamlNode *node, const char *words,
                           const char *const *allowed)
{
    if (node->type == YAML_MAPPING) {
        yaml_refuse_unknown(compiler->document, node, allowed, compiler->problems);
        return TRUE;
    }
    refuse(compiler, node, "%s", words);
    return FALSE;
}

static void compile_side(Compiler *compiler, const YamlNode *node, Near *near)
{
    static const char *const sides[] = {"before", "behind", "either", NULL};
    g_autofree char *word = NULL;
    near->side = SIDE_EITHER;
    if (!node || !yaml_text(compiler->document, node, &word, compiler->problems))
        return;
    guint side = compile_word(compiler, node, word, sides, "side");
    near->side = side < SIDE_COUNT ? (NearSide)side : SIDE_EITHER;
}

static void compile_near(Compiler *compiler, const YamlNode *node, Rule *rule)
{
    static const char *const allowed[] = {"words", "within", "side", "same_line", NULL};
    if (!is_mapping(compiler, node, "'near' has keys: {words: [order, invoice], within: 60, side: before}",
                    allowed))
        return;
    const YamlNode *words = yaml_get(node, "words"), *within = yaml_get(node, "within"),
                   *line = yaml_get(node, "same_line");
    Near *near = context_of(rule)->near = g_new0(Near, 1);
    gint64 characters = NEAR_WITHIN_DEFAULT;
    near->words = g_ptr_array_new_with_free_func(g_free);
    near->written = compile_texts(compiler, words, "'words'");
    for (guint i = 0; i < near->written->len; i++) {
        char *folded = context_fold_word(near->written->pdata[i]);
        g_ptr_array_add(near->words, folded);
        if (!*folded)
            refuse(compiler, words, "'words' has an empty item");
    }
    if (near->words->len == 0)
        refuse(compiler, node,
               "'near' needs 'words', the list of those of which one must stand near the value");
    if (within)
        yaml_integer(compiler->document, within, 0, NEAR_WITHIN_MOST, &characters, compiler->problems);
    near->within = (guint)characters;
    compile_side(compiler, yaml_get(node, "side"), near);
    if (line)
        yaml_boolean(compiler->document, line, &near->is_same_line, compiler->problems);
}

static void compile_under(Compiler *compiler, const YamlNode *node, Rule *rule)
{
    GPtrArray *written = compile_texts(compiler, node, "'under'");
    Context *context = context_of(rule);
    context->under_written = written;
    context->under = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < written->len; i++)
        g_ptr_array_add(context->under, section_heading_fold(written->pdata[i]));
    if (written->len == 0 && node->type == YAML_SEQUENCE)
        refuse(compiler, node, "'under' is empty; it lists headings such as [Environment, Details]");
}

/* Which finders the key may stand beside. */
static void compile_joins(Compiler *compiler, const YamlNode *rule_node, const YamlNode *node, Rule *rule)
{
    gboolean joins = FALSE;
    if (!yaml_boolean(compiler->document, node, &joins, compiler->problems) || !joins)
        return;
    if (rule->finder == FINDER_ERROR_BLOCK || rule->finder == FINDER_SECTION)
        refuse(compiler, node, "'joins_lines' is for values inside a line; this finder takes whole lines");
    else if (yaml_get(rule_node, "pattern_of"))
        refuse(compiler, node, "'joins_lines' has no meaning here: the matches are those of the other rule");
    context_of(rule)->joins_lines = TRUE;
}

void compile_context(Compiler *compiler, const YamlNode *node, Rule *rule)
{
    const YamlNode *near = yaml_get(node, "near"), *under = yaml_get(node, "under"),
                   *joins = yaml_get(node, "joins_lines");
    if (near)
        compile_near(compiler, near, rule);
    if (under)
        compile_under(compiler, under, rule);
    if (joins)
        compile_joins(compiler, node, joins, rule);
}

static void compile_keys(Compiler *compiler, const YamlNode *node, const YamlNode *list, Rule *rule)
{
    g_autoptr(GPtrArray) names = compile_texts(compiler, node, "'key'");
    Context *context = context_of(rule);
    context->keys = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < names->len; i++) {
        char *folded = keyed_name_fold(names->pdata[i], strlen(names->pdata[i]));
        g_ptr_array_add(context->keys, folded);
        if (!*folded)
            refuse(compiler, node->type == YAML_SEQUENCE ? node->items->pdata[i] : node,
                   "'%s' has no letter or digit that a key could be known by", (const char *)names->pdata[i]);
    }
    if (list)
        yaml_boolean(compiler->document, list, &context->is_list, compiler->problems);
}

static void compile_template(Compiler *compiler, const YamlNode *node, UrlTemplate which, UrlParts *parts)
{
    g_autofree char *text = NULL;
    if (!node || !yaml_text(compiler->document, node, &text, compiler->problems))
        return;
    const char *wrong = url_parts_set(parts, which, text);
    if (wrong)
        refuse(compiler, node, "'%s': %s", text, wrong);
}

static void compile_url(Compiler *compiler, const YamlNode *node, Rule *rule)
{
    static const char *const allowed[] = {"host", "path", "query", "fragment", NULL};
    if (!is_mapping(compiler, node, "'url' has keys: {host: '*.example.com', path: '/items/{value}/…'}",
                    allowed))
        return;
    UrlParts *parts = context_of(rule)->url = url_parts_new();
    guint before = compiler->problems->len;
    compile_template(compiler, yaml_get(node, "host"), URL_HOST, parts);
    compile_template(compiler, yaml_get(node, "path"), URL_PATH, parts);
    compile_template(compiler, yaml_get(node, "fragment"), URL_FRAGMENT, parts);
    g_autoptr(GPtrArray) names = compile_texts(compiler, yaml_get(node, "query"), "'query'");
    for (guint i = 0; i < names->len; i++)
        url_parts_add_query(parts, names->pdata[i]);
    if (compiler->problems->len == before && url_parts_values(parts) != 1)
        refuse(compiler, node,
               "'url' must say where the value is, once: as {value} in 'host', 'path' or 'fragment', or by "
               "the name of "
               "a parameter in 'query'");
}

/* A problem when `key` is there though the finder is another. */
static void refuse_elsewhere(Compiler *compiler, const YamlNode *node, const char *key, const char *finder)
{
    for (guint i = 0; i < node->keys->len; i++) {
        const YamlNode *at = node->keys->pdata[i];
        if (strcmp(at->scalar, key) == 0)
            refuse(compiler, at, "'%s' belongs to rules with 'finder: %s'", key, finder);
    }
}

void compile_keyed(Compiler *compiler, const YamlNode *node, Rule *rule)
{
    const YamlNode *key = yaml_get(node, "key"), *url = yaml_get(node, "url");
    if (rule->finder != FINDER_KEY) {
        refuse_elsewhere(compiler, node, "key", "key");
        refuse_elsewhere(compiler, node, "list", "key");
    } else if (key) {
        compile_keys(compiler, key, yaml_get(node, "list"), rule);
    } else {
        refuse(compiler, node,
               "a rule with 'finder: key' needs 'key', the names of it: [App ID, Application]");
    }
    if (rule->finder != FINDER_URL)
        refuse_elsewhere(compiler, node, "url", "url");
    else if (url)
        compile_url(compiler, url, rule);
    else
        refuse(
            compiler, node,
            "a rule with 'finder: url' needs 'url', where the value is: {host: '*.example.com', query: id}");
}
