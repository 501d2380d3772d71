#include "parsers/body/safe_tag.h"

#include <postern/base/clean.h>

#include <string.h>

typedef struct {
    const char *name;
    SafeTag tag;
} TagName;

/* In the order of strcmp: looked up by halves. Names that are absent lose their element and keep their words.
 */
static const TagName names[] = {
    {"a", TAG_A},
    {"address", TAG_DIV},
    {"applet", TAG_DROPPED},
    {"area", TAG_DROPPED},
    {"article", TAG_DIV},
    {"aside", TAG_DIV},
    {"audio", TAG_DROPPED},
    {"b", TAG_B},
    {"base", TAG_DROPPED},
    {"basefont", TAG_DROPPED},
    {"blockquote", TAG_BLOCKQUOTE},
    {"br", TAG_BR},
    {"canvas", TAG_DROPPED},
    {"caption", TAG_DIV},
    {"center", TAG_DIV},
    {"code", TAG_CODE},
    {"colgroup", TAG_DROPPED},
    {"datalist", TAG_DROPPED},
    {"dd", TAG_DIV},
    {"del", TAG_S},
    {"dialog", TAG_DROPPED},
    {"dir", TAG_UL},
    {"div", TAG_DIV},
    {"dl", TAG_DIV},
    {"dt", TAG_DIV},
    {"em", TAG_EM},
    {"embed", TAG_DROPPED},
    {"fieldset", TAG_DIV},
    {"figcaption", TAG_DIV},
    {"figure", TAG_DIV},
    {"font", TAG_SPAN},
    {"footer", TAG_DIV},
    {"form", TAG_DIV},
    {"frame", TAG_DROPPED},
    {"frameset", TAG_DROPPED},
    {"h1", TAG_H1},
    {"h2", TAG_H2},
    {"h3", TAG_H3},
    {"h4", TAG_H4},
    {"h5", TAG_H5},
    {"h6", TAG_H6},
    {"head", TAG_DROPPED},
    {"header", TAG_DIV},
    {"hr", TAG_HR},
    {"i", TAG_I},
    {"iframe", TAG_DROPPED},
    {"img", TAG_IMG},
    {"input", TAG_DROPPED},
    {"ins", TAG_U},
    {"isindex", TAG_DROPPED},
    {"kbd", TAG_CODE},
    {"legend", TAG_DIV},
    {"li", TAG_LI},
    {"link", TAG_DROPPED},
    {"listing", TAG_PRE},
    {"main", TAG_DIV},
    {"map", TAG_DROPPED},
    {"math", TAG_DROPPED},
    {"menu", TAG_UL},
    {"meta", TAG_DROPPED},
    {"nav", TAG_DIV},
    {"noembed", TAG_DROPPED},
    {"noframes", TAG_DROPPED},
    {"noscript", TAG_DIV},
    {"object", TAG_DROPPED},
    {"ol", TAG_OL},
    {"optgroup", TAG_DROPPED},
    {"option", TAG_DROPPED},
    {"p", TAG_P},
    {"param", TAG_DROPPED},
    {"plaintext", TAG_PRE},
    {"portal", TAG_DROPPED},
    {"pre", TAG_PRE},
    {"s", TAG_S},
    {"samp", TAG_CODE},
    {"script", TAG_DROPPED},
    {"section", TAG_DIV},
    {"select", TAG_DROPPED},
    {"slot", TAG_DROPPED},
    {"span", TAG_SPAN},
    {"strike", TAG_S},
    {"strong", TAG_STRONG},
    {"style", TAG_DROPPED},
    {"sub", TAG_SUB},
    {"summary", TAG_DIV},
    {"sup", TAG_SUP},
    {"svg", TAG_DROPPED},
    {"table", TAG_TABLE},
    {"td", TAG_TD},
    {"template", TAG_DROPPED},
    {"textarea", TAG_PRE},
    {"th", TAG_TH},
    {"title", TAG_DROPPED},
    {"tr", TAG_TR},
    {"tt", TAG_CODE},
    {"u", TAG_U},
    {"ul", TAG_UL},
    {"video", TAG_DROPPED},
    {"xml", TAG_DROPPED},
    {"xmp", TAG_PRE},
};

static const struct {
    const char *name;
    gboolean is_block;
} written[TAG_COUNT] = {
    [TAG_A] = {"a", FALSE},       [TAG_B] = {"b", FALSE},           [TAG_BLOCKQUOTE] = {"blockquote", TRUE},
    [TAG_BR] = {"br", FALSE},     [TAG_CODE] = {"code", FALSE},     [TAG_DIV] = {"div", TRUE},
    [TAG_EM] = {"em", FALSE},     [TAG_H1] = {"h1", TRUE},          [TAG_H2] = {"h2", TRUE},
    [TAG_H3] = {"h3", TRUE},      [TAG_H4] = {"h4", TRUE},          [TAG_H5] = {"h5", TRUE},
    [TAG_H6] = {"h6", TRUE},      [TAG_HR] = {"hr", TRUE},          [TAG_I] = {"i", FALSE},
    [TAG_IMG] = {"img", FALSE},   [TAG_LI] = {"li", TRUE},          [TAG_OL] = {"ol", TRUE},
    [TAG_P] = {"p", TRUE},        [TAG_PRE] = {"pre", TRUE},        [TAG_S] = {"s", FALSE},
    [TAG_SPAN] = {"span", FALSE}, [TAG_STRONG] = {"strong", FALSE}, [TAG_SUB] = {"sub", FALSE},
    [TAG_SUP] = {"sup", FALSE},   [TAG_TABLE] = {"table", TRUE},    [TAG_TD] = {"td", TRUE},
    [TAG_TH] = {"th", TRUE},      [TAG_TR] = {"tr", TRUE},          [TAG_U] = {"u", FALSE},
    [TAG_UL] = {"ul", TRUE},
};

SafeTag safe_tag_of(const char *name)
{
    gsize low = 0, high = G_N_ELEMENTS(names);
    while (low < high) {
        gsize middle = (low + high) / 2;
        int order = strcmp(name, names[middle].name);
        if (order == 0)
            return names[middle].tag;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return TAG_NONE;
}

const char *safe_tag_name(SafeTag tag)
{
    return written[tag].name;
}

SafeTag safe_tag_written(const char *name, gsize length)
{
    for (SafeTag tag = TAG_A; tag < TAG_COUNT; tag++)
        if (strlen(written[tag].name) == length && memcmp(written[tag].name, name, length) == 0)
            return tag;
    return TAG_COUNT;
}

gboolean safe_tag_is_void(SafeTag tag)
{
    return tag == TAG_BR || tag == TAG_HR || tag == TAG_IMG;
}

gboolean safe_tag_is_block(SafeTag tag)
{
    return written[tag].is_block;
}

gboolean safe_tag_shrinks(SafeTag tag)
{
    return (tag >= TAG_H1 && tag <= TAG_H6) || tag == TAG_SUB || tag == TAG_SUP;
}

gboolean safe_number(const char *text, guint most, char *out, gsize room)
{
    gsize length = text ? strspn(text, "0123456789") : 0;
    if (length == 0 || length >= MIN(room, 6) || (text[length] && g_ascii_isalpha(text[length])))
        return FALSE;
    guint number = (guint)g_ascii_strtoull(text, NULL, 10);
    if (text[length] == '%' || text[length] == '.' || number > most)
        return FALSE;
    g_snprintf(out, room, "%u", number);
    return TRUE;
}

/* As it may stand in the name of a part and in an address, both without quoting. */
static gboolean safe_cid_is(const char *content_id)
{
    gsize length = strlen(content_id);
    if (length == 0 || length > 200)
        return FALSE;
    for (; *content_id; content_id++)
        if (!g_ascii_isalnum(*content_id) && !strchr("@.-_", *content_id))
            return FALSE;
    return TRUE;
}

static const char *scheme_of(const char *url)
{
    static const char *const schemes[] = {"http://", "https://", "mailto:"};
    for (guint i = 0; i < G_N_ELEMENTS(schemes); i++)
        if (g_ascii_strncasecmp(url, schemes[i], strlen(schemes[i])) == 0)
            return schemes[i];
    return NULL;
}

/* Blanks and what could end an attribute or turn the line are written as RFC 3986 has it, or refused. */
static char *escape_url(const char *text)
{
    if (!g_utf8_validate(text, -1, NULL) || !clean_is_line(text))
        return NULL;
    g_autoptr(GString) out = g_string_new(NULL);
    for (; *text; text = g_utf8_next_char(text)) {
        gunichar c = g_utf8_get_char(text);
        if (c > ' ' && c < 128 && !strchr("\"'<>\\^`{|}", (char)c))
            g_string_append_c(out, (char)c);
        else if (c < 128)
            g_string_append_printf(out, "%%%02X", c);
        else if (g_unichar_isspace(c) || g_unichar_type(c) == G_UNICODE_FORMAT)
            return NULL;
        else
            g_string_append_unichar(out, c);
    }
    return g_strdup(out->str);
}

/* "https://bank.example@evil.test" is made to be misread. */
static gboolean has_password(const char *host)
{
    gsize length = strcspn(host, "/?#");
    return memchr(host, '@', length) != NULL;
}

char *safe_url(const char *url)
{
    g_autofree char *trimmed = g_strstrip(g_strdup(url));
    const char *scheme = scheme_of(trimmed);
    if (!scheme || strlen(trimmed) > SAFE_URL_BYTES)
        return NULL;
    char *rest = trimmed + strlen(scheme);
    gboolean is_mail = strcmp(scheme, "mailto:") == 0;
    /* Its other parameters could add recipients and files. */
    if (is_mail)
        rest[strcspn(rest, "?")] = '\0';
    g_autofree char *escaped = escape_url(rest);
    if (!escaped || !*escaped || (!is_mail && has_password(escaped)))
        return NULL;
    return g_strconcat(scheme, escaped, NULL);
}

static gboolean is_same(char *safe, const char *value)
{
    gboolean same = safe && strcmp(safe, value) == 0;
    g_free(safe);
    return same;
}

static gboolean is_number(const char *value, guint most)
{
    char digits[8];
    return safe_number(value, most, digits, sizeof digits) && strcmp(digits, value) == 0;
}

gboolean safe_attribute_is(SafeTag tag, const char *name, const char *value)
{
    if (strcmp(name, "style") == 0)
        return tag != TAG_BR && is_same(safe_style(value), value);
    if (strcmp(name, "dir") == 0)
        return strcmp(value, "rtl") == 0 || strcmp(value, "ltr") == 0;
    if (tag == TAG_A)
        return strcmp(name, "href") == 0 && is_same(safe_url(value), value);
    if (tag == TAG_IMG && strcmp(name, "src") == 0)
        return g_str_has_prefix(value, "cid:") && safe_cid_is(value + 4);
    if (tag == TAG_IMG && strcmp(name, "alt") == 0)
        return strlen(value) <= SAFE_ALT_BYTES && clean_is_line(value);
    if (tag == TAG_IMG && (strcmp(name, "width") == 0 || strcmp(name, "height") == 0))
        return is_number(value, 4000);
    if (tag == TAG_TD || tag == TAG_TH)
        return (strcmp(name, "colspan") == 0 || strcmp(name, "rowspan") == 0) && is_number(value, 100);
    if (tag == TAG_OL)
        return strcmp(name, "start") == 0 && is_number(value, 9999);
    return tag == TAG_TABLE && (strcmp(name, "border") == 0 || strcmp(name, "cellpadding") == 0) &&
           is_number(value, 20);
}
