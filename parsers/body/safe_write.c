#include "parsers/body/safe_write.h"

#include "parsers/body/safe_words.h"

#include <postern/base/clean.h>
#include <postern/base/limits.h>

#include <string.h>

typedef struct {
    const SafeTree *tree;
    const SafeSpan *span;
    const char *own_text;
    GString *out;
    guint levels, links, shrinking;
    gboolean is_visible;
} Writer;

/* Where it stands does not depend on what it holds: empty cells and line ends count, too. */
static gboolean is_inside(const Writer *writer, guint at)
{
    return !writer->span || (at > writer->span->first && at <= writer->span->last);
}

static gboolean is_touched(const Writer *writer, const SafeNode *node)
{
    if (!writer->span || is_inside(writer, node->begin))
        return TRUE;
    return node->end > writer->span->first && node->begin <= writer->span->last;
}

static gboolean is_blank(const Writer *writer, const SafeNode *node)
{
    const char *at = writer->tree->words->str + node->text, *end = at + node->length;
    for (; at < end; at = g_utf8_next_char(at))
        if (!safe_is_unseen(g_utf8_get_char(at)))
            return FALSE;
    return TRUE;
}

static gboolean is_in_pre(const SafeTree *tree, const SafeNode *node)
{
    for (guint index = node->parent; index; index = safe_node(tree, index)->parent)
        if (safe_node(tree, index)->tag == TAG_PRE)
            return TRUE;
    return FALSE;
}

static void write_span(Writer *writer, const SafeNode *node)
{
    const char *at = writer->tree->words->str + node->text, *end = at + node->length, *from = at;
    gboolean lines_count = is_in_pre(writer->tree, node);
    guint item = node->begin;
    for (; at < end; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        gboolean is_seen = !safe_is_unseen(c);
        gboolean is_kept =
            is_seen ? item >= writer->span->first && item <= writer->span->last : is_inside(writer, item);
        if (!is_kept) {
            clean_append_html(writer->out, from, (gsize)(at - from));
            from = g_utf8_next_char(at);
        }
        writer->is_visible |= is_seen && is_kept;
        if (is_seen || (c == '\n' && lines_count))
            item++;
    }
    clean_append_html(writer->out, from, (gsize)(end - from));
}

static void write_text(Writer *writer, const SafeNode *node)
{
    if (writer->span) {
        write_span(writer, node);
        return;
    }
    clean_append_html(writer->out, writer->tree->words->str + node->text, node->length);
    writer->is_visible = writer->is_visible || !is_blank(writer, node);
}

/* An image from elsewhere leaves its name, if it was to be read. */
static void write_image(Writer *writer, const SafeNode *node)
{
    if (node->image < 0) {
        if (!*node->alt || (writer->own_text && !strstr(writer->own_text, node->alt)))
            return;
        clean_append_html(writer->out, node->alt, strlen(node->alt));
        writer->is_visible = TRUE;
        return;
    }
    g_string_append_printf(writer->out, "<img%s>", node->attributes);
    writer->tree->images[node->image].use = IMAGE_SHOWN;
    writer->is_visible = TRUE;
}

static gboolean is_list(SafeTag tag)
{
    return tag == TAG_UL || tag == TAG_OL;
}

static gboolean is_cell(SafeTag tag)
{
    return tag == TAG_TD || tag == TAG_TH;
}

/* What it is to be at this place; TAG_NONE: only what is in it. */
static SafeTag tag_here(const Writer *writer, const SafeNode *node, SafeTag within)
{
    SafeTag tag = node->tag;
    gboolean is_misplaced = (tag == TAG_LI && !is_list(within)) || (tag == TAG_TR && within != TAG_TABLE) ||
                            (is_cell(tag) && within != TAG_TR && within != TAG_TABLE);
    if (tag == TAG_A && writer->links > 0)
        return TAG_NONE;
    if (safe_tag_shrinks(tag) && writer->shrinking > 0)
        return safe_tag_is_block(tag) ? TAG_DIV : TAG_NONE;
    return is_misplaced ? TAG_DIV : tag;
}

/* What must stand between an element and what is not allowed right in it. */
static SafeTag missing_between(SafeTag within, SafeTag tag)
{
    if (within == TAG_TABLE && tag != TAG_TR)
        return TAG_TR;
    if (within == TAG_TR && !is_cell(tag))
        return TAG_TD;
    return is_list(within) && tag != TAG_LI && !is_list(tag) ? TAG_LI : TAG_NONE;
}

static void write_node(Writer *writer, guint index, SafeTag within);

static void write_children(Writer *writer, guint index, SafeTag within)
{
    for (guint child = safe_node(writer->tree, index)->child; child;
         child = safe_node(writer->tree, child)->next)
        write_node(writer, child, within);
}

static void open_tag(Writer *writer, SafeTag tag, const char *attributes)
{
    g_string_append_printf(writer->out, "<%s%s>", safe_tag_name(tag), attributes ? attributes : "");
    writer->levels++;
    writer->links += tag == TAG_A;
    writer->shrinking += safe_tag_shrinks(tag);
}

static void close_tag(Writer *writer, SafeTag tag)
{
    writer->shrinking -= safe_tag_shrinks(tag);
    writer->links -= tag == TAG_A;
    writer->levels--;
    g_string_append_printf(writer->out, "</%s>", safe_tag_name(tag));
}

static void write_element(Writer *writer, guint index, SafeTag tag)
{
    const SafeNode *node = safe_node(writer->tree, index);
    const char *attributes = tag == node->tag ? node->attributes : NULL;
    if (safe_tag_is_void(tag)) {
        g_string_append_printf(writer->out, "<%s%s>", safe_tag_name(tag), attributes ? attributes : "");
        return;
    }
    open_tag(writer, tag, attributes);
    write_children(writer, index, tag);
    close_tag(writer, tag);
}

/* `tag`: as which it is written, within what may hold it. */
static void write_here(Writer *writer, guint index, SafeTag tag, SafeTag within)
{
    const SafeNode *node = safe_node(writer->tree, index);
    gboolean is_too_deep = writer->levels >= SAFE_LEVELS && !safe_tag_is_void(tag);
    if (node->tag == TAG_TEXT)
        write_text(writer, node);
    else if (node->tag == TAG_IMG)
        write_image(writer, node);
    else if (tag == TAG_NONE)
        write_children(writer, index, within);
    else if (!is_too_deep)
        write_element(writer, index, tag);
    else {
        write_children(writer, index, within);
        if (safe_tag_is_block(tag))
            g_string_append(writer->out, "<br>");
    }
}

static gboolean is_kept(const Writer *writer, const SafeNode *node, SafeTag within)
{
    gboolean holds_parts = within == TAG_TABLE || within == TAG_TR || is_list(within);
    if (node->tag == TAG_DROPPED || !is_touched(writer, node) || writer->out->len > LIMIT_HTML_BYTES)
        return FALSE;
    return !(node->tag == TAG_TEXT && holds_parts && is_blank(writer, node));
}

/* Recursion ends with the depth of the parser. */
static void write_node(Writer *writer, guint index, SafeTag within)
{
    const SafeNode *node = safe_node(writer->tree, index);
    if (!is_kept(writer, node, within))
        return;
    SafeTag tag = node->tag == TAG_TEXT ? TAG_TEXT : tag_here(writer, node, within);
    SafeTag between = tag == TAG_NONE ? TAG_NONE : missing_between(within, tag);
    if (between == TAG_NONE || writer->levels + 2 >= SAFE_LEVELS) {
        write_here(writer, index, tag, within);
        return;
    }
    gboolean lacks_cell = between == TAG_TR && !is_cell(tag);
    open_tag(writer, between, NULL);
    if (lacks_cell)
        open_tag(writer, TAG_TD, NULL);
    write_here(writer, index, tag, lacks_cell ? TAG_TD : between);
    if (lacks_cell)
        close_tag(writer, TAG_TD);
    close_tag(writer, between);
}

/* Those that are named, before any is shown. */
void safe_note_images(const SafeTree *tree)
{
    for (guint i = 0; i < tree->nodes->len; i++) {
        const SafeNode *node = safe_node(tree, i);
        if (node->tag != TAG_IMG || node->image < 0)
            continue;
        BodyImage *image = &tree->images[node->image];
        gboolean is_own = !node->is_quoted && !node->is_signature;
        if (image->use != IMAGE_OWN)
            image->use = is_own ? IMAGE_OWN : IMAGE_QUOTED;
    }
}

char *safe_write(const SafeTree *tree, const SafeSpan *span, const char *own_text)
{
    Writer writer = {.tree = tree, .span = span, .own_text = own_text, .out = g_string_new(NULL)};
    write_children(&writer, 0, TAG_NONE);
    gboolean is_good = writer.is_visible && writer.out->len <= LIMIT_HTML_BYTES;
    return g_string_free(writer.out, !is_good);
}
