#include <parsers/rules/compile.h>

#include <string.h>

/* A pattern that several rules use, each with a capture of its own. */
typedef struct {
    const char *name;
    Pattern *pattern; /* NULL: it is broken, and that has been said */
    YamlNode keys;    /* what a rule takes over with it: "needs" and "within" */
} SharedPattern;

static void shared_pattern_free(gpointer data)
{
    SharedPattern *shared = data;
    pattern_unref(shared->pattern);
    g_ptr_array_unref(shared->keys.keys);
    g_ptr_array_unref(shared->keys.values);
    g_free(shared);
}

static const SharedPattern *shared_named(const Compiler *compiler, const char *name)
{
    for (guint i = 0; compiler->patterns && i < compiler->patterns->len; i++) {
        const SharedPattern *shared = compiler->patterns->pdata[i];
        if (strcmp(shared->name, name) == 0)
            return shared;
    }
    return NULL;
}

static void take_keys(SharedPattern *shared, const YamlNode *node)
{
    shared->keys = (YamlNode){.type = YAML_MAPPING, .line = node->line, .column = node->column};
    shared->keys.keys = g_ptr_array_new();
    shared->keys.values = g_ptr_array_new();
    for (guint i = 0; node->type == YAML_MAPPING && i < node->keys->len; i++) {
        YamlNode *key = node->keys->pdata[i];
        if (strcmp(key->scalar, "needs") != 0 && strcmp(key->scalar, "within") != 0)
            continue;
        g_ptr_array_add(shared->keys.keys, key);
        g_ptr_array_add(shared->keys.values, node->values->pdata[i]);
    }
}

static Pattern *read_pattern(Compiler *compiler, const YamlNode *node)
{
    static const char *const allowed[] = {"pattern", "flags", "needs", "within", NULL};
    if (node->type != YAML_MAPPING)
        return compile_pattern(compiler, node, "pattern", 0);
    yaml_refuse_unknown(compiler->document, node, allowed, compiler->problems);
    const YamlNode *pattern = yaml_get(node, "pattern");
    PatternFlags flags = compile_flags(compiler, yaml_get(node, "flags"));
    if (pattern)
        return compile_pattern(compiler, pattern, "pattern", flags);
    refuse(compiler, node, "what stands below 'patterns:' is a pattern, or has the key 'pattern'");
    return NULL;
}

static void compile_shared(Compiler *compiler, const YamlNode *key, const YamlNode *node)
{
    if (!compile_is_name(key->scalar, '-')) {
        refuse(compiler, key,
               "'%s' is no name of a pattern: lower-case letters, digits and '-', first a letter",
               key->scalar);
        return;
    }
    SharedPattern *shared = g_new0(SharedPattern, 1);
    shared->name = key->scalar;
    shared->pattern = read_pattern(compiler, node);
    take_keys(shared, node);
    g_ptr_array_add(compiler->patterns, shared);
}

void compile_shared_patterns(Compiler *compiler, const YamlNode *node)
{
    if (!node || !compile_is_shared(compiler, node, "patterns"))
        return;
    compiler->patterns = g_ptr_array_new_with_free_func(shared_pattern_free);
    for (guint i = 0; i < node->keys->len; i++)
        compile_shared(compiler, node->keys->pdata[i], node->values->pdata[i]);
}

static const char *used_name(const YamlNode *node)
{
    const YamlNode *use = node && node->type == YAML_MAPPING ? yaml_get(node, "use") : NULL;
    return use && use->type == YAML_SCALAR ? use->scalar : NULL;
}

const YamlNode *shared_pattern_keys(const Compiler *compiler, const YamlNode *node)
{
    const char *name = used_name(node);
    const SharedPattern *shared = name ? shared_named(compiler, name) : NULL;
    return shared ? &shared->keys : NULL;
}

static void refuse_name(Compiler *compiler, const YamlNode *node, const char *name)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (guint i = 0; compiler->patterns && i < compiler->patterns->len; i++)
        g_ptr_array_add(names, (gpointer)(gsize)((const SharedPattern *)compiler->patterns->pdata[i])->name);
    g_ptr_array_add(names, NULL);
    if (names->len == 1)
        refuse(compiler, node, "there is no pattern '%s'; 'patterns:' at the top of the file holds them",
               name);
    else
        compile_word(compiler, node, name, (const char *const *)names->pdata, "pattern");
}

Pattern *shared_pattern_use(Compiler *compiler, const YamlNode *node)
{
    static const char *const allowed[] = {"use", NULL};
    const char *name = used_name(node);
    yaml_refuse_unknown(compiler->document, node, allowed, compiler->problems);
    if (!name) {
        refuse(compiler, node, "'pattern' is a pattern, or {use: name} of one below 'patterns:'");
        return NULL;
    }
    const SharedPattern *shared = shared_named(compiler, name);
    if (!shared)
        refuse_name(compiler, yaml_get(node, "use"), name);
    return shared && shared->pattern ? pattern_ref(shared->pattern) : NULL;
}
