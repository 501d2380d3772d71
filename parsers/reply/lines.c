#include "parsers/reply/lines.h"

#include "parsers/reply/fold.h"
#include "parsers/reply/phrases.h"

#include <postern/base/ascii.h>
#include <string.h>

/* Returns where the words begin. Blanks before the first mark: a few come from clients, many are code. */
static const char *skip_quote_marks(const char *at, const char *end, guint *out_depth)
{
    const char *words = at;
    guint depth = 0;
    for (guint blanks = 0; at < end && (*at == '>' || (*at == ' ' && blanks < 4)); at++) {
        blanks = *at == ' ' ? blanks + 1 : 0;
        if (*at == '>') {
            depth++;
            words = at + 1;
        }
    }
    *out_depth = depth;
    return words;
}

static void line_fill(TextLine *line, const char *start, const char *end, GString *folded)
{
    line->start = start;
    line->length = (gsize)(end - start);
    const char *words = skip_quote_marks(start, end, &line->depth);
    text_fold_append(folded, words, words + MIN((gsize)(end - words), LINE_FOLD_BYTES));
}

/* Fills all lines but for what stands in `folded`, and returns where each begins there: it moves as it grows.
 * Between them are blanks, as phrases go on in the next line. */
static gsize *lines_fill(TextLines *lines, const char *text, GString *folded)
{
    gsize *places = g_new(gsize, lines->count + 1);
    const char *start = text, *stop = text + strlen(text);
    for (gsize i = 0; i < lines->count; i++) {
        const char *newline = memchr(start, '\n', (gsize)(stop - start)), *end = newline ? newline : stop;
        places[i] = folded->len;
        line_fill(&lines->at[i], start, end > start && end[-1] == '\r' ? end - 1 : end, folded);
        g_string_append_c(folded, ' ');
        start = end + 1;
    }
    places[lines->count] = folded->len;
    return places;
}

static gsize count_lines(const char *text)
{
    gsize count = 1;
    for (const char *at = text; (at = strchr(at, '\n')); at++)
        count++;
    return count;
}

/* Only fences that are closed again count: a single ``` must not hide the rest of a mail. */
static void mark_code(TextLines *lines)
{
    gsize opened = G_MAXSIZE;
    for (gsize i = 0; i < lines->count; i++) {
        if (lines->at[i].depth > 0 || !g_str_has_prefix(lines->at[i].folded, "```"))
            continue;
        if (opened == G_MAXSIZE) {
            opened = i;
            continue;
        }
        for (gsize inside = opened; inside <= i; inside++)
            lines->at[inside].is_code = TRUE;
        opened = G_MAXSIZE;
    }
}

void text_lines_init(TextLines *lines, const char *text)
{
    GString *folded = g_string_sized_new(strlen(text) + 64);
    gsize count = count_lines(text);
    *lines = (TextLines){.at = g_new0(TextLine, count), .count = count};
    g_autofree gsize *places = lines_fill(lines, text, folded);
    for (gsize i = 0; i < count; i++)
        lines->at[i].kinds = phrase_kinds_between(folded->str, places[i], places[i + 1], folded->len);
    lines->folded = g_string_free(folded, FALSE);
    for (gsize i = 0; i < count; i++) {
        lines->at[i].folded = lines->folded + places[i];
        gsize length = places[i + 1] - 1 - places[i];
        lines->folded[places[i] + length] = '\0';
        lines->at[i].is_ascii = ascii_run(lines->at[i].folded, length) == length;
    }
    mark_code(lines);
}

void text_lines_clear(TextLines *lines)
{
    g_clear_pointer(&lines->at, g_free);
    g_clear_pointer(&lines->folded, g_free);
    lines->count = 0;
}

/* Stars and underscores are folded away, but they can be seen. */
gboolean text_line_is_blank(const TextLine *line)
{
    return line->depth == 0 && line->folded[0] == '\0' && !memchr(line->start, '_', line->length) &&
           !memchr(line->start, '*', line->length);
}

gboolean text_line_may_have(const TextLine *line, PhraseKind kind)
{
    return line->kinds & PHRASE_BIT(kind);
}

gsize text_lines_next(const TextLines *lines, gsize from, gsize end)
{
    while (from < end && text_line_is_blank(&lines->at[from]))
        from++;
    return from;
}

gsize text_lines_end(const TextLines *lines, gsize first, gsize end)
{
    while (end > first && text_line_is_blank(&lines->at[end - 1]))
        end--;
    return end;
}

gboolean text_line_is_announced(const TextLines *lines, gsize floor, gsize at)
{
    gsize above = text_lines_end(lines, floor, at);
    return above > floor && g_str_has_suffix(lines->at[above - 1].folded, ":");
}

/* Bytes of a dash or a piece of a frame that is no ASCII; 0: another sign. */
static gsize drawn_sign(const char *at, const char *end)
{
    gunichar c = g_utf8_get_char_validated(at, end - at);
    gboolean is_drawn = (c >= 0x2010 && c <= 0x2015) || c == 0x2212 || (c >= 0x2500 && c <= 0x2501) ||
                        c == 0x2550 || c == 0xaf;
    return is_drawn ? g_utf8_skip[*(const guchar *)at] : 0;
}

gboolean text_line_is_rule(const TextLine *line)
{
    if (line->depth > 0)
        return FALSE;
    gsize signs = 0;
    for (const char *at = line->start, *end = at + line->length; at < end;) {
        gsize drawn = (guchar)*at < 0x80 ? strchr("-_=~#*+", *at) != NULL : drawn_sign(at, end);
        if (drawn == 0 && !g_ascii_isspace(*at))
            return g_str_equal(line->folded, "ᐧ"); /* what a well-known tracking extension leaves */
        signs += drawn > 0;
        at += MAX(drawn, 1);
    }
    return signs >= 2;
}
