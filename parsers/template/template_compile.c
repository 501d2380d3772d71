#include "template_names.h"
#include "template_nodes.h"

#include <postern/base/limits.h>

#include <string.h>

/* What one compilation shares between the file and its parts. */
typedef struct {
    TemplateNames names;
    TemplatePart part;
    gpointer user;
    GPtrArray *problems;
    GArray *nodes; /* Node */
    GArray *open;  /* OpenSection */
    guint part_depth, part_count;
    guint failures; /* counted here: `problems` may be full and take no more */
} Compiler;

/* One text that is being compiled. */
typedef struct {
    const char *file, *text;
    guint open_before; /* sections opened outside of it */
} Source;

typedef struct {
    char sigil;       /* '#', '^', '/', '>', '!' or 0 for a value */
    gsize start, end; /* offsets of the whole tag */
    char *name;
} Tag;

static void node_clear(gpointer data)
{
    Node *node = data;
    g_free(node->text);
    g_free(node->scope);
    g_free(node->full);
}

static void open_clear(gpointer data)
{
    OpenSection *section = data;
    g_free(section->written);
    g_free(section->list);
}

static void complain(Compiler *compiler, const Source *source, gsize offset, const char *format, ...)
    G_GNUC_PRINTF(4, 5);
static void complain(Compiler *compiler, const Source *source, gsize offset, const char *format, ...)
{
    compiler->failures++;
    if (compiler->problems->len >= PROBLEMS_MAX)
        return;
    guint line = 1;
    const char *line_start = source->text;
    for (const char *at = source->text; at < source->text + offset; at++)
        if (*at == '\n') {
            line++;
            line_start = at + 1;
        }
    glong column = g_utf8_strlen(line_start, source->text + offset - line_start) + 1;
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    problem_add(compiler->problems, source->file, source->text, line, (guint)column, "%s", message);
}

/* FALSE when the template has become too long. */
static gboolean add_node(Compiler *compiler, Node node)
{
    if (compiler->nodes->len > TEMPLATE_NODES) {
        node_clear(&node);
        return FALSE;
    }
    g_array_append_val(compiler->nodes, node);
    return TRUE;
}

static void add_literal(Compiler *compiler, const Source *source, gsize start, gsize end)
{
    if (end > start)
        add_node(compiler,
                 (Node){.type = NODE_LITERAL, .text = g_strndup(source->text + start, end - start)});
}

static void add_named(Compiler *compiler, NodeType type, ResolvedName *resolved)
{
    add_node(compiler, (Node){.type = type,
                              .text = g_steal_pointer(&resolved->name),
                              .scope = g_steal_pointer(&resolved->scope),
                              .full = g_strdup(resolved->full),
                              .is_length = resolved->is_length});
}

static gboolean is_name(const char *name)
{
    return name[0] != '\0' && name[strspn(name, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "_.-")] == '\0';
}

static void compile_value(Compiler *compiler, const Source *source, const Tag *tag)
{
    ResolvedName resolved = {0};
    g_autofree char *wrong = name_resolve(compiler->names, compiler->open, tag->name, &resolved);
    if (wrong)
        complain(compiler, source, tag->start, "%s", wrong);
    else if (resolved.is_list)
        complain(compiler, source, tag->start, "'%s' is a list; write {{#%s}}…{{/%s}}", tag->name, tag->name,
                 tag->name);
    else
        add_named(compiler, NODE_VALUE, &resolved);
    resolved_name_clear(&resolved);
}

static void compile_section(Compiler *compiler, const Source *source, const Tag *tag)
{
    ResolvedName resolved = {0};
    NodeType type = tag->sigil == '#' ? NODE_SECTION : NODE_INVERTED;
    g_autofree char *wrong = name_resolve(compiler->names, compiler->open, tag->name, &resolved);
    if (wrong)
        complain(compiler, source, tag->start, "%s", wrong);
    if (compiler->open->len == TEMPLATE_DEPTH)
        complain(compiler, source, tag->start, "sections lie deeper than %u", TEMPLATE_DEPTH);
    /* A section with an unknown name is opened all the same: its closing tag is no second mistake. */
    OpenSection section = {
        .node = compiler->nodes->len, .written = g_strdup(tag->name), .offset = tag->start};
    if (type == NODE_SECTION && resolved.is_list)
        section.list = g_strdup(resolved.full);
    g_array_append_val(compiler->open, section);
    add_named(compiler, type, &resolved);
    resolved_name_clear(&resolved);
}

static void compile_end(Compiler *compiler, const Source *source, const Tag *tag)
{
    if (compiler->open->len == source->open_before) {
        complain(compiler, source, tag->start, "{{/%s}} closes nothing", tag->name);
        return;
    }
    guint last = compiler->open->len - 1;
    OpenSection *section = &g_array_index(compiler->open, OpenSection, last);
    if (strcmp(section->written, tag->name) != 0)
        complain(compiler, source, tag->start, "{{/%s}} stands where {{/%s}} is expected", tag->name,
                 section->written);
    guint begin = section->node, end = compiler->nodes->len;
    if (add_node(compiler, (Node){.type = NODE_END, .partner = begin}))
        g_array_index(compiler->nodes, Node, begin).partner = end;
    g_array_remove_index(compiler->open, last);
}

static void compile_source(Compiler *compiler, Source *source);

static void compile_part(Compiler *compiler, const Source *source, const Tag *tag)
{
    const char *text = compiler->part ? compiler->part(compiler->user, tag->name) : NULL;
    if (!text) {
        complain(compiler, source, tag->start, "there is no part '%s'", tag->name);
        return;
    }
    if (compiler->part_depth == TEMPLATE_PART_DEPTH) {
        complain(compiler, source, tag->start, "parts lie deeper than %u; does '%s' hold itself?",
                 TEMPLATE_PART_DEPTH, tag->name);
        return;
    }
    if (++compiler->part_count > TEMPLATE_PARTS) {
        complain(compiler, source, tag->start, "more than %u parts", TEMPLATE_PARTS);
        return;
    }
    /* A part lies beside the file that names it. */
    const char *slash = strrchr(source->file, '/');
    g_autofree char *folder = g_strndup(source->file, slash ? (gsize)(slash + 1 - source->file) : 0);
    g_autofree char *file = g_strconcat(folder, tag->name, NULL);
    Source inner = {.file = file, .text = text, .open_before = compiler->open->len};
    compiler->part_depth++;
    compile_source(compiler, &inner);
    compiler->part_depth--;
}

/* Finds the tag at or after `from`; FALSE when there is none. An unclosed one is a problem and is passed
 * over. */
static gboolean next_tag(Compiler *compiler, const Source *source, gsize from, Tag *out)
{
    const char *open = source->text + from;
    while (compiler->failures < PROBLEMS_MAX && (open = strstr(open, "{{"))) {
        const char *inner = open + 2;
        gboolean is_comment = *inner == '!';
        const char *close = strstr(inner, "}}");
        gsize line_length = strcspn(inner, "\n");
        if (!close || (!is_comment && close > inner + line_length)) {
            complain(compiler, source, (gsize)(open - source->text), "the tag is not closed by '}}'%s",
                     is_comment ? "" : " on its line");
            open = is_comment ? inner + strlen(inner) : inner;
            continue;
        }
        out->sigil = *inner != '\0' && strchr("#^/>!&{=", *inner) ? *inner : '\0';
        out->start = (gsize)(open - source->text);
        out->end = (gsize)(close + 2 - source->text);
        out->name = g_strndup(inner + (out->sigil != '\0'), (gsize)(close - inner) - (out->sigil != '\0'));
        g_strstrip(out->name);
        return TRUE;
    }
    return FALSE;
}

static gboolean is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* A tag that is alone on its line (and no value) takes the line away with it, as in Mustache. */
static void widen_alone(const Source *source, gsize written_until, const Tag *tag, gsize *start, gsize *end)
{
    gsize left = tag->start, right = tag->end;
    while (left > written_until && is_blank(source->text[left - 1]))
        left--;
    while (is_blank(source->text[right]))
        right++;
    if (source->text[right] == '\r' && source->text[right + 1] == '\n')
        right++;
    gboolean line_begins = left == 0 || source->text[left - 1] == '\n';
    if (!line_begins || (source->text[right] != '\n' && source->text[right] != '\0'))
        return;
    *start = left;
    *end = right + (source->text[right] == '\n');
}

static void compile_tag(Compiler *compiler, const Source *source, const Tag *tag)
{
    if (tag->sigil == '!')
        return;
    if (tag->sigil == '{' || tag->sigil == '&')
        complain(compiler, source, tag->start, "every value is escaped here; write it with two braces");
    else if (tag->sigil == '=')
        complain(compiler, source, tag->start, "the braces cannot be changed");
    else if (!is_name(tag->name))
        complain(compiler, source, tag->start, "'%s' is no name: letters, digits, '_' and '.'", tag->name);
    else if (tag->sigil == '/')
        compile_end(compiler, source, tag);
    else if (tag->sigil == '>')
        compile_part(compiler, source, tag);
    else if (tag->sigil == '\0')
        compile_value(compiler, source, tag);
    else
        compile_section(compiler, source, tag);
}

static void close_all(Compiler *compiler, const Source *source)
{
    while (compiler->open->len > source->open_before) {
        guint last = compiler->open->len - 1;
        const OpenSection *section = &g_array_index(compiler->open, OpenSection, last);
        complain(compiler, source, section->offset, "the section '%s' is never closed", section->written);
        g_array_remove_index(compiler->open, last);
    }
}

static void compile_source(Compiler *compiler, Source *source)
{
    gsize at = 0;
    for (Tag tag; next_tag(compiler, source, at, &tag); g_free(tag.name)) {
        gsize start = tag.start, end = tag.end;
        if (tag.sigil != '\0')
            widen_alone(source, at, &tag, &start, &end);
        add_literal(compiler, source, at, start);
        compile_tag(compiler, source, &tag);
        at = end;
        if (compiler->nodes->len > TEMPLATE_NODES) {
            complain(compiler, source, tag.start, "the template is too long with its parts");
            g_free(tag.name);
            break;
        }
    }
    add_literal(compiler, source, at, strlen(source->text));
    close_all(compiler, source);
}

static void refuse_file(Compiler *compiler, const char *file, const char *reason)
{
    compiler->failures++;
    problem_add(compiler->problems, file, NULL, 0, 0, "%s", reason);
}

static void refuse_byte(Compiler *compiler, const char *file, const char *text, const char *at)
{
    guint line = 1;
    const char *start = text;
    for (const char *end; (end = memchr(start, '\n', (gsize)(at - start))); start = end + 1)
        line++;
    guint column = (guint)g_utf8_strlen(start, at - start) + 1;
    compiler->failures++;
    problem_add(compiler->problems, file, text, line, column,
                "byte 0x%02x is not UTF-8; save the file as UTF-8", (guchar)*at);
}

Template *template_compile(const char *file, const char *text, TemplateKind kind, TemplateNames names,
                           TemplatePart part, gpointer user, GPtrArray *problems)
{
    Template *compiled = g_new0(Template, 1);
    compiled->kind = kind;
    compiled->nodes = g_array_new(FALSE, FALSE, sizeof(Node));
    g_array_set_clear_func(compiled->nodes, node_clear);
    Compiler compiler = {names, part, user, problems, compiled->nodes, NULL, 0, 0, 0};
    compiler.open = g_array_new(FALSE, FALSE, sizeof(OpenSection));
    g_array_set_clear_func(compiler.open, open_clear);
    Source source = {.file = file, .text = text};
    const char *bad = NULL;
    if (strlen(text) > LIMIT_CONFIG_BYTES)
        refuse_file(&compiler, file, "the file is too large");
    else if (!g_utf8_validate(text, -1, &bad))
        refuse_byte(&compiler, file, text, bad);
    else
        compile_source(&compiler, &source);
    g_array_unref(compiler.open);
    if (compiler.failures == 0)
        return compiled;
    template_free(compiled);
    return NULL;
}

void template_free(Template *compiled)
{
    if (!compiled)
        return;
    g_array_unref(compiled->nodes);
    g_free(compiled);
}

gboolean template_opens_with(const Template *compiled, const char *name)
{
    for (guint i = 0; i < compiled->nodes->len; i++) {
        const Node *node = &g_array_index(compiled->nodes, Node, i);
        if (node->type != NODE_LITERAL)
            return node->type == NODE_VALUE && !node->is_length && strcmp(node->full, name) == 0;
        if (compiled->kind != TEMPLATE_HTML && node->text[strspn(node->text, " \t\r\n")] != '\0')
            return FALSE;
    }
    return FALSE;
}
