#include <parsers/rules/syntax_reader.h>

#include <string.h>

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
    Node *node = syntax_branches(reader);
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
    Node *node = node_around(NODE_GROUP, read_inside(reader));
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
    Node *node = node_around(NODE_LOOK, read_inside(reader));
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
    if (syntax_skip_word(reader, ":") || syntax_skip_word(reader, "|"))
        return read_inside(reader);
    if (syntax_skip_word(reader, ">"))
        return node_around(NODE_ATOMIC, read_inside(reader));
    for (gsize i = 0; i < G_N_ELEMENTS(looks); i++)
        if (syntax_skip_word(reader, looks[i]))
            return read_look(reader, i >= 4);
    if (is_call(reader)) {
        syntax_skip_past(reader, ')');
        return node_new(NODE_CALL);
    }
    if (syntax_skip_word(reader, "P<") || syntax_skip_word(reader, "<")) {
        syntax_skip_past(reader, '>');
        return read_caught(reader);
    }
    if (syntax_skip_word(reader, "'")) {
        syntax_skip_past(reader, '\'');
        return read_caught(reader);
    }
    return read_flag_group(reader);
}

Node *syntax_group(SyntaxReader *reader)
{
    reader->at++;
    /* (*ACCEPT) and its like turn everything around. */
    if (syntax_is_at(reader, "*"))
        return syntax_fail(reader);
    return syntax_skip_word(reader, "?") ? read_special(reader) : read_caught(reader);
}
