#include "parsers/body/hidden.h"

#include "parsers/body/element.h"

#include <stdio.h>
#include <string.h>

/* Rules of one page that are kept. */
#define NAMES_MOST 200u
#define FAR_AWAY 500.0 /* pixels outside of what is shown */

/* The value of a property in "a:b;c:d", cut at its end; NULL when it is not there. The last one counts. */
static const char *find_value(const char *style, const char *property, gsize *out_length)
{
    const char *found = NULL;
    gsize length = strlen(property);
    for (const char *at = style; *at; at += *at == ';') {
        gsize size = strcspn(at, ";");
        if (size > length && at[length] == ':' && memcmp(at, property, length) == 0) {
            found = at + length + 1;
            *out_length = size - length - 1;
        }
        at += size;
    }
    return found;
}

static gboolean has_value(const char *style, const char *property, const char *value)
{
    gsize length;
    const char *found = find_value(style, property, &length);
    return found && length >= strlen(value) && memcmp(found, value, strlen(value)) == 0;
}

/* A length in pixels, or nearly; FALSE when it is relative to something else, or none. */
static gboolean find_length(const char *style, const char *property, double *out)
{
    gsize length;
    const char *found = find_value(style, property, &length);
    if (!found)
        return FALSE;
    g_autofree char *value = g_strndup(found, MIN(length, 40));
    char *unit;
    *out = g_ascii_strtod(value, &unit);
    return unit > value && (*out == 0 || *unit == '\0' || *unit == '!' || g_str_has_prefix(unit, "px") ||
                            g_str_has_prefix(unit, "pt"));
}

static gboolean is_length(const char *style, const char *property, double most)
{
    double found;
    return find_length(style, property, &found) && found <= most;
}

static gboolean is_clipped(const char *style)
{
    return has_value(style, "overflow", "hidden") &&
           (is_length(style, "max-height", 0) || is_length(style, "height", 0) ||
            is_length(style, "max-width", 0) || is_length(style, "width", 0));
}

static gboolean is_far_away(const char *style)
{
    gboolean is_placed = has_value(style, "position", "absolute") || has_value(style, "position", "fixed");
    return is_length(style, "text-indent", -FAR_AWAY) ||
           (is_placed && (is_length(style, "left", -FAR_AWAY) || is_length(style, "top", -FAR_AWAY)));
}

/* "rect(0 0 0 0)", "rect(1px,1px,1px,1px)": shown to programs that read aloud alone. */
static gboolean is_cut_away(const char *style)
{
    static const char *const values[] = {
        "rect(00", "rect(0,0", "rect(0px,0px", "rect(0px0px", "rect(1px,1px", "rect(1px1px", NULL};
    for (guint i = 0; values[i]; i++)
        if (has_value(style, "clip", values[i]))
            return TRUE;
    return has_value(style, "clip-path", "inset(50%") || has_value(style, "clip-path", "inset(100%");
}

static gboolean is_shrunk(const char *style)
{
    return has_value(style, "transform", "scale(0)") || has_value(style, "transform", "scale(0,") ||
           has_value(style, "filter", "opacity(0)") || has_value(style, "filter", "opacity(0%)");
}

gboolean hidden_is_dot(const char *style)
{
    return (is_length(style, "width", 1) && is_length(style, "height", 1)) || is_length(style, "width", 0) ||
           is_length(style, "height", 0);
}

gboolean hidden_by_style(const char *style)
{
    if (*style == '\0')
        return FALSE;
    return has_value(style, "display", "none") || has_value(style, "visibility", "hidden") ||
           has_value(style, "mso-hide", "all") || is_length(style, "opacity", 0) || is_clipped(style) ||
           is_far_away(style) || is_cut_away(style) || is_shrunk(style);
}

static guint32 doubled(guint32 digits)
{
    guint32 r = digits >> 8 & 0xf, g = digits >> 4 & 0xf, b = digits & 0xf;
    return r * 0x110000 + g * 0x1100 + b * 0x11;
}

static guint32 parse_colour(const char *text, gsize length)
{
    g_autofree char *value = g_ascii_strdown(text, (gssize)MIN(length, 40));
    value[strcspn(value, "! ")] = '\0';
    guint red, green, blue;
    if (strcmp(value, "white") == 0)
        return 0xffffff;
    if (strcmp(value, "black") == 0)
        return 0;
    if (sscanf(value, "rgb(%3u,%3u,%3u)", &red, &green, &blue) == 3)
        return (red & 0xff) << 16 | (green & 0xff) << 8 | (blue & 0xff);
    gsize digits = *value == '#' ? strspn(value + 1, "0123456789abcdef") : 0;
    if (digits == 6 || digits == 3) {
        guint32 number = (guint32)g_ascii_strtoull(value + 1, NULL, 16);
        return digits == 3 ? doubled(number) : number;
    }
    return COLOUR_UNKNOWN;
}

/* "transparent", "rgba(0,0,0,0)", "hsla(0,0%,0%,0.0)" */
static gboolean is_clear(const char *text, gsize length)
{
    g_autofree char *value = g_strndup(text, MIN(length, 60));
    const char *alpha = strrchr(value, ',');
    if (g_str_has_prefix(value, "transparent"))
        return TRUE;
    if (!alpha || (!g_str_has_prefix(value, "rgba(") && !g_str_has_prefix(value, "hsla(")))
        return FALSE;
    char *end;
    return g_ascii_strtod(alpha + 1, &end) == 0 && end > alpha + 1;
}

static void look_at_colours(const char *style, const char *const *attributes, TextLook *look)
{
    gsize length;
    const char *value = find_value(style, "color", &length);
    if (value) {
        look->colour = parse_colour(value, length);
        look->is_clear = is_clear(value, length);
    } else if ((value = element_attribute(attributes, "color")))
        look->colour = parse_colour(value, strlen(value));
    if ((value = find_value(style, "background-color", &length)) ||
        (value = find_value(style, "background", &length)))
        look->background = parse_colour(value, length);
    else if ((value = element_attribute(attributes, "bgcolor")))
        look->background = parse_colour(value, strlen(value));
    else if (element_attribute(attributes, "background"))
        look->background = COLOUR_UNKNOWN;
}

void hidden_look(const char *style, const char *const *attributes, TextLook *look)
{
    double size;
    look_at_colours(style, attributes, look);
    if (find_length(style, "font-size", &size))
        look->is_tiny = size <= 1;
    else if (strstr(style, "font-size:") || strstr(style, "font:"))
        look->is_tiny = FALSE;
}

gboolean hidden_by_look(const TextLook *look)
{
    return look->is_tiny || look->is_clear ||
           (look->colour != COLOUR_UNKNOWN && look->colour == look->background);
}

/* The declarations of a rule, as styles are compared. */
static gboolean hides(const char *rule, gsize length)
{
    g_autoptr(GString) plain = g_string_sized_new(length);
    for (gsize i = 0; i < MIN(length, 500); i++)
        if (!g_ascii_isspace(rule[i]))
            g_string_append_c(plain, g_ascii_tolower(rule[i]));
    return hidden_by_style(plain->str);
}

/* Behind a block with blocks in it, such as that of @media, which may hold for some screens only. */
static const char *behind_block(const char *at, const char *end)
{
    guint depth = 0;
    for (; at < end; at++) {
        if (*at == '{')
            depth++;
        else if (*at == '}' && --depth == 0)
            return at + 1;
    }
    return end;
}

/* ".a, #b": simple names only. */
static void add_names(const char *selectors, gsize length, GHashTable *names)
{
    g_autofree char *list = g_strndup(selectors, MIN(length, 500));
    g_auto(GStrv) each = g_strsplit(list, ",", 20);
    for (guint i = 0; each[i] && g_hash_table_size(names) < NAMES_MOST; i++) {
        const char *name = g_strstrip(each[i]);
        if ((*name == '.' || *name == '#') && name[1] && !strpbrk(name + 1, ".#: >+~[*"))
            g_hash_table_add(names, g_strdup(*name == '.' ? name + 1 : name));
    }
}

void hidden_names_read(const char *css, gsize length, GHashTable *names)
{
    const char *end = css + length;
    for (const char *at = css; at < end;) {
        while (at < end && (g_ascii_isspace(*at) || *at == '}'))
            at++;
        const char *open = memchr(at, '{', (gsize)(end - at));
        if (!open)
            return;
        const char *close = memchr(open, '}', (gsize)(end - open));
        if (*at == '@') {
            at = behind_block(at, end);
            continue;
        }
        if (!close)
            return;
        if (hides(open + 1, (gsize)(close - open - 1)))
            add_names(at, (gsize)(open - at), names);
        at = close + 1;
    }
}

gboolean hidden_by_name(const char *class, const char *id, GHashTable *names)
{
    if (g_hash_table_size(names) == 0)
        return FALSE;
    g_autofree char *with_mark = id ? g_strconcat("#", id, NULL) : NULL;
    if (with_mark && g_hash_table_contains(names, with_mark))
        return TRUE;
    g_auto(GStrv) words = g_strsplit_set(class ? class : "", " \t\r\n", 40);
    for (guint i = 0; words[i]; i++)
        if (*words[i] && g_hash_table_contains(names, words[i]))
            return TRUE;
    return FALSE;
}

void hidden_note(BodyNotes *notes, const char *text, gsize length)
{
    for (const char *at = text, *end = text + length; at < end; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        gsize used = strlen(notes->hidden_words), size = (gsize)(g_utf8_next_char(at) - at);
        gboolean is_seen = g_unichar_isgraph(c) && !g_unichar_iszerowidth(c) && c != 0x34f && c != 0xad;
        notes->hidden_characters += is_seen;
        if (used + size + 1 >= sizeof notes->hidden_words)
            continue;
        if (is_seen)
            memcpy(notes->hidden_words + used, at, size);
        else if (used > 0 && notes->hidden_words[used - 1] != ' ')
            notes->hidden_words[used] = ' ';
    }
}
