#include <parsers/rules/compile_meaning.h>
#include <parsers/rules/fold.h>

#include <string.h>

#define SCORE_MOST 100
#define COUNTED_MOST 20

/* "*verbind*" may stand within longer words. NULL after a problem. */
static Phrase *compile_phrase(Compiler *compiler, const YamlNode *node, const char *written)
{
    gsize length = strlen(written);
    gboolean before = written[0] == '*', after = length > 1 && written[length - 1] == '*';
    g_autofree char *plain = g_strndup(written + before, length - before - after);
    g_autofree char *folded = fold_phrase(plain);
    if (!*folded || strchr(folded, '*')) {
        refuse(compiler, node, "'%s' is no phrase: words, with '*' at the ends alone", written);
        return NULL;
    }
    Phrase *phrase = g_new0(Phrase, 1);
    *phrase = (Phrase){.length = strlen(folded), .is_open_before = before, .is_open_after = after};
    phrase->text = g_steal_pointer(&folded);
    return phrase;
}

GPtrArray *compile_phrases(Compiler *compiler, const YamlNode *node, const char *what)
{
    GPtrArray *phrases = g_ptr_array_new_with_free_func(phrase_free);
    g_autoptr(GPtrArray) texts = compile_texts(compiler, node, what);
    for (guint i = 0; i < texts->len; i++) {
        gboolean is_beside = node->type == YAML_SEQUENCE && node->items->len == texts->len;
        Phrase *phrase = compile_phrase(compiler, is_beside ? node->items->pdata[i] : node, texts->pdata[i]);
        if (phrase)
            g_ptr_array_add(phrases, phrase);
    }
    return phrases;
}

/* Folded as they are, they need no other forms. */
static gboolean needs_phrases(Compiler *compiler, const YamlNode *node, const GPtrArray *phrases, guint index)
{
    g_autoptr(GPtrArray) words = g_ptr_array_new();
    for (guint i = 0; i < phrases->len; i++)
        g_ptr_array_add(words, ((const Phrase *)phrases->pdata[i])->text);
    if (!needs_add_exact(compiler->set->meanings->needs, words, index))
        refuse(compiler, node, "with these the words of all signs are over %u characters", NEEDS_STATES_MAX);
    return phrases->len > 0;
}

static void compile_sign_pattern(Compiler *compiler, const YamlNode *node, Sign *sign, guint index)
{
    const YamlNode *needs = yaml_get(node, "needs");
    sign->type = SIGN_PATTERN;
    sign->pattern = compile_pattern(compiler, yaml_get(node, "pattern"), "pattern",
                                    compile_flags(compiler, yaml_get(node, "flags")));
    if (!needs)
        return;
    g_autoptr(GPtrArray) phrases = compile_phrases(compiler, needs, "'needs'");
    sign->is_picky = needs_phrases(compiler, needs, phrases, index);
}

static void compile_sign_field(Compiler *compiler, const YamlNode *node, Sign *sign)
{
    const YamlNode *field = yaml_get(node, "field"), *values = yaml_get(node, "values");
    sign->type = SIGN_FIELD;
    if (yaml_text(compiler->document, field, &sign->field, compiler->problems))
        compile_is_field(compiler, field, sign->field);
    if (values)
        sign->values = compile_texts(compiler, values, "'values'");
}

static gint compare_first(gconstpointer a, gconstpointer b)
{
    const Phrase *x = *(Phrase *const *)a, *y = *(Phrase *const *)b;
    return (guchar)x->text[0] - (guchar)y->text[0];
}

/* So that at each place of a text few of them are held against it. */
static void order_phrases(Sign *sign)
{
    g_ptr_array_sort(sign->phrases, compare_first);
    for (guint i = 0; i < sign->phrases->len; i++) {
        const Phrase *phrase = sign->phrases->pdata[i];
        sign->first[(guchar)phrase->text[0] + 1]++;
        sign->has_open |= phrase->is_open_before;
    }
    for (guint c = 0; c < 256; c++)
        sign->first[c + 1] += sign->first[c];
}

/* What a sign is: exactly one of words, pattern and field. */
static void compile_sign_type(Compiler *compiler, const YamlNode *node, Sign *sign, guint index)
{
    const YamlNode *words = yaml_get(node, "words"), *pattern = yaml_get(node, "pattern"),
                   *field = yaml_get(node, "field");
    if (!!words + !!pattern + !!field != 1) {
        refuse(compiler, node, "a sign has one of 'words' (a list of phrases), 'pattern' and 'field'");
        return;
    }
    static const char *const of_pattern[] = {"flags", "needs", NULL};
    for (guint i = 0; of_pattern[i]; i++)
        if (!pattern && yaml_get(node, of_pattern[i]))
            refuse(compiler, yaml_get(node, of_pattern[i]), "'%s' belongs to 'pattern'", of_pattern[i]);
    if (!field && yaml_get(node, "values"))
        refuse(compiler, yaml_get(node, "values"), "'values' belongs to 'field'");
    if (field &&
        (yaml_get(node, "look_in") || yaml_get(node, "not_near") || yaml_get(node, "unless_negated")))
        refuse(compiler, node,
               "a field stands where its rules found it: 'look_in', 'not_near' and "
               "'unless_negated' belong to 'words' and 'pattern'");
    if (words) {
        sign->phrases = compile_phrases(compiler, words, "'words'");
        order_phrases(sign);
        needs_phrases(compiler, words, sign->phrases, index);
    } else if (pattern) {
        compile_sign_pattern(compiler, node, sign, index);
    } else {
        compile_sign_field(compiler, node, sign);
    }
}

static void compile_sign_numbers(Compiler *compiler, const YamlNode *node, Sign *sign)
{
    const YamlNode *score = yaml_get(node, "score"), *most = yaml_get(node, "most");
    gint64 points = 1, times = 1;
    if (score)
        yaml_integer(compiler->document, score, -SCORE_MOST, SCORE_MOST, &points, compiler->problems);
    if (score && points == 0)
        refuse(compiler, score, "a sign that scores 0 says nothing");
    if (most)
        yaml_integer(compiler->document, most, 1, COUNTED_MOST, &times, compiler->problems);
    sign->score = (gint)points;
    sign->most = (guint)times;
}

static void compile_sign_places(Compiler *compiler, const YamlNode *node, Sign *sign)
{
    static const char *const places[] = {"subject", "reply", NULL};
    const YamlNode *look_in = yaml_get(node, "look_in"), *negated = yaml_get(node, "unless_negated"),
                   *not_near = yaml_get(node, "not_near");
    guint bits = look_in ? compile_bits(compiler, look_in, places, "place of a sign") : 3;
    sign->places = (Places)((bits & 1 ? PLACE_SUBJECT : 0) | (bits & 2 ? PLACE_REPLY : 0));
    if (negated)
        yaml_boolean(compiler->document, negated, &sign->is_unless_negated, compiler->problems);
    if (not_near)
        sign->not_near = compile_phrases(compiler, not_near, "'not_near'");
}

static void compile_sign_name(Compiler *compiler, const YamlNode *node, Sign *sign)
{
    const YamlNode *name = yaml_get(node, "name");
    if (!name)
        refuse(compiler, node, "a sign needs a 'name', by which its score is explained");
    else if (yaml_text(compiler->document, name, &sign->name, compiler->problems) &&
             !compile_is_name(sign->name, '-'))
        refuse(compiler, name,
               "'%s' is no name of a sign: lower-case letters, digits and '-', first a letter", sign->name);
}

void compile_sign(Compiler *compiler, const YamlNode *node)
{
    static const char *const allowed[] = {"name",     "words",          "pattern", "flags", "needs",
                                          "field",    "values",         "look_in", "score", "most",
                                          "not_near", "unless_negated", NULL};
    if (node->type != YAML_MAPPING) {
        refuse(compiler, node, "a sign has keys such as 'name', 'words' and 'score'");
        return;
    }
    yaml_refuse_unknown(compiler->document, node, allowed, compiler->problems);
    GPtrArray *signs = compiler->set->meanings->signs;
    Sign *sign = g_new0(Sign, 1);
    g_ptr_array_add(signs, sign);
    compile_sign_name(compiler, node, sign);
    compile_sign_numbers(compiler, node, sign);
    compile_sign_places(compiler, node, sign);
    compile_sign_type(compiler, node, sign, signs->len - 1);
}
