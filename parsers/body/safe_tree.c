#include "parsers/body/safe_tree.h"

#include "parsers/body/element.h"
#include "parsers/body/feed.h"

#include <postern/base/clean.h>
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

static void put(GString *out, const char *name, const char *value)
{
    g_string_append_printf(out, " %s=\"", name);
    clean_append_html(out, value, strlen(value));
    g_string_append_c(out, '"');
}

/* What older attributes say, as a style. */
static char *style_of(const char *const *attributes)
{
    static const char *const sizes[] = {"small",   "small",    "medium",  "large",
                                        "x-large", "xx-large", "xx-large"};
    static const struct {
        const char *name, *property;
    } old[] = {
        {"color", "color"}, {"face", "font-family"}, {"align", "text-align"}, {"bgcolor", "background"}};
    g_autoptr(GString) all = g_string_new(NULL);
    const char *style = element_attribute(attributes, "style"), *size = element_attribute(attributes, "size");
    if (style)
        g_string_append(all, style);
    for (guint i = 0; i < G_N_ELEMENTS(old); i++) {
        const char *value = element_attribute(attributes, old[i].name);
        if (value && !strchr(value, ';'))
            g_string_append_printf(all, ";%s:%s", old[i].property, value);
    }
    if (size && *size >= '1' && *size <= '7' && !size[1])
        g_string_append_printf(all, ";font-size:%s", sizes[*size - '1']);
    return all->len > 0 ? safe_style(all->str) : NULL;
}

static void put_number(GString *out, const char *name, const char *const *attributes, guint most)
{
    char digits[8];
    if (safe_number(element_attribute(attributes, name), most, digits, sizeof digits))
        put(out, name, digits);
}

static void put_target(SafeTree *tree, SafeNode *node, const char *const *attributes, GString *out)
{
    const char *href = element_attribute(attributes, "href");
    g_autofree char *url = href ? safe_url(href) : NULL;
    if (!url) {
        node->tag = TAG_NONE;
        return;
    }
    node->link = g_string_chunk_insert(tree->strings, url);
    put(out, "href", url);
}

/* The part that "cid:…" names; RFC 2392 lets characters be escaped. */
static int find_image(const SafeTree *tree, const char *source)
{
    if (!source || g_ascii_strncasecmp(source, "cid:", 4) != 0)
        return -1;
    g_autofree char *plain = g_uri_unescape_string(source + 4, NULL);
    for (guint i = 0; i < tree->image_count; i++)
        if (strcmp(tree->images[i].content_id, source + 4) == 0 ||
            (plain && strcmp(tree->images[i].content_id, plain) == 0))
            return (int)i;
    return -1;
}

static char *clean_words(const char *text, gsize length, gboolean is_line);

static void put_image(SafeTree *tree, SafeNode *node, const char *const *attributes, GString *out)
{
    const char *alt = element_attribute(attributes, "alt");
    g_autofree char *words = clean_words(alt ? alt : "", alt ? MIN(strlen(alt), SAFE_ALT_BYTES) : 0, TRUE);
    node->alt = g_string_chunk_insert(tree->strings, words);
    node->image = find_image(tree, element_attribute(attributes, "src"));
    if (node->image < 0)
        return;
    g_autofree char *source = g_strconcat("cid:", tree->images[node->image].shown_as, NULL);
    put(out, "src", source);
    put(out, "alt", node->alt);
    put_number(out, "width", attributes, 4000);
    put_number(out, "height", attributes, 4000);
}

static void put_start(SafeNode *node, const char *const *attributes, GString *out)
{
    char digits[8];
    if (!safe_number(element_attribute(attributes, "start"), 9999, digits, sizeof digits))
        return;
    put(out, "start", digits);
    guint start = (guint)g_ascii_strtoull(digits, NULL, 10);
    node->number = start > 0 ? start - 1 : 0;
}

static void put_special(SafeTree *tree, SafeNode *node, const char *const *attributes, GString *out)
{
    switch (node->tag) {
    case TAG_A:
        put_target(tree, node, attributes, out);
        break;
    case TAG_IMG:
        put_image(tree, node, attributes, out);
        break;
    case TAG_TD:
    case TAG_TH:
        put_number(out, "colspan", attributes, 100);
        put_number(out, "rowspan", attributes, 100);
        break;
    case TAG_TABLE:
        put_number(out, "border", attributes, 20);
        put_number(out, "cellpadding", attributes, 20);
        break;
    case TAG_OL:
        put_start(node, attributes, out);
        break;
    default:
        break;
    }
}

static void describe(SafeTree *tree, guint index, const char *const *attributes)
{
    SafeNode *node = safe_node(tree, index);
    g_autoptr(GString) out = g_string_new(NULL);
    put_special(tree, node, attributes, out);
    g_autofree char *style = node->tag != TAG_NONE && node->tag != TAG_BR ? style_of(attributes) : NULL;
    const char *turn = element_attribute(attributes, "dir");
    gboolean is_rtl = turn && g_ascii_strcasecmp(turn, "rtl") == 0;
    if (style)
        put(out, "style", style);
    if (is_rtl && node->tag != TAG_NONE)
        put(out, "dir", "rtl");
    if (out->len > 0)
        node->attributes = g_string_chunk_insert(tree->strings, out->str);
    else if (node->tag == TAG_SPAN)
        node->tag = TAG_NONE;
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
        describe(tree, index, attributes);
    number_item(tree, safe_node(tree, index));
    g_array_append_val(builder->open, index);
    tree->is_cut |= tree->nodes->len >= NODES;
}

static void on_end(gpointer user)
{
    Builder *builder = user;
    g_array_set_size(builder->open, builder->open->len - 1);
}

/* Marks that turn the text around, and characters that only programs see. */
static gboolean is_disguise(gunichar c)
{
    return c == 0xad || c == 0x34f || c == 0x180e || c == 0x200b || (c >= 0x2028 && c <= 0x202e) ||
           (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || c == 0xfffc || (c >= 0xe0000 && c <= 0xe0fff);
}

gboolean safe_is_unseen(gunichar c)
{
    return c <= ' ' || (c >= 0x7f && c <= 0xa0) || is_disguise(c) || c == 0x61c || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200f) || c == 0x202f || c == 0x205f || c == 0x3000 ||
           (c >= 0xfe00 && c <= 0xfe0f);
}

/* Without controls and disguises. The caller frees. */
static char *clean_words(const char *text, gsize length, gboolean is_line)
{
    GString *out = g_string_sized_new(length);
    for (const char *end = text + length; text < end;) {
        gunichar c = g_utf8_get_char_validated(text, end - text);
        if ((gint)c < 0)
            break;
        const char *next = g_utf8_next_char(text);
        if (c == '\n' || c == '\t' || c == '\r' || c == '\f')
            g_string_append_c(out, is_line || c == '\r' || c == '\f' ? ' ' : (char)c);
        else if (c >= ' ' && !(c >= 0x7f && c < 0xa0) && !is_disguise(c))
            g_string_append_len(out, text, next - text);
        text = next;
    }
    return g_string_free(out, FALSE);
}

static void on_text(gpointer user, const char *text, gsize length)
{
    Builder *builder = user;
    SafeTree *tree = builder->tree;
    if (safe_node(tree, top(builder))->tag == TAG_DROPPED)
        return;
    g_autofree char *words = clean_words(text, length, FALSE);
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
