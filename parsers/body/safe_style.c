/* Styles: a few properties, each with a closed set of values. Colours stay readable on each other, so that no
 * words can be hidden, and sizes stay between those that people read. */
#include "parsers/body/safe_tag.h"

#include <stdio.h>
#include <string.h>

#define STYLE_BYTES 2048u /* a longer style is left out as a whole */
#define VALUE_BYTES 64u   /* of one property that may stay */
/* Of 1: what is brighter is no colour of words, what is darker no background. */
#define WORDS_BRIGHTEST 0.52
#define GROUND_DARKEST 0.7

typedef struct {
    const char *name;
    guint32 rgb;
} Colour;

static const Colour colours[] = {
    {"aqua", 0x00ffff},      {"black", 0x000000},     {"blue", 0x0000ff},       {"brown", 0xa52a2a},
    {"cyan", 0x00ffff},      {"darkblue", 0x00008b},  {"darkgreen", 0x006400},  {"darkred", 0x8b0000},
    {"fuchsia", 0xff00ff},   {"gray", 0x808080},      {"green", 0x008000},      {"grey", 0x808080},
    {"lightblue", 0xadd8e6}, {"lightgray", 0xd3d3d3}, {"lightgreen", 0x90ee90}, {"lightgrey", 0xd3d3d3},
    {"lime", 0x00ff00},      {"magenta", 0xff00ff},   {"maroon", 0x800000},     {"navy", 0x000080},
    {"olive", 0x808000},     {"orange", 0xffa500},    {"pink", 0xffc0cb},       {"purple", 0x800080},
    {"red", 0xff0000},       {"silver", 0xc0c0c0},    {"teal", 0x008080},       {"white", 0xffffff},
    {"windowtext", 0},       {"yellow", 0xffff00},
};

static gboolean parse_hex(const char *digits, guint32 *out)
{
    gsize length = strspn(digits, "0123456789abcdef");
    if (digits[length] || (length != 3 && length != 6))
        return FALSE;
    guint32 value = (guint32)g_ascii_strtoull(digits, NULL, 16);
    if (length == 3)
        value = (value >> 8) * 0x110000 + (value >> 4 & 15) * 0x1100 + (value & 15) * 0x11;
    *out = value;
    return TRUE;
}

static gboolean parse_rgb(const char *value, guint32 *out)
{
    guint red, green, blue;
    int used = 0;
    if (strlen(value) > 24 || sscanf(value, "rgb(%3u ,%3u ,%3u )%n", &red, &green, &blue, &used) != 3 ||
        used == 0 || value[used] || red > 255 || green > 255 || blue > 255)
        return FALSE;
    *out = red << 16 | green << 8 | blue;
    return TRUE;
}

static gboolean parse_colour(const char *value, guint32 *out)
{
    if (*value == '#')
        return parse_hex(value + 1, out);
    for (guint i = 0; i < G_N_ELEMENTS(colours); i++)
        if (strcmp(value, colours[i].name) == 0) {
            *out = colours[i].rgb;
            return TRUE;
        }
    return parse_rgb(value, out);
}

/* Relative luminance of WCAG 2, with the square for its curve. */
static double brightness(guint32 rgb)
{
    double red = (rgb >> 16 & 255) / 255.0, green = (rgb >> 8 & 255) / 255.0, blue = (rgb & 255) / 255.0;
    return 0.2126 * red * red + 0.7152 * green * green + 0.0722 * blue * blue;
}

/* Black words and a white ground say nothing. */
static gboolean words_colour(const char *value, GString *out)
{
    guint32 rgb;
    if (!parse_colour(value, &rgb) || rgb == 0 || brightness(rgb) > WORDS_BRIGHTEST)
        return FALSE;
    g_string_append_printf(out, "#%06x", rgb);
    return TRUE;
}

static gboolean ground_colour(const char *value, GString *out)
{
    guint32 rgb;
    if (!parse_colour(value, &rgb) || rgb == 0xffffff || brightness(rgb) < GROUND_DARKEST)
        return FALSE;
    g_string_append_printf(out, "#%06x", rgb);
    return TRUE;
}

static gboolean one_of(const char *value, const char *const *words, GString *out)
{
    if (!g_strv_contains(words, value))
        return FALSE;
    g_string_append(out, value);
    return TRUE;
}

static gboolean weight(const char *value, GString *out)
{
    gboolean is_bold = strcmp(value, "bold") == 0 || strcmp(value, "bolder") == 0 ||
                       (strlen(value) == 3 && *value >= '6' && *value <= '9' && strcmp(value + 1, "00") == 0);
    if (!is_bold && strcmp(value, "normal") != 0 && strcmp(value, "400") != 0)
        return FALSE;
    g_string_append(out, is_bold ? "bold" : "normal");
    return TRUE;
}

static gboolean slant(const char *value, GString *out)
{
    return one_of(value, (const char *const[]){"italic", "normal", NULL}, out);
}

static gboolean decoration(const char *value, GString *out)
{
    return one_of(value, (const char *const[]){"underline", "line-through", "none", NULL}, out);
}

static gboolean alignment(const char *value, GString *out)
{
    return one_of(value, (const char *const[]){"left", "right", "center", "justify", NULL}, out);
}

static gboolean white_space(const char *value, GString *out)
{
    static const char *const kept[] = {"pre", "pre-wrap", "pre-line", "break-spaces", NULL};
    if (!g_strv_contains(kept, value))
        return FALSE;
    g_string_append(out, "pre-wrap");
    return TRUE;
}

static gboolean family(const char *value, GString *out)
{
    if (!strstr(value, "mono") && !strstr(value, "courier") && !strstr(value, "consolas"))
        return FALSE;
    g_string_append(out, "monospace");
    return TRUE;
}

/* "13.3333px" becomes "13px". Sizes that are shares of the size around them could shrink step by step until
 * nothing is seen: only absolute ones count. */
static gboolean size(const char *value, GString *out)
{
    static const char *const words[] = {"small", "medium", "large", "x-large", "xx-large", NULL};
    static const struct {
        const char *unit;
        guint least, most;
    } units[] = {{"px", 9, 48}, {"pt", 7, 36}};
    if (one_of(value, words, out))
        return TRUE;
    gsize length = strspn(value, "0123456789.");
    guint number = (guint)g_ascii_strtoull(value, NULL, 10);
    for (guint i = 0; length > 0 && length <= 12 && i < G_N_ELEMENTS(units); i++) {
        if (strcmp(value + length, units[i].unit) != 0 || number < units[i].least || number > units[i].most)
            continue;
        g_string_append_printf(out, "%u%s", number, units[i].unit);
        return TRUE;
    }
    return FALSE;
}

static const struct {
    const char *name, *written;
    gboolean (*safe)(const char *value, GString *out);
} properties[] = {
    {"background", "background-color", ground_colour},
    {"background-color", "background-color", ground_colour},
    {"color", "color", words_colour},
    {"font-family", "font-family", family},
    {"font-size", "font-size", size},
    {"font-style", "font-style", slant},
    {"font-weight", "font-weight", weight},
    {"text-align", "text-align", alignment},
    {"text-decoration", "text-decoration", decoration},
    {"text-decoration-line", "text-decoration", decoration},
    {"white-space", "white-space", white_space},
};

static gboolean has_property(const GString *style, const char *name)
{
    g_autofree char *start = g_strconcat(name, ":", NULL);
    g_autofree char *later = g_strconcat(";", start, NULL);
    return g_str_has_prefix(style->str, start) || strstr(style->str, later);
}

static void add_declaration(const char *name, const char *value, GString *style)
{
    for (guint i = 0; i < G_N_ELEMENTS(properties); i++) {
        if (strcmp(name, properties[i].name) != 0 || has_property(style, properties[i].written))
            continue;
        g_autoptr(GString) safe = g_string_new(NULL);
        if (properties[i].safe(value, safe))
            g_string_append_printf(style, "%s%s:%s", style->len > 0 ? ";" : "", properties[i].written,
                                   safe->str);
    }
}

static char *plain(const char *text, gsize length)
{
    char *lower = g_ascii_strdown(text, (gssize)length);
    char *important = strchr(lower, '!');
    if (important)
        *important = '\0';
    return g_strstrip(lower);
}

char *safe_style(const char *style)
{
    g_autoptr(GString) out = g_string_new(NULL);
    if (strlen(style) > STYLE_BYTES)
        return NULL;
    g_auto(GStrv) declarations = g_strsplit(style, ";", 100);
    for (guint i = 0; declarations[i]; i++) {
        const char *colon = strchr(declarations[i], ':');
        if (!colon || strlen(colon + 1) > VALUE_BYTES)
            continue;
        g_autofree char *name = plain(declarations[i], (gsize)(colon - declarations[i]));
        g_autofree char *value = plain(colon + 1, strlen(colon + 1));
        add_declaration(name, value, out);
    }
    return out->len > 0 ? g_strdup(out->str) : NULL;
}
