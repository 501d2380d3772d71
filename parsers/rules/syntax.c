#include <parsers/rules/syntax_reader.h>

#include <string.h>

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

gboolean syntax_skip_word(SyntaxReader *reader, const char *word)
{
    if (!syntax_is_at(reader, word))
        return FALSE;
    reader->at += strlen(word);
    return TRUE;
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
        if (syntax_skip_word(reader, wide[i]))
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
        if (syntax_skip_word(reader, "\\E"))
            reader->in_quote = FALSE;
        else if (reader->in_quote)
            return;
        else if (syntax_skip_word(reader, "\\Q"))
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
        return syntax_group(reader);
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
    node = node_around(NODE_REPEAT, node);
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

Node *syntax_branches(SyntaxReader *reader)
{
    Node *first = read_branch(reader);
    if (!syntax_is_at(reader, "|"))
        return first;
    Node *either = node_around(NODE_EITHER, first);
    while (syntax_skip_word(reader, "|"))
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
    syntax->root = syntax_branches(&reader);
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
