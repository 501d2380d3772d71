#include "parsers/body/safe_row.h"

#include "parsers/body/safe_words.h"

#include <string.h>

typedef struct {
    SafeTree *tree;
    GArray *items; /* SafeItem */
} Row;

static void add_item(Row *row, SafeItemType type, guint node, gunichar c)
{
    SafeItem item = {.c = c,
                     .node = node & 0xfffffff,
                     .type = type & 7,
                     .is_quoted = safe_node(row->tree, node)->is_quoted & 1};
    g_array_append_val(row->items, item);
}

static gboolean has_ancestor(const SafeTree *tree, guint index, SafeTag tag)
{
    for (; index; index = safe_node(tree, index)->parent)
        if (safe_node(tree, index)->tag == tag)
            return TRUE;
    return FALSE;
}

static void add_words(Row *row, guint index)
{
    const SafeTree *tree = row->tree;
    const SafeNode *node = safe_node(tree, index);
    gboolean is_verbatim = memchr(tree->words->str + node->text, '\n', node->length) &&
                           has_ancestor(tree, node->parent, TAG_PRE);
    const char *at = tree->words->str + node->text, *end = at + node->length;
    for (; at < end; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        if (!safe_is_unseen(c))
            add_item(row, node->is_bullet ? ITEM_SOFT : ITEM_CHARACTER, index, c);
        else if (c == '\n' && is_verbatim)
            add_item(row, ITEM_BREAK, index, 0);
    }
}

static gboolean breaks_line(SafeTag tag)
{
    return tag == TAG_BR || safe_tag_is_block(tag);
}

/* Recursion ends with the depth of the parser. */
static void add_node(Row *row, guint index)
{
    SafeNode *node = safe_node(row->tree, index);
    node->begin = row->items->len;
    if (node->tag == TAG_TEXT)
        add_words(row, index);
    if (node->tag > TAG_TEXT && breaks_line(node->tag))
        add_item(row, ITEM_BREAK, index, 0);
    if (node->tag == TAG_LI || node->tag == TAG_IMG)
        add_item(row, ITEM_ELEMENT, index, 0);
    for (guint child = node->tag == TAG_DROPPED ? 0 : node->child; child;
         child = safe_node(row->tree, child)->next)
        add_node(row, child);
    if (node->tag == TAG_A)
        add_item(row, ITEM_ELEMENT, index, 0);
    if (node->tag > TAG_TEXT && safe_tag_is_block(node->tag))
        add_item(row, ITEM_BREAK, index, 0);
    node->end = row->items->len;
}

GArray *safe_row(SafeTree *tree)
{
    Row row = {.tree = tree, .items = g_array_new(FALSE, FALSE, sizeof(SafeItem))};
    add_node(&row, 0);
    return row.items;
}
