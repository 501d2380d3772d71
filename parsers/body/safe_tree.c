#include "parsers/body/safe_tree.h"

#include "parsers/body/element.h"
#include "parsers/body/feed.h"
#include "parsers/body/safe_describe.h"
#include "parsers/body/safe_words.h"

#include <postern/base/limits.h>

#include <string.h>

/* A page of so many elements is no letter. */
#define NODES 100000u
/* "(iv)" and some blanks behind it. */
#define BULLET_BYTES 24u

typedef struct {
    SafeTree *tree;
    GArray *open;       /* guint: places of the open elements; the root first */
    gboolean is_beyond; /* the answered mail has begun */
} Builder;

static guint top(const Builder *builder)
{
    return g_array_index(builder->open, guint, builder->open->len - 1);
}

/* The list may move: nobody keeps a node over this call. */
static guint add_node(Builder *builder, SafeTag tag)
{
    SafeTree *tree = builder->tree;
    guint index = tree->nodes->len, parent = top(builder);
    const SafeNode *above = safe_node(tree, parent);
    SafeNode node = {.tag = tag,
                     .parent = parent,
                     .image = -1,
                     .is_quoted = builder->is_beyond || above->is_quoted,
                     .is_signature = above->is_signature,
                     .is_bullet = above->is_bullet};
    g_array_append_val(tree->nodes, node);
    SafeNode *in = safe_node(tree, parent);
    if (in->last_child)
        safe_node(tree, in->last_child)->next = index;
    else
        in->child = index;
    in->last_child = index;
    return index;
}

/* An ordered list keeps the number of its last item. */
static void number_item(SafeTree *tree, SafeNode *node)
{
    SafeNode *list = safe_node(tree, node->parent);
    if (node->tag == TAG_LI && list->tag == TAG_OL)
        node->number = ++list->number;
}

static gboolean has_class(const char *const *attributes, const char *word)
{
    const char *class = element_attribute(attributes, "class");
    return class && strstr(class, word);
}

/* Lower case without blanks holds one of these: nobody sees what is inside. Beside what element.c knows. */
static gboolean is_invisible(const char *const *attributes)
{
    static const char *const signs[] = {"display:none", "visibility:hidden", "visibility:collapse",
                                        "opacity:0;",   "font-size:0;",      "font-size:0p",
                                        "max-height:0", "mso-hide:all"};
    const char *style = element_attribute(attributes, "style");
    if (!style)
        return FALSE;
    g_autoptr(GString) plain = g_string_new(NULL);
    for (; *style && plain->len < 4096; style++)
        if (!g_ascii_isspace(*style))
            g_string_append_c(plain, g_ascii_tolower(*style));
    g_string_append_c(plain, ';');
    for (guint i = 0; i < G_N_ELEMENTS(signs); i++)
        if (strstr(plain->str, signs[i]))
            return TRUE;
    return FALSE;
}

static SafeTag tag_of(const char *name, const char *const *attributes, Element element)
{
    gboolean is_page = strcmp(name, "body") == 0 || strcmp(name, "html") == 0;
    if (element.type == ELEMENT_SKIPPED || element.is_concealed || (!is_page && is_invisible(attributes)))
        return TAG_DROPPED;
    SafeTag tag = safe_tag_of(name);
    /* Webmail indents with it. */
    return tag == TAG_BLOCKQUOTE && element.type != ELEMENT_QUOTE ? TAG_DIV : tag;
}

static void on_start(gpointer user, const char *name, const char *const *attributes)
{
    Builder *builder = user;
    SafeTree *tree = builder->tree;
    g_autofree char *plain = element_style(attributes);
    Element element = element_of(name, attributes, plain);
    SafeTag tag = tag_of(name, attributes, element);
    if (safe_node(tree, top(builder))->tag == TAG_DROPPED)
        tag = TAG_DROPPED;
    if (element.opens_history)
        builder->is_beyond = TRUE;
    guint index = add_node(builder, tag);
    SafeNode *node = safe_node(tree, index);
    const char *style = element_attribute(attributes, "style");
    node->is_quoted |= element.type == ELEMENT_QUOTE || has_class(attributes, "gmail_attr") ||
                       has_class(attributes, "moz-cite-prefix");
    node->is_signature |= element.is_signature || has_class(attributes, "moz-signature");
    node->is_bullet |= style && strcasestr(style, "mso-list:ignore") != NULL;
    if (tag != TAG_DROPPED)
        safe_describe(tree, index, attributes);
    number_item(tree, safe_node(tree, index));
    g_array_append_val(builder->open, index);
    tree->is_cut |= tree->nodes->len >= NODES;
}

static void on_end(gpointer user)
{
    Builder *builder = user;
    g_array_set_size(builder->open, builder->open->len - 1);
}

static void on_text(gpointer user, const char *text, gsize length)
{
    Builder *builder = user;
    SafeTree *tree = builder->tree;
    if (safe_node(tree, top(builder))->tag == TAG_DROPPED)
        return;
    g_autofree char *words = safe_words(text, length, FALSE);
    gsize size = strlen(words);
    if (size == 0)
        return;
    guint last = safe_node(tree, top(builder))->last_child;
    /* The parser gives long texts in pieces. */
    if (!last || safe_node(tree, last)->tag != TAG_TEXT)
        last = add_node(builder, TAG_TEXT);
    SafeNode *node = safe_node(tree, last);
    if (node->length == 0)
        node->text = tree->words->len;
    g_string_append_len(tree->words, words, (gssize)size);
    node->length += size;
    node->is_bullet &= node->length <= BULLET_BYTES;
    tree->is_cut |= tree->words->len > LIMIT_TEXT_BYTES || tree->nodes->len >= NODES;
}

static gboolean is_full(gpointer user)
{
    return ((const Builder *)user)->tree->is_cut;
}

/* Whether it stood in a quotation, nobody knows any more. */
static void on_deeper(gpointer user)
{
    ((Builder *)user)->is_beyond = TRUE;
}

SafeTree *safe_tree_read(const char *html, gsize length, BodyImage *images, guint image_count)
{
    static const FeedSink sink = {
        .start = on_start, .end = on_end, .text = on_text, .is_full = is_full, .deeper = on_deeper};
    SafeTree *tree = g_new0(SafeTree, 1);
    tree->nodes = g_array_new(FALSE, TRUE, sizeof(SafeNode));
    tree->words = g_string_new(NULL);
    tree->strings = g_string_chunk_new(4096);
    tree->images = images;
    tree->image_count = image_count;
    SafeNode root = {.tag = TAG_NONE, .image = -1};
    g_array_append_val(tree->nodes, root);
    guint first = 0;
    g_autoptr(GArray) open = g_array_new(FALSE, FALSE, sizeof(guint));
    g_array_append_val(open, first);
    Builder builder = {.tree = tree, .open = open};
    feed_html(html, length, &sink, &builder);
    return tree;
}

void safe_tree_free(SafeTree *tree)
{
    if (!tree)
        return;
    g_array_unref(tree->nodes);
    g_string_free(tree->words, TRUE);
    g_string_chunk_free(tree->strings);
    g_free(tree);
}
