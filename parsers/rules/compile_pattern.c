#include <parsers/rules/compile.h>

#include <string.h>

/* Says where it stands in the file: in the pattern itself, or in a fragment of it. */
static void refuse_pattern(Compiler *compiler, const char *key, const Expansion *expansion, gsize offset,
                           const char *message)
{
    const Piece *piece = expansion_piece(expansion, offset);
    gsize inside = piece->is_whole ? 0 : offset - piece->at;
    if (piece->fragment)
        scalar_problem(compiler, piece->node, piece->offset + inside,
                       "the %s does not compile: %s, where the fragment '%s' is filled in", key, message,
                       piece->fragment);
    else
        scalar_problem(compiler, piece->node, piece->offset + inside, "the %s does not compile: %s", key,
                       message);
}

Pattern *compile_pattern(Compiler *compiler, const YamlNode *node, const char *key, PatternFlags flags)
{
    g_auto(Expansion) expansion = {0};
    if (node->type == YAML_SCALAR && node->scalar_length == 0) {
        refuse(compiler, node, "'%s' is empty", key);
        return NULL;
    }
    if (!fragments_expand(compiler, node, (flags & PATTERN_EXTENDED) != 0, &expansion))
        return NULL;
    gsize offset = 0;
    g_autofree char *message = NULL;
    Pattern *pattern = pattern_compile(expansion.text->str, expansion.text->len, flags, &message, &offset);
    if (!pattern) {
        refuse_pattern(compiler, key, &expansion, offset, message);
        return NULL;
    }
    compiler->set->groups_most = MAX(compiler->set->groups_most, pattern_group_count(pattern));
    return pattern;
}

guint compile_word(Compiler *compiler, const YamlNode *at, const char *word, const char *const *words,
                   const char *what)
{
    guint index = 0;
    while (words[index] && strcmp(words[index], word) != 0)
        index++;
    if (words[index])
        return index;
    const char *meant = problem_did_you_mean(word, words);
    g_autofree char *known = g_strjoinv(", ", (char **)(gsize)words);
    if (meant)
        refuse(compiler, at, "unknown %s '%s'; did you mean '%s'?", what, word, meant);
    else
        refuse(compiler, at, "unknown %s '%s'; there are: %s", what, word, known);
    return index;
}

/* The bits of the words that a list names. */
guint compile_bits(Compiler *compiler, const YamlNode *node, const char *const *words, const char *what)
{
    guint bits = 0;
    g_autoptr(GPtrArray) named = compile_texts(compiler, node, what);
    for (guint i = 0; i < named->len; i++) {
        const YamlNode *at = node->type == YAML_SEQUENCE ? node->items->pdata[i] : node;
        guint bit = compile_word(compiler, at, named->pdata[i], words, what);
        bits |= words[bit] ? 1u << bit : 0;
    }
    return bits;
}

/* `pattern_of`: the matches are those of an earlier rule. */
static void take_pattern_of(Compiler *compiler, const YamlNode *node, Rule *rule)
{
    g_autofree char *name = NULL;
    if (!yaml_text(compiler->document, node, &name, compiler->problems))
        return;
    Rule *other = g_hash_table_lookup(compiler->names, name);
    guint index = 0;
    if (!other) {
        refuse(compiler, node, "there is no rule '%s' above this one", name);
    } else if (other->finder != FINDER_PATTERN || other->source >= 0) {
        refuse(compiler, node, "the rule '%s' has no pattern of its own", name);
    } else if (other->pattern && g_ptr_array_find(compiler->set->rules, other, &index)) {
        rule->pattern = pattern_ref(other->pattern);
        rule->source = (gint)index;
        other->is_source = TRUE;
    }
}

static void compile_capture(Compiler *compiler, const YamlNode *rule_node, const YamlNode *pattern_node,
                            Rule *rule)
{
    const YamlNode *node = yaml_get(rule_node, "capture");
    g_autofree char *name = g_strdup("value");
    if (node) {
        g_clear_pointer(&name, g_free);
        if (!yaml_text(compiler->document, node, &name, compiler->problems))
            return;
    }
    rule->group = pattern_group(rule->pattern, name);
    /* What a finder caught is the value: a pattern without a group narrows it to the match. */
    gboolean is_caught = rule->finder == FINDER_KEY || rule->finder == FINDER_URL;
    if (!rule->group && (node || !is_caught))
        refuse(compiler, node ? node : pattern_node,
               "the pattern has no group (?<%s>…) that catches the value; only one group may have this name",
               name);
}

static void compile_more(Compiler *compiler, const YamlNode *node, PatternFlags flags, Rule *rule)
{
    if (!node || !(rule->more = compile_pattern(compiler, node, "more", flags)))
        return;
    rule->more_group = pattern_group(rule->more, "value");
    if (!rule->more_group)
        refuse(compiler, node, "the pattern has no group (?<value>…) that catches the value");
}

/* "{name}" must be a group of the pattern. */
static void compile_as(Compiler *compiler, const YamlNode *node, Rule *rule)
{
    if (!node || !yaml_text(compiler->document, node, &rule->as, compiler->problems))
        return;
    for (const char *at = strchr(rule->as, '{'); at; at = strchr(at + 1, '{')) {
        const char *close = strchr(at, '}');
        g_autofree char *name = g_strndup(at + 1, close ? (gsize)(close - at - 1) : 0);
        if (!pattern_group(rule->pattern, name))
            refuse(compiler, node, "'{%s}' is no group (?<%s>…) of the pattern", name, name);
    }
}

PatternFlags compile_flags(Compiler *compiler, const YamlNode *node)
{
    static const char *const names[] = {"caseless", "multiline", "dotall", "extended", NULL};
    return node ? compile_bits(compiler, node, names, "flag") : 0;
}

void compile_patterns(Compiler *compiler, const YamlNode *node, Rule *rule)
{
    const YamlNode *pattern = yaml_get(node, "pattern"), *of = yaml_get(node, "pattern_of");
    const YamlNode *except = yaml_get(node, "except");
    PatternFlags flags = compile_flags(compiler, yaml_get(node, "flags"));
    if (pattern && of)
        refuse(compiler, of, "a rule has 'pattern' or 'pattern_of', not both");
    else if (pattern && pattern->type == YAML_MAPPING)
        rule->pattern = shared_pattern_use(compiler, pattern);
    else if (pattern)
        rule->pattern = compile_pattern(compiler, pattern, "pattern", flags);
    else if (of)
        take_pattern_of(compiler, of, rule);
    if (except)
        rule->except = compile_pattern(compiler, except, "except", flags);
    compile_more(compiler, yaml_get(node, "more"), flags, rule);
    if (!rule->pattern)
        return;
    compile_capture(compiler, node, pattern ? pattern : of, rule);
    compile_as(compiler, yaml_get(node, "as"), rule);
}
