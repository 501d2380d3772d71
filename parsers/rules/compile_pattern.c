#include <parsers/rules/compile.h>

#include <string.h>

static gsize characters(const char *from, gsize bytes)
{
    return (gsize)g_utf8_strlen(from, (gssize)bytes);
}

/* Where line `line` (from 1) of the file begins, or its end. */
static const char *line_start(const YamlDocument *document, guint line)
{
    const char *at = document->text;
    for (guint i = 1; i < line && at; i++) {
        at = strchr(at, '\n');
        at = at ? at + 1 : NULL;
    }
    return at ? at : document->text + document->length;
}

/* In a "|" block the lines stand as they are, behind their indentation: that of the first line with
 * something in it. */
static void place_in_block(const YamlDocument *document, const YamlNode *node, gsize offset, guint *line,
                           guint *column)
{
    const char *at = line_start(document, node->line + 1);
    while (*at == '\n' || *at == '\r')
        at++;
    gsize indentation = strspn(at, " ");
    const char *from = node->scalar;
    *line = node->line + 1;
    for (const char *c = node->scalar; c < node->scalar + offset; c++)
        if (*c == '\n') {
            (*line)++;
            from = c + 1;
        }
    *column = (guint)(indentation + characters(from, (gsize)(node->scalar + offset - from)) + 1);
}

/* Where byte `offset` of a scalar stands in the file: exact for blocks, 'single quotes' and plain text on
 * one line; else the scalar as a whole. */
static void place_in_scalar(const YamlDocument *document, const YamlNode *node, gsize offset, guint *line,
                            guint *column)
{
    const char *source = line_start(document, node->line);
    for (guint i = 1; i < node->column && *source; i++)
        source = g_utf8_next_char(source);
    *line = node->line;
    *column = node->column;
    if (*source == '|') {
        place_in_block(document, node, offset, line, column);
        return;
    }
    gboolean is_single = *source == '\'';
    if (*source == '"' || *source == '>')
        return;
    source += is_single;
    const char *at = node->scalar;
    guint moved = is_single ? 1 : 0;
    while (at < node->scalar + offset) {
        if (strncmp(source, at, (gsize)(g_utf8_next_char(at) - at)) != 0)
            return; /* folded over several lines */
        gsize twice = is_single && *at == '\'' ? 2 : 1;
        source = twice == 2 ? source + 2 : g_utf8_next_char(source);
        at = g_utf8_next_char(at);
        moved += (guint)twice;
    }
    *column = node->column + moved;
}

static Pattern *compile_pattern(Compiler *compiler, const YamlNode *node, const char *key, PatternFlags flags)
{
    g_autofree char *text = NULL;
    if (!yaml_text(compiler->document, node, &text, compiler->problems))
        return NULL;
    gsize length = strlen(text), offset = 0;
    /* The line end that closes a block is none of the pattern's. */
    if (node->is_block && g_str_has_suffix(text, "\n"))
        length--;
    if (length == 0) {
        refuse(compiler, node, "'%s' is empty", key);
        return NULL;
    }
    g_autofree char *message = NULL;
    Pattern *pattern = pattern_compile(text, length, flags, &message, &offset);
    if (!pattern) {
        guint line, column;
        place_in_scalar(compiler->document, node, offset, &line, &column);
        problem_add(compiler->problems, compiler->document->file, compiler->document->text, line, column,
                    "the %s does not compile: %s", key, message);
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
    if (!rule->group)
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

void compile_patterns(Compiler *compiler, const YamlNode *node, Rule *rule)
{
    static const char *const flag_names[] = {"caseless", "multiline", "dotall", "extended", NULL};
    const YamlNode *pattern = yaml_get(node, "pattern"), *of = yaml_get(node, "pattern_of");
    const YamlNode *flags_node = yaml_get(node, "flags"), *except = yaml_get(node, "except");
    PatternFlags flags = flags_node ? compile_bits(compiler, flags_node, flag_names, "flag") : 0;
    if (pattern && of)
        refuse(compiler, of, "a rule has 'pattern' or 'pattern_of', not both");
    else if (pattern)
        rule->pattern = compile_pattern(compiler, pattern, "pattern", flags);
    else {
        take_pattern_of(compiler, of, rule);
    }
    if (except)
        rule->except = compile_pattern(compiler, except, "except", flags);
    compile_more(compiler, yaml_get(node, "more"), flags, rule);
    if (!rule->pattern)
        return;
    compile_capture(compiler, node, pattern ? pattern : of, rule);
    compile_as(compiler, yaml_get(node, "as"), rule);
}
