#include <parsers/rules/syntax_reader.h>

#include <string.h>

static Node *character_node(const SyntaxReader *reader, gunichar c)
{
    Node *node = node_new(NODE_CHARACTER);
    node->character = c;
    node->is_caseless = reader->caseless;
    return node;
}

Node *syntax_character(SyntaxReader *reader)
{
    gunichar c = g_utf8_get_char(reader->at);
    reader->at = MIN(g_utf8_next_char(reader->at), reader->end);
    return character_node(reader, c);
}

/* Of all that was read since `from`. */
static Node *set_node(const SyntaxReader *reader, const char *from)
{
    Node *node = node_new(NODE_SET);
    node->text = from;
    node->length = (gsize)(reader->at - from);
    node->is_caseless = reader->caseless;
    return node;
}

/* \x41, \x{263a}; the x is read. */
static Node *read_code(SyntaxReader *reader, const char *from)
{
    gunichar c = 0;
    gboolean is_braced = syntax_is_at(reader, "{");
    reader->at += is_braced;
    for (guint digits = 0; g_ascii_isxdigit(*reader->at) && digits < (is_braced ? 6u : 2u); digits++)
        c = c * 16 + (gunichar)g_ascii_xdigit_value(*reader->at++);
    if (is_braced && !syntax_is_at(reader, "}"))
        return syntax_fail(reader);
    reader->at += is_braced;
    return c == 0 || !g_unichar_validate(c) ? set_node(reader, from) : character_node(reader, c);
}

/* \p{Lu}, \pL */
static Node *read_property(SyntaxReader *reader, const char *from)
{
    if (syntax_is_at(reader, "{"))
        syntax_skip_past(reader, '}');
    else if (reader->at < reader->end)
        reader->at++;
    return set_node(reader, from);
}

static Node *back_node(const SyntaxReader *reader, gboolean may_call, guint number)
{
    Node *node = node_new(may_call ? NODE_CALL : NODE_BACK);
    node->is_caseless = reader->caseless;
    node->number = number;
    return node;
}

/* \k<name>, \g{-1}, \g'name', \g1: what another group caught, or can catch. */
static Node *read_reference(SyntaxReader *reader, gboolean is_g)
{
    static const char *const pairs[] = {"{}", "<>", "''"};
    for (gsize i = 0; i < G_N_ELEMENTS(pairs); i++)
        if (reader->at < reader->end && *reader->at == pairs[i][0]) {
            reader->at++;
            syntax_skip_past(reader, pairs[i][1]);
            return back_node(reader, is_g && pairs[i][0] != '{', 0);
        }
    while (reader->at < reader->end && (g_ascii_isdigit(*reader->at) || strchr("+-", *reader->at)))
        reader->at++;
    return back_node(reader, FALSE, 0);
}

/* \1, \12, \007: all digits, whichever of them belong to it. */
static Node *read_number(SyntaxReader *reader)
{
    guint number = 0;
    for (reader->at--; g_ascii_isdigit(*reader->at); reader->at++)
        number = MIN(number * 10 + (guint)g_ascii_digit_value(*reader->at), 1000);
    return back_node(reader, FALSE, number < 10 ? number : 0);
}

static Node *read_type(SyntaxReader *reader, const char *from, char c)
{
    static const char sets[] = "dDwWsShHvVN";
    if (c == 'R')
        return node_new(NODE_BREAK);
    if (c == 'X')
        return node_new(NODE_GRAPHEME);
    if (!strchr(sets, c) || (c == 'N' && syntax_is_at(reader, "{")))
        return syntax_fail(reader);
    Node *node = set_node(reader, from);
    node->is_digits = c == 'd';
    return node;
}

Node *syntax_escape(SyntaxReader *reader)
{
    static const char signs[] = "aefnrt", codes[] = "\a\033\f\n\r\t";
    const char *from = reader->at;
    if (++reader->at >= reader->end)
        return syntax_fail(reader);
    char c = *reader->at;
    if (!g_ascii_isalnum(c))
        return syntax_character(reader);
    reader->at++;
    if (strchr(signs, c))
        return character_node(reader, (gunichar)codes[strchr(signs, c) - signs]);
    if (strchr("bBAzZGK", c))
        return node_new(NODE_ROW);
    if (c == 'x')
        return read_code(reader, from);
    if (c == 'p' || c == 'P')
        return read_property(reader, from);
    if (c == 'g' || c == 'k')
        return read_reference(reader, c == 'g');
    return g_ascii_isdigit(c) ? read_number(reader) : read_type(reader, from, c);
}

/* "[:alpha:]" inside a set; its length, or 0. */
static gsize named_set(const SyntaxReader *reader)
{
    const char *at = reader->at;
    if (!syntax_is_at(reader, "[:"))
        return 0;
    at += 2;
    at += *at == '^';
    while (g_ascii_isalpha(*at))
        at++;
    return strncmp(at, ":]", 2) == 0 ? (gsize)(at + 2 - reader->at) : 0;
}

/* One thing in a set. FALSE when it is more than one ASCII character. */
static gboolean read_member(SyntaxReader *reader, char *out)
{
    gsize named = named_set(reader);
    gboolean is_escape = *reader->at == '\\' && reader->end - reader->at >= 2;
    if (named) {
        reader->at += named;
        return FALSE;
    }
    if (is_escape && reader->at[1] == 'Q') {
        const char *close = strstr(reader->at, "\\E");
        reader->at = close ? close + 2 : reader->end;
        return FALSE;
    }
    if (is_escape) {
        /* \c takes whatever comes. */
        reader->at += reader->at[1] == 'c' && reader->end - reader->at >= 3 ? 2 : 1;
        *out = *reader->at++;
        return !g_ascii_isalnum(*out) && (guchar)*out < 0x80;
    }
    *out = *reader->at++;
    return (guchar)*out < 0x80;
}

/* "[0-9]", "[45]": where it ends; NULL when there is anything else in it. */
static const char *digits_end(const SyntaxReader *reader)
{
    const char *at = reader->at + 1;
    while (g_ascii_isdigit(*at) || (*at == '-' && at > reader->at + 1 && at[1] != ']'))
        at++;
    return *at == ']' && at > reader->at + 1 ? at + 1 : NULL;
}

Node *syntax_set(SyntaxReader *reader)
{
    const char *from = reader->at, *digits = digits_end(reader);
    char few[4] = {0};
    guint count = 0;
    if (syntax_is_at(reader, "[[:<:]]") || syntax_is_at(reader, "[[:>:]]"))
        return syntax_fail(reader);
    reader->at++;
    gboolean is_few = !syntax_is_at(reader, "^");
    reader->at += !is_few;
    for (gboolean is_first = TRUE; reader->at < reader->end && (is_first || *reader->at != ']');
         is_first = FALSE) {
        char member = '\0';
        gboolean is_range = !is_first && syntax_is_at(reader, "-") && !syntax_is_at(reader, "-]");
        is_few = read_member(reader, &member) && is_few && !is_range && count < G_N_ELEMENTS(few);
        if (is_few)
            few[count++] = member;
    }
    if (reader->at >= reader->end)
        return syntax_fail(reader);
    reader->at++;
    Node *node = set_node(reader, from);
    node->is_digits = digits != NULL;
    node->few_count = is_few ? count : 0;
    memcpy(node->few, few, sizeof few);
    return node;
}
