/* A page as a tree of what may be kept of it: every element is known, every attribute in its final form. */
#pragma once

#include "parsers/body/safe_tag.h"

#include <postern/body.h>

typedef struct {
    SafeTag tag;
    guint parent, next, child, last_child; /* places in the list; 0, the root, for none */
    gsize text, length;                    /* of TAG_TEXT: in `words` */
    char *attributes;                      /* " href=…", escaped, or NULL */
    char *link;                            /* of TAG_A, as the page has it */
    char *alt;                             /* of TAG_IMG */
    int image;                             /* of TAG_IMG: place among the images, or -1 */
    guint number;                          /* of TAG_LI in an ordered list; of that list: its last */
    guint begin, end;                      /* of what it holds, in its row (safe_row.h) */
    gboolean is_quoted;                    /* of the answered mail, as far as the client marks it */
    gboolean is_signature;
    gboolean is_bullet; /* a mark that Word writes in front of an item */
} SafeNode;

typedef struct {
    GArray *nodes;  /* SafeNode, in the order of the page; 0 is the root */
    GString *words; /* clean UTF-8, all text one behind the other */
    GStringChunk *strings;
    BodyImage *images; /* borrowed */
    guint image_count;
    gboolean is_cut; /* a limit was met: it is not the whole page */
} SafeTree;

/* `html` is valid UTF-8. */
SafeTree *safe_tree_read(const char *html, gsize length, BodyImage *images, guint image_count);
void safe_tree_free(SafeTree *tree);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SafeTree, safe_tree_free)

static inline SafeNode *safe_node(const SafeTree *tree, guint index)
{
    return &g_array_index(tree->nodes, SafeNode, index);
}
