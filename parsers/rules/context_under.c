#include <parsers/rules/context_fold.h>
#include <parsers/rules/context_rule.h>
#include <parsers/rules/section.h>

#include <string.h>

#define HEADING_CHARACTERS_MAX 80 /* a longer line is a sentence */
#define HEADING_WORDS_MAX 8u
/* How strongly a heading is marked: a section goes on over weaker ones. "#" to "######" are 1 to 6. */
enum { LEVEL_UNDERLINED = 2, LEVEL_MARKED = 7, LEVEL_COLON = 8, LEVEL_PLAIN = 9, LEVEL_NONE = 10 };

typedef struct {
    gsize start, end; /* without the line end */
} Line;

static Line line_at(const char *text, gsize length, gsize start)
{
    const char *end = start < length ? memchr(text + start, '\n', length - start) : NULL;
    return (Line){start, end ? (gsize)(end - text) : length};
}

static void trim(const char *text, Line *line, const char *marks)
{
    while (line->start < line->end && text[line->start] && strchr(marks, text[line->start]))
        line->start++;
    while (line->end > line->start && text[line->end - 1] && strchr(marks, text[line->end - 1]))
        line->end--;
}

static gboolean ends_with(const char *text, Line line, const char *end)
{
    gsize size = strlen(end);
    return line.end - line.start >= size && memcmp(text + line.end - size, end, size) == 0;
}

static gboolean begins_with(const char *text, Line line, const char *begin)
{
    gsize size = strlen(begin);
    return line.end - line.start >= size && memcmp(text + line.start, begin, size) == 0;
}

static gboolean is_enclosed(const char *text, Line line)
{
    static const char *const pairs[][2] = {{"**", "**"}, {"__", "__"}, {"【", "】"}, {"[", "]"},
                                           {"==", "=="}, {"--", "--"}, {"《", "》"}, {"*", "*"}};
    for (gsize i = 0; i < G_N_ELEMENTS(pairs); i++)
        if (line.end - line.start > strlen(pairs[i][0]) + strlen(pairs[i][1]) &&
            begins_with(text, line, pairs[i][0]) && ends_with(text, line, pairs[i][1]))
            return TRUE;
    return begins_with(text, line, "■") || begins_with(text, line, "●") || begins_with(text, line, "◆");
}

static gboolean is_rule(const char *text, Line line, const char *marks)
{
    trim(text, &line, " \t");
    gsize size = line.end - line.start;
    trim(text, &line, marks);
    return line.end == line.start && size >= 3;
}

/* "DETAILS OF THE ORDER": letters, all of them capital, and no sentence. */
static gboolean is_shouted(const char *text, Line line)
{
    guint upper = 0;
    for (const char *at = text + line.start; at < text + line.end; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        if (g_unichar_isdigit(c) || g_unichar_islower(c) || c == '!' || c == '=' || c == '_')
            return FALSE;
        upper += g_unichar_isupper(c);
    }
    return upper >= 4;
}

static gboolean is_empty(const char *text, Line line)
{
    trim(text, &line, " \t>");
    return line.start == line.end;
}

static guint count_words(const char *text, Line line)
{
    guint words = 1;
    for (gsize at = line.start; at < line.end; at++)
        words += text[at] == ' ';
    return words;
}

/* The level of the heading that the line is, LEVEL_NONE for none. */
static int heading_level(const char *text, gsize length, Line line)
{
    trim(text, &line, " \t>");
    if (line.start == line.end || is_rule(text, line, "-=~*_"))
        return LEVEL_NONE;
    gsize hashes = line.start;
    while (hashes < line.end && text[hashes] == '#')
        hashes++;
    if (hashes > line.start && hashes - line.start <= 6 && hashes < line.end && text[hashes] == ' ')
        return (int)(hashes - line.start);
    if (g_utf8_strlen(text + line.start, (gssize)(line.end - line.start)) > HEADING_CHARACTERS_MAX ||
        count_words(text, line) > HEADING_WORDS_MAX)
        return LEVEL_NONE;
    Line below = line_at(text, length, MIN(line.end + strcspn(text + line.end, "\n") + 1, length));
    if (is_rule(text, below, "=") || is_rule(text, below, "-") || is_rule(text, below, "~"))
        return LEVEL_UNDERLINED;
    if (is_enclosed(text, line) || is_shouted(text, line))
        return LEVEL_MARKED;
    return ends_with(text, line, ":") || ends_with(text, line, "：") ? LEVEL_COLON : LEVEL_NONE;
}

/* What comes behind the number or the mark in front of a heading. */
static Line heading_words(const char *text, Line line)
{
    trim(text, &line, " \t>*#_=-[](~");
    static const char *const marks[] = {"【", "《", "■", "●", "◆", "•"};
    for (gsize i = 0; i < G_N_ELEMENTS(marks); i++)
        if (begins_with(text, line, marks[i]))
            line.start += strlen(marks[i]);
    gsize digits = line.start;
    while (digits < line.end && g_ascii_isdigit(text[digits]))
        digits++;
    if (digits > line.start && digits < line.end && strchr(".)", text[digits]))
        line.start = digits + 1;
    trim(text, &line, " \t*_");
    return line;
}

/* Does the line name one of `headings`? *out_content becomes where the text below it, or beside it, begins;
 * *out_is_inline, whether it is beside. */
static gboolean names_heading(const char *text, Line line, const GPtrArray *headings, gboolean is_heading,
                              gsize *out_content)
{
    Line words = heading_words(text, line);
    if (words.end - words.start > HEADING_CHARACTERS_MAX * 4)
        return FALSE;
    g_autofree char *raw = g_strndup(text + words.start, words.end - words.start);
    g_autofree char *folded = g_utf8_casefold(raw, -1);
    for (guint i = 0; i < headings->len; i++) {
        const char *heading = headings->pdata[i];
        const char *inside = strstr(folded, heading);
        if (!inside)
            continue;
        const char *rest = inside + strlen(heading);
        gboolean is_first = inside == folded, is_end = rest[strspn(rest, " \t*_:)]=")] == '\0';
        gunichar next = g_utf8_get_char(rest);
        gunichar before = is_first ? 0 : g_utf8_get_char(g_utf8_prev_char(inside));
        if (!context_is_border(before, g_utf8_get_char(inside)) ||
            (*rest && !context_is_border(g_utf8_get_char(g_utf8_prev_char(rest)), next)))
            continue;
        *out_content = line.end;
        if (is_heading || (is_first && (is_end || strcmp(rest, "：") == 0 || strcmp(rest, "】") == 0)))
            return TRUE;
        rest += strspn(rest, " \t*_");
        if (is_first && (*rest == ':' || g_str_has_prefix(rest, "："))) {
            *out_content = words.start;
            return TRUE;
        }
    }
    return FALSE;
}

/* "Key: value": what stood beside a heading ends here. */
static gboolean has_key(const char *text, Line line)
{
    const char *colon = memchr(text + line.start, ':', line.end - line.start);
    return colon && (gsize)(colon - text) - line.start <= 40;
}

/* Array of Stretch, rising: what stands below one of `headings` (folded), up to the next heading. */
static GArray *under_find(const char *text, gsize length, const GPtrArray *headings)
{
    GArray *found = g_array_new(FALSE, FALSE, sizeof(Stretch));
    Stretch open = {0};
    int level = 0; /* of the open section; 0: none is */
    gboolean is_inline = FALSE;
    for (gsize at = 0; at < length;) {
        Line line = line_at(text, length, at);
        int here = heading_level(text, length, line);
        gsize content;
        gboolean is_blank = is_empty(text, line);
        gboolean is_named = !is_blank && names_heading(text, line, headings, here < LEVEL_NONE, &content);
        if (level && (is_named || here <= level || (is_inline && (is_blank || has_key(text, line))))) {
            open.end = at;
            g_array_append_val(found, open);
            level = 0;
        }
        if (is_named) {
            is_inline = content < line.end;
            open.start = content;
            level = here < LEVEL_NONE ? here : LEVEL_PLAIN;
        }
        at = line.end + 1;
    }
    open.end = length;
    if (level)
        g_array_append_val(found, open);
    return found;
}

static const GArray *stretches_of(const Context *context, Place *place)
{
    ContextNotes *notes = context_notes(place);
    if (!notes->sections)
        notes->sections =
            g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, (GDestroyNotify)g_array_unref);
    GArray *stretches = g_hash_table_lookup(notes->sections, context);
    if (!stretches) {
        stretches = under_find(place->text, place->length, context->under);
        g_hash_table_insert(notes->sections, (gpointer)(gsize)context, stretches);
    }
    return stretches;
}

gboolean under_fits(const Context *context, Place *place, gsize start, char **why)
{
    const GArray *stretches = stretches_of(context, place);
    guint low = 0, high = stretches->len;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        const Stretch *stretch = &g_array_index(stretches, Stretch, middle);
        if (start >= stretch->start && start < stretch->end)
            return TRUE;
        if (start < stretch->start)
            high = middle;
        else
            low = middle + 1;
    }
    if (why) {
        g_autofree char *words = context_quoted(context->under_written);
        *why = g_strdup_printf("it is not below %s %s",
                               context->under->len > 1 ? "one of the headings" : "the heading", words);
    }
    return FALSE;
}
