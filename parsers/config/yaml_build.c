/* The tree of a document out of libyaml's events. */
#include "yaml_private.h"

#include <postern/base/limits.h>

#include <string.h>
#include <yaml.h>

/* The tree grows by events: `open` holds the sequences and mappings that are not closed yet, outermost
 * first. */
typedef struct {
    YamlDocument *document;
    GPtrArray *problems;
    GPtrArray *open; /* Level */
    gboolean has_document, is_stopped;
} Builder;

typedef struct {
    YamlNode *node;    /* borrowed from the tree */
    YamlNode *key;     /* of a mapping: the key that waits for its value, or NULL; owned */
    GHashTable *known; /* of a mapping: text of a key → its YamlNode, both borrowed */
} Level;

void yaml_node_free(gpointer data)
{
    YamlNode *node = data;
    if (!node)
        return;
    g_clear_pointer(&node->items, g_ptr_array_unref);
    g_clear_pointer(&node->keys, g_ptr_array_unref);
    g_clear_pointer(&node->values, g_ptr_array_unref);
    g_free(node->scalar);
    g_free(node);
}

static void level_free(gpointer data)
{
    Level *level = data;
    yaml_node_free(level->key);
    g_clear_pointer(&level->known, g_hash_table_unref);
    g_free(level);
}

static YamlNode *node_new(YamlType type, const yaml_mark_t *mark)
{
    YamlNode *node = g_new0(YamlNode, 1);
    node->type = type;
    node->line = (guint)mark->line + 1;
    node->column = (guint)mark->column + 1;
    if (type == YAML_SEQUENCE)
        node->items = g_ptr_array_new_with_free_func(yaml_node_free);
    if (type == YAML_MAPPING) {
        node->keys = g_ptr_array_new_with_free_func(yaml_node_free);
        node->values = g_ptr_array_new_with_free_func(yaml_node_free);
    }
    return node;
}

static void refuse(Builder *builder, const yaml_mark_t *mark, const char *message)
{
    problem_add(builder->problems, builder->document->file, builder->document->text, (guint)mark->line + 1,
                (guint)mark->column + 1, "%s", message);
}

/* Refuses what makes nonsense of everything after it. */
static void stop(Builder *builder, const yaml_mark_t *mark, const char *message)
{
    refuse(builder, mark, message);
    builder->is_stopped = TRUE;
}

static Level *innermost(Builder *builder)
{
    return builder->open->len ? builder->open->pdata[builder->open->len - 1] : NULL;
}

static gboolean expects_key(Builder *builder)
{
    const Level *level = innermost(builder);
    return level && level->known && !level->key;
}

static void set_key(Builder *builder, Level *level, YamlNode *node)
{
    const YamlNode *first = g_hash_table_lookup(level->known, node->scalar);
    if (first)
        yaml_problem(builder->document, node, builder->problems, "the key '%s' is already given on line %u",
                     node->scalar, first->line);
    else
        g_hash_table_insert(level->known, node->scalar, node);
    level->key = node;
}

/* Takes `node`. A repeated key stays in the tree behind the first, where yaml_get() does not see it. */
static void attach(Builder *builder, YamlNode *node)
{
    Level *level = innermost(builder);
    if (!level) {
        builder->document->root = node;
    } else if (!level->known) {
        g_ptr_array_add(level->node->items, node);
    } else if (!level->key) {
        set_key(builder, level, node);
    } else {
        g_ptr_array_add(level->node->keys, g_steal_pointer(&level->key));
        g_ptr_array_add(level->node->values, node);
    }
}

static void take_scalar(Builder *builder, const yaml_event_t *event)
{
    YamlNode *node = node_new(YAML_SCALAR, &event->start_mark);
    yaml_scalar_style_t style = event->data.scalar.style;
    node->scalar_length = event->data.scalar.length;
    node->scalar = g_strndup((const char *)event->data.scalar.value, node->scalar_length);
    node->is_block = style == YAML_LITERAL_SCALAR_STYLE || style == YAML_FOLDED_SCALAR_STYLE;
    node->is_quoted = style != YAML_PLAIN_SCALAR_STYLE;
    if (strlen(node->scalar) < node->scalar_length) {
        refuse(builder, &event->start_mark, "this text holds a NUL character (\\0), which no text may");
        node->scalar_length = strlen(node->scalar);
    }
    attach(builder, node);
}

static void open_level(Builder *builder, const yaml_event_t *event, YamlType type)
{
    if (expects_key(builder)) {
        stop(builder, &event->start_mark,
             "a key must be a word, not a list or mapping; text that begins with '{' or '[' must be in "
             "quotes");
        return;
    }
    if (builder->open->len >= LIMIT_CONFIG_DEPTH) {
        g_autofree char *message =
            g_strdup_printf("lists and mappings are nested over %u levels deep", LIMIT_CONFIG_DEPTH);
        stop(builder, &event->start_mark, message);
        return;
    }
    Level *level = g_new0(Level, 1);
    level->node = node_new(type, &event->start_mark);
    if (type == YAML_MAPPING)
        level->known = g_hash_table_new(g_str_hash, g_str_equal);
    attach(builder, level->node);
    g_ptr_array_add(builder->open, level);
}

/* An alias stands for something else in the file: refused, with an empty text in its place. */
static void take_alias(Builder *builder, const yaml_event_t *event)
{
    refuse(builder, &event->start_mark,
           "aliases ('*name') are not allowed; write the value out, or in quotes if the star belongs to it");
    YamlNode *node = node_new(YAML_SCALAR, &event->start_mark);
    node->scalar = g_strdup("");
    attach(builder, node);
}

static void begin_document(Builder *builder, const yaml_event_t *event)
{
    if (builder->has_document)
        stop(builder, &event->start_mark, "a second document begins here; a file holds one");
    builder->has_document = TRUE;
}

static void refuse_decoration(Builder *builder, const yaml_event_t *event, const yaml_char_t *anchor,
                              const yaml_char_t *tag)
{
    if (anchor)
        refuse(builder, &event->start_mark,
               "anchors ('&name') are not allowed; put the text in quotes if the '&' belongs to it");
    if (tag)
        refuse(builder, &event->start_mark,
               "tags ('!name') are not allowed; put the text in quotes if the '!' belongs to it");
}

static void take_event(Builder *builder, const yaml_event_t *event)
{
    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
        begin_document(builder, event);
        break;
    case YAML_SCALAR_EVENT:
        refuse_decoration(builder, event, event->data.scalar.anchor, event->data.scalar.tag);
        take_scalar(builder, event);
        break;
    case YAML_ALIAS_EVENT:
        take_alias(builder, event);
        break;
    case YAML_SEQUENCE_START_EVENT:
        refuse_decoration(builder, event, event->data.sequence_start.anchor, event->data.sequence_start.tag);
        open_level(builder, event, YAML_SEQUENCE);
        break;
    case YAML_MAPPING_START_EVENT:
        refuse_decoration(builder, event, event->data.mapping_start.anchor, event->data.mapping_start.tag);
        open_level(builder, event, YAML_MAPPING);
        break;
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        g_ptr_array_set_size(builder->open, (gint)builder->open->len - 1);
        break;
    default:
        break;
    }
}

/* libyaml's words for the mistakes people make most, in words that say what to do. */
static const char *advice(const char *problem)
{
    static const struct {
        const char *says, *advice;
    } known[] = {
        {"mapping values are not allowed",
         "text with ': ' in it must be in quotes, or the indentation is off"},
        {"cannot start any token",
         "indent with blanks, never tabs; a value that begins with '@', '`' or '%' must be in quotes"},
        {"did not find expected key",
         "check the indentation of this line, and the quotes from there to here"},
        {"did not find expected '-' indicator",
         "the items of a list begin in the same column, each with '- '"},
        {"could not find expected ':'", "a key ends with ': '"},
        {"found unexpected end of stream", "a quote or bracket is not closed"},
        {"found unknown escape character", "write patterns and backslashes in 'single quotes'"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(known); i++)
        if (strstr(problem, known[i].says))
            return known[i].advice;
    return NULL;
}

static void syntax_problem(Builder *builder, const yaml_parser_t *parser)
{
    const char *problem = parser->problem ? parser->problem : "libyaml gave up";
    const char *hint = advice(problem);
    GString *message = g_string_new(NULL);
    g_string_printf(message, "this is not YAML: %s", problem);
    if (parser->context && parser->context_mark.line != parser->problem_mark.line)
        g_string_append_printf(message, " %s that begins on line %u", parser->context,
                               (guint)parser->context_mark.line + 1);
    if (hint)
        g_string_append_printf(message, "; %s", hint);
    stop(builder, &parser->problem_mark, message->str);
    g_string_free(message, TRUE);
}

static void build(Builder *builder, const char *text, gsize length)
{
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser))
        g_error("out of memory");
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, length);
    gboolean is_end = FALSE;
    /* Events are asked for one at a time, so that deep nesting stops here before libyaml, whose work on
     * brackets grows with the square of their depth, has seen much of it. */
    while (!is_end && !builder->is_stopped) {
        yaml_event_t event;
        if (!yaml_parser_parse(&parser, &event)) {
            syntax_problem(builder, &parser);
            break;
        }
        take_event(builder, &event);
        is_end = event.type == YAML_STREAM_END_EVENT;
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
}

void yaml_build(YamlDocument *document, const char *text, gsize length, GPtrArray *problems)
{
    Builder builder = {.document = document, .problems = problems};
    builder.open = g_ptr_array_new_with_free_func(level_free);
    build(&builder, text, length);
    g_ptr_array_unref(builder.open);
    if (builder.is_stopped)
        yaml_node_free(g_steal_pointer(&document->root));
}
