#include "template_nodes.h"

#include <postern/base/clean.h>
#include <postern/base/limits.h>

#include <string.h>

/* A section that is being gone through. */
typedef struct {
    guint node;
    const char *list;       /* full name of the list, or NULL: a plain truth */
    const GPtrArray *items; /* TemplateValues, of a list */
    guint position;
} Frame;

typedef struct {
    const Template *compiled;
    const TemplateValues *values;
    GString *out;
    Frame frames[TEMPLATE_DEPTH];
    guint depth;
} Render;

static const TemplateEntry *lookup(const Render *render, const Node *node)
{
    if (!node->scope)
        return template_entry(render->values, node->text);
    for (guint i = render->depth; i-- > 0;) {
        const Frame *frame = &render->frames[i];
        if (frame->list && strcmp(frame->list, node->scope) == 0)
            return template_entry(frame->items->pdata[frame->position], node->text);
    }
    return NULL;
}

static guint length_of(const TemplateEntry *entry)
{
    return entry && entry->items ? entry->items->len : 0;
}

static gboolean is_true(const Node *node, const TemplateEntry *entry)
{
    if (length_of(entry) > 0)
        return TRUE;
    return !node->is_length && entry && entry->text && entry->text[0] != '\0';
}

static void append_value(Render *render, const Node *node)
{
    const TemplateEntry *entry = lookup(render, node);
    if (node->is_length) {
        g_string_append_printf(render->out, "%u", length_of(entry));
        return;
    }
    if (!entry || !entry->text)
        return;
    g_autofree char *clean = render->compiled->kind == TEMPLATE_HEADER
                                 ? clean_line(entry->text, -1, LIMIT_SUBJECT_BYTES)
                                 : clean_text(entry->text, -1, TEMPLATE_OUTPUT_BYTES);
    if (render->compiled->kind == TEMPLATE_HTML)
        clean_append_html(render->out, clean, strlen(clean));
    else
        g_string_append(render->out, clean);
}

/* Returns the index to go on with. */
static guint enter(Render *render, guint index, const Node *node)
{
    const TemplateEntry *entry = lookup(render, node);
    gboolean wanted = is_true(node, entry) == (node->type == NODE_SECTION);
    if (!wanted)
        return node->partner + 1;
    Frame *frame = &render->frames[render->depth++];
    *frame = (Frame){.node = index};
    if (node->type == NODE_SECTION && !node->is_length && length_of(entry) > 0) {
        frame->list = node->full;
        frame->items = entry->items;
    }
    return index + 1;
}

static guint leave(Render *render, guint index)
{
    Frame *frame = &render->frames[render->depth - 1];
    if (frame->items && ++frame->position < frame->items->len)
        return frame->node + 1;
    render->depth--;
    return index + 1;
}

static guint step(Render *render, guint index)
{
    const Node *node = &g_array_index(render->compiled->nodes, Node, index);
    switch (node->type) {
    case NODE_LITERAL:
        g_string_append(render->out, node->text);
        return index + 1;
    case NODE_VALUE:
        append_value(render, node);
        return index + 1;
    case NODE_SECTION:
    case NODE_INVERTED:
        return enter(render, index, node);
    case NODE_END:
        return leave(render, index);
    }
    g_assert_not_reached();
}

char *template_render(const Template *compiled, const TemplateValues *values)
{
    Render render = {.compiled = compiled, .values = values, .out = g_string_new(NULL)};
    for (guint at = 0; at < compiled->nodes->len && render.out->len <= TEMPLATE_OUTPUT_BYTES;)
        at = step(&render, at);
    g_autofree char *raw = g_string_free(render.out, FALSE);
    if (compiled->kind == TEMPLATE_HEADER)
        return clean_line(raw, -1, LIMIT_SUBJECT_BYTES);
    return clean_text(raw, -1, TEMPLATE_OUTPUT_BYTES);
}
