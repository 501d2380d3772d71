#include <parsers/rules/compile.h>
#include <parsers/rules/word_list.h>
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

/* A list, or a mapping of values to what stands for them. */
static void compile_words(Compiler *compiler, const YamlNode *node, TypeSpec *type)
{
    if (!node)
        return;
    if (node->type != YAML_MAPPING) {
        g_autoptr(GPtrArray) words = compile_texts(compiler, node, "'words'");
        for (guint i = 0; i < words->len; i++)
            known_words_add(type->words, words->pdata[i], words->pdata[i]);
        return;
    }
    for (guint i = 0; i < node->keys->len; i++) {
        const YamlNode *key = node->keys->pdata[i], *value = node->values->pdata[i];
        g_autoptr(GPtrArray) synonyms =
            compile_texts(compiler, value->type == YAML_SCALAR && !*value->scalar ? NULL : value, "'words'");
        g_ptr_array_insert(synonyms, 0, g_strdup(key->scalar));
        for (guint j = 0; j < synonyms->len; j++) {
            const char *taken = known_words_add(type->words, key->scalar, synonyms->pdata[j]);
            if (taken)
                refuse(compiler, key, "'%s' stands for '%s' already", (char *)synonyms->pdata[j], taken);
        }
    }
}

static void compile_words_from(Compiler *compiler, const YamlNode *node, TypeSpec *type)
{
    g_autofree char *path = NULL;
    if (!node || !yaml_text(compiler->document, node, &path, compiler->problems))
        return;
    const char *list = rules_source_list(compiler->source, path);
    if (list)
        word_list_read(path, list, type->words, compiler->problems);
    else
        refuse(compiler, node,
               "there is no list of known values '%s'; it is looked for beside the rules file", path);
}

static void compile_known(Compiler *compiler, const YamlNode *node, TypeSpec *type)
{
    guint before = compiler->problems->len;
    if (type->type != TYPE_WORD)
        return;
    type->words = known_words_new();
    compile_words(compiler, yaml_get(node, "words"), type);
    compile_words_from(compiler, yaml_get(node, "words_from"), type);
    if (known_words_count(type->words) == 0 && compiler->problems->len == before)
        refuse(
            compiler, node,
            "a rule of type word needs 'words', the list of them, or 'words_from', a file with one a line");
}

static void refuse_strange_keys(Compiler *compiler, const YamlNode *node, const TypeSpec *type)
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
        {TYPE_KEY_WORDS, {"words", "words_from", NULL}, "is for the type word"},
        {TYPE_KEY_CHECK, {"check", NULL, NULL}, "is for the types digits and text"},
        {TYPE_KEY_ORDER, {"order", NULL, NULL}, "is for the type date"},
        {TYPE_KEY_LINES, {"min_lines", "max_lines", NULL}, "is for the type block"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(groups); i++)
        if (!(value_type_keys(type->type) & groups[i].bit))
            compile_refuse_keys(compiler, node, groups[i].keys, groups[i].why);
}

static guint compile_choice(Compiler *compiler, const YamlNode *rule, const char *key,
                            const char *const *words, const char *what)
{
    const YamlNode *node = yaml_get(rule, key);
    g_autofree char *word = NULL;
    if (!node || !yaml_text(compiler->document, node, &word, compiler->problems))
        return 0;
    guint index = compile_word(compiler, node, word, words, what);
    return words[index] ? index : 0;
}

/* A pair of keys that count something. */
static void compile_span(Compiler *compiler, const YamlNode *node, const char *const keys[2], guint ceiling,
                         guint *least, guint *most)
{
    gint64 low = *least, high = *most;
    compile_number(compiler, node, keys[0], 1, high, &low);
    compile_number(compiler, node, keys[1], low, ceiling, &high);
    *least = (guint)low;
    *most = (guint)high;
}

static void compile_type_keys(Compiler *compiler, const YamlNode *node, TypeSpec *type)
{
    static const char *const orders[] = {"unknown", "dmy", "mdy", "ymd", NULL};
    static const char *const lengths[] = {"min_length", "max_length"}, *const lines[] = {"min_lines",
                                                                                         "max_lines"};
    refuse_strange_keys(compiler, node, type);
    compile_span(compiler, node, lengths, MAX(type->max_length, 1000), &type->min_length, &type->max_length);
    compile_span(compiler, node, lines, G_MAXUINT, &type->min_lines, &type->max_lines);
    compile_number(compiler, node, "least", type->least, type->most, &type->least);
    compile_number(compiler, node, "most", type->least, type->most, &type->most);
    compile_kinds(compiler, yaml_get(node, "kinds"), type);
    type->check = (CheckDigit)compile_choice(compiler, node, "check", CHECK_NAMES, "check");
    type->order = (DateOrder)compile_choice(compiler, node, "order", orders, "order");
    compile_known(compiler, node, type);
}

void compile_type(Compiler *compiler, const YamlNode *node, Rule *rule)
{
    static const ValueType of_finder[FINDER_COUNT + 1] = {TYPE_TEXT, TYPE_ZUID, TYPE_BLOCK, TYPE_BLOCK,
                                                          TYPE_TEXT, TYPE_TEXT, TYPE_TEXT};
    const YamlNode *type = yaml_get(node, "type");
    ValueType value = of_finder[rule->finder];
    g_autofree char *word = NULL;
    if (type && yaml_text(compiler->document, type, &word, compiler->problems)) {
        ValueType named = templates_type_word(compiler, type, word);
        if (value != TYPE_TEXT && named != value && named != TYPE_COUNT)
            refuse(compiler, type, "the finder gives values of type '%s'", value_type_name(value));
        else if (named != TYPE_COUNT)
            value = named;
    }
    type_spec_init(&rule->type, value);
    compile_type_keys(compiler, node, &rule->type);
}
