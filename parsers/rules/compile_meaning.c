#include <parsers/rules/compile_meaning.h>
#include <postern/base/limits.h>

#include <string.h>

#define LEAST_DEFAULT 3
#define LEAST_MOST 1000

static const char *const KINDS[] = {"do", "build", "fix", NULL};
static const char *const LEVELS[] = {"low", "medium", "high", "critical", NULL};

gboolean compile_is_field(Compiler *compiler, const YamlNode *node, const char *name)
{
    const GPtrArray *fields = compiler->set->fields;
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (guint i = 0; i < fields->len; i++) {
        const RuleField *field = fields->pdata[i];
        if (strcmp(field->name, name) == 0)
            return TRUE;
        g_ptr_array_add(names, field->name);
    }
    g_ptr_array_add(names, NULL);
    const char *meant = problem_did_you_mean(name, (const char *const *)names->pdata);
    refuse(compiler, node, "there is no field '%s'%s%s%s", name, meant ? "; did you mean '" : "",
           meant ? meant : "", meant ? "'?" : "");
    return FALSE;
}

/* Fields that a customer can be asked for. */
static GPtrArray *compile_wanted(Compiler *compiler, const YamlNode *node, const char *what)
{
    GPtrArray *names = compile_texts(compiler, node, what);
    for (guint i = 0; i < names->len; i++)
        compile_is_field(compiler, node, names->pdata[i]);
    return names;
}

static gboolean is_secret(const Compiler *compiler, const char *name)
{
    for (guint i = 0; i < compiler->set->fields->len; i++) {
        const RuleField *field = compiler->set->fields->pdata[i];
        if (strcmp(field->name, name) == 0)
            return field->is_secret;
    }
    return FALSE;
}

static void refuse_secrets(Compiler *compiler, const YamlNode *node, const GPtrArray *names)
{
    for (guint i = 0; i < names->len; i++)
        if (is_secret(compiler, names->pdata[i]))
            refuse(compiler, node, "'%s' is a secret: nobody is asked for one",
                   (const char *)names->pdata[i]);
}

static void compile_examples(Compiler *compiler, const YamlNode *node, gboolean is_chosen, Topic *topic)
{
    for (guint i = 0; node && node->type == YAML_SEQUENCE && i < node->items->len; i++) {
        const YamlNode *item = node->items->pdata[i];
        char *text = NULL;
        if (!yaml_text(compiler->document, item, &text, compiler->problems))
            continue;
        MeaningExample *example = g_new0(MeaningExample, 1);
        *example = (MeaningExample){.line = item->line, .text = text, .is_chosen = is_chosen};
        g_ptr_array_add(topic->examples, example);
    }
    if (node && node->type != YAML_SEQUENCE)
        refuse(compiler, node, "the examples must be a list of texts");
}

static void example_free(gpointer data)
{
    MeaningExample *example = data;
    g_free(example->text);
    g_free(example);
}

static void compile_signs(Compiler *compiler, const YamlNode *key, const YamlNode *node, Topic *topic)
{
    GPtrArray *signs = compiler->set->meanings->signs;
    topic->first_sign = signs->len;
    if (!node || node->type != YAML_SEQUENCE || node->items->len == 0)
        refuse(compiler, node ? node : key, "'%s' needs 'signs:', a list of at least one sign",
               topic->words.name);
    else
        for (guint i = 0; i < node->items->len; i++)
            compile_sign(compiler, node->items->pdata[i]);
    topic->sign_count = signs->len - topic->first_sign;
}

static void compile_category(Compiler *compiler, const YamlNode *node, Topic *topic)
{
    const YamlNode *required = yaml_get(node, "required"), *nice = yaml_get(node, "nice");
    topic->words.required = compile_wanted(compiler, required, "'required'");
    topic->words.nice = compile_wanted(compiler, nice, "'nice'");
    refuse_secrets(compiler, required, topic->words.required);
    refuse_secrets(compiler, nice, topic->words.nice);
}

static void compile_topic(Compiler *compiler, MeaningType type, const YamlNode *key, const YamlNode *node)
{
    static const char *const of_category[] = {"label", "least",    "signs", "examples",
                                              "never", "required", "nice",  NULL};
    static const char *const of_others[] = {"label", "least", "signs", "examples", "never", NULL};
    if (node->type != YAML_MAPPING) {
        refuse(compiler, node, "'%s' must have keys such as 'signs'", key->scalar);
        return;
    }
    yaml_refuse_unknown(compiler->document, node, type == MEANING_CATEGORY ? of_category : of_others,
                        compiler->problems);
    Topic *topic = g_new0(Topic, 1);
    g_ptr_array_add(compiler->set->meanings->topics, topic);
    gint64 least = LEAST_DEFAULT;
    const YamlNode *label = yaml_get(node, "label"), *at_least = yaml_get(node, "least");
    topic->type = type;
    topic->line = key->line;
    topic->words.name = g_strdup(key->scalar);
    topic->examples = g_ptr_array_new_with_free_func(example_free);
    if (label)
        yaml_text(compiler->document, label, &topic->words.label, compiler->problems);
    if (!topic->words.label)
        topic->words.label = g_strdup(key->scalar);
    if (at_least)
        yaml_integer(compiler->document, at_least, 1, LEAST_MOST, &least, compiler->problems);
    topic->least = (gint)least;
    compile_category(compiler, node, topic);
    compile_examples(compiler, yaml_get(node, "examples"), TRUE, topic);
    compile_examples(compiler, yaml_get(node, "never"), FALSE, topic);
    compile_signs(compiler, key, yaml_get(node, "signs"), topic);
}

/* `names`: those that there can be; NULL: the admin's own. */
static void compile_topics(Compiler *compiler, const YamlNode *root, const char *what, MeaningType type,
                           const char *const *names)
{
    const YamlNode *node = yaml_get(root, what);
    if (!node)
        return;
    if (node->type != YAML_MAPPING) {
        refuse(compiler, node, "'%s:' holds names, each with its 'signs'", what);
        return;
    }
    for (guint i = 0; i < node->keys->len; i++) {
        const YamlNode *key = node->keys->pdata[i];
        gboolean is_known =
            names ? names[compile_word(compiler, key, key->scalar, names, meaning_type_name(type))] != NULL
                  : compile_is_name(key->scalar, '_') || compile_is_name(key->scalar, '-');
        if (!is_known && !names)
            refuse(compiler, key, "'%s' is no name of a category: lower-case letters, digits and '-' or '_'",
                   key->scalar);
        if (is_known)
            compile_topic(compiler, type, key, node->values->pdata[i]);
    }
}

void compile_meanings(Compiler *compiler, const YamlNode *root)
{
    MeaningSet *set = compiler->set->meanings;
    const YamlNode *negations = yaml_get(root, "negations");
    if (negations) {
        g_ptr_array_unref(set->negations);
        set->negations = compile_phrases(compiler, negations, "'negations'");
    }
    compile_topics(compiler, root, "categories", MEANING_CATEGORY, NULL);
    compile_topics(compiler, root, "requests", MEANING_REQUEST, KINDS);
    compile_topics(compiler, root, "severities", MEANING_SEVERITY, LEVELS);
    if (set->topics->len > LIMIT_MEANINGS)
        refuse(compiler, root, "there are %u categories, requests and severities; %u are possible",
               set->topics->len, LIMIT_MEANINGS);
    if (!needs_build(set->needs))
        refuse(compiler, root, "the words of all signs are over %u characters", NEEDS_STATES_MAX);
}
