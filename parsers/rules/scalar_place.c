#include <parsers/rules/compile.h>

#include <stdarg.h>
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

void scalar_problem(Compiler *compiler, const YamlNode *node, gsize offset, const char *format, ...)
{
    guint line, column;
    place_in_scalar(compiler->document, node, MIN(offset, node->scalar_length), &line, &column);
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    problem_add(compiler->problems, compiler->document->file, compiler->document->text, line, column, "%s",
                message);
}
