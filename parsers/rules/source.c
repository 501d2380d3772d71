#include <postern/rules_source.h>
#include <postern/yaml.h>

#include <string.h>

#define PACKED "(ssa(ss))"

static void list_free(gpointer data)
{
    RulesList *list = data;
    g_free(list->path);
    g_free(list->text);
    g_free(list);
}

RulesSource *rules_source_new(const char *file, const char *text)
{
    RulesSource *source = g_new0(RulesSource, 1);
    g_atomic_ref_count_init(&source->references);
    source->file = g_strdup(file);
    source->text = g_strdup(text);
    source->lists = g_ptr_array_new_with_free_func(list_free);
    return source;
}

void rules_source_add_list(RulesSource *source, const char *path, const char *text)
{
    RulesList *list = g_new0(RulesList, 1);
    list->path = g_strdup(path);
    list->text = g_strdup(text);
    g_ptr_array_add(source->lists, list);
}

RulesSource *rules_source_ref(const RulesSource *source)
{
    RulesSource *own = (RulesSource *)(gsize)source;
    g_atomic_ref_count_inc(&own->references);
    return own;
}

void rules_source_unref(const RulesSource *source)
{
    RulesSource *own = (RulesSource *)(gsize)source;
    if (!own || !g_atomic_ref_count_dec(&own->references))
        return;
    g_free(own->file);
    g_free(own->text);
    g_ptr_array_unref(own->lists);
    g_free(own);
}

const char *rules_source_list(const RulesSource *source, const char *path)
{
    for (guint i = 0; i < source->lists->len; i++) {
        const RulesList *list = source->lists->pdata[i];
        if (strcmp(list->path, path) == 0)
            return list->text;
    }
    return NULL;
}

static void collect_paths(const YamlNode *node, GPtrArray *paths)
{
    if (node->type == YAML_SEQUENCE) {
        for (guint i = 0; i < node->items->len; i++)
            collect_paths(node->items->pdata[i], paths);
        return;
    }
    for (guint i = 0; node->type == YAML_MAPPING && i < node->keys->len; i++) {
        const YamlNode *key = node->keys->pdata[i], *value = node->values->pdata[i];
        if (strcmp(key->scalar, "words_from") != 0)
            collect_paths(value, paths);
        else if (value->type == YAML_SCALAR &&
                 !g_ptr_array_find_with_equal_func(paths, value->scalar, g_str_equal, NULL))
            g_ptr_array_add(paths, g_strdup(value->scalar));
    }
}

GPtrArray *rules_source_paths(const char *text, gsize length)
{
    GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) problems = problems_new();
    g_autoptr(YamlDocument) document = yaml_parse("rules", text, length, problems);
    if (document && document->root)
        collect_paths(document->root, paths);
    return paths;
}

GBytes *rules_source_pack(const RulesSource *source)
{
    g_autoptr(GVariantBuilder) lists = g_variant_builder_new(G_VARIANT_TYPE("a(ss)"));
    for (guint i = 0; i < source->lists->len; i++) {
        const RulesList *list = source->lists->pdata[i];
        g_variant_builder_add(lists, "(ss)", list->path, list->text);
    }
    g_autoptr(GVariant) packed = g_variant_ref_sink(g_variant_new(PACKED, source->file, source->text, lists));
    return g_variant_get_data_as_bytes(packed);
}

RulesSource *rules_source_unpack(GBytes *bytes)
{
    g_autoptr(GVariant) packed =
        g_variant_ref_sink(g_variant_new_from_bytes(G_VARIANT_TYPE(PACKED), bytes, FALSE));
    if (!g_variant_is_normal_form(packed))
        return NULL;
    const char *file, *text, *path, *words;
    g_autoptr(GVariantIter) lists = NULL;
    g_variant_get(packed, "(&s&sa(ss))", &file, &text, &lists);
    RulesSource *source = rules_source_new(file, text);
    while (g_variant_iter_next(lists, "(&s&s)", &path, &words))
        rules_source_add_list(source, path, words);
    return source;
}

gboolean rules_source_equal(const RulesSource *a, const RulesSource *b)
{
    if (strcmp(a->text, b->text) != 0 || a->lists->len != b->lists->len)
        return FALSE;
    for (guint i = 0; i < a->lists->len; i++) {
        const RulesList *one = a->lists->pdata[i], *two = b->lists->pdata[i];
        if (strcmp(one->path, two->path) != 0 || strcmp(one->text, two->text) != 0)
            return FALSE;
    }
    return TRUE;
}
