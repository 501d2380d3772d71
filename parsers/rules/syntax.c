#include <parsers/rules/syntax_reader.h>

#include <string.h>

static Node *read_branches(SyntaxReader *reader);

Node *node_new(NodeType type)
{
    Node *node = g_new0(Node, 1);
    node->type = type;
    return node;
}

void node_free(gpointer data)
{
    Node *node = data;
    if (!node)
        return;
    g_clear_pointer(&node->parts, g_ptr_array_unref);
    g_free(node);
}

void node_add(Node *node, Node *part)
{
    if (!node->parts)
        node->parts = g_ptr_array_new_with_free_func(node_free);
    g_ptr_array_add(node->parts, part);
}

const Node *node_part(const Node *node, guint index)
{
    return node->parts->pdata[index];
}

guint node_count(const Node *node)
{
    return node->parts ? node->parts->len : 0;
}

static Node *around(NodeType type, Node *part)
{
    Node *node = node_new(type);
    node_add(node, part);
    return node;
}

gboolean syntax_is_at(const SyntaxReader *reader, const char *word)
{
    gsize length = strlen(word);
    return (gsize)(reader->end - reader->at) >= length && strncmp(reader->at, word, length) == 0;
}

Node *syntax_fail(SyntaxReader *reader)
{
    reader->failed = TRUE;
    reader->at = reader->end;
    return node_new(NODE_ROW);
}

void syntax_skip_past(SyntaxReader *reader, char sign)
{
    const char *found = memchr(reader->at, sign, (gsize)(reader->end - reader->at));
    reader->at = found ? found + 1 : reader->end;
    reader->failed |= !found;
}

static gboolean skip_word(SyntaxReader *reader, const char *word)
{
    if (!syntax_is_at(reader, word))
        return FALSE;
    reader->at += strlen(word);
    return TRUE;
}

/* "(?i-x)" and "(?i:": the letters; FALSE when there are others. */
static gboolean read_flags(SyntaxReader *reader)
{
    gboolean on = TRUE;
    for (; reader->at < reader->end && *reader->at != ')' && *reader->at != ':'; reader->at++) {
        char c = *reader->at;
        if (c == '^')
            reader->caseless = reader->extended = FALSE;
        else if (c == '-')
            on = FALSE;
        else if (c == 'i')
            reader->caseless = on;
        else if (c == 'x')
            reader->extended = on;
        else if (!strchr("msnJU", c))
            return FALSE;
    }
    return reader->at < reader->end;
}

/* Behind the head of a group: its branches and its end. */
static Node *read_inside(SyntaxReader *reader)
{
    gboolean caseless = reader->caseless, extended = reader->extended;
    if (++reader->depth > SYNTAX_DEPTH_MOST)
        return syntax_fail(reader);
    Node *node = read_branches(reader);
    reader->depth--;
    reader->caseless = caseless;
    reader->extended = extended;
    if (!syntax_is_at(reader, ")")) {
        node_free(node);
        return syntax_fail(reader);
    }
    reader->at++;
    return node;
}

static Node *read_caught(SyntaxReader *reader)
{
    guint number = ++reader->groups;
    Node *node = around(NODE_GROUP, read_inside(reader));
    node->number = number;
    return node;
}

/* "(?i)" changes what follows in its group, "(?i:" what is inside. */
static Node *read_flag_group(SyntaxReader *reader)
{
    gboolean caseless = reader->caseless, extended = reader->extended;
    if (!read_flags(reader))
        return syntax_fail(reader);
    if (*reader->at++ == ')')
        return node_new(NODE_ROW);
    Node *node = read_inside(reader);
    reader->caseless = caseless;
    reader->extended = extended;
    return node;
}

static Node *read_look(SyntaxReader *reader, gboolean is_negative)
{
    Node *node = around(NODE_LOOK, read_inside(reader));
    node->is_negative = is_negative;
    return node;
}

/* "(?1)", "(?&name)", "(?P=name)" */
static gboolean is_call(const SyntaxReader *reader)
{
    char c = *reader->at;
    return syntax_is_at(reader, "P=") || syntax_is_at(reader, "P>") || c == '&' || c == 'R' ||
           g_ascii_isdigit(c) || (c && strchr("+-", c) && g_ascii_isdigit(reader->at[1]));
}

/* Behind "(?". */
static Node *read_special(SyntaxReader *reader)
{
    static const char *const looks[] = {"=", "*", "<=", "<*", "!", "<!"};
    if (skip_word(reader, ":") || skip_word(reader, "|"))
        return read_inside(reader);
    if (skip_word(reader, ">"))
        return around(NODE_ATOMIC, read_inside(reader));
    for (gsize i = 0; i < G_N_ELEMENTS(looks); i++)
        if (skip_word(reader, looks[i]))
            return read_look(reader, i >= 4);
    if (is_call(reader)) {
        syntax_skip_past(reader, ')');
        return node_new(NODE_CALL);
    }
    if (skip_word(reader, "P<") || skip_word(reader, "<")) {
        syntax_skip_past(reader, '>');
        return read_caught(reader);
    }
    if (skip_word(reader, "'")) {
        syntax_skip_past(reader, '\'');
        return read_caught(reader);
    }
    return read_flag_group(reader);
}

static Node *read_group(SyntaxReader *reader)
{
    reader->at++;
    /* (*ACCEPT) and its like turn everything around. */
    if (syntax_is_at(reader, "*"))
        return syntax_fail(reader);
    return skip_word(reader, "?") ? read_special(reader) : read_caught(reader);
}

static gboolean skip_comment(SyntaxReader *reader)
{
    if (!syntax_is_at(reader, "(?#"))
        return FALSE;
    syntax_skip_past(reader, ')');
    return TRUE;
}

/* With `extended`: blanks, and comments to the end of the line. */
static gboolean skip_blank(SyntaxReader *reader)
{
    static const char *const wide[] = {"\xc2\x85", "\u200e", "\u200f", "\u2028", "\u2029"};
    if (!reader->extended || reader->at >= reader->end)
        return FALSE;
    if (g_ascii_isspace(*reader->at) || *reader->at == '\v') {
        reader->at++;
        return TRUE;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(wide); i++)
        if (skip_word(reader, wide[i]))
            return TRUE;
    if (*reader->at != '#')
        return FALSE;
    const char *line_end = memchr(reader->at, '\n', (gsize)(reader->end - reader->at));
    const char *stop = line_end ? line_end + 1 : reader->end;
    /* Where lines end is a matter of how PCRE2 was built. */
    reader->failed |= memchr(reader->at, '\r', (gsize)(stop - reader->at)) != NULL;
    reader->at = stop;
    return TRUE;
}

/* What stands for nothing, also between a piece and its quantifier. */
static void skip_nothing(SyntaxReader *reader)
{
    for (;;) {
        if (skip_word(reader, "\\E"))
            reader->in_quote = FALSE;
        else if (reader->in_quote)
            return;
        else if (skip_word(reader, "\\Q"))
            reader->in_quote = TRUE;
        else if (!skip_comment(reader) && !skip_blank(reader))
            return;
    }
}

/* Newer versions of PCRE2 count {,3} and { 2 } as well. */
static gboolean is_doubtful(char c)
{
    return c == ',' || c == ' ' || c == '\t';
}

/* "{2,5}"; FALSE, and nothing is read, when the brace is a brace. */
static gboolean read_braces(SyntaxReader *reader, guint *out_least, guint *out_most)
{
    const char *at = reader->at + 1;
    char *end;
    if (!g_ascii_isdigit(*at)) {
        reader->failed |= is_doubtful(*at);
        return FALSE;
    }
    guint64 least = g_ascii_strtoull(at, &end, 10), most = least;
    if (*end == ',') {
        at = end + 1;
        reader->failed |= is_doubtful(*at);
        most = g_ascii_isdigit(*at) ? g_ascii_strtoull(at, &end, 10) : G_MAXUINT;
        end = g_ascii_isdigit(*at) ? end : (char *)(gsize)at;
    }
    reader->failed |= is_doubtful(*end);
    if (*end != '}')
        return FALSE;
    *out_least = (guint)MIN(least, G_MAXUINT - 1);
    *out_most = (guint)MIN(most, G_MAXUINT);
    reader->at = end + 1;
    return TRUE;
}

static gboolean read_quantifier(SyntaxReader *reader, guint *out_least, guint *out_most)
{
    if (reader->in_quote || reader->at >= reader->end)
        return FALSE;
    if (*reader->at == '{')
        return read_braces(reader, out_least, out_most);
    if (!strchr("*+?", *reader->at))
        return FALSE;
    *out_least = *reader->at == '+';
    *out_most = *reader->at == '?' ? 1 : G_MAXUINT;
    reader->at++;
    return TRUE;
}

static Node *read_piece(SyntaxReader *reader)
{
    if (reader->in_quote)
        return syntax_character(reader);
    switch (*reader->at) {
    case '(':
        return read_group(reader);
    case '[':
        return syntax_set(reader);
    case '\\':
        return syntax_escape(reader);
    case '^':
    case '$':
        reader->at++;
        return node_new(NODE_ROW);
    case '*':
    case '+':
    case '?':
        return syntax_fail(reader);
    default:
        break;
    }
    const char *from = reader->at;
    Node *node = syntax_character(reader);
    if (*from == '.') {
        node->type = NODE_SET;
        node->text = from;
        node->length = 1;
    }
    return node;
}

static Node *read_repeated(SyntaxReader *reader)
{
    guint least, most;
    Node *node = read_piece(reader);
    skip_nothing(reader);
    if (!read_quantifier(reader, &least, &most))
        return node;
    node = around(NODE_REPEAT, node);
    node->least = least;
    node->most = most;
    skip_nothing(reader);
    /* Lazy or possessive. */
    if (!reader->in_quote && (*reader->at == '?' || *reader->at == '+'))
        reader->at++;
    return node;
}

static gboolean is_branch_end(const SyntaxReader *reader)
{
    return reader->at >= reader->end || (!reader->in_quote && (*reader->at == '|' || *reader->at == ')'));
}

static Node *read_branch(SyntaxReader *reader)
{
    Node *row = node_new(NODE_ROW);
    for (skip_nothing(reader); !is_branch_end(reader); skip_nothing(reader))
        node_add(row, read_repeated(reader));
    return row;
}

static Node *read_branches(SyntaxReader *reader)
{
    Node *first = read_branch(reader);
    if (!syntax_is_at(reader, "|"))
        return first;
    Node *either = around(NODE_EITHER, first);
    while (skip_word(reader, "|"))
        node_add(either, read_branch(reader));
    return either;
}

Syntax *syntax_read(const char *pattern, gsize length, PatternFlags flags)
{
    Syntax *syntax = g_new0(Syntax, 1);
    syntax->pattern = g_strndup(pattern, length);
    SyntaxReader reader = {.at = syntax->pattern,
                           .end = syntax->pattern + strlen(syntax->pattern),
                           .caseless = (flags & PATTERN_CASELESS) != 0,
                           .extended = (flags & PATTERN_EXTENDED) != 0};
    syntax->root = read_branches(&reader);
    syntax->is_sure = !reader.failed && reader.at == reader.end && strlen(syntax->pattern) == length;
    return syntax;
}

void syntax_free(Syntax *syntax)
{
    if (!syntax)
        return;
    node_free(syntax->root);
    g_free(syntax->pattern);
    g_free(syntax);
}
