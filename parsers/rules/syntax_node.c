#include <parsers/rules/syntax_reader.h>

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

Node *node_around(NodeType type, Node *part)
{
    Node *node = node_new(type);
    node_add(node, part);
    return node;
}
