#include "parsers/body/safe_describe.h"

#include "parsers/body/element.h"
#include "parsers/body/safe_words.h"

#include <postern/base/clean.h>

#include <string.h>

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

static void put_image(SafeTree *tree, SafeNode *node, const char *const *attributes, GString *out)
{
    const char *alt = element_attribute(attributes, "alt");
    g_autofree char *words = safe_words(alt ? alt : "", alt ? MIN(strlen(alt), SAFE_ALT_BYTES) : 0, TRUE);
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

void safe_describe(SafeTree *tree, guint index, const char *const *attributes)
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
