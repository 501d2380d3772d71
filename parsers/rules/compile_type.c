#include <parsers/rules/compile.h>
#include <parsers/rules/zuid.h>

#include <string.h>

void compile_refuse_keys(Compiler *compiler, const YamlNode *node, const char *const *keys, const char *why)
{
    for (; *keys; keys++) {
        for (guint i = 0; i < node->keys->len; i++) {
            const YamlNode *key = node->keys->pdata[i];
            if (strcmp(key->scalar, *keys) == 0)
                refuse(compiler, key, "'%s' %s", *keys, why);
        }
    }
}

/* Numbers from `least` to `most` into *out, when the key is there. */
static void compile_number(Compiler *compiler, const YamlNode *node, const char *key, gint64 least,
                           gint64 most, gint64 *out)
{
    const YamlNode *value = yaml_get(node, key);
    if (value)
        yaml_integer(compiler->document, value, least, most, out, compiler->problems);
}

static void compile_kinds(Compiler *compiler, const YamlNode *node, TypeSpec *type)
{
    if (!node)
        return;
    if (node->type != YAML_SEQUENCE) {
        refuse(compiler, node, "'kinds' must be a list of numbers such as [7, 8]");
        return;
    }
    type->kinds = g_array_new(FALSE, FALSE, sizeof(guint));
    for (guint i = 0; i < node->items->len; i++) {
        gint64 kind = 0;
        if (!yaml_integer(compiler->document, node->items->pdata[i], 0, ZUID_KINDS - 1, &kind,
                          compiler->problems))
            continue;
        guint number = (guint)kind;
        g_array_append_val(type->kinds, number);
    }
}

static void compile_type_keys(Compiler *compiler, const YamlNode *node, TypeSpec *type)
{
    static const struct {
        TypeKeys bit;
        const char *keys[3], *why;
    } groups[] = {
        {TYPE_KEY_LENGTHS,
         {"min_length", "max_length", NULL},
         "is not for this type; it counts the characters of texts and digits"},
        {TYPE_KEY_RANGE, {"least", "most", NULL}, "is for the types integer and http-status"},
        {TYPE_KEY_KINDS, {"kinds", NULL, NULL}, "is for the type zuid"},
        {TYPE_KEY_WORDS, {"words", NULL, NULL}, "is for the type word"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(groups); i++)
        if (!(value_type_keys(type->type) & groups[i].bit))
            compile_refuse_keys(compiler, node, groups[i].keys, groups[i].why);
    gint64 shortest = type->min_length, longest = type->max_length;
    compile_number(compiler, node, "min_length", 1, longest, &shortest);
    compile_number(compiler, node, "max_length", shortest, MAX(longest, 1000), &longest);
    type->min_length = (guint)shortest;
    type->max_length = (guint)longest;
    compile_number(compiler, node, "least", type->least, type->most, &type->least);
    compile_number(compiler, node, "most", type->least, type->most, &type->most);
    compile_kinds(compiler, yaml_get(node, "kinds"), type);
    if (type->type == TYPE_WORD) {
        type->words = compile_texts(compiler, yaml_get(node, "words"), "'words'");
        if (type->words->len == 0)
            refuse(compiler, node, "a rule of type word needs 'words', the list of them");
    }
}

void compile_type(Compiler *compiler, const YamlNode *node, Rule *rule)
{
    static const ValueType of_finder[] = {TYPE_TEXT, TYPE_ZUID, TYPE_BLOCK, TYPE_BLOCK, TYPE_TEXT};
    const YamlNode *type = yaml_get(node, "type");
    ValueType value = of_finder[rule->finder];
    g_autofree char *word = NULL;
    if (type && yaml_text(compiler->document, type, &word, compiler->problems)) {
        ValueType named = templates_type_word(compiler, type, word);
        if (rule->finder != FINDER_PATTERN && named != value && named != TYPE_COUNT)
            refuse(compiler, type, "the finder gives values of type '%s'", value_type_name(value));
        else if (named != TYPE_COUNT)
            value = named;
    }
    type_spec_init(&rule->type, value);
    compile_type_keys(compiler, node, &rule->type);
}
